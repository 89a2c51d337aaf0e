"""A run and its floors in, whether it may pass out.

The floors are a JSON file that lives beside the code: for each deterministic measure the worst value that
passes. `raise_floors` moves them to a better run's values and never down; to lower one, edit the file, so
that the change is seen by whoever reviews it.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.errors import RunError
from evals.gold import Record
from evals.scored import ScoredRun, measure_named, scored
from evals.scoring import UNPAIRED, Measure

ROUNDING = 1e-9  # the same answers, summed in another order, must not fail


class Floor(BaseModel):
    """The worst value of a measure that passes, and which way is better."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    worst: float
    better: Literal["higher", "lower"]

    def admits(self, value: float) -> bool:
        """Whether the value is no worse."""
        beyond = value - self.worst if self.better == "higher" else self.worst - value
        return beyond >= -ROUNDING


class Baseline(Record):
    """What a run must reach: on which questions, how many of them answered, and each measure's floor."""

    dataset: str
    dataset_sha256: str
    style: str
    n: int
    floors: dict[str, Floor]


def gate(run_dir: str | Path, baseline_file: str | Path) -> list[str]:
    """Why the run does not pass, a line a reason; none: it passes.

    Raises:
        RunError: there is no such run or baseline, the baseline is of other questions, or some are drafts.
    """
    run, baseline = _reviewed(run_dir), _read(Path(baseline_file))
    _refuse_other(run, baseline, baseline_file)
    measured = _measured(run)
    failures = [
        f"{name}: {_told(measured.get(name))}, worst that passes {floor.worst:.4f} ({floor.better} is better)"
        for name, floor in baseline.floors.items()
        if name not in measured or not floor.admits(measured[name]) or floor.better != measure_named(name).better
    ]
    if len(run.scores) < baseline.n:
        failures.insert(0, f"answered: {len(run.scores)} questions, {baseline.n} when the floors were set")
    return failures


def raise_floors(run_dir: str | Path, baseline_file: str | Path) -> dict[str, Floor]:
    """The floors that rose, or are new, now that the run's values are written where they are better.

    Raises:
        RunError: there is no such run, the baseline is of other questions, or some are drafts.
    """
    path, run = Path(baseline_file), _reviewed(run_dir)
    held = _read(path) if path.exists() else _empty(run)
    _refuse_other(run, held, path)
    wanted = {name: Floor(worst=value, better=measure_named(name).better) for name, value in _measured(run).items()}
    risen = {
        name: floor
        for name, floor in wanted.items()
        if name not in held.floors or (held.floors[name].admits(floor.worst) and floor != held.floors[name])
    }
    raised = held.model_copy(update={"n": max(held.n, len(run.scores)), "floors": held.floors | risen})
    try:
        path.write_text(raised.model_dump_json(indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise RunError(f"cannot write the baseline: {path}: {error.strerror}; give another file") from error
    return risen


def _reviewed(run_dir: str | Path) -> ScoredRun:
    run = scored(run_dir)
    drafts = [question.id for question in run.questions if question.draft]
    if drafts:
        raise RunError(
            f"{len(drafts)} questions are drafts, the first {drafts[0]!r}; read them and take their draft marks out"
        )
    return run


def _measured(run: ScoredRun) -> dict[str, float]:
    """The means of the deterministic measures of quality."""
    names = [name for name in run.measures if name not in UNPAIRED and _is_gated(measure_named(name))]
    return {name: sum(values) / len(values) for name in names if (values := run.values(name))}


def _is_gated(measure: Measure) -> bool:
    return measure.deterministic and measure.group != "cost"


def _read(path: Path) -> Baseline:
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise RunError(
            f"no baseline: {path}; make one with dateline eval gate RUN --baseline {path} --raise"
        ) from error
    except (OSError, ValidationError) as error:
        raise RunError(f"unreadable baseline: {path}; take it from version control") from error


def _empty(run: ScoredRun) -> Baseline:
    record = run.record
    return Baseline(dataset=record.dataset, dataset_sha256=record.dataset_sha256, style=record.style, n=0, floors={})


def _refuse_other(run: ScoredRun, baseline: Baseline, path: str | Path) -> None:
    for field in ("dataset_sha256", "style"):
        if getattr(run.record, field) != getattr(baseline, field):
            raise RunError(
                f"the baseline is of another {field}: {path}, {baseline.dataset}; give the one of these questions"
            )


def _told(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.4f}"
