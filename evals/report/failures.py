"""A scored run in, each question that went wrong out: what was asked, answered, cited and found, and what to blame.

Each is counted once, under the first cause that holds for it (`evals.report.causes`).
"""

from collections.abc import Iterator
from datetime import date

from pydantic import Field

from evals.gold import DateForm, Form, GoldFact, NumberForm, Record, RegexForm, Turn
from evals.report.causes import Case, cause_of, reasons
from evals.scored import ScoredRun
from rag.answer import ArticleRef, Citation, Verdict


class Statement(Record):
    """A gold fact, the forms in which it counts, and whether the answer states it."""

    statement: str
    accepted: tuple[str, ...]
    stated: bool


class Cited(Record):
    """Cited words; `exact`: whether they stand at their place in the article, None: nobody could look."""

    n: int
    quote: str
    verdict: Verdict
    exact: bool | None
    article: ArticleRef


class Found(Record):
    """A retrieved passage's article, and whether the passage holds what supports the right answer."""

    rank: int
    article: ArticleRef
    holds_support: bool


class Failure(Record):
    """A question that went wrong, with all that is needed to see why."""

    id: str
    cause: str = Field(description="a key of CAUSES")
    reasons: tuple[str, ...]
    question: str
    understood_as: str | None = Field(description="the question made to stand alone, where that changed it")
    history: tuple[Turn, ...]
    as_of: date | None
    slices: tuple[str, ...]
    answerable: bool
    facts: tuple[Statement, ...]
    forbidden: tuple[Statement, ...]
    answer: str
    refused: str | None = Field(description="the reason that the refusal gives")
    cited: tuple[Cited, ...]
    found: tuple[Found, ...]


def failures(run: ScoredRun) -> Iterator[Failure]:
    """The questions of the run that went wrong, in their order."""
    for question in run.questions:
        prediction = run.predictions.get(question.id)
        if question.id in run.scores and prediction and prediction.answer:
            case = Case(question, prediction.answer, prediction.exact, run.scores[question.id])
            if cause := cause_of(case):
                yield _failure(case, cause)


def _failure(case: Case, cause: str) -> Failure:
    question, answer = case.question, case.answer
    return Failure(
        id=question.id,
        cause=cause,
        reasons=tuple(reasons(case)),
        question=question.question,
        understood_as=answer.standalone_question if answer.standalone_question != question.question else None,
        history=question.history,
        as_of=question.as_of,
        slices=question.slices,
        answerable=question.answerable,
        facts=tuple(_statement(fact, case) for fact in question.facts),
        forbidden=tuple(_statement(fact, case) for fact in question.forbidden),
        answer=answer.text,
        refused=answer.refusal.reason if answer.refusal else None,
        cited=tuple(_cited(citation, exact) for citation, exact in case.citations),
        found=tuple(
            Found(rank=rank, article=passage.article, holds_support=bool(supported))
            for rank, (passage, supported) in enumerate(zip(answer.passages, case.found, strict=True), start=1)
        ),
    )


def _statement(fact: GoldFact, case: Case) -> Statement:
    return Statement(statement=fact.statement, accepted=tuple(map(_written, fact.accept)), stated=case.states(fact))


def _written(form: Form) -> str:
    if isinstance(form, NumberForm):
        within = f" ± {form.tolerance:,.10g}" if form.tolerance else ""
        return f"{form.number:,.10g}{within} {'/'.join(form.units)}".strip()
    if isinstance(form, DateForm):
        return form.date
    return f"/{form.regex}/" if isinstance(form, RegexForm) else form


def _cited(citation: Citation, exact: bool | None) -> Cited:
    return Cited(n=citation.n, quote=citation.quote, verdict=citation.verdict, exact=exact, article=citation.article)
