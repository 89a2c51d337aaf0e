"""A candidate for the bare answer in, what speaks for it and against it out: numbers that `rag.spans` weighs."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log

from rag.claims import STOP_WORDS
from rag.evidence import Evidence
from rag.span_candidates import Candidate, Form, candidates_of
from rag.span_nouns import Kind, kind_of_noun
from rag.span_places import known_place
from rag.span_question import Asked, Sentence
from rag.span_uses import Uses, uses_of
from rag.texts.words import Word, root_of

NEAR = 4.0  # words; a question's word so far from the span counts 1/e
AFTER = 4  # words after a number in which what it counts is told: "14 new school buses"
LONG = 4  # letters; "LONDON" opens a report, "NATO" is a name
NAME_LENGTHS = (2, 3)  # words of a person's full name
YEAR_LENGTH = 4  # digits
_FITS: dict[Kind, tuple[tuple[Form, ...], tuple[Form, ...]]] = {  # the forms that fit, and those that may
    "person": (("name",), ("phrase",)),
    "organisation": (("name",), ("title", "phrase")),
    "place": (("name",), ("phrase",)),
    "name": (("name", "title"), ("phrase",)),
    "work": (("title", "name"), ("phrase",)),
    "thing": (("phrase", "name", "title"), ()),
    "number": (("number",), ("measure", "percentage")),
    "money": (("money",), ("number", "percentage")),
    "percentage": (("percentage",), ("number",)),
    "duration": (("measure",), ("number",)),
    "measure": (("measure", "number"), ("date",)),
    "ordinal": (("number",), ("phrase",)),
    "date": (("date",), ()),
    "year": (("date",), ()),
    "clock": (("date",), ()),
    "reason": (("clause", "phrase"), ("name", "title")),
    "other": (("phrase", "name", "title", "clause"), ("number", "date", "money", "percentage", "measure")),
}
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", re.IGNORECASE)
_CLOCK = re.compile(r"\d[:.]\d\d|[ap]\.?m", re.IGNORECASE)
_DAY = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)?\b")


@dataclass(frozen=True)
class Rated:
    """A candidate in its sentence, with what speaks for it, by name; what is not named is 0."""

    evidence: Evidence
    candidate: Candidate
    features: dict[str, float]


def rated(question: str, evidence: Sequence[Evidence]) -> list[Rated]:
    """Every candidate of the evidence that fits what is asked for."""
    asked, uses = Asked(question, evidence), dict[str, Uses]()
    return [item for sentence in asked.sentences for item in _of_sentence(asked, sentence, uses)]


def _of_sentence(asked: Asked, sentence: Sentence, uses: dict[str, Uses]) -> Iterator[Rated]:
    item = sentence.evidence
    common = _of_evidence(asked, item)
    places = [(word.place, asked.weights[word.root]) for word in sentence.words if word.root in asked.roots]
    for candidate in candidates_of(item.quote, item.article.published_at):
        fits = _fit(asked, candidate.form)
        words = sentence.between(candidate.start, candidate.end)
        roots = frozenset(word.root for word in words if word.text.lower() not in STOP_WORDS or word.text == "US")
        if fits is None or not roots or roots <= asked.roots:
            continue
        if candidate.text not in uses:
            uses[candidate.text] = uses_of(asked, candidate, words)
        of_text = _of_words(asked, candidate, words) | _of_figures(asked, sentence, candidate)
        used = _of_uses(asked.type.kind, uses[candidate.text])
        near = {
            "fits": fits,
            "near": _nearness(words, places),
            "noun_in": float(asked.noun_root in roots),
            "asked": len(roots & asked.roots) / len(roots),
            "title_part": asked.share_in_headline(item, words),
        }
        yield Rated(item, candidate, common | of_text | used | near)


def _of_evidence(asked: Asked, item: Evidence) -> dict[str, float]:
    """How close its sentence is to the question, beside the closest, and how much older than the newest."""
    day = item.article.published_at
    age = (asked.newest - day).days if asked.newest and day else 0
    return {"sentence": item.score, "gap": asked.best - item.score, "later": log(1 + age)}


def _fit(asked: Asked, form: Form) -> float | None:
    """1: the form fits what is asked for; 0: it may; None: it does not."""
    fits, may_fit = _FITS.get(asked.type.kind, ((), ()))
    if form in fits:
        return 1.0
    return 0.0 if form in may_fit or (form == "pair" and asked.wants_pair and fits) else None


def _nearness(words: Sequence[Word], places: Sequence[tuple[int, float]]) -> float:
    """How near the question's words stand, each by its weight."""
    first, last = words[0].place, words[-1].place
    return sum(
        weight * exp(-max(first - place, place - last) / NEAR) for place, weight in places if not first <= place <= last
    )


def _of_words(asked: Asked, candidate: Candidate, words: Sequence[Word]) -> dict[str, float]:
    """What its own words say."""
    form, text, kind = candidate.form, candidate.text, asked.type.kind
    return {
        "words2": log(len(words)) ** 2,
        "person_named": float(kind == "person" and form == "name" and len(words) in NAME_LENGTHS),
        "known": known_place(asked.type, text),
        "kin": _kin(kind, words),
        "phrase": float(form == "phrase"),
        "clause": float(form == "clause"),
        "pair": float(form == "pair"),
        "capitals": float(text.isupper() and len(text) > LONG),
        "spelled": float(form == "number" and text[0].isalpha()),
    }


def _of_uses(kind: Kind, uses: Uses) -> dict[str, float]:
    """How the articles use it; like a person or a place speaks against it where another kind is asked for."""
    as_person = 1.0 if kind == "person" else 0.0 if kind == "other" else -1.0
    return {
        "articles": log(max(uses.articles, 1)),
        "title_any": uses.headline,
        "noun_beside": float(uses.beside_noun),
        "person": as_person * uses.like_person,
        "place": uses.like_place if kind == "place" else -uses.like_place,
    }


def _of_figures(asked: Asked, sentence: Sentence, candidate: Candidate) -> dict[str, float]:
    """Whether a number counts what is asked for, and a date is told as exactly."""
    if candidate.form == "date":
        return {"granularity": _granularity(asked, candidate.text)}
    if candidate.form not in {"number", "measure"} or not asked.noun_roots:
        return {}
    place = bisect_left(sentence.starts, candidate.start)
    after = {word.root for word in sentence.words[place + 1 : place + 1 + AFTER]}
    if after & asked.noun_roots:
        return {"counted": 1.0}
    return {"counts_other": float(bool(candidate.unit) and root_of(candidate.unit) not in asked.noun_roots)}


def _kin(kind: Kind, words: Sequence[Word]) -> float:
    """1: the name itself says that it is of the kind asked for ("Sorrel River"); -1: of another."""
    kinds = {kind_of_noun(word.text.lower()) for word in (words[0], words[-1]) if word.text[0].isupper()} - {None}
    return 0.0 if not kinds else 1.0 if kind in kinds else -1.0


def _granularity(asked: Asked, text: str) -> float:
    """1: a date is told as exactly as it is asked for; -1: it is not; 0: any will do."""
    wanted = asked.type
    has_day, is_weekday = bool(_DAY.search(text)), bool(_WEEKDAY.search(text))
    if wanted.kind == "year":
        right = text.isdigit() and len(text) == YEAR_LENGTH
    elif wanted.kind == "clock":
        right = bool(_CLOCK.search(text))
    elif wanted.noun == "weekday" or "week" in wanted.words:
        right = is_weekday
    elif wanted.noun == "month":
        right = not has_day and not is_weekday and not text.isdigit()
    elif wanted.noun in {"date", "day"}:
        right = has_day or is_weekday
    else:
        return 0.0
    return 1.0 if right else -1.0
