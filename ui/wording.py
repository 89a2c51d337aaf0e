"""An answer in, what page and terminal say of it out: the bare fact, the days, the doubts, the failure."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from rag.answer import Answer, LLMFailure, Sentence, Verdict
from rag.dates import long_date

DOUBTS: dict[Verdict, str] = {"partly": "partly supported", "unsupported": "not in the articles"}
REPORTS_DIFFER = "Reports differ"
NEAREST = "Nearest articles"


def understood(question: str, alone: str) -> str:
    """The question as it would be asked alone; empty: it was asked in these very words."""
    return "" if alone.split() == question.split() else alone


def bare(answer: Answer) -> tuple[Sentence, ...]:
    """The bare fact as a sentence, cited like the one that holds it; where none was told, all sentences."""
    if not answer.short or not answer.sentences:
        return answer.sentences
    holding = next((s for s in answer.sentences if place_of(answer.short, s.text)), answer.sentences[0])
    return (holding.model_copy(update={"text": answer.short}),)


def place_of(short: str, text: str) -> tuple[int, int] | None:
    """The start and end of the bare fact in a sentence, as whole words; None: it is not in it."""
    found = re.search(rf"(?<!\w){re.escape(short)}(?!\w)", text, re.IGNORECASE)
    return found.span() if found else None


def by_day(sentences: Sequence[Sentence]) -> list[tuple[date | None, list[Sentence]]]:
    """The entries of a timeline: what follows on the same day stands together."""
    return [(day, list(told)) for day, told in groupby(sentences, key=lambda sentence: sentence.day)]


def llm_failed(failure: LLMFailure) -> str:
    """That the LLM failed, and whose words are read instead, in one line."""
    return f"no answer by the LLM, so these are the articles' own words: {failure.message}"


def newest(day: date | None) -> str:
    """How far the articles reach; empty: none of them is dated."""
    return f"The newest article here is from {long_date(day)}." if day else ""
