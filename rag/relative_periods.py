"""Words that name days seen from today: "yesterday", "last week", "over the past ten days", "on Tuesday"."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from rag.calendar_periods import MONTH_NAMES, PART, SEASON_NAMES, WEEKDAYS, month_number, parted
from rag.days import DAY, SEASONS, WEEK, Days, calendar_unit, months, season, span_of

# "This week" is as often the last seven days as the week since Monday: of 48 questions of a weekly news quiz whose
# answer stands in an article of the 14 days before, all 48 have one of the last 6.
THIS_WEEK = 6  # days before today
RECENT = 30  # days; 23 of 24 such questions with "recently", answered in the last 60 days, have an answer in these
LONGEST_WINDOW = 400  # days; "the past 10 years" are what a figure counts, not when it was reported
FEW = 3  # "a few days", "several weeks", or just "weeks ago"
_SATURDAY = 5  # of date.weekday()

_NUMBERS = {word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), 1)} | {
    "eleven": 11,
    "twelve": 12,
    "fourteen": 14,
    "a": 1,
    "an": 1,
    "a couple of": 2,
    "couple of": 2,
    "a few": FEW,
    "few": FEW,
    "several": FEW,
}
_NUMBER = rf"(?P<number>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNIT = r"(?P<unit>hour|day|week|fortnight|month|quarter|year)s?\b"
_WEEKDAY = rf"(?P<weekday>{'|'.join(WEEKDAYS)})(?![a-z])"

_NOWADAYS = re.compile(r"\b(?:is|are|am|do|does)\b", re.IGNORECASE)  # the way things are "today"


@dataclass(frozen=True)
class Now:
    """The day of a question, whether its words look ahead of that day or back, and the one year that they name."""

    today: date
    ahead: bool = False
    past: bool = False
    year: int | None = None


Reader = Callable[[re.Match[str], Now], Days | None]


def relative(text: str, now: Now) -> Iterator[tuple[int, int, str, Days | None]]:
    """Start, end, kind and days of every such phrase; None for those of days to come. Readings may overlap."""
    for kind, pattern, read in _GRAMMAR:
        for words in pattern.finditer(text):
            try:
                yield *words.span(), kind, read(words, now)
            except (ValueError, OverflowError):  # no calendar goes back that far
                continue


def _on(back: int) -> Reader:
    return lambda _, now: Days(now.today - back * DAY, now.today - back * DAY)


def _today(words: re.Match[str], now: Now) -> Days | None:
    """Today's days; None where "today" is as good as "nowadays", or what it brings was reported before."""
    is_day = now.past and not now.ahead and not _NOWADAYS.search(words.string)
    return Days(now.today, now.today) if is_day else None


def _last_night(_: re.Match[str], now: Now) -> Days:
    return Days(now.today - DAY, now.today)


def _to_come(_: re.Match[str], __: Now) -> None:
    """No days: nothing is reported from them yet."""


def _weekday(words: re.Match[str], now: Now) -> Days | None:
    """The last such day before today; on such a day itself, which of the two is open."""
    back = (now.today.weekday() - WEEKDAYS.index(words["weekday"].lower())) % WEEK
    last = words.groupdict().get("last")
    is_event = bool(last) or words.string.startswith(("'s", "’s"), words.end())
    if not is_event and (now.ahead or (not now.past and _NOWADAYS.search(words.string))):  # "open on Monday"
        return None
    if back == 0:
        return Days(now.today - WEEK * DAY, now.today - WEEK * DAY if last else now.today)
    return Days(now.today - back * DAY, now.today - back * DAY)


def _weekday_of_week(words: re.Match[str], now: Now) -> Days:
    monday = now.today - now.today.weekday() * DAY
    day = monday + WEEKDAYS.index(words["weekday"].lower()) * DAY
    day -= WEEK * DAY if words["which"].lower() != "this" else 0 * DAY
    return Days(day, day)


def _weekend(words: re.Match[str], now: Now) -> Days | None:
    """The last weekend that has begun; "last weekend", on one, is the one before."""
    saturday = now.today - (now.today.weekday() - _SATURDAY) % WEEK * DAY
    which = (words["which"] or "").lower()
    on_one = now.today.weekday() >= _SATURDAY
    if which in {"last", "past", "previous"} and on_one:
        saturday -= WEEK * DAY
    elif now.ahead and not on_one and which in {"this", ""}:
        return None
    return Days(saturday, saturday + DAY)


def _this(words: re.Match[str], now: Now) -> Days | None:
    unit = words["unit"].lower()
    days = calendar_unit(now.today, unit)
    if unit == "week" and not words["part"]:
        return Days(now.today - THIS_WEEK * DAY, days.last)
    return None if now.ahead and unit != "week" else parted(days, words)


def _last(words: re.Match[str], now: Now) -> Days:
    unit = words["unit"].lower()
    return parted(calendar_unit(now.today - span_of(1, unit), unit), words)


def _named(words: re.Match[str], now: Now) -> Days | None:
    """The days of "last August": the last that is over; "this summer": that of this year, if it has begun."""
    occurrences = [_occurrence(words, now.today.year - back) for back in range(3)]
    if words["which"].lower() == "this":
        begun = next(days for days in occurrences if (days.first or date.min) <= now.today)
        return begun if now.today in begun or (begun.first or date.min).year == now.today.year else None
    return next(days for days in occurrences if (days.last or date.max) < now.today)


def _occurrence(words: re.Match[str], year: int) -> Days:
    name = words["name"].lower()
    return season(year, name) if name in SEASONS else months(year, month_number(name))


def _number(words: re.Match[str]) -> int:
    told = " ".join((words.groupdict().get("number") or "one").lower().split())
    return _NUMBERS.get(told) or int(told)


def _window(words: re.Match[str], now: Now) -> Days | None:
    first = now.today - span_of(_number(words), words["unit"].lower())
    return Days(first, now.today) if (now.today - first).days <= LONGEST_WINDOW else None


def _ago(words: re.Match[str], now: Now) -> Days:
    unit, number = words["unit"].lower(), _number(words)
    if unit == "hour":
        return Days(now.today - span_of(number, unit), now.today)
    if number == FEW and not re.match(r"3|three", words["number"], re.IGNORECASE):
        return _few_ago(words, now)
    day = now.today - span_of(number, unit)
    return Days(day, day) if unit == "day" else calendar_unit(day, unit)


def _few_ago(words: re.Match[str], now: Now) -> Days:
    """Some time in the last twice as many: what "a few" are is open."""
    return Days(now.today - span_of(2 * FEW, words["unit"].lower()), now.today)


def _recent(words: re.Match[str], now: Now) -> Days:
    units = {"day": WEEK * DAY, "week": RECENT * DAY, "month": 6 * RECENT * DAY}
    return Days(now.today - units.get((words.groupdict().get("unit") or "week").lower(), RECENT * DAY), now.today)


_READERS: tuple[tuple[str, str, Reader], ...] = (
    ("day", r"\byesterday\b", _on(1)),
    ("day", r"\b(?:the\s+)?day\s+before\s+yesterday\b", _on(2)),
    ("day", r"\b(?:earlier\s+today|this\s+(?:morning|afternoon|evening))\b", _on(0)),
    ("day", r"\b(?:today|tonight)\b", _today),
    ("day", r"\blast\s+night\b", _last_night),
    ("to come", rf"\b(?:next|coming|following|every|each)\s+(?:{'|'.join(WEEKDAYS)}|{MONTH_NAMES}|{SEASON_NAMES})",
     _to_come),
    ("to come", r"\blater\s+(?:this|in\s+the)\s+(?:week|month|quarter|year)\b", _to_come),
    ("weekday", rf"\b{_WEEKDAY}", _weekday),
    ("day", rf"\b(?P<last>last|past|this\s+past)\s+{_WEEKDAY}", _weekday),
    ("weekday", rf"\b{_WEEKDAY},?\s+(?:of\s+)?(?P<which>last|this|the\s+previous)\s+week\b", _weekday_of_week),
    ("day", r"\b(?:(?P<which>last|past|this|previous)|(?:(?<=over )|(?<=during )|(?<=at )|(?<=on ))the)\s+weekend\b",
     _weekend),
    ("last", rf"\b(?P<which>last|past|this)\s+(?P<name>{MONTH_NAMES}|{SEASON_NAMES})", _named),
    ("this", rf"{PART}(?<=the )(?P<unit>week|month|quarter)\b(?!\s+of\b)", _this),
    ("this", rf"{PART}?(?:\bearlier\s+)?\b(?:this|(?:the\s+)?current)\s+(?P<unit>week|month|quarter|year)\b", _this),
    ("last", rf"{PART}?\b(?:last|the\s+previous)\s+(?P<unit>week|month|quarter|year)\b(?!\s+of\b)", _last),
    ("window", rf"\b(?:the|this)\s+(?:past|last)\s+{_UNIT}(?!\s+of\b)", _window),
    ("window", rf"\b(?:(?:the|these)\s+)?(?:past|last|previous)\s+{_NUMBER}[\s-]+{_UNIT}(?!\s+of\b)", _window),
    ("ago", rf"\b{_NUMBER}\s+{_UNIT}\s+ago\b", _ago),
    ("ago", r"(?<!many )(?<!million )(?<!thousand )(?<!dozen )(?<!\d )\b(?P<unit>day|week|month)s\s+ago\b", _few_ago),
    ("recent", r"\brecently\b|\blately\b|\bof\s+late\b(?=\W*$|[,;.?!])", _recent),
    ("recent", r"\b(?:the\s+)?(?:most\s+)?recent\s+(?P<unit>day|week|month)s\b", _recent),
)  # fmt: skip
_GRAMMAR = tuple((kind, re.compile(pattern, re.IGNORECASE), read) for kind, pattern, read in _READERS)
