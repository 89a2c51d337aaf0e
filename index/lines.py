"""The lines of a file of any size, as text: each bounded, and none that cannot be read stops the rest."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from index.decoding import SNIFF_BYTES, RejectedError, codec_of, encoding_of, looks_like_text, not_text
from index.documents import MAX_ARTICLE_CHARS, too_long

MAX_LINE_CHARS = 2 * MAX_ARTICLE_CHARS  # JSON escapes quotes and line ends with one more character
MAX_RATIO = 200  # unpacked over packed; text packs 3 to 10 times, logs 50, a bomb 1000
MIN_BOMB_CHARS = 10_000_000  # characters; below that, any ratio is harmless


@contextmanager
def lines_of(stream: IO[bytes], packed: Callable[[], int]) -> Iterator[Iterator[str | RejectedError]]:
    """The lines with their ends; one over the limit is a rejection in its place.

    Raises:
        RejectedError: the file is no text, or a bomb.
    """
    head = stream.peek(SNIFF_BYTES)[:SNIFF_BYTES]  # type: ignore[attr-defined]  # every stream here has it
    encoding = encoding_of(head)
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    if not looks_like_text(head.decode(encoding, "replace")):
        raise not_text()
    text = io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="\n")
    try:
        yield _lines(text, packed, _Mending(head))
    finally:
        text.detach()  # whoever opened the stream closes it


class _Mending:
    """Lines that are not valid UTF-8 in, text out: their bytes stand in them as lone surrogates."""

    def __init__(self, head: bytes) -> None:
        self._head = head  # what tells most about the character set, if it has letters beyond ASCII at all
        self._codec: str | None = None

    def __call__(self, line: str) -> str:
        try:
            line.encode()
        except UnicodeEncodeError:
            data = line.encode("utf-8", "surrogateescape")
            return data.decode(self._codec_of(data), "replace")
        return line

    def _codec_of(self, line: bytes) -> str:
        codec = codec_of(line)
        if codec == "utf-8":
            return codec
        if self._codec is None:
            in_head = codec_of(self._head)
            self._codec = codec if in_head == "utf-8" else in_head
        return self._codec


def _lines(text: io.TextIOWrapper, packed: Callable[[], int], mended: _Mending) -> Iterator[str | RejectedError]:
    skipping = False
    for piece in _pieces(text, packed):
        is_start = not skipping
        skipping = not piece.endswith("\n") and len(piece) == MAX_LINE_CHARS
        if is_start:
            yield too_long() if skipping else mended(piece)


def _pieces(text: io.TextIOWrapper, packed: Callable[[], int]) -> Iterator[str]:
    """The lines; those over the limit in pieces of it."""
    unpacked = 0
    while piece := text.readline(MAX_LINE_CHARS):
        unpacked += len(piece)
        if unpacked > MIN_BOMB_CHARS and unpacked > MAX_RATIO * packed():
            raise RejectedError(f"unpacks to over {MAX_RATIO} times its size", "unpack it and look what is in it")
        yield piece
