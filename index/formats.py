"""The bytes of one file in, its documents out: text, Markdown, web page, JSON, JSON Lines.

Each document is a text and clues to its fields; what cannot be read is a `RejectedError`, raised if it
concerns the whole file and handed out in place of the document if it concerns one record.
"""

import io
import json
import re
from collections.abc import Callable, Iterator
from typing import IO, Any, NamedTuple

import yaml

from index.decoding import SNIFF_BYTES, RejectedError, decode, encoding_of, looks_like_text, not_text, tidy
from index.metadata import Clue
from index.pages import read_page
from index.records import record_clues

MAX_ARTICLE_CHARS = 5_000_000  # characters; the longest novels have 4 million, no article comes near
MAX_TEXT_BYTES = 4 * MAX_ARTICLE_CHARS  # UTF-8 has at most 4 bytes a character
MAX_LINE_CHARS = 2 * MAX_ARTICLE_CHARS  # JSON escapes quotes and line ends with one more character
MAX_PAGE_BYTES = 10_000_000  # bytes; parsing takes some twenty times as much memory
MAX_JSON_BYTES = 64_000_000  # bytes; a JSON file must be held whole, a JSON Lines file need not
MAX_FRONT_MATTER_CHARS = 20_000  # characters; the YAML parser reads some 100,000 a second
MAX_RATIO = 200  # unpacked over packed; text packs 3 to 10 times, logs 50, a bomb 1000
MIN_BOMB_CHARS = 10_000_000  # characters; below that, any ratio is harmless
TEXT_KEYS = ("text", "content", "body", "article")

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_KEY_LINE = re.compile(r"^([A-Za-z_]{2,20}):[ \t]+(\S.*)$", re.MULTILINE)
_PAGE_START = re.compile(rb"\s*(?:<\?xml[^>]{0,100}>\s*)?<(?:!doctype html|html)\b", re.IGNORECASE)
_MARKUP = (
    (re.compile(r"!\[([^\]\n]{0,500})\]\([^)\n]{0,2000}\)"), ""),
    (re.compile(r"\[([^\]\n]{1,500})\]\([^)\n]{0,2000}\)"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)([^\n*_]{1,1000})(?<=\S)\1"), r"\2"),
    (re.compile(r"^[ \t]{0,3}>[ \t]?", re.MULTILINE), ""),
)
_HEADING = re.compile(r"^#{1,6}[ \t]+(.*?)[ \t]*#*$", re.MULTILINE)
_TITLE = re.compile(r"\s*#[ \t]+(.+?)[ \t]*#*(?:\n|$)")


class Document(NamedTuple):
    """One article as its file holds it."""

    text: str
    clues: list[Clue]


class Item(NamedTuple):
    """One document of a file, or why there is none: `record` and `place` tell it from the file's others."""

    found: Document | RejectedError
    record: str = ""  # "#3"; empty in a file that is one article
    place: str = ""  # ":5", the line, or "#3"


Reader = Callable[[IO[bytes], Callable[[], int]], Iterator[Item]]


def read_text(stream: IO[bytes], _packed: Callable[[], int]) -> Iterator[Item]:
    """The one document of a plain-text file."""
    yield Item(Document(decode(_limited(stream, MAX_TEXT_BYTES)), []))


def read_markdown(stream: IO[bytes], _packed: Callable[[], int]) -> Iterator[Item]:
    """The one document of a Markdown file; its front matter, or else its first heading, tells the fields."""
    text = tidy(decode(_limited(stream, MAX_TEXT_BYTES))).lstrip("\n")
    matter = _FRONT_MATTER.match(text[:MAX_FRONT_MATTER_CHARS])
    clues = list(record_clues(_mapping(matter[1]), "metadata")) if matter else []
    body = text[matter.end() :] if matter and clues else text
    if title := _TITLE.match(body):
        clues.append(Clue("title", title[1], "text"))
    for pattern, plain in (*_MARKUP, (_HEADING, r"\1")):
        body = pattern.sub(plain, body)
    yield Item(Document(body, clues))


def read_html(stream: IO[bytes], _packed: Callable[[], int]) -> Iterator[Item]:
    """The one document of a saved web page."""
    data = _limited(stream, MAX_PAGE_BYTES)
    yield Item(Document(*read_page(data)) if data.strip() else Document("", []))


def read_json(stream: IO[bytes], _packed: Callable[[], int]) -> Iterator[Item]:
    """The documents of a JSON file: one record, a list of them, or a list under "articles"."""
    text = decode(_limited(stream, MAX_JSON_BYTES))
    if not text.strip():
        yield Item(Document("", []))
        return
    loaded = _loaded(text)
    records = loaded.get("articles", loaded) if isinstance(loaded, dict) else loaded
    if not isinstance(records, list):
        yield Item(_document(records))
        return
    if not records:
        raise RejectedError("no records", "give a list of records with a text each")
    for number, record in enumerate(records, 1):
        yield Item(_document(record), f"#{number}", f"#{number}")


def read_json_lines(stream: IO[bytes], packed: Callable[[], int]) -> Iterator[Item]:
    """The documents of a JSON Lines file, one at a time."""
    number = 0
    for at, line in enumerate(_lines(stream, packed), 1):
        if isinstance(line, str) and not line.strip():
            continue
        number += 1
        found = line if isinstance(line, RejectedError) else _line_document(line)
        yield Item(found, f"#{number}", f":{at}")
    if not number:
        yield Item(Document("", []))


def read_unknown(stream: IO[bytes], packed: Callable[[], int]) -> Iterator[Item]:
    """The one document of a file whose name does not tell: a web page if it starts as one, else text."""
    head = stream.peek(SNIFF_BYTES)  # type: ignore[attr-defined]  # both kinds of stream have it
    yield from (read_html if _PAGE_START.match(head) else read_text)(stream, packed)


READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
}


def too_long() -> RejectedError:
    """The rejection of a text over the limit."""
    return RejectedError(f"longer than {MAX_ARTICLE_CHARS:,} characters", "split it, or leave it out")


def _limited(stream: IO[bytes], limit: int) -> bytes:
    data = stream.read(limit + 1)
    if len(data) <= limit:
        return data
    if limit == MAX_TEXT_BYTES:
        raise too_long()
    remedy = "save it as .jsonl, a record a line" if limit == MAX_JSON_BYTES else "save the article's text as .txt"
    raise RejectedError(f"larger than {limit // 1_000_000} MB", remedy)


def _mapping(matter: str) -> dict[Any, Any]:
    """The front matter as YAML, every scalar a string; read line by line where it is not valid YAML.

    A colon in an unquoted title makes it invalid, which is common and does no harm.
    """
    try:
        loaded = yaml.BaseLoader(matter).get_single_data()
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        loaded = None
    return loaded if isinstance(loaded, dict) else dict(_KEY_LINE.findall(matter))


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
    key = next((key for key in TEXT_KEYS if record.get(key) is not None), None)
    if key is None:
        return RejectedError("no text in the record", f"name its text one of: {', '.join(TEXT_KEYS)}")
    if not isinstance(record[key], str):
        return RejectedError(f"{key} is no text but {type(record[key]).__name__}", f"write {key} as a string")
    try:
        return Document(record[key], list(record_clues(record, "given")))
    except RejectedError as rejected:
        return rejected


def _lines(stream: IO[bytes], packed: Callable[[], int]) -> Iterator[str | RejectedError]:
    head = stream.peek(SNIFF_BYTES)[:SNIFF_BYTES]  # type: ignore[attr-defined]  # both kinds of stream have it
    encoding = encoding_of(head)
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    if not looks_like_text(head.decode(encoding, "replace")):
        raise not_text()
    lines = io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="\n")
    skipping = False
    try:
        for piece in _pieces(lines, packed):
            is_start = not skipping
            skipping = not piece.endswith("\n") and len(piece) == MAX_LINE_CHARS
            if is_start:
                yield too_long() if skipping else _as_text(piece)
    finally:
        lines.detach()  # whoever opened the stream closes it


def _pieces(lines: io.TextIOWrapper, packed: Callable[[], int]) -> Iterator[str]:
    """The lines; those over the limit in pieces of it."""
    unpacked = 0
    while piece := lines.readline(MAX_LINE_CHARS):
        unpacked += len(piece)
        if unpacked > MIN_BOMB_CHARS and unpacked > MAX_RATIO * packed():
            raise RejectedError(f"unpacks to over {MAX_RATIO} times its size", "unpack it and look what is in it")
        yield piece


def _as_text(line: str) -> str:
    """The line, read as Windows-1252 if it is not UTF-8: its bytes then stand in it as lone surrogates."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return line.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return line
