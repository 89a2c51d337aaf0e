from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.dates import WEEKDAYS, date_weekdays

THURSDAY = date(2025, 10, 2)


def test_a_weekday_in_a_report_is_the_last_one_before_it() -> None:
    assert date_weekdays("They met on Tuesday.", THURSDAY) == "They met on Tuesday (30 September 2025)."


def test_the_weekday_of_publication_is_the_day_itself() -> None:
    assert date_weekdays("Rain fell on Thursday.", THURSDAY) == "Rain fell on Thursday (2 October 2025)."


def test_the_possessive_is_dated_too() -> None:
    assert date_weekdays("Tuesday's meeting went well.", THURSDAY).startswith("Tuesday's (30 September 2025) meeting")


@pytest.mark.parametrize(
    "text",
    [
        "They meet next Tuesday.",
        "They meet every Tuesday.",
        "They will meet on Tuesday.",
        "The vote is due on Friday.",
        "They met on Tuesday, 30 September.",
        "They met on Tuesday, Sept. 30.",
        "They met at noon.",
    ],
)
def test_another_day_a_day_ahead_and_a_dated_day_stay_as_they_are(text: str) -> None:
    assert date_weekdays(text, THURSDAY) == text


def test_an_undated_report_stays_as_it_is() -> None:
    assert date_weekdays("They met on Tuesday.", None) == "They met on Tuesday."


@given(st.dates(min_value=date(1800, 1, 8)), st.sampled_from(WEEKDAYS))
def test_the_day_found_is_of_that_weekday_and_less_than_a_week_back(published_at: date, weekday: str) -> None:
    days = [published_at - timedelta(days=back) for back in range(7)]
    (day,) = [day for day in days if WEEKDAYS[day.weekday()] == weekday]
    assert f"({day.day} {day:%B %Y})" in date_weekdays(f"It rained on {weekday}.", published_at)
