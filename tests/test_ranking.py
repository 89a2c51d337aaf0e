from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.days import Days
from rag.ranking import OUTSIDE_FLOOR, RECENCY_FLOOR, comb_sum, fits, recency, shares_of_best

TODAY = date(2025, 10, 2)
SEARCHES = st.dictionaries(st.sampled_from("abcdef"), st.floats(-1, 40, allow_nan=False))


def test_the_best_of_a_search_has_the_whole_score_and_none_is_below_nothing() -> None:
    assert shares_of_best({"a": 8.0, "b": 2.0, "c": -1.0}) == {"a": 1.0, "b": 0.25, "c": 0.0}


def test_a_search_that_finds_nothing_like_the_question_gives_no_score() -> None:
    assert shares_of_best({"a": -0.1, "b": -0.2}) == {"a": 0.0, "b": 0.0}
    assert shares_of_best({}) == {}


def test_fusion_is_the_mean_and_what_a_search_did_not_find_counts_as_nothing() -> None:
    assert comb_sum({"a": 1.0, "b": 0.5}, {"b": 1.0}) == {"a": 0.5, "b": 0.75}
    assert comb_sum({}, {}) == {}


@given(SEARCHES, SEARCHES)
def test_fused_scores_are_shares_and_keep_the_order_that_both_searches_agree_on(one, other) -> None:
    fused = comb_sum(shares_of_best(one), shares_of_best(other))
    assert fused.keys() == one.keys() | other.keys()
    assert all(0 <= score <= 1 for score in fused.values())
    for a in one.keys() & other.keys():
        for b in one.keys() & other.keys():
            if one[a] >= one[b] and other[a] >= other[b]:
                assert fused[a] >= fused[b]


def test_todays_report_keeps_its_whole_score_and_an_old_one_the_floor() -> None:
    assert recency(TODAY, TODAY) == 1
    assert recency(TODAY - timedelta(days=4000), TODAY) == pytest.approx(RECENCY_FLOOR)
    assert recency(TODAY - timedelta(days=4000), TODAY, floor=0.1) == pytest.approx(0.1)


def test_a_newer_report_is_never_worth_less() -> None:
    factors = [recency(TODAY - timedelta(days=age), TODAY) for age in range(60)]
    assert factors == sorted(factors, reverse=True)


def test_an_undated_report_is_worth_as_little_as_an_old_one() -> None:
    assert recency(None, TODAY) == RECENCY_FLOOR


def test_a_report_from_after_today_counts_as_todays() -> None:
    assert recency(TODAY + timedelta(days=1), TODAY) == 1


def test_reports_of_the_wanted_days_are_favoured_over_others_and_undated_ones() -> None:
    august = Days(date(2025, 8, 1), date(2025, 8, 31))
    assert fits(date(2025, 8, 31), august) == 1
    assert fits(TODAY, august) == fits(None, august) == OUTSIDE_FLOOR


def test_where_no_days_are_wanted_all_reports_fit() -> None:
    assert fits(TODAY, Days()) == fits(None, Days()) == 1
