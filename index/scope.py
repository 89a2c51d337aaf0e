"""Which articles a question may see: a range of days and a choice of outlets."""

from dataclasses import dataclass
from datetime import date, datetime

from index.errors import ScopeError

Day = date | str | None


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


@dataclass(frozen=True)
class Scope:
    """Articles published from `since` to `until` (both included) by one of `sources`; None: no bound.

    An undated article may have been published on any day, so it is in no bounded range: that is the
    only way to keep the promise that nothing later than `until` is seen.
    """

    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] | None = None

    @property
    def unbounded(self) -> bool:
        """Whether every article is in it."""
        return self == Scope()

    @property
    def dated(self) -> bool:
        """Whether it leaves out undated articles."""
        return self.since is not None or self.until is not None

    def holds(self, day: int | None, source: str | None) -> bool:
        """Whether an article of that day (YYYYMMDD) and outlet is in it."""
        if self.sources is not None and source not in self.sources:
            return False
        if not self.dated:
            return True
        since, until = day_number(self.since or date.min), day_number(self.until or date.max)
        return day is not None and since <= day <= until
