"""A query plan in plain words: what was read in the question, and what it could not be held to."""

from collections.abc import Iterator
from datetime import date

from rag.answer import PlanWords, QueryPlan
from rag.dates import long_date

_ASKS = {"latest": "the latest state", "change": "a change over time"}  # that it asks for a past event, all know


def meaning(words: PlanWords) -> str:
    """The words, and the days or outlets that they were taken for, unless they say just that."""
    taken_for = ", ".join(words.sources) if words.kind == "outlet" else days_text(words.first, words.last)
    return f"“{words.text}”" if words.text.endswith(taken_for) else f"“{words.text}”: {taken_for}"


def why_not(words: PlanWords, plan: QueryPlan) -> str:
    """Why the search was not held to the words; empty: it was."""
    if words.state == "applied":
        return ""
    if words.state == "ignored":
        return "left out"
    if words.kind == "outlet":
        return "nothing of theirs, so all outlets" if words.state == "relaxed" else "the outlet given counts"
    if words.state == "overridden":
        return "the days given count"
    return "nothing from then, so later days too" if plan.since else "nothing from then, so all days"


def reading(plan: QueryPlan) -> str:
    """The whole plan on one line; empty where the words of the question set no bounds."""
    parts = [*_parts(plan)]
    return f"Read as: {'; '.join(parts)}" if parts else ""


def _parts(plan: QueryPlan) -> Iterator[str]:
    for words in plan.words:
        reason = why_not(words, plan)
        yield f"{meaning(words)} ({reason})" if reason else meaning(words)
    if plan.since or plan.until:
        yield f"published {days_text(plan.since, plan.until)}"
    if plan.asks in _ASKS:
        yield _ASKS[plan.asks]


def days_text(first: date | None, last: date | None) -> str:
    """Some days, both ends included, as people write them: '1–31 August 2025', 'since 5 November 2024'."""
    if first is None or last is None:
        return f"since {long_date(first)}" if first else f"until {long_date(last)}" if last else "any day"
    if first == last:
        return long_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{long_date(last)}"
    start = f"{first.day} {first:%B}" if first.year == last.year else long_date(first)
    return f"{start} – {long_date(last)}"
