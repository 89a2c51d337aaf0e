"""The sentences that a timeline is made of: spread over days and stories, each event once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from index.chunking import count_tokens
from rag.answer import Sentence
from rag.citations import Cited
from rag.event_days import EventDay
from rag.evidence import Evidence, render_evidence
from rag.texts import read
from rag.timeline import in_time, is_same_event, when_told

# Of the 38 facts of the 12 timelines that the bundled sets have to practise on, 35 stand in 1,500 tokens of evidence;
# 8 lines tell 24, 6 tell 17, 10 tell 27. More of a day or an article counting for less gains none.
MAX_LINES = 8
CLOSE = 0.45  # of the worth of the best sentence; 0.6 loses 6 of the 29 facts that 500 tokens hold for an LLM
# 0.2 loses 2 of the facts in the lines and 4 of those in 500 tokens.
NEW_FIGURE = 0.4  # of the best score, for a sentence with an amount where the question is about one
_ASKS_FIGURES = re.compile(
    r"\b(?:how (?:many|much|high|large|long|far)|numbers?|counts?|figures?|totals?|tally|tolls?|amounts?|sums?"
    r"|pri[cz]es?|costs?|rates?|shares?|levels?|offers?|money|fees?|tax(?:es)?|levy|levies|fares?|wages?"
    r"|salar(?:y|ies)|budgets?|votes?)\b",
    re.IGNORECASE,
)


def timeline_evidence(question: str, evidence: Sequence[Evidence], *, budget: int) -> list[Evidence]:
    """The sentences that an LLM reads for a timeline, in `budget` tokens at most, renumbered, the oldest first."""
    chosen = list[Evidence]()
    for words, _ in _spread(question, evidence):
        if not chosen or count_tokens(render_evidence(_in_order([*chosen, words]))) <= budget:
            chosen.append(words)
    return [replace(words, n=n) for n, words in enumerate(_in_order(chosen), start=1)]


def _in_order(chosen: Sequence[Evidence]) -> list[Evidence]:
    """The sentences of each article together, the article that came out first before."""
    return sorted(chosen, key=lambda w: (w.article.published_at or date.max, w.article.id, w.start))


def timeline_quotes(question: str, evidence: Sequence[Evidence]) -> list[Cited]:
    """The timeline in the articles' own words: the best sentences, dated, in the order of time."""
    lines = list(islice(_spread(question, evidence), MAX_LINES))
    return in_time([(Cited(_quoted(words), (words,)), when) for words, when in lines])


def _quoted(words: Evidence) -> Sentence:
    return Sentence(text=words.quote, citations=(1,), verdict="supported")


def _spread(question: str, evidence: Sequence[Evidence]) -> Iterator[tuple[Evidence, EventDay]]:
    """The sentences that are close and can be dated, best first, each event once."""
    taken = list[tuple[str, EventDay]]()
    for words, _ in sorted(_rated(question, evidence), key=lambda rated: -rated[1]):
        when = when_told(words)
        if when and not any(is_same_event((words.quote, when), other) for other in taken):
            taken.append((words.quote, when))
            yield words, when


def _rated(question: str, evidence: Sequence[Evidence]) -> list[tuple[Evidence, float]]:
    """The sentences that are close to the question, with their worth as a line, 1 for the closest."""
    best = max((words.score for words in evidence), default=0.0)
    bonus = NEW_FIGURE if _ASKS_FIGURES.search(question) else 0.0
    rated = [(words, words.score / best + bonus * _has_amount(words)) for words in evidence if words.score > 0]
    return [(words, worth) for words, worth in rated if worth >= CLOSE * max(worth for _, worth in rated)]


def _has_amount(words: Evidence) -> bool:
    return any(amount.unit != "nth" for amount in read(words.quote, words.article.published_at).amounts)
