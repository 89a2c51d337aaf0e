import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import DatasetError, load_dataset
from evals.gold import DateForm, NumberForm, Question, RegexForm
from evals.gold_files import check_questions, read_questions

WHOLE = {
    "id": "q1",
    "question": "How many left Osterby?",
    "facts": [
        {
            "statement": "4,200 people left Osterby on 3 May 2025.",
            "accept": [
                "4,200 people",
                {"number": 4200, "tolerance": 50, "unit": ["people", "residents"]},
                {"date": "2025-05-03"},
                {"regex": "four thousand.*people"},
            ],
        }
    ],
    "forbidden": [{"statement": "They left Westerby.", "accept": ["Westerby"]}],
    "as_of": "2025-05-04",
    "history": [{"question": "What happened?", "answer": "A flood."}],
    "slices": ["number", "follow-up"],
    "support": [{"article": "https://example.org/a", "quote": "4,200 people left"}],
}


@pytest.fixture
def written(tmp_path):
    def write(*rows):
        path = tmp_path / "gold.jsonl"
        path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
        return path

    return write


def question(**changes):
    return {"id": "q1", "question": "Who won?", "facts": ["Rovers"]} | changes


def mistakes_in(path):
    return [str(mistake) for mistake in check_questions(path)[1]]


def test_every_field_is_read(written):
    (read,) = read_questions(written(WHOLE))
    words, number, day, regex = read.facts[0].accept
    assert words == "4,200 people"
    assert number == NumberForm(number=4200, tolerance=50, unit=("people", "residents"))
    assert day == DateForm(date="2025-05-03")
    assert regex == RegexForm(regex="four thousand.*people")
    assert read.as_of == date(2025, 5, 4)
    assert (read.history[0].answer, read.support[0].quote) == ("A flood.", "4,200 people left")
    assert read.answerable
    assert not read.draft


def test_a_fact_of_one_string_is_its_own_statement_and_only_form(written):
    (read,) = read_questions(written(question()))
    assert (read.facts[0].statement, read.facts[0].accept) == ("Rovers", ("Rovers",))


def test_a_day_a_month_and_a_year_are_dates():
    for written_date in ("2025-05-03", "2025-05", "2025"):
        assert DateForm(date=written_date).date == written_date


def test_a_bare_answer_is_compared_with_the_forms_that_are_words():
    fact = {"statement": "x", "accept": ["1,200 votes", {"number": 1200}, {"regex": "1.?200"}, "1200"]}
    assert Question.model_validate(question(facts=[fact])).golds == ("1,200 votes", "1200")


def test_a_question_for_several_facts_has_no_bare_answer():
    assert Question.model_validate(question(facts=["Rovers", "Athletic"])).golds == ()


@pytest.mark.parametrize(
    ("asked", "needs_choices"),
    [("He won all of these except:", True), ("All EXCEPT...", True), ("Who won everywhere except Corvale?", False)],
)
def test_a_question_for_the_odd_one_out_is_told_by_its_ending(asked, needs_choices):
    assert Question.model_validate(question(question=asked)).needs_choices is needs_choices


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"id": ""}, "line 2, id: "),
        ({"id": 7}, "line 2, id: "),
        ({"question": None}, "line 2, question: "),
        ({"facts": [{"statement": "", "accept": ["x"]}]}, "line 2, facts[0].statement: "),
        ({"facts": [{"statement": "x", "accept": []}]}, "line 2, facts[0].accept: "),
        ({"facts": [{"statement": "x", "accept": [{"numbr": 3}]}]}, "line 2, facts[0].accept[0]: no accepted form"),
        ({"facts": [{"statement": "x", "accept": [{"number": "many"}]}]}, "line 2, facts[0].accept[0].number: "),
        (
            {"facts": [{"statement": "x", "accept": ["y", {"number": 3, "tolerance": -1}]}]},
            "line 2, facts[0].accept[1].tolerance: ",
        ),
        ({"facts": [{"statement": "x", "accept": [{"date": "2025-02-30"}]}]}, "line 2, facts[0].accept[0].date: "),
        ({"facts": [{"statement": "x", "accept": [{"regex": "(a"}]}]}, "line 2, facts[0].accept[0].regex: "),
        ({"forbidden": [{"statement": "x"}]}, "line 2, forbidden[0].accept: "),
        ({"answerable": "perhaps"}, "line 2, answerable: "),
        ({"answerable": False}, "facts: not answerable"),
        ({"facts": []}, "line 2, facts: missing"),
        ({"as_of": "last week"}, "line 2, as_of: "),
        ({"as_of": 20250504}, "line 2, as_of: "),
        ({"history": [{"question": "x"}]}, "line 2, history[0].answer: "),
        ({"slices": "number"}, "line 2, slices: "),
        ({"support": [{"quote": "x"}]}, "line 2, support[0].article: "),
        ({"support": [{"article": "x", "grade": 0}]}, "line 2, support[0].grade: "),
        ({"answr": "x"}, "line 2, answr: "),
        ({"id": "first"}, "line 2, id: 'first' is that of line 1"),
    ],
)
def test_a_mistake_is_named_by_line_and_field(written, changes, named):
    (mistake,) = mistakes_in(written(question(id="first"), question() | changes))
    assert named in mistake


def test_every_mistake_of_a_file_is_named_and_the_rest_is_read(written):
    path = written("{", question(id="good"), [], question(id="", as_of="soon"), "", question(id="good"))
    questions, mistakes = check_questions(path)
    assert [one.id for one in questions] == ["good"]
    assert [mistake.line for mistake in mistakes] == [1, 3, 4, 4, 6]


def test_a_file_with_mistakes_is_refused_in_one_line_that_counts_them(written):
    path = written(*[question(id="")] * 5)
    with pytest.raises(
        DatasetError, match=r"5 mistakes in .*: line 1, id: .*; mend them, dateline eval check"
    ) as caught:
        load_dataset(path)
    assert "\n" not in str(caught.value)


def test_a_file_without_a_question_is_refused(written):
    with pytest.raises(DatasetError, match="no questions in dataset"):
        read_questions(written(""))


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DatasetError, match="cannot read dataset"):
        read_questions(path)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(list(WHOLE)), inner),
    )
)
def test_whatever_a_line_holds_it_is_a_question_or_its_mistakes_are_told(tmp_path_factory, row):
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_text(json.dumps(row) + "\n")
    questions, mistakes = check_questions(path)
    assert questions or mistakes
