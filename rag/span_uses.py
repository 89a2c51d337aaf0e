"""A candidate in, how the articles use it out: in how many, like a person or a place, beside what is asked for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.span_candidates import Candidate
from rag.span_question import Asked
from rag.texts.words import Word

BESIDE = 35  # characters on either side of a name, in which its role is told: "the Danish carrier", ", the striker,"
MAX_USES = 8  # of a name that are looked at
_PLACE_BEFORE = re.compile(r"\b(?:in|at|near|from|across|outside|around|to|of|visit\w*)\s+(?:the\s+)?$", re.IGNORECASE)
_PERSON_AFTER = re.compile(
    r"^(?:['’]s (?:wife|husband|son|daughter|lawyer)|,? (?:who|said|says|told|has said|added|wrote)\b|, \d\d\b)"
)
_PERSON_BEFORE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Sir|President|Minister|Secretary|Senator|Gov|Judge|Prince|King)\.?\s$")


@dataclass(frozen=True)
class Uses:
    """How the articles use the words of a candidate."""

    articles: int
    headline: float  # the share of the question's words in the best headline that has them
    like_person: bool = False
    like_place: float = 0.0  # the share of its uses
    beside_noun: bool = False


def uses_of(asked: Asked, candidate: Candidate, words: Sequence[Word]) -> Uses:
    """How the articles use the candidate; the surroundings are looked at for names only."""
    tokens = {word.text.lower() for word in words}
    plain = {token for token in tokens if token.isalnum()}
    articles = sum(plain <= vocabulary for vocabulary in asked.vocabularies)
    headline = max((share for held, share in asked.headlines.values() if tokens <= held), default=0.0)
    if candidate.form not in {"name", "title", "pair"}:
        return Uses(articles, headline)
    around = list(_surroundings(asked.whole, candidate.text))
    return Uses(
        articles,
        headline,
        like_person=any(_PERSON_AFTER.search(after) or _PERSON_BEFORE.search(before) for before, after in around),
        like_place=sum(bool(_PLACE_BEFORE.search(before)) for before, _ in around) / max(len(around), 1),
        beside_noun=any(noun in f"{before} {after}".lower() for before, after in around for noun in asked.noun_roots),
    )


def _surroundings(whole: str, text: str) -> list[tuple[str, str]]:
    """What stands before and after the first uses of a text."""
    found, at = list[tuple[str, str]](), whole.find(text)
    while at >= 0 and len(found) < MAX_USES:
        end = at + len(text)
        found.append((whole[max(0, at - BESIDE) : at], whole[end : end + BESIDE]))
        at = whole.find(text, end)
    return found
