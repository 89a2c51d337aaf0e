"""The article store: what is put in comes out, all of it or nothing."""

import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import pytest
from stored import embedded, entry

from index import Article, ArticleNotFoundError, IndexUnavailableError, Scope
from index.chunking import chunk_article
from index.store import ArticleStore
from index.tables import Standing

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


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The address of an empty database, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'articles.db'}"
    return request.getfixturevalue("postgresql").database()


@pytest.fixture
def store(url):
    opened = ArticleStore(url)
    yield opened
    opened.close()


@pytest.fixture
def filled(store):
    store.put([entry(FERRY), entry(BANK), entry(TRAM)])
    return store


def test_an_article_comes_back_as_it_was(filled):
    assert filled.catalog.get(FERRY.id) == FERRY
    assert filled.catalog.get(FERRY.id).fingerprint == FERRY.fingerprint


def test_a_nul_does_not_cut_a_text_off(store):
    odd = Article(text="Before\0after the ferry.", title="T\0")
    store.put([entry(odd)])
    (node,) = store.chunks.nodes(store.chunks.ids([odd.id])).values()
    assert node.text == store.catalog.get(odd.id).text == "Before\ufffdafter the ferry."


def test_an_unknown_id_gives_one_line(store):
    with pytest.raises(ArticleNotFoundError, match=r"no article has this id: 'abc'; dateline list shows them"):
        store.catalog.get("abc")


def test_chunks_are_the_very_words_at_their_offsets(filled):
    ids = filled.chunks.ids([FERRY.id])
    nodes = [filled.chunks.nodes(ids)[node_id] for node_id in ids]
    assert len(nodes) > 3
    assert all(node.text == LONG[node.start_char_idx : node.end_char_idx] for node in nodes)
    assert "".join(node.text for node in nodes) == LONG
    assert nodes[0].metadata == {
        "article_id": FERRY.id,
        "title": "Fog",
        "source": "Strait Times",
        "published_at": 20250304,
        "seen_from": 20250304,
        "story": FERRY.id,
        "url": FERRY.url,
        "authors": ["A. Writer", "B. Writer"],
    }


@pytest.mark.parametrize("unknown", ["abc:0", "abc", "", ":", "x:-1", "x:y"])
def test_unknown_chunks_are_left_out(filled, unknown):
    known = filled.chunks.ids([BANK.id])
    assert list(filled.chunks.nodes([unknown, *known])) == known


def test_embeddings_come_back_in_the_precision_they_are_kept_in(filled):
    given = {node.node_id: node.embedding for nodes in map(embedded, (FERRY, BANK, TRAM)) for node in nodes}
    kept = {node.node_id: node.embedding for nodes in filled.chunks.came(0, 99) for node in nodes}
    assert kept == given


def test_an_article_put_again_replaces_the_older_one(filled):
    shorter = Article(text="Short now.", url=FERRY.url)
    filled.put([entry(shorter)])
    assert filled.catalog.get(FERRY.id).text == "Short now."
    assert filled.chunks.ids([FERRY.id]) == [f"{FERRY.id}:0"]
    assert filled.catalog.count() == 3


def test_a_removed_article_takes_its_chunks_along(filled):
    filled.remove([FERRY.id])
    assert filled.catalog.count() == 2
    assert filled.chunks.count() == 2
    assert filled.chunks.ids([FERRY.id]) == []


def test_a_put_that_fails_leaves_everything_as_it_was(filled):
    before = filled.version
    edited = Article(text="Edited.", url=FERRY.url)
    with pytest.raises(ValueError, match=r"embedding not set"):
        filled.put([entry(edited), entry(TRAM, chunk_article(TRAM))])
    assert filled.catalog.get(FERRY.id) == FERRY
    assert filled.version == before


def test_every_change_makes_a_version_that_never_was(filled):
    versions = [filled.version]
    filled.put([entry(BANK)])
    versions.append(filled.version)
    filled.remove([BANK.id])
    versions.append(filled.version)
    _ = list(filled.catalog.articles(Scope())), filled.chunks.nodes([]), filled.catalog.count()
    assert filled.version == versions[-1]
    assert len(set(versions)) == 3


def test_articles_come_newest_first_and_undated_ones_last(filled):
    assert list(filled.catalog.articles(Scope())) == [BANK, FERRY, TRAM]
    assert list(filled.catalog.articles(Scope(until=date(2025, 3, 5)))) == [FERRY]
    assert list(filled.catalog.articles(Scope(sources=("Island Post",)))) == [BANK]


def test_an_article_may_be_removed_while_they_are_looked_through(filled):
    for article in filled.catalog.articles(Scope()):
        filled.remove([article.id])
    assert filled.catalog.count() == 0


def test_counts_days_and_outlets(filled):
    assert filled.catalog.count() == 3
    assert filled.catalog.count(Scope(since=date(2025, 3, 5))) == 1
    assert filled.catalog.count(Scope(), at_most=2) == 2
    assert filled.catalog.newest() == date(2025, 3, 6)
    assert filled.catalog.sources() == ["Island Post", "Strait Times"]


def test_a_copy_is_the_same_text_of_the_same_outlet(filled):
    def copy(source):
        return Article(text=BANK.text, url="https://elsewhere.example", source=source)

    assert filled.catalog.copy_of(copy("Island Post")) == BANK.id
    assert filled.catalog.copy_of(copy("Strait Times")) is None
    assert filled.catalog.copy_of(copy(None)) is None
    assert filled.catalog.copy_of(BANK) is None


@pytest.mark.parametrize(
    "scope", [Scope(), Scope(until=date(2025, 3, 5)), Scope(sources=("Island Post", "Strait Times"))]
)
def test_the_nearest_are_those_of_all_scores_sorted(filled, scope):
    question = embedded(Article(text="?"))[0].embedding
    nodes = [node for nodes in filled.chunks.came(0, 99) for node in nodes]
    inside = [n for n in nodes if scope.holds(n.metadata)]
    inside.sort(key=lambda node: -np.dot(node.embedding, question))
    assert list(filled.chunks.nearest(question, 5, scope)) == [node.node_id for node in inside[:5]]


def test_a_second_connection_reads_while_the_first_writes(filled, url):
    reader = ArticleStore(url)
    with ThreadPoolExecutor(2) as pool:
        writes = [pool.submit(filled.put, [entry(Article(text=f"News {i}."))]) for i in range(20)]
        reads = [pool.submit(reader.catalog.count) for _ in range(20)]
    assert all(write.result() is None for write in writes)
    assert all(3 <= read.result() <= 23 for read in reads)
    reader.close()


def test_a_store_is_made_once_by_whoever_comes_first(url):
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: ArticleStore(url), range(8)))
    assert len({store.version.store for store in stores}) == 1
    for store in stores:
        store.close()


def test_every_store_has_its_own_name(store, tmp_path):
    (tmp_path / "other").mkdir()
    other = ArticleStore.in_folder(tmp_path / "other")
    assert other.version.store != store.version.store != ""
    other.close()


def test_a_store_of_a_later_version_is_refused(tmp_path):
    ArticleStore.in_folder(tmp_path).close()
    with sqlite3.connect(tmp_path / "articles.db") as db:
        db.execute("UPDATE fact SET value = '999' WHERE name = 'schema'")
    db.close()
    with pytest.raises(IndexUnavailableError, match=r"schema 999, not 2: .*; use the version of dateline that made it"):
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
    store.put([entry(BANK)])
    store.close()
    assert (odd / "articles.db").is_file()


# What supersedes what


MORNING, EVENING = date(2025, 3, 4), date(2025, 3, 9)
EDITED = Article(text="The ferry sailed in the end.", url=FERRY.url, source="Strait Times", published_at=EVENING)
KEPT = "0123456789abcdef"


@pytest.fixture
def revised(filled):
    filled.put([entry(EDITED, keeps=KEPT)])
    return filled


def test_an_earlier_wording_is_seen_on_the_days_before_the_later_one(revised):
    def fog(day):
        return [a.text for a in revised.catalog.articles(Scope(until=day)) if a.url == FERRY.url]

    assert fog(None) == fog(EVENING) == fog(date(2026, 1, 1)) == [EDITED.text]
    assert fog(MORNING) == fog(date(2025, 3, 8)) == [LONG]
    assert fog(date(2025, 3, 3)) == []


def test_an_earlier_wording_has_an_id_of_its_own_and_its_chunks(revised):
    assert revised.catalog.get(KEPT).text == LONG
    assert revised.catalog.get(FERRY.id).text == EDITED.text
    nodes = revised.chunks.nodes(revised.chunks.ids([KEPT])).values()
    assert "".join(node.text for node in nodes) == LONG
    assert {(n.metadata["seen_from"], n.metadata["seen_until"]) for n in nodes} == {(20250304, 20250309)}


def test_wordings_are_counted_apart_and_listed_by_what_superseded_them(revised):
    assert revised.catalog.count() == 3
    assert revised.catalog.summary()["superseded"] == 1
    assert [article.id for article in revised.catalog.wordings(FERRY.id)] == [KEPT]


def test_an_article_is_removed_with_its_earlier_wordings(revised):
    revised.remove([FERRY.id])
    assert revised.catalog.rows([FERRY.id, KEPT]) == []
    assert revised.chunks.ids([FERRY.id, KEPT]) == []


def test_what_a_removed_article_superseded_stands_for_itself_again(filled):
    filled.put([], {FERRY.id: Standing(FERRY.id, MORNING, BANK.published_at, BANK.id)})
    assert FERRY not in list(filled.catalog.articles(Scope()))
    filled.remove([BANK.id])
    assert FERRY in list(filled.catalog.articles(Scope()))


# What a derived index follows


def followed(store, since):
    version = store.version.generation
    came = [node.node_id for nodes in store.chunks.came(since, version) for node in nodes]
    return set(store.chunks.left(since, version)), set(came)


def test_what_came_and_what_left_since_a_generation_is_told(filled):
    before = filled.version.generation
    ferry, bank = filled.chunks.ids([FERRY.id]), filled.chunks.ids([BANK.id])
    assert followed(filled, before) == (set(), set())
    filled.put([entry(EDITED)])
    filled.remove([BANK.id])
    assert followed(filled, before) == ({*ferry, *bank}, {f"{FERRY.id}:0"})
    assert followed(filled, 0)[1] == {*filled.chunks.ids([FERRY.id, TRAM.id])}


def test_a_kept_wording_leaves_under_one_id_and_comes_under_another(filled):
    before, ferry = filled.version.generation, filled.chunks.ids([FERRY.id])
    filled.put([entry(EDITED, keeps=KEPT)])
    left, came = followed(filled, before)
    assert left == set(ferry)
    assert came == {f"{FERRY.id}:0", *filled.chunks.ids([KEPT])}


# Chunks and embeddings of another kind


def test_another_space_is_used_only_once_it_is_whole(filled):
    space = filled.begin_space("other chunks")
    assert set(filled.missing(space)) == {FERRY.id, BANK.id, TRAM.id}
    before = filled.chunks.ids([FERRY.id])
    filled.put_chunks(space, {FERRY.id: embedded(FERRY)[:1]})
    assert filled.chunks.ids([FERRY.id]) == before
    assert set(filled.missing(space)) == {BANK.id, TRAM.id}
    filled.put_chunks(space, {BANK.id: embedded(BANK), TRAM.id: embedded(TRAM)})
    old = filled.version
    filled.switch(space)
    assert filled.chunks.count() == 3
    assert not filled.version.follows(old)


def test_a_space_begun_is_gone_on_with_and_another_one_gives_it_up(filled):
    space = filled.begin_space("other chunks")
    filled.put_chunks(space, {FERRY.id: embedded(FERRY)})
    assert filled.begin_space("other chunks") == space
    assert FERRY.id in filled.missing(filled.begin_space("others again"))


def test_an_article_changed_in_between_is_missing_from_a_space_begun(filled):
    space = filled.begin_space("other chunks")
    filled.put_chunks(space, {a.id: embedded(a) for a in (FERRY, BANK, TRAM)})
    filled.put([entry(EDITED)])
    assert filled.missing(space) == [FERRY.id]
