"""The sentences that the LLM reads: those of the passages that are closest to the question.

Sentences, not chunks: a small LLM on two cores reads 75 tokens a second, and answers no worse from
twelve good sentences than from five whole passages (DESIGN, section 4).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import groupby
from math import log
from typing import TYPE_CHECKING

from index import Span, sentence_spans, trimmed
from rag.answer import ArticleRef, Passage
from rag.claims import claim
from rag.dates import date_weekdays, long_date

if TYPE_CHECKING:
    from index.embedding import TextEmbedding

MAX_SENTENCES = 12  # numbered sentences in a prompt
MAX_CHARACTERS = 2400  # of evidence in a prompt, about 550 tokens: 7 s of reading for the embedded LLM
MIN_WORDS = 4  # a shorter "sentence" is a heading or a byline
MAX_SENTENCE_CHARACTERS = 700  # a longer one is a list or a table, and would fill the prompt alone
WORDS_WEIGHT = 0.8  # of the question's words that a sentence holds, beside a cosine of 1; RESULTS.md has others


@dataclass(frozen=True)
class Evidence:
    """A numbered sentence: `index.get(article.id).text[start:end] == quote`."""

    n: int
    quote: str
    start: int
    end: int
    article: ArticleRef
    context: str  # the passage that it stands in
    score: float  # closeness to the question

    @cached_property
    def words(self) -> frozenset[str]:
        """The telling words of the quote, stemmed; a weekday brings its date along."""
        return claim(self.dated).words

    @cached_property
    def around(self) -> frozenset[str]:
        """The telling words of the passage, the headline, the outlet and the day."""
        return claim(f"{self.context}\n{self.label}").words | self.words

    @property
    def dated(self) -> str:
        """The quote on one line, its weekdays dated: what the LLM reads."""
        return date_weekdays(" ".join(self.quote.split()), self.article.published_at)

    @property
    def label(self) -> str:
        """The outlet, day and headline that it is shown under."""
        day = self.article.published_at
        known = (self.article.source, long_date(day), self.article.title)
        return ", ".join(part for part in known if part)


def select_evidence(question: str, passages: Sequence[Passage], embedding: "TextEmbedding") -> list[Evidence]:
    """The sentences closest to the question, numbered, grouped by article, the newest first."""
    candidates = list(_sentences(passages))
    if not candidates:
        return []
    vectors = embedding.embed([question, *(candidate.quote for candidate in candidates)])
    shares = _shares_of_question(question, candidates)
    scored = [
        replace(candidate, score=float(vector @ vectors[0]) + WORDS_WEIGHT * share)
        for candidate, vector, share in zip(candidates, vectors[1:], shares, strict=True)
    ]
    chosen = _within_budget(sorted(scored, key=lambda e: -e.score))
    # A small LLM takes the first figure that it meets, so the newest report comes first, undated ones last.
    chosen.sort(key=lambda e: (-(e.article.published_at or date.min).toordinal(), e.article.id, e.start))
    return [replace(evidence, n=n) for n, evidence in enumerate(chosen, start=1)]


def _sentences(passages: Sequence[Passage]) -> Iterator[Evidence]:
    seen = set[str]()  # the same words in a copy of the story are no further evidence
    for passage in passages:
        for span in sentence_spans(passage.text):
            start, end = trimmed(passage.text, span)
            quote = passage.text[start:end]
            if quote in seen or quote == passage.article.title or not _is_readable(quote):
                continue
            seen.add(quote)
            place = Span(passage.start + start, passage.start + end)
            yield Evidence(0, quote, *place, passage.article, passage.text, 0.0)


def _is_readable(quote: str) -> bool:
    return len(quote.split()) >= MIN_WORDS and len(quote) <= MAX_SENTENCE_CHARACTERS


def _shares_of_question(question: str, candidates: Sequence[Evidence]) -> list[float]:
    """The share of the question's telling words that each sentence holds, rare ones weighing more."""
    asked = claim(question).words
    held = Counter(word for candidate in candidates for word in candidate.words & asked)
    weights = {word: log(1 + len(candidates) / (1 + held[word])) for word in asked}
    total = sum(weights.values()) or 1.0
    return [sum(weights[word] for word in candidate.words & asked) / total for candidate in candidates]


def _within_budget(ranked: Sequence[Evidence]) -> list[Evidence]:
    chosen, characters = list[Evidence](), 0
    for evidence in ranked[:MAX_SENTENCES]:
        characters += len(evidence.quote)
        if chosen and characters > MAX_CHARACTERS:
            break
        chosen.append(evidence)
    return chosen


def render_evidence(evidence: Sequence[Evidence]) -> str:
    """The evidence as the LLM reads it: a heading an article, a numbered line a sentence."""
    groups = (list(group) for _, group in groupby(evidence, key=lambda item: item.article.id))
    return "\n\n".join("\n".join([group[0].label, *(f"[{item.n}] {item.dated}" for item in group)]) for group in groups)
