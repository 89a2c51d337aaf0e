"""A report in, one self-contained HTML page out: no script, style, font or image from elsewhere.

All that comes from questions, answers and articles is escaped; only http and https addresses become links, and
the page's policy lets no script run but its own.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from typing import Any

from evals.report.causes import CAUSES
from evals.report.plots import latency_plot, retrieval_plot, risk_coverage_plot, slices_plot
from evals.report.summary import Report, Score
from evals.report.tables import ARROWS, Row, by_cause, measured, provenance, slice_measures, web_address
from evals.scored import measure_named

TEMPLATE = "page.html.j2"
TILES = 4  # headlines; as many as fit into a row
HEADLINES = {  # what an editor asks first; those that a run has, up to TILES, are printed large
    "correct": "answered right",
    "citation_precision": "of citations bear out their sentence",
    "false_answer": "answered though the articles do not say",
    "false_refusal": "refused though the articles say it",
    "hit@1": "have their support in the first passage",
    "hit@10": "have their support in the first ten",
    "recall@10": "of the support is in the first ten",
    "ndcg@10": "gain of the first ten, beside the best order",
}


def html(report: Report) -> str:
    """The page; the same report gives the same bytes."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"web_address": web_address, "json": json.dumps, "fingerprint": _fingerprint}
    template = environment.from_string((files(__package__) / TEMPLATE).read_text(encoding="utf-8"))
    return template.render(_shown(report)) + "\n"


def _shown(report: Report) -> dict[str, Any]:
    """What the template prints, beside the report's own fields."""
    shared = ("run", "n", "unscored")
    return {name: getattr(report, name) for name in shared} | {
        "tiles": list(_tiles(report))[:TILES],
        "provenance": provenance(report),
        "deterministic": _groups(report, deterministic=True),
        "timed": _groups(report, deterministic=False),
        "slice_measures": slice_measures(report),
        "slices": list(_slices(report)),
        "plots": list(_plots(report)),
        "more_plots": list(_more_plots(report)),
        "failures": list(_failures(report)),
        "total": len(report.failures),
        "slice_names": [name for name in report.slices if any(name in one.slices for one in report.failures)],
    }


def _tiles(report: Report) -> Iterator[dict[str, Any]]:
    for name, what in HEADLINES.items():
        if score := report.scores.get(name):
            yield {
                "what": what,
                "value": f"{100 * score.value:.0f} %",
                "interval": _interval(name, score),
                "n": score.n,
            }


def _groups(report: Report, *, deterministic: bool) -> list[tuple[str, list[dict[str, Any]]]]:
    groups = measured(report, deterministic=deterministic)
    return [(name, list(map(_row, rows))) for name, rows in groups]


def _row(row: Row) -> dict[str, Any]:
    measure, score = row
    return {
        "name": measure.name,
        "what": measure.what,
        "better": measure.better,
        "arrow": ARROWS[measure.better],
        "value": _figure(measure.name, score.value),
        "interval": _interval(measure.name, score),
        "bar": _bar(score) if _is_share(measure.name) else None,
        "n": score.n,
    }


def _is_share(name: str) -> bool:
    return measure_named(name).group != "cost"


def _figure(name: str, value: float) -> str:
    """A share in percent; seconds and tokens to three places that say something."""
    if _is_share(name):
        return f"{100 * value:.1f} %"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 (three figures)


def _interval(name: str, score: Score) -> str:
    return f"{_figure(name, score.low).removesuffix(' %')} – {_figure(name, score.high)}"


def _bar(score: Score) -> dict[str, str]:
    places = {"left": score.low, "width": score.high - score.low, "at": score.value}
    return {name: f"{100 * place:.1f}" for name, place in places.items()}


def _slices(report: Report) -> Iterator[dict[str, Any]]:
    for name, one in report.slices.items():
        scores = [one.scores.get(measure) for measure in slice_measures(report)]
        yield {"name": name, "n": one.n, "cells": [score and _cell(score) for score in scores]}


def _cell(score: Score) -> dict[str, str]:
    """Without decimal places: a slice is too small for them."""
    value, low, high = (f"{100 * end:.0f}" for end in (score.value, score.low, score.high))
    return {"value": f"{value} %", "interval": f"{low} – {high}"}


def _plots(report: Report) -> Iterator[dict[str, Any]]:
    if "correct" in slice_measures(report):
        yield _slices_plot(report, "correct")
    if report.retrieval:
        title = "Retrieval by depth"
        yield _plot(title, "means over the questions, with 95 % intervals", retrieval_plot(report.retrieval, title))
    if report.risk_coverage:
        title = "If only the surest answers were given"
        what = f"share of them wrong, by how many would be left, refusals left out; area {report.risk_area:.3f}"
        yield _plot(title, what, risk_coverage_plot(report.risk_coverage, title))
    title = "Time to answer"
    yield _plot(title, "of all scored questions", latency_plot(report.seconds, title))


def _more_plots(report: Report) -> Iterator[dict[str, Any]]:
    yield from (_slices_plot(report, name) for name in slice_measures(report) if name != "correct")


def _slices_plot(report: Report, measure: str) -> dict[str, Any]:
    scores = {name: one.scores[measure] for name, one in report.slices.items() if measure in one.scores}
    title = f"{measure} by slice"
    return _plot(title, measure_named(measure).what, slices_plot(scores, title))


def _plot(title: str, note: str, svg: str) -> dict[str, Any]:
    from markupsafe import Markup

    return {"title": title, "note": note, "svg": Markup(svg)}  # noqa: S704 (drawn by us; labels are escaped there)


def _failures(report: Report) -> Iterator[dict[str, Any]]:
    for key, found in by_cause(report.failures):
        yield {"key": key, "failures": found} | CAUSES[key]._asdict()


def _fingerprint(script: str) -> str:
    """The script as a content security policy names it."""
    return f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}"
