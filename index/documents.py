"""What every reader of a file hands out: documents, each a text and clues to its fields, or why there is none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import IO, NamedTuple

from index.decoding import RejectedError
from index.metadata import Clue

MAX_ARTICLE_CHARS = 5_000_000  # characters; the longest novels have 4 million, no article comes near


class Document(NamedTuple):
    """One article as its file holds it."""

    text: str
    clues: list[Clue]
    mapped: Mapping[str, str] = MappingProxyType({})  # a name in the record -> our field, where they differ
    fallback: Sequence[Clue] = ()  # clues that count only where the text itself says nothing


class Item(NamedTuple):
    """One document of a file, or why there is none: `record` and `place` tell it from the file's others."""

    found: Document | RejectedError
    record: str = ""  # "#3"; empty in a file that is one article
    place: str = ""  # ":5", the line, or "#3"


# A reader takes a file's bytes, unpacked, and how many bytes of the file as it is on disk they came from.
Reader = Callable[[IO[bytes], Callable[[], int]], Iterator[Item]]


def too_long() -> RejectedError:
    """The rejection of a text over the limit."""
    return RejectedError(f"longer than {MAX_ARTICLE_CHARS:,} characters", "split it, or leave it out")


def limited(stream: IO[bytes], limit: int, remedy: str) -> bytes:
    """All bytes of a stream.

    Raises:
        RejectedError: they are more than the limit; no more than that was read.
    """
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise RejectedError(f"larger than {limit // 1_000_000} MB", remedy)
    return data
