"""The vectors in Chroma: what exact search finds is found, and what is left half-written is made anew."""

from datetime import date, timedelta

import chromadb
import numpy as np
import pytest
from stored import embedded, entry, unit

from index import Article, IndexUnavailableError, Scope
from index.store import ArticleStore
from index.tables import Standing
from index.vectors import ChromaFolder

OUTLETS = ("Strait Times", "Island Post", None)
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


def news(number, *, seed=None):
    """An article of one chunk; every tenth is undated."""
    day = None if number % 10 == 0 else FIRST + timedelta(number)
    article = Article(text=f"News {number}.", url=f"https://e/{number}", source=OUTLETS[number % 3], published_at=day)
    return entry(article, embedded(article, seed=number if seed is None else seed))


@pytest.fixture
def store(tmp_path):
    opened = ArticleStore.in_folder(tmp_path)
    opened.put([news(i) for i in range(300)])
    yield opened
    opened.close()


@pytest.fixture
def vectors(store, tmp_path):
    made = ChromaFolder(tmp_path)
    made.make(store.chunks.came(0, 1), store.version)
    yield made
    made.close()


def exact(store, question, top_k, scope):
    """What comparing the question with every vector gives."""
    nodes = [node for nodes in store.chunks.came(0, 99) for node in nodes]
    inside = [n for n in nodes if scope.holds(n.metadata)]
    inside.sort(key=lambda node: -np.dot(node.embedding, question) / np.linalg.norm(node.embedding))
    return [node.node_id for node in inside[:top_k]]


@pytest.mark.parametrize("name", SCOPES)
@pytest.mark.parametrize("top_k", [1, 10, 400])
def test_search_finds_what_exact_search_finds(store, vectors, name, top_k):
    for seed in range(1000, 1005):
        question = unit(seed).astype(float).tolist()
        assert list(vectors.search(question, top_k, SCOPES[name])) == exact(store, question, top_k, SCOPES[name])


def test_nearness_is_the_cosine(store, vectors):
    question = unit(1)
    vector = {node.node_id: node.embedding for nodes in store.chunks.came(0, 99) for node in nodes}
    for node_id, cosine in vectors.search(question.tolist(), 5, Scope()).items():
        assert cosine == pytest.approx(float(np.dot(vector[node_id], question)), abs=0.01)


def test_search_stays_exact_through_edits_and_removals(store, vectors):
    for step in range(5):
        shown = vectors.shown().generation
        store.put([news(i, seed=5000 + 10 * step + i) for i in range(10 * step, 10 * step + 10)])
        store.remove([news(i).row_id for i in range(200 + step, 300, 20)])
        span = shown, store.version.generation
        vectors.change(store.chunks.left(*span), store.chunks.came(*span), store.version)
    for seed in range(2000, 2010):
        question = unit(seed).astype(float).tolist()
        assert list(vectors.search(question, 10, Scope())) == exact(store, question, 10, Scope())
    assert vectors.shown() == store.version


def test_done_twice_a_change_changes_nothing_more(store, vectors):
    store.put([news(i, seed=7000 + i) for i in range(20)])
    span = 1, store.version.generation
    for _ in range(2):
        vectors.change(store.chunks.left(*span), store.chunks.came(*span), store.version)
    assert vectors.count() == 300
    question = unit(7001).astype(float).tolist()
    assert list(vectors.search(question, 10, Scope())) == exact(store, question, 10, Scope())


def test_what_was_superseded_is_found_on_the_days_before_only(store, vectors):
    (old, new), question = (news(1), news(2)), unit(1).astype(float).tolist()
    store.put([], {old.row_id: Standing(old.row_id, FIRST, FIRST + timedelta(9), new.row_id)})
    span = 1, store.version.generation
    vectors.change(store.chunks.left(*span), store.chunks.came(*span), store.version)
    assert list(vectors.search(question, 1, Scope(until=FIRST + timedelta(8)))) == [f"{old.row_id}:0"]
    for scope in (Scope(), Scope(until=FIRST + timedelta(9)), Scope(since=FIRST)):
        assert list(vectors.search(question, 1, scope)) == exact(store, question, 1, scope) != [f"{old.row_id}:0"]


def test_what_was_left_whole_is_opened_again(store, vectors, tmp_path):
    vectors.close()
    assert vectors.shown() is None
    assert vectors.written() == store.version
    again = ChromaFolder(tmp_path)
    again.open()
    assert again.shown() == store.version
    assert len(again.search(unit(1).tolist(), 10, Scope())) == 10
    again.close()


def test_a_change_that_was_broken_off_leaves_nothing_to_open(store, vectors, tmp_path):
    def breaking_off():
        yield store.chunks.embedded([news(1).row_id])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vectors.change([], breaking_off(), store.version)
    again = ChromaFolder(tmp_path)
    again.open()
    assert vectors.shown() is again.shown() is None


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
def test_a_damaged_one_is_noticed_and_can_be_made_anew(store, vectors, tmp_path, damage):
    vectors.close()
    damage(tmp_path / "chroma")
    again = ChromaFolder(tmp_path)
    again.open()
    assert again.shown() is None or again.count() != store.chunks.count()
    again.make(store.chunks.came(0, 99), store.version)
    question = unit(1).astype(float).tolist()
    assert list(again.search(question, 10, Scope())) == exact(store, question, 10, Scope())
    assert len([entry for entry in (tmp_path / "chroma").iterdir() if entry.is_dir()]) == 1
    again.close()


def test_making_it_anew_is_seen_by_others_in_the_process(store, vectors, tmp_path):
    other = ChromaFolder(tmp_path)
    other.make(store.chunks.came(0, 99), store.version)
    assert vectors.shown() is None
    vectors.open()
    assert vectors.shown() == store.version
    assert len(vectors.search(unit(1).tolist(), 10, Scope())) == 10
    other.close()


def test_a_closed_one_says_so(vectors):
    vectors.close()
    with pytest.raises(IndexUnavailableError, match=r"the index is closed: .*; open it again"):
        vectors.search(unit(1).tolist(), 1, Scope())


def test_chroma_sends_no_telemetry_and_loads_no_embedding_of_its_own(vectors):
    assert vectors._client.get_settings().anonymized_telemetry is False
    assert vectors._collection._embedding_function is None
