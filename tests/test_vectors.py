"""The vectors in Chroma: what exact search finds is found, and what is left half-written is made anew."""

from datetime import date, timedelta

import chromadb
import numpy as np
import pytest

from index import Article, IndexUnavailableError, Scope
from index.chunking import chunk_article
from index.store import ArticleStore
from index.vectors import ChromaFolder

OUTLETS = ("Strait Times", "Island Post", None)
DIM = 32
FIRST = date(2025, 1, 1)
SCOPES = {
    "everything": Scope(),
    "half": Scope(until=FIRST + timedelta(150)),
    "a week": Scope(since=FIRST + timedelta(100), until=FIRST + timedelta(106)),
    "an outlet": Scope(sources=("Island Post",)),
    "an outlet in a month": Scope(FIRST, FIRST + timedelta(30), ("Strait Times",)),
    "two outlets": Scope(sources=("Island Post", "Strait Times")),
    "nothing": Scope(since=date(2030, 1, 1)),
    "no outlet": Scope(sources=()),
}


def unit(number):
    vector = np.random.default_rng(number).normal(size=DIM)
    return (vector / np.linalg.norm(vector)).astype(np.float16)


def embedded(number, *, seed=None):
    """An article of one chunk with a vector of its own; every tenth is undated."""
    day = None if number % 10 == 0 else FIRST + timedelta(number)
    article = Article(text=f"News {number}.", url=f"https://e/{number}", source=OUTLETS[number % 3], published_at=day)
    nodes = chunk_article(article)
    nodes[0].embedding = unit(number if seed is None else seed).tolist()
    return article, nodes


@pytest.fixture
def store(tmp_path):
    opened = ArticleStore.in_folder(tmp_path)
    opened.put([embedded(i) for i in range(300)])
    yield opened
    opened.close()


@pytest.fixture
def vectors(store, tmp_path):
    made = ChromaFolder(tmp_path)
    made.make(store)
    yield made
    made.close()


def exact(store, question, top_k, scope):
    """What comparing the question with every vector gives."""
    nodes = [node for nodes in store.embedded_nodes() for node in nodes]
    inside = [n for n in nodes if scope.holds(n.metadata.get("published_at"), n.metadata.get("source"))]
    inside.sort(key=lambda node: -np.dot(node.embedding, question) / np.linalg.norm(node.embedding))
    return [node.node_id for node in inside[:top_k]]


@pytest.mark.parametrize("name", SCOPES)
@pytest.mark.parametrize("top_k", [1, 10, 400])
def test_search_finds_what_exact_search_finds(store, vectors, name, top_k):
    for seed in range(1000, 1005):
        question = unit(seed).astype(float).tolist()
        assert vectors.search(question, top_k, SCOPES[name]) == exact(store, question, top_k, SCOPES[name])


def test_search_stays_exact_through_edits_and_removals(store, vectors):
    for step in range(5):
        edits = [embedded(i, seed=5000 + 10 * step + i) for i in range(10 * step, 10 * step + 10)]
        gone = [f"{embedded(i)[0].id}:0" for i in range(200 + step, 300, 20)]
        store.put(edits)
        store.remove([node_id.partition(":")[0] for node_id in gone])
        stale = [nodes[0].node_id for _, nodes in edits] + gone
        vectors.update(stale, [nodes[0] for _, nodes in edits], store.version)
    for seed in range(2000, 2010):
        question = unit(seed).astype(float).tolist()
        assert vectors.search(question, 10, Scope()) == exact(store, question, 10, Scope())
    assert vectors.shows(store.version)


def test_a_date_taken_away_takes_the_article_out_of_bounded_searches(store, vectors):
    article, nodes = embedded(1)
    undated = article.model_copy(update={"published_at": None})
    fresh = chunk_article(undated)
    fresh[0].embedding = nodes[0].embedding
    vectors.update([nodes[0].node_id], fresh, "v2")
    question = nodes[0].embedding
    assert vectors.search(question, 1, Scope()) == [nodes[0].node_id]
    assert vectors.search(question, 1, Scope(since=FIRST)) != [nodes[0].node_id]


def test_what_was_left_whole_is_opened_again(store, vectors, tmp_path):
    vectors.close()
    assert not vectors.shows(store.version)
    again = ChromaFolder(tmp_path)
    assert again.opens(store)
    assert again.shows(store.version)
    assert len(again.search(unit(1).tolist(), 10, Scope())) == 10
    again.close()


def test_what_shows_an_earlier_version_is_not_opened(store, vectors, tmp_path):
    vectors.close()
    store.remove([embedded(7)[0].id])
    assert not ChromaFolder(tmp_path).opens(store)


def _no_stamp(folder):
    (folder / "stamp.json").unlink()


def _torn_stamp(folder):
    (folder / "stamp.json").write_text('{"folder": "ab')


def _lost_database(folder):
    next(folder.glob("*/chroma.sqlite3")).unlink()


def _lost_vectors(folder):
    client = chromadb.PersistentClient(str(next(folder.glob("*/"))))
    collection = client.get_collection("chunks", embedding_function=None)
    collection.delete(ids=collection.get(limit=3)["ids"])
    client.close()


def _damaged_database(folder):
    next(folder.glob("*/chroma.sqlite3")).write_bytes(b"damaged" * 1000)


@pytest.mark.parametrize("damage", [_no_stamp, _torn_stamp, _lost_database, _lost_vectors, _damaged_database])
def test_a_damaged_one_is_noticed_and_made_anew(store, vectors, tmp_path, damage):
    vectors.close()
    damage(tmp_path / "chroma")
    again = ChromaFolder(tmp_path)
    assert not again.opens(store)
    again.make(store)
    question = unit(1).astype(float).tolist()
    assert again.search(question, 10, Scope()) == exact(store, question, 10, Scope())
    assert len([entry for entry in (tmp_path / "chroma").iterdir() if entry.is_dir()]) == 1
    again.close()


def test_making_it_anew_is_seen_by_others_in_the_process(store, vectors, tmp_path):
    other = ChromaFolder(tmp_path)
    other.make(store)
    assert not vectors.shows(store.version)
    assert vectors.opens(store)
    assert len(vectors.search(unit(1).tolist(), 10, Scope())) == 10
    other.close()


def test_a_closed_one_says_so(vectors):
    vectors.close()
    with pytest.raises(IndexUnavailableError, match=r"the index is closed: .*; open it again"):
        vectors.search(unit(1).tolist(), 1, Scope())


def test_chroma_sends_no_telemetry_and_loads_no_embedding_of_its_own(vectors):
    assert vectors._client.get_settings().anonymized_telemetry is False
    assert vectors._collection._embedding_function is None
