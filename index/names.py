"""Names of people out of what stands in a byline or an author field: no roles, addresses, agencies or outlets."""

import re
from collections.abc import Iterator
from html import unescape

from index.outlets import agency, known_outlet

MAX_NAME_WORDS = 6  # words; "Maria del Carmen Ruiz de la Torre" has more, phrases that are no name mostly do
MAX_NAME_CHARS = 60  # characters; a longer "name" is a sentence
MIN_CAPITALS = 4  # letters; "HOLM" is a surname in capitals, "JD" and "III" are initials and numbers
MAX_FIELD_CHARS = 600  # characters; a byline of ten people has about 250

_LABEL = re.compile(
    r"(?:(?:text|words|story|report(?:ed)?|written|post(?:ed)?|submitted|published|analysis|author|autor(?:in)?)\s*)?"
    r"(?:\s*:|\b(?:by|von|por|par|door|av|di|da)\b)\s*:?\s*",
    re.IGNORECASE,
)
_NOT_IN_NAMES = re.compile(
    r"<[^<>]{0,200}>|https?://\S+|[\w.+-]+@[\w-]+\.[\w.-]+|@\w+|\((?:[^()]{0,100})\)|[\u201c\u201d\"*\u2060]"
)
_BREAK = re.compile(
    r"\s*(?:[;|/\uff5c\u2022\u00b7&\n\u3001\uff0c]|\s[-\u2013\u2014]\s|\b(?:and|und|y|et|og|och|with|avec|mit|con)\b(?!\S))\s*"
    r"|\s*,\s*(?:(?:and|und|y|et)\s+)?"
    r"|\s+(?=(?-i:(?:The )?Associated Press|AP|Reuters|AFP|Bloomberg|BBC|CNN|Staff|Special [Tt]o|Updated|Published)\b)",
    re.IGNORECASE,
)
_ROLE_WORD = (
    r"staff|writers?|reporters?|reporting|correspondents?|editors?|desk|bureau|service|columnists?|contributors?|analysts?"
    r"|journalists?|producers?|photographers?|presenters?|agency|agencies|agencia|agenturen?|newsroom|team|redaktion"
    r"|redacci[oó]n|r[eé]daction|redazione|redactie|news|media|newspapers?|magazine|chief|director|association"
    r"|professor|admin(?:istrator)?|webmaster|digital|online|wires?|network|university|inc\.?|ltd\.?|llc|author"
    r"|unknown|anonymous|none|editorial|contributed|updated|published|minutes?"
)
_ROLE = re.compile(rf"(?:.*[\s-])?(?:{_ROLE_WORD})(?:[\s-].*)?|(?:in|for|at|of|from)\s.*|the\s.*", re.IGNORECASE)
_TITLE_BEFORE = re.compile(
    r"(?:(?:[\w-]+\s)?(?:correspondent|reporter|editor|columnist|writer|journalist)s?,?\s+)(?=[^\W\d_]+\s+\w)",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|ph\.?d|md)\.?", re.IGNORECASE)
_CASELESS = re.compile(r"[^\W\d_A-Za-z\u00c0-\u052f]")  # a letter of a script without capitals
_PARTICLES = frozenset(
    "al bin da das de del della den der di dos du e el ibn la las le los 't ten ter van von y zu".split()
)
_NAME_END = re.compile(r"\s+(?:in|for|at|of|from|on|is|reports?|via)\s+.*", re.IGNORECASE)


def people(written: str, *, min_words: int = 2) -> tuple[str, ...]:
    """The people named in an author field or byline, in order; empty where it names nobody.

    Args:
        written: what stands there: "By JANE DOE and John Roe, Harbour Correspondent".
        min_words: 1 where the field is known to hold a person's name, as "Madonna" is one.
    """
    text = _NOT_IN_NAMES.sub(" ", unescape(unescape(written[:MAX_FIELD_CHARS])))
    text = _LABEL.sub("", text.strip(), count=1) if _LABEL.match(text.strip()) else text
    return tuple(dict.fromkeys(_names(_parts(text), min_words)))


def is_name(text: str, min_words: int = 2) -> bool:
    """Whether a text looks as a person's name does: a few words, capitals, no figures."""
    words = text.split()
    if not words or len(text) > MAX_NAME_CHARS or any(char.isdigit() for char in text):
        return False
    if _CASELESS.search(text):
        return len(words) <= MAX_NAME_WORDS
    if not min_words <= len(words) <= MAX_NAME_WORDS:
        return False
    return _starts_large(words[0]) and all(_starts_large(word) or word.lower() in _PARTICLES for word in words)


def in_name_case(name: str) -> str:
    """The name with small letters where it, or the surname in it, is all in capitals; initials stay."""
    if name.isupper() and " " in name:
        return name.title()
    return " ".join(word.title() if word.isupper() and len(word) >= MIN_CAPITALS else word for word in name.split())


def _names(parts: list[str], min_words: int) -> Iterator[str]:
    """The names up to the first part that is none: a role, an outlet, and then perhaps a place."""
    if len(parts) == 2 and not any(" " in part or _is_other(part) for part in parts):  # noqa: PLR2004 - "Doe, Jane"
        parts = [f"{parts[1]} {parts[0]}"]
    if len(parts) > 1:
        min_words = 2  # what stands alone after a comma is a place
    found = False
    for part in parts:
        if _is_other(part) or not is_name(part, min_words):
            if found:
                return
            continue
        found = True
        yield in_name_case(part)


def _parts(text: str) -> list[str]:
    pieces = (" ".join(piece.split()) for piece in _BREAK.split(text))
    without_role = (_NAME_END.sub("", _TITLE_BEFORE.sub("", piece)).strip(" .,:-\u2013\u2014") for piece in pieces)
    return [piece for piece in without_role if piece and not _SUFFIX.fullmatch(piece)]


def _is_other(part: str) -> bool:
    return bool(_ROLE.fullmatch(part)) or agency(part) is not None or known_outlet(part) is not None


def _starts_large(word: str) -> bool:
    bare = word.lstrip("'\u2018\u2019([-")
    return bool(bare) and (bare[0].isupper() or (len(bare) > 2 and bare[1] in "'\u2019" and bare[2].isupper()))  # noqa: PLR2004 - d'A
