"""Chunks that stand one after another in an article, and were all found, as one passage."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import cast

from llama_index.core.schema import TextNode

MAX_CHUNKS = 4  # in a passage, 720 tokens at most: a longer one is most of an article


def joined(ids: Sequence[str], top_k: int) -> list[list[str]]:
    """The first `top_k` passages: of chunks given best first, each with those next to it, in reading order.

    Two halves of a paragraph are one passage: they are read together, and leave a place for another article.

    >>> joined(["a:4", "b:0", "a:3", "a:9"], 2)
    [['a:3', 'a:4'], ['b:0']]
    """
    left = set(ids)
    return list(islice((run for node_id in ids if (run := _taken(node_id, left))), top_k))


def _taken(node_id: str, left: set[str]) -> list[str]:
    """The chunks around one that are left, in order, which then are not; none if it was taken already."""
    article_id, _, position = node_id.rpartition(":")
    run = [int(position)] if node_id in left else []
    while run and len(run) < MAX_CHUNKS and (near := next(_next_to(run, article_id, left), None)) is not None:
        run = sorted([*run, near])
    taken = [f"{article_id}:{each}" for each in run]
    left.difference_update(taken)
    return taken


def _next_to(run: Sequence[int], article_id: str, left: Collection[str]) -> Iterator[int]:
    return (each for each in (run[-1] + 1, run[0] - 1) if f"{article_id}:{each}" in left)


def passage(nodes: Sequence[TextNode]) -> TextNode:
    """The chunks, which stand one after another, as one node."""
    first, last = nodes[0], nodes[-1]
    if len(nodes) == 1:
        return first
    return TextNode(
        id_=f"{first.node_id}-{last.node_id.rpartition(':')[2]}",
        text="".join(node.text for node in nodes),  # chunks tile their article
        start_char_idx=cast("int", first.start_char_idx),
        end_char_idx=cast("int", last.end_char_idx),
        metadata=first.metadata,
    )
