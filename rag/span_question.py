"""A question as candidates for its answer are held against it: its words, their weights, and what its articles say."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from math import log

from rag.answer_type import answer_type
from rag.evidence import Evidence
from rag.texts.words import Word, root_of, words_of

_TOKEN = re.compile(r"\w+")
_PAIR = re.compile(r"\b(?:which|what) (?:two|pair|duo|couple)\b|\bwho (?:are|were)\b", re.IGNORECASE)


class Sentence:
    """A sentence of the evidence, its words read once."""

    def __init__(self, evidence: Evidence) -> None:
        """The words, their roots and where each starts."""
        self.evidence = evidence
        self.words: tuple[Word, ...] = words_of(evidence.quote)
        self.roots = frozenset(word.root for word in self.words)
        self.starts = [word.start for word in self.words]

    def between(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that start there."""
        return self.words[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


class Asked:
    """A question, what it asks for, and how telling each of its words is in the evidence."""

    def __init__(self, question: str, evidence: Sequence[Evidence]) -> None:
        """The question's words, weighed by how rare each is in the evidence, as in `rag.worth`."""
        self.type = answer_type(question)
        self.wants_pair = bool(_PAIR.search(question))
        words = words_of(question)
        self.roots = frozenset(word.root for word in words if word.is_telling)
        self.sentences = [Sentence(item) for item in evidence]
        held = Counter(root for sentence in self.sentences for root in sentence.roots & self.roots)
        weights = {root: log(1 + len(evidence) / (1 + held[root])) for root in self.roots}
        total = sum(weights.values()) or 1.0
        self.weights = {root: weight / total for root, weight in weights.items()}
        self.noun_root = root_of(self.type.noun) if self.type.noun else ""
        self.noun_roots = frozenset(root_of(word) for word in (self.type.noun, *self.type.words[-2:]) if word)
        self.best = max((item.score for item in evidence), default=0.0)
        self._evidence = evidence

    @cached_property
    def newest(self) -> date | None:
        """The day of the newest article."""
        return max((item.article.published_at for item in self._evidence if item.article.published_at), default=None)

    @cached_property
    def texts(self) -> dict[str, str]:
        """What is known of each article: its headline and the passages of its evidence."""
        texts = dict[str, dict[str, None]]()
        for item in self._evidence:
            texts.setdefault(item.article.id, {item.article.title: None})[item.context] = None
        return {key: "\n".join(parts) for key, parts in texts.items()}

    @cached_property
    def whole(self) -> str:
        """All of that in one piece, in which the uses of a name are looked up."""
        return "\n".join(self.texts.values())

    @cached_property
    def vocabularies(self) -> list[frozenset[str]]:
        """The words of each article, in lower case."""
        return [frozenset(_TOKEN.findall(text.lower())) for text in self.texts.values()]

    @cached_property
    def headlines(self) -> dict[str, tuple[frozenset[str], float]]:
        """The words of each headline, and the share of the question's words that it holds."""
        titles = {item.article.id: item.article.title for item in self._evidence}
        return {key: (frozenset(_TOKEN.findall(title.lower())), self._share(title)) for key, title in titles.items()}

    def share_in_headline(self, evidence: Evidence, words: Sequence[Word]) -> float:
        """The share of the words that the headline of their article has."""
        headline, _ = self.headlines[evidence.article.id]
        tokens = {word.text.lower() for word in words}
        return len(tokens & headline) / len(tokens)

    def _share(self, text: str) -> float:
        return sum(self.weights.get(root, 0.0) for root in {word.root for word in words_of(text)})
