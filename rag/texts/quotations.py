"""The quotations in a sentence, and whether a text has them word for word."""

import re
from collections.abc import Iterator

MIN_WORDS = 2  # a single word in quotation marks is mostly irony or a name
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{2,400})[\"”“»]|(?<!\w)[‘']([^‘’']{8,400})[’'](?!\w)")
_GAP = re.compile(r"\s*(?:\[[^\]]*\]|\(\.\.\.\)|\.\.\.|…)\s*")
_MARKS = re.compile(r"[^\w\s]")


def quotations_of(text: str) -> Iterator[str]:
    """What stands in quotation marks, two words or more."""
    for match in _QUOTED.finditer(text):
        quotation = (match[1] or match[2]).strip()
        if len(quotation.split()) >= MIN_WORDS:
            yield quotation


def is_quoted(quotation: str, text: str) -> bool:
    """Whether the text has these very words, in order; what is left out with dots or put in brackets may differ."""
    rest = f" {_words(text)} "
    for piece in filter(str.strip, _GAP.split(quotation)):
        words = f" {_words(piece)} "
        if words not in rest:
            return False
        rest = " " + rest.partition(words)[2]
    return True


def _words(text: str) -> str:
    return " ".join(_MARKS.sub(" ", re.sub(r"['’]", "", text).casefold()).split())
