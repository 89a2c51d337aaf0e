"""Which figure a question asks for, and which figures of a report could be it: pure, word by word."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import isclose

from rag.evidence import Evidence
from rag.texts import Reading, read
from rag.texts.amounts import CLOSE, Amount
from rag.texts.synonyms import SAYING, synonyms_of
from rag.texts.words import Word, is_verb, root_of

NOUN_REACH = 3  # telling words behind a figure that may be what it counts: "310 badly flooded homes"
_MANY = re.compile(r"\b(?:how many|numbers? of|counts? of|tally of|totals? of|toll of)\b", re.IGNORECASE)
_TOLL = re.compile(r"\b(?:death )?toll\b", re.IGNORECASE)
_CURRENCIES = frozenset(
    """dollar euro pound yen won rupee franc krona krone crown peso rouble ruble yuan lira dinar dirham shekel
    mark zloty baht ringgit rupiah naira shilling dong riyal real rand sol""".split()
)
_MONEY = (
    r"\bhow much\b|\b(?:costs?|prices?|fees?|sums?|fines?|budgets?|prizes?|money|worth|damages?|subsid(?:y|ies)|grants?"
    r"|salar(?:y|ies)|wages?|bids?|offers?)\b"
)
_KINDS = (
    (re.compile(r"\bper ?cent(?:age)?\b|\b(?:shares?|rates?|proportion)\b", re.IGNORECASE), frozenset({"percent"})),
    (re.compile(_MONEY, re.IGNORECASE), _CURRENCIES),
    (re.compile(r"\bhow (?:high|tall|far|deep|wide)\b", re.IGNORECASE), frozenset({"metres"})),
)
_DIE = root_of("die")
# What was once said, or of something beside: "up from 180", "instead of 1,400", "and not the 240,000".
_FORMER = re.compile(
    r"\b(?:from|instead of|rather than|against|compared (?:with|to)|(?:and |is |was )?not|than"
    r"|(?:first|earlier|previous(?:ly)?|initial(?:ly)?|original(?:ly)?)(?: (?!to\b|and\b)[a-z]+){0,2}"
    r"|had (?:been|said|given|reported|put)\b[^,;]*)"
    r"(?:\s+(?:the|an?|its|their|about|some|around|figure of|estimate of))*\s*$",
    re.IGNORECASE,
)
# What any question for a figure may hold: two sentences that share only these may be of different things.
_OF_FIGURES = frozenset(
    map(
        root_of,
        """many much number count total tally toll figure amount sum estimate cost price fee fine budget prize money
        worth damage subsidy grant salary wage pay bid offer percent share rate proportion first last year month week
        day say report""".split(),
    )
)
# These ask for something beside the figure that they name, or for several: "From which day is it 15 per cent?"
_NO_FIGURE = re.compile(
    r"^(?:who|whom|whose|when|where|why)\b|\bwhich (?:day|month|year)\b|\bhow (?:many|much)\b.*\bhow (?:many|much)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """The figure that a question asks for: what it counts, or the units that it may have."""

    counted: frozenset[str]  # roots: any of them
    units: frozenset[str]
    words: frozenset[str]  # the roots of the question's other telling words
    done: frozenset[str]  # the verbs of these


@dataclass(frozen=True)
class Figure:
    """A figure of a report that may be the one asked for; `former`: one that the report itself replaces."""

    amount: Amount
    evidence: Evidence
    former: bool

    @property
    def said(self) -> str:
        """The figure as it is written, its bound aside."""
        return self.amount.said.strip()

    def is_same(self, other: "Figure") -> bool:
        """Whether both are one figure, or one is the other rounded or bounded, or they are of different units."""
        one, another = self.amount, other.amount
        if one.unit != another.unit or one.equals(another) or one.bounds(another) or another.bounds(one):
            return True
        bounds = {one.bound, another.bound}
        is_about = "about" in bounds and isclose(one.value, another.value, rel_tol=1 - CLOSE)
        return bool(bounds & {"least", "most"}) or is_about


def asked_figure(question: str) -> Asked | None:
    """The figure that a question asks for; None: it asks for none, or for several kinds."""
    if _NO_FIGURE.search(question):
        return None
    reading = read(question, None)
    roots = frozenset(word.root for word in reading.telling) - SAYING - _OF_FIGURES
    done = frozenset(word.root for word in reading.telling if is_verb(word)) & roots
    if _TOLL.search(reading.text):
        return Asked(frozenset({root_of("people")}), frozenset({""}), roots | {_DIE}, done | {_DIE})
    if many := _MANY.search(reading.text):
        counted = _noun_after(reading, many.end())
        return Asked(counted, frozenset({""}), roots - counted, done - counted) if counted else None
    kinds = [units for pattern, units in _KINDS if pattern.search(reading.text)]
    return Asked(frozenset(), kinds[0], roots, done) if kinds else None


def _noun_after(reading: Reading, start: int) -> frozenset[str]:
    """What is counted: the last telling word before the first that is none, or a verb."""
    noun = frozenset[str]()
    for word in reading.words:
        if word.start < start:
            continue
        if not word.is_telling or (noun and is_verb(word)) or not word.text[0].islower():
            break
        noun = noun if word.text.endswith("ly") else frozenset({word.root})
    return noun


def read_quote(evidence: Evidence) -> Reading:
    """The sentence, read as of its report's day."""
    return read(evidence.quote, evidence.article.published_at)


def held(roots: Iterable[str], reading: Reading, clause: int | None = None) -> frozenset[str]:
    """Those of the roots that a text holds, or one clause of it, in words that may stand for one another."""
    given = {word.root for word in reading.words if clause in {None, word.clause}}
    return frozenset(root for root in roots if root in given or synonyms_of(root) & given)


def figures_for(asked: Asked, evidence: Evidence) -> Iterator[Figure]:
    """The figures of a sentence that may be what is asked for."""
    reading = read_quote(evidence)
    for amount in reading.amounts:
        if amount.unit in asked.units and (not asked.counted or _counts(reading, amount, asked)):
            yield Figure(amount, evidence, is_former(reading, amount))


def is_former(reading: Reading, amount: Amount) -> bool:
    """Whether a text recalls the figure as what it replaces."""
    return bool(_FORMER.search(reading.text[: amount.start]))


def the_figure(asked: Asked, evidence: Evidence) -> Figure | None:
    """The figure of a sentence that is what is asked for; None: none is, or nobody knows which."""
    reading = read_quote(evidence)
    found = [figure for figure in figures_for(asked, evidence) if not figure.former]
    near = [len(held(asked.words, reading, _clause_of(reading, figure))) for figure in found]
    best = max(near, default=0)
    return found[near.index(best)] if near.count(best) == 1 else None


def _clause_of(reading: Reading, figure: Figure) -> int | None:
    word = reading.word_at(figure.amount.start)
    return word.clause if word else None


def _counts(reading: Reading, amount: Amount, asked: Asked) -> bool:
    """Whether the figure counts that: it stands behind it, or in "the number of homes rose to 310" before it."""
    here, wanted = reading.word_at(amount.start), asked.counted.union(*map(synonyms_of, asked.counted))
    if here is None:
        return False
    if any(word.root in wanted for word in _noun_phrase(reading, amount, here.clause)):
        return True
    before = reading.text[: amount.start]
    if _TOLL.search(before):
        return bool(asked.words & {_DIE, *synonyms_of(_DIE)})
    named = list(_MANY.finditer(before))
    return bool(named) and bool(_noun_after(reading, named[-1].end()) & wanted)


def _noun_phrase(reading: Reading, amount: Amount, clause: int) -> Iterator[Word]:
    """The telling words right behind a figure, in its clause."""
    behind = (word for word in reading.words if word.start >= amount.end and word.clause == clause)
    for word in islice(behind, NOUN_REACH):
        if not word.is_telling or word.text[0].isdigit():
            return
        yield word
