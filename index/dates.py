"""Publication dates as outlets write them; what may be read in two ways is not read at all."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser

EARLIEST_YEAR = 1800  # an older "publication date" is a misreading; digitised newspapers do go back this far
MONTHS_IN_YEAR = 12
FURTHEST_AHEAD = timezone(timedelta(hours=14))  # where the calendar day begins first

_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?"
    r"|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_ISO = (
    r"(?P<iso>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{4}\. \d{1,2}\. \d{1,2}\.?"
    r"|\d{4}\s?[\u5e74\ub144]\s?\d{1,2}\s?[\u6708\uc6d4]\s?\d{1,2}\s?[\u65e5\uc77c])"
)
_SPELLED = (
    rf"(?P<spelled>{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+\d{{4}})"
)
_NUMERIC = r"(?P<numeric>\d{1,2}[/.-]\d{1,2}[/.-]\d{4})"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_CLOCK = r"(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d{1,9})?)?(?:\s*[ap]\.?m\b\.?)?|\d{1,2}\s*[ap]\.?m\b\.?)"
_ZONE = r"(?:Z|\(?(?-i:[A-Z]{2,5})\)?|[+-]\d{2}(?::?\d{2})?|(?:GMT|UTC)\s*[+-]\d{1,2}(?::?\d{2})?)(?![\w:])"
_TIME = rf"(?:(?:T|,?\s+(?:at\s+|[-\u2013\u2014|]\s+)?)(?P<clock>{_CLOCK})(?:\s*(?P<zone>{_ZONE}))?)?"
_TIME_BEFORE = rf"(?:(?<![\w/.:-])(?P<clock_before>{_CLOCK})(?:\s*(?P<zone_before>{_ZONE}))?,?\s+(?:on\s+)?)?"
_LABEL = (
    r"(?:(?P<label>(?:first\s+|originally\s+)?(?:published|posted)|(?:last\s+)?(?:updated|modified)|date)"
    r"\s*(?:on|at)?\s*[:=-]?\s*)?"
)
_DAY = rf"{_WEEKDAY}(?:{_ISO}|{_SPELLED}|{_NUMERIC})"
_STAMP = re.compile(rf"{_LABEL}{_TIME_BEFORE}(?<![\w/.-]){_DAY}(?![\d/]){_TIME}", re.IGNORECASE)
_NOTE = r"(?:\s*\([\w .]{3,60}\))?"  # "(Coordinated Universal Time)", as JavaScript writes it
_ALONE = re.compile(rf"\s*{_TIME_BEFORE}{_DAY}{_TIME}{_NOTE}\s*", re.IGNORECASE)
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})\s*")
_PARTS = re.compile(r"\d+")
_CLOCK_PARTS = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:[:.](\d{2}))?(?:\.(\d{1,9}))?\s*(?:([ap])\.?m)?", re.IGNORECASE)
_OFFSET = re.compile(r"(?:GMT|UTC)?\s*([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)
# Hours ahead of Greenwich, of the abbreviations that stand for one zone: CST is American and Chinese, IST Indian,
# Irish and Israeli.
_HOURS = {
    name: hours
    for hours, names in (
        (-10.0, "HST"),
        (-9.0, "AKST"),
        (-8.0, "PST AKDT"),
        (-7.0, "MST PDT"),
        (-6.0, "MDT"),
        (-5.0, "EST CDT"),
        (-4.0, "EDT"),
        (0.0, "Z UTC GMT WET"),
        (1.0, "BST WEST CET"),
        (2.0, "CEST EET"),
        (3.0, "EEST MSK"),
        (5.0, "PKT"),
        (8.0, "HKT SGT AWST"),
        (9.0, "JST KST"),
        (9.5, "ACST"),
        (10.0, "AEST"),
        (10.5, "ACDT"),
        (11.0, "AEDT"),
        (12.0, "NZST"),
        (13.0, "NZDT"),
    )
    for name in names.split()
}
_PLACES = {"ET": "America/New_York", "PT": "America/Los_Angeles"}  # the abbreviation leaves open whether it is summer


class Stamp(NamedTuple):
    """A date in a line of page furniture: what it says, its label ("updated"), and where it stands."""

    day: date
    moment: datetime | None  # where the time of day stands with it, and its zone
    label: str
    start: int
    end: int


def read_date(text: str) -> date | None:
    """The day that `text` as a whole writes, whatever time of day follows; None if it is not plainly one."""
    if compact := _COMPACT.fullmatch(text):
        return believable(*(int(part) for part in compact.groups()))
    written = _ALONE.fullmatch(text)
    return _day_of(written) if written else None


def read_moment(text: str) -> datetime | None:
    """The moment that `text` as a whole writes, if it says which zone its time of day is in; else None."""
    written = _ALONE.fullmatch(text)
    day = _day_of(written) if written else None
    return _moment_of(written, day) if written and day else None


def stamps(line: str) -> Iterator[Stamp]:
    """Every date written out in `line`, with the label before it."""
    for written in _STAMP.finditer(line):
        if day := _day_of(written):
            yield Stamp(day, _moment_of(written, day), (written["label"] or "").lower(), *written.span())


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


def _moment_of(written: re.Match[str], day: date) -> datetime | None:
    clock = written["clock"] or written["clock_before"]
    zone = written["zone"] or written["zone_before"]
    return _moment(day, clock, zone.strip("()").upper()) if clock and zone else None


def _moment(day: date, clock: str, zone: str) -> datetime | None:
    """The moment of that day's clock time; None where the clock has no such time or the zone is not known."""
    parts = _CLOCK_PARTS.match(clock)
    if not parts:
        return None
    hour = int(parts[1])
    if parts[5]:
        hour = hour % 12 + (12 if parts[5].lower() == "p" else 0)
    fraction = int((parts[4] or "0").ljust(6, "0")[:6])
    try:
        naive = datetime(day.year, day.month, day.day, hour, int(parts[2] or 0), int(parts[3] or 0), fraction)  # noqa: DTZ001
        return naive.replace(tzinfo=_zone(zone)) if _zone(zone) else None
    except ValueError:
        return None


def _zone(name: str) -> tzinfo | None:
    if name in _HOURS:
        return timezone(timedelta(hours=_HOURS[name]))
    if offset := _OFFSET.fullmatch(name):
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(ahead if offset[1] == "+" else -ahead)
    try:
        return ZoneInfo(_PLACES[name]) if name in _PLACES else None
    except ZoneInfoNotFoundError:  # a system without time zone data
        return None
