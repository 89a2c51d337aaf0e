from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.event_days import EventDay, days_told, event_day

WEDNESDAY = date(2025, 10, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("They met on Tuesday.", date(2025, 9, 30)),
        ("The bridge was opened yesterday.", date(2025, 9, 30)),
        ("He will speak on Thursday.", date(2025, 10, 2)),
        ("Voting takes place on Sunday week, 19 October.", date(2025, 10, 19)),
        ("She is to be sworn in on 1 December.", date(2025, 12, 1)),
        ("The mayor said on Monday that the run-off is on 2 November.", date(2025, 11, 2)),
        ("Water will cost more, the council decided on Tuesday.", date(2025, 9, 30)),
        ("The ferry had lain in dock since 3 August when she sailed on Tuesday.", date(2025, 9, 30)),
        ("The talks of 29 and 30 September ended well.", date(2025, 9, 29)),
    ],
)
def test_the_day_is_that_of_the_event(text: str, day: date) -> None:
    assert event_day(text, WEDNESDAY) == EventDay(day, day)


@pytest.mark.parametrize(
    "text",
    [
        "Four boats are missing.",
        "Building is to begin in June 2027.",
        "The man who won in 2024 came second.",
        "It fell on 31 February.",
    ],
)
def test_a_report_that_names_no_day_of_its_event_tells_of_its_own_day(text: str) -> None:
    assert event_day(text, WEDNESDAY) == EventDay(WEDNESDAY, WEDNESDAY)


@pytest.mark.parametrize(
    ("text", "first"),
    [("The hill line closed in 1953.", date(1953, 1, 1)), ("In August two boats sank.", date(2025, 8, 1))],
)
def test_a_month_or_year_long_over_is_no_day(text: str, first: date) -> None:
    assert event_day(text, WEDNESDAY) == EventDay(first, None)


def test_nobody_knows_the_day_of_an_undated_report() -> None:
    assert event_day("They met on Tuesday.", None) is None
    assert event_day("They met on 30 September 2025.", None) == EventDay(date(2025, 9, 30), date(2025, 9, 30))


def test_days_without_their_year_are_those_nearest_to_the_report() -> None:
    assert days_told("On 2 January and on Tuesday", date(2025, 12, 31)) == [date(2026, 1, 2), date(2025, 12, 30)]


@settings(deadline=None, max_examples=50)  # the first text compiles what all are read with
@given(st.text(), st.none() | st.dates())
def test_any_text_can_be_read(text: str, published_at: date | None) -> None:
    event_day(text, published_at)
