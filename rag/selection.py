"""Passages in, the sentences that answer out: within a budget of tokens, in reading order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING

from index import Span, sentence_spans, trimmed
from index.chunking import count_tokens
from rag.answer import Passage
from rag.claims import claim
from rag.evidence import Evidence, numbered
from rag.instructions import injected_spans
from rag.worth import SHARE_WEIGHT, for_its_cost, new_facts, prior, shares_of_question

if TYPE_CHECKING:
    from index.embedding import TextEmbedding

# Tokens of evidence in a prompt, headings included: 6 s of reading for the embedded LLM. Without an LLM, 400 tokens get
# two more of the 204 bundled questions wrong, 550 one more.
BUDGET = 500
SHORTLIST = 2  # budgets full of sentences that are embedded; 1.5 lose one answer in a hundred, 3 gain half a one
MIN_WORDS = 4  # a shorter "sentence" is a heading or a byline
MAX_SENTENCE_CHARACTERS = 700  # a longer one is a list or a table, and would fill the prompt alone
CLOSENESS_SHARE = 0.8  # of the question's words that a sentence holds, beside a cosine of 1; RESULTS.md has others
TWO_DIGITS = 99  # as the number of a sentence: none has one that costs more
# "It opened in May", "But the company said": what is meant stands in the sentence before.
_LEANS = re.compile(
    r"^\W*(?:(?i:but|and|so|yet|then|later|however),? )?"
    r"(?:(?i:he|she|it|they|his|her|its|their|this|that|these|those|both)"
    r"|(?i:the) (?:company|firm|agency|group|team|club|man|woman|pair|couple|two|former|latter|organi[sz]ation))\b"
)


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    evidence: Evidence
    before: Evidence | None  # the sentence that it leans on
    worth: float


def select_evidence(
    question: str, passages: Sequence[Passage], embedding: "TextEmbedding", *, budget: int = BUDGET
) -> list[Evidence]:
    """The sentences that are most likely to answer, numbered, grouped by article, the newest first.

    What `render_evidence` makes of them has at most `budget` tokens, or it is a single sentence. A sentence that
    leans on the one before brings it along where that fits; one that is only there for the next scores 0.
    """
    candidates = list(_candidates(passages))
    if not candidates:
        return []
    chosen = _within_budget(_rated(question, candidates, embedding, budget), budget)
    # A small LLM takes the first figure that it meets, so the newest report comes first, undated ones last.
    chosen.sort(key=lambda e: (-(e.article.published_at or date.min).toordinal(), e.article.id, e.start))
    return [replace(evidence, n=n) for n, evidence in enumerate(chosen, start=1)]


def leans(quote: str) -> bool:
    """Whether the sentence says "it" or "the company" of what the one before names.

    >>> leans("She blamed the glass."), leans("Keeper Ilse Brandt blamed the glass.")
    (True, False)
    """
    return _LEANS.match(quote) is not None


def _candidates(passages: Sequence[Passage]) -> Iterator[_Candidate]:
    seen = set[str]()  # the same words in a copy of the story are no further evidence
    for rank, passage in enumerate(passages):
        before: Evidence | None = None
        for evidence in _sentences(passage):
            if evidence.quote not in seen:
                seen.add(evidence.quote)
                leant_on = before if leans(evidence.quote) else None
                yield _Candidate(evidence=evidence, before=leant_on, worth=prior(rank))
            before = evidence


def _sentences(passage: Passage) -> Iterator[Evidence]:
    injected = injected_spans(passage.text)
    for span in sentence_spans(passage.text):
        start, end = trimmed(passage.text, span)
        quote = passage.text[start:end]
        is_reported = not any(paragraph.start < end and start < paragraph.end for paragraph in injected)
        if quote != passage.article.title and is_reported and _is_readable(quote):
            place = Span(passage.start + start, passage.start + end)
            yield Evidence(TWO_DIGITS, quote, *place, passage.article, passage.text, 0.0)


def _is_readable(quote: str) -> bool:
    return len(quote.split()) >= MIN_WORDS and len(quote) <= MAX_SENTENCE_CHARACTERS


def _rated(
    question: str, candidates: Sequence[_Candidate], embedding: "TextEmbedding", budget: int
) -> list[_Candidate]:
    """The candidates that could be chosen, with their worth and, in their evidence, their closeness to the question.

    The rest is ruled out by its words and its place: embedding is what takes the time.
    """
    asked, claims = claim(question), [candidate.evidence.claimed for candidate in candidates]
    shares, facts = shares_of_question(asked, claims), new_facts(question, asked, claims)
    by_words = [
        (replace(candidate, worth=candidate.worth + SHARE_WEIGHT * share + fact), share)
        for candidate, share, fact in zip(candidates, shares, facts, strict=True)
    ]
    shortlist = _shortlist(sorted(by_words, key=lambda rated: -rated[0].worth), SHORTLIST * budget)
    vectors = embedding.embed([question, *(candidate.evidence.quote for candidate, _ in shortlist)])
    return [
        _scored(candidate, share, cosine)
        for (candidate, share), cosine in zip(shortlist, (vectors[1:] @ vectors[0]).tolist(), strict=True)
    ]


def _scored(candidate: _Candidate, share: float, cosine: float) -> _Candidate:
    closeness = replace(candidate.evidence, score=cosine + CLOSENESS_SHARE * share)
    return replace(candidate, worth=candidate.worth + cosine, evidence=closeness)


def _shortlist(ranked: Sequence[tuple[_Candidate, float]], tokens: int) -> list[tuple[_Candidate, float]]:
    """The first candidates, until they have so many tokens."""
    totals = accumulate(count_tokens(candidate.evidence.quote) for candidate, _ in ranked)
    return [rated for i, (rated, total) in enumerate(zip(ranked, totals, strict=False)) if not i or total <= tokens]


class _Basket:
    """The evidence taken so far, by its words, and the tokens that it has in the prompt."""

    def __init__(self) -> None:
        self.taken: dict[str, Evidence] = {}
        self.tokens = 0
        self._lines: dict[str, int] = {}  # tokens, by the words
        self._headings: dict[str, int] = {}  # tokens, by the article; 0 where there is a heading already

    def cost(self, *wanted: Evidence) -> int:
        """The tokens that these would add: their lines, and the heading of an article that has none."""
        new = [evidence for evidence in wanted if evidence.quote not in self.taken]
        headings = {evidence.article.id: self._heading(evidence) for evidence in new}
        return sum(map(self._line, new)) + sum(headings.values())

    def take(self, *wanted: Evidence) -> None:
        """Put these in."""
        self.tokens += self.cost(*wanted)
        self.taken |= {evidence.quote: evidence for evidence in wanted}
        self._headings |= {evidence.article.id: 0 for evidence in wanted}

    def _line(self, evidence: Evidence) -> int:
        if evidence.quote not in self._lines:
            self._lines[evidence.quote] = count_tokens(f"{numbered(evidence)}\n")
        return self._lines[evidence.quote]

    def _heading(self, evidence: Evidence) -> int:
        if evidence.article.id not in self._headings:
            # The blank line between two articles is a token at most.
            self._headings[evidence.article.id] = count_tokens(f"{evidence.label}\n") + 1
        return self._headings[evidence.article.id]


def _within_budget(candidates: Sequence[_Candidate], budget: int) -> list[Evidence]:
    """The best for their cost, one after the other, as long as one fits."""
    basket, rated = _Basket(), {candidate.evidence.quote: candidate.evidence for candidate in candidates}
    left = list(candidates)
    while left:
        best = max(left, key=lambda c: for_its_cost(c.worth, basket.cost(c.evidence)))
        before = [rated.get(best.before.quote, best.before)] if best.before else []
        if basket.tokens + basket.cost(*before, best.evidence) <= budget:
            basket.take(*before, best.evidence)
        elif not basket.taken or basket.tokens + basket.cost(best.evidence) <= budget:
            basket.take(best.evidence)
        left = [c for c in left if c is not best and c.evidence.quote not in basket.taken]
    return list(basket.taken.values())
