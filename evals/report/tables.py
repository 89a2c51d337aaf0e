"""A report in, the parts of its tables out, for whoever prints them: what was run, and its measures by group."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from urllib.parse import urlsplit

from evals.report.causes import CAUSES
from evals.report.failures import Failure
from evals.report.summary import SLICE_MEASURES, Report, Score
from evals.scored import measure_named
from evals.scoring import Measure

GROUPS = {
    "answers": "Answers",
    "citations": "Citations",
    "retrieval": "Retrieval",
    "refusal": "Refusal",
    "time": "Dates",
    "conversation": "Conversation",
    "hostile": "Hostile articles",
    "official": "Official scores",
    "cost": "Cost",
}
ARROWS = {"higher": "↑", "lower": "↓"}  # which way is better

Row = tuple[Measure, Score]


def provenance(report: Report) -> list[tuple[str, str]]:
    """What was run, as (name, value)."""
    run = report.run
    left_out = ", ".join(f"{count} {reason}" for reason, count in report.excluded.items())
    rows = [
        ("data set", f"{run.dataset}, {run.n} questions, sha256 {run.dataset_sha256}"),
        ("scored", f"{report.n} of {run.n} questions; excluded: {left_out or 'none'}"),
        ("engine", f"{run.engine}, style {run.style}" if run.task == "answer" else f"{run.engine}, retrieval alone"),
        ("models", ", ".join(run.models)),
        ("when", f"{run.started_at:%Y-%m-%d %H:%M} UTC, dateline {run.version}"),
        ("machine", run.machine),
    ]
    return [(name, value) for name, value in rows if value]


def measured(report: Report, *, deterministic: bool) -> list[tuple[str, list[Row]]]:
    """The measures that a second run would give again, or those that it would not, by group."""
    rows = [(measure_named(name), score) for name, score in report.scores.items()]
    wanted = [row for row in rows if row[0].deterministic == deterministic]
    return [(GROUPS[group], list(members)) for group, members in groupby(wanted, key=lambda row: row[0].group)]


def slice_measures(report: Report) -> list[str]:
    """The measures of the table of slices that apply to a question of some slice."""
    return [name for name in SLICE_MEASURES if any(name in one.scores for one in report.slices.values())]


def by_cause(failures: Sequence[Failure]) -> Iterator[tuple[str, list[Failure]]]:
    """The failures of each cause, the most frequent one first."""
    groups = {cause: [failure for failure in failures if failure.cause == cause] for cause in CAUSES}
    yield from sorted(((cause, found) for cause, found in groups.items() if found), key=lambda group: -len(group[1]))


def web_address(url: str | None) -> str | None:
    """The address, if it is one of the web: a `javascript:` link would run as the page."""
    try:
        parts = urlsplit(url or "")
    except ValueError:  # as in "http://[": not an address
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None
