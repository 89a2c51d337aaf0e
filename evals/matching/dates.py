"""Whether a text names a day, month or year, in the ways that news and programs write dates."""

import re
from functools import cache

from evals.gold import DateForm
from rag.texts.written_dates import EARLIER_DAYS, LATER_DAYS, MONTHS, NO_MORE_DIGITS, ORDINAL, YEAR

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


@cache
def _patterns(written: str) -> tuple[re.Pattern[str], ...]:
    year, *rest = (int(part) for part in written.split("-"))
    ways_of = (_year_patterns, _month_patterns, _day_patterns)[len(rest)]
    return tuple(re.compile(expression, re.IGNORECASE) for expression in ways_of(year, *rest))


def _year_patterns(year: int) -> tuple[str, ...]:
    return (rf"(?<!\d)(?<!\d[.,])(?<![$£€¥])\b{year}\b(?![.,]\d)",)


def _month_patterns(year: int, month: int) -> tuple[str, ...]:
    days = rf"(?:\s+\d{{1,2}}{ORDINAL}{NO_MORE_DIGITS}{LATER_DAYS})?"
    return (
        rf"\b{MONTHS[month - 1]}(?!\w){days}{YEAR}",
        rf"(?<!\d){year}[-/.]{month:02}(?!\d)",
        rf"(?<!\d)(?:\d{{1,2}}[/.-])?0?{month}[/.-]{year}(?!\d)",
    )


def _day_patterns(year: int, month: int, day: int) -> tuple[str, ...]:
    name, short = MONTHS[month - 1], f"{year % 100:02}"
    patterns = [
        rf"(?<!\d)(?<!\d[.,:])0?{day}{ORDINAL}(?!\d){LATER_DAYS}(?:\s+(?:of\s+)?|-){name}(?!\w){YEAR}",
        rf"\b{name}\s+(?:the\s+)?{EARLIER_DAYS}0?{day}{ORDINAL}\b{NO_MORE_DIGITS}{YEAR}",
        rf"(?<!\d){year}(?P<sep>[-/.])0?{month}(?P=sep)0?{day}(?!\d)",
        rf"(?<![\d/.-])0?{day}(?P<sep>[/.-])0?{month}(?P=sep)(?:{year}|{short})(?!\d)",
    ]
    if day > _LAST_MONTH:  # elsewhere "09/10" is the ninth of October as well
        patterns.append(rf"(?<![\d/.-])0?{month}(?P<sep>[/.-])0?{day}(?P=sep)(?:{year}|{short})(?!\d)")
    return tuple(patterns)
