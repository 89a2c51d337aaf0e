"""Whether a question asks how things stand, what happened, or how something changed."""

import re
from typing import Literal

Asks = Literal["latest", "past", "change"]

# "Would" and "could" are as often told of the past: "announced in August that it would close".
_AHEAD = re.compile(
    r"(?-i:\bwill\b|^Will\b)|['’]ll\b|\b(?:is|are) due\b(?! to (?:the|an?)\b)|\bupcoming\b|(?<!the )\bnext\b|\bmust\b"
    r"|\b(?:set|scheduled|expected|planned|about|going|planning|plans?|hopes?|wants?|aims?) to\b|\bwants?\b|\bmight\b"
    r"|\bshould\b|\b(?:is|are) to (?!blame)\w+|\bin preparation for\b|\bahead of\b"
    r"|(?-i:(?<!in )(?<!of )(?<!by )(?<!last )(?<!since )\bmay\b(?= [a-z]))",  # the verb, not the month
    re.IGNORECASE,
)
_PRESENT_PASSIVE = re.compile(r"\b(?:is|are|be)(?: \w+ly| now| still)? \w+ed\b", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:did|was|were|had|became|began|beat|broke|brought|came|chose|cut|died|fell|flew|fought|found|gave|got|hit"
    r"|held|kept|left|lost|made|met|paid|ran|rose|said|sank|saw|sent|shot|sold|spoke|stood|struck|took|told|went"
    r"|won|wrote)\b|\b(?!hundred\b|indeed\b|speed\b|proceed\b|exceed\b|succeed\b|united\b)[a-z]{3,}ed\b",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:now|currently|current|latest|newest|most recent|up[ -]to[ -]date|so far|to date|at present|at the moment"
    r"|as things stand|nowadays|these days|still|any longer|as (?:of|at))\b",
    re.IGNORECASE,
)
_TODAY = re.compile(r"\btoday\b", re.IGNORECASE)
_CHANGE = re.compile(
    r"\bcompar(?:e|es|ed|ing|ison)\b|\bversus\b|\bvs\b|\bover time\b|\btrends?\b|\btrace\b|\btimeline\b"
    r"|\bthan (?:in|at|on|before|last|a (?:week|month|year)|(?:\w+ ){1,2}ago|the (?:week|month|year))\b"
    r"|\bbefore and after\b|\bthen and now\b"
    r"|\b(?:what|how|which|where)\b[^.?!]*\b(?:changed?|evolved?|developed?)\b(?! by\b)",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"\b(?:by how much|how far|how (?:much )?(?:has|have|had))\b[^.?!]*\b(?:grow[ns]?|grew|rise[ns]?|rose|fall(?:en|s)?"
    r"|fell|drop(?:ped)?|increased?|decreased?|declined?|shr[aiu]nk|climb(?:ed)?|moved?|shift(?:ed)?)\b",
    re.IGNORECASE,
)


_OUTCOME = re.compile(
    r"\b(?:in the end|eventually|later|afterwards|since then|became of|come of|final(?:ly)?)\b", re.IGNORECASE
)


def looks_ahead(question: str) -> bool:
    """Whether it asks about what is still to come."""
    return bool(_AHEAD.search(question))


def looks_back(question: str) -> bool:
    """Whether its verbs tell of the past."""
    return bool(_PAST.search(_PRESENT_PASSIVE.sub("", question)))


def goes_on(question: str) -> bool:
    """Whether it asks beyond the time that it names: for how things stand since, or for what came of them."""
    return bool(_LATEST.search(question) or _OUTCOME.search(question))


def what_is_asked(question: str, *, apart: bool, is_over: bool) -> Asks | None:
    """The latest state, a past event or a change; None: its words do not tell.

    Args:
        question: the words.
        apart: whether it names times that do not meet, and so are there to be compared.
        is_over: whether the time that it names is over.
    """
    if apart or _CHANGE.search(question) or _MOVES.search(question):
        return "change"
    back = looks_back(question)
    if _LATEST.search(question) or (_TODAY.search(question) and not back):
        return "latest"
    return "past" if is_over or (back and not looks_ahead(question)) else None
