"""The words around a period: how it bounds the time ("since", "by", "before"), or that it does not."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from rag.periods import Period

Bound = Literal["in", "since", "before", "until", "as of"]

_BOUNDS: dict[str, Bound] = {
    **dict.fromkeys(("since", "from", "after", "following", "starting", "beginning"), "since"),
    **dict.fromkeys(("before", "prior to"), "before"),
    **dict.fromkeys(("until", "till", "up to", "by", "no later than", "through"), "until"),
    **dict.fromkeys(("as of", "as at"), "as of"),
}
_IN = "in|on|during|throughout|over|within|at|of|around|about|between|than|compared with|versus|vs"
_NONE = "for|to|ahead of|in time for"  # what comes is planned for a day, or moved to it
_LEAD = re.compile(
    rf"(?<![\w-])(?P<word>{'|'.join(_BOUNDS)}|{_NONE}|{_IN})(?:\s+(?:in|on|at|of|around|about|roughly|the night of"
    r"|all of|the whole of|the month of|the years?))?(?:\s+(?:the|a|an))?\s+$",
    re.IGNORECASE,
)
_EVENT_WORD = (
    r"(?:(?!and\b|or\b|with\b|than\b|from\b|between\b|those\b|as\b|since\b|after\b|before\b|until\b)[\w'’-]+\s+)"
)
# "since the election on 5 November": the event is dated, and bounds the time.
_EVENT = re.compile(
    rf"\b(?:(?:since|after|following)\s+{_EVENT_WORD}{{1,6}}?|(?:before|until)\s+the\s+{_EVENT_WORD}{{1,3}}?)"
    r"(?:on|in|of|during)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_BETWEEN_EVENT_AND = re.compile(rf"\bbetween\s+{_EVENT_WORD}{{1,6}}?and\s+$", re.IGNORECASE)
_JOINT = re.compile(
    r"(?:['’]s)?\s*(?:,|,?\s*\b(?:and|or|to|until|till|through|versus|vs)\b\.?|[-–—])\s*"
    r"(?:(?:in|on|from|to|of|the|at|by)\s+)*",
    re.IGNORECASE,
)
_SPANNING = re.compile(r"\s*(?:[-–—]|\b(?:to|until|till|through)\b)", re.IGNORECASE)
_WINDOWS = frozenset({"window", "this", "last", "recent", "ago"})  # "for the past week" is no plan
_FIGURES = frozenset({"quarter", "half"})  # "profit for the third quarter" is reported after it

# "The coldest since 2010", "the first time since": a yardstick.
_RECORD = re.compile(
    r"\b(?:first|only|worst|best|most|least|record|last time|never|no|none"
    r"|(?:high|low|bigg|larg|small|great|strong|weak|long|short|fast|slow|deadli|warm|cold|hott|dri|wett|old|young"
    r"|clos|heavi|cheap|steep|sharp|bloodi)est)\b[^.?!;]*$",
    re.IGNORECASE,
)
_ORIGIN = re.compile(
    r"\b(?:founded|established|born|built|created|formed|erected|incorporated|invented|dating|dates?|dated|set up"
    r"|painted|composed)\s+(?:back\s+)?(?:in|on|to|from|since)?\s*$",
    re.IGNORECASE,
)
# "Said that it would close by March", "in January": what was announced, not what was reported then.
_WOULD = re.compile(r"\bwould\s+(?:[\w'’-]+\s+){1,6}$", re.IGNORECASE)
_BEGAN = re.compile(r"\b(?:began|begun|started)\s+$", re.IGNORECASE)  # "the strike that began in August" goes on
_HABIT = re.compile(
    r"\b(?:(?:every|each) (?:year|month|week|day)|annually|usually|typically|traditionally)\b", re.IGNORECASE
)
POSSESSIVE = re.compile(r"['’]s?\b", re.IGNORECASE)
_REPORT = re.compile(
    r"\b(?:reports?|reported|articles?|stor(?:y|ies)|news|coverage|headlines?|published|writes?|wrote|written|printed)\s+$",
    re.IGNORECASE,
)
_REPORTS_AFTER = re.compile(
    r"['’]s?\s+(?:news|headlines?|coverage|reports?|papers?|front pages?|articles?|edition)\b", re.IGNORECASE
)


class Relation(NamedTuple):
    """How a period bounds the time, and where the words that say so begin; `reported`: it dates the reports."""

    bound: Bound
    start: int
    word: str
    reported: bool


def joins(between: str) -> bool:
    """Whether these words make one time of the two periods beside them ("from … to", "in … and in")."""
    return bool(_JOINT.fullmatch(between))


def spans(between: str) -> bool:
    """Whether these words make all the days from one period to the other of them."""
    return bool(_SPANNING.match(between))


def relation_of(text: str, group: Sequence[Period], *, past: bool, floor: int) -> Relation | None:
    """How the words around periods named in one breath make them bound the time; None: not at all.

    Args:
        text: the question.
        group: the periods.
        past: whether the question looks back.
        floor: where the words of the period before them end.
    """
    period, end = group[0], group[-1].end
    before = text[: period.start]
    lead = _LEAD.search(before)
    word = " ".join(lead["word"].lower().split()) if lead else ""
    ahead = before[: lead.start()] if lead else before
    if _bounds_nothing(before, word, group) or (_HABIT.search(text) and (period.yearly or period.kind == "weekday")):
        return None
    reported = word != "for" and bool(_REPORT.search(ahead) or _REPORTS_AFTER.match(text, end))
    bound = _bound_by(word, ahead, group, reported=reported)
    if word == "from" and bound == "since" and not past:  # a timetable, announced long before
        return None
    if bound == "in" and period.kind not in _WINDOWS and (event := _event_before(before, floor)):
        return Relation(_BOUNDS.get(event[0].split()[0].lower(), "until"), event.start(), word, reported)
    start = lead.start() if lead and _is_said_with(word, period, text[end:]) else period.start
    return Relation(bound, start, word, reported)


def _bound_by(word: str, ahead: str, group: Sequence[Period], *, reported: bool) -> Bound:
    if word == "from" and (len(group) > 1 or group[0].kind in _WINDOWS | {"dates"} or reported):
        return "in"
    if word in {"in", "on"} and _BEGAN.search(ahead):
        return "since"
    return _BOUNDS.get(word, "in")


def _event_before(before: str, floor: int) -> re.Match[str] | None:
    event = _EVENT.search(before, floor) or _BETWEEN_EVENT_AND.search(before, floor)
    return event if event and event.start() >= floor else None


def _is_said_with(word: str, period: Period, after: str) -> bool:
    """Whether a word like "in" belongs to the period and not to others: "in last week's report", "sworn in Monday"."""
    if _BOUNDS.get(word, "in") != "in" and word != "from":
        return True
    is_adverb = period.kind in _WINDOWS - {"window"} or period.kind == "day" or (period.kind, word) == ("weekday", "in")
    return not is_adverb and word not in {"of", "than"} and not POSSESSIVE.match(after)


def _bounds_nothing(before: str, word: str, group: Sequence[Period]) -> bool:
    period = group[0]
    if _WOULD.search(before):
        return True
    told_after = period.kind in _WINDOWS | _FIGURES or (word == "for" and len(group) > 1)
    if word in _NONE.split("|") and not told_after:
        return True
    if word in {"since", "before", "from"} and _RECORD.search(before):
        return True
    return period.days is not None and period.kind not in _WINDOWS and bool(_ORIGIN.search(before))
