"""Whether a text states a number, beside its unit where one is asked for."""

import re
from collections.abc import Sequence
from math import isclose

from evals.gold import NumberForm
from rag.texts.figures import CURRENCIES, Figure, figures_of, in_words
from rag.texts.number_parts import SCALES
from rag.texts.written_dates import ANY_MONTH

UNIT_REACH = 3  # words between a number and its unit: "4,200 striking dock workers", "19 of the 33 members"
_ROUNDING = 1e-9  # relative; 1.1 * 1000 is not quite 1100
_WORD = re.compile(r"[^\W\d_]+")
_CLAUSE_END = re.compile(r"[.,;:!?](?=\s|\Z)|[()\n]")
_STANDS_BEFORE = frozenset({"of", "about", "nearly", "around", "some"})  # "a magnitude of 6.2"
# After one of these a word belongs to something else: "500 calories per day", "12 votes against members".
_ENDS_PHRASE = frozenset(
    """a an per for in on at by to from with after before than while but who that which as against and or were was
    had have has are is will would said""".split()
)
_PLURALS = {"people": "person", "men": "man", "women": "woman", "children": "child", "feet": "foot", "lives": "life"}
_OF_A_YEAR = re.compile(
    rf"(?:\b(?:in|since|by|until|till|from|during|before|after|early|late|mid|through)|{ANY_MONTH},?)[\s-]+\Z",
    re.IGNORECASE,
)


def states_number(text: str, form: NumberForm) -> bool:
    """Whether a figure of the plain text is the number, within its tolerance, beside one of its units if it has any.

    >>> states_number("19 of the members voted", NumberForm(number=19, unit="members"))
    True
    >>> states_number("on 19 May 2019", NumberForm(number=19))
    False
    """
    if not form.units:
        return any(not figure.asks_unit and _is_number(figure, form) for figure in figures_of(text))
    units = [in_words(unit) for unit in form.units]
    return any(_states_with(figure, form, unit) for figure in figures_of(text) for unit in units)


def _states_with(figure: Figure, form: NumberForm, unit: str) -> bool:
    words, factor = _words(unit), 1.0
    while words and words[0] in SCALES:  # 4.2 "million people"
        factor, words = factor * SCALES[words[0]], words[1:]
    if figure.letters and _stands_after([figure.letters, *_clause(figure.after)], words, reach=0):
        return _is_close(figure.value / figure.scale, form, factor)  # metres, not millions
    return _is_number(figure, form, factor) and (not words or _has_unit(figure, words))


def _is_number(figure: Figure, form: NumberForm, factor: float = 1.0) -> bool:
    readings = (figure.value, figure.grouped)
    return any(value is not None and _is_close(value, form, factor) for value in readings)


def _is_close(value: float, form: NumberForm, factor: float) -> bool:
    wanted, tolerance = form.number * factor, form.tolerance * factor
    return abs(value - wanted) <= tolerance or isclose(value, wanted, rel_tol=_ROUNDING)


def _has_unit(figure: Figure, unit: Sequence[str]) -> bool:
    after = _clause(figure.after)
    before = _words(_CLAUSE_END.split(figure.before)[-1])
    if figure.is_year:
        return not _OF_A_YEAR.search(figure.before) and _stands_after(after, unit, reach=0)
    if _measure(before[-1:], unit) or _measure(after[:1], unit):
        return False
    return _stands_after(after, unit, reach=UNIT_REACH) or _stands_before(before, unit)


def _measure(beside: Sequence[str], unit: Sequence[str]) -> bool:
    """Whether the number is of something else: money or percent, "12% of the members"."""
    return any(word in CURRENCIES or word == "percent" for word in beside) and not set(beside) <= set(unit)


def _stands_after(words: Sequence[str], unit: Sequence[str], *, reach: int) -> bool:
    for skipped in range(reach + 1):
        if words[skipped : skipped + len(unit)] == list(unit):
            return True
        if skipped >= len(words) or words[skipped] in _ENDS_PHRASE:
            return False
    return False


def _stands_before(words: Sequence[str], unit: Sequence[str]) -> bool:
    if words and words[-1] in _STANDS_BEFORE:
        words = words[:-1]
    return list(words[-len(unit) :]) == list(unit)


def _clause(text: str) -> list[str]:
    return _words(_CLAUSE_END.split(text, maxsplit=1)[0])


def _words(text: str) -> list[str]:
    return [_singular(word) for word in _WORD.findall(text.casefold())]


def _singular(word: str) -> str:
    """The word without its plural's ending; both sides go through it, so it need not be a word."""
    if word in _PLURALS:
        return _PLURALS[word]
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 1 else word
