"""Entries of feeds: made of what a feed says about an article, whichever kind of feed it is."""

import html
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

from index.addresses import same_site
from index.dates import read_date
from index.decoding import RejectedError
from index.feed_xml import MAX_FIELD_CHARS
from index.markup import text_of
from index.metadata import Clue
from index.outlets import HOSTS, host_of, outlet, outlet_of_host
from index.records import record_clues

MIN_FULL_CHARS = 500  # characters; of 5,384 news articles from a year's searches 98 % are longer than 450
MAX_NAME_CHARS = 300  # characters of what an entry is told apart by
MIN_NAME_LETTERS = 3  # letters that an outlet's name and its host's must share
CUT_CHARS = 100  # characters at the end of a text, where it says that it goes on elsewhere

_TAG = re.compile(r"</?[a-z][^<>]{0,2000}>", re.IGNORECASE)
_CUT = re.compile(
    r"(?:…|\.\.\.|\[(?:…|\.\.\.)\]|\b(?:continue reading|read (?:more|on|the (?:rest|full \w+)))\W*)\s*$", re.IGNORECASE
)
# What WordPress writes under each entry of a feed: a last line with the titles of the entry and of the site.
_SYNDICATED = re.compile(r"\nThe post .{1,500} (?:appeared first|first appeared) on .{1,200}\.?$")
_TITLE_BREAK = re.compile(r"\s+[|>»:·\u2013\u2014-]+\s+|:\s+")
_NO_LETTER = re.compile(r"[\W_]+")


class Entry(NamedTuple):
    """One entry of a feed."""

    name: str  # what the feed tells it apart by
    link: str | None
    content: str  # the text that it brings with it
    summary: str
    clues: list[Clue]

    @property
    def is_full(self) -> bool:
        """Whether it brings the whole article, by all that can be seen."""
        return len(self.content) >= MIN_FULL_CHARS and not _CUT.search(self.content[-CUT_CHARS:])

    @property
    def text(self) -> str:
        """The longer of its two texts."""
        return max(self.content, self.summary, key=len)


def make_entry(record: Mapping[str, Any], site: str, feed_title: str) -> Entry:
    """The entry that `record` tells of; `site` is the address of its feed, or of what the feed is of."""
    found = joined(site, record["link"]) if record["link"] else ""
    link = _untracked(found) if host_of(found) else None
    days = [(day, written) for written in record["published"] if (day := read_date(written))]
    changes = [(day, written) for written in record["updated"] if (day := read_date(written))]
    changed = changes[0][1] if days and changes and changes[0][0] > days[0][0] else ""
    is_own = link is None or same_site(link, site)
    fields = {
        "url": link,
        "title": _TAG.sub("", html.unescape(record.get("title", "")[:MAX_FIELD_CHARS])),
        "published_at": next((written for _, written in days + changes), ""),
        "modified_at": changed,
        "authors": record["authors"][0] if len(record["authors"]) == 1 else record["authors"],
        "source": record["source"] or (_outlet(feed_title[:MAX_FIELD_CHARS], site) if is_own else ""),
        "language": record["language"],
    }
    name = " ".join((record.get("name") or link or "").split())[:MAX_NAME_CHARS]
    clues = list(record_clues({key: value for key, value in fields.items() if value}, "metadata"))
    return Entry(name, link, _SYNDICATED.sub("", record["content"]), _SYNDICATED.sub("", record["summary"]), clues)


def plain(text: str) -> str:
    """The text in what may be HTML, a paragraph a line."""
    if not _TAG.search(text):
        return html.unescape(text).strip()
    try:
        return text_of(text)[0].strip()
    except (RejectedError, ValueError):  # markup of nothing but pictures, or none that can be read
        return ""


def joined(base: str, link: str) -> str:
    """The address that a link leads to from a page; empty where it leads nowhere."""
    try:
        return urljoin(base, link)
    except ValueError:  # "http://[" and the like
        return ""


def _untracked(link: str) -> str:
    """The address without what only says that a feed led to it."""
    parts = urlsplit(link)
    kept = [each for each in parts.query.split("&") if not each.lower().startswith("utm_")]
    return urlunsplit(parts._replace(query="&".join(kept), fragment=""))


def _outlet(title: str, site: str) -> str:
    """The outlet behind a feed's title: "The Quay Courier" of "World news | The Quay Courier"."""
    host = host_of(site) or ""
    known = outlet_of_host(host)
    if known in HOSTS.values():
        return known or ""
    letters = _NO_LETTER.sub("", host).casefold()
    parts = [title, *_TITLE_BREAK.split(title)]
    named = [part for part in parts if len(short := _letters(part)) >= MIN_NAME_LETTERS and short in letters]
    return outlet(next(iter(named), title).strip())


def _letters(name: str) -> str:
    return _NO_LETTER.sub("", re.sub(r"^the\s+", "", name.strip(), flags=re.IGNORECASE)).casefold()
