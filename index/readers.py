"""Files, folders and web addresses in, articles out: one at a time, and what cannot go in stops nothing.

A `Failure` says of one input, or one record in it, what happened and what to do.
"""

import gzip
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple, cast

from index.archives import is_archive, members
from index.article import Article
from index.cleaning import clean
from index.decoding import RejectedError, tidy
from index.documents import MAX_ARTICLE_CHARS, Document, Item, too_long
from index.dumps import credit_clues, dateline_clues, lift
from index.failure import Failure
from index.formats import READERS, read_unknown
from index.inputs import (
    ARCHIVE,
    PACKED,
    files_of,
    is_article_file,
    is_url,
    kind_of,
    shown,
    size_of,
    unreadable,
)
from index.language import language_clues
from index.metadata import known_year, name_clues, settle, url_clues
from index.web import read_url

__all__ = ["Failure", "Read", "measure", "read_articles"]


AS_ZIP = "unpack it and add the folder, or pack it as .zip"


@dataclass(frozen=True)
class Read:
    """One article, or why there is none, and how many bytes of all inputs are done with."""

    item: Article | Failure
    done: int
    mapped: Mapping[str, str] = field(default_factory=dict)  # a name in its record -> our field, where they differ


class _Source(NamedTuple):
    """The bytes of one file, or of one in an archive."""

    where: str  # as given, for messages
    origin: str  # its full path, and the name in the archive
    name: str
    stream: IO[bytes]
    done: Callable[[], int]  # bytes of the file on disk that are done with


def measure(inputs: Sequence[str | Path]) -> int:
    """The bytes that reading `inputs` goes through: file sizes as they are on disk; 0 for web addresses."""
    return sum(
        size_of(file) for given in inputs if not is_url(given) for file in files_of(given) if isinstance(file, Path)
    )


def read_articles(inputs: Sequence[str | Path], *, private_hosts: Collection[str] = ()) -> Iterator[Read]:
    """Every article in `inputs`, lazily and in bounded memory, with a `Failure` for whatever is none.

    Args:
        inputs: files, zip archives, folders (walked in sorted order; hidden files and other file types are
            passed over), patterns such as "news/**/*.txt", and http or https addresses.
        private_hosts: names of hosts that may be fetched from although they are on a private network.
    """
    done = 0
    for given in inputs:
        if is_url(given):
            yield from _fetched(str(given), private_hosts, done)
            continue
        for file in files_of(given):
            if isinstance(file, Failure):
                yield Read(file, done)
                continue
            size = size_of(file)
            yield from _counted(file, done, size)
            done += size


def _counted(path: Path, before: int, size: int) -> Iterator[Read]:
    """The file's articles; whatever bytes follow its last article are counted with it."""
    held: Read | None = None
    latest = 0
    for read in _read_file(path):
        if held:
            yield held
        latest = max(latest, min(read.done, size))
        held = replace(read, done=before + latest)
    if held:
        yield replace(held, done=before + size)


def _read_file(path: Path) -> Iterator[Read]:
    where, origin = shown(path), shown(path.absolute())
    try:
        with path.open("rb") as raw:
            if kind_of(path.name) == ARCHIVE and path.suffix.lower() != PACKED:
                yield from _read_archive(raw, where, origin)
            elif is_archive(path.name):
                rejected = RejectedError(f"an archive of a kind that is not read ({path.suffix})", AS_ZIP)
                yield _refused(where, rejected, 0)
            else:
                yield from _read_source(_Source(where, origin, path.name, raw, raw.tell))
    except OSError as error:
        yield Read(unreadable(path, error), 0)


def _read_archive(raw: IO[bytes], where: str, origin: str) -> Iterator[Read]:
    found = False
    try:
        for name, stream, done in members(raw, is_article_file):
            found = True
            inside = f"{where}!{name}"
            if isinstance(stream, RejectedError):
                yield _refused(inside, stream, done())
            else:
                yield from _read_source(_Source(inside, f"{origin}!{name}", PurePosixPath(name).name, stream, done))
    except RejectedError as rejected:
        yield _refused(where, rejected, 0)
    else:
        if not found:
            yield Read(
                Failure(where, "no articles in the archive", f"articles are files named {', '.join(READERS)}"), 0
            )


def _read_source(source: _Source) -> Iterator[Read]:
    """The articles of one file; what makes it unreadable from somewhere on is a failure at its end."""
    try:
        with _unpacked(source) as stream:
            reader = READERS.get(kind_of(source.name), read_unknown)
            for item in reader(stream, source.done):
                yield _made(
                    item,
                    where=f"{source.where}{item.place}",
                    origin=f"{source.origin}{item.record}",
                    name=source.name,
                    done=source.done(),
                )
    except RejectedError as rejected:
        why, remedy = rejected.why, rejected.remedy
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        why = "broken off" if isinstance(error, EOFError) else "damaged, or not a gzip file"
        remedy = "pack or download it again"
    else:
        return
    yield Read(Failure(source.where, why, remedy), source.done())


def _refused(where: str, rejected: RejectedError, done: int) -> Read:
    return Read(Failure(where, rejected.why, rejected.remedy), done)


def _made(item: Item, *, where: str, origin: str | None, name: str, done: int) -> Read:
    try:
        if isinstance(item.found, RejectedError):
            raise item.found
        # A collection is named for the day it was made, a single article's file for the day it came out.
        article = _article(item.found, origin=origin, stem="" if item.record else name)
    except RejectedError as rejected:
        return _refused(where, rejected, done)
    return Read(article, done, item.found.mapped)


def _article(document: Document, *, origin: str | None, stem: str) -> Article:
    """The article in a document: its text cleaned, its fields from the most trusted clue to each.

    Raises:
        RejectedError: it is empty, or longer than any article.
    """
    raw = tidy(document.text)
    if not raw.strip():
        raise RejectedError("empty", "leave it out, or fill it")
    if len(raw) > MAX_ARTICLE_CHARS:
        raise too_long()
    cleaned = clean(raw) or raw.strip()  # an article of nothing but furniture is still what was asked for
    text, said = lift(cleaned)
    url = next((clue.value for clue in document.clues if clue.field == "url"), None)
    clues = [*document.clues, *url_clues(url), *said, *credit_clues(raw), *name_clues(stem)]
    clues += [*dateline_clues(text, known_year(url, stem)), *document.fallback]
    if all(clue.field != "language" for clue in clues):
        clues += language_clues(text)
    return Article(text=text or cleaned.strip(), origin=origin, **settle(clues))


def _fetched(url: str, private_hosts: Collection[str], done: int) -> Iterator[Read]:
    try:
        for item in read_url(url, private_hosts=private_hosts):
            origin = f"{url}{item.record}" if item.record else None
            yield _made(item, where=f"{url}{item.place}", origin=origin, name="", done=done)
    except RejectedError as rejected:
        yield _refused(url, rejected, done)


@contextmanager
def _unpacked(source: _Source) -> Iterator[IO[bytes]]:
    if not source.name.lower().endswith(PACKED):
        yield source.stream
        return
    with gzip.GzipFile(fileobj=source.stream) as unpacked:
        yield cast("IO[bytes]", unpacked)
