import json

import pytest
from made_runs import make_run, question

from evals import RunError
from evals.gate import gate, raise_floors

QUESTIONS = [question(f"q{number}") for number in range(4)]
RIGHT, WRONG, REFUSAL = "In Osterby.", "In Westerby.", ""


@pytest.fixture
def made(tmp_path):
    def make(name, right, questions=QUESTIONS, **told):
        answers = {one["id"]: RIGHT if number in right else WRONG for number, one in enumerate(questions)}
        return make_run(tmp_path / name, questions, answers, **told)

    return make


@pytest.fixture
def baseline(tmp_path):
    return tmp_path / "floors.json"


def floor(baseline, name):
    return json.loads(baseline.read_text())["floors"][name]["worst"]


def test_a_run_passes_the_floors_that_it_set(made, baseline):
    run = made("a", [0, 1, 2])
    raise_floors(run, baseline)
    assert floor(baseline, "correct") == 0.75
    assert gate(run, baseline) == []


def test_a_worse_run_fails_and_is_told_by_which_measure(made, baseline):
    raise_floors(made("a", [0, 1, 2]), baseline)
    failures = gate(made("b", [0, 1]), baseline)
    assert "correct: 0.5000, worst that passes 0.7500 (higher is better)" in failures


def test_a_measure_of_which_less_is_better_fails_above_its_floor(made, baseline):
    questions = [one | {"forbidden": ["Westerby"]} for one in QUESTIONS]
    raise_floors(made("a", [0, 1, 2], questions), baseline)
    failures = gate(made("b", [0], questions), baseline)
    assert "contradicted: 0.7500, worst that passes 0.2500 (lower is better)" in failures


def test_a_better_run_raises_the_floors_and_a_worse_one_never_lowers_them(made, baseline):
    raise_floors(made("a", [0, 1]), baseline)
    assert "correct" in raise_floors(made("b", [0, 1, 2]), baseline)
    assert raise_floors(made("c", [0]), baseline) == {}
    assert floor(baseline, "correct") == 0.75


def test_a_run_that_failed_to_answer_does_not_pass_by_answering_less(made, baseline):
    raise_floors(made("a", [0, 1, 2, 3]), baseline)
    failures = gate(made("b", [0, 1, 2, 3], failed=["q3"]), baseline)
    assert failures == ["answered: 3 questions, 4 when the floors were set"]


def test_a_run_that_stops_refusing_wrongly_passes(made, baseline, tmp_path):
    unsure = make_run(
        tmp_path / "a", QUESTIONS, {one["id"]: REFUSAL if one["id"] == "q0" else RIGHT for one in QUESTIONS}
    )
    raise_floors(unsure, baseline)
    assert gate(made("b", range(4)), baseline) == []


def test_a_measure_that_the_run_no_longer_has_fails(made, baseline):
    raise_floors(made("a", [0]), baseline)
    content = json.loads(baseline.read_text())
    content["floors"]["latest_first"] = {"worst": 0.5, "better": "higher"}
    baseline.write_text(json.dumps(content))
    assert gate(made("b", [0]), baseline) == ["latest_first: not measured, worst that passes 0.5000 (higher is better)"]


def test_a_floor_turned_upside_down_by_hand_does_not_pass(made, baseline):
    run = made("a", [0])
    raise_floors(run, baseline)
    content = json.loads(baseline.read_text())
    content["floors"]["correct"]["better"] = "lower"
    baseline.write_text(json.dumps(content))
    assert [failure.partition(":")[0] for failure in gate(run, baseline)] == ["correct"]


def test_time_and_money_have_no_floor(made, baseline):
    raise_floors(made("a", [0]), baseline)
    assert not {"seconds", "prompt_tokens"} & set(json.loads(baseline.read_text())["floors"])


def test_drafts_are_refused(made, baseline):
    drafts = [QUESTIONS[0], *(one | {"draft": True} for one in QUESTIONS[1:])]
    with pytest.raises(RunError, match="3 questions are drafts, the first 'q1'; read them"):
        raise_floors(made("a", [0], drafts), baseline)
    assert not baseline.exists()


def test_floors_of_other_questions_are_refused(made, baseline):
    raise_floors(made("a", [0]), baseline)
    with pytest.raises(RunError, match="the baseline is of another dataset_sha256"):
        gate(made("b", [0], QUESTIONS[:3]), baseline)


def test_without_a_baseline_it_is_said_how_to_make_one(made, tmp_path):
    with pytest.raises(RunError, match=r"no baseline: .*; make one with dateline eval gate RUN --baseline .* --raise"):
        gate(made("a", [0]), tmp_path / "none.json")


@pytest.mark.parametrize("content", ["{}", "nonsense", '{"floors": {"correct": {"worst": "NaN"}}}'])
def test_a_damaged_baseline_is_one_line_of_error(made, baseline, content):
    baseline.write_text(content)
    with pytest.raises(RunError, match="unreadable baseline"):
        gate(made("a", [0]), baseline)
