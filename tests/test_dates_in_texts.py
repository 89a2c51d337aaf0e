"""Dates as far as a text tells them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.texts import read
from rag.texts.days import Told

WEDNESDAY = date(2025, 10, 1)

AUGUST = [Told(year, 8, day) for day in (23, 24, None) for year in (2025, 2026)]


def told(text, day=WEDNESDAY):
    return [meaning for mention in read(text, day).dates for meaning in mention.meanings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on Tuesday", [Told(2025, 9, 30)]),
        ("on Wednesday", [Told(2025, 10, 1)]),
        ("It will open on Friday", [Told(2025, 9, 26), Told(2025, 10, 3)]),
        ("yesterday", [Told(2025, 9, 30)]),
        ("on 30 September", [Told(2025, 9, 30), Told(2026, 9, 30)]),
        ("on September 30th, 2024", [Told(2024, 9, 30)]),
        ("2025-09-30", [Told(2025, 9, 30)]),
        ("on 23 and 24 August", AUGUST),
        ("in August", AUGUST[-2:]),
        ("in January", [Told(2026, 1), Told(2025, 1)]),  # the nearer first
        ("in 1911", [Told(1911)]),
        ("last year", [Told(2024)]),
        ("a year earlier", [Told(2024)]),
        ("last month", [Told(2025, 9)]),
        ("this summer", [Told(2025, season="summer")]),
        ("from the autumn", [Told(season="autumn")]),
        ("at 7:40 a.m.", [Told(clock="7:40")]),
        ("at 19.40", []),  # as well 19 and two fifths
        ("at 7 pm", [Told(clock="19:00")]),
        ("It may march; the sun sat", []),
    ],
)
def test_a_date_is_what_it_means_on_the_day_of_the_report(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("said", "given", "is_told"),
    [
        ("30 September 2025", "Tuesday", True),
        ("September", "Tuesday", True),
        ("2025", "30 September", True),
        ("29 September", "Tuesday", False),
        ("30 September", "in September", False),  # more than is told
        ("2024", "last year", True),
        ("in the spring", "in the autumn", False),
        ("7.40 am", "7:40 a.m.", True),
    ],
)
def test_a_date_is_told_by_one_that_says_all_of_it(said, given, is_told):
    (mine,), (theirs,) = read(said, WEDNESDAY).dates, read(given, WEDNESDAY).dates
    assert mine.is_told_by(theirs) == is_told


def test_a_date_of_an_undated_report_is_as_it_is_written():
    assert told("on Tuesday, in March, last year", None) == [Told(season="Tuesday"), Told(month=3)]


@given(st.text(), st.none() | st.dates())
def test_any_text_has_dates_that_stand_in_it(text, day):
    found = read(text, day)
    assert all(0 <= one.start < one.end <= len(found.text) for one in found.dates)


@given(st.dates(min_value=date(1600, 1, 1), max_value=date(2090, 1, 1)))
def test_a_day_is_the_same_in_every_form(day):
    forms = [f"{day.day} {day:%B} {day.year}", f"{day:%B} {day.day}, {day.year}", day.isoformat()]
    assert {meaning for form in forms for meaning in told(form)} == {Told(day.year, day.month, day.day)}
