"""A question and its bounds in, a plan out that says which articles may be seen."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_articles import OBSERVER

from index import ScopeError
from rag import QuestionError
from rag.plan import MAX_QUESTION, plan_question


def test_a_bare_question_may_see_everything(news):
    plan = plan_question(news, "Who won?")
    assert plan.question == "Who won?"
    assert plan.as_of is None
    assert plan.scope.unbounded
    assert plan.style == "full"


def test_white_space_around_and_within_a_question_is_none_of_its_meaning(news):
    assert plan_question(news, "  Who\n\twon ? ").question == "Who won ?"


@pytest.mark.parametrize("day", ["2025-09-10", " 2025-09-10 ", date(2025, 9, 10), datetime(2025, 9, 10, 8, tzinfo=UTC)])
def test_a_day_may_be_text_or_a_date(day, news):
    plan = plan_question(news, "Who won?", as_of=day, since=day)
    assert plan.as_of == plan.scope.since == plan.scope.until == date(2025, 9, 10)


@pytest.mark.parametrize(
    ("as_of", "until", "last"),
    [
        (None, None, None),
        ("2025-09-10", None, "2025-09-10"),
        (None, "2025-09-10", "2025-09-10"),
        ("2025-09-10", "2025-12-31", "2025-09-10"),
        ("2025-12-31", "2025-09-10", "2025-09-10"),
    ],
)
def test_nothing_later_than_as_of_or_until_is_in_scope(as_of, until, last, news):
    scope = plan_question(news, "Who won?", as_of=as_of, until=until).scope
    assert scope.until == (last and date.fromisoformat(last))


def test_the_present_of_a_question_is_its_as_of_day(news):
    assert plan_question(news, "Who won?", as_of="2025-09-10").today == date(2025, 9, 10)
    assert plan_question(news, "Who won?").today == datetime.now(UTC).date()


@pytest.mark.parametrize("name", ["Tarn Observer", "tarn observer", " TARN OBSERVER"])
def test_an_outlet_is_found_in_any_case(name, news):
    assert plan_question(news, "Who won?", source=name).scope.sources == (OBSERVER,)


def test_an_unknown_outlet_is_named_with_those_there_are(news):
    with pytest.raises(ScopeError, match=r"'Herald'.*Northwind Post, Tarn Observer"):
        plan_question(news, "Who won?", source="Herald")


@pytest.mark.parametrize("bound", ["as_of", "since", "until"])
@pytest.mark.parametrize("value", ["", "soon", "2025-02-30", "30 September 2025"])
def test_what_is_no_day_is_named_with_the_bound(bound, value, news):
    with pytest.raises(ScopeError, match=f"^{bound} is not a date: '{value}'; write it as"):
        plan_question(news, "Who won?", **{bound: value})


@pytest.mark.parametrize("question", ["", " \n ", "x" * (MAX_QUESTION + 1)])
def test_an_empty_or_endless_question_is_refused(question, news):
    with pytest.raises(QuestionError, match=r"^the question is .*: .*; ask"):
        plan_question(news, question)


def test_an_unknown_style_is_named_with_those_there_are(news):
    with pytest.raises(QuestionError, match="'long'; styles are: full, short"):
        plan_question(news, "Who won?", style="long")


def test_half_a_character_becomes_a_question_mark(news):
    assert plan_question(news, "Who won\udcff").question == "Who won?"


@given(question=st.text(st.characters(), max_size=50))
def test_any_text_is_a_question_in_valid_unicode_or_is_empty(question, news):
    try:
        plan = plan_question(news, question)
    except QuestionError:
        assert not question.strip()
    else:
        assert plan.question.encode()
