"""The plain words of a text, in comparable characters."""

import re
import string
import unicodedata

_ARTICLES = re.compile(r"\b(a|an|the)\b")
# A capital A is an article at the start of a sentence only: the A of "hepatitis A" is a name.
_WRITTEN_ARTICLES = re.compile(r"\b(?:[Tt]he|THE|[Aa]n|a)\b|(?:\A|(?<=[.!?:]\s)|(?<=\n))A\b")
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_POSSESSIVE = re.compile(r"['’]s\b")
_ANY_DASH = re.compile(r"[-‐‑‒–—]")  # noqa: RUF001 (the dashes that news text uses)


def normalize_answer(text: str) -> str:
    """The text in lower case, without punctuation, articles and extra white space.

    As in SQuAD's official script (Rajpurkar et al., EMNLP 2016, https://arxiv.org/abs/1606.05250), except
    that typographic quotes and dashes go too: the script knows ASCII only.

        >>> normalize_answer("The  Cat's, hat!")
        'cats hat'
    """
    return " ".join(_ARTICLES.sub(" ", _unpunctuated(text)).split())


def has_words(text: str, words: str) -> bool:
    """Whether the words stand in the text, whole words only: 19 does not stand in 2019.

    A dash counts as a space and a possessive 's is dropped on both sides, so that "Jae-myung" holds
    "Jae Myung" and "Busan's" holds "Busan". A decimal point stays: 3.2 is not 32.
    """
    wanted = _spread(words)
    return bool(wanted) and f" {wanted} " in f" {_spread(text)} "


def _spread(text: str) -> str:
    text = _WRITTEN_ARTICLES.sub(" ", _ANY_DASH.sub(" ", _POSSESSIVE.sub("", text)))
    return " ".join(_unpunctuated(_POINT.sub("point", text)).split())


def _unpunctuated(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if not _is_punctuation(c))


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")
