"""The stretches of days that a text names, each read once, with the years that are left unsaid."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rag.calendar_periods import dated
from rag.days import Days, Yearly
from rag.relative_periods import Now, relative

SOON = timedelta(days=92)  # "in May", asked in March and not told as past, may be the coming one as well as the last
# "The 2025 awards", but not "in 2025", which is a time of its own.
_YEAR = re.compile(
    r"(?<![\w.,/:$€£-])(?<!\bin )(?<!\bof )(?<!\bto )(?<!\bby )(?<!than )(?<!since )(?<!during )(?<!for )"
    r"((?:19|20)\d\d)(?![\w%,]|[./:–-]\d)"
)
_LEAP_YEARS = 8  # at most, between two 29ths of February


@dataclass(frozen=True)
class Period:
    """Days, and where their words stand; with `yearly` in place of `days` the year is not said."""

    start: int
    end: int
    kind: str
    days: Days | None
    yearly: Yearly | None = None

    @property
    def said_bare(self) -> bool:
        """Whether it is a mere month, season or year, which may just as well be part of a name."""
        return self.kind == "year" or (self.kind in {"month", "season"} and self.yearly is not None)


def the_year(text: str, found: Sequence[Period], today: date) -> int | None:
    """The one year that the text names beside its dates ("the 2025 awards in May"), if it is this one or the last."""
    dates = [range(period.start, period.end) for period in found if period.kind != "year"]
    years = [year for year in _YEAR.finditer(text) if not any(year.start() in days for days in dates)]
    named = {int(year[1]) for year in years}
    return named.pop() if len(named) == 1 and named <= {today.year, today.year - 1} else None


def periods(text: str, now: Now) -> list[Period]:
    """The periods named in the text, in order; of readings that overlap, the first and longest."""
    kept: list[Period] = []
    for period in sorted(_readings(text, now), key=_first_and_longest):
        if not kept or period.start >= kept[-1].end:
            kept.append(period)
    return [period for period in kept if period.days or period.yearly]


def _first_and_longest(period: Period) -> tuple[int, int, bool]:
    return period.start, -period.end, period.kind != "half"  # "the second half of last year" begins in July


def _readings(text: str, now: Now) -> Iterator[Period]:
    for start, end, kind, days in relative(text, now):
        yield Period(start, end, kind, days)
    for start, end, kind, yearly, year in dated(text, now.today):
        yield Period(start, end, kind, yearly(year) if yearly and year else None, None if year else yearly)


def with_years(group: Sequence[Period], now: Now) -> list[Days]:
    """The days of periods named in one breath, earlier ones first: "from November to March 2025" starts in 2024.

    Empty where the year cannot be told.
    """
    known = next((i for i, period in enumerate(group) if period.days), len(group) - 1)
    anchor = group[known].days or nearest(group[known].yearly, now)
    if anchor is None:
        return []
    found = [anchor]
    for period in reversed(group[:known]):
        found.insert(0, period.days or _beside(period.yearly, found[0], -1))
    for period in group[known + 1 :]:
        found.append(period.days or _beside(period.yearly, found[-1], 1))
    return found


def _beside(yearly: Yearly | None, other: Days, step: int) -> Days:
    """The occurrence in the year of the other days, or the year after (-1: before) to keep their order."""
    first = other.first or date.min
    here = _of(yearly, first.year)
    if here is None or here.first is None or (here.first - first).days * step < 0:
        here = _of(yearly, first.year + step)
    return here or other


def nearest(yearly: Yearly | None, now: Now) -> Days | None:
    """The one of the year that the question names, else the last that has begun; None where the coming may be meant."""
    if now.year is not None:
        return _of(yearly, now.year)
    years = range(now.today.year + 1, now.today.year - _LEAP_YEARS - 1, -1)
    all_days = [days for year in years if (days := _of(yearly, year))]
    begun = next((days for days in all_days if _begins(days) <= now.today), None)
    coming = min((_begins(days) for days in all_days if _begins(days) > now.today), default=None)
    if now.ahead or begun is None:
        return None
    is_soon = coming is not None and coming - now.today <= SOON
    return None if is_soon and not now.past and now.today not in begun else begun


def _begins(days: Days) -> date:
    return days.first or date.min


def _of(yearly: Yearly | None, year: int) -> Days | None:
    try:
        return yearly(year) if yearly else None
    except (ValueError, OverflowError):  # no such day in that year, or no such year
        return None
