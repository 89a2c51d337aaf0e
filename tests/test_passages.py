"""Chunks that were found side by side are read as one passage."""

from hypothesis import given
from hypothesis import strategies as st

from index import Article
from index.chunking import chunk_article
from rag.passages import MAX_CHUNKS, joined, passage

ALL = 99


def test_a_chunk_alone_is_a_passage() -> None:
    assert joined(["a:3", "b:3", "a:5"], ALL) == [["a:3"], ["b:3"], ["a:5"]]


def test_neighbours_are_one_passage_in_reading_order_at_the_place_of_the_best() -> None:
    assert joined(["a:4", "b:0", "a:3"], ALL) == [["a:3", "a:4"], ["b:0"]]


def test_a_long_run_is_cut_where_a_passage_is_full() -> None:
    run = [f"a:{position}" for position in range(MAX_CHUNKS + 1)]
    assert joined(run, ALL) == [run[:-1], run[-1:]]


def test_no_more_passages_are_made_than_asked_for() -> None:
    assert joined(["a:1", "b:1", "c:1"], 2) == [["a:1"], ["b:1"]]


PLACES = st.lists(st.tuples(st.sampled_from(["a", "b", "c:d"]), st.integers(0, 12)), unique=True)


@given(PLACES)
def test_every_chunk_found_is_in_one_passage_and_nothing_else_is(places) -> None:
    ids = [f"{article_id}:{position}" for article_id, position in places]
    passages = joined(ids, ALL)
    assert sorted(node_id for run in passages for node_id in run) == sorted(ids)
    for run in passages:
        positions = [int(node_id.rpartition(":")[2]) for node_id in run]
        assert positions == list(range(positions[0], positions[0] + len(run)))
        assert len(run) <= MAX_CHUNKS


def test_a_passage_is_the_article_s_text_from_its_first_chunk_to_its_last() -> None:
    text = "\n".join(
        f"The ferry sailed at {hour} with {hour * 7} people on board, the office said. " * 9 for hour in range(9)
    )
    article = Article(text=text, source="Island Post")
    chunks = chunk_article(article)[1:4]
    node = passage(chunks)
    assert article.text[node.start_char_idx : node.end_char_idx] == node.text
    assert (node.node_id, node.metadata["source"]) == (f"{article.id}:1-3", "Island Post")
    assert passage(chunks[:1]) == chunks[0]
