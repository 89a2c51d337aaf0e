"""Timelines: dated lines of an LLM in, dated and cited sentences in the order of time out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rag.answer import Sentence
from rag.citations import Cited, cite, renumbered, with_markers
from rag.claims import claim
from rag.dates import long_date
from rag.event_days import EventDay, days_told, event_day
from rag.evidence import Evidence
from rag.texts import read

if TYPE_CHECKING:
    from index.embedding import TextEmbedding

SAME = 0.6  # of the fewer telling words of two lines of a day that both share, where they tell of one event
REPEATED = 0.8  # the same, of lines of different days: a later report repeats the event, and is dated itself
_BULLET = re.compile(r"^\s*(?:[-*•–—]|\(?\d{1,2}[.)])\s+")
_HEAD = re.compile(r"^(?P<head>.{3,45}?)\s*(?::|–|—|\s-)(?:\s+|$)(?P<rest>.*)$")
_BESIDE_DATES = re.compile(r"\b(?:on|the|in|late|early|mid|of|by|at|circa|around)\b|[\W_\d]", re.IGNORECASE)
_MARK_UP = re.compile(r"\*+|`+|__+|^\s{0,3}#{1,6}\s", re.MULTILINE)


@dataclass(frozen=True)
class TimelineDraft:
    """A line as the LLM wrote it, markers and all, and the day that it put before."""

    day: date | None
    text: str


def parse_timeline(text: str, newest: date | None = None) -> list[TimelineDraft]:
    """The lines of the LLM's text, whatever their bullets and dates look like.

    A date alone on a line is that of the lines under it; one without a year is the nearest to `newest`.
    """
    drafts, heading = list[TimelineDraft](), None
    for line in _MARK_UP.sub("", text).splitlines():
        head, rest = _split(_BULLET.sub("", line).strip(), newest)
        if rest and re.search(r"\w", rest) and not rest.endswith(":"):
            drafts.append(TimelineDraft(head or heading, rest))
        elif head or not line.strip():
            heading = head or heading
    return drafts


def _split(line: str, newest: date | None) -> tuple[date | None, str]:
    """The day that a line opens with, and what follows; a month or year alone is no day, and left out."""
    match = _HEAD.match(line) or re.match(r"^(?P<head>.{3,45})$(?P<rest>)", line)
    if not match:
        return None, line
    reading = read(match["head"].strip("[]() "), newest)
    beside = reading.text
    for mention in reversed(reading.dates):
        beside = beside[: mention.start] + beside[mention.end :]
    if not reading.dates or _BESIDE_DATES.sub("", beside):
        return None, line
    return next(iter(days_told(match["head"], newest)), None), match["rest"]


def timeline_of(
    question: str,
    drafts: Sequence[TimelineDraft],
    evidence: Sequence[Evidence],
    embedding: "TextEmbedding | None" = None,
) -> list[Cited]:
    """The lines that the evidence bears out, cited and dated, in the order of time, each event once."""
    lines = [
        (item, when)
        for draft in drafts
        for item in cite(question, draft.text, evidence, embedding)
        if item.sentence.verdict != "unsupported" and (when := _when(draft.day, item))
    ]
    return in_time(lines)


def _when(written: date | None, item: Cited) -> EventDay | None:
    """When it was: the day that the LLM wrote, if the cited words or their report are of it; else theirs."""
    told = [day for words in item.evidence for day in days_told(words.quote, words.article.published_at)]
    published = [words.article.published_at for words in item.evidence]
    if written in told or (written and written in published and not told):
        return EventDay(written, written)
    return next((when for words in item.evidence if (when := when_told(words))), None)


def when_told(words: Evidence) -> EventDay | None:
    """When that happened of which a sentence of a report tells."""
    return event_day(words.quote, words.article.published_at)


def in_time(lines: Sequence[tuple[Cited, EventDay]]) -> list[Cited]:
    """The lines in the order of time, dated and numbered anew, each event once: as it is told first."""
    kept = list[tuple[Cited, EventDay]]()
    for item, when in sorted(lines, key=lambda line: line[1].first):
        if not any(is_same_event((item.sentence.text, when), (k.sentence.text, w)) for k, w in kept):
            kept.append((item, when))
    return renumbered([Cited(_dated(item.sentence, when), item.evidence) for item, when in kept])


def _dated(sentence: Sentence, when: EventDay) -> Sentence:
    return sentence.model_copy(update={"day": when.day})


def is_same_event(one: tuple[str, EventDay], other: tuple[str, EventDay]) -> bool:
    """Whether two texts tell of one event: in much the same words, and with the same numbers."""
    mine, theirs = claim(one[0]), claim(other[0])
    if not (mine.numbers <= theirs.numbers or theirs.numbers <= mine.numbers):
        return False
    fewer = min(len(mine.words), len(theirs.words)) or 1
    return len(mine.words & theirs.words) / fewer >= (SAME if one[1] == other[1] else REPEATED)


def timeline_text(sentences: Sequence[Sentence]) -> str:
    """The lines of a timeline, each with its day before and its [n] markers at the end."""
    return "\n".join(
        f"- {long_date(sentence.day)}: {with_markers([sentence])}" if sentence.day else f"- {with_markers([sentence])}"
        for sentence in sentences
    )
