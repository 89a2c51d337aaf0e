"""Copies of a story among passages: one article stands for all, and what only another one has is kept."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from llama_index.core.schema import NodeWithScore

from index import shingles

NEW_SHARE = 0.5  # of a passage's word sequences; below it, a passage of a copy says what the standing article says


class _Said(NamedTuple):
    """What the passages of an article say: their text, and the hashes of its word sequences."""

    text: str
    hashes: npt.NDArray[np.int64]


def one_a_story(hits: Sequence[NodeWithScore]) -> list[NodeWithScore]:
    """The hits without the passages that repeat, from a copy, what the first article of their story says.

    A copy may add a paragraph of its own: that passage stays.
    """
    standing: dict[str, str] = {}
    for hit in hits:
        standing.setdefault(hit.node.metadata["story"], hit.node.metadata["article_id"])
    said = {story: _said_by(hits, article_id) for story, article_id in standing.items() if _is_copied(hits, story)}
    return [hit for hit in hits if _stands(hit, standing) or _is_new(hit, said)]


def _is_copied(hits: Sequence[NodeWithScore], story: str) -> bool:
    return len({hit.node.metadata["article_id"] for hit in hits if hit.node.metadata["story"] == story}) > 1


def _stands(hit: NodeWithScore, standing: dict[str, str]) -> bool:
    return bool(standing[hit.node.metadata["story"]] == hit.node.metadata["article_id"])


def _said_by(hits: Sequence[NodeWithScore], article_id: str) -> _Said:
    texts = [hit.node.get_content() for hit in hits if hit.node.metadata["article_id"] == article_id]
    return _Said("\n".join(texts), np.concatenate([shingles(text) for text in texts]))


def _is_new(hit: NodeWithScore, said: dict[str, _Said]) -> bool:
    known, text = said[hit.node.metadata["story"]], hit.node.get_content()
    mine = shingles(text)
    if not len(mine):  # too short for anything but being the same
        return text.strip() not in known.text
    return bool(np.isin(mine, known.hashes).mean() < NEW_SHARE)
