"""Title, outlet, authors and date of an article: from its address and its file's name.

Finders give clues in order of trust; the first clue to a field wins, and nothing is invented.
What the text itself says is in `dumps.py`, what a record says in `records.py`.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from index.article import Provenance
from index.dates import believable, month_number
from index.outlets import host_of, outlet_of_host

MIN_GAP = timedelta(hours=6)  # between publication and a change; within the same evening, it is no new version

_NAME_DAY = re.compile(r"(?<!\d)(\d{4})([-_.])(\d{2})\2(\d{2})(?!\d)|(?<![^\W_])(\d{4})()(\d{2})(\d{2})(?![^\W_])")
_YEAR = re.compile(r"(?<![^\W_])((?:19|20)\d{2})(?![^\W_])")
_URL_DAY = re.compile(r"/(\d{4})([/-])(\d{1,2}|[a-z]{3,9})\2(\d{1,2})(?=[/_-]|$)", re.IGNORECASE)


class Clue(NamedTuple):
    """One value for one field of an article, and where it stood."""

    field: str
    value: Any
    where: Provenance


def settle(clues: Iterable[Clue]) -> dict[str, Any]:
    """The fields that the clues give, the first clue to each winning, and their provenance.

    A moment given as `published_at` is its day, and `published_time` where its zone is known; a change on the day
    of publication makes no new version.
    """
    first: dict[str, Clue] = {}
    for clue in clues:
        first.setdefault(clue.field, clue)
    if "modified_at" in first and not _is_later(first["modified_at"], first.get("published_at")):
        del first["modified_at"]
    for field in ("published_at", "modified_at"):
        if field in first and isinstance(moment := first[field].value, datetime):
            first[field] = Clue(field, moment.date(), first[field].where)
            if field == "published_at" and moment.tzinfo:
                first.setdefault("published_time", Clue("published_time", moment, first[field].where))
    fields: dict[str, Any] = {name: clue.value for name, clue in first.items()}
    return fields | {"provenance": {name: clue.where for name, clue in first.items()}}


def _is_later(changed: Clue, published: Clue | None) -> bool:
    """Whether a change was made on a day after publication; midnight in UTC is afternoon elsewhere."""
    if not published:
        return True
    moments = (changed.value, published.value)
    if all(isinstance(moment, datetime) and moment.tzinfo for moment in moments) and moments[0] - moments[1] < MIN_GAP:
        return False
    days = [moment.date() if isinstance(moment, datetime) else moment for moment in moments]
    return bool(days[0] > days[1])


def url_clues(url: str | None) -> Iterator[Clue]:
    """The outlet by the host of the address, and the date if its path holds one."""
    host = host_of(url) if url else None
    if not url or not host:
        return
    if name := outlet_of_host(host):
        yield Clue("source", name, "metadata")
    path = urlsplit(url).path
    days = {day for year, _, month, number in _URL_DAY.findall(path) if (day := _url_day(year, month, number))}
    if len(days) == 1:
        yield Clue("published_at", days.pop(), "metadata")


def name_clues(stem: str) -> Iterator[Clue]:
    """The date in a file name such as `2025-09-30-harbour.txt`, if it holds exactly one."""
    parts = ([int(part) for part in groups if part.isdigit()] for groups in _NAME_DAY.findall(stem))
    days = {day for year, month, number in parts if (day := believable(year, month, number))}
    if len(days) == 1:
        yield Clue("published_at", days.pop(), "file")


def known_year(url: str | None, stem: str) -> int | None:
    """The one year that stands in the address's path or in the file name."""
    path = urlsplit(url).path if url and host_of(url) else ""
    years = {int(year) for year in _YEAR.findall(f"{path} {stem}")}
    return years.pop() if len(years) == 1 else None


def _url_day(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else month_number(month)
    return believable(int(year), number, int(day)) if number else None
