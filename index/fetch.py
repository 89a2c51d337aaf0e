"""One answer from the web by its address: bounded in bytes, seconds and redirects."""

import gzip
import io
import zlib
from collections.abc import Collection
from typing import NamedTuple, Self

import httpcore
import httpx

from index.connections import CheckedTransport, Deadline
from index.decoding import RejectedError

MAX_BYTES = 10_000_000  # bytes, unpacked; news pages are well under 2 MB, saved ones with all inlined under 10
MAX_SECONDS = 30.0  # for the whole answer; a server that drips bytes would hold up everything after it
STEP_SECONDS = 10.0  # for connecting, and between two pieces
MAX_REDIRECTS = 5  # http to https, to www, to the canonical address, and two to spare
AGENT = "Mozilla/5.0 (compatible; Dateline/0.1)"  # some outlets send nothing to an unnamed client
# httpx would unpack more kinds, some of them nested, and none of them within bounds.
HEADERS = {"User-Agent": AGENT, "Accept": "text/html,*/*;q=0.8", "Accept-Encoding": "gzip"}

_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpx.HTTPError,
    httpx.InvalidURL,
    UnicodeError,
)


class Fetched(NamedTuple):
    """What an address answers with."""

    body: bytes
    kind: str  # "text/html"; empty where the server does not say
    charset: str | None
    address: str  # where the redirects ended


class Fetcher:
    """Fetches one address after the other, over one connection where the server keeps it open."""

    def __init__(self, private_hosts: Collection[str] = ()) -> None:
        """`private_hosts`: names of hosts that may be on a private network."""
        self._deadline = Deadline()
        transport = CheckedTransport(self._deadline, private_hosts)
        # No credentials from a .netrc: articles are public, and a page must not choose who gets them.
        self._client = httpx.Client(transport=transport, timeout=STEP_SECONDS, headers=HEADERS, trust_env=False)

    def __enter__(self) -> Self:
        """The fetcher itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the connections that are kept open."""
        self._client.close()

    def get(self, url: str, seconds: float = MAX_SECONDS) -> Fetched:
        """What the address answers with, within so many seconds.

        Raises:
            RejectedError: it cannot be had.
        """
        self._deadline.start(min(seconds, MAX_SECONDS))
        try:
            return self._followed(self._client.build_request("GET", url))
        except httpx.HTTPStatusError as error:
            why = f"the server answered {error.response.status_code}"
            raise RejectedError(why, "check the address, or save the page and add the file") from error
        except _ERRORS as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise RejectedError(f"could not be fetched ({reason})", "check the address and the connection") from error

    def _followed(self, request: httpx.Request | None) -> Fetched:
        for _ in range(MAX_REDIRECTS + 1):
            if request is None:
                break
            response = self._client.send(request, stream=True)  # which leaves a redirect's own body unread
            try:
                request = response.next_request
                if request is None:
                    return _fetched(response.raise_for_status())
            finally:
                response.close()
        raise RejectedError(f"more than {MAX_REDIRECTS} redirects", "check the address")


def _fetched(response: httpx.Response) -> Fetched:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    address = response.url.copy_with(fragment=None, userinfo=b"")
    return Fetched(_body(response), kind, response.charset_encoding, str(address))


def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > MAX_BYTES:
            raise _too_large()
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing in {"", "identity"} or not body:
        return bytes(body)
    if packing not in {"gzip", "x-gzip"}:
        raise RejectedError(f"packed in a way that was not asked for ({packing})", "save the page and add the file")
    return _unpacked(bytes(body))


def _unpacked(body: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            unpacked = packed.read(MAX_BYTES + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise RejectedError("could not be unpacked (damaged gzip)", "save the page and add the file") from error
    if len(unpacked) > MAX_BYTES:
        raise _too_large()
    return unpacked


def _too_large() -> RejectedError:
    return RejectedError(f"larger than {MAX_BYTES // 1_000_000} MB", "save the article itself as a file and add that")
