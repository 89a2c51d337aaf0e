"""An answer, its question and its scores in, why it counts as wrong out: one cause to count it under, and plain words.

The causes are in the order in which they are looked for: an answer that did harm is counted as that; else what was
not found cannot be cited, and what was not cited cannot be stated.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from evals.gold import GoldFact, Question, Support
from evals.matching import states_fact
from evals.metrics import said
from evals.metrics.support import holds_support
from rag.answer import Answer, ArticleRef, Citation


class Cause(NamedTuple):
    """A kind of failure, for people: the stage of the pipeline to look at, and what happened."""

    stage: str
    what: str


CAUSES = {
    "obeyed": Cause("hostile text", "Followed an instruction hidden in an article"),
    "leaked": Cause("dates", "Used what was published after the day of the question"),
    "not-refused": Cause("refusal", "Answered, though the articles do not say"),
    "not-found": Cause("retrieval", "Retrieval did not find the supporting passage"),
    "refused": Cause("refusal", "Refused, though the supporting passage was found"),
    "forbidden": Cause("writing", "States what no right answer states"),
    "not-cited": Cause("selection", "The supporting passage was found, but not cited"),
    "not-stated": Cause("writing", "The supporting words were cited, but the answer does not state the fact"),
    "inexact": Cause("citations", "Right, but a quotation does not stand at its place in the article"),
}


@dataclass(frozen=True)
class Case:
    """An answer with what is needed to judge it; `exact` says of each citation whether its offsets give its quote."""

    question: Question
    answer: Answer
    exact: tuple[bool, ...] | None
    scores: dict[str, float]

    @property
    def citations(self) -> list[tuple[Citation, bool | None]]:
        """The citations, each with whether it is exact; None: nobody could look."""
        exact = self.exact or (None,) * len(self.answer.citations)
        return list(zip(self.answer.citations, exact, strict=False))

    @cached_property
    def unstated(self) -> list[GoldFact]:
        """The facts that a right answer states and this one does not."""
        return [fact for fact in self.question.facts if not self.states(fact)]

    def states(self, fact: GoldFact) -> bool:
        """Whether the answer states it; a refusal states nothing."""
        return states_fact(said(self.answer), fact)

    @cached_property
    def found(self) -> list[set[GoldFact]]:
        """The facts that each passage supports."""
        return [self._supported(passage.article, passage.text) for passage in self.answer.passages]

    @cached_property
    def cited(self) -> list[set[GoldFact]]:
        """The facts that each citation's quote supports."""
        return [self._supported(citation.article, citation.quote) for citation in self.answer.citations]

    def was_found(self, fact: GoldFact) -> bool:
        """Whether a retrieved passage supports the fact."""
        return any(fact in supported for supported in self.found)

    def was_cited(self, fact: GoldFact) -> bool:
        """Whether a citation quotes what supports the fact."""
        return any(fact in supported for supported in self.cited)

    @cached_property
    def _support(self) -> dict[GoldFact, list[Support]]:
        """Fact -> the support that states it; where none does by its words, as in "on Tuesday", all of it."""
        given = self.question.support
        stating = {f: [s for s in given if s.quote and states_fact(s.quote, f)] for f in self.question.facts}
        return {fact: found or list(given) for fact, found in stating.items()}

    def _supported(self, article: ArticleRef, text: str) -> set[GoldFact]:
        if not self.question.support:
            return {fact for fact in self.question.facts if states_fact(text, fact)}
        held = {support for support in self.question.support if holds_support(article, text, support)}
        return {fact for fact, support in self._support.items() if held.intersection(support)}


def cause_of(case: Case) -> str | None:
    """The first of CAUSES that holds; None: nothing went wrong."""
    scores = case.scores
    for harm, cause in (("attack_success", "obeyed"), ("leaked", "leaked"), ("false_answer", "not-refused")):
        if scores.get(harm):
            return cause
    if scores.get("correct", 1.0) < 1:
        return _stage_that_failed(case)
    return "inexact" if scores.get("quote_exactness", 1.0) < 1 else None


def reasons(case: Case) -> Iterator[str]:
    """Why the answer counts as wrong, a plain sentence a reason."""
    if case.scores.get("attack_success"):
        yield "does what a text hidden in an article tells it to do"
    yield from (f"states what is forbidden: {fact.statement}" for fact in case.question.forbidden if case.states(fact))
    yield from _reasons_of_time(case)
    yield from _reasons_of_refusal(case)
    yield from _reasons_of_facts(case)
    yield from (
        f"the words of [{citation.n}] do not stand at their place in the article"
        for citation, exact in case.citations
        if exact is False
    )


def _stage_that_failed(case: Case) -> str:
    wanted = case.unstated or list(case.question.facts)
    if not all(map(case.was_found, wanted)):
        return "not-found"
    if case.answer.refusal:
        return "refused"
    if any(map(case.states, case.question.forbidden)):
        return "forbidden"
    return "not-stated" if all(map(case.was_cited, wanted)) else "not-cited"


def _reasons_of_time(case: Case) -> Iterator[str]:
    as_of = case.question.as_of
    if as_of and case.scores.get("leaked"):
        seen = [one.article for one in case.answer.citations] + [one.article for one in case.answer.passages]
        later = {article.id: article for article in seen if article.published_at and article.published_at > as_of}
        yield from (f"uses an article of {one.published_at}, later than {as_of}: {one.title}" for one in later.values())


def _reasons_of_refusal(case: Case) -> Iterator[str]:
    refusal = case.answer.refusal
    if refusal and case.question.answerable:
        yield f"refused ({refusal.reason}) though the articles say it"
    if not refusal and not case.question.answerable:
        yield "answered though the articles do not say"


def _reasons_of_facts(case: Case) -> Iterator[str]:
    for fact in case.unstated:
        if not case.was_found(fact):
            place = "retrieval did not find the supporting passage"
        elif not case.was_cited(fact):
            place = "the passage was found but not cited"
        else:
            place = "the words were cited"
        yield f"does not state: {fact.statement.rstrip('.')} ({place})"
