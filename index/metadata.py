"""Title, outlet, authors and date of an article: from the record that holds it and from its address.

Finders give clues in order of trust; the first clue to a field wins, and nothing is invented.
What the text itself says is in `dumps.py`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from index.dates import believable, month_number, read_date
from index.decoding import RejectedError, tidy
from index.outlets import host_of, outlet, outlet_of_host

MAX_VALUE_CHARS = 1000  # characters; a longer "title" or "author" is something else
MIN_NAME_WORDS = 2  # words; "Doe, Jane" is one name, "Jane Doe, John Roe" are two

FIELD_KEYS = {
    "url": ("url", "link"),
    "title": ("title", "headline"),
    "published_at": ("published_at", "date", "published", "datepublished"),
    "authors": ("authors", "author", "byline"),
    "source": ("source", "outlet", "publisher", "site"),
}

_NAME_DAY = re.compile(r"(?<!\d)(\d{4})([-_.])(\d{2})\2(\d{2})(?!\d)|(?<![^\W_])(\d{4})()(\d{2})(\d{2})(?![^\W_])")
_YEAR = re.compile(r"(?<![^\W_])((?:19|20)\d{2})(?![^\W_])")
_URL_DAY = re.compile(r"/(\d{4})([/-])(\d{1,2}|[a-z]{3,9})\2(\d{1,2})(?=[/_-]|$)", re.IGNORECASE)
_NAME_BREAK = re.compile(r"\s*(?:[,;&]|\band\b)\s*")


class Clue(NamedTuple):
    """One value for one field of an article, and where it stood, in words."""

    field: str
    value: Any
    where: str


def settle(clues: Iterable[Clue]) -> dict[str, Any]:
    """The fields that the clues give, the first clue to each winning, and their provenance."""
    first: dict[str, Clue] = {}
    for clue in clues:
        first.setdefault(clue.field, clue)
    fields: dict[str, Any] = {name: clue.value for name, clue in first.items()}
    return fields | {"provenance": {name: clue.where for name, clue in first.items()}}


def record_clues(record: Mapping[Any, Any], where: str) -> Iterator[Clue]:
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


def url_clues(url: str | None) -> Iterator[Clue]:
    """The outlet by the host of the address, and the date if its path holds one."""
    host = host_of(url) if url else None
    if not url or not host:
        return
    if name := outlet_of_host(host):
        yield Clue("source", name, "url")
    path = urlsplit(url).path
    days = {day for year, _, month, number in _URL_DAY.findall(path) if (day := _url_day(year, month, number))}
    if len(days) == 1:
        yield Clue("published_at", days.pop(), "url")


def name_clues(stem: str) -> Iterator[Clue]:
    """The date in a file name such as `2025-09-30-harbour.txt`, if it holds exactly one."""
    parts = ([int(part) for part in groups if part.isdigit()] for groups in _NAME_DAY.findall(stem))
    days = {day for year, month, number in parts if (day := believable(year, month, number))}
    if len(days) == 1:
        yield Clue("published_at", days.pop(), "file name")


def known_year(url: str | None, stem: str) -> int | None:
    """The one year that stands in the address's path or in the file name."""
    path = urlsplit(url).path if url and host_of(url) else ""
    years = {int(year) for year in _YEAR.findall(f"{path} {stem}")}
    return years.pop() if len(years) == 1 else None


def _url_day(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else month_number(month)
    return believable(int(year), number, int(day)) if number else None


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
