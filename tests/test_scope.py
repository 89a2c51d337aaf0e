"""Bounds of a question: days as people write them, and who is inside."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Scope, ScopeError, parse_day
from index.scope import day_number, read_day

DAYS = st.dates()


def seen(first, until=None):
    """The fields of an article published on the first day, and superseded on the other."""
    fields = {"published_at": day_number(first), "seen_from": day_number(first)}
    return fields | ({"seen_until": day_number(until)} if until else {})


@pytest.mark.parametrize(
    "given_day", ["2025-09-30", " 2025-09-30 ", date(2025, 9, 30), datetime(2025, 9, 30, 23, 59, tzinfo=UTC)]
)
def test_a_day_is_read_from_a_date_or_its_iso_form(given_day):
    assert parse_day("since", given_day) == date(2025, 9, 30)
    assert type(parse_day("since", given_day)) is date


def test_no_day_is_no_bound():
    assert parse_day("until", None) is None


@pytest.mark.parametrize("wrong", ["", "yesterday", "2025-02-30", "30.09.2025", 7])
def test_what_is_no_date_gives_one_line_with_its_name(wrong):
    with pytest.raises(ScopeError, match=r"until is not a date: .*; write it as 2025-09-30") as caught:
        parse_day("until", wrong)
    assert "\n" not in str(caught.value)


@given(DAYS, DAYS)
def test_day_numbers_stand_in_the_order_of_the_days(one, other):
    assert (day_number(one) < day_number(other)) == (one < other)


@given(DAYS, st.none() | DAYS, st.none() | DAYS)
def test_both_ends_of_a_range_are_in_it(day, since, until):
    inside = (since is None or since <= day) and (until is None or day <= until)
    assert Scope(since, until).holds(seen(day)) == inside


def test_an_undated_article_is_in_no_bounded_range():
    assert Scope().holds({})
    assert not Scope(since=date.min).holds({})
    assert not Scope(until=date.max).holds({})


def test_only_the_chosen_outlets_are_in_it():
    scope = Scope(sources=("Strait Times",))
    assert scope.holds({"source": "Strait Times"})
    assert not scope.holds({"source": "Island Post"})
    assert not scope.holds({})


def test_a_scope_without_bounds_says_so():
    assert Scope().unbounded
    assert not Scope(sources=("Strait Times",)).unbounded


@given(DAYS, DAYS, DAYS)
def test_a_superseded_article_is_seen_from_its_day_to_the_day_before_the_other(one, other, asked):
    first, until = sorted([one, other])
    assert Scope(until=asked).holds(seen(first, until)) == (first <= asked < until)
    assert not Scope().holds(seen(first, until))
    assert not Scope(since=first).holds(seen(first, until))


@given(DAYS)
def test_a_day_comes_back_from_its_number(day):
    assert read_day(day_number(day)) == day
