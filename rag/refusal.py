"""When there is no answer, and the words for it.

The LLM is never asked whether the articles hold the answer: a small one refuses nearly everything then
(DESIGN, section 4). It answers; what it wrote is held against the evidence; and a draft that the
evidence does not bear out is refused.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache

from index import ArticleIndex, Scope
from prompts import Prompt, load_prompt
from rag.answer import Refusal, RefusalReason
from rag.citations import Cited
from rag.claims import claim
from rag.evidence import Evidence


def refuse(reason: RefusalReason, newest_article: date | None, detail: str = "") -> Refusal:
    """The refusal for a reason; `detail` is what the LLM's failure says of itself."""
    message = _messages()[reason]
    values = {"detail": detail} if "detail" in message.variables else {}
    return Refusal(reason=reason, message=message.render(**values), newest_article=newest_article)


@cache
def _messages() -> dict[str, Prompt]:
    lines = (line.partition(": ") for line in load_prompt("refusal").text.splitlines())
    return {reason: Prompt(f"refusal.{reason}", message) for reason, _, message in lines}


def why_nothing_found(index: ArticleIndex, scope: Scope, evidence: Sequence[Evidence]) -> RefusalReason | None:
    """Why there is nothing to answer from; None: there is."""
    if evidence:
        return None
    if not len(index):
        return "no_articles"
    return "not_in_articles" if index.count(scope) else "outside_dates"


def why_no_answer(question: str, cited: Sequence[Cited]) -> RefusalReason | None:
    """Why this checked draft is no answer to the question; None: it is one."""
    if all(item.sentence.verdict == "unsupported" for item in cited):
        return "not_in_articles"
    asked = claim(question)
    around = frozenset[str]().union(*(evidence.around for item in cited for evidence in item.evidence))
    if not asked.names | asked.numbers <= around:
        return "not_in_articles"
    return None
