"""A plan in, plain words out."""

from datetime import date

import pytest

from rag.answer import PlanWords, QueryPlan
from ui.readings import days_text, meaning, reading, why_not


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


AUGUST = PlanWords(
    text="in August",
    start=15,
    end=24,
    kind="time",
    first=day("2025-08-01"),
    last=day("2025-08-31"),
    since=day("2025-07-31"),
    until=day("2025-11-01"),
)
REUTERS = PlanWords(text="Reuters", start=9, end=16, kind="outlet", sources=("Reuters",))


def plan(*words: PlanWords, **fields: object) -> QueryPlan:
    return QueryPlan(standalone_question="What did Reuters say in August?", words=words, **fields)


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("2025-08-05", "2025-08-05", "5 August 2025"),
        ("2025-08-01", "2025-08-31", "1–31 August 2025"),
        ("2025-07-31", "2025-11-01", "31 July – 1 November 2025"),
        ("2024-12-01", "2025-02-28", "1 December 2024 – 28 February 2025"),
        ("2024-11-05", None, "since 5 November 2024"),
        (None, "2025-03-31", "until 31 March 2025"),
        (None, None, "any day"),
    ],
)
def test_days_are_written_as_people_write_them(first, last, text):
    assert days_text(day(first), day(last)) == text


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (AUGUST, "“in August”: 1–31 August 2025"),
        (REUTERS, "“Reuters”"),
        (AUGUST.model_copy(update={"text": "on 1–31 August 2025"}), "“on 1–31 August 2025”"),
        (REUTERS.model_copy(update={"text": "AP", "sources": ("AP", "apnews.com")}), "“AP”: AP, apnews.com"),
    ],
)
def test_words_are_shown_with_what_they_were_taken_for(words, text):
    assert meaning(words) == text


def test_a_plan_is_told_on_one_line():
    told = plan(REUTERS, AUGUST, since=AUGUST.since, until=AUGUST.until, sources=REUTERS.sources, asks="change")
    assert reading(told) == (
        "Read as: “Reuters”; “in August”: 1–31 August 2025; published 31 July – 1 November 2025; a change over time"
    )


@pytest.mark.parametrize("asks", ["past", None])
def test_a_question_without_such_words_needs_no_line(asks):
    assert reading(plan(asks=asks)) == ""


@pytest.mark.parametrize(
    ("words", "state", "since", "reason"),
    [
        (AUGUST, "applied", AUGUST.since, ""),
        (AUGUST, "ignored", None, "left out"),
        (AUGUST, "overridden", None, "the days given count"),
        (AUGUST, "relaxed", AUGUST.since, "nothing from then, so later days too"),
        (AUGUST, "relaxed", None, "nothing from then, so all days"),
        (REUTERS, "ignored", None, "left out"),
        (REUTERS, "overridden", None, "the outlet given counts"),
        (REUTERS, "relaxed", None, "nothing of theirs, so all outlets"),
    ],
)
def test_it_is_said_why_words_do_not_bind(words, state, since, reason):
    told = words.model_copy(update={"state": state})
    assert why_not(told, plan(told, since=since)) == reason
    assert (f"{meaning(words)} ({reason})" in reading(plan(told))) == bool(reason and not since)
