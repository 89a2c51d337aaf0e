"""The dates in a text, as far as it tells them: days, months, years, weekdays, "yesterday", "last year", hours."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from rag.dates import WEEKDAYS
from rag.texts.written_dates import ANY_MONTH, JOIN, MONTHS, NO_MORE_DIGITS, ORDINAL

_YEAR = r"(?:1[5-9]|20)\d\d"
_DAYS = rf"\d{{1,2}}{ORDINAL}(?:{JOIN}\d{{1,2}}{ORDINAL}(?!\d)){{1,4}}"  # "23 and 24", "29-30"
_SHORT = r"(?-i:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)(?=[.,])"
_WEEKDAY = rf"(?P<weekday>(?:{'|'.join(WEEKDAYS)})|{_SHORT})"
_WRITTEN = (
    rf"(?P<iso>\b{_YEAR}-\d\d-\d\d\b)",
    rf"(?<![\d.,])(?P<days>{_DAYS})(?:\s+of)?\s+(?P<month>{ANY_MONTH})(?!\w)(?:,?\s+(?P<year>{_YEAR})\b)?",
    rf"\b(?P<month>{ANY_MONTH})\s+(?P<days>{_DAYS})\b{NO_MORE_DIGITS}(?:,?\s+(?P<year>{_YEAR})\b)?",
    rf"(?<![\d.,])(?P<day>\d{{1,2}}){ORDINAL}(?:\s+of)?[\s-]+(?P<month>{ANY_MONTH})(?!\w)(?:,?\s+(?P<year>{_YEAR})\b)?",
    rf"\b(?P<month>{ANY_MONTH})\s+(?:the\s+)?(?P<day>\d{{1,2}}){ORDINAL}\b{NO_MORE_DIGITS}(?:,?\s+(?P<year>{_YEAR})\b)?",
    rf"\b(?P<month>{ANY_MONTH})(?!\w),?(?:\s+(?:of\s+)?(?P<year>{_YEAR})\b)?",
    rf"(?<![\d.,$£€¥-])\b(?P<year>{_YEAR})(?:s\b|[-/]\d\d\b(?!-))?(?![.,:-]?\d|\s*(?:percent|dollar|euro|pound|people|tonnes?|metres?)\b)",
    rf"\b{_WEEKDAY}(?:['’]s)?(?!\w)",
    r"(?P<clock>(?<![\d.,:])\d{1,2}[:.]\d{2}(?:\s*[ap]\.?m\b\.?)?(?!\d)|\b\d{1,2}\s*[ap]\.?m\b\.?)",
    r"\b(?P<relative>today|yesterday|tomorrow|tonight|(?:last|this|next|(?:the )?previous|a) (?:year|month|summer|winter|autumn|spring)(?: (?:earlier|ago|before))?)\b",  # noqa: E501
    r"\b(?:(?:in|from|since|until|by|the|last|next|this) (?:the )?)(?P<season>spring|summer|autumn|winter)\b",
)
_PATTERNS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _WRITTEN)
_MONTH = tuple(re.compile(month, re.IGNORECASE) for month in MONTHS)
_AHEAD = re.compile(
    r"\b(?:will|would|due|scheduled|set to|expected|plan(?:s|ned)?|upcoming|postponed|delayed|(?:is|are) to"
    r"|from|until)\b",
    re.IGNORECASE,
)
Groups = dict[str, Any]  # of an expression's match: name -> what it matched
_NOON = 12
_DAYS_IN_WEEK = 7
_SHIFTS: dict[str, int] = {"last": -1, "previous": -1, "a": -1, "this": 0, "next": 1}


@dataclass(frozen=True)
class Told:
    """As much of a date as is told."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    season: str = ""
    clock: str = ""

    def is_told_by(self, other: "Told") -> bool:
        """Whether the other says all of it."""
        mine = (self.year, self.month, self.day, self.season or None, self.clock or None)
        theirs = (other.year, other.month, other.day, other.season or None, other.clock or None)
        return all(one is None or one == another for one, another in zip(mine, theirs, strict=True))

    def is_on(self, day: date) -> bool:
        """Whether it is that day, or its month or year."""
        same = self.year in {None, day.year} and self.month in {None, day.month} and self.day in {None, day.day}
        return same and not self.season and not self.clock


@dataclass(frozen=True)
class Mention:
    """A date where it is written, and what it may mean: "Friday" may be the last or, looking ahead, the next."""

    said: str
    start: int
    end: int
    meanings: tuple[Told, ...]

    def is_told_by(self, other: "Mention") -> bool:
        """Whether it is written alike ("Friday" is the report's), or one meaning of the other tells one of this."""
        return self.said.lower() == other.said.lower() or any(
            mine.is_told_by(theirs) for mine in self.meanings for theirs in other.meanings
        )

    def is_like(self, other: "Mention") -> bool:
        """Whether both are told as exactly, so that one could stand for the other."""
        return _told_parts(self.meanings[0]) == _told_parts(other.meanings[0])


def _told_parts(told: Told) -> tuple[bool, ...]:
    return (told.day is not None, told.month is not None, bool(told.season), bool(told.clock))


@lru_cache(maxsize=512)  # the same quote is held against every sentence of an answer
def dates_of(text: str, published_at: date | None) -> tuple[Mention, ...]:
    """The dates in a text that was published on that day, in order.

    >>> [mention.meanings for mention in dates_of("They met on Tuesday", date(2025, 10, 1))]
    [(Told(year=2025, month=9, day=30, season='', clock=''),)]
    """
    found = list[Mention]()
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            found.extend(_mentions(match, published_at, text))
    return tuple(sorted(found, key=lambda mention: mention.start))


def without_dates(text: str, mentions: tuple[Mention, ...]) -> str:
    """The text, as long as it was, with its dates blanked out."""
    for mention in mentions:
        text = text[: mention.start] + "_" * (mention.end - mention.start) + text[mention.end :]
    return text


def _mentions(match: re.Match[str], published_at: date | None, text: str) -> Iterator[Mention]:
    groups = match.groupdict()
    if groups.get("days"):
        for day in re.finditer(r"\d+", groups["days"]):
            start = match.start("days") + day.start()
            told = tuple(_calendar(groups | {"day": day.group()}, published_at, text))
            yield Mention(f"{day.group()} {groups['month']}", start, start + len(day.group()), told)
        yield Mention(
            groups["month"], *match.span("month"), tuple(_calendar(groups | {"day": None}, published_at, text))
        )
        return
    kind = next(name for name in _READERS if groups.get(name))
    if meanings := tuple(_READERS[kind](groups, published_at, text)):
        yield Mention(match.group().strip(" ,"), *match.span(), meanings)


def _iso(groups: Groups, _published: date | None, _text: str) -> Iterator[Told]:
    year, month, day = map(int, groups["iso"].split("-"))
    yield Told(year, month, day)


def _calendar(groups: Groups, published_at: date | None, _text: str) -> Iterator[Told]:
    written = groups.get("month")
    month = next((n for n, name in enumerate(_MONTH, start=1) if written and name.fullmatch(written)), None)
    day = int(groups["day"]) if groups.get("day") else None
    if groups.get("year"):
        yield Told(int(groups["year"]), month, day)
    elif published_at and month:
        for year in _nearest_years(month, day or 15, published_at):
            yield Told(year, month, day)
    else:
        yield Told(None, month, day)


def _nearest_years(month: int, day: int, published_at: date) -> list[int]:
    """The years of the last and the next such day, the nearer first: a report of December means the January after."""
    months = (month * 31 + day) - (published_at.month * 31 + published_at.day)
    other = 1 if months < 0 else -1
    years = [published_at.year, published_at.year + other]
    return years if 2 * abs(months) <= 12 * 31 else years[::-1]


def _weekday(groups: Groups, published_at: date | None, text: str) -> Iterator[Told]:
    number = next(n for n, name in enumerate(WEEKDAYS) if name[:3].lower() == groups["weekday"][:3].lower())
    if published_at is None:
        yield Told(season=WEEKDAYS[number])  # the name is all there is to compare
        return
    back = (published_at.weekday() - number) % _DAYS_IN_WEEK
    yield _told(published_at, -back)
    if _AHEAD.search(text):
        yield _told(published_at, _DAYS_IN_WEEK - back)


def _told(published_at: date, days: int) -> Told:
    try:
        day = published_at + timedelta(days=days)
    except OverflowError:
        return Told(published_at.year)
    return Told(day.year, day.month, day.day)


def _clock(groups: Groups, _published: date | None, _text: str) -> Iterator[Told]:
    hour, minute = (int(part) for part in [*re.findall(r"\d+", groups["clock"]), "0"][:2])
    half = re.search(r"[ap]", groups["clock"].lower())
    if hour > 24 or minute > 59 or (not half and ":" not in groups["clock"]):  # noqa: PLR2004 (a clock's)
        return
    hours = (
        {hour, hour + _NOON}
        if not half and hour < _NOON
        else {hour % _NOON + _NOON * (half is not None and half[0] == "p")}
    )
    for known in sorted(hours if half or hour < _NOON else {hour}):
        yield Told(clock=f"{known}:{minute:02}")


def _relative(groups: Groups, published_at: date | None, _text: str) -> Iterator[Told]:
    said = groups["relative"].lower()
    if published_at is None:
        return
    if (days := {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}.get(said)) is not None:
        yield _told(published_at, days)
        return
    words = said.removeprefix("the ").split()
    shift = _SHIFTS[words[0]] if words[0] != "a" or len(words) > 2 else None  # noqa: PLR2004 ("a year" is no date)
    if shift is None:
        return
    if words[1] == "month":
        months = published_at.year * 12 + published_at.month - 1 + shift
        yield Told(months // 12, months % 12 + 1)
    else:
        yield Told(published_at.year + shift, season="" if words[1] == "year" else words[1])


def _season(groups: Groups, _published: date | None, _text: str) -> Iterator[Told]:
    yield Told(season=groups["season"].lower())


_READERS: dict[str, Callable[[Groups, date | None, str], Iterator[Told]]] = {
    "iso": _iso,
    "month": _calendar,
    "year": _calendar,
    "weekday": _weekday,
    "clock": _clock,
    "relative": _relative,
    "season": _season,
}
