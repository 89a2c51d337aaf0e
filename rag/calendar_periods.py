"""Words that name days of the calendar: dates, months, seasons, quarters, years, and parts of them."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from rag.days import DAY, WEEK, Days, Yearly, half_year, months, part, quarter, season, week_of

MONTH_NAMES = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|apr|aug|sept?|oct|nov|dec)\b\.?)(?![a-z])"
)
SEASON_NAMES = r"(?:spring|summer|autumn|fall|winter)\b"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1}
# Parts of a period: which, of how many equal ones.
_PARTS = {
    "early": (1, 3),
    "start": (1, 3),
    "beginning": (1, 3),
    "mid": (2, 3),
    "middle": (2, 3),
    "late": (3, 3),
    "end": (3, 3),
    "close": (3, 3),
    "first half": (1, 2),
    "second half": (2, 2),
}
_OF = [name for name in _PARTS if name not in {"early", "mid", "late"}]
PART = (
    rf"(?:\b(?P<part>early|mid|late|(?:{'|'.join(_OF)})(?=\s+of\b))(?:\s+(?:of|in)\b)?"
    r"[\s-]+(?:the\s+(?:month\s+of\s+)?)?)"
)

_MONTH = rf"\b(?P<month>{MONTH_NAMES})"
_WEEKDAY = rf"(?:\b(?:{'|'.join(WEEKDAYS)}),?\s+(?:the\s+)?)?"
_DAY = r"(?<![\d.,/:-])(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_LAST_DAY = r"\s*(?:[-–—]|\bto\b|\band\b|\bor\b|\buntil\b|\bthrough\b)\s*(?:the\s+)?(?P<last>\d{1,2})(?:st|nd|rd|th)?"
# Not "2024-25", "2,000", "2000%", "the 2000s", "a 2000-metre race".
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)(?![\w%]|[.,/:]\d|[–-]\d{1,2}\b|-[a-z])"
_A_YEAR = rf"(?:{_YEAR}|(?P<which>this|last|the)\s+year\b)"
_OF_YEAR = rf"(?:,?\s+(?:of\s+|in\s+)?{_A_YEAR})?"
_ORDINAL = rf"\b(?P<ordinal>{'|'.join(ORDINALS)})"
_COUNTS = {word: n for n, word in enumerate("two three four five six seven eight nine ten eleven".split(), 2)}
_MONTH_NUMBERS = {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}


class Dated(NamedTuple):
    """Days of the calendar, and where their words stand; `year`: None where it is not said.

    `yearly`: None where there are no such days.
    """

    start: int
    end: int
    kind: str
    yearly: Yearly | None
    year: int | None


def dated(text: str, today: date) -> Iterator[Dated]:
    """Every way to read words of the text as days of the calendar; readings may overlap."""
    for kind, pattern, read in _GRAMMAR:
        for words in pattern.finditer(text):
            yearly, year = read(words), _year(words, today)
            if _exists(yearly, year):
                several = kind == "date" and words.groupdict().get("last")
                yield Dated(*words.span(), "dates" if several else kind, yearly, year)
            else:  # "31 February 2025" is not February either
                yield Dated(*words.span(), kind, None, None)


def _year(words: re.Match[str], today: date) -> int | None:
    told = words.groupdict()
    if told.get("year"):
        return int(words["year"])
    which = (told.get("which") or "the").lower()  # "the year" may be this one or, in January, the last
    return {"this": today.year, "last": today.year - 1}.get(which)


def _exists(yearly: Yearly, year: int | None) -> bool:
    try:
        yearly(year or 2000)  # a leap year has every day that there is
    except ValueError:
        return False
    return True


def parted(days: Days, words: re.Match[str]) -> Days:
    """The part of the days that the words before them name ("early", "the end of"), or all of them."""
    told = words.groupdict().get("part")
    return part(days, *_PARTS[" ".join(told.lower().split())]) if told else days


def month_number(name: str) -> int:
    """1 to 12 for the name of a month, or its abbreviation."""
    return _MONTH_NUMBERS[name[:3].lower()]


def _of_month(words: re.Match[str]) -> Yearly:
    return lambda year: parted(months(year, month_number(words["month"])), words)


def _of_day(words: re.Match[str]) -> Yearly:
    month, first = month_number(words["month"]), int(words["day"])
    last = int(words.groupdict().get("last") or first)
    return lambda year: Days(date(year, month, min(first, last)), date(year, month, max(first, last)))


def _of_numbers(words: re.Match[str]) -> Yearly:
    month, day = int(words["m"]), int(words["d"])
    if month > len(_MONTH_NUMBERS):  # 11/25/2025, as Americans write it
        month, day = day, month
    elif "/" in words[0][:3] and day <= len(_MONTH_NUMBERS) and day != month:
        month = 0  # 03/04/2025: March or April? With dots, the day comes first
    return lambda year: Days(date(year, month, day), date(year, month, day))


def _of_week(words: re.Match[str]) -> Yearly:
    number, month = ORDINALS[words["ordinal"].lower()], month_number(words["month"])

    def of(year: int) -> Days:
        whole = months(year, month)
        first, last = whole.first or date.min, whole.last or date.max
        start = last - (WEEK - 1) * DAY if number < 0 else first + (number - 1) * WEEK * DAY
        return Days(start, start + (WEEK - 1) * DAY)

    return of


def _of_week_with(words: re.Match[str]) -> Yearly:
    return lambda year: week_of(date(year, month_number(words["month"]), int(words["day"])))


def _of_season(words: re.Match[str]) -> Yearly:
    return lambda year: parted(season(year, words["season"].lower()), words)


def _of_quarter(words: re.Match[str]) -> Yearly:
    number = int(words.groupdict().get("q") or ORDINALS[words["ordinal"].lower()] % 5)
    return lambda year: quarter(year, number)


def _of_half(words: re.Match[str]) -> Yearly:
    number = int(words.groupdict().get("h") or ORDINALS[words["ordinal"].lower()])
    return lambda year: half_year(year, number)


def _of_first_months(words: re.Match[str]) -> Yearly:
    count = _COUNTS.get(words["count"].lower()) or int(words["count"])
    return lambda year: (
        months(year, 1, min(count, 12))
        if words["edge"].lower() == "first"
        else months(year, 13 - min(count, 12), min(count, 12))
    )


def _of_year(words: re.Match[str]) -> Yearly:
    return lambda year: parted(months(year, 1, 12), words)


_READERS: tuple[tuple[str, str, Callable[[re.Match[str]], Yearly]], ...] = (
    ("date", r"(?<![\d/.-])(?P<year>(?:19|20)\d\d)[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})(?![\d/]|[.-]\d)", _of_numbers),
    (
        "date",
        r"(?<![\d/.-])(?P<d>\d{1,2})(?P<mark>[/.])(?P<m>\d{1,2})(?P=mark)(?P<year>(?:19|20)\d\d)(?![\d/]|[.-]\d)",
        _of_numbers,
    ),
    ("date", rf"{_WEEKDAY}{_DAY}(?:{_LAST_DAY})?(?:\s+of)?\s+{_MONTH}{_OF_YEAR}", _of_day),
    ("date", rf"{_WEEKDAY}{_MONTH}\s+(?:the\s+)?{_DAY}(?:{_LAST_DAY})?(?![\d%]|[.,:]\d){_OF_YEAR}", _of_day),
    ("week", rf"\bweek\s+(?:of|from|starting|beginning)\s+{_DAY}\s+{_MONTH}{_OF_YEAR}", _of_week_with),
    ("week", rf"{_ORDINAL}\s+week\s+(?:of|in)\s+{_MONTH}{_OF_YEAR}", _of_week),
    ("month", rf"{_MONTH}{_OF_YEAR}", _of_month),
    ("part", rf"{PART}{_MONTH}{_OF_YEAR}", _of_month),
    ("season", rf"\b(?P<season>{SEASON_NAMES}){_OF_YEAR}", _of_season),
    ("part", rf"{PART}(?P<season>{SEASON_NAMES}){_OF_YEAR}", _of_season),
    (
        "quarter",
        rf"\bq(?P<q>[1-4])\b(?:(?:,|\s+of)?[\s/-]+{_A_YEAR})?",
        _of_quarter,
    ),
    ("quarter", rf"{_ORDINAL}[\s-]quarter\b{_OF_YEAR}", _of_quarter),
    ("half", rf"\bh(?P<h>[12])[\s/-]+{_YEAR}", _of_half),
    ("half", rf"\b(?P<ordinal>first|second)[\s-]half\s+of\s+{_A_YEAR}", _of_half),
    (
        "half",
        rf"\b(?P<edge>first|last)\s+(?P<count>\d{{1,2}}|{'|'.join(_COUNTS)})\s+months\s+of\s+{_A_YEAR}",
        _of_first_months,
    ),
    ("part", rf"{PART}(?<!the ){_YEAR}", _of_year),  # not "late in the 2025 final"
    ("part", rf"{PART}(?P<which>this|last|(?<=the )|the)\s*\byear\b", _of_year),
    ("year", rf"(?:(?<![\w.,/:–$€£-])|(?<=\d\d\d\d[–-])){_YEAR}", _of_year),
)
_GRAMMAR = tuple((kind, re.compile(pattern, re.IGNORECASE), read) for kind, pattern, read in _READERS)
