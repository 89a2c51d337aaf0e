"""Formulas that order passages: pure functions over scores and days. RESULTS.md has what each is worth."""

from collections.abc import Mapping
from datetime import date
from math import exp

from rag.days import Days

RECENCY_DAYS = 14  # days after which a report has lost most of its advantage; 7, 21 and 30 are no better
# Share of its score that a report keeps however old it is: 0.4 loses hits of RealTime QA 2025, up to 0.7 gains none.
RECENCY_FLOOR = 0.5
# The same for reports from outside the days that a question names. From 0.2 to 0.9 no hit of 274 such questions
# depends on it: low, so that reports of those days come first, and not 0, as a day may be read wrongly.
OUTSIDE_FLOOR = 0.3


def shares_of_best(scores: Mapping[str, float]) -> dict[str, float]:
    """Id -> score, 1 for the best and none below 0, so that searches with other scales can be added.

    Lee, "Analyses of multiple evidence combination", SIGIR 1997, section 3, without the shift of the worst to 0.
    """
    best = max(scores.values(), default=0.0)
    return {item: max(score, 0.0) / best if best > 0 else 0.0 for item, score in scores.items()}


def comb_sum(*searches: Mapping[str, float]) -> dict[str, float]:
    """Id -> the mean of its scores in the searches; one that did not find it counts as 0.

    CombSUM of Fox and Shaw, "Combination of multiple searches", TREC-2, 1994, over the number of searches.
    """
    found = dict.fromkeys(item for search in searches for item in search)
    return {item: sum(search.get(item, 0.0) for search in searches) / len(searches) for item in found}


def recency(published_at: date | None, today: date, *, floor: float = RECENCY_FLOOR) -> float:
    """The factor, from `floor` to 1, that favours reports of the last days before `today`."""
    if published_at is None:
        return floor
    age = max((today - published_at).days, 0)
    return floor + (1 - floor) * exp(-age / RECENCY_DAYS)


def fits(published_at: date | None, wanted: Days) -> float:
    """The factor that favours reports of the wanted days: 1, or `OUTSIDE_FLOOR` where it is not of them."""
    if wanted == Days() or (published_at is not None and published_at in wanted):
        return 1.0
    return OUTSIDE_FLOOR
