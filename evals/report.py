"""A run's folder in, its scores out; no model is called."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from evals.datasets import Fact, load_dataset
from evals.errors import RunError
from evals.metrics import (
    answer_correct,
    bootstrap_interval,
    cited_correct,
    contains,
    exact_match,
    f1,
    hit_at_k,
)
from evals.runner import DATASET_FILE, Prediction, RunRecord, Style, read_predictions, read_record
from rag.answer import Answer

HIT_DEPTHS = (1, 5, 10, 20)  # passages; the depths at which retrieval on RealTime QA is compared


class Score(BaseModel):
    """A mean over `n` cases and its 95 % bootstrap interval."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float
    low: float
    high: float
    n: int


class Report(BaseModel):
    """The scores of a run, and what they leave out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: RunRecord
    n: int
    excluded: dict[str, int]
    scores: dict[str, Score]
    right_by_kind: dict[str, Score]
    wrong: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return self.model_dump(mode="json")

    def text(self) -> str:
        """The report as a table for a terminal."""
        return "\n".join([*_heading(self), "", *_table(self.scores), "", *_table(self.right_by_kind), *_footing(self)])


@dataclass(frozen=True)
class _Case:
    fact: Fact
    answer: Answer
    seconds: float
    style: Style

    @property
    def answerable(self) -> bool:
        return bool(self.fact.golds)

    @property
    def refused(self) -> bool:
        return self.answer.refusal is not None

    @property
    def right(self) -> float:
        return answer_correct(self.answer, self.fact.golds) if self.answerable else float(self.refused)

    @property
    def short(self) -> str:
        return "" if self.refused else self.answer.short or ""

    def hit_at(self, k: int) -> float:
        return hit_at_k([passage.text for passage in self.answer.passages], self.fact.golds, k=k)


@dataclass(frozen=True)
class _Measure:
    """A mean of `value` over the cases that it `counts`."""

    name: str
    counts: Callable[[_Case], bool]
    value: Callable[[_Case], float]


def report(run_dir: str | Path) -> Report:
    """The scores of the stored predictions.

    Failures of the engine or its LLM are excluded, not scored, and counted.

    Raises:
        RunError: no run in the folder, one that answered nothing, or one whose files disagree.
    """
    folder = Path(run_dir)
    record, predictions = read_record(folder), read_predictions(folder)
    facts = _asked(folder, record)
    outcomes = Counter(_outcome(predictions.get(fact.id)) for fact in facts)
    cases = [case for fact in facts if (case := _case(fact, predictions.get(fact.id), record.style))]
    if not cases:
        raise RunError(f"nothing to score: {folder} has no answers; finish it with dateline eval run")
    return Report(
        run=record,
        n=len(cases),
        excluded={reason: outcomes[reason] for reason in sorted(outcomes) if reason != "answered"},
        scores=_scores(_measures(cases), cases),
        right_by_kind=_scores(_by_kind(cases), cases),
        wrong=tuple(case.fact.id for case in cases if not case.right),
    )


def _asked(folder: Path, record: RunRecord) -> tuple[Fact, ...]:
    dataset = load_dataset(folder / DATASET_FILE)
    if dataset.sha256 != record.dataset_sha256:
        raise RunError(f"dataset was changed after the run: {dataset.path}; run again into a new folder")
    return dataset.facts[: record.n]


def _outcome(prediction: Prediction | None) -> str:
    return "not asked" if prediction is None else prediction.failure or "answered"


def _case(fact: Fact, prediction: Prediction | None, style: Style) -> _Case | None:
    if prediction is None or prediction.answer is None or prediction.failure:
        return None
    return _Case(fact=fact, answer=prediction.answer, seconds=prediction.seconds, style=style)


def _measures(cases: Sequence[_Case]) -> list[_Measure]:
    """What is reported, in the order of the table."""
    return [
        *_answer_measures(),
        *_refusal_measures(),
        *_short_measures(),
        *_hit_measures(cases),
        *_cost_measures(),
    ]


def _answer_measures() -> list[_Measure]:
    return [
        _Measure("answer_correct", lambda c: c.answerable, lambda c: c.right),
        _Measure(
            "cited_correct",
            lambda c: c.answerable and c.fact.quotable,
            lambda c: cited_correct(c.answer, c.fact.golds),
        ),
    ]


def _refusal_measures() -> list[_Measure]:
    return [
        _Measure("false_refusals", lambda c: c.answerable, lambda c: float(c.refused)),
        _Measure("false_answers", lambda c: not c.answerable, lambda c: float(not c.refused)),
        _Measure("refusal_precision", lambda c: c.refused, lambda c: float(not c.answerable)),
        _Measure("refusal_recall", lambda c: not c.answerable, lambda c: float(c.refused)),
    ]


def _short_measures() -> list[_Measure]:
    def asked(case: _Case) -> bool:
        return case.answerable and case.style == "short"

    def complete(case: _Case) -> bool:
        return asked(case) and not case.fact.needs_choices

    return [
        _Measure("em", complete, lambda c: exact_match(c.short, c.fact.golds)),
        _Measure("f1", complete, lambda c: f1(c.short, c.fact.golds)),
        _Measure("contains", asked, lambda c: float(contains(c.short, c.fact.golds))),
    ]


def _hit_measures(cases: Sequence[_Case]) -> list[_Measure]:
    """Only to the depth that the run retrieved: beyond it, the number would not change."""
    deepest = max(len(case.answer.passages) for case in cases)
    return [
        _Measure(f"hit@{k}", lambda c: c.answerable, partial(_Case.hit_at, k=k)) for k in HIT_DEPTHS if k <= deepest
    ]


def _cost_measures() -> list[_Measure]:
    return [
        _Measure("seconds", lambda _: True, lambda c: c.seconds),
        _Measure("prompt_tokens", lambda _: True, lambda c: float(c.answer.usage.prompt_tokens)),
    ]


def _by_kind(cases: Sequence[_Case]) -> list[_Measure]:
    def of_kind(kind: str, case: _Case) -> bool:
        return case.fact.kind == kind

    kinds = dict.fromkeys(case.fact.kind for case in cases)
    return [_Measure(kind, partial(of_kind, kind), lambda c: c.right) for kind in kinds]


def _scores(measures: Sequence[_Measure], cases: Sequence[_Case]) -> dict[str, Score]:
    """Name -> score; a measure that no case counts for is left out."""
    values = {m.name: [m.value(case) for case in cases if m.counts(case)] for m in measures}
    return {name: _score(of_cases) for name, of_cases in values.items() if of_cases}


def _score(values: Sequence[float]) -> Score:
    low, high = bootstrap_interval(values)
    return Score(value=sum(values) / len(values), low=low, high=high, n=len(values))


def _heading(report: Report) -> list[str]:
    run = report.run
    left_out = ", ".join(f"{count} {reason}" for reason, count in report.excluded.items()) or "none"
    return [
        f"dataset   {run.dataset} (sha256 {run.dataset_sha256[:12]})",
        f"run       {run.started_at:%Y-%m-%d %H:%M} UTC, style {run.style}, model {', '.join(run.models)}",
        f"scored    {report.n} of {run.n} questions; excluded: {left_out}",
    ]


def _table(scores: dict[str, Score]) -> list[str]:
    width = max(len(name) for name in scores)
    head = f"{'':{width}}  {'mean':>9}  {'95 % interval':>21}  {'n':>5}"
    return [head, *(_row(name.ljust(width), score) for name, score in scores.items())]


def _row(name: str, score: Score) -> str:
    interval = f"{_figure(score.low)} to {_figure(score.high)}"
    return f"{name}  {_figure(score.value):>9}  {interval:>21}  {score.n:>5}"


def _figure(value: float) -> str:
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"  # noqa: PLR2004 (three figures are enough)


def _footing(report: Report) -> list[str]:
    return ["", f"not right: {', '.join(report.wrong)}"] if report.wrong else []
