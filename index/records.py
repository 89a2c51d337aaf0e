"""What a JSON record, a row or a front matter says about its article, under the names its fields go by."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from index.article import Provenance
from index.dates import read_date
from index.decoding import RejectedError, tidy
from index.metadata import Clue
from index.outlets import host_of, outlet

MAX_VALUE_CHARS = 1000  # characters; a longer "title" or "author" is something else
MIN_NAME_WORDS = 2  # words; "Doe, Jane" is one name, "Jane Doe, John Roe" are two

FIELD_KEYS = {
    "url": ("url", "link"),
    "title": ("title", "headline"),
    "published_at": ("published_at", "date", "published", "datepublished"),
    "authors": ("authors", "author", "byline"),
    "source": ("source", "outlet", "publisher", "site"),
}

_NAME_BREAK = re.compile(r"\s*(?:[,;&]|\band\b)\s*")


def record_clues(record: Mapping[Any, Any], where: Provenance) -> Iterator[Clue]:
    """What a JSON record or a front matter says under the names that its fields go by.

    Raises:
        RejectedError: a field is of the wrong type.
    """
    by_key = {key.lower(): value for key, value in record.items() if isinstance(key, str)}
    for field, keys in FIELD_KEYS.items():
        for key in keys:
            value = _value(field, key, by_key.get(key))
            if value:
                yield Clue(field, value, where)


def _value(field: str, key: str, value: object) -> object:
    if value is None:
        return None
    if field == "authors":
        return _authors(key, value)
    text = _text(key, value["name"] if field == "source" and isinstance(value, dict) and "name" in value else value)
    if len(text) > MAX_VALUE_CHARS:
        return None
    if field == "url":
        return text if host_of(text) else None  # no "javascript:" ever becomes a link
    if field == "published_at":
        return read_date(text)
    return outlet(text) if field == "source" else text


def _authors(key: str, value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    named = [item["name"] if isinstance(item, dict) and "name" in item else item for item in listed]
    names = [_text(key, name) for name in named]
    if isinstance(value, str):
        names = _split_names(names[0])
    return tuple(dict.fromkeys(name for name in names if name and len(name) <= MAX_VALUE_CHARS))


def _split_names(text: str) -> list[str]:
    text = re.sub(r"^by[:\s]\s*", "", text, flags=re.IGNORECASE)
    names = [name for name in _NAME_BREAK.split(text) if name]
    return names if all(len(name.split()) >= MIN_NAME_WORDS for name in names) else [text]


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise RejectedError(f"{key} is no text but {type(value).__name__}", f"write {key} as a string")
    return " ".join(tidy(value).split())
