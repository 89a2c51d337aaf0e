"""Stretches of days: weeks, months, seasons and parts of them, with open ends where a bound is not known."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from dateutil.relativedelta import relativedelta

DAY = timedelta(days=1)
WEEK = 7  # days
MONTHS = 12
_HOURS = 24  # of a day
# Spring begins in March, as meteorologists count in the northern hemisphere, where most news in English is made.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_MONTHS_OF_QUARTER = 3
_MONTHS_OF_HALF = 6


@dataclass(frozen=True)
class Days:
    """The days from `first` to `last`, both included; None: open at that end."""

    first: date | None = None
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        """Whether the day is one of them."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def shared(self, other: "Days") -> "Days | None":
        """The days that are in both; None: there are none."""
        first = max((day for day in (self.first, other.first) if day), default=None)
        last = min((day for day in (self.last, other.last) if day), default=None)
        return None if first and last and first > last else Days(first, last)

    def reaching(self, other: "Days") -> "Days":
        """The days from the start of the earlier to the end of the later."""
        first = min(self.first, other.first) if self.first and other.first else None
        last = max(self.last, other.last) if self.last and other.last else None
        return Days(first, last)

    @property
    def count(self) -> int | None:
        """How many days there are; None where an end is open."""
        return (self.last - self.first).days + 1 if self.first and self.last else None


Yearly = Callable[[int], Days]  # what comes every year, as the days of one year


def months(year: int, month: int, count: int = 1) -> Days:
    """So many whole months from this one on, be it counted past December or before January."""
    start, end = year * MONTHS + month - 1, year * MONTHS + month - 2 + count
    last_year, last_month = end // MONTHS, end % MONTHS + 1
    first = date(start // MONTHS, start % MONTHS + 1, 1)
    return Days(first, date(last_year, last_month, monthrange(last_year, last_month)[1]))


def week_of(day: date) -> Days:
    """The week that the day is in, Monday to Sunday (ISO 8601)."""
    monday = day - timedelta(days=day.weekday())
    return Days(monday, monday + timedelta(days=WEEK - 1))


def quarter(year: int, number: int) -> Days:
    """Three months; quarter 0 is the last of the year before."""
    return months(year, _MONTHS_OF_QUARTER * (number - 1) + 1, _MONTHS_OF_QUARTER)


def half_year(year: int, number: int) -> Days:
    """Six months."""
    return months(year, _MONTHS_OF_HALF * (number - 1) + 1, _MONTHS_OF_HALF)


def season(year: int, name: str) -> Days:
    """Three months from the season's first; the winter of a year ends in the next."""
    return months(year, SEASONS[name], _MONTHS_OF_QUARTER)


def calendar_unit(day: date, unit: str) -> Days:
    """The whole week, month, quarter or year that the day is in; for a fortnight, its week."""
    if unit in {"week", "fortnight"}:
        return week_of(day)
    if unit == "month":
        return months(day.year, day.month)
    return quarter(day.year, (day.month + 2) // 3) if unit == "quarter" else months(day.year, 1, 12)


def span_of(number: int, unit: str) -> relativedelta:
    """So many hours (in whole days), days, weeks, fortnights, months, quarters or years."""
    if unit == "hour":
        return relativedelta(days=ceil(number / _HOURS))
    if unit == "quarter":
        return relativedelta(months=3 * number)
    return {
        "day": relativedelta(days=number),
        "week": relativedelta(weeks=number),
        "fortnight": relativedelta(weeks=2 * number),
        "month": relativedelta(months=number),
        "year": relativedelta(years=number),
    }[unit]


def part(days: Days, number: int, of: int) -> Days:
    """The part with this number, from 1 on, of so many about equal ones."""
    count = days.count
    if days.first is None or count is None:
        return days
    start, end = count * (number - 1) // of, count * number // of
    return Days(days.first + start * DAY, days.first + (end - 1) * DAY)
