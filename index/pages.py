"""Web pages in, main text and page metadata out (trafilatura finds the article in the page)."""

import logging
import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from index.decoding import RejectedError, decode, tidy
from index.metadata import Clue
from index.outlets import host_of
from index.page_furniture import MIN_PROSE_CHARS, drop_furniture, drop_hidden
from index.page_metadata import page_clues

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

HEAD_BYTES = 4096  # bytes; HTML wants the character set declared in the first 1024, some pages are late
MAX_VALUE_CHARS = 20_000  # characters of one attribute; longer ones are inlined data, and take quadratic time
MAX_TAG_CHARS = 50_000  # characters of one tag without those; 12,000 attributes take a second to parse, 100,000 minutes
MAX_ELEMENTS = 50_000  # of a page; saved ones have 300 to 3,000, and so many take 5 s
MIN_KEPT_SHARE = 0.7  # of trafilatura's own prose; the most that was furniture on any of 36 pages was a fifth

_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_SEVEN_BIT = re.compile(rb"\x1b[$(]")  # ISO-2022-JP looks like ASCII
_LONG_VALUE = re.compile(rf"=\s*(?:\"[^\"]{{{MAX_VALUE_CHARS},}}\"|'[^']{{{MAX_VALUE_CHARS},}}')")
_LONG_TAG = re.compile(rf"<(?=[a-zA-Z])[^<>]{{{MAX_TAG_CHARS},}}>")
_SAVED_FROM = re.compile(r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(https?://\S{4,2000})")


def read_page(data: bytes, declared: str | None = None) -> tuple[str, list[Clue]]:
    """The main text of a page, a paragraph a line, and what the page says about itself.

    Raises:
        RejectedError: these bytes are no text, or there is no article in it.
    """
    source = tidy(decode(data, _charset(data, declared)))
    try:
        text, clues = _extract(source)
    except RejectedError:
        raise
    except Exception as error:  # a parser fed with anything at all may fail with anything at all
        raise _no_article() from error
    if not text.strip():
        raise _no_article()
    return text, clues


def _charset(data: bytes, declared: str | None) -> str | None:
    """The character set that is declared; None where the bytes are UTF-8, as those of pages saved anew often are."""
    try:
        data.decode()
    except UnicodeError:
        head = _DECLARED.search(data[:HEAD_BYTES])
        return declared or (head[1].decode() if head else None)
    return declared if _SEVEN_BIT.search(data) else None


def _extract(source: str) -> tuple[str, list[Clue]]:
    from trafilatura import load_html

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it warns of is our Failure
    tree = load_html(_LONG_TAG.sub("", _LONG_VALUE.sub("=''", source)))
    if tree is None:
        return "", []
    if sum(1 for _ in islice(tree.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS:
        raise RejectedError(f"more than {MAX_ELEMENTS:,} elements in the page", "save the article's text as .txt")
    clues = [*page_clues(tree), *_saved_from(source)]
    return tidy(_main_text(tree)), clues


def _saved_from(source: str) -> Iterator[Clue]:
    """The address that a browser notes in the page that it saves."""
    saved = _SAVED_FROM.search(source[:HEAD_BYTES])
    if saved and host_of(saved[1]):
        yield Clue("url", saved[1], "metadata")


def _main_text(tree: "HtmlElement") -> str:
    """The article's text without furniture; trafilatura's own where that takes too much with it."""
    from copy import deepcopy

    drop_hidden(tree)
    whole = _extracted(deepcopy(tree), with_comments=True)
    drop_furniture(tree)
    text = _extracted(tree, with_comments=False)
    kept = set(text.split("\n"))
    prose = [line for line in whole.split("\n") if len(line) >= MIN_PROSE_CHARS]
    lost = sum(len(line) for line in prose if line not in kept)
    return whole if lost > (1 - MIN_KEPT_SHARE) * sum(map(len, prose)) or not text else text


def _extracted(tree: "HtmlElement", *, with_comments: bool) -> str:
    """The text that trafilatura finds; `with_comments`, it looks for the comments first, to leave them out."""
    from trafilatura import bare_extraction

    page = bare_extraction(tree, include_comments=with_comments)
    return "" if not page or isinstance(page, dict) else page.text or ""


def _no_article() -> RejectedError:
    return RejectedError("no article text in the page", "save the page in full, or its text as .txt")
