"""Two runs of the same questions in, what got better and what got worse out, and whether that is more than chance."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from evals.errors import RunError
from evals.gold import Record
from evals.metrics import mcnemar, paired_bootstrap
from evals.records import RunRecord
from evals.scored import ScoredRun, measure_named, scored
from evals.scoring import UNPAIRED

LEVEL = 0.05  # of p, above which a difference is not called better or worse
VERDICT = "correct"  # the measure whose changes are listed question by question


class Difference(Record):
    """A measure's mean in both runs, over the `n` questions that have it in both, and the difference B - A."""

    n: int
    a: float
    b: float
    difference: float
    low: float
    high: float
    p: float
    mcnemar_p: float | None
    better: bool | None


class Change(Record):
    """A question whose verdict is another one, and what was answered."""

    id: str
    question: str
    a: str
    b: str


class Comparison(Record):
    """Run B against run A; intervals are 95 %.

    `p` is two-sided, of the paired bootstrap under no difference; `mcnemar_p` of measures that are 0 or 1.
    """

    a: RunRecord
    b: RunRecord
    n: int
    measures: dict[str, Difference]
    slices: dict[str, Difference]
    improved: tuple[Change, ...]
    worsened: tuple[Change, ...]

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain JSON values."""
        return self.model_dump(mode="json")

    def text(self) -> str:
        """The comparison as tables for a terminal."""
        return "\n".join(_lines(self))


def compare(a_dir: str | Path, b_dir: str | Path) -> Comparison:
    """What changed from run A to run B, on the questions that both have answered.

    Raises:
        RunError: one is no run, or they share no question.
    """
    a, b = scored(a_dir), scored(b_dir)
    shared = _shared(a, b)
    if not shared:
        raise RunError(f"no question in common: {a_dir} and {b_dir}; compare two runs of one data set")
    slices = dict.fromkeys(name for q in a.questions if q.id in shared for name in q.slices)
    return Comparison(
        a=a.record,
        b=b.record,
        n=len(shared),
        measures={name: d for name in a.measures if (d := _difference(a, b, name, shared))},
        slices={name: d for name in slices if (d := _difference(a, b, VERDICT, _in_slice(a, name, shared)))},
        improved=_changes(a, b, shared, to=1.0),
        worsened=_changes(a, b, shared, to=0.0),
    )


def _shared(a: ScoredRun, b: ScoredRun) -> list[str]:
    """Ids of the questions that are the same in both, gold facts and all, and have scores in both."""
    theirs = {question.id: question for question in b.questions}
    return [q.id for q in a.questions if theirs.get(q.id) == q and q.id in a.scores and q.id in b.scores]


def _in_slice(run: ScoredRun, name: str, ids: Sequence[str]) -> list[str]:
    members = {question.id for question in run.questions if name in question.slices}
    return [id_ for id_ in ids if id_ in members]


def _difference(a: ScoredRun, b: ScoredRun, measure: str, ids: Sequence[str]) -> Difference | None:
    both = [id_ for id_ in ids if measure in a.scores[id_] and measure in b.scores[id_]]
    if not both or measure in UNPAIRED:
        return None
    of_a, of_b = ([run.scores[id_][measure] for id_ in both] for run in (a, b))
    difference, low, high, p = paired_bootstrap(of_a, of_b)
    certain = p < LEVEL and (low > 0 or high < 0)
    return Difference(
        n=len(both),
        a=sum(of_a) / len(both),
        b=sum(of_b) / len(both),
        difference=difference,
        low=low,
        high=high,
        p=p,
        mcnemar_p=mcnemar(of_a, of_b) if {*of_a, *of_b} <= {0.0, 1.0} else None,
        better=(difference > 0) == (measure_named(measure).better == "higher") if certain else None,
    )


def _changes(a: ScoredRun, b: ScoredRun, ids: Sequence[str], *, to: float) -> tuple[Change, ...]:
    questions = {question.id: question.question for question in a.questions}
    return tuple(
        Change(id=id_, question=questions[id_], a=_said(a, id_), b=_said(b, id_))
        for id_ in ids
        if a.scores[id_].get(VERDICT) == 1 - to and b.scores[id_].get(VERDICT) == to
    )


def _said(run: ScoredRun, id_: str) -> str:
    answer = run.predictions[id_].answer
    return " ".join(answer.text.split()) if answer else ""


def _lines(found: Comparison) -> Iterator[str]:
    for name, run in (("A", found.a), ("B", found.b)):
        asked = f"{run.dataset}, {run.engine}, style {run.style}, {', '.join(run.models)}"
        yield f"{name}  {asked}, {run.started_at:%Y-%m-%d %H:%M} UTC"
    yield f"   {found.n} questions answered in both"
    yield from _table("measure", found.measures)
    if found.slices:
        yield from _table(f"{VERDICT}, by slice", found.slices)
    for title, changes in (("got better", found.improved), ("got worse", found.worsened)):
        yield f"\n{title}: {len(changes)}"
        for change in changes:
            yield f"  {change.id}: {change.question}\n    A: {change.a}\n    B: {change.b}"


def _table(title: str, differences: dict[str, Difference]) -> Iterator[str]:
    width = max(len(title), *map(len, differences))
    yield f"\n{title:{width}}  {'n':>5}  {'A':>8}  {'B':>8}  {'B - A':>8}  {'95 % interval':>18}  {'p':>6}  McNemar"
    for name, d in differences.items():
        exact = f"{d.mcnemar_p:7.3f}" if d.mcnemar_p is not None else f"{'':7}"
        verdict = {True: "better", False: "worse", None: ""}[d.better]
        interval = f"{d.low:+.3f} to {d.high:+.3f}"
        numbers = f"{d.n:>5}  {d.a:>8.3f}  {d.b:>8.3f}  {d.difference:>+8.3f}  {interval:>18}  {d.p:>6.3f}"
        yield f"{name:{width}}  {numbers}  {exact}  {verdict}".rstrip()
