"""One web page by its address: bounded in size, time and redirects."""

import re
import time
from typing import TYPE_CHECKING

from index.decoding import RejectedError, decode
from index.metadata import Clue
from index.outlets import host_of
from index.pages import read_page

if TYPE_CHECKING:
    import httpx

MAX_PAGE_BYTES = 10_000_000  # bytes, unpacked; news pages are well under 2 MB, saved ones with all inlined under 10
MAX_SECONDS = 30.0  # for the whole page; a server that drips bytes would hold up everything after it
STEP_SECONDS = 10.0  # for connecting, and between two pieces
MAX_REDIRECTS = 5  # http to https, to www, to the canonical address, and two to spare
PAGE_TYPES = {"text/html", "application/xhtml+xml", "text/plain", ""}
AGENT = "Mozilla/5.0 (compatible; Dateline/0.1)"  # some outlets send nothing to an unnamed client


_WWW = re.compile(r"(?:www|m|amp|edition)\.")


def read_url(url: str) -> tuple[str, list[Clue]]:
    """The main text of the page at `url`, and what page and address say about it.

    Raises:
        RejectedError: it cannot be fetched, or is no article.
    """
    import httpx

    if not host_of(url):
        raise RejectedError("not a web address", "give one that starts with https://")
    headers = {"User-Agent": AGENT, "Accept": "text/html,text/plain;q=0.8"}
    try:
        with (
            httpx.Client(
                follow_redirects=True, max_redirects=MAX_REDIRECTS, timeout=STEP_SECONDS, headers=headers
            ) as client,
            client.stream("GET", url) as response,
        ):
            response.raise_for_status()
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind not in PAGE_TYPES:
                raise RejectedError(f"neither a web page nor plain text ({kind})", "give the address of the article")
            body = _body(response)
            address, charset = str(response.url.copy_with(fragment=None)), response.charset_encoding
    except httpx.HTTPStatusError as error:
        raise RejectedError(
            f"the server answered {error.response.status_code}",
            "check the address, or save the page and add the file",
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise RejectedError(f"could not be fetched ({reason})", "check the address and the connection") from error
    if kind == "text/plain":
        return decode(body, charset), [Clue("url", address, "given")]
    text, clues = read_page(body, charset)
    own = [clue for clue in clues if clue.field != "url" or _same_site(clue.value, address)]
    return text, [*own, Clue("url", address, "given")]


def _body(response: "httpx.Response") -> bytes:
    too_large = RejectedError("larger than 10 MB", "save the article itself as a file and add that")
    deadline = time.monotonic() + MAX_SECONDS
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > MAX_PAGE_BYTES:
            raise too_large
        if time.monotonic() > deadline:
            raise RejectedError("took longer than 30 s", "save the page and add the file")
    return bytes(body)


def _same_site(one: str, other: str) -> bool:
    """A page names its own address, but may not speak for another site's."""
    hosts = {_WWW.sub("", host_of(url) or "", count=1) for url in (one, other)}
    return len(hosts) == 1
