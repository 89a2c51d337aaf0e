import json
from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr

from evals import Dataset, RunError, load_dataset, run
from evals.runner import read_predictions
from rag.answer import Answer, Refusal

AWAY = Refusal(reason="llm_unavailable", message="The LLM is away.", newest_article=None)


class EngineSettings(BaseModel):
    top_k: int = 5
    api_key: str = "s3cret-plain"
    bearer: SecretStr = SecretStr("s3cret-masked")


class ScriptedEngine:
    """Answers each question with its own words; raises, or refuses, where told to."""

    def __init__(self, *, fails: tuple[str, ...] = (), away: tuple[str, ...] = (), top_k: int = 5, model="scripted"):
        self.fails, self.away, self.model = fails, away, model
        self.settings = EngineSettings(top_k=top_k)
        self.asked: list[tuple[str, date | None, str]] = []

    def ask(self, question: str, *, as_of: date | None = None, style: str = "full") -> Answer:
        self.asked.append((question, as_of, style))
        if question in self.fails:
            raise TimeoutError("no token\nin 60 s")
        return Answer(
            question=question,
            standalone_question=question,
            as_of=as_of,
            text=question,
            refusal=AWAY if question in self.away else None,
            model=self.model,
            prompts={"answer": "abc"},
        )


class BareEngine:
    def ask(self, question: str, *, as_of: date | None = None, style: str = "full") -> Answer:
        return Answer(question=question, standalone_question=question, text="", model="bare")


class StoppedEngine(ScriptedEngine):
    """Stopped from the keyboard at the second question."""

    def ask(self, question: str, *, as_of: date | None = None, style: str = "full") -> Answer:
        if self.asked:
            raise KeyboardInterrupt
        return super().ask(question, as_of=as_of, style=style)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    rows = [{"id": f"q{n}", "question": f"Question {n}?", "answer": "gold", "kind": "fact"} for n in (1, 2, 3)]
    rows[1]["as_of"] = "2025-10-02"
    path = tmp_path / "facts.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return load_dataset(path)


@pytest.fixture
def out_dir(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "first"


def test_every_question_is_asked_once_with_its_date_and_the_style(dataset: Dataset, out_dir: Path):
    engine = ScriptedEngine()
    run(dataset, engine, out_dir=out_dir, style="short")
    assert engine.asked == [
        ("Question 1?", None, "short"),
        ("Question 2?", date(2025, 10, 2), "short"),
        ("Question 3?", None, "short"),
    ]


def test_the_answers_are_stored_as_they_came(dataset: Dataset, out_dir: Path):
    run(dataset, ScriptedEngine(), out_dir=out_dir, style="full")
    predictions = read_predictions(out_dir)
    assert list(predictions) == ["q1", "q2", "q3"]
    assert predictions["q2"].answer == ScriptedEngine().ask("Question 2?", as_of=date(2025, 10, 2))


def test_the_record_says_where_the_numbers_come_from(dataset: Dataset, out_dir: Path):
    record = run(dataset, ScriptedEngine(), out_dir=out_dir, style="full")
    stored = json.loads((out_dir / "run.json").read_text())
    assert stored == record.model_dump(mode="json")
    assert stored["dataset_sha256"] == dataset.sha256
    assert (stored["n"], stored["style"]) == (3, "full")
    assert (stored["models"], stored["prompts"]) == (["scripted"], {"answer": ["abc"]})
    assert stored["settings"]["top_k"] == 5


def test_no_secret_reaches_the_folder(dataset: Dataset, out_dir: Path):
    run(dataset, ScriptedEngine(), out_dir=out_dir, style="full")
    assert not any(b"s3cret" in path.read_bytes() for path in out_dir.iterdir())


def test_an_engine_without_settings_will_do(dataset: Dataset, out_dir: Path):
    assert run(dataset, BareEngine(), out_dir=out_dir, style="full").settings == {}


def test_one_failing_question_is_recorded_in_one_line_and_the_rest_go_on(dataset: Dataset, out_dir: Path):
    run(dataset, ScriptedEngine(fails=("Question 2?",)), out_dir=out_dir, style="full")
    predictions = read_predictions(out_dir)
    assert predictions["q2"].error == "TimeoutError: no token in 60 s"
    assert [p.failure for p in predictions.values()] == [None, "error", None]


def test_the_same_folder_again_asks_only_what_failed(dataset: Dataset, out_dir: Path):
    broken = ScriptedEngine(fails=("Question 1?",), away=("Question 3?",))
    run(dataset, broken, out_dir=out_dir, style="full")
    mended = ScriptedEngine()
    run(dataset, mended, out_dir=out_dir, style="full")
    assert [question for question, _, _ in mended.asked] == ["Question 1?", "Question 3?"]
    assert all(p.failure is None for p in read_predictions(out_dir).values())


def test_a_stopped_run_keeps_its_answers_and_its_model(dataset: Dataset, out_dir: Path):
    with pytest.raises(KeyboardInterrupt):
        run(dataset, StoppedEngine(), out_dir=out_dir, style="full")
    assert list(read_predictions(out_dir)) == ["q1"]
    assert json.loads((out_dir / "run.json").read_text())["models"] == ["scripted"]


def test_a_line_cut_off_by_a_kill_is_asked_again(dataset: Dataset, out_dir: Path):
    run(dataset, ScriptedEngine(), out_dir=out_dir, style="full")
    path = out_dir / "predictions.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    assert list(read_predictions(out_dir)) == ["q1", "q2"]
    engine = ScriptedEngine()
    run(dataset, engine, out_dir=out_dir, style="full")
    assert [question for question, _, _ in engine.asked] == ["Question 3?"]
    assert list(read_predictions(out_dir)) == ["q1", "q2", "q3"]


def test_a_larger_limit_goes_on_where_the_smaller_one_stopped(dataset: Dataset, out_dir: Path):
    first = run(dataset, ScriptedEngine(), out_dir=out_dir, style="full", limit=1)
    engine = ScriptedEngine()
    second = run(dataset, engine, out_dir=out_dir, style="full", limit=2)
    assert (first.n, second.n) == (1, 2)
    assert len(engine.asked) == 1
    assert second.started_at == first.started_at


def test_a_model_that_changed_during_the_run_is_seen(dataset: Dataset, out_dir: Path):
    run(dataset, ScriptedEngine(), out_dir=out_dir, style="full", limit=1)
    record = run(dataset, ScriptedEngine(model="another"), out_dir=out_dir, style="full")
    assert record.models == ("another", "scripted")


def test_progress_counts_up_to_all(dataset: Dataset, out_dir: Path):
    seen: list[tuple[int, int]] = []
    run(dataset, ScriptedEngine(), out_dir=out_dir, style="full", progress=lambda n, of: seen.append((n, of)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(("top_k", "style", "field"), [(5, "short", "style"), (6, "full", "settings")])
def test_two_different_runs_are_not_mixed(dataset: Dataset, out_dir: Path, top_k: int, style: str, field: str):
    run(dataset, ScriptedEngine(), out_dir=out_dir, style="full")
    with pytest.raises(RunError, match=f"folder holds a run with another {field}: .*; give a new one"):
        run(dataset, ScriptedEngine(top_k=top_k), out_dir=out_dir, style=style)


def test_a_folder_with_other_things_in_it_is_left_alone(dataset: Dataset, tmp_path: Path):
    with pytest.raises(RunError, match="folder holds something else"):
        run(dataset, ScriptedEngine(), out_dir=tmp_path, style="full")
    assert [path.name for path in tmp_path.iterdir()] == ["facts.jsonl"]


def test_a_file_in_the_place_of_the_folder_is_one_line_of_error(dataset: Dataset):
    with pytest.raises(RunError, match=r"cannot use folder: .*; give another one"):
        run(dataset, ScriptedEngine(), out_dir=dataset.path, style="full")


def test_a_damaged_line_is_named(dataset: Dataset, out_dir: Path):
    run(dataset, ScriptedEngine(), out_dir=out_dir, style="full")
    path = out_dir / "predictions.jsonl"
    path.write_bytes(b"{}\n" + path.read_bytes())
    with pytest.raises(RunError, match=r"not a prediction: .*predictions\.jsonl, line 1"):
        run(dataset, ScriptedEngine(), out_dir=out_dir, style="full")


def test_a_limit_below_one_is_refused(dataset: Dataset, out_dir: Path):
    with pytest.raises(RunError, match="limit 0; give at least 1"):
        run(dataset, ScriptedEngine(), out_dir=out_dir, style="full", limit=0)
