"""A run's folder in, what people see of it out: its scores with their intervals, and every failure with its cause."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from evals.errors import RunError
from evals.gold import Question, Record
from evals.metrics import (
    area_under_risk_coverage,
    bootstrap_interval,
    confidence,
    first_passages,
    hit_at_k,
    ranked_supports,
    recall_of_passages,
    risk_coverage,
)
from evals.records import RunRecord
from evals.report.failures import Failure, failures
from evals.scored import ScoredRun, scored, why_excluded
from rag.answer import Answer

DEEPEST = 20  # passages; the measures go no deeper
SLICE_MEASURES = ("correct", "fact_recall", "citation_recall", "citation_precision", "hit@5")
MARKDOWN_FILE, HTML_FILE = "report.md", "report.html"


class Score(Record):
    """A mean over `n` questions and its 95 % bootstrap interval."""

    value: float
    low: float
    high: float
    n: int


class Slice(Record):
    """The scores of the questions that belong together, `n` of them scored."""

    n: int
    scores: dict[str, Score]


class Unscored(Record):
    """A question whose answer says nothing about quality, and why."""

    id: str
    question: str
    why: str


class Report(Record):
    """The scores of a run, how they differ by slice, what they leave out, and what went wrong."""

    run: RunRecord
    n: int = Field(description="questions scored")
    excluded: dict[str, int]
    unscored: tuple[Unscored, ...]
    scores: dict[str, Score]
    slices: dict[str, Slice]
    retrieval: dict[str, dict[int, Score]] = Field(description="hit and recall over the passages looked at")
    risk_coverage: tuple[tuple[float, float], ...] = Field(
        description="(share answered, share wrong of these) when only the surest answers are given; last: as run"
    )
    risk_area: float | None = Field(description="mean risk over all coverages of the answers given; less is better")
    seconds: tuple[float, ...] = Field(description="that each scored question took")
    failures: tuple[Failure, ...]

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return self.model_dump(mode="json")

    def text(self) -> str:
        """The report for a terminal: the scores, and how many failures have which cause."""
        from evals.report.markdown import plain

        return plain(self)


def report(run_dir: str | Path) -> Report:
    """The report on the stored answers; no model is called, and the same folder gives the same report.

    Raises:
        RunError: no run in the folder, one that answered nothing, or one whose files disagree.
    """
    run = scored(run_dir)
    given = _given(run)
    return Report(
        run=run.record,
        n=len(run.scores),
        excluded=run.excluded,
        unscored=tuple(_unscored(run)),
        scores=_scores(run, run.measures),
        slices={name: _slice(run, name) for name in run.slices},
        retrieval=_retrieval(run),
        risk_coverage=tuple(_risk_coverage(run, *given)),
        risk_area=area_under_risk_coverage(*given) if given[0] else None,
        seconds=tuple(run.values("seconds")),
        failures=tuple(failures(run)),
    )


def write_reports(found: Report, folder: Path) -> tuple[Path, Path]:
    """The Markdown and the HTML file of a report, written into the folder.

    Raises:
        RunError: the folder cannot be written.
    """
    from evals.report.html import html
    from evals.report.markdown import markdown

    paths = folder / MARKDOWN_FILE, folder / HTML_FILE
    try:
        for path, content in zip(paths, (markdown(found), html(found)), strict=True):
            path.write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RunError(f"cannot write the report: {folder}: {error.strerror}; make the folder writable") from error
    return paths


def _scores(run: ScoredRun, measures: Iterable[str], *, of_slice: str | None = None) -> dict[str, Score]:
    """Measure -> score, in their order; one that applies to no question is left out."""
    values = {name: run.values(name, of_slice=of_slice) for name in measures}
    return {name: _score(found) for name, found in values.items() if found}


def _score(values: Sequence[float]) -> Score:
    low, high = bootstrap_interval(values)
    return Score(value=sum(values) / len(values), low=low, high=high, n=len(values))


def _slice(run: ScoredRun, name: str) -> Slice:
    members = [question for question in run.questions if name in question.slices and question.id in run.scores]
    return Slice(n=len(members), scores=_scores(run, SLICE_MEASURES, of_slice=name))


def _retrieval(run: ScoredRun) -> dict[str, dict[int, Score]]:
    """Measure -> depth -> score, over the questions that the measures of the table count."""
    rankings = [(question, *ranked_supports(question, answer.passages)) for question, answer in _answered(run)]
    depths = range(1, min(DEEPEST, max(len(passages) for _, passages, _ in rankings)) + 1)
    hits, recalls = dict[int, list[float]](), dict[int, list[float]]()
    for question, passages, wanted in rankings:
        for k in depths if wanted else ():
            hits.setdefault(k, []).append(hit_at_k(first_passages(passages), wanted, k=k))
        for k in depths if question.support else ():
            recalls.setdefault(k, []).append(recall_of_passages(passages, wanted, k=k))
    curves = {"hit@k": hits, "recall@k": recalls}
    return {name: {k: _score(found) for k, found in curve.items()} for name, curve in curves.items() if curve}


def _risk_coverage(run: ScoredRun, sure: Sequence[float], wrong: Sequence[bool]) -> Iterable[tuple[float, float]]:
    judged = sum("correct" in scores for scores in run.scores.values())
    for coverage, risk in risk_coverage(sure, wrong):
        yield coverage * len(wrong) / judged, risk


def _given(run: ScoredRun) -> tuple[list[float], list[bool]]:
    """How sure each answer that is no refusal was, and whether it was wrong."""
    judged = [(answer, found) for q, answer in _answered(run) if (found := run.scores[q.id].get("correct")) is not None]
    given = [(answer, found) for answer, found in judged if not answer.refusal]
    return [confidence(answer) for answer, _ in given], [found < 1 for _, found in given]


def _answered(run: ScoredRun) -> list[tuple[Question, Answer]]:
    found = [(question, run.predictions[question.id].answer) for question in run.questions if question.id in run.scores]
    return [(question, answer) for question, answer in found if answer]


def _unscored(run: ScoredRun) -> Iterable[Unscored]:
    for question in run.questions:
        if question.id not in run.scores:
            prediction = run.predictions.get(question.id)
            why = (prediction and prediction.error) or why_excluded(prediction)
            yield Unscored(id=question.id, question=question.question, why=why)
