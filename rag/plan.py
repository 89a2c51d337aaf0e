"""What is asked, and which articles may be seen: the first step of an answer.

The caller's own bounds always hold. The words of the question narrow the search further ("in August",
"according to Reuters"), as far as they leave an article to look in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TypedDict, Unpack, get_args

from index import ArticleIndex, Day, Scope, parse_day
from rag.answer import QueryPlan, Style
from rag.asks import Asks
from rag.days import Days
from rag.errors import QuestionError
from rag.reading import Bound, Reading, read_words

MAX_QUESTION = 2000  # characters; a longer one is a document, and would fill the prompt
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# What is let go of, in this order, until an article is left. Reports go on after an event, so the last day says
# least; whose report is wanted says most.
LETTING_GO: tuple[frozenset[Bound], ...] = (
    frozenset(),
    frozenset({"until"}),
    frozenset({"until", "since"}),
    frozenset({"sources"}),
    frozenset({"sources", "until"}),
    frozenset({"sources", "until", "since"}),
)


@dataclass(frozen=True)
class Plan:
    """A question, ready to be answered: nothing outside `scope` is seen, and `today` is its present."""

    question: str
    as_of: date | None
    given: Scope  # the caller's own bounds beside `as_of`
    style: Style
    reading: Reading = field(default_factory=Reading)

    @property
    def today(self) -> date:
        """The day that the question is asked on."""
        return self.as_of or datetime.now(UTC).date()

    @property
    def scope(self) -> Scope:
        """The articles that may be seen: in the caller's bounds, and of the outlets that the question names."""
        until = min(filter(None, (self.given.until, self.as_of)), default=None)
        return replace(self.given, until=until, sources=self.given.sources or self.reading.sources or None)

    @property
    def wanted(self) -> Days:
        """The days in which, by the words of the question, articles that answer it came out."""
        return self.reading.wanted

    @property
    def asks(self) -> Asks | None:
        """Whether it asks for the latest state, a past event, or a change over time."""
        return self.reading.when.asks

    @property
    def record(self) -> QueryPlan:
        """The plan as answers show it."""
        return QueryPlan(
            standalone_question=self.question,
            asks=self.asks,
            since=self.wanted.first,
            until=self.wanted.last,
            sources=self.reading.sources,
            words=self.reading.words,
        )


class Bounds(TypedDict, total=False):
    """Which articles may be seen: the keywords that every way of asking takes.

    An article must be of `source` or one of `sources`; without both, of any outlet. The words in the spans
    `ignore` of the question (start, end) bind nothing.
    """

    as_of: Day
    since: Day
    until: Day
    source: str | None
    sources: Sequence[str] | None
    ignore: Sequence[tuple[int, int]]


def plan_question(index: ArticleIndex, question: str, *, style: Style = "full", **bounds: Unpack[Bounds]) -> Plan:
    """The plan for a question.

    Raises:
        QuestionError: the question is empty or too long, or the style unknown.
        ScopeError: a day is not a date, or no article is of an outlet.
    """
    asked = checked(question)
    if style not in get_args(Style):
        raise QuestionError(f"no such style: {style!r}; styles are: {', '.join(get_args(Style))}")
    plan = Plan(asked, parse_day("as_of", bounds.get("as_of")), _given(index, bounds), style)
    reading = read_words(asked, plan.today, index.sources(), ignore=bounds.get("ignore", ()))
    if plan.given.since or plan.given.until:
        reading = reading.without_time()
    if plan.given.sources:
        reading = reading.without_outlets()
    return relaxed(index, replace(plan, reading=reading))


def relaxed(index: ArticleIndex, plan: Plan) -> Plan:
    """The plan with as many bounds of its words as leave an article; as it is where the caller's own leave none."""
    reading = plan.reading
    for let_go in dict.fromkeys(bounds & reading.binding for bounds in LETTING_GO) if reading.binding else ():
        tried = replace(plan, reading=replace(reading, let_go=let_go))
        if index.count(narrowed(tried.scope, tried.wanted), at_most=1):
            return tried
    return plan


def narrowed(scope: Scope, days: Days) -> Scope:
    """The part of the scope that was published in these days."""
    since = max(filter(None, (scope.since, days.first)), default=None)
    until = min(filter(None, (scope.until, days.last)), default=None)
    return replace(scope, since=since, until=until)


def checked(question: str) -> str:
    """The question on one line, without the mark-up that pasted ones have.

    Raises:
        QuestionError: it is empty or too long.
    """
    # Half a character, from an argument that is not UTF-8, could be sent and stored nowhere.
    asked = " ".join(_TAG.sub("", question).encode(errors="replace").decode().split())
    if not asked:
        raise QuestionError("the question is empty: ''; ask something")
    if len(asked) > MAX_QUESTION:
        raise QuestionError(f"the question is too long: {len(asked)} characters; ask in {MAX_QUESTION} at most")
    return asked


def _given(index: ArticleIndex, bounds: Bounds) -> Scope:
    source = bounds.get("source")
    names = [*([] if source is None else [source]), *(bounds.get("sources") or ())]
    found = {one for name in names for one in index.scope(source=name).sources or ()}
    scope = index.scope(since=bounds.get("since"), until=bounds.get("until"))
    return replace(scope, sources=tuple(sorted(found)) or None)
