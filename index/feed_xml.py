"""The XML of a feed in, its parts out: one at a time, in bounded memory and linear time, and with no network.

lxml mends what feeds get wrong and expands no entity. What it must not be given is refused here: documents
that declare entities, elements nested deeply, entries of very many elements.
"""

import html
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from index.decoding import RejectedError, decode, tidy

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

MAX_DEPTH = 100  # elements; an entry's XHTML has some 20, and beyond 256 libxml2 reads no further
MAX_ELEMENTS = 50_000  # elements in one part of a feed; they take 200 bytes each, and long articles have 1,000
MAX_FIELD_CHARS = 2000  # characters; a title, a name or an address has at most some hundreds
PIECE_CHARS = 65_536  # characters parsed before what they hold is handed out
HEAD_BYTES = 4096  # bytes in which the root of a feed stands

FRAMES = frozenset(["rss", "rdf", "feed", "channel"])  # what holds the parts, and is none
_ROOTS = FRAMES - {"channel"}
_ATOM = frozenset(["http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"])
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w-]{2,30})", re.IGNORECASE)
_FEED_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]{0,500}>\s*|<!--.{0,1000}?-->\s*|<!doctype[^>]{0,500}>\s*)*"
    rb"<(?:\w{1,20}:)?(?:rss|rdf|feed)\b",
    re.IGNORECASE | re.DOTALL,
)
_AMPERSAND = re.compile(r"&(?:#?\w{1,31};)?")
_CDATA = "<![CDATA["


def starts_as_feed(data: bytes) -> bool:
    """Whether these bytes begin as an XML feed does."""
    return bool(_FEED_START.match(data[:HEAD_BYTES].replace(b"\0", b"").lstrip(b"\xff\xfe")))  # UTF-16 has both


def parts_of(data: bytes, charset: str | None = None) -> Iterator["Element"]:
    """The title, the entries and whatever else a feed holds; each is gone when the next is asked for.

    Raises:
        RejectedError: it is no feed, breaks off, or is made to do harm.
    """
    declared = _DECLARED.search(data[:HEAD_BYTES])
    text = decode(data, charset or (declared[1].decode() if declared else None))
    is_xml = False
    frames = elements = 0
    path: list[str] = []
    for event, element in _events(_mended(text)):
        if event == "start":
            if not is_xml:
                _check_root(element)
                is_xml = True
            path.append(name_of(element))
            frames += len(path) == frames + 1 and path[-1] in FRAMES
            elements += 1
            _check_size(len(path), elements)
            continue
        path.pop()
        if len(path) < frames:  # a frame ends
            frames -= 1
        elif len(path) == frames:
            elements = 0
            yield element
            _let_go(element)
    if not is_xml:
        raise RejectedError("neither a feed nor other XML", "give the address or the file of the feed itself")
    if path:
        raise RejectedError("broken off, or not well-formed, after its last whole entry", "download it again")


def name_of(element: "Element") -> str:
    """The element's name in lower case: "title" in the feed's own vocabulary, "dc:creator" in another."""
    tag = element.tag if isinstance(element.tag, str) else ""
    space, _, name = tag.rpartition("}")
    prefix = "" if space[1:] in _ATOM else (element.prefix or "").lower()
    return name.lower() if prefix in {"", "rdf", "rss"} else f"{prefix}:{name.lower()}"


def text_in(element: "Element") -> str:
    """All text in an element, as one line."""
    return " ".join("".join(element.itertext())[:MAX_FIELD_CHARS].split())


def markup_in(element: "Element") -> str:
    """The content of an element: escaped markup as it is, elements written out."""
    from lxml import etree  # type: ignore[import-untyped]

    for inner in element.iterdescendants(etree.Element):
        inner.tag = inner.tag.rpartition("}")[2]
    etree.cleanup_namespaces(element)
    written = (etree.tostring(child, method="html", encoding="unicode") for child in element)
    return (element.text or "") + "".join(written)


def _events(text: str) -> Iterator[tuple[str, "Element"]]:
    from lxml import etree

    parser = etree.XMLPullParser(
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",  # whatever the document says: it has been decoded
    )
    try:
        for start in range(0, len(text), PIECE_CHARS):
            parser.feed(text[start : start + PIECE_CHARS].encode("utf-8", "replace"))
            yield from parser.read_events()
    except etree.XMLSyntaxError as error:
        raise RejectedError("not XML that can be read", "export or download it again") from error


def _check_root(root: "Element") -> None:
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:
        raise RejectedError("declares entities, which feeds do not need and bombs are made of", "leave it out")
    if (name := name_of(root)) not in _ROOTS:
        raise RejectedError(f"no feed but XML of another kind (<{name[:40]}>)", "convert it to HTML, JSON or text")


def _check_size(depth: int, elements: int) -> None:
    if depth > MAX_DEPTH:
        raise RejectedError("nested too deeply", "leave it out")
    if elements > MAX_ELEMENTS:
        raise RejectedError(f"more than {MAX_ELEMENTS:,} elements in one entry", "leave it out")


def _let_go(element: "Element") -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _mended(text: str) -> str:
    """The XML with every "&" as XML wants it: after one that it does not, libxml2 drops even good ones."""
    outside, *rest = tidy(text).split(_CDATA)
    pieces = [_AMPERSAND.sub(_reference, outside)]
    for part in rest:
        inside, end, outside = part.partition("]]>")
        pieces += [_CDATA, inside, end, _AMPERSAND.sub(_reference, outside)]
    return "".join(pieces)


def _reference(written: re.Match[str]) -> str:
    """The character that "&nbsp;" or "&#38;" stands for, or what was written, both fit for XML."""
    return escape(tidy(html.unescape(written[0])), {'"': "&quot;", "'": "&apos;"})
