"""The bytes of a JSON or JSON Lines file in, its records out, wherever in it they stand."""

import json
from collections.abc import Callable, Iterator
from typing import IO, Any

from index.decoding import RejectedError, decode
from index.documents import Document, Item, limited
from index.field_names import LISTS, known
from index.lines import lines_of
from index.records import read_record

MAX_JSON_BYTES = 64_000_000  # bytes; a JSON file must be held whole, a JSON Lines file need not
MAX_LEVELS = 3  # lists of records in records: {"response": {"data": {"docs": [...]}}}


def read_json(stream: IO[bytes], _packed: Callable[[], int]) -> Iterator[Item]:
    """The documents of a JSON file: one record, or those in a list, wherever an export puts it."""
    text = decode(limited(stream, MAX_JSON_BYTES, "save it as .jsonl, a record a line"))
    if not text.strip():
        yield Item(Document("", []))
        return
    try:
        loaded = _loaded(text)
    except RejectedError:
        if not _is_lines(text):
            raise
        yield from _line_items(iter(text.split("\n")))
        return
    records = _records(loaded, MAX_LEVELS)
    if records is None:
        yield Item(_document(loaded))
        return
    if not records:
        raise RejectedError("no records", "give a list of records with a text each")
    for number, record in enumerate(records, 1):
        yield Item(_document(record), f"#{number}", f"#{number}")


def read_json_lines(stream: IO[bytes], packed: Callable[[], int]) -> Iterator[Item]:
    """The documents of a JSON Lines file, one at a time."""
    with lines_of(stream, packed) as lines:
        yield from _line_items(lines)


def _line_items(lines: Iterator[str | RejectedError] | Iterator[str]) -> Iterator[Item]:
    number = 0
    for at, line in enumerate(lines, 1):
        if isinstance(line, str) and not line.strip():
            continue
        number += 1
        found = line if isinstance(line, RejectedError) else _line_document(line)
        yield Item(found, f"#{number}", f":{at}")
    if not number:
        yield Item(Document("", []))


def _records(loaded: Any, levels: int) -> list[Any] | None:  # noqa: ANN401 - JSON may hold anything
    """The list of records in what a file holds; None where it is itself a record, or nothing known."""
    if isinstance(loaded, list):
        return loaded
    if not isinstance(loaded, dict) or not levels or _has(loaded, "text"):
        return None
    by_name = {name.lower(): value for name, value in loaded.items()}
    for name in LISTS:
        inner = by_name.get(name)
        records = _records(inner, levels - 1) if isinstance(inner, list | dict) else None
        if records is not None and (isinstance(inner, dict) or all(isinstance(record, dict) for record in records)):
            return records
    values = list(loaded.values())
    by_id = bool(values) and all(isinstance(value, dict) for value in values)
    return values if by_id and any(_has(value, "text", "summary") for value in values) else None


def _has(record: dict[str, Any], *fields: str) -> bool:
    """Whether a value of the record, itself no list of records, is a string known to be one of these fields."""
    named = ((known(name), value) for name, value in record.items())
    return any(isinstance(value, str) and field is not None and field.field in fields for field, value in named)


def _is_lines(text: str) -> bool:
    """Whether what is no JSON is JSON Lines under the wrong name: its first line is a record."""
    first, _, rest = text.strip().partition("\n")
    try:
        return bool(rest) and isinstance(_loaded(first), dict)
    except RejectedError:
        return False


def _loaded(text: str) -> object:
    try:
        loaded: object = json.loads(text)
    except RecursionError as error:
        raise RejectedError("nested too deeply", "give records with plain fields") from error
    except ValueError as error:
        reason = " ".join(str(error).split())
        raise RejectedError(f"not valid JSON ({reason})", "mend it, or export it again") from error
    return loaded


def _line_document(line: str) -> Document | RejectedError:
    try:
        return _document(_loaded(line))
    except RejectedError as rejected:
        return rejected


def _document(record: object) -> Document | RejectedError:
    if not isinstance(record, dict):
        return RejectedError("not a record", 'write {"text": "...", "title": "..."}')
    try:
        return read_record(record, "given")
    except RejectedError as rejected:
        return rejected
