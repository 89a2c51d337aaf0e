"""Feeds in (RSS 0.9 to 2.0, Atom, JSON Feed), their entries out, one at a time and without any network.

feedparser knows more dialects, but takes time that is quadratic in the length of an author's name: 0.3 MB of
one keep it busy for more than 12 s, and 10 MB would for hours.
"""

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

from index.decoding import RejectedError, decode
from index.documents import Document, Item, limited
from index.feed_entries import Entry, joined, make_entry, plain
from index.feed_xml import HEAD_BYTES, MAX_FIELD_CHARS, markup_in, name_of, parts_of, starts_as_feed, text_in
from index.outlets import host_of
from index.pages import read_page

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

MAX_FEED_BYTES = 64_000_000  # bytes; a newspaper's feed has 1 MB, a blog's whole export some tens
MAX_FEED_ENTRIES = 100_000  # entries; 30 years of ten a day, and empty ones take no more than 4 s

FEED_TYPES = frozenset(["application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"])
XML_TYPES = frozenset(["application/xml", "text/xml"])
ENTRIES = frozenset(["item", "entry"])
# The names that feeds use, the most telling one first.
PARTS = {
    "name": ("guid", "id"),
    "title": ("title", "dc:title"),
    "content": ("content:encoded", "content", "xhtml:body", "body"),
    "summary": ("description", "summary", "dc:description"),
    "published": ("pubdate", "published", "dc:date", "issued", "dcterms:issued", "dcterms:created", "created"),
    "updated": ("updated", "modified", "dcterms:modified"),
    "authors": ("author", "dc:creator"),
    "source": ("source", "dc:publisher"),
    "language": ("dc:language", "language"),
}
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PAGE_START = re.compile(rb"\s*(?:<\?xml[^>]{0,100}>\s*)?<(?:!doctype html|html)\b", re.IGNORECASE)
_JSON_FEED = re.compile(rb'\s*\{.{0,1000}?"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org', re.DOTALL)
_MAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}\s*")


def is_feed(data: bytes, kind: str = "") -> bool:
    """Whether these bytes are a feed by how they begin or by their content type, or XML that is no page."""
    if kind in FEED_TYPES or starts_as_feed(data) or _JSON_FEED.match(data[:HEAD_BYTES]):
        return True
    return kind in XML_TYPES and not _PAGE_START.match(data)


def read_feed(stream: IO[bytes], _packed: Callable[[], int]) -> Iterator[Item]:
    """The documents of a feed that was saved to disk, with the texts that stand in it; nothing is fetched."""
    data = limited(stream, MAX_FEED_BYTES, "split it, or export fewer entries")
    if _PAGE_START.match(data) or not data.strip():
        yield Item(Document(*read_page(data)) if data.strip() else Document("", []))
        return
    for number, entry in enumerate(read_entries(data), 1):
        place = f"#{number}"
        if entry.text:
            yield Item(Document(entry.text, entry.clues), f"#{entry.name or number}", place)
        else:
            remedy = f"add its address: {entry.link}" if entry.link else "leave it out"
            yield Item(RejectedError("no text in the entry", remedy), f"#{entry.name or number}", place)


def read_entries(data: bytes, charset: str | None = None, address: str = "") -> Iterator[Entry]:
    """The entries of a feed, one at a time; `address` is its own, where it came from the web.

    Raises:
        RejectedError: it is no feed, has no entries, or breaks off after those handed out.
    """
    number = 0
    read = _json_entries if data.lstrip().startswith(b"{") else _xml_entries
    for number, entry in enumerate(read(data, charset, address), 1):
        if number > MAX_FEED_ENTRIES:
            raise RejectedError(f"more than {MAX_FEED_ENTRIES:,} entries", "split it, or export fewer entries")
        yield entry
    if not number:
        raise RejectedError("no entries in the feed", "look whether its articles have another address")


def _xml_entries(data: bytes, charset: str | None, address: str) -> Iterator[Entry]:
    about: dict[str, str] = {}
    for part in parts_of(data, charset):
        name = name_of(part)
        if name in ENTRIES:
            site = joined(address, about.get("link", "")) or address
            yield make_entry(_xml_record(part, site, about), site, about.get("title", ""))
        elif name == "link":
            about["link"] = about.get("link") or _link_of(part) or ""
        elif name in {"title", *PARTS["language"]}:
            about.setdefault("title" if name == "title" else "language", text_in(part))


def _xml_record(entry: "Element", site: str, about: Mapping[str, str]) -> dict[str, Any]:
    """What an entry says, under our own names."""
    parts: dict[str, list[Element]] = {}
    for part in entry:
        parts.setdefault(name_of(part), []).append(part)
    found = {field: [part for name in names for part in parts.get(name, ())] for field, names in PARTS.items()}
    record: dict[str, Any] = {field: text_in(found[field][0]) for field in ("name", "title") if found[field]}
    spoken = (element.get(_XML_LANG) for element in (entry, *entry.iterancestors()))
    languages = [*map(text_in, found["language"]), *filter(None, spoken), about.get("language")]
    return record | {
        "link": _entry_link(parts, site),
        "content": max((_text(part) for part in found["content"]), key=len, default=""),
        "summary": max((_text(part) for part in found["summary"]), key=len, default=""),
        "published": [text_in(part) for part in found["published"]],
        "updated": [text_in(part) for part in found["updated"]],
        "authors": [name for part in found["authors"] if (name := _author(part))],
        "source": next((name for part in found["source"] if (name := _source(part))), ""),
        "language": languages[0],
    }


def _json_entries(data: bytes, charset: str | None, address: str) -> Iterator[Entry]:
    try:
        feed = json.loads(decode(data, charset))
    except (ValueError, RecursionError) as error:
        raise RejectedError("not valid JSON", "export or download it again") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    site = joined(address, _string(feed, "home_page_url")) or address
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield make_entry(_json_record(item, feed), site, _string(feed, "title"))


def _json_record(item: Mapping[str, Any], feed: Mapping[str, Any]) -> dict[str, Any]:
    """What an item of a JSON Feed says, under our own names (https://www.jsonfeed.org/version/1.1)."""
    authors = item.get("authors") or [item.get("author")]
    markup = _string(item, "content_html")
    return {
        "name": str(item.get("id") or "")[:MAX_FIELD_CHARS],
        "title": _string(item, "title"),
        "link": _string(item, "url"),
        "content": plain(markup) if markup else _string(item, "content_text"),
        "summary": _string(item, "summary"),
        "published": [_string(item, "date_published")],
        "updated": [_string(item, "date_modified")],
        "authors": [_string(author, "name")[:MAX_FIELD_CHARS] for author in authors]
        if isinstance(authors, list)
        else [],
        "source": "",
        "language": _string(item, "language") or _string(feed, "language"),
    }


def _text(part: "Element") -> str:
    """The text in an entry's content or summary, a paragraph a line."""
    kind = part.get("type", "")
    if len(part) or kind in {"xhtml", "application/xhtml+xml"}:
        return plain(markup_in(part))
    return (part.text or "").strip() if kind in {"text", "text/plain"} else plain(part.text or "")


def _author(part: "Element") -> str:
    """The name in "Ida Holm", <name>Ida Holm</name> or "desk@quay.example (Ida Holm)"."""
    named = next((child for child in part if name_of(child) == "name"), part)
    name = _MAIL.sub("", text_in(named)).strip()
    return name[1:-1].strip() if name.startswith("(") and name.endswith(")") else name


def _source(part: "Element") -> str:
    """The outlet that an aggregator's feed names for one entry."""
    title = next((child for child in part if name_of(child) == "title"), part)
    return text_in(title)


def _entry_link(parts: Mapping[str, list["Element"]], site: str) -> str | None:
    links = (_link_of(part) for part in parts.get("link", ()))
    guids = (text_in(part) for part in parts.get("guid", ()) if part.get("isPermaLink") != "false")
    return next((link for link in links if link and host_of(joined(site, link))), None) or next(
        filter(host_of, guids), None
    )


def _link_of(part: "Element") -> str | None:
    """The address in a link of RSS (its text) or of Atom (of those, only the one to the article itself)."""
    if href := part.get("href"):
        return href.strip() if part.get("rel", "alternate") == "alternate" else None
    return html.unescape(text_in(part)) or None


def _string(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name) if isinstance(record, Mapping) else None
    return value if isinstance(value, str) else ""
