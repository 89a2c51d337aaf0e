"""The bytes of one file in, its documents out: text, Markdown and web pages here, the rest by its own module.

Each document is a text and clues to its fields; what cannot be read is a `RejectedError`, raised if it
concerns the whole file and handed out in place of the document if it concerns one record.
"""

import re
from collections.abc import Callable, Iterator
from typing import IO, Any

import yaml

from index.decoding import SNIFF_BYTES, decode, tidy
from index.documents import MAX_ARTICLE_CHARS, Document, Item, Reader, limited
from index.feeds import read_feed
from index.json_files import read_json, read_json_lines
from index.mail import read_mail, read_mhtml
from index.metadata import Clue
from index.pages import read_page
from index.pdf import read_pdf
from index.records import record_clues
from index.tabular import read_table

MAX_TEXT_BYTES = 4 * MAX_ARTICLE_CHARS  # UTF-8 has at most 4 bytes a character
AS_TEXT = "split it, or leave it out"
MAX_PAGE_BYTES = 10_000_000  # bytes; parsing takes some twenty times as much memory
MAX_FRONT_MATTER_CHARS = 20_000  # characters; the YAML parser reads some 100,000 a second

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


def read_text(stream: IO[bytes], _packed: Callable[[], int]) -> Iterator[Item]:
    """The one document of a plain-text file."""
    yield Item(Document(decode(limited(stream, MAX_TEXT_BYTES, AS_TEXT)), []))


def read_markdown(stream: IO[bytes], _packed: Callable[[], int]) -> Iterator[Item]:
    """The one document of a Markdown file; its front matter, or else its first heading, tells the fields."""
    text = tidy(decode(limited(stream, MAX_TEXT_BYTES, AS_TEXT))).lstrip("\n")
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
    data = limited(stream, MAX_PAGE_BYTES, "save the article's text as .txt")
    yield Item(Document(*read_page(data)) if data.strip() else Document("", []))


def read_unknown(stream: IO[bytes], packed: Callable[[], int]) -> Iterator[Item]:
    """The one document of a file whose name does not tell: a page or a PDF if it starts as one, else text."""
    head = stream.peek(SNIFF_BYTES)  # type: ignore[attr-defined]  # both kinds of stream have it
    if head.startswith(b"%PDF-"):
        yield from read_pdf(stream, packed)
    else:
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
    ".csv": read_table,
    ".tsv": read_table,
    ".eml": read_mail,
    ".mhtml": read_mhtml,
    ".mht": read_mhtml,
    ".pdf": read_pdf,
    ".xml": read_feed,
    ".rss": read_feed,
    ".atom": read_feed,
}


def _mapping(matter: str) -> dict[Any, Any]:
    """The front matter as YAML, every scalar a string; read line by line where it is not valid YAML.

    A colon in an unquoted title makes it invalid, which is common and does no harm.
    """
    try:
        loaded = yaml.BaseLoader(matter).get_single_data()
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        loaded = None
    return loaded if isinstance(loaded, dict) else dict(_KEY_LINE.findall(matter))
