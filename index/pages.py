"""Web pages in, main text and page metadata out (trafilatura finds the article in the page)."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index.dates import read_date
from index.decoding import RejectedError, decode, tidy
from index.metadata import Clue
from index.outlets import host_of, outlet

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]
    from trafilatura.settings import Document as Page

HEAD_BYTES = 4096  # bytes; HTML wants the character set declared in the first 1024, some pages are late
MAX_HIDDEN_SHARE = 0.5  # of the page's text; what holds more is the page, hidden only until it has loaded

_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:font-size|opacity)\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)
_MAYBE_HIDDEN = "//body//*[@hidden or @style or self::template]"
_SHOWN_TEXT = ".//text()[not(parent::script or parent::style or parent::noscript)]"
_DATE_NAMES = (
    " date pubdate publish-date publishdate parsely-pub-date sailthru.date"
    " dc.date dc.date.issued dcterms.date citation_publication_date "
)
_DATE_PATHS = (
    '//meta[@property="article:published_time" or @property="og:article:published_time"]/@content',
    '//meta[@itemprop="datePublished"]/@content',
    f'//meta[contains("{_DATE_NAMES}", concat(" ", translate(@name, "DCP", "dcp"), " "))]/@content',
    '//*[@itemprop="datePublished"]/@datetime',
    "//time[@pubdate]/@datetime",
)
_DATE_CLASS = '//body//*[contains(@class, "publish") and contains(@class, "date")]/text()'
_JSON_LD = '//script[contains(@type, "ld+json")]/text()'
_LD_DATE = re.compile(r'"datePublished"\s*:\s*("(?:[^"\\]|\\.){1,60}")')
_NO_AUTHOR = re.compile(
    r"(?:no |site )?(?:admin(?:istrator)?|author|anonymous|editor|none|staff|unknown)", re.IGNORECASE
)


def read_page(data: bytes, declared: str | None = None) -> tuple[str, list[Clue]]:
    """The main text of a page, a paragraph a line, and what the page says about itself.

    Raises:
        RejectedError: these bytes are no text, or there is no article in it.
    """
    head = _DECLARED.search(data[:HEAD_BYTES])
    source = tidy(decode(data, declared or (head[1].decode() if head else None)))
    try:
        text, clues = _extract(source)
    except Exception as error:  # a parser fed with anything at all may fail with anything at all
        raise _no_article() from error
    if not text.strip():
        raise _no_article()
    return text, clues


def _extract(source: str) -> tuple[str, list[Clue]]:
    from trafilatura import bare_extraction, load_html

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it warns of is our Failure
    tree = load_html(source)
    if tree is None:
        return "", []
    day = _published_on(tree)
    _drop_hidden(tree)
    page = bare_extraction(tree, include_comments=False, with_metadata=True)
    if not page or isinstance(page, dict):
        return "", []
    dated = [Clue("published_at", day, "metadata")] if day else []
    return tidy(page.text or ""), [*dated, *_clues(page)]


def _drop_hidden(tree: "HtmlElement") -> None:
    """Takes out what a reader of the page would not see."""
    page_chars = _shown_chars(tree)
    for element in tree.xpath(_MAYBE_HIDDEN):
        is_hidden = element.tag == "template" or "hidden" in element.attrib
        if not is_hidden and not _HIDDEN_STYLE.search(element.get("style", "")):
            continue
        if element.getparent() is not None and _shown_chars(element) <= MAX_HIDDEN_SHARE * page_chars:
            element.drop_tree()


def _shown_chars(element: "HtmlElement") -> int:
    return sum(len(text.strip()) for text in element.xpath(_SHOWN_TEXT))


def _published_on(tree: "HtmlElement") -> date | None:
    """The publication date in the page's metadata; one that merely stands in its text does not count."""
    written = [str(value) for path in _DATE_PATHS for value in tree.xpath(path)]
    for script in tree.xpath(_JSON_LD):
        written += [str(json.loads(value, strict=False)) for value in _LD_DATE.findall(str(script))]
    if day := next((day for value in written if (day := read_date(value))), None):
        return day
    shown = {day for value in tree.xpath(_DATE_CLASS) if (day := read_date(str(value)))}
    return shown.pop() if len(shown) == 1 else None  # several belong to the teasers around the article


def _clues(page: "Page") -> Iterator[Clue]:
    site = " ".join((page.sitename or "").split())
    url = page.url or ""
    if host_of(url) and urlsplit(url).path.strip("/"):  # some pages name the site's front page as their address
        yield Clue("url", url, "metadata")
    if title := _without_site(" ".join((page.title or "").split()), site):
        yield Clue("title", title, "metadata")
    if site:
        yield Clue("source", outlet(site), "metadata")
    authors = [" ".join(name.split()) for name in (page.author or "").split(";")]
    named = tuple(name for name in authors if name and name != site and not _NO_AUTHOR.fullmatch(name))
    if named:
        yield Clue("authors", named, "metadata")


def _without_site(title: str, site: str) -> str:
    """The title without " | The Site" at its end."""
    if not site or not title.endswith(site):
        return title
    return re.sub(r"\s+[|\u2013—-]$", "", title.removesuffix(site).rstrip()) or title


def _no_article() -> RejectedError:
    return RejectedError("no article text in the page", "save the page in full, or its text as .txt")
