"""Web addresses in, documents out: a page is one, a feed brings its entries."""

import io
import time
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from index import formats
from index.addresses import same_site
from index.article import Provenance
from index.decoding import RejectedError, decode
from index.documents import Document, Item
from index.feed_entries import Entry
from index.feeds import is_feed, read_entries
from index.metadata import Clue
from index.outlets import host_of
from index.pages import read_page
from index.sentences import sentence_spans

if TYPE_CHECKING:
    from index.fetch import Fetched, Fetcher

MAX_ENTRIES = 100  # entries of a feed; outlets list their newest 10 to 50, and each may be a page to fetch
MAX_FEED_SECONDS = 300.0  # for all pages that a feed leads to: 3 s for each of 100, asked for one by one
MIN_SUMMARY_SENTENCES = 3  # sentences; fewer are a teaser
PAGE_TYPES = frozenset(["text/html", "application/xhtml+xml", "application/xml", "text/xml", ""])
# What else is one article -> the file type that is read the same way, where there is a reader of it.
FILE_TYPES = {"text/markdown": ".md", "application/pdf": ".pdf"}


def read_url(url: str, *, private_hosts: Collection[str] = ()) -> list[Item]:
    """The article at a web address, or those of the feed there.

    Args:
        url: an http or https address.
        private_hosts: names of hosts that may be on a private network; ".example.org" is all that end so.

    Raises:
        RejectedError: it cannot be fetched, may not be, or is no article.
    """
    if not host_of(url):
        raise RejectedError("not a web address", "give one that starts with https://")
    from index.fetch import Fetcher

    with Fetcher(private_hosts) as fetcher:
        fetched = fetcher.get(url)
        if is_feed(fetched.body, fetched.kind):
            return list(_feed_items(fetcher, fetched))
        return [Item(_document(fetched, "given"))]


def _document(fetched: "Fetched", where: Provenance) -> Document:
    """The article that was fetched; it may name its own address, but not speak for another site's."""
    found = _read(fetched)
    own = [clue for clue in found.clues if clue.field != "url" or same_site(clue.value, fetched.address)]
    return found._replace(clues=[*own, Clue("url", fetched.address, where)])


def _read(fetched: "Fetched") -> Document:
    body, kind, charset, _ = fetched
    if kind in PAGE_TYPES:
        return Document(*read_page(body, charset))
    if kind == "text/plain":
        return Document(decode(body, charset), [])
    reader = formats.READERS.get(FILE_TYPES.get(kind, ""))
    if reader is None:
        raise RejectedError(f"neither a web page nor plain text ({kind[:100]})", "give the address of the article")
    (item,) = reader(io.BufferedReader(io.BytesIO(body)), lambda: len(body))
    if isinstance(item.found, RejectedError):
        raise item.found
    return item.found


def _feed_items(fetcher: "Fetcher", feed: "Fetched") -> Iterator[Item]:
    """The feed's entries, those whose text it lacks fetched one after the other."""
    end = time.monotonic() + MAX_FEED_SECONDS
    entries, rest = _entries(feed)
    for number, entry in enumerate(entries, 1):
        place = f"#{number} ({entry.link})" if entry.link else f"#{number}"
        yield Item(_found(fetcher, entry, feed.address, end), f"#{entry.name or number}", place)
    if rest:
        yield Item(rest, "#rest", f"#{len(entries) + 1}")


def _entries(feed: "Fetched") -> tuple[list[Entry], RejectedError | None]:
    """The feed's first entries, and why there are no more of them where there should be."""
    entries: list[Entry] = []
    try:
        for entry in read_entries(feed.body, feed.charset, feed.address):
            if len(entries) == MAX_ENTRIES:
                remedy = "save the feed and add the file for the rest"
                return entries, RejectedError(f"more than {MAX_ENTRIES} entries", remedy)
            entries.append(entry)
    except RejectedError as rejected:
        if not entries:
            raise
        return entries, rejected
    return entries, None


def _found(fetcher: "Fetcher", entry: Entry, address: str, end: float) -> Document | RejectedError:
    is_own = entry.link is None or same_site(entry.link, address)
    named = [clue for clue in entry.clues if is_own or clue.field != "url"]
    if entry.is_full and is_own:
        return Document(entry.content, named)
    try:
        page = _linked(fetcher, entry.link, end)
    except RejectedError as rejected:
        is_enough = entry.is_full or len(sentence_spans(entry.text)) >= MIN_SUMMARY_SENTENCES
        return Document(entry.text, named) if is_enough else rejected
    return Document(page.text, [*page.clues, *_added(page.clues, entry.clues)])


def _added(page: list[Clue], entry: list[Clue]) -> Iterator[Clue]:
    """What the entry says beyond its page: no time of day, either, where the page has the day."""
    known = {clue.field for clue in page}
    known |= {"published_time"} if "published_at" in known else set()
    return (clue for clue in entry if clue.field not in known)


def _linked(fetcher: "Fetcher", link: str | None, end: float) -> Document:
    """The page that an entry leads to."""
    if link is None:
        raise RejectedError("neither a text nor a link in the entry", "leave it out")
    left = end - time.monotonic()
    if left <= 0:
        raise RejectedError(f"not fetched after {MAX_FEED_SECONDS:.0f} s with the feed", "add its own address")
    fetched = fetcher.get(link, left)
    if is_feed(fetched.body, fetched.kind):
        raise RejectedError("a feed, not an article", "add its own address")
    return _document(fetched, "metadata")
