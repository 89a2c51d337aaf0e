"""Which articles a question may see: a range of days and a choice of outlets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from index.errors import ScopeError

Day = date | str | None

NEVER: Final = 100_000_000  # as YYYYMMDD: after every day that there is


def parse_day(name: str, value: Day) -> date | None:
    """The day, from a date or its ISO form.

    Raises:
        ScopeError: it is neither.
    """
    if value is None or isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise ScopeError(f"{name} is not a date: {value!r}; write it as 2025-09-30") from error


def day_number(day: date) -> int:
    """The day as YYYYMMDD: Chroma compares numbers only."""
    return day.year * 10_000 + day.month * 100 + day.day


def read_day(number: int | None) -> date | None:
    """The day that `day_number` wrote; None for none."""
    return None if number is None else date(number // 10_000, number // 100 % 100, number % 100)


def day_of(fields: Mapping[str, Any]) -> "Scope":
    """A scope in which an article with these fields is seen: its first day, if it has a last one."""
    return Scope(until=read_day(fields.get("seen_from"))) if "seen_until" in fields else Scope()


@dataclass(frozen=True)
class Scope:
    """Articles published from `since` to `until` (both included) by one of `sources`; None: no bound.

    An article is seen in the wording that it had on the day `until`; without that bound, in its last one.
    An undated article may have been published on any day, so it is in no bounded range: that is the
    only way to keep the promise that nothing later than `until` is seen.
    """

    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] | None = None

    @property
    def unbounded(self) -> bool:
        """Whether every article is in it, in its last wording."""
        return self == Scope()

    def holds(self, fields: Mapping[str, Any]) -> bool:
        """Whether an article with these fields, as a node's metadata have them, is in it."""
        if self.sources is not None and fields.get("source") not in self.sources:
            return False
        if self.since and fields.get("published_at", 0) < day_number(self.since):
            return False
        if self.until is None:
            return bool(fields.get("seen_until", NEVER) == NEVER)
        return bool(fields.get("seen_from", NEVER) <= day_number(self.until) < fields.get("seen_until", NEVER))
