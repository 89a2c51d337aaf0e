"""Formulas that order passages: pure functions over ranks and days."""

from collections.abc import Sequence
from datetime import date
from math import exp

RRF_K = 60  # ranks; the constant of the paper, and the best of those tried (DESIGN, section 4)
RECENCY_DAYS = 14  # days after which a report has lost most of its advantage; tried on RealTime QA 2025
RECENCY_FLOOR = 0.5  # share of its score that a report keeps however old it is


def reciprocal_rank_fusion(rankings: Sequence[Sequence[str]], k: int = RRF_K) -> dict[str, float]:
    """Id -> the sum over rankings of 1 / (k + rank), ranks counted from 1.

    Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank
    learning methods", SIGIR 2009.
    """
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1 / (k + rank)
    return scores


def recency(published_at: date | None, today: date) -> float:
    """The factor, from `RECENCY_FLOOR` to 1, that favours reports of the last days before `today`."""
    if published_at is None:
        return RECENCY_FLOOR
    age = max((today - published_at).days, 0)
    return RECENCY_FLOOR + (1 - RECENCY_FLOOR) * exp(-age / RECENCY_DAYS)
