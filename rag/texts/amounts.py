"""The amounts in a text: numbers with their unit and their bound, comparable however they are written.

"$550bn" is "550 billion dollars", "two days" are "48 hours", "a quarter" is "25 percent", "twice" is "2 times".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import isclose
from typing import Literal

from rag.texts.figures import Figure, figures_in
from rag.texts.signs import SMALL, as_shown

Bound = Literal["", "least", "most", "about", "exactly"]

CLOSE_BOUND = 0.8  # "more than 1,200" tells 1,243; "more than 500" says something else
CLOSE = 0.95  # "about 550" tells 548
_THIRD = 0.35  # percentage points; "a third" is 33 percent, and two thirds are 67
_ROUNDING = 1e-6  # relative; 1.1 * 1000 is not quite 1100
_CURRENCIES = """dollar euro pound yen won rupee franc krona krone crown peso rouble ruble yuan lira dinar dirham shekel
    mark zloty baht ringgit rupiah naira shilling dong riyal real rand sol""".split()
_KINDS: dict[str, dict[str, float]] = {  # what is measured -> units, and how much of it each is
    "hours": {"second": 1 / 3600, "minute": 1 / 60, "hour": 1, "day": 24, "week": 168},
    "months": {"month": 1, "year": 12, "decade": 120, "century": 1200},
    "metres": {
        "millimetre": 1e-3, "centimetre": 0.01, "cm": 0.01, "metre": 1, "kilometre": 1e3, "km": 1e3,
        "inch": 0.0254, "foot": 0.3048, "yard": 0.9144, "mile": 1609.344,
    },
    "grams": {"gram": 1, "kilo": 1e3, "kilogram": 1e3, "kg": 1e3, "tonne": 1e6, "ton": 1e6, "ounce": 28.3495},
    "litres": {"litre": 1, "gallon": 3.785, "barrel": 159},
    "square metres": {"hectare": 1e4, "acre": 4046.86, "square kilometre": 1e6, "square mile": 2589988.0},
    "watts": {"kilowatt": 1e3, "megawatt": 1e6, "gigawatt": 1e9},
    "celsius": {"celsius": 1},
    "fahrenheit": {"fahrenheit": 1},
    "percent": {"percent": 1},
    "points": {"percentage point": 1, "percent point": 1},
    "times": {"time": 1, "fold": 1},
}  # fmt: skip
_MEASURES = {unit: (kind, factor) for kind, units in _KINDS.items() for unit, factor in units.items()}
_SPELLINGS = (
    (re.compile(r"metre|meter"), "metre"),
    (re.compile(r"litre|liter"), "litre"),
    (re.compile(r"^(?:feet|ft)$"), "foot"),
    (re.compile(r"^inches$"), "inch"),
    (re.compile(r"^centuries$"), "century"),
    (re.compile(r"^kron(?:or|er|e)$"), "krona"),
    (re.compile(r"^degrees? ?(?:c|celsius)$|^celsius$|^c$"), "celsius"),
    (re.compile(r"^degrees? ?(?:f|fahrenheit)$|^fahrenheit$|^f$"), "fahrenheit"),
)
_UNIT = re.compile(
    r"[\s-]*(?P<unit>degrees? ?(?:celsius|fahrenheit|[cf]\b)|percent(?:age)? points?|(?:square|cubic) [a-z]+|[a-z]+)",
    re.IGNORECASE,
)
_BEFORE: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile(r"\b(?:at least|no (?:fewer|less) than|more than|above|exceeding|older than)\W*$", re.I), "least"),
    (re.compile(r"(?<!take )(?<!takes )(?<!took )(?<!taken )(?<!taking )\bover\W*$", re.I), "least"),
    (re.compile(r"\b(?:at most|up to|no more than|(?:less|fewer) than|under|below|younger than)\W*$", re.I), "most"),
    (re.compile(r"\b(?:about|around|roughly|some|approximately|nearly|almost|close to)\W*$", re.I), "about"),
    (re.compile(r"\b(?:exactly|precisely)\W*$", re.I), "exactly"),
)
_AFTER: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile(r"\s*(?:or|and) more\b|\+", re.I), "least"),
    (re.compile(r"\s*or (?:less|fewer)\b", re.I), "most"),
)
_OVER = re.compile(r"\bover\W*$", re.IGNORECASE)  # "over three years" is how long it takes, and no bound
_STEP = re.compile(
    r"\b(by|to|from)\s+(?:(?:about|around|nearly|almost|some|roughly|just|only|over)\s+)?$", re.IGNORECASE
)
_SIGN_BEFORE = re.compile(rf"\b({'|'.join(_CURRENCIES)})\s*$")
_ORDINALS = {
    word: n
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 1
    )
}
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)}|\d{{1,4}}(?:st|nd|rd|th)|number (?:one|two|three))\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:larg|bigg|high|tall|long|old|low|small|young|rich|busi|deadli)est\b", re.IGNORECASE)


@dataclass(frozen=True)
class Amount:
    """A number, what it measures if that is known, and where it stands; ordinals are amounts of `nth`."""

    value: float  # in the unit
    count: float  # as it is written: 2 of "two days", which are 48 hours
    unit: str
    bound: Bound
    said: str
    start: int
    end: int
    step: str = ""  # "by", "to" or "from", where that stands before it

    def equals(self, other: "Amount") -> bool:
        """Whether both are the same number of the same."""
        if self.clashes(other):
            return False
        is_third = self.unit == other.unit == "percent" and (_is_third(self.value) or _is_third(other.value))
        return isclose(*self._beside(other), rel_tol=_ROUNDING, abs_tol=_THIRD if is_third else 0.0)

    def _beside(self, other: "Amount") -> tuple[float, float]:
        """Both numbers in the same unit; as they are written, where one has none."""
        return (self.value, other.value) if self.unit == other.unit else (self.count, other.count)

    def clashes(self, other: "Amount") -> bool:
        """Whether they measure different things; a number without a unit may be of anything but percent."""
        if self.unit == other.unit or {self.unit, other.unit} <= {"", "times"}:
            return False
        strict = {"percent", "nth"}
        return bool(self.unit and other.unit) or bool({self.unit, other.unit} & strict)

    def rivals(self, other: "Amount") -> bool:
        """Whether the other is another number of the same unit."""
        return self.unit == other.unit and not self.equals(other)

    def bounds(self, other: "Amount") -> bool:
        """Whether this "more than 1,200", "at most 50" or "about 550" tells the other number, which is less round."""
        mine, theirs = self._beside(other)
        if not self.bound or self.clashes(other) or not theirs or _digits(self.count) >= _digits(other.count):
            return False
        ratio = mine / theirs
        least, most = {"least": (CLOSE_BOUND, 1.0), "most": (1.0, 1 / CLOSE_BOUND)}.get(self.bound, (CLOSE, 1 / CLOSE))
        return self.bound != "exactly" and least <= ratio <= most


def _is_third(percent: float) -> bool:
    return percent != round(percent, 2)  # as `rag.texts.signs` writes a third


def _digits(count: float) -> int:
    """How many digits a number has but for the zeros around: 2 of 1,200, 4 of 1,243."""
    return len(f"{count:.10g}".replace(".", "").replace("e+", "").strip("0"))


@lru_cache(maxsize=512)  # the same quote is held against every sentence of an answer
def amounts_of(text: str) -> tuple[Amount, ...]:
    """The amounts of a text in words (`signs_in_words`) whose dates are blanked out, in order."""
    places = list(_ordinals(text))
    figures = [figure for figure in figures_in(text) if not _is_none(figure, text)]
    counts = [_amount(f, text) for f in figures if not any(p.start <= f.start < p.end for p in places)]
    return tuple(sorted([*counts, *places], key=lambda amount: amount.start))


def _is_none(figure: Figure, text: str) -> bool:
    """Whether the figure counts nothing: an hour, "5G", or the "one" of "one of them"."""
    is_pronoun = figure.value == 1 and text[figure.start : figure.end].isalpha()
    is_temperature = text[figure.end : figure.end + 1] in {"C", "F"}
    return (figure.asks_unit and not is_temperature) or is_pronoun


def _ordinals(text: str) -> Iterator[Amount]:
    for match in _ORDINAL.finditer(text):
        word = match.group().lower().removeprefix("number ")
        value = _ORDINALS.get(word) or SMALL.get(word) or int(re.sub(r"\D", "", word))
        yield Amount(float(value), float(value), "nth", "", match.group(), *match.span())
    for match in _FIRST.finditer(text):
        if not _ORDINAL.search(text[max(0, match.start() - 10) : match.start()]):
            yield Amount(1.0, 1.0, "nth", "", match.group(), *match.span())


def _amount(figure: Figure, text: str) -> Amount:
    before, after = text[: figure.start], text[figure.end :]
    unit, factor = _unit_of(figure, before)
    bound: Bound = next((bound for pattern, bound in _AFTER if pattern.match(after)), "")
    lead = _SIGN_BEFORE.sub("", figure.before if figure.before else before[-30:])
    if not bound and not (unit in {"hours", "months"} and _OVER.search(lead)):
        bound = next((bound for pattern, bound in _BEFORE if pattern.search(lead)), "")
    start, end = _span(figure, text, unit)
    return Amount(
        figure.value * factor, figure.value, unit, bound, as_shown(text[start:end]), start, end, _step(text[:start])
    )


def _step(before: str) -> str:
    match = _STEP.search(before)
    return match[1].lower() if match else ""


def _unit_of(figure: Figure, before: str) -> tuple[str, float]:
    sign = _SIGN_BEFORE.search(before) or _SIGN_BEFORE.search(figure.before)
    if sign:
        return sign[1], 1.0
    match = _UNIT.match(figure.after)
    if not match:
        return "", 1.0
    unit = _spelled(match["unit"])
    if unit in _CURRENCIES:
        return unit, 1.0
    kind, factor = _MEASURES.get(unit, ("", 1.0))
    if not kind and unit.startswith(("square ", "cubic ")):
        return unit, 1.0
    return kind, factor


def _spelled(unit: str) -> str:
    unit = " ".join(unit.lower().split())
    for pattern, spelling in _SPELLINGS:
        unit = pattern.sub(spelling, unit)
    return unit if unit in _MEASURES or unit in _CURRENCIES else unit.removesuffix("s")


def _span(figure: Figure, text: str, unit: str) -> tuple[int, int]:
    """Where the figure stands with its unit."""
    sign = _SIGN_BEFORE.search(text[: figure.start])
    after = _UNIT.match(text, figure.end) if unit else None
    has_unit = after is not None and figure.after.startswith(after.group())
    return sign.start() if sign else figure.start, after.end("unit") if after and has_unit else figure.end
