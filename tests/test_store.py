"""The article store: what is put in comes out, all of it or nothing."""

import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import pytest

from index import Article, ArticleNotFoundError, IndexUnavailableError, Scope
from index.chunking import chunk_article
from index.store import ArticleStore

LONG = "\n".join(f"Paragraph {i} tells of the harbour, the fog and the ferry that did not sail." for i in range(60))
FERRY = Article(
    text=LONG,
    title="Fog",
    url="https://strait.example/fog",
    source="Strait Times",
    authors=("A. Writer", "B. Writer"),
    published_at=date(2025, 3, 4),
    origin="fog.html",
    provenance={"source": "metadata"},
)
BANK = Article(text="The bank raised its rate.", source="Island Post", published_at=date(2025, 3, 6))
TRAM = Article(text="A tram crosses the bridge.", title="Undated")


@pytest.fixture
def store(tmp_path):
    opened = ArticleStore.in_folder(tmp_path)
    yield opened
    opened.close()


def embedded(article):
    """The article and its chunks, each with a unit vector of its own."""
    nodes = chunk_article(article)
    random = np.random.default_rng(int(article.id, 16) % 2**32)
    for node in nodes:
        vector = random.normal(size=8)
        node.embedding = (vector / np.linalg.norm(vector)).astype(np.float16).tolist()
    return article, nodes


@pytest.fixture
def filled(store):
    store.put([embedded(FERRY), embedded(BANK), embedded(TRAM)])
    return store


def test_an_article_comes_back_as_it_was(filled):
    assert filled.get(FERRY.id) == FERRY
    assert filled.get(FERRY.id).fingerprint == FERRY.fingerprint


def test_an_unknown_id_gives_one_line(store):
    with pytest.raises(ArticleNotFoundError, match=r"no article has this id: 'abc'; dateline list shows them"):
        store.get("abc")


def test_chunks_are_the_very_words_at_their_offsets(filled):
    ids = filled.node_ids([FERRY.id])
    nodes = [filled.nodes(ids)[node_id] for node_id in ids]
    assert len(nodes) > 3
    assert all(node.text == LONG[node.start_char_idx : node.end_char_idx] for node in nodes)
    assert "".join(node.text for node in nodes) == LONG
    assert nodes[0].metadata == {
        "article_id": FERRY.id,
        "title": "Fog",
        "source": "Strait Times",
        "published_at": 20250304,
    }


@pytest.mark.parametrize("unknown", ["abc:0", "abc", "", ":", "x:-1", "x:y"])
def test_unknown_chunks_are_left_out(filled, unknown):
    known = filled.node_ids([BANK.id])
    assert list(filled.nodes([unknown, *known])) == known


def test_embeddings_come_back_in_the_precision_they_are_kept_in(filled):
    given = {node.node_id: node.embedding for _, nodes in map(embedded, (FERRY, BANK, TRAM)) for node in nodes}
    kept = {node.node_id: node.embedding for nodes in filled.embedded_nodes() for node in nodes}
    assert kept == given


def test_an_article_put_again_replaces_the_older_one(filled):
    shorter = Article(text="Short now.", url=FERRY.url)
    filled.put([embedded(shorter)])
    assert filled.get(FERRY.id).text == "Short now."
    assert filled.node_ids([FERRY.id]) == [f"{FERRY.id}:0"]
    assert filled.count() == 3


def test_a_removed_article_takes_its_chunks_along(filled):
    filled.remove([FERRY.id])
    assert filled.count() == 2
    assert filled.count_chunks() == 2
    assert filled.node_ids([FERRY.id]) == []


def test_a_put_that_fails_leaves_everything_as_it_was(filled):
    before = filled.version
    edited = Article(text="Edited.", url=FERRY.url)
    with pytest.raises(ValueError, match=r"embedding not set"):
        filled.put([embedded(edited), (TRAM, chunk_article(TRAM))])
    assert filled.get(FERRY.id) == FERRY
    assert filled.version == before


def test_every_change_makes_a_version_that_never_was(filled):
    versions = [filled.version]
    filled.put([embedded(BANK)])
    versions.append(filled.version)
    filled.remove([BANK.id])
    versions.append(filled.version)
    _ = list(filled.articles(Scope())), filled.nodes([]), filled.count()
    assert filled.version == versions[-1]
    assert len(set(versions)) == 3


def test_articles_come_newest_first_and_undated_ones_last(filled):
    assert list(filled.articles(Scope())) == [BANK, FERRY, TRAM]
    assert list(filled.articles(Scope(until=date(2025, 3, 5)))) == [FERRY]
    assert list(filled.articles(Scope(sources=("Island Post",)))) == [BANK]


def test_an_article_may_be_removed_while_they_are_looked_through(filled):
    for article in filled.articles(Scope()):
        filled.remove([article.id])
    assert filled.count() == 0


def test_counts_days_and_outlets(filled):
    assert filled.count() == 3
    assert filled.count(Scope(since=date(2025, 3, 5))) == 1
    assert filled.days() == (date(2025, 3, 4), date(2025, 3, 6))
    assert filled.sources() == ["Island Post", "Strait Times"]


def test_a_copy_is_the_same_text_of_the_same_outlet(filled):
    def copy(source):
        return Article(text=BANK.text, url="https://elsewhere.example", source=source)

    assert filled.copy_of(copy("Island Post")) == BANK.id
    assert filled.copy_of(copy("Strait Times")) is None
    assert filled.copy_of(copy(None)) is None
    assert filled.copy_of(BANK) is None


@pytest.mark.parametrize(
    "scope", [Scope(), Scope(until=date(2025, 3, 5)), Scope(sources=("Island Post", "Strait Times"))]
)
def test_the_nearest_are_those_of_all_scores_sorted(filled, scope):
    question = embedded(Article(text="?"))[1][0].embedding
    nodes = [node for nodes in filled.embedded_nodes() for node in nodes]
    inside = [n for n in nodes if scope.holds(n.metadata.get("published_at"), n.metadata.get("source"))]
    inside.sort(key=lambda node: -np.dot(node.embedding, question))
    assert filled.nearest(question, 5, scope) == [node.node_id for node in inside[:5]]


def test_a_second_connection_reads_while_the_first_writes(filled, tmp_path):
    reader = ArticleStore.in_folder(tmp_path)
    with ThreadPoolExecutor(2) as pool:
        writes = [pool.submit(filled.put, [embedded(Article(text=f"News {i}."))]) for i in range(20)]
        reads = [pool.submit(reader.count) for _ in range(20)]
    assert all(write.result() is None for write in writes)
    assert all(3 <= read.result() <= 23 for read in reads)
    reader.close()


def test_a_store_is_made_once_by_whoever_comes_first(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: ArticleStore.in_folder(tmp_path), range(8)))
    assert len({store.name for store in stores}) == 1
    for store in stores:
        store.close()


def test_every_store_has_its_own_name(store, tmp_path):
    (tmp_path / "other").mkdir()
    other = ArticleStore.in_folder(tmp_path / "other")
    assert other.name != store.name != ""
    other.close()


def test_a_store_of_a_later_version_is_refused(store, tmp_path):
    with sqlite3.connect(tmp_path / "articles.db") as db:
        db.execute("UPDATE fact SET value = '999' WHERE name = 'schema'")
    db.close()
    with pytest.raises(IndexUnavailableError, match=r"schema 999, not 1: .*; upgrade dateline"):
        ArticleStore.in_folder(tmp_path)


def test_a_file_that_is_no_database_gives_one_line(tmp_path):
    (tmp_path / "articles.db").write_text("just words " * 100)
    with pytest.raises(IndexUnavailableError, match=r"cannot use the article store: .*not a database") as caught:
        ArticleStore.in_folder(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["no url", "nosuchdatabase://host/x", "postgresql+nosuchdriver://u:secret@host/x"])
def test_a_wrong_url_gives_one_line_without_the_password(url):
    with pytest.raises(IndexUnavailableError, match=r"cannot use the article store") as caught:
        ArticleStore(url)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_missing_driver_is_named_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(
        IndexUnavailableError, match=r"no driver for .*psycopg.*; install it, .*psycopg\[binary\]"
    ) as caught:
        ArticleStore("postgresql+psycopg://u:secret@host/x")
    assert "secret" not in str(caught.value)


def test_any_folder_name_is_a_folder_name(tmp_path):
    odd = tmp_path / "50% of #1?mode=memory é"
    odd.mkdir()
    store = ArticleStore.in_folder(odd)
    store.put([embedded(BANK)])
    store.close()
    assert (odd / "articles.db").is_file()
