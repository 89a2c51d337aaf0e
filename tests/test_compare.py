import pytest
from made_runs import make_run, question

from evals import RunError
from evals.compare import compare

QUESTIONS = [question(f"q{number}", slices=["odd" if number % 2 else "even"]) for number in range(20)]
RIGHT, WRONG = "In Osterby.", "In Westerby."


@pytest.fixture
def made(tmp_path):
    def make(name, right, questions=QUESTIONS):
        answers = {one["id"]: RIGHT if number in right else WRONG for number, one in enumerate(questions)}
        return make_run(tmp_path / name, questions, answers)

    return make


def test_a_run_against_itself_differs_in_nothing(made):
    run = made("a", range(10))
    found = compare(run, run)
    assert found.n == 20
    assert {(d.difference, d.low, d.high, d.better) for d in found.measures.values()} == {(0.0, 0.0, 0.0, None)}
    assert found.improved == found.worsened == ()


def test_what_got_better_and_what_got_worse_is_told_question_by_question(made):
    found = compare(made("a", [0, 1, 2]), made("b", [0, 1, 5]))
    assert [(change.id, change.a, change.b) for change in found.improved] == [("q5", WRONG, RIGHT)]
    assert [(change.id, change.a, change.b) for change in found.worsened] == [("q2", RIGHT, WRONG)]
    assert found.measures["correct"].difference == 0.0


def test_a_large_difference_is_called_better_and_a_small_one_is_not(made):
    large, small = compare(made("a", []), made("b", range(15))), compare(made("c", []), made("d", [1]))
    assert large.measures["correct"].better is True
    assert large.measures["correct"].difference == pytest.approx(0.75)
    assert large.measures["correct"].mcnemar_p == pytest.approx(2 * 0.5**15)
    assert small.measures["correct"].better is None


def test_one_question_proves_nothing(made):
    found = compare(made("a", [], QUESTIONS[:1]), made("b", [0], QUESTIONS[:1]))
    assert found.measures["correct"].difference == 1.0
    assert found.measures["correct"].p == 1.0
    assert found.measures["correct"].better is None


def test_a_measure_of_which_less_is_better_is_worse_when_it_grows(made):
    questions = [one | {"forbidden": ["Westerby"]} for one in QUESTIONS]
    found = compare(made("a", range(20), questions), made("b", [], questions))
    assert found.measures["contradicted"].difference == 1.0
    assert found.measures["contradicted"].better is False


def test_each_slice_is_compared_by_itself(made):
    found = compare(made("a", []), made("b", range(0, 20, 2)))
    assert {name: d.difference for name, d in found.slices.items()} == {"even": 1.0, "odd": 0.0}


def test_what_the_engine_picks_by_refusing_is_not_compared(made):
    found = compare(made("a", range(10)), made("b", range(5)))
    assert "refusal_precision" not in found.measures


def test_only_questions_that_are_the_same_in_both_are_compared(made):
    changed = [question("q0", question="Another question?"), *QUESTIONS[1:10]]
    assert compare(made("a", []), made("b", [], changed)).n == 9


def test_two_runs_without_a_common_question_are_refused(made):
    with pytest.raises(RunError, match=r"no question in common: .*; compare two runs of one data set"):
        compare(made("a", []), made("b", [], [question("other")]))


def test_the_comparison_is_shown_as_tables(made):
    text = compare(made("a", []), made("b", range(15))).text()
    assert "correct" in text
    assert "better" in text
    assert "got better: 15" in text
    assert "\n    A: In Westerby.\n    B: In Osterby." in text


def test_the_same_two_runs_give_the_same_numbers(made):
    a, b = made("a", range(7)), made("b", range(5, 15))
    assert compare(a, b).as_dict() == compare(a, b).as_dict()
