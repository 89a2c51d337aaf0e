"""The parts that numbers are written with, and which of them make one number: "four", "thousand", "two", "hundred"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, prod

_SMALL = {
    word: value
    for value, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split()
    )
} | {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}
_WORD_SCALES = {
    "dozen": 12, "thousand": 1e3, "lakh": 1e5, "crore": 1e7, "million": 1e6, "mn": 1e6, "mln": 1e6,
    "billion": 1e9, "bn": 1e9, "bln": 1e9, "trillion": 1e12, "tn": 1e12, "trn": 1e12,
}  # fmt: skip
SCALES = {"hundred": 100, **_WORD_SCALES}
MULTIPLIERS = frozenset({"hundred", "scale"})
_HUNDRED = 100
_NO_COUNT = frozenset({"st", "nd", "rd", "th", "s", "x"})  # "30th", "the 1990s", "4x4"
_DIGITS = r"""
    (?<![\w])(?<!\d[.,:/])(?<![^\W\d_]-)(?P<sign>(?<![^\s(])-)?
    (?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)? | \d{1,2}(?:,\d\d)+,\d{3} | \d{1,3}(?:['’\ ]\d{3})+(?:[.,]\d{1,2})?
      | \d{1,3}(?:\.\d{3}){2,} | \d+(?:\.\d+|,\d{1,2})? | \.\d+)
    (?!\d|[.,:/]\d)(?P<letters>[^\W\d_]{1,12}(?![\w]))?(?![\w])
"""
_TOKEN = re.compile(
    rf"{_DIGITS}|\b(?P<word>{'|'.join((*_SMALL, 'hundred', *_WORD_SCALES, 'andahalf', 'and'))})\b",
    re.IGNORECASE | re.VERBOSE,
)
_BESIDE = re.compile(r"[\s-]*")
_SMALL_KINDS = frozenset({"unit", "teen", "tens"})
_FOLLOWS = {  # what a part of a number may come after; "" is its start
    "digits": {""},
    "unit": {"", "tens", "hundred", "scale"},
    "teen": {"", "hundred", "scale"},
    "tens": {"", "hundred", "scale"},
    "hundred": {"digits", "unit", "teen", "tens"},
    "scale": {"digits", "unit", "teen", "tens", "hundred", "half"},
    "half": {"digits", "unit", "teen", "tens", "scale"},
}


@dataclass(frozen=True)
class Part:
    """Digits, or a word of a number."""

    kind: str  # of _FOLLOWS, or "and"
    value: float
    match: re.Match[str]


def runs_of(text: str) -> Iterator[list[Part]]:
    """The number words and digits that stand side by side."""
    run, end = list[Part](), 0
    for match in _TOKEN.finditer(text):
        if not _BESIDE.fullmatch(text, end, match.start()):
            yield run
            run = []
        run.extend(_parts(match))
        end = match.end()
    yield run


def _parts(match: re.Match[str]) -> Iterator[Part]:
    if match["digits"]:
        letters = (match["letters"] or "").lower()
        if letters not in _NO_COUNT:
            yield Part("digits", _number(match["sign"], match["digits"]), match)
        if letters in _WORD_SCALES:
            yield Part("scale", _WORD_SCALES[letters], match)
        return
    word = match["word"].lower()
    if word in _SMALL:
        value = _SMALL[word]
        kind = "unit" if value < 10 else "teen" if value < 20 else "tens"  # noqa: PLR2004 (what they are)
        yield Part(kind, value, match)
    elif word in _WORD_SCALES:
        yield Part("scale", _WORD_SCALES[word], match)
    else:
        yield Part({"andahalf": "half"}.get(word, word), _HUNDRED, match)


def _number(sign: str | None, digits: str) -> float:
    if re.fullmatch(r"\d+,\d{1,2}", digits):  # a decimal comma
        digits = digits.replace(",", ".")
    elif digits.count(".") > 1:
        digits = digits.replace(".", "")
    return float(re.sub(r"[,'’ ]", "", digits)) * (-1 if sign else 1)


def length_of(parts: Sequence[Part], start: int) -> int:
    """How many of the parts from `start` on make one number; 0: it starts no number."""
    last, limit, length = "", inf, 0
    for n in range(start, len(parts)):
        part, after = parts[n], parts[n + 1].kind if n + 1 < len(parts) else ""
        if part.kind == "and" and last in MULTIPLIERS and after in _SMALL_KINDS:
            continue
        if not _goes_on(part.kind, last, after, in_digits=parts[start].kind == "digits") or part.value >= limit:
            break
        limit = part.value if part.kind == "scale" else limit
        last, length = part.kind, n + 1 - start
    return length


def _goes_on(kind: str, last: str, after: str, *, in_digits: bool) -> bool:
    """Whether a part of this kind may stand between those two."""
    if in_digits and last and kind in _SMALL_KINDS:
        return False  # "$2 million three times"
    if kind == "digits" and last == "scale":
        return after == "scale"  # "1 million 200 thousand", not "$5 million 12 years ago"
    return last in _FOLLOWS.get(kind, ())


def value_of(parts: Sequence[Part]) -> float:
    """The number that the parts make."""
    total = group = 0.0
    scale = 1.0
    for part in parts:
        if part.kind == "hundred":
            group *= _HUNDRED
        elif part.kind == "scale":
            total, group, scale = total + group * part.value, 0.0, part.value
        elif part.kind == "half":
            total, group = (total, group + 0.5) if group else (total + scale / 2, group)
        elif part.kind != "and":
            group += part.value
    return total + group


def scale_of(parts: Sequence[Part]) -> float:
    """What the number's last multipliers come to: "two hundred thousand" is 2 times 100,000."""
    last = next((n for n in range(len(parts), 1, -1) if parts[n - 1].kind not in MULTIPLIERS), 1)
    return prod(part.value for part in parts[last:])
