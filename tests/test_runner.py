import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from resource import RLIMIT_FSIZE, getrlimit, setrlimit

import pytest

from evals import RunError, load_dataset
from evals.records import newest_like, read_record, record_of
from evals.runner import read_predictions, run
from rag.answer import Answer, ArticleRef, Citation, LLMFailure, Passage, Refusal

AWAY = Refusal(reason="llm_unavailable", message="The LLM is away.", newest_article=None)
UNAVAILABLE, UNUSABLE = (LLMFailure(reason=reason, message="It failed.") for reason in ("unavailable", "unusable"))
ARTICLE = ArticleRef(id="a", title="A", source=None, url=None, authors=(), published_at=None)


def citation(n):
    return Citation(n=n, quote="words", start=0, end=5, verdict="supported", article=ARTICLE)


class ScriptedEngine:
    """Answers each question with its own words; raises, or refuses, where told to."""

    name = "scripted"

    def __init__(self, *, fails=(), away=(), llm_failures=None, model="scripted", top_k=5):
        self.fails, self.away, self.model = fails, away, model
        self.llm_failures = llm_failures or {}
        self.settings = {"top_k": top_k}
        self.asked = []

    def ask(self, question, *, as_of=None, style="full", history=()):
        self.asked.append((question, as_of, style, [turn.answer for turn in history]))
        if question in self.fails:
            raise TimeoutError("no token\nin 60 s")
        return Answer(
            question=question,
            standalone_question=question,
            as_of=as_of,
            text=question,
            refusal=AWAY if question in self.away else None,
            llm_failure=self.llm_failures.get(question),
            model=self.model,
            prompts={"answer": "abc"},
        )


class CitingEngine(ScriptedEngine):
    """Cites one article twice, the second time at the wrong place, and finds passages."""

    def ask(self, question, **asked):
        return super().ask(question, **asked).model_copy(update={"citations": (citation(1), citation(2))})

    def quote_is_exact(self, citation):
        return citation.n == 1

    def find(self, question, *, top_k, as_of=None):
        self.found = (question, top_k, as_of)
        return (Passage(article_id="a", text="words", score=1.0, start=0, end=5, article=ARTICLE),)


class StoppedEngine(ScriptedEngine):
    """Stopped from the keyboard at the second question."""

    def ask(self, question, **asked):
        if self.asked:
            raise KeyboardInterrupt
        return super().ask(question, **asked)


@pytest.fixture
def path(tmp_path):
    return write(tmp_path / "gold.jsonl", 3)


@pytest.fixture
def dataset(path):
    return load_dataset(path)


def write(path, n):
    rows = [{"id": f"q{number}", "question": f"Question {number}?", "facts": ["gold"]} for number in range(1, n + 1)]
    rows[1] |= {"as_of": "2025-10-02", "history": [{"question": "Who?", "answer": "They."}]}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def out_dir(tmp_path):
    return tmp_path / "runs" / "first"


def test_every_question_is_asked_once_with_its_date_and_the_style(dataset, out_dir):
    engine = ScriptedEngine()
    run(dataset, engine, out_dir=out_dir, style="short")
    assert engine.asked == [
        ("Question 1?", None, "short", []),
        ("Question 2?", date(2025, 10, 2), "short", ["They."]),
        ("Question 3?", None, "short", []),
    ]


def test_the_answers_are_stored_as_they_came(dataset, out_dir):
    run(dataset, ScriptedEngine(), out_dir=out_dir)
    predictions = read_predictions(out_dir)
    assert list(predictions) == ["q1", "q2", "q3"]
    assert predictions["q2"].answer == ScriptedEngine().ask("Question 2?", as_of=date(2025, 10, 2))


def test_the_record_says_where_the_numbers_come_from(dataset, out_dir):
    record = run(dataset, ScriptedEngine(), out_dir=out_dir)
    stored = json.loads((out_dir / "run.json").read_text())
    assert stored == record.model_dump(mode="json")
    assert stored["dataset_sha256"] == dataset.sha256
    assert (stored["n"], stored["style"]) == (3, "full")
    assert (stored["models"], stored["prompts"]) == (["scripted"], {"answer": ["abc"]})
    assert stored["settings"]["top_k"] == 5


def test_without_a_style_the_data_set_says_which(dataset, out_dir, tmp_path):
    assert run(dataset, ScriptedEngine(), out_dir=out_dir).style == "full"
    assert run(replace(dataset, style="short"), ScriptedEngine(), out_dir=tmp_path / "second").style == "short"


def test_whether_each_quote_is_exact_is_kept_where_the_engine_can_say(dataset, out_dir, tmp_path):
    run(dataset, CitingEngine(), out_dir=out_dir)
    run(dataset, ScriptedEngine(), out_dir=tmp_path / "second")
    assert read_predictions(out_dir)["q1"].exact == (True, False)
    assert read_predictions(tmp_path / "second")["q1"].exact is None


def test_a_retrieval_task_stores_the_passages_found(dataset, out_dir):
    engine = CitingEngine()
    record = run(replace(dataset, task="retrieval"), engine, out_dir=out_dir)
    assert record.task == "retrieval"
    assert engine.asked == []
    assert engine.found == ("Question 3?", 100, None)
    assert read_predictions(out_dir)["q1"].answer.passages[0].text == "words"


def test_an_engine_that_finds_no_passages_is_refused_a_retrieval_task(dataset, out_dir):
    with pytest.raises(RunError, match="engine finds no passages: scripted; gold is about nothing else"):
        run(replace(dataset, task="retrieval"), ScriptedEngine(), out_dir=out_dir)


def test_one_failing_question_is_recorded_in_one_line_and_the_rest_go_on(dataset, out_dir):
    run(dataset, ScriptedEngine(fails=("Question 2?",)), out_dir=out_dir)
    predictions = read_predictions(out_dir)
    assert predictions["q2"].error == "TimeoutError: no token in 60 s"
    assert [p.failure for p in predictions.values()] == [None, "error", None]


def test_an_answer_that_is_not_the_llms_says_nothing_about_quality_unless_the_llm_spoiled_it(dataset, out_dir):
    run(dataset, ScriptedEngine(llm_failures={"Question 2?": UNAVAILABLE, "Question 3?": UNUSABLE}), out_dir=out_dir)
    assert [p.failure for p in read_predictions(out_dir).values()] == [None, "llm_unavailable", None]


def test_the_same_folder_again_asks_only_what_failed(dataset, out_dir):
    broken = ScriptedEngine(fails=("Question 1?",), away=("Question 3?",))
    run(dataset, broken, out_dir=out_dir)
    mended = ScriptedEngine()
    run(dataset, mended, out_dir=out_dir)
    assert [question for question, *_ in mended.asked] == ["Question 1?", "Question 3?"]
    assert all(p.failure is None for p in read_predictions(out_dir).values())


def test_a_stopped_run_keeps_its_answers_and_its_model(dataset, out_dir):
    with pytest.raises(KeyboardInterrupt):
        run(dataset, StoppedEngine(), out_dir=out_dir)
    assert list(read_predictions(out_dir)) == ["q1"]
    assert json.loads((out_dir / "run.json").read_text())["models"] == ["scripted"]


def test_a_line_cut_off_by_a_kill_is_asked_again(dataset, out_dir):
    run(dataset, ScriptedEngine(), out_dir=out_dir)
    path = out_dir / "predictions.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    assert list(read_predictions(out_dir)) == ["q1", "q2"]
    engine = ScriptedEngine()
    run(dataset, engine, out_dir=out_dir)
    assert [question for question, *_ in engine.asked] == ["Question 3?"]
    assert list(read_predictions(out_dir)) == ["q1", "q2", "q3"]


def test_a_larger_limit_goes_on_where_the_smaller_one_stopped(dataset, out_dir):
    first = run(dataset.sample(2), ScriptedEngine(), out_dir=out_dir)
    engine = ScriptedEngine()
    second = run(dataset, engine, out_dir=out_dir)
    assert (first.n, second.n) == (2, 3)
    assert len(engine.asked) == 1
    assert second.started_at == first.started_at


def test_fewer_or_other_questions_are_another_run(dataset, out_dir):
    run(dataset, ScriptedEngine(), out_dir=out_dir)
    with pytest.raises(RunError, match="folder holds a run with another dataset"):
        run(dataset.sample(2), ScriptedEngine(), out_dir=out_dir)


def test_the_newest_run_of_the_same_kind_is_found_again(dataset, tmp_path):
    runs = tmp_path / "runs"
    for name in ("old", "new"):
        run(dataset, ScriptedEngine(), out_dir=runs / name)
    run(dataset.sample(2), ScriptedEngine(), out_dir=runs / "other questions")
    run(dataset, ScriptedEngine(top_k=6), out_dir=runs / "other settings")
    (runs / "no run").mkdir()
    assert newest_like(record_of(dataset, ScriptedEngine(), None), runs) == runs / "new"
    assert newest_like(record_of(dataset, ScriptedEngine(top_k=7), None), runs) is None


def test_a_model_that_changed_during_the_run_is_seen(dataset, out_dir):
    run(dataset.sample(2), ScriptedEngine(), out_dir=out_dir)
    record = run(dataset, ScriptedEngine(model="another"), out_dir=out_dir)
    assert record.models == ("another", "scripted")


def test_progress_counts_up_to_all(dataset, out_dir):
    seen = []
    run(dataset, ScriptedEngine(), out_dir=out_dir, progress=lambda n, of: seen.append((n, of)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(("top_k", "style", "field"), [(5, "short", "style"), (6, "full", "settings")])
def test_two_different_runs_are_not_mixed(dataset, out_dir, top_k, style, field):
    run(dataset, ScriptedEngine(), out_dir=out_dir)
    with pytest.raises(RunError, match=f"folder holds a run with another {field}: .*; give a new one"):
        run(dataset, ScriptedEngine(top_k=top_k), out_dir=out_dir, style=style)


def test_a_folder_with_other_things_in_it_is_left_alone(dataset, tmp_path):
    with pytest.raises(RunError, match="folder holds something else"):
        run(dataset, ScriptedEngine(), out_dir=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["gold.jsonl"]


def test_a_file_in_the_place_of_the_folder_is_one_line_of_error(dataset, path):
    with pytest.raises(RunError, match=r"cannot use folder: .*; give another one"):
        run(dataset, ScriptedEngine(), out_dir=path)


@pytest.mark.parametrize("error", [SystemExit(3), ValueError("half a character: \ud83d")])
def test_an_engine_that_leaves_or_says_what_is_no_text_costs_no_other_answer(dataset, out_dir, error):
    class LeavingEngine(ScriptedEngine):
        def ask(self, question, **asked):
            if question == "Question 1?":
                raise error
            return super().ask(question, **asked)

    run(dataset, LeavingEngine(), out_dir=out_dir)
    predictions = read_predictions(out_dir)
    assert predictions["q1"].error.startswith(f"{type(error).__name__}: ")
    assert [p.failure for p in predictions.values()] == ["error", None, None]


@pytest.mark.parametrize(("score", "text"), [(float("nan"), "words"), (float("inf"), "words"), (1.0, "\ud83d")])
def test_an_answer_that_no_file_can_give_back_has_failed(dataset, out_dir, score, text):
    class OddEngine(CitingEngine):
        def ask(self, question, **asked):
            passages = [passage.model_copy(update={"score": score}) for passage in self.find(question, top_k=1)]
            return super().ask(question, **asked).model_copy(update={"passages": tuple(passages), "text": text})

    run(dataset, OddEngine(), out_dir=out_dir)
    predictions = read_predictions(out_dir).values()
    assert [p.failure for p in predictions] == ["error"] * 3
    assert all(p.error.startswith("the answer cannot be stored: ") and "\n" not in p.error for p in predictions)


def test_a_folder_that_is_being_run_into_is_refused(dataset, out_dir):
    class SecondRun(ScriptedEngine):
        def ask(self, question, **asked):
            with pytest.raises(RunError, match=r"folder is being run into: .*; wait for that run"):
                run(dataset, ScriptedEngine(), out_dir=out_dir)
            return super().ask(question, **asked)

    run(dataset, SecondRun(), out_dir=out_dir)
    assert len((out_dir / "predictions.jsonl").read_text().splitlines()) == 3
    assert sorted(path.name for path in out_dir.iterdir()) == ["dataset.jsonl", "predictions.jsonl", "run.json"]


@contextmanager
def no_file_above(size):
    """As on a full disk: writing beyond so many bytes of a file fails."""
    soft, hard = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        setrlimit(RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_one_line_and_costs_no_answer(dataset, out_dir):
    run(dataset.sample(2), ScriptedEngine(), out_dir=out_dir)
    stored = (out_dir / "predictions.jsonl").stat().st_size
    with no_file_above(stored), pytest.raises(RunError, match=r"cannot store the answers: .*: File too large; make"):
        run(dataset, ScriptedEngine(), out_dir=out_dir)
    assert list(read_predictions(out_dir)) == ["q1", "q2"]
    run(dataset, ScriptedEngine(), out_dir=out_dir)
    assert list(read_predictions(out_dir)) == ["q1", "q2", "q3"]


def test_a_disk_too_full_for_more_questions_keeps_the_run(tmp_path, out_dir):
    dataset = load_dataset(write(tmp_path / "gold.jsonl", 30))
    run(dataset.sample(2), ScriptedEngine(), out_dir=out_dir)
    with no_file_above(1000), pytest.raises(RunError, match=r"cannot use folder: .*: File too large; give another"):
        run(dataset, ScriptedEngine(), out_dir=out_dir)
    assert (out_dir / "dataset.jsonl").read_bytes() == dataset.sample(2).jsonl
    assert read_record(out_dir).n == 2
    engine = ScriptedEngine()
    run(dataset, engine, out_dir=out_dir)
    assert len(engine.asked) == 28


def test_a_damaged_line_is_named(dataset, out_dir):
    run(dataset, ScriptedEngine(), out_dir=out_dir)
    path = out_dir / "predictions.jsonl"
    path.write_bytes(b"{}\n" + path.read_bytes())
    with pytest.raises(RunError, match=r"not a prediction: .*predictions\.jsonl, line 1"):
        run(dataset, ScriptedEngine(), out_dir=out_dir)
