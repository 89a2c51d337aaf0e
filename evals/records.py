"""A run's own record: what was asked, of whom, with which settings, models and prompts, on what machine."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout
from pydantic import Field, ValidationError

from evals.datasets import Dataset
from evals.engines import AnswerEngine
from evals.errors import RunError
from evals.gold import Record
from rag.answer import Answer, Style

LOCK_FILE = "run.lock"
RUN_FILE, DATASET_FILE, PREDICTIONS_FILE = "run.json", "dataset.jsonl", "predictions.jsonl"
SAME = ("task", "engine", "style", "settings", "version")  # what must agree for a run to be continued


class RunRecord(Record):
    """What was run: enough to say where a number comes from, and to refuse to mix two runs."""

    dataset: str
    dataset_sha256: str = Field(description="of the questions, as `dataset.jsonl` holds them")
    task: Literal["answer", "retrieval"]
    official: str | None = Field(description="the benchmark whose official scores are reported too")
    n: int = Field(description="questions that the run was to ask")
    engine: str
    style: Style
    settings: dict[str, Any] = Field(description="the engine's, without secrets")
    price: tuple[float, float] | None = Field(default=None, description="US dollars a million tokens read, written")
    models: tuple[str, ...] = Field(default=(), description="more than one: the model changed during the run")
    prompts: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="prompt name -> fingerprints")
    version: str = Field(description="of dateline")
    machine: str
    started_at: datetime


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


def open_record(folder: Path, wanted: RunRecord, questions: bytes) -> RunRecord:
    """The record to go on with, in a folder that is ready to append predictions to.

    A run may be continued with more questions, never with fewer or others.

    Raises:
        RunError: the folder holds another run, or something else, or cannot be used.
    """
    try:
        record = _continued(folder, wanted, questions)
        _replace(folder / DATASET_FILE, questions)
        write_record(folder, record)
    except OSError as error:
        raise _unusable(folder, error) from error
    return record


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """The folder, made if absent, is this process's: two that append to one run would ask everything twice.

    Raises:
        RunError: another process runs into it, or it cannot be used.
    """
    lock = FileLock(folder / LOCK_FILE, timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise RunError(f"folder is being run into: {folder}; wait for that run, or give another one") from error
    except OSError as error:
        raise _unusable(folder, error) from error
    try:
        yield
    finally:
        with suppress(OSError):  # where an open file cannot go, it stays
            (folder / LOCK_FILE).unlink()
        lock.release()


def write_record(folder: Path, record: RunRecord) -> None:
    """The record, where the run's folder keeps it."""
    _replace(folder / RUN_FILE, f"{record.model_dump_json(indent=2)}\n".encode())


def with_models(record: RunRecord, answers: Sequence[Answer]) -> RunRecord:
    """The record, with the models and prompts that made these answers."""
    prompts: dict[str, set[str]] = {}
    for answer in answers:
        for name, fingerprint in answer.prompts.items():
            prompts.setdefault(name, set()).add(fingerprint)
    models = tuple(sorted({answer.model for answer in answers}))
    return record.model_copy(update={"models": models, "prompts": _sorted(prompts)})


def newest_like(wanted: RunRecord, runs: Path) -> Path | None:
    """The folder of the newest run, among those in the folder `runs`, of the same questions and engine."""
    alike = list[tuple[datetime, Path]]()
    for folder in runs.glob("*"):
        with suppress(RunError):  # what is no run, or cannot be read, is none to continue
            held = read_record(folder)
            same = held.dataset_sha256 == wanted.dataset_sha256 and not _differing(held, wanted)
            alike += [(held.started_at, folder)] if same else []
    return max(alike)[1] if alike else None


def newest_run(runs: Path) -> Path:
    """The folder of the newest run among those in the folder `runs`.

    Raises:
        RunError: there is none.
    """
    found = [path.parent for path in runs.glob(f"*/{RUN_FILE}")]
    if not found:
        raise RunError(f"no run here: {runs}; make one with dateline eval run, or name a run's folder")
    return max(found, key=lambda folder: read_record(folder).started_at)


def record_of(
    dataset: Dataset, engine: AnswerEngine, style: Style | None, price: tuple[float, float] | None = None
) -> RunRecord:
    """The record of a run that begins now."""
    return RunRecord(
        dataset=dataset.name,
        dataset_sha256=dataset.sha256,
        task=dataset.task,
        official=dataset.official,
        n=len(dataset.questions),
        engine=engine.name,
        style=style or dataset.style or "full",
        settings=dict(engine.settings),
        price=price,
        version=version("dateline"),
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        started_at=datetime.now(UTC),
    )


def _continued(folder: Path, wanted: RunRecord, questions: bytes) -> RunRecord:
    if {path.name for path in folder.iterdir()} <= {LOCK_FILE}:
        return wanted
    if not (folder / RUN_FILE).exists():
        raise RunError(f"folder holds something else: {folder}; give an empty or a new one")
    held = read_record(folder)
    asked = (folder / DATASET_FILE).read_bytes().splitlines()
    differing = _differing(held, wanted) or (["dataset"] if set(asked) - set(questions.splitlines()) else [])
    if differing:
        raise RunError(f"folder holds a run with another {differing[0]}: {folder}; give a new one")
    new = {name: getattr(wanted, name) for name in ("dataset", "dataset_sha256", "n")}
    return held.model_copy(update=new | {"price": wanted.price or held.price})


def _replace(path: Path, content: bytes) -> None:
    """Written aside and moved into place, so that a kill or a full disk leaves the old file or the new one."""
    aside = path.with_name(f"{path.name}.new")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _unusable(folder: Path, error: OSError) -> RunError:
    return RunError(f"cannot use folder: {folder}: {error.strerror}; give another one")


def _differing(held: RunRecord, wanted: RunRecord) -> list[str]:
    return [field for field in SAME if getattr(held, field) != getattr(wanted, field)]


def _sorted(prompts: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted(prompts[name])) for name in sorted(prompts)}
