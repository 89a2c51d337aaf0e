from datetime import date, timedelta

import pytest

from rag.ranking import RECENCY_FLOOR, recency, reciprocal_rank_fusion

TODAY = date(2025, 10, 2)


def test_fusion_adds_one_over_k_plus_rank() -> None:
    scores = reciprocal_rank_fusion([["a", "b"], ["b", "c"]], k=60)
    assert scores == pytest.approx({"a": 1 / 61, "b": 1 / 62 + 1 / 61, "c": 1 / 62})


def test_what_both_rankings_hold_beats_what_leads_one_of_them() -> None:
    scores = reciprocal_rank_fusion([["a", "b", "c"], ["d", "b", "e"]])
    assert max(scores, key=scores.__getitem__) == "b"


def test_fusion_of_nothing_is_empty() -> None:
    assert reciprocal_rank_fusion([[], []]) == {}


def test_todays_report_keeps_its_whole_score_and_an_old_one_the_floor() -> None:
    assert recency(TODAY, TODAY) == 1
    assert recency(TODAY - timedelta(days=4000), TODAY) == pytest.approx(RECENCY_FLOOR)


def test_a_newer_report_is_never_worth_less() -> None:
    factors = [recency(TODAY - timedelta(days=age), TODAY) for age in range(60)]
    assert factors == sorted(factors, reverse=True)


def test_an_undated_report_is_worth_as_little_as_an_old_one() -> None:
    assert recency(None, TODAY) == RECENCY_FLOOR


def test_a_report_from_after_today_counts_as_todays() -> None:
    assert recency(TODAY + timedelta(days=1), TODAY) == 1
