"""Publication dates as outlets write them; what may be read in two ways is not read at all."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

from dateutil import parser

EARLIEST_YEAR = 1800  # an older "publication date" is a misreading; digitised newspapers do go back this far
MONTHS_IN_YEAR = 12
FURTHEST_AHEAD = timezone(timedelta(hours=14))  # where the calendar day begins first

_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?"
    r"|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_ISO = r"(?P<iso>\d{4}[-/]\d{1,2}[-/]\d{1,2})"
_SPELLED = (
    rf"(?P<spelled>{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+\d{{4}})"
)
_NUMERIC = r"(?P<numeric>\d{1,2}[/.-]\d{1,2}[/.-]\d{4})"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d{1,9})?)?(?:\s*[ap]\.?m\b\.?)?"
_ZONE = r"(?:\s*(?:Z|\(?[A-Z]{2,5}\)?|[+-]\d{2}:?\d{2}|(?:GMT|UTC)\s*[+-]\d{1,2}(?::?\d{2})?)(?![\w:]))?"
_TIME = rf"(?:(?:T|,?\s+(?:at\s+|[-\u2013\u2014|]\s+)?){_CLOCK}{_ZONE})?"
_LABEL = (
    r"(?:(?P<label>(?:first\s+|originally\s+)?(?:published|posted)|(?:last\s+)?(?:updated|modified)|date)"
    r"\s*(?:on|at)?\s*[:=-]?\s*)?"
)
_WRITTEN = rf"(?<![\w/.-]){_WEEKDAY}(?:{_ISO}|{_SPELLED}|{_NUMERIC})(?![\d/])"
_STAMP = re.compile(rf"{_LABEL}{_WRITTEN}{_TIME}", re.IGNORECASE)
_ALONE = re.compile(rf"\s*{_WEEKDAY}(?:{_ISO}|{_SPELLED}|{_NUMERIC}){_TIME}\s*", re.IGNORECASE)
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})\s*")
_PARTS = re.compile(r"\d+")


class Stamp(NamedTuple):
    """A date in a line of page furniture: what it says, its label ("updated"), and where it stands."""

    day: date
    label: str
    start: int
    end: int


def read_date(text: str) -> date | None:
    """The day that `text` as a whole writes, whatever time of day follows; None if it is not plainly one."""
    if compact := _COMPACT.fullmatch(text):
        return believable(*(int(part) for part in compact.groups()))
    written = _ALONE.fullmatch(text)
    return _day_of(written) if written else None


def stamps(line: str) -> Iterator[Stamp]:
    """Every date written out in `line`, with the label before it."""
    for written in _STAMP.finditer(line):
        if day := _day_of(written):
            yield Stamp(day, (written["label"] or "").lower(), *written.span())


def believable(year: int, month: int, day: int) -> date | None:
    """The day, if there is such a day and an article can have been published on it."""
    try:
        written = date(year, month, day)
    except ValueError:
        return None
    is_past = written <= datetime.now(FURTHEST_AHEAD).date()
    return written if is_past and year >= EARLIEST_YEAR else None


def month_number(name: str) -> int | None:
    """1 to 12 for an English month name or its abbreviation."""
    if not re.fullmatch(_MONTH, name, re.IGNORECASE):
        return None
    return parser.parse(f"1 {name} 2000").month


def _day_of(written: re.Match[str]) -> date | None:
    if written["iso"]:
        return believable(*(int(part) for part in _PARTS.findall(written["iso"])))
    if written["spelled"]:
        return _spelled_day(written["spelled"])
    first, second, year = (int(part) for part in _PARTS.findall(written["numeric"]))
    if first != second and max(first, second) <= MONTHS_IN_YEAR:  # 03/04/2025: March or April?
        return None
    return believable(year, second, first) or believable(year, first, second)


def _spelled_day(text: str) -> date | None:
    try:
        parsed = parser.parse(text, default=datetime(2000, 1, 1))  # noqa: DTZ001 - only its date is used
    except (ValueError, OverflowError):
        return None
    return believable(parsed.year, parsed.month, parsed.day)
