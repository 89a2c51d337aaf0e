"""Copies of a story among passages: one article stands for all, and what only another one says is kept."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from llama_index.core.schema import NodeWithScore

from index import sentence_spans, shingles

NEW_SHARE = 0.5  # of a passage's word sequences; below it, a passage of a copy says what has been said

_FIGURE = re.compile(r"\d[\d.,]*(?<![.,])")
_NO_WORD = re.compile(r"\W+")


class _Said:
    """What has been said of a story."""

    def __init__(self) -> None:
        self._hashes: set[int] = set()
        self._sentences: dict[str, set[tuple[str, ...]]] = defaultdict(set)  # its words -> the figures in it

    def add(self, text: str) -> None:
        self._hashes.update(shingles(text).tolist())
        for words, figures in _sentences(text):
            self._sentences[words].add(figures)

    def lacks(self, text: str) -> bool:
        """Whether the text says something else: in other words, or in the same with another figure."""
        sentences = list(_sentences(text))
        if any(words in self._sentences and figures not in self._sentences[words] for words, figures in sentences):
            return True
        hashes = shingles(text)
        if not len(hashes):  # too short for anything but being the same
            return any(words not in self._sentences for words, _ in sentences)
        return bool(np.mean([number in self._hashes for number in hashes.tolist()]) < NEW_SHARE)


def one_a_story(hits: Sequence[NodeWithScore]) -> list[NodeWithScore]:
    """The hits without the passages that repeat, from a copy, what the first article of their story says.

    A copy may add a paragraph of its own, or have another figure: that passage stays.
    """
    standing: dict[str, str] = {}
    for hit in hits:
        standing.setdefault(hit.node.metadata["story"], hit.node.metadata["article_id"])
    copied = {hit.node.metadata["story"] for hit in hits if not _stands(hit, standing)}
    said: dict[str, _Said] = defaultdict(_Said)
    for hit in hits:
        if _stands(hit, standing) and hit.node.metadata["story"] in copied:
            said[hit.node.metadata["story"]].add(hit.node.get_content())
    return [hit for hit in hits if _stands(hit, standing) or _says_more(hit, said[hit.node.metadata["story"]])]


def _stands(hit: NodeWithScore, standing: dict[str, str]) -> bool:
    return bool(standing[hit.node.metadata["story"]] == hit.node.metadata["article_id"])


def _says_more(hit: NodeWithScore, said: _Said) -> bool:
    text = hit.node.get_content()
    if not said.lacks(text):
        return False
    said.add(text)  # the next copy that says so repeats it
    return True


def _sentences(text: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The words of each sentence, with its figures left out, and the figures."""
    for start, end in sentence_spans(text):
        sentence = text[start:end].casefold()
        figures = tuple(figure.replace(",", "") for figure in _FIGURE.findall(sentence))
        yield _NO_WORD.sub(" ", _FIGURE.sub("0", sentence)).strip(), figures
