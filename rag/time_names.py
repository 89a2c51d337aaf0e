"""Whether words that could be a time are rather a name or a number: "the October proposal", "Sunday Times"."""

import re
from collections.abc import Sequence

from rag.periods import Period
from rag.time_words import POSSESSIVE, Relation, spans

_DETERMINER = re.compile(r"\b(?:the|a|an|its|their|his|her|our|my|your|this|that|[\w]+['’]s)\s+$", re.IGNORECASE)
_OPENING = re.compile(r"(?:^|[.?!:,])\W*$")  # where any word has a capital
_NAMED_DAY = re.compile(
    r"\b(?:black|good|super|ash|cyber|easter|palm|bloody|giving|first|second|third|fourth|last|1st|2nd|3rd|4th)\s+$",
    re.IGNORECASE,
)
_NOT_OF_NAMES = re.compile(r"\s+(?!January|February|March|April|May|June|July|August|September|October|November"
                           r"|December|I\b)[A-Z]")  # fmt: skip
# What may follow a season that is a time: little words and punctuation. "Winter break" is none.
_AFTER_SEASON = re.compile(
    r"(?=\W*$|\s*[,;:.?!)]|\s+(?:and|or|but|did|do|does|has|have|had|was|were|is|are|will|would|when|after|before|that"
    r"|which|who|what|how|at|by|in|on|to|with|about|than|as|because|compared)\b)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\s+(?!was\b|is\b|has\b|does\b|as\b|this\b|versus\b|us\b)[a-z]{2,}s\b")  # "in 2000 homes"
_QUESTION = re.compile(
    r"\?|^\W*(?:who|what|when|where|which|why|how|is|are|was|were|do|does|did|has|have|had|can|could|will|would|list"
    r"|name|tell|give|trace|compare|explain|show)\b",
    re.IGNORECASE,
)


def is_name(text: str, group: Sequence[Period], relation: Relation) -> bool:
    """Whether the words are rather a name or a number, or only qualify one: "the October proposal", "Sunday Times"."""
    first, last = group[0], group[-1]
    after = text[last.end :]
    if first.kind == "day" and text[first.start].isupper() and not _OPENING.search(text[: first.start]):
        return True  # "USA Today"
    if first.kind == "weekday":
        return _is_named_day(text, first, relation)
    if first.kind == "quarter" and first.yearly and re.match(r"\s+of\b", after):  # of the match, of the voters
        return True
    word = text[first.start : last.end]
    if re.match(r"may|march", word) and not relation.word:  # the verbs
        return True
    return first.said_bare and not _is_bare_time(text, group, relation)


def _is_named_day(text: str, day: Period, relation: Relation) -> bool:
    after = text[day.end :]
    before = text[: day.start]
    if _NAMED_DAY.search(before) or _DETERMINER.search(before) or after.startswith("s"):
        return True
    written_small = not text[day.start].isupper() and not relation.word
    return written_small or bool(_NOT_OF_NAMES.match(after) and relation.word not in {"on", "since", "by"})


def _is_bare_time(text: str, group: Sequence[Period], relation: Relation) -> bool:
    """Whether a mere month, season or year is a time here: after a word like "in", or with no sentence around it."""
    first, last = group[0], group[-1]
    after = text[last.end :]
    if first.kind == "season":
        named = bool(relation.word) and bool(_AFTER_SEASON.match(after))
        return named and not re.match(r"\s+of\b", after)
    if _DETERMINER.search(text[: first.start]) or (first.kind == "year" and _COUNTED.match(after)):
        return False
    if len(group) > 1 and spans(text[first.end : group[1].start]):
        return True
    possessive = first.kind == "month" and bool(POSSESSIVE.match(after))
    if relation.word == "of" and first.kind == "year":  # "the revolution of 1979"
        return False
    return bool(relation.word) or possessive or not _QUESTION.search(text)
