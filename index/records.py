"""What a JSON record, a row of a table or a front matter says about its article, whatever names it uses."""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from index.article import Provenance
from index.dates import believable, read_date, read_moment
from index.decoding import RejectedError, tidy
from index.documents import Document
from index.field_names import NAMES, OWN_NAMES, WRAPPERS, known, language_named, letters
from index.markup import is_markup, text_of
from index.metadata import Clue
from index.outlets import host_of, outlet

MAX_VALUE_CHARS = 1000  # characters; a longer "title" or "author" is something else
MIN_NAME_WORDS = 2  # words; "Doe, Jane" is one name, "Jane Doe, John Roe" are two
MAX_WRAPPERS = 3  # records in records: {"node": {"_source": {"article": {...}}}} is the deepest seen in exports
MIN_EPOCH = 100_000_000  # seconds since 1970: March 1973; a smaller number is a year, a day (20250930) or a count
MAX_EPOCH = 4_102_444_800  # seconds since 1970: the year 2100
MILLISECONDS = 1000  # JavaScript counts in them
SHOWN_NAMES = 12  # names of a record in an error message, which is one line
MAX_NAME_CHARS = 40  # characters of each
USUAL_NAMES = 6  # names of a text that the remedy proposes: the usual ones
FIELDS = tuple(field for field in NAMES if field not in {"text", "summary"})

_NAME_BREAK = re.compile(r"\s*(?:[,;&|]|\band\b)\s*")
_LISTED = re.compile(
    r"\[\s*((?:'[^']*'|\"[^\"]*\")(?:\s*,\s*(?:'[^']*'|\"[^\"]*\"))*)?\s*\]"
)  # a list as Python writes it
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)  # "&copy=" in an address is none
_NOTHING = frozenset(["nan", "none", "null", "n/a", "na", "nat", "unknown", "undefined", "-"])
# What a value is called where it has things beside it: {"name": "Ida Holm", "id": 7}, {"rendered": "<p>..."}.
_INNER_NAMES = tuple(
    "name rendered main original text value full_name display_name title $date #text html plain".split()
)
_COMPACT_DAY = re.compile(r"\d{8}")  # 20250930, which CSV and JSON readers take for a number
_EPOCH = re.compile(r"\d{9,13}(?:\.\d{1,9})?")


class Named(NamedTuple):
    """A value of a record, and its name there: "fields.headline" for one in a record that is wrapped in it."""

    name: str
    value: Any


def read_record(record: Mapping[Any, Any], where: Provenance) -> Document:
    """The article in a record.

    Raises:
        RejectedError: it has no text, or a field is of the wrong type.
    """
    fields = _fields(record)
    name, text = _body(fields, record)
    named = list(_named_clues(fields, where))
    mapped = {name: "text"}
    for theirs, clue in named:
        mapped.setdefault(theirs, clue.field)
    clues = [clue for _, clue in named]
    if is_markup(text):
        text, told = text_of(text)
        clues += told
    return Document(text, clues, {theirs: ours for theirs, ours in mapped.items() if theirs != ours})


def record_clues(record: Mapping[Any, Any], where: Provenance) -> Iterator[Clue]:
    """What a JSON record or a front matter says under the names that its fields go by.

    Raises:
        RejectedError: a field is of the wrong type.
    """
    for _, clue in _named_clues(_fields(record), where):
        yield clue


def _fields(record: Mapping[Any, Any]) -> dict[str, list[Named]]:
    """Field -> the values that a record has for it, the most telling name first."""
    found: dict[str, list[tuple[int, Named]]] = {}
    for named in _flat(record, "", MAX_WRAPPERS):
        field = known(named.name.rpartition(".")[2])
        if field and named.value is not None:
            found.setdefault(field.field, []).append((field.rank, named))
    return {field: [named for _, named in sorted(values, key=lambda v: v[0])] for field, values in found.items()}


def _flat(record: Mapping[Any, Any], path: str, wrappers: int) -> Iterator[Named]:
    """The record's values, and after them those of the records that it merely wraps."""
    wrapped = []
    for key, value in record.items():
        if not isinstance(key, str):
            continue
        if wrappers and isinstance(value, dict) and key.lower() in WRAPPERS:
            wrapped.append((key, value))
        else:
            yield Named(path + key, value)
    for key, value in wrapped:
        yield from _flat(value, f"{path}{key}.", wrappers - 1)


def _body(fields: dict[str, list[Named]], record: Mapping[Any, Any]) -> tuple[str, str]:
    """The name and the value of the text: the longest that is not markup, for teasers stand beside whole texts."""
    given = fields.get("text", []) + fields.get("summary", [])
    for kind in ("text", "summary"):
        texts = [(name, text) for name, value in fields.get(kind, ()) if (text := _paragraphs(value)) is not None]
        if filled := [(name, text) for name, text in texts if not _is_nothing(text)]:
            return max(filled, key=lambda named: (not is_markup(named[1]), len(named[1])))
    if not given:
        raise no_text("the record", list(record))
    name, value = given[0]
    if isinstance(value, str):
        return name, ""
    raise RejectedError(f"{name} is no text but {type(value).__name__}", f"write {name} as a string")


def no_text(what: str, names: list[Any]) -> RejectedError:
    """The rejection of a record or a table that has a text under no known name."""
    shown = ", ".join(" ".join(tidy(str(name)).split())[:MAX_NAME_CHARS] for name in names[:SHOWN_NAMES])
    more = ", …" if len(names) > SHOWN_NAMES else ""
    usual = ", ".join(NAMES["text"].split()[:USUAL_NAMES])
    return RejectedError(f"no text in {what} (it has: {shown or 'nothing'}{more})", f"name its text one of: {usual}")


def _paragraphs(value: object) -> str | None:
    """The text in a value: a string, a list of paragraphs, or a record with the text in it."""
    inner = _inner(value)
    if isinstance(inner, list):
        parts = [part for each in inner if isinstance(part := _inner(each), str)]
        inner = "\n".join(parts) if parts else None
    return inner if isinstance(inner, str) else None


def _named_clues(fields: dict[str, list[Named]], where: Provenance) -> Iterator[tuple[str, Clue]]:
    for field in FIELDS:
        for name, raw in fields.get(field, ()):
            value = _value(field, name, raw)
            if not value:
                continue
            moment = value if isinstance(value, datetime) else None
            yield name, Clue(field, moment.date() if moment else value, where)
            if moment:
                yield name, Clue("published_time", moment, where)
            break


def _value(field: str, name: str, raw: object) -> Any:  # noqa: ANN401 - each field has a type of its own
    if field == "authors":
        return _authors(name, raw)
    inner = _inner(raw)
    if field in {"published_at", "modified_at"} and (moment := _epoch(inner)):
        return moment if field == "published_at" else moment.date()
    if isinstance(inner, int) and _COMPACT_DAY.fullmatch(str(inner)):
        inner = str(inner)
    text = _text(name, inner)
    if text is None or len(text) > MAX_VALUE_CHARS:
        return None
    return _READ[field](text)


def _inner(value: Any) -> Any:  # noqa: ANN401 - a value of a record may be anything
    if not isinstance(value, dict):
        return value
    return next((value[name] for name in _INNER_NAMES if value.get(name) is not None), None if value else value)


def _authors(name: str, value: object) -> tuple[str, ...]:
    value = _inner(value)
    if isinstance(value, str) and (listed := _LISTED.fullmatch(value)):
        value = ["".join(quoted) for quoted in _QUOTED.findall(listed[1] or "")]
    each = value if isinstance(value, list) else [value]
    names = [_unescaped(text) for item in each if (text := _text(name, _inner(item)))]
    if isinstance(value, str) and names:
        names = split_names(names[0])
    return tuple(dict.fromkeys(name for name in names if name and len(name) <= MAX_VALUE_CHARS))


def split_names(text: str) -> list[str]:
    """The names in "By Jane Doe, John Roe and Ann Poe"; "Doe, Jane" is one."""
    text = re.sub(r"^by[:\s]\s*", "", text, flags=re.IGNORECASE)
    names = [name for name in _NAME_BREAK.split(text) if name]
    return names if all(len(name.split()) >= MIN_NAME_WORDS for name in names) else [text]


def _text(name: str, value: object) -> str | None:
    """The value as one line; None where there is none, or none that can be used."""
    if value is None:
        return None
    if isinstance(value, str):
        text = " ".join(tidy(value).split())
        return None if _is_nothing(text) else text
    if letters(name) in OWN_NAMES:
        raise RejectedError(f"{name} is no text but {type(value).__name__}", f"write {name} as a string")
    return None


def _is_nothing(text: str) -> bool:
    return not text.strip() or text.strip().casefold() in _NOTHING


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def _day(text: str) -> date | datetime | None:
    """The moment that a text writes, where it says the zone; else the day."""
    day = read_date(text)
    moment = read_moment(text) if day else None
    return moment if moment and moment.date() == day else day


def _epoch(value: object) -> datetime | None:
    """The moment in a count of seconds or milliseconds since 1970; a small number is none."""
    if isinstance(value, str):
        value = float(value) if _EPOCH.fullmatch(value) else None
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    seconds = value / MILLISECONDS if value >= MIN_EPOCH * MILLISECONDS else value
    if not MIN_EPOCH <= seconds <= MAX_EPOCH:
        return None
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment if believable(moment.year, moment.month, moment.day) else None


_READ: dict[str, Callable[[str], Any]] = {
    "url": lambda text: text if host_of(text) else None,  # no "javascript:" ever becomes a link
    "title": _unescaped,
    "source": lambda text: outlet(host_of(text) or text),
    "published_at": _day,
    "modified_at": read_date,
    "language": language_named,
}
