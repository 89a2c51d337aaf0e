"""A text as it is read: without markers and mark-up, in comparable characters."""

import re
import unicodedata

_MARKERS = re.compile(r" ?[\[【]\s*(?:source\s*)?\^?\d{1,3}(?:\s*[,;-]\s*\d{1,3})*\s*[\]】]", re.IGNORECASE)
_MARK_UP = re.compile(r"\*+|`+|__+|^[ ]{0,3}#{1,6}\s", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*(\d{1,2})[.)]\s+(?=\S)", re.MULTILINE)
_FOOTNOTES = re.compile(r"(?<=[\w.,])[⁰¹²³⁴-⁹]+")
_DECIMALS = {"½": ".5", "¼": ".25", "¾": ".75"}
_VULGAR = re.compile(r"(\d)? ?([½¼¾])")
_DASHES = re.compile(r"[‐‑‒–−]")  # noqa: RUF001 (the dashes that news text uses)


def plain(text: str) -> str:
    """The text without [n] markers, Markdown and footnote signs, its dashes and digits in ASCII."""
    text = _VULGAR.sub(lambda match: f"{match[1] or 0}{_DECIMALS[match[2]]}", text)
    text = unicodedata.normalize("NFKC", _FOOTNOTES.sub("", text))
    text = _DASHES.sub("-", text).replace("—", " - ")
    return _without_item_numbers(_MARK_UP.sub("", _MARKERS.sub(" ", text)))


def _without_item_numbers(text: str) -> str:
    """The text without the numbers of a list's items: line starts that count 1, 2, 3."""
    counted = [int(n) for n in _ITEM.findall(text)]
    is_list = len(counted) > 1 and counted == list(range(1, len(counted) + 1))
    return _ITEM.sub("", text) if is_list else text
