"""The bytes of a saved mail or of a page saved as MHTML in, its article out: a message of parts, both of them."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesFeedParser
from email.policy import EmailPolicy
from email.utils import parseaddr
from typing import IO, cast

from index.dates import believable
from index.decoding import RejectedError, decode, tidy
from index.documents import Document, Item, limited
from index.metadata import Clue
from index.outlets import host_of, outlet, outlet_of_host
from index.pages import read_page

MAX_MESSAGE_BYTES = 50_000_000  # bytes; mail servers take 25 to 50 million, pictures and all
MAX_PARTS = 10_000  # lines that may begin a part; a saved page has a part for each of its some hundred pictures
MAX_LINES = 1_000_000  # lines; 50 MB of pictures have 660,000, and each may be a header, which takes 250 bytes
MAX_HEADER_CHARS = 5000  # characters that are read of a header; its parser takes quadratic time
MAX_SECONDS = 30.0  # for finding the parts; 50 MB of pictures take 2
PIECE_BYTES = 65_536  # bytes between two looks at the clock
MIN_SHARE_OF_PLAIN = 0.5  # of the plain part's length; a newsletter of tables may come to nothing as a page
SAVE_AS_TEXT = "save the article's text as .txt"

# What the parser raises on some broken headers.
_BROKEN = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
_REPLY = re.compile(r"(?:\s*(?:re|fwd?|aw|wg|tr)\s*:)+\s*", re.IGNORECASE)
_LISTS = ("List-Id", "List-Unsubscribe", "List-Post")  # RFC 2919 and 2369: sent to many, so from an outlet


class _Brief(EmailPolicy):
    """The usual reading of headers, of which long ones are cut: none that matters here is."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:MAX_HEADER_CHARS]


def read_mail(stream: IO[bytes], _packed: Callable[[], int]) -> Iterator[Item]:
    """The one document of a mail: of its HTML, or of its plain text where that says more."""
    message = _message(stream)
    if message is None:
        yield Item(Document("", []))
        return
    plain = "\n".join(_text(part) for part in _bodies(message, "text/plain")[:1])
    text, told = plain, list[Clue]()
    for part in _bodies(message, "text/html")[:1]:
        with suppress(RejectedError):
            page, clues = read_page(_bytes(part), part.get_content_charset())
            if len(page) >= MIN_SHARE_OF_PLAIN * len(plain):
                text, told = page, clues
    if not text.strip():
        raise RejectedError("no text in the mail", SAVE_AS_TEXT)
    yield Item(Document(text, [*_headers(message), *told]))


def read_mhtml(stream: IO[bytes], _packed: Callable[[], int]) -> Iterator[Item]:
    """The one document of a page that was saved with all its pictures in one file."""
    message = _message(stream)
    if message is None:
        yield Item(Document("", []))
        return
    root = _root(message)
    if root is None:
        raise RejectedError("no web page in it", "save the page again, or its text as .txt")
    text, clues = read_page(_bytes(root), root.get_content_charset())
    addresses = [_header(message, "Snapshot-Content-Location"), _header(root, "Content-Location")]
    url = [Clue("url", address, "metadata") for address in addresses if host_of(address)][:1]
    subject = _header(message, "Subject")
    yield Item(Document(text, [*url, *clues], fallback=[Clue("title", subject, "metadata")] if subject else []))


def _message(stream: IO[bytes]) -> EmailMessage | None:
    """The message; None where the file is empty.

    Raises:
        RejectedError: it is none, or one of far too many parts.
    """
    data = limited(stream, MAX_MESSAGE_BYTES, SAVE_AS_TEXT).lstrip()
    if not data:
        return None
    if data.count(b"\n") > MAX_LINES:
        raise RejectedError(f"more than {MAX_LINES:,} lines in the mail", SAVE_AS_TEXT)
    if data.count(b"\n--") > MAX_PARTS:
        raise RejectedError(f"more than {MAX_PARTS} parts in the mail", SAVE_AS_TEXT)
    try:
        message = _parsed(data)
    except (MessageError, *_BROKEN) as error:
        raise RejectedError("not a mail that can be read", SAVE_AS_TEXT) from error
    if not message.keys():
        raise RejectedError("not a mail: it has no headers", "name it for what it is, or save its text as .txt")
    return message


def _parsed(data: bytes) -> EmailMessage:
    """The message, read piece by piece: parts in parts take the parser time for each line and each level."""
    parser = BytesFeedParser(policy=_Brief())
    end = time.monotonic() + MAX_SECONDS
    for start in range(0, len(data), PIECE_BYTES):
        parser.feed(data[start : start + PIECE_BYTES])
        if time.monotonic() > end:
            raise RejectedError(f"took longer than {MAX_SECONDS:.0f} s", SAVE_AS_TEXT)
    return cast("EmailMessage", parser.close())


def _bodies(message: EmailMessage, kind: str) -> list[EmailMessage]:
    """The parts of a kind that are not attached files."""
    parts = [part for part in message.walk() if part.get_content_type() == kind and not part.is_multipart()]
    return [part for part in parts if isinstance(part, EmailMessage) and part.get_content_disposition() != "attachment"]


def _root(message: EmailMessage) -> EmailMessage | None:
    """The page itself: the part that the message names as its start, else the first page in it."""
    pages = _bodies(message, "text/html") + _bodies(message, "application/xhtml+xml")
    start = str(message.get_param("start") or "")
    return next((page for page in pages if start and _header(page, "Content-ID") == start), next(iter(pages), None))


def _bytes(part: EmailMessage) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AssertionError) as error:
        raise RejectedError("a damaged mail", SAVE_AS_TEXT) from error
    return data if isinstance(data, bytes) else b""


def _text(part: EmailMessage) -> str:
    return decode(_bytes(part), part.get_content_charset())


def _headers(message: EmailMessage) -> Iterator[Clue]:
    """Title, author or outlet, and moment, as the mail says them."""
    if title := _REPLY.sub("", _header(message, "Subject"), count=1):
        yield Clue("title", title, "metadata")
    name, address = parseaddr(_header(message, "From"))
    if any(_header(message, listed) for listed in _LISTS):
        if sender := name or outlet_of_host(address.rpartition("@")[2]):
            yield Clue("source", outlet(sender), "metadata")
    elif name:
        yield Clue("authors", (name,), "metadata")
    yield from _moment(message)


def _moment(message: EmailMessage) -> Iterator[Clue]:
    try:
        moment = message["Date"].datetime if message["Date"] else None
        day = believable(moment.year, moment.month, moment.day) if moment else None
    except (*_BROKEN, OverflowError):
        return
    if moment and day:
        yield Clue("published_at", day, "metadata")
        if moment.tzinfo:
            yield Clue("published_time", moment, "metadata")


def _header(message: EmailMessage, name: str) -> str:
    """A header on one line; empty where there is none, or none that can be read."""
    try:
        value = str(message.get(name, ""))
    except _BROKEN:
        return ""
    return " ".join(tidy(value).split())
