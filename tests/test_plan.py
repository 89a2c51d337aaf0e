"""A question and its bounds in, a plan out that says which articles may be seen."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_articles import OBSERVER, POST

from index import Scope, ScopeError
from rag import Answer, QuestionError
from rag.days import Days
from rag.plan import MAX_QUESTION, narrowed, plan_question


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


# Words of the question

OCTOBER = date(2025, 10, 8)
IN_AUGUST = Days(date(2025, 7, 31), date(2025, 11, 1))  # reports of those days, and for two months more
OBSERVER_IN_AUGUST = "What did the Tarn Observer report on Osterby in August?"


def states(plan):
    return {words.text: words.state for words in plan.record.words}


def sources_seen(news, plan):
    scope = narrowed(plan.scope, plan.wanted)
    return {article.source for article in news.articles() if _holds(scope, article)}


def _holds(scope, article):
    day = article.published_at
    return (
        (scope.sources is None or article.source in scope.sources)
        and (scope.since is None or bool(day and day >= scope.since))
        and (scope.until is None or bool(day and day <= scope.until))
    )


def test_the_time_and_the_outlets_that_a_question_names_are_in_its_plan(news):
    plan = plan_question(news, OBSERVER_IN_AUGUST, as_of=OCTOBER)
    assert plan.scope == Scope(until=OCTOBER, sources=(OBSERVER,))
    assert plan.wanted == IN_AUGUST
    assert plan.asks == "past"
    assert states(plan) == {"Tarn Observer": "applied", "in August": "applied"}


def test_the_record_says_what_was_read_and_where(news):
    plan = plan_question(news, f"  {OBSERVER_IN_AUGUST} ", as_of=OCTOBER)
    outlet, time = plan.record.words
    for words in plan.record.words:
        assert plan.question[words.start : words.end] == words.text
    assert (outlet.kind, outlet.sources) == ("outlet", (OBSERVER,))
    assert (time.kind, time.first, time.last) == ("time", date(2025, 8, 1), date(2025, 8, 31))
    assert (time.since, time.until) == (IN_AUGUST.first, IN_AUGUST.last)
    assert (plan.record.since, plan.record.until) == (IN_AUGUST.first, IN_AUGUST.last)
    assert plan.record.sources == (OBSERVER,)


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("According to the Northwind Post, what do the repairs cost?", POST),
        ("What did the Observer say?", None),  # half a name
        ("What did Tarn Observer write about the race?", OBSERVER),
        ("Who owns the Northwind Post?", None),  # what the question is about
    ],
)
def test_only_articles_of_an_outlet_that_is_asked_are_in_scope(question, source, news):
    plan = plan_question(news, question)
    assert plan.scope.sources == (source and (source,))
    assert sources_seen(news, plan) == ({source} if source else {OBSERVER, POST, None})


@pytest.mark.parametrize("bound", ["since", "until"])
def test_days_that_the_caller_gives_override_those_in_words(bound, news):
    plan = plan_question(news, OBSERVER_IN_AUGUST, as_of=OCTOBER, **{bound: "2025-10-01"})
    assert plan.wanted == Days()
    assert getattr(plan.scope, bound) == date(2025, 10, 1)
    assert states(plan) == {"Tarn Observer": "applied", "in August": "overridden"}


def test_an_outlet_that_the_caller_gives_overrides_those_in_words(news):
    plan = plan_question(news, OBSERVER_IN_AUGUST, as_of=OCTOBER, source=POST)
    assert plan.scope.sources == (POST,)
    assert plan.record.sources == ()
    assert states(plan) == {"Tarn Observer": "overridden", "in August": "applied"}


def test_several_outlets_may_be_given(news):
    assert plan_question(news, "Who won?", sources=["tarn observer", POST]).scope.sources == (POST, OBSERVER)
    assert plan_question(news, "Who won?", source=POST, sources=[OBSERVER]).scope.sources == (POST, OBSERVER)
    assert plan_question(news, "Who won?", sources=[]).scope.sources is None
    with pytest.raises(ScopeError, match="'Herald'"):
        plan_question(news, "Who won?", sources=[POST, "Herald"])


def test_words_that_are_taken_out_bind_nothing_and_are_still_shown(news):
    asked = {"question": OBSERVER_IN_AUGUST, "as_of": OCTOBER}
    outlet, time = ((words.start, words.end) for words in plan_question(news, **asked).record.words)
    without_time = plan_question(news, **asked, ignore=[time])
    assert (without_time.wanted, without_time.scope.sources) == (Days(), (OBSERVER,))
    assert states(without_time) == {"Tarn Observer": "applied", "in August": "ignored"}
    without_outlet = plan_question(news, **asked, ignore=[outlet])
    assert (without_outlet.wanted, without_outlet.scope.sources) == (IN_AUGUST, None)


def test_what_is_asked_is_read_without_the_words_that_are_taken_out(news):
    question = "What was the toll on 3 September, and what on 1 October?"
    plan = plan_question(news, question, as_of=OCTOBER)
    assert plan.asks == "change"
    words = plan.record.words[0]
    assert plan_question(news, question, as_of=OCTOBER, ignore=[(words.start, words.end)]).asks == "past"


@pytest.mark.parametrize(
    ("question", "as_of", "let_go", "wanted", "sources"),
    [
        ("What was reported in May 2019?", "2025-10-08", {"until"}, Days(date(2019, 5, 1)), None),
        ("What happened since 6 November?", "2025-12-01", {"since"}, Days(), None),
        ("What happened before 3 May 2012?", "2025-10-08", {"until"}, Days(), None),
        ("What did the Tarn Observer say?", "2025-09-01", {"sources"}, Days(), None),
        ("What did the Tarn Observer say in August?", "2025-09-01", {"sources"}, IN_AUGUST, None),
        ("What did the Tarn Observer say since 6 November?", "2025-12-01", {"since"}, Days(), (OBSERVER,)),
        ("What did the Tarn Observer say before 3 May 2012?", "2025-09-01", {"sources", "until"}, Days(), None),
    ],
)
def test_of_bounds_that_leave_no_article_as_few_as_will_do_are_let_go(  # noqa: PLR0913, PLR0917 - a table's columns
    question, as_of, let_go, wanted, sources, news
):
    plan = plan_question(news, question, as_of=as_of)
    assert plan.reading.let_go == let_go
    assert (plan.wanted, plan.scope.sources) == (wanted, sources)
    assert "relaxed" in states(plan).values()
    assert news.count(narrowed(plan.scope, plan.wanted))


def test_where_the_callers_own_bounds_leave_nothing_nothing_is_let_go(news):
    plan = plan_question(news, OBSERVER_IN_AUGUST, as_of="2025-08-02")
    assert plan.scope == Scope(until=date(2025, 8, 2), sources=(OBSERVER,))
    assert states(plan) == {"Tarn Observer": "applied", "in August": "applied"}


def test_an_empty_index_has_a_plan(empty_index):
    assert plan_question(empty_index, OBSERVER_IN_AUGUST, as_of=OCTOBER).wanted == IN_AUGUST


def test_answers_that_were_saved_without_a_plan_are_read():
    saved = Answer(question="q", standalone_question="q", text="", model="m").model_dump(exclude={"plan"})
    assert Answer.model_validate(saved).plan is None


WORDS = """
    in August | yesterday | last week | this year | since 6 November | before 3 May 2012 | on 3 September 2025 | in 2019
    | reported in May 2019 | between 3 and 9 September | as of March | recently | according to the Northwind Post,
    | the Tarn Observer said | did the Northwind Post report | what changed | who won | and | now
"""
QUESTIONS = st.lists(st.sampled_from([piece.strip() for piece in WORDS.split("|")]), min_size=1, max_size=5).map(
    " ".join
)
DAYS = st.dates(date(2025, 7, 1), date(2026, 3, 1))


@given(question=QUESTIONS, as_of=st.none() | DAYS, source=st.sampled_from([None, OBSERVER, POST]))
def test_words_never_empty_what_the_caller_left(question, as_of, source, news):
    plan = plan_question(news, question, as_of=as_of, source=source)
    left = news.count(Scope(until=as_of, sources=source and (source,)))
    assert bool(news.count(narrowed(plan.scope, plan.wanted))) == bool(left)


@given(question=QUESTIONS, as_of=DAYS, since=st.none() | DAYS, until=st.none() | DAYS)
def test_the_callers_bounds_always_hold(question, as_of, since, until, news):
    plan = plan_question(news, question, as_of=as_of, since=since, until=until)
    for scope in (plan.scope, narrowed(plan.scope, plan.wanted)):
        assert scope.until <= min(as_of, until or as_of)
        assert since is None or scope.since >= since


@given(question=QUESTIONS, as_of=DAYS)
def test_a_plan_without_any_of_its_words_sees_what_a_bare_question_sees(question, as_of, news):
    read = plan_question(news, question, as_of=as_of).record.words
    plan = plan_question(news, question, as_of=as_of, ignore=[(words.start, words.end) for words in read])
    assert (plan.scope, plan.wanted) == (Scope(until=as_of), Days())
    assert {words.state for words in plan.record.words} <= {"ignored"}
    assert [words.text for words in plan.record.words] == [words.text for words in read]
