"""Files, folders and web addresses in, articles out: one at a time, and what cannot go in stops nothing.

A `Failure` says of one input, or one record in it, what happened and what to do.
"""

import gzip
import os
import stat
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from index.article import Article
from index.cleaning import clean
from index.decoding import RejectedError, tidy
from index.dumps import credit_clues, dateline_clues, lift
from index.formats import MAX_ARTICLE_CHARS, READERS, Document, read_unknown, too_long
from index.metadata import known_year, name_clues, settle, url_clues
from index.web import read_url

PACKED = ".gz"


@dataclass(frozen=True)
class Failure:
    """One input, or one record in it, that did not go in."""

    where: str  # a path, "path:line", "path#record", or a web address
    why: str
    remedy: str

    def __str__(self) -> str:
        """One line: what happened, where, and what to do."""
        return f"{self.why}: {self.where}; {self.remedy}"


@dataclass(frozen=True)
class Read:
    """One article, or why there is none, and how many bytes of all inputs are done with."""

    item: Article | Failure
    done: int


def measure(inputs: Sequence[str | Path]) -> int:
    """The bytes that reading `inputs` goes through: file sizes as they are on disk; 0 for web addresses."""
    return sum(
        _size(file) for given in inputs if not _is_url(given) for file in _files(given) if isinstance(file, Path)
    )


def read_articles(inputs: Sequence[str | Path]) -> Iterator[Read]:
    """Every article in `inputs`, lazily and in bounded memory, with a `Failure` for whatever is none.

    Args:
        inputs: files, folders (walked in sorted order; hidden files and other file types are passed
            over), and http or https addresses.
    """
    done = 0
    for given in inputs:
        if _is_url(given):
            yield Read(_fetched(str(given)), done)
            continue
        for file in _files(given):
            if isinstance(file, Failure):
                yield Read(file, done)
                continue
            size = _size(file)
            yield from _counted(file, done, size)
            done += size


def _counted(path: Path, before: int, size: int) -> Iterator[Read]:
    """The file's articles; whatever bytes follow its last article are counted with it."""
    held: Read | None = None
    for item, position in _read_file(path):
        if held:
            yield held
        held = Read(item, before + min(position, size))
    if held:
        yield Read(held.item, before + size)


def _read_file(path: Path) -> Iterator[tuple[Article | Failure, int]]:
    position = 0
    try:
        with _opened(path) as (stream, tell):
            reader = READERS.get(_kind(path), read_unknown)
            for found, record, place in reader(stream, tell):
                position = tell()
                yield _made(path, found, record, place), position
    except RejectedError as rejected:
        yield Failure(_shown(path), rejected.why, rejected.remedy), position
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        why = "broken off" if isinstance(error, EOFError) else "damaged, or not a gzip file"
        yield Failure(_shown(path), why, "pack or download it again"), position
    except OSError as error:
        yield _unreadable(path, error), position


def _made(path: Path, found: Document | RejectedError, record: str, place: str) -> Article | Failure:
    try:
        if isinstance(found, RejectedError):
            raise found
        # A collection is named for the day it was made, a single article's file for the day it came out.
        stem = "" if record else path.name
        return _article(found, origin=f"{_shown(path.absolute())}{record}", stem=stem)
    except RejectedError as rejected:
        return Failure(f"{_shown(path)}{place}", rejected.why, rejected.remedy)


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
    clues += dateline_clues(text, known_year(url, stem))
    return Article(text=text or cleaned.strip(), origin=origin, **settle(clues))


def _fetched(url: str) -> Article | Failure:
    try:
        return _article(Document(*read_url(url)), origin=None, stem="")
    except RejectedError as rejected:
        return Failure(url, rejected.why, rejected.remedy)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], Callable[[], int]]]:
    """The file's bytes, unpacked, and how far in the file on disk they have been read."""
    with path.open("rb") as raw:
        if path.suffix.lower() != PACKED:
            yield raw, raw.tell
            return
        with gzip.GzipFile(fileobj=raw) as unpacked:
            yield cast("IO[bytes]", unpacked), raw.tell


def _files(given: str | Path) -> Iterator[Path | Failure]:
    """The files to read for one input, each a regular file, or what is wrong with it."""
    path = Path(given)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        yield _unreadable(path, error)
        return
    if not stat.S_ISDIR(mode):
        yield (
            path if stat.S_ISREG(mode) else Failure(_shown(path), "not a file", "give a file, a folder or an address")
        )
        return
    found = False
    for found_path in _walk(path):
        found = True
        yield found_path
    if not found:
        yield Failure(_shown(path), "no articles in the folder", f"articles are files named {', '.join(READERS)}")


def _walk(folder: Path) -> Iterator[Path | Failure]:
    """The article files below a folder, sorted; linked folders are not entered, they may lead in a circle."""
    to_do = [folder]
    while to_do:
        here = to_do.pop()
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            yield _unreadable(here, error)
            continue
        shown = [entry for entry in entries if not entry.name.startswith(".")]
        to_do += [Path(entry.path) for entry in reversed(shown) if entry.is_dir(follow_symlinks=False)]
        for path in (Path(entry.path) for entry in shown if not entry.is_dir(follow_symlinks=False)):
            if _kind(path) in READERS and (path.is_file() or (path.is_symlink() and not path.exists())):
                yield path


def _kind(path: Path) -> str:
    return Path(path.stem if path.suffix.lower() == PACKED else path.name).suffix.lower()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _is_url(given: str | Path) -> bool:
    return isinstance(given, str) and given.lower().startswith(("http://", "https://"))


def _unreadable(path: Path, error: Exception) -> Failure:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Failure(_shown(path), f"cannot be read ({reason})", "check that it is there and may be read")


def _shown(path: Path) -> str:
    """The path as text, also where the name is not valid in UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
