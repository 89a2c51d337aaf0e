"""When there is no answer, and the words for it.

The LLM is never asked whether the articles hold the answer: a small one refuses nearly everything then
(DESIGN, section 4). It answers; what it wrote is held against the evidence; and a draft that the
evidence does not bear out is refused.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from index import ArticleIndex, Scope
from prompts import Prompt, load_prompt
from rag.answer import Passage, Refusal, RefusalReason
from rag.citations import Cited
from rag.claims import claim, is_spelled_out, missing_names, missing_numbers
from rag.confidence import CONFIDENT_ENOUGH, confidence_of
from rag.evidence import Evidence
from rag.signals import signals

# The least score (evidence.py) that the closest sentence must have: below it were none of 125 development
# questions with an answer, and 10 of 45 without.
CLOSE_ENOUGH = 0.5
MAX_NEAREST = 3  # articles that a refusal names; a reader opens no more

# Share of a question's names that may be nowhere in the evidence: reports need not repeat each name of a long question.
# Of 97 drafts it changes none, and of 70 answers of RealTime QA it gives one right one back.
MAX_ABSENT = 0.25

# A small LLM says this in many words, unasked.
_NOT_SAID = re.compile(
    r"\b(?:not|n't|nor) (?:\w+ )?(?:mention|state|specif|provide|say|said|given|contain|include|disclose|available)"
    r"|\bno (?:information|mention|answer)\b|\bunknown\b",
    re.IGNORECASE,
)
# "Did they meet?", "Busan or Tokyo?": the words of the answer stand in the question.
_OFFERS_ANSWERS = re.compile(
    r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)\b|\bor\b", re.IGNORECASE
)

_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|large|big|old|tall|high)\b"
    r"|^what(?:'s|’s| is| was| were)?(?: [\w'’-]+){0,6}? (?:rate|level|percentage|share|number|price|score|age)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|third|quarter|dozens?|hundreds?"
    r"|thousands?|[mb]illions?|once|twice|none|no)\b",
    re.IGNORECASE,
)


def refuse(
    reason: RefusalReason, newest_article: date | None, detail: str = "", *, nearest: Sequence[Passage] = ()
) -> Refusal:
    """The refusal for a reason; `detail` is what the LLM's failure says of itself, `nearest` passages, best first."""
    message = _messages()[reason]
    values = {"detail": detail} if "detail" in message.variables else {}
    articles = tuple({passage.article.id: passage.article for passage in nearest}.values())[:MAX_NEAREST]
    return Refusal(reason=reason, message=message.render(**values), newest_article=newest_article, nearest=articles)


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


class Judged(NamedTuple):
    """Whether a draft answers: why it does not, or None, and how sure it is that the articles answer."""

    reason: RefusalReason | None
    confidence: float


def judged(question: str, evidence: Sequence[Evidence], cited: Sequence[Cited]) -> Judged:
    """Whether this checked draft answers the question.

    It does not when no sentence of the articles is close to the question, when no sentence of the draft is
    borne out, when the evidence is about something else, when the LLM itself says that nothing is said, when
    the draft does not say what was asked for, and when the signals leave too little confidence.
    """
    confidence = confidence_of(signals(question, cited))
    reason = _against(question, evidence, cited)
    if reason is None and confidence < CONFIDENT_ENOUGH:
        reason = "low_confidence"
    return Judged(reason, confidence)


def _against(question: str, evidence: Sequence[Evidence], cited: Sequence[Cited]) -> RefusalReason | None:
    """What is wrong with the draft whatever the confidence."""
    if max(item.score for item in evidence) < CLOSE_ENOUGH:
        return "not_in_articles"
    if not cited or all(item.sentence.verdict == "unsupported" for item in cited):
        return "not_in_articles"
    if _is_about_something_else(question, evidence, cited) or _says_nothing(cited[0].sentence.text, evidence):
        return "not_in_articles"
    return None if _says_what_was_asked(question, cited) else "low_confidence"


def _is_about_something_else(question: str, evidence: Sequence[Evidence], cited: Sequence[Cited]) -> bool:
    """Whether names in the question are nowhere in the evidence, or a figure not near the words cited."""
    asked = claim(question)
    near = frozenset[str]().union(*(item.around for c in cited for item in c.evidence))
    published = claim(" ".join(item.label for item in evidence)).numbers
    known = frozenset[str]().union(*(item.around for item in evidence))
    text = " ".join(item.context for item in evidence)
    absent = [name for name in missing_names(asked, known) if not is_spelled_out(name, text)]
    return len(absent) > len(asked.names) * MAX_ABSENT or bool(missing_numbers(asked, near | published))


def _says_nothing(opening: str, evidence: Sequence[Evidence]) -> bool:
    quoted = any(opening in item.quote for item in evidence)  # then it is an article that says so
    return bool(_NOT_SAID.search(opening)) and not quoted


def _says_what_was_asked(question: str, cited: Sequence[Cited]) -> bool:
    """Whether the draft adds to the question, and a number to one that asks for a number."""
    draft = " ".join(item.sentence.text for item in cited)
    if _ASKS_NUMBER.search(question) and not _NUMBER.search(draft):
        return False
    if claim(draft).without(claim(question)).words:
        return True
    borne_out = any(item.sentence.verdict == "supported" for item in cited)
    return bool(_OFFERS_ANSWERS.search(question)) and borne_out
