"""What is asked, and which articles may be seen: the first step of an answer."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal, TypedDict, Unpack, get_args

from index import ArticleIndex, Day, Scope, parse_day
from rag.errors import QuestionError

Style = Literal["full", "short"]
MAX_QUESTION = 2000  # characters; a longer one is a document, and would fill the prompt


@dataclass(frozen=True)
class Plan:
    """A question, ready to be answered: nothing outside `scope` is seen, and `today` is its present."""

    question: str
    as_of: date | None
    scope: Scope
    style: Style

    @property
    def today(self) -> date:
        """The day that the question is asked on."""
        return self.as_of or datetime.now(UTC).date()


class Bounds(TypedDict, total=False):
    """Which articles may be seen: the keywords that every way of asking takes."""

    as_of: Day
    since: Day
    until: Day
    source: str | None


def plan_question(index: ArticleIndex, question: str, *, style: Style = "full", **bounds: Unpack[Bounds]) -> Plan:
    """The plan for a question.

    Raises:
        QuestionError: the question is empty or too long, or the style unknown.
        ScopeError: a day is not a date, or no article is of the outlet.
    """
    # Half a character, from an argument that is not UTF-8, could be sent and stored nowhere.
    asked = " ".join(question.encode(errors="replace").decode().split())
    if not asked:
        raise QuestionError("the question is empty: ''; ask something")
    if len(asked) > MAX_QUESTION:
        raise QuestionError(f"the question is too long: {len(asked)} characters; ask in {MAX_QUESTION} at most")
    if style not in get_args(Style):
        raise QuestionError(f"no such style: {style!r}; styles are: {', '.join(get_args(Style))}")
    as_of = parse_day("as_of", bounds.get("as_of"))
    scope = index.scope(source=bounds.get("source"), since=bounds.get("since"), until=bounds.get("until"))
    until = min(filter(None, (scope.until, as_of)), default=None)
    return Plan(asked, as_of, replace(scope, until=until), style)
