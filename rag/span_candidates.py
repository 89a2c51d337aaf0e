"""A sentence of the evidence in, the spans of it that could be an answer out: names, figures, dates, phrases."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from rag.claims import STOP_WORDS
from rag.texts.days import dates_of, without_dates
from rag.texts.figures import CURRENCIES, Figure, figures_in
from rag.texts.names import names_of
from rag.texts.quotations import quotations_of
from rag.texts.words import Word, is_verb, words_of

Form = Literal["name", "title", "number", "money", "percentage", "measure", "date", "phrase", "clause", "pair"]

MAX_PHRASE = 4  # words; "first-edition copy" is one, a longer run is a headline
MAX_TITLE = 10  # words in quotation marks; more are what somebody said
MAX_CLAUSE = 14  # words
MIN_CLAUSE = 2  # words
_SIGN_BEFORE = re.compile(r"(?:(?:US|A|C|HK|NZ|S)?\$|[£€¥₩₹])\s?$")
_PERCENT = re.compile(r"\s?%|[\s-]per\s?cent\b|\s?pct\b", re.IGNORECASE)
_UNIT = re.compile(r"[\s-]([^\W\d_]+(?:[-'’][^\W\d_]+)*)")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_OPENS_CLAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|thanks to|in order to|amid|after|by|over|for|to|that|as|with|from)\s+", re.IGNORECASE
)
_ENDS_CLAUSE = re.compile(r"[,;:.!?()\"“”]|\s[-–—]\s|\s(?:while|which|who|although|but|when|where)\b")
_AND = re.compile(r"['’s]* and ")
_MEASURES = frozenset(
    """second minute hour day week month year decade century metre meter kilometre kilometer centimetre km cm mm mile
    foot feet ft inch yard gram kilogram kilo kg tonne ton pound ounce litre liter gallon barrel hectare acre degree mph
    kmh celsius fahrenheit megawatt gigawatt watt""".split()
)


class Candidate(NamedTuple):
    """A span of a sentence that could be the answer, and the form that it has."""

    text: str
    start: int
    end: int
    form: Form
    unit: str = ""  # the word after a number, in lower case


@lru_cache(maxsize=512)  # a conversation asks several questions of the same sentences
def candidates_of(quote: str, published_at: date | None) -> tuple[Candidate, ...]:
    """The spans of a sentence that could be an answer, each once, with their places in it."""
    found: dict[tuple[int, int], Candidate] = {}
    for candidate in _all(quote, published_at):
        if candidate.text == quote[candidate.start : candidate.end] and re.search(r"\w", candidate.text):
            found.setdefault((candidate.start, candidate.end), candidate)
    return tuple(found.values())


def _all(quote: str, published_at: date | None) -> Iterator[Candidate]:
    dates = dates_of(quote, published_at)
    undated = without_dates(quote, dates)
    yield from (_span(quote, mention.start, mention.end, "date") for mention in dates)
    yield from (_span(quote, *match.span(), "date") for match in _YEAR.finditer(quote))
    yield from _titles(quote)
    names = names_of(undated)
    yield from (_span(quote, name.start, name.end, "name") for name in names)
    for one, other in pairwise(names):
        if _AND.fullmatch(quote, one.end, other.start):
            yield _span(quote, one.start, other.end, "pair")
    yield from _figures(undated, quote)
    words = words_of(quote)
    yield from _phrases(quote, words)
    yield from _clauses(quote)


def _span(quote: str, start: int, end: int, form: Form, unit: str = "") -> Candidate:
    """The span without the white space, the stops and the possessive at its ends."""
    text = quote[start:end]
    end -= len(text) - len(re.sub(r"(?:['’]s|[\s,.;:'’])+$", "", text))
    start += len(text) - len(text.lstrip(" ,.;:'’"))
    return Candidate(quote[start:end], start, end, form, unit)


def _titles(quote: str) -> Iterator[Candidate]:
    for quotation in quotations_of(quote):
        if len(quotation.split()) <= MAX_TITLE:
            start = quote.find(quotation)
            yield _span(quote, start, start + len(quotation), "title")


def _figures(undated: str, quote: str) -> Iterator[Candidate]:
    for figure in figures_in(undated):
        yield from _forms(figure, quote)


def _forms(figure: Figure, quote: str) -> Iterator[Candidate]:
    """The number with its sign or unit, and alone."""
    before, after = quote[: figure.start], quote[figure.end :]
    unit = _UNIT.match(after)
    said = unit[1].lower() if unit else ""
    if sign := _SIGN_BEFORE.search(before):
        yield _span(quote, sign.start(), figure.end, "money")
    elif percent := _PERCENT.match(after):
        yield _span(quote, figure.start, figure.end + percent.end(), "percentage")
    elif said.removesuffix("s") in CURRENCIES and unit:
        yield _span(quote, figure.start, figure.end + unit.end(), "money")
    else:
        yield _span(quote, figure.start, figure.end, "number", said)
        if unit and (said in _MEASURES or said.removesuffix("s") in _MEASURES):
            yield _span(quote, figure.start, figure.end + unit.end(), "measure", said)


def _phrases(quote: str, words: Iterable[Word]) -> Iterator[Candidate]:
    """The runs of telling words, as RAKE's (Rose et al. 2010, Text Mining, ch. 1), and how each ends."""
    run = list[Word]()
    for word in words:
        joined = run and re.fullmatch(r"[\s'’-]|['’]s ", quote[run[-1].end : word.start])
        if run and not joined:
            yield from _of_run(quote, run)
            run = []
        if word.text.lower() in STOP_WORDS or word.text[0].isdigit() or (is_verb(word) and not run):
            yield from _of_run(quote, run)
            run = []
        else:
            run.append(word)
    yield from _of_run(quote, run)


def _of_run(quote: str, run: list[Word]) -> Iterator[Candidate]:
    for length in range(1, min(len(run), MAX_PHRASE) + 1):
        yield _span(quote, run[-length].start, run[-1].end, "phrase")


def _clauses(quote: str) -> Iterator[Candidate]:
    for match in _OPENS_CLAUSE.finditer(quote):
        end = _ENDS_CLAUSE.search(quote, match.end())
        stop = end.start() if end else len(quote)
        if MIN_CLAUSE <= len(quote[match.end() : stop].split()) <= MAX_CLAUSE:
            yield _span(quote, match.end(), stop, "clause")
            yield _span(quote, match.start(), stop, "clause")
