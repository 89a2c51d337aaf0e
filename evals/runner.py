"""A dataset and an engine in, a folder of stored answers out: predict once, score often.

The folder holds `run.json` (what was run), `dataset.jsonl` (the questions, byte for byte) and
`predictions.jsonl` (one line an answer, appended as it comes). Running into the same folder again
asks only what has no answer yet.
"""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.datasets import Dataset, Fact
from evals.errors import RunError
from rag.answer import Answer

RUN_FILE, DATASET_FILE, PREDICTIONS_FILE = "run.json", "dataset.jsonl", "predictions.jsonl"
SECRET_SUFFIXES = ("key", "token", "password")  # settings that end so never reach a file that people share

Style = Literal["full", "short"]


class AnswerEngine(Protocol):
    """Anything that answers a question."""

    def ask(self, question: str, *, as_of: date | None = None, style: Style = "full") -> Answer:
        """The answer, from articles published up to `as_of`."""
        ...


class RunRecord(BaseModel):
    """What was run: enough to say where a number comes from, and to refuse to mix two runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str
    dataset_sha256: str
    started_at: datetime
    style: Style
    n: int = Field(description="questions that the run was to ask")
    settings: dict[str, Any] = Field(description="the engine's, without secrets")
    models: tuple[str, ...] = Field(default=(), description="more than one: the model changed during the run")
    prompts: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="prompt name -> fingerprints")


class Prediction(BaseModel):
    """The stored answer to one question, or why there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    answer: Answer | None
    error: str | None
    seconds: float

    @property
    def failure(self) -> str | None:
        """Why this says nothing about quality: the engine failed, or its LLM was away; None: it counts."""
        if self.answer is None:
            return "error"
        refusal = self.answer.refusal
        return refusal.reason if refusal and refusal.reason == "llm_unavailable" else None


def run(  # noqa: PLR0913 (all but two are keyword-only)
    dataset: Dataset,
    engine: AnswerEngine,
    *,
    out_dir: str | Path,
    style: Style,
    limit: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> RunRecord:
    """The record of a run that asked the engine every question of the dataset, or the first `limit`.

    Args:
        dataset: the questions; their gold answers are not shown to the engine.
        engine: anything with `ask`; its `settings`, if it has any, go on record.
        out_dir: folder of the run, made if absent; one that holds the same run is continued.
        style: the style of answer to ask for.
        limit: questions to ask; None: all.
        progress: called with (questions done, questions in all).

    Raises:
        RunError: the folder holds another run or cannot be read, or the limit is below 1.
    """
    if limit is not None and limit < 1:
        raise RunError(f"nothing to ask: limit {limit}; give at least 1")
    folder, facts = Path(out_dir), dataset.facts[:limit]
    record = _open_run(folder, dataset, _record(dataset, engine, style, n=len(facts)))
    try:
        _ask_all(facts, engine, style=style, folder=folder, progress=progress)
    finally:
        record = _with_models(record, read_predictions(folder).values())
        _write_record(folder, record)
    return record


def read_record(folder: Path) -> RunRecord:
    """The record of the run in this folder.

    Raises:
        RunError: there is none, or it is not one.
    """
    path = folder / RUN_FILE
    try:
        return RunRecord.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise RunError(f"no run in this folder: {folder}; make one with dateline eval run") from error
    except (OSError, ValidationError) as error:
        raise RunError(f"unreadable run: {path}; run again into an empty folder") from error


def read_predictions(folder: Path) -> dict[str, Prediction]:
    """Question id -> its newest prediction; a last line that was cut off while being written is not one.

    Raises:
        RunError: a whole line is not a prediction; it names the line.
    """
    path = folder / PREDICTIONS_FILE
    if not path.exists():
        return {}
    found = {}
    for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], start=1):
        try:
            prediction = Prediction.model_validate_json(line)
        except ValidationError as error:
            raise RunError(f"not a prediction: {path}, line {number}; delete that line and run again") from error
        found[prediction.id] = prediction
    return found


def _record(dataset: Dataset, engine: AnswerEngine, style: Style, *, n: int) -> RunRecord:
    return RunRecord(
        dataset=dataset.name,
        dataset_sha256=dataset.sha256,
        started_at=datetime.now(UTC),
        style=style,
        n=n,
        settings=_settings(engine),
    )


def _settings(engine: AnswerEngine) -> dict[str, Any]:
    settings = getattr(engine, "settings", None)
    if not isinstance(settings, BaseModel):
        return {}
    shown = settings.model_dump(mode="json")
    return {name: value for name, value in shown.items() if not name.endswith(SECRET_SUFFIXES)}


def _open_run(folder: Path, dataset: Dataset, wanted: RunRecord) -> RunRecord:
    """The record to go on with, after the folder is ready to append to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        record = _continued(folder, wanted)
        _write_record(folder, record)
        (folder / DATASET_FILE).write_bytes(dataset.path.read_bytes())
        _drop_cut_off_line(folder / PREDICTIONS_FILE)
    except OSError as error:
        raise RunError(f"cannot use folder: {folder}: {error.strerror}; give another one") from error
    return record


def _continued(folder: Path, wanted: RunRecord) -> RunRecord:
    if not any(folder.iterdir()):
        return wanted
    if not (folder / RUN_FILE).exists():
        raise RunError(f"folder holds something else: {folder}; give an empty or a new one")
    held = read_record(folder)
    _refuse_another_run(folder, held, wanted)
    return held.model_copy(update={"n": max(held.n, wanted.n)})


def _refuse_another_run(folder: Path, held: RunRecord, wanted: RunRecord) -> None:
    for field in ("dataset_sha256", "style", "settings"):
        if getattr(held, field) != getattr(wanted, field):
            raise RunError(f"folder holds a run with another {field}: {folder}; give a new one")


def _drop_cut_off_line(path: Path) -> None:
    if path.exists():
        content = path.read_bytes()
        os.truncate(path, content.rfind(b"\n") + 1)


def _ask_all(
    facts: tuple[Fact, ...],
    engine: AnswerEngine,
    *,
    style: Style,
    folder: Path,
    progress: Callable[[int, int], None] | None,
) -> None:
    done = {id_ for id_, prediction in read_predictions(folder).items() if prediction.failure is None}
    with (folder / PREDICTIONS_FILE).open("a", encoding="utf-8") as file:
        for number, fact in enumerate(facts, start=1):
            if fact.id not in done:
                file.write(_predict(engine, fact, style).model_dump_json() + "\n")
                file.flush()
            if progress:
                progress(number, len(facts))


def _predict(engine: AnswerEngine, fact: Fact, style: Style) -> Prediction:
    started = time.perf_counter()
    answer, problem = None, None
    try:
        answer = engine.ask(fact.question, as_of=fact.as_of, style=style)
    except Exception as error:  # one question must not cost the run's other answers
        problem = " ".join(f"{type(error).__name__}: {error}".split())
    return Prediction(id=fact.id, answer=answer, error=problem, seconds=time.perf_counter() - started)


def _with_models(record: RunRecord, predictions: Iterable[Prediction]) -> RunRecord:
    answers = [prediction.answer for prediction in predictions if prediction.answer]
    prompts: dict[str, set[str]] = {}
    for answer in answers:
        for name, fingerprint in answer.prompts.items():
            prompts.setdefault(name, set()).add(fingerprint)
    return record.model_copy(
        update={"models": tuple(sorted({answer.model for answer in answers})), "prompts": _sorted(prompts)}
    )


def _sorted(prompts: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted(prompts[name])) for name in sorted(prompts)}


def _write_record(folder: Path, record: RunRecord) -> None:
    """Written aside and moved into place, so that a kill leaves the old record or the new one."""
    aside = folder / f"{RUN_FILE}.new"
    aside.write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
    aside.replace(folder / RUN_FILE)
