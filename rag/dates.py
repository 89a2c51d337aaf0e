"""Days that a report names by their weekday, written out."""

import re
from datetime import date, timedelta

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Not "next Tuesday", "every Tuesday" or "Tuesday, 30 September": another day, no day, a day that is dated already.
_WEEKDAY = re.compile(
    rf"(?<!next )(?<!last )(?<!every )(?<!each )(?<!following )\b({'|'.join(WEEKDAYS)})(?:['’]s)?\b"
    r"(?!,? \(?\d|,? \(?(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d)"
)
_AHEAD = re.compile(r"\b(?:will|would|due|scheduled|set to|expected to|plans? to|upcoming)\b", re.IGNORECASE)


def date_weekdays(text: str, published_at: date | None) -> str:
    """The text with the date after each weekday that looks back: 'on Tuesday (30 September 2025)'.

    In a report, "on Tuesday" is the last Tuesday up to its publication. Where the text looks ahead it
    may be the coming one, so it stays as it is.
    """
    if published_at is None or _AHEAD.search(text):
        return text
    return _WEEKDAY.sub(lambda match: f"{match.group()} ({long_date(_last(match.group(1), published_at))})", text)


def _last(weekday: str, published_at: date) -> date:
    return published_at - timedelta(days=(published_at.weekday() - WEEKDAYS.index(weekday)) % 7)


def long_date(day: date | None) -> str:
    """The date written out, like '30 September 2025', or 'date not known'."""
    return f"{day.day} {day:%B} {day.year}" if day else "date not known"
