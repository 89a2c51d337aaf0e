"""Chunks that were found side by side are read as one passage."""

from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.schema import NodeWithScore, TextNode

from rag.passages import MAX_CHUNKS, joined

LENGTH = 10  # characters of a chunk


def chunk(article_id, position, score=1.0):
    text = f"{article_id}{position:03}".ljust(LENGTH, ".")
    node = TextNode(id_=f"{article_id}:{position}", text=text, metadata={"article_id": article_id, "of": position})
    node.start_char_idx, node.end_char_idx = position * LENGTH, (position + 1) * LENGTH
    return NodeWithScore(node=node, score=score)


def shown(hits):
    return [(hit.node.node_id, hit.score) for hit in joined(hits)]


def test_a_chunk_alone_is_a_passage() -> None:
    assert shown([chunk("a", 3, 0.9), chunk("b", 3, 0.8), chunk("a", 5, 0.7)]) == [
        ("a:3", 0.9),
        ("b:3", 0.8),
        ("a:5", 0.7),
    ]


def test_neighbours_are_one_passage_in_reading_order_at_the_place_of_the_best() -> None:
    (first, second) = joined([chunk("a", 4, 0.9), chunk("b", 0, 0.8), chunk("a", 3, 0.7)])
    assert (first.node.node_id, first.score, first.node.metadata["of"]) == ("a:3-4", 0.9, 4)
    assert first.node.text == chunk("a", 3).node.text + chunk("a", 4).node.text
    assert (first.node.start_char_idx, first.node.end_char_idx) == (30, 50)
    assert second.node.node_id == "b:0"


def test_a_long_run_is_cut_where_a_passage_is_full() -> None:
    found = [chunk("a", position) for position in range(MAX_CHUNKS + 1)]
    assert [node_id for node_id, _ in shown(found)] == [f"a:0-{MAX_CHUNKS - 1}", f"a:{MAX_CHUNKS}"]


FOUND = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 12)), unique=True)


@given(FOUND)
def test_every_chunk_found_is_in_one_passage_and_nothing_else_is(places) -> None:
    texts = [hit.node.text for hit in joined([chunk(*place) for place in places])]
    cut = [text[start : start + LENGTH] for text in texts for start in range(0, len(text), LENGTH)]
    assert sorted(cut) == sorted(chunk(*place).node.text for place in places)
    assert all(len(text) <= MAX_CHUNKS * LENGTH for text in texts)
