"""Which way a text points: its negations, and the words of which it could have used the opposite."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rag.texts.opposites import OPPOSITES
from rag.texts.words import Word

LONG_REACH: Final = 4  # telling words that "denied that" and "none of" reach; "not" reaches one
_OTHERWISE: Final = re.compile(r"\b(?:not guilty|m(?:ake|akes|ade|aking) up)$", re.IGNORECASE)  # no "guilty", no "up"
_NEGATION: Final = re.compile(
    r"\b(?:no longer|not|never|no|nobody|none|nothing|nor|neither|without|cannot|hardly|unable to"
    r"|(?:refus|declin|fail)\w* to|den(?:y|ies|ied|ying)(?: that| having| claims?| reports?)?|rul(?:ed|es|ing) out"
    r"|(?:reject|dismiss)\w* (?:claims?|reports?|suggestions?|allegations?|the idea) that)\b|n['’]t\b",
    re.IGNORECASE,
)
_STOP: Final = re.compile(r"[,;:.\"”()]")  # a negation reaches no further
_LONG: Final = re.compile(r"^(?:den|none|nobody|rul|reject|dismiss|neither)", re.IGNORECASE)
# "no fewer than 20" is a bound, "not only" an addition, "not guilty" has its own axis.
_NO_NEGATION: Final = re.compile(
    r"\b(?:no (?:fewer|less|more|later) than|not only|not just|not guilty|no doubt|no\. ?\d|nothing but|number no)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Pole:
    """A word of which the opposite could have been said: its axis, and to which side it points."""

    axis: str
    sign: int
    said: str
    start: int
    end: int

    def agrees(self, other: "Pole") -> bool:
        """Whether the other points the same way."""
        return self.axis == other.axis and self.sign == other.sign

    def opposes(self, other: "Pole") -> bool:
        """Whether the other points the opposite way."""
        return self.axis == other.axis and self.sign != other.sign


def negated_of(text: str, words: Sequence[Word]) -> frozenset[int]:
    """The places of the words that a negation reaches, in its clause."""
    reached = set[int]()
    for match in _negations(text):
        long = bool(_LONG.match(match.group()))
        after = [word for word in words if word.start >= match.end()]
        clause = [word for word in after if word.clause == after[0].clause]
        end = _STOP.search(text, match.end() + 2)  # not at the mark that opens a quotation: "is not “free”"
        telling = [word for word in clause if word.is_telling and not word.text.endswith("ly")]
        within = [word for word in telling if not end or word.start < end.start()]
        counted = [word for word in within if not (long and word.text[0].isdigit())]  # "none of the 35 herds"
        reached.update(word.place for word in counted[: LONG_REACH if long else 1])
    return frozenset(reached)


def _negations(text: str) -> Iterator[re.Match[str]]:
    spared = [match.span() for match in _NO_NEGATION.finditer(text)]
    for match in _NEGATION.finditer(text):
        if not any(start <= match.start() < end for start, end in spared):
            yield match


def poles_of(text: str, words: Sequence[Word], negated: frozenset[int]) -> tuple[Pole, ...]:
    """The words of a text that have an opposite, negated ones turned round, in order."""
    turned = {word.start for word in words if word.place in negated}
    poles = [
        Pole(axis, -sign if match.start() in turned else sign, match.group(), *match.span())
        for axis, sign, pattern in OPPOSITES
        for match in pattern.finditer(text)
        if match.group().lower() not in {"guilty", "up"} or not _OTHERWISE.search(text[: match.end()])
    ]
    return tuple(sorted(poles, key=lambda pole: pole.start))
