"""When the words of a report say that something happened: "on Tuesday", published on 1 October, is 30 September."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rag.texts import Reading, read
from rag.texts.days import Mention, Told
from rag.texts.roles import SPEECH

# "Until 4 December" bounds something; "since Monday" it has been so.
_BOUND = re.compile(
    r"\b(?:until|till|before|since|from|after|than|between)\s+(?:the\s+)?(?:\w+\s+of\s+)?$", re.IGNORECASE
)
_AHEAD = re.compile(
    r"\b(?:will|would|shall|due|scheduled|set to|expected|plan(?:s|ned)?|(?:is|are|was|were) to)\b[^,;:]*$",
    re.IGNORECASE,
)
_IN = re.compile(r"\b(?:in|during|early|late|mid)[\s-]+(?:the\s+)?$", re.IGNORECASE)  # "the 2024 winners" is no time
# "The man who won in 2024", "since it began in June": a time of something beside.
_ASIDE = re.compile(
    r"\b(?:who|whom|whose|which|that|since|although|though|when|where|while|after|before|until)\b[^,;:]*$",
    re.IGNORECASE,
)
_SAID_SO = 15  # characters between "said" and its day: "said late on Tuesday"
_DATED = re.compile(r",?\s+(?:week,?\s+|the\s+)?\(?$", re.IGNORECASE)  # between "Sunday" and its "19 October"


@dataclass(frozen=True)
class EventDay:
    """When something happened: not before `first`; on `day`, where more than a month or a year is told."""

    first: date
    day: date | None = None


def event_day(text: str, published_at: date | None) -> EventDay | None:
    """When that happened of which a text tells; on the day it came out, where it names none; None: nobody knows.

    >>> event_day("They met on Tuesday.", date(2025, 10, 1)).day
    datetime.date(2025, 9, 30)
    """
    reading = read(text, published_at)
    free = [mention for mention in reading.dates if not _BOUND.search(reading.text[: mention.start])]
    days = list(_days(reading, free))
    if days:
        return EventDay(days[0], days[0])
    periods = [told for mention in free if (told := _period(reading, mention))]
    if len(periods) == 1 and _is_over(periods[0], published_at):
        return EventDay(date(periods[0].year or 1, periods[0].month or 1, 1))
    return EventDay(published_at, published_at) if published_at else None


def days_told(text: str, published_at: date | None) -> list[date]:
    """The days that a text of that day names, in order; of a text without a day, only those with their year."""
    reading = read(text, published_at)
    return [day for mention in reading.dates if (day := _meant(reading, mention))]


def _days(reading: Reading, mentions: Sequence[Mention]) -> Iterator[date]:
    """The days that are told, those on which something was only said last."""
    said_so = [mention for mention in mentions if _is_of_saying(reading, mention)]
    for mention in [*(m for m in mentions if m not in said_so), *said_so]:
        if not _is_dated(reading, mention, mentions) and (day := _meant(reading, mention)):
            yield day


def _meant(reading: Reading, mention: Mention) -> date | None:
    """The day meant: of a text that looks ahead, the first that is not over; else the likeliest."""
    days = [day for told in mention.meanings if (day := _day(told))]
    if reading.published_at and _AHEAD.search(reading.text[: mention.start]):
        days = [day for day in days if day >= reading.published_at] or days
    return days[0] if days else None


def _is_of_saying(reading: Reading, mention: Mention) -> bool:
    verbs = list(SPEECH.finditer(reading.text, 0, mention.start))
    return bool(verbs) and mention.start - verbs[-1].end() <= _SAID_SO


def _is_dated(reading: Reading, mention: Mention, mentions: Sequence[Mention]) -> bool:
    """Whether it is a weekday whose date follows."""
    return not any(map(str.isdigit, mention.said)) and any(
        other.start > mention.end and _DATED.fullmatch(reading.text[mention.end : other.start]) for other in mentions
    )


def _day(told: Told) -> date | None:
    if not (told.year and told.month and told.day):
        return None
    try:
        return date(told.year, told.month, told.day)
    except ValueError:  # "30 February"
        return None


def _period(reading: Reading, mention: Mention) -> Told | None:
    """The year, or month of a year, in which something is told to have happened."""
    told, before = mention.meanings[0], reading.text[: mention.start]
    is_period = told.year and not told.day and not told.clock
    return told if is_period and _IN.search(before) and not _ASIDE.search(before) else None


def _is_over(told: Told, published_at: date | None) -> bool:
    """Whether the month or year was over when the report came out; else the report's own day says more."""
    if published_at is None or told.year is None:
        return told.year is not None
    return (told.year, told.month or 0) < (published_at.year, published_at.month if told.month else 0)
