"""A report in, text out: Markdown for a file or a pull request, and a shorter form of it for a terminal.

Questions, answers and articles are other people's words: they become neither markup, links nor escape sequences.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from evals.report.causes import CAUSES
from evals.report.failures import Cited, Failure, Found, Statement
from evals.report.summary import Report, Score
from evals.report.tables import ARROWS, by_cause, measured, provenance, slice_measures, web_address
from rag.answer import ArticleRef

RISK_ROWS = 10  # of the table of risk; the plot has every point
LARGE = 10  # from here on, one decimal place is enough
SMALL = 0.0005  # below, three places say 0: the price of one question
_MARKUP = re.compile(r"([\\`*_\[\]|~$])")
_URL_SAFE = ":/?&=%#,;@!*+$"  # what an address keeps; brackets, quotes and white space would end the link


def markdown(report: Report) -> str:
    """The whole report as Markdown."""
    parts = [_heading, _measures, _risk, _slices, _causes, _failures]
    return "\n".join(line for part in parts for line in part(report)) + "\n"


def plain(report: Report) -> str:
    """What fits a terminal: what was run, the scores, the slices, and how many failures have which cause."""
    parts = [_plain_heading, _plain_measures, _plain_slices, _plain_causes]
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part(report))))


def one_line(text: str) -> str:
    """The text in one line, without what steers a terminal or turns the reading direction."""
    steering = {"Cc", "Cf", "Zl", "Zp", "Cs"}
    return " ".join("".join(" " if unicodedata.category(c) in steering else c for c in text).split())


def escaped(text: str) -> str:
    """The text in one line of Markdown, all of it words."""
    shown = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\1", shown)


def figure(value: float) -> str:
    """The value to three places; those of large numbers say nothing, and small ones have two figures."""
    if 0 < abs(value) < SMALL:
        return f"{value:.1e}"
    return f"{value:.3f}" if abs(value) < LARGE else f"{value:.1f}"


def _interval(score: Score) -> str:
    return f"{figure(score.low)} to {figure(score.high)}"


def _heading(report: Report) -> Iterator[str]:
    yield from (f"# {escaped(report.run.dataset)}: how well the answers hold", "")
    yield from (f"- {name}: {escaped(value)}" for name, value in provenance(report))
    settings = ", ".join(f"{name} = {value}" for name, value in report.run.settings.items())
    prompts = ", ".join(f"{name} {' '.join(prints)}" for name, prints in report.run.prompts.items())
    yield from (
        f"- {name}: {escaped(value)}" for name, value in (("settings", settings), ("prompts", prompts)) if value
    )
    yield from (f"- not scored: {escaped(one.id)}: {escaped(one.why)}" for one in report.unscored)


def _measures(report: Report) -> Iterator[str]:
    for deterministic, title in ((True, "Measures"), (False, "Time (depends on the machine)")):
        if groups := measured(report, deterministic=deterministic):
            yield from (
                "",
                f"## {title}",
                "",
                "| measure | | mean | 95 % interval | n | |",
                "|---|---|--:|--:|--:|---|",
            )
            for name, rows in groups:
                yield f"| **{name}** | | | | | |"
                for measure, score in rows:
                    cells = (figure(score.value), _interval(score), str(score.n), measure.what)
                    yield f"| {measure.name} | {ARROWS[measure.better]} | {' | '.join(cells)} |"


def _risk(report: Report) -> Iterator[str]:
    if report.risk_area is not None:
        given, risk = report.risk_coverage[-1]
        of_half = next(found for share, found in report.risk_coverage if share >= given / 2)
        yield from (
            "",
            "## Risk",
            "",
            f"Of the answers given, {figure(risk)} are wrong; of the surer half, {figure(of_half)}.",
        )
        yield f"Area under the risk-coverage curve: {figure(report.risk_area)}."
        yield from ("", "| answered, surest first | of them wrong |", "|--:|--:|")
        yield from (f"| {figure(share)} | {figure(found)} |" for share, found in _thinned(report.risk_coverage))
        yield from ("", "The last row is where the run stood; what it refused is in none.")


def _thinned(curve: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """At most `RISK_ROWS` points of the curve, evenly spread, the last among them."""
    step = -(-len(curve) // RISK_ROWS)
    return list(curve[::-1][::step][::-1])


def _slices(report: Report) -> Iterator[str]:
    if report.slices:
        names = slice_measures(report)
        yield from ("", "## By slice", "", f"| slice | n | {' | '.join(names)} |", f"|---|--:|{'--:|' * len(names)}")
        for name, one in report.slices.items():
            cells = (_cell(one.scores.get(measure)) for measure in names)
            yield f"| {escaped(name)} | {one.n} | {' | '.join(cells)} |"


def _cell(score: Score | None) -> str:
    return f"{figure(score.value)} ({_interval(score)})" if score else "–"


def _causes(report: Report) -> Iterator[str]:
    if report.run.task == "retrieval":  # nothing was answered
        return
    yield from ("", "## What went wrong", "")
    if not report.failures:
        yield "Nothing: every scored answer states all that it should and nothing that it must not."
        return
    yield f"{len(report.failures)} of {report.n} questions, each under the first cause that holds for it."
    yield from ("", "| stage | what happened | questions |", "|---|---|--:|")
    for cause, found in by_cause(report.failures):
        yield f"| {CAUSES[cause].stage} | {CAUSES[cause].what} | {len(found)} |"


def _failures(report: Report) -> Iterator[str]:
    for cause, found in by_cause(report.failures):
        yield from ("", f"### {CAUSES[cause].what} ({len(found)})")
        for failure in found:
            yield from _failure(failure)


def _failure(failure: Failure) -> Iterator[str]:
    yield from ("", f"#### {escaped(failure.question)}", "")
    as_of = f", as of {failure.as_of}" if failure.as_of else ""
    yield f"{escaped(', '.join((failure.id, *failure.slices)))}{as_of}"
    yield ""
    yield from (f"- asked before: {escaped(turn.question)} – {escaped(turn.answer)}" for turn in failure.history)
    if failure.understood_as:
        yield f"- understood as: {escaped(failure.understood_as)}"
    yield from (f"- **wrong:** {escaped(reason)}" for reason in failure.reasons)
    if not failure.answerable:
        yield "- right: to say that the articles do not say"
    yield from (f"- right: {_statement(fact)}" for fact in failure.facts)
    yield from (f"- forbidden: {_statement(fact)}" for fact in failure.forbidden)
    refused = f" (refused: {failure.refused})" if failure.refused else ""
    yield f"- answered{refused}: {escaped(failure.answer) or '(nothing)'}"
    yield from (f"- cited: {_cited(cited)}" for cited in failure.cited)
    yield from (f"- retrieved: {_found(found)}" for found in failure.found)


def _statement(fact: Statement) -> str:
    return f"{escaped(fact.statement)} ({escaped('; '.join(fact.accepted))})"


def _cited(cited: Cited) -> str:
    off = ", not at its place in the article" if cited.exact is False else ""
    return f"\\[{cited.n}\\] “{escaped(cited.quote)}” {_article(cited.article)}, {cited.verdict}{off}"


def _found(found: Found) -> str:
    told = escaped(found.article.title) or "Untitled"
    return f"{found.rank}. {told} ({_place(found.article)}){', **holds the support**' if found.holds_support else ''}"


def _article(article: ArticleRef) -> str:
    title, address = escaped(article.title) or "Untitled", web_address(article.url)
    linked = f"[{title}]({quote(address, safe=_URL_SAFE)})" if address else title
    return f"{linked} ({_place(article)})"


def _place(article: ArticleRef) -> str:
    return f"{escaped(article.source or 'outlet unknown')}, {article.published_at or 'undated'}"


def _plain_heading(report: Report) -> Iterator[str]:
    rows = provenance(report)
    width = max(len(name) for name, _ in rows)
    yield from (f"{name:{width}}  {one_line(value)}" for name, value in rows)


def _plain_measures(report: Report) -> Iterator[str]:
    width = max(map(len, report.scores))
    yield f"{'':{width}}    {'mean':>9}  {'95 % interval':>20}  {'n':>5}"
    for deterministic in (True, False):
        for _, rows in measured(report, deterministic=deterministic):
            for measure, score in rows:
                numbers = f"{figure(score.value):>9}  {_interval(score):>20}  {score.n:>5}"
                yield f"{measure.name:{width}} {ARROWS[measure.better]}  {numbers}"


def _plain_slices(report: Report) -> Iterator[str]:
    if report.slices:
        names, shown = slice_measures(report), {one_line(name): one for name, one in report.slices.items()}
        width = max(map(len, shown))
        yield f"{'':{width}}  {'n':>5}  " + "  ".join(names)
        for slice_, one in shown.items():
            cells = (_narrow(one.scores.get(name)).rjust(len(name)) for name in names)
            yield f"{slice_:{width}}  {one.n:>5}  {'  '.join(cells)}"


def _narrow(score: Score | None) -> str:
    return figure(score.value) if score else "–"


def _plain_causes(report: Report) -> Iterator[str]:
    counts: Sequence[tuple[str, int]] = [(cause, len(found)) for cause, found in by_cause(report.failures)]
    yield f"went wrong: {len(report.failures)} of {report.n}"
    yield from (f"{count:>5}  {CAUSES[cause].what} ({CAUSES[cause].stage})" for cause, count in counts)
