"""Whether a text names a day, month or year, in the ways that news and programs write dates."""

import re
from functools import cache

from evals.gold import DateForm

_ORDINAL = r"(?:st|nd|rd|th)?"
_JOIN = r"\s*(?:-|/|,|&|\bto\b|\band\b|\bor\b|\bthrough\b|\buntil\b)\s*"
_LATER_DAYS = rf"(?:{_JOIN}\d{{1,2}}{_ORDINAL}(?!\d)){{0,4}}"  # "29-30 September"
_EARLIER_DAYS = rf"(?:\d{{1,2}}{_ORDINAL}{_JOIN.replace(',|', '')}){{0,4}}"  # "September 29-30"
_YEAR = r"(?:[\s,/-]+(?:(?:of|in)\s+)?(?P<year>(?:1\d|20)\d\d)(?![.,]?\d))?"
_NO_MORE_DIGITS = r"(?![.,:]?\d)"
# "May" and "March" are words too, so these must have their capital.
_MONTHS = (
    r"(?:January|Jan\b\.?)",
    r"(?:February|Feb\b\.?)",
    r"(?-i:March|MARCH|Mar\b\.?)",
    r"(?:April|Apr\b\.?)",
    r"(?-i:May|MAY)",
    r"(?:June|Jun\b\.?)",
    r"(?:July|Jul\b\.?)",
    r"(?:August|Aug\b\.?)",
    r"(?:September|Sept?\b\.?)",
    r"(?:October|Oct\b\.?)",
    r"(?:November|Nov\b\.?)",
    r"(?:December|Dec\b\.?)",
)
ANY_MONTH = f"(?:{'|'.join(_MONTHS)})"
_A_DATE = re.compile(
    rf"(?<![\d.,])\d{{1,2}}{_ORDINAL}{_LATER_DAYS}(?:\s+(?:of\s+)?|-){ANY_MONTH}(?!\w)"
    rf"|\b{ANY_MONTH}\s+(?:the\s+)?{_EARLIER_DAYS}\d{{1,2}}{_ORDINAL}\b{_NO_MORE_DIGITS}"
    r"|\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b|\b\d{1,2}([/.-])\d{1,2}\1\d{4}\b|\b\d{1,2}/\d{1,2}/\d\d\b",
    re.IGNORECASE,
)
_DAY_OR_MONTH = re.compile(rf"(?<!\d)\d{{1,2}}{_ORDINAL}(?!\d)")
_SEASON = re.compile(r"\b((?:1[89]|20)\d\d)[-/]\d\d\b(?!-)")  # "the 2024-25 season"
_LAST_MONTH = 12  # a higher number in a date can only be its day


def names_date(text: str, form: DateForm) -> bool:
    """Whether the text names the date; a year must agree where one is written beside it.

    >>> names_date("on Tuesday, September 30th", DateForm(date="2025-09-30"))
    True
    >>> names_date("30 September 2024", DateForm(date="2025-09-30"))
    False
    """
    year = form.date[:4]
    found = (match for pattern in _patterns(form.date) for match in pattern.finditer(text))
    return any(match.groupdict().get("year") in {None, year} for match in found)


def without_days(text: str) -> str:
    """The text with the days and months of its dates blanked out, so that they are no figures; years stay."""
    blanked = _A_DATE.sub(lambda match: _DAY_OR_MONTH.sub("_", match.group()), text)
    return _SEASON.sub(r"\1", blanked)


@cache
def _patterns(written: str) -> tuple[re.Pattern[str], ...]:
    year, *rest = (int(part) for part in written.split("-"))
    ways_of = (_year_patterns, _month_patterns, _day_patterns)[len(rest)]
    return tuple(re.compile(expression, re.IGNORECASE) for expression in ways_of(year, *rest))


def _year_patterns(year: int) -> tuple[str, ...]:
    return (rf"(?<!\d)(?<!\d[.,])(?<![$£€¥])\b{year}\b(?![.,]\d)",)


def _month_patterns(year: int, month: int) -> tuple[str, ...]:
    days = rf"(?:\s+\d{{1,2}}{_ORDINAL}{_NO_MORE_DIGITS}{_LATER_DAYS})?"
    return (
        rf"\b{_MONTHS[month - 1]}(?!\w){days}{_YEAR}",
        rf"(?<!\d){year}[-/.]{month:02}(?!\d)",
        rf"(?<!\d)(?:\d{{1,2}}[/.-])?0?{month}[/.-]{year}(?!\d)",
    )


def _day_patterns(year: int, month: int, day: int) -> tuple[str, ...]:
    name, short = _MONTHS[month - 1], f"{year % 100:02}"
    patterns = [
        rf"(?<!\d)(?<!\d[.,:])0?{day}{_ORDINAL}(?!\d){_LATER_DAYS}(?:\s+(?:of\s+)?|-){name}(?!\w){_YEAR}",
        rf"\b{name}\s+(?:the\s+)?{_EARLIER_DAYS}0?{day}{_ORDINAL}\b{_NO_MORE_DIGITS}{_YEAR}",
        rf"(?<!\d){year}(?P<sep>[-/.])0?{month}(?P=sep)0?{day}(?!\d)",
        rf"(?<![\d/.-])0?{day}(?P<sep>[/.-])0?{month}(?P=sep)(?:{year}|{short})(?!\d)",
    ]
    if day > _LAST_MONTH:  # elsewhere "09/10" is the ninth of October as well
        patterns.append(rf"(?<![\d/.-])0?{month}(?P<sep>[/.-])0?{day}(?P=sep)(?:{year}|{short})(?!\d)")
    return tuple(patterns)
