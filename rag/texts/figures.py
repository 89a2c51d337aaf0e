"""The figures in a text, with the words beside each: "some 4.2 thousand striking dockers" holds 4200 dockers.

Libraries that read number words (text2num, number-parser) know neither "4.2 thousand", "1.2bn" and "half a
million" nor which numbers are days or hours, and rewrite the text instead of saying where a number stands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from rag.texts.number_parts import Part, length_of, runs_of, scale_of, value_of
from rag.texts.written_dates import without_days

_LETTER_SCALES = {"k": 1e3, "m": 1e6, "b": 1e9}  # attached to the digits only; "1.2m" may be metres too
_SCALE = "hundred|thousand|lakh|crore|million|billion|trillion|dozen"
_PARTS = "third|quarter|fourth|fifth|sixth|eighth|tenth"
_SIGNS = {"%": "percent", "$": "dollar", "£": "pound", "€": "euro", "¥": "yen", "₩": "won", "₹": "rupee", "°": "degree"}
CURRENCIES = frozenset({"dollar", "pound", "euro", "yen", "won", "rupee"})
_REWRITTEN = (
    (re.compile(r"\bper cent\b|\bpct\b", re.IGNORECASE), "percent"),
    (re.compile(r"\band[ -]a[ -]half\b", re.IGNORECASE), "andahalf"),
    (re.compile(rf"\b(?:a[ -])?half(?:[ -]an?)?[ -](?=(?:{_SCALE})\b)", re.IGNORECASE), "0.5 "),
    (re.compile(rf"\b(?:a[ -])?quarter[ -]of[ -]an?[ -](?=(?:{_SCALE})\b)", re.IGNORECASE), "0.25 "),
    (re.compile(rf"\bthree[ -]quarters[ -]of[ -]an?[ -](?=(?:{_SCALE})\b)", re.IGNORECASE), "0.75 "),
    (re.compile(rf"\ban?[ -](?=(?:{_SCALE})\b)", re.IGNORECASE), "1 "),
    (re.compile(r"\bminus (?=\d)", re.IGNORECASE), " -"),
    # Neither a fraction nor a pronoun is a count.
    (re.compile(rf"\b(?:one[ -](?:half|{_PARTS})|(?:two|three|four|five)[ -](?:{_PARTS})s)\b", re.IGNORECASE), "part"),
    (
        re.compile(
            rf"\b(?:no|any|every|this|that|the|which|each|some)[ -]one\b(?![ -](?:{_SCALE}))"
            r"|(?<!ty[ -])\bone (?:of|another)\b",
            re.IGNORECASE,
        ),
        "someone",
    ),
)
_HOUR = re.compile(r"\s*(?:[ap]\.?m\b|o['’]clock\b)", re.IGNORECASE)
_RANGE = re.compile(rf"\s*(?:-|to|or|and)\s*(?:{'|'.join(_SIGNS.values())})?\s*", re.IGNORECASE)
_PART = re.compile(r"\s*(?:out )?of (?:the |its |their |all )?", re.IGNORECASE)  # "19 of the 33 members"
_POINT_GROUPED = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_YEAR = re.compile(r"(?:19|20)\d\d")
WORDS_REACH = 60  # characters on either side; a unit stands within a few words


@dataclass(frozen=True)
class Figure:
    """A number that a text states."""

    value: float
    start: int
    end: int
    scale: float = 1  # what its digits were multiplied by
    grouped: float | None = None  # "4.200" is 4200 too, where a point groups digits
    letters: str = ""  # attached to the digits and read as their scale: the m of "1.2m", which may be metres
    is_year: bool = False  # it looks like one
    asks_unit: bool = False  # it is no number alone: "5 p.m.", "5G"
    before: str = ""  # the words between the figure before (or the first of its range) and this one
    after: str = ""  # the words between this one (or the last of its range) and the next


@lru_cache(maxsize=512)  # a report looks for several facts in the same passage
def figures_of(text: str) -> tuple[Figure, ...]:
    """The figures of a plain text (`rag.texts.plain_text.plain`), in order; the days of dates and ordinals are none.

    >>> [figure.value for figure in figures_of("On 30 September 2025 twenty-one of the 1.2m voted, or 12%.")]
    [2025.0, 21.0, 1200000.0, 12.0]
    """
    return figures_in(in_words(without_days(text)))


def figures_in(text: str) -> tuple[Figure, ...]:
    """The figures of a text without dates, its signs in words (`in_words`), where they stand in it."""
    figures = [figure for run in runs_of(text) for figure in _read(run, text)]
    return tuple(_with_words(_with_shared_scales(figures, text), text))


def in_words(text: str) -> str:
    """The text with the signs of units as words, "half a million" in digits, and "no one" without its "one"."""
    for sign, word in _SIGNS.items():
        text = text.replace(sign, f" {word} ")
    for pattern, words in _REWRITTEN:
        text = pattern.sub(words, text)
    return text


def _read(parts: Sequence[Part], text: str) -> Iterator[Figure]:
    """The numbers that a run of parts spells, each as long as it can be."""
    start = 0
    while start < len(parts):
        length = length_of(parts, start)
        if length:
            yield _figure(parts[start : start + length], text)
        start += max(length, 1)


def _figure(parts: Sequence[Part], text: str) -> Figure:
    first, last = parts[0].match, parts[-1].match
    found = Figure(value_of(parts), first.start(), last.end(), scale_of(parts))
    return _with_letters(found, last, text) if len(parts) == 1 and last["digits"] else found


def _with_letters(found: Figure, match: re.Match[str], text: str) -> Figure:
    """A number in digits alone, with what the letters attached to it may mean."""
    letters, digits = (match["letters"] or "").lower(), match["digits"]
    if letters in _LETTER_SCALES:
        scale = _LETTER_SCALES[letters]
        return replace(found, value=found.value * scale, scale=scale, letters=letters)
    grouped = float(digits.replace(".", "")) if _POINT_GROUPED.fullmatch(digits) else None
    return replace(
        found,
        end=match.end("digits"),
        grouped=grouped,
        is_year=bool(_YEAR.fullmatch(digits)) and not letters,
        asks_unit=len(letters) == 1 or bool(_HOUR.match(text, match.end("digits"))),
    )


def _with_shared_scales(figures: list[Figure], text: str) -> list[Figure]:
    """The figures, the start of a range read with its end's scale: "3 to 4 million"."""
    for n in reversed(range(len(figures) - 1)):
        one, other = figures[n], figures[n + 1]
        shares = one.scale == 1 and one.value < other.value / other.scale
        if shares and not one.is_year and _RANGE.fullmatch(text, one.end, other.start):
            figures[n] = replace(one, value=one.value * other.scale, scale=other.scale, grouped=None)
    return figures


def _with_words(figures: Sequence[Figure], text: str) -> Iterator[Figure]:
    """The figures with the words beside them; those of a range share them, and the parts of a whole."""
    between = [(one.end, other.start) for one, other in pairwise(figures)]
    joined = [bool(_RANGE.fullmatch(text, *gap) or _PART.fullmatch(text, *gap)) for gap in between]
    ends = [n for n in range(len(figures)) if n >= len(joined) or not joined[n]]  # the last of each range
    for first, last in pairwise([-1, *ends]):
        before = text[figures[first].end if first >= 0 else 0 : figures[first + 1].start]
        after = text[figures[last].end : figures[last + 1].start if last + 1 < len(figures) else None]
        for figure in figures[first + 1 : last + 1]:
            yield replace(figure, before=before[-WORDS_REACH:], after=after[:WORDS_REACH])
