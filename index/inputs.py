"""What was given, files, folders and patterns, in; the regular files to read out, or what is wrong."""

import glob
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from index.archives import is_archive
from index.failure import Failure
from index.formats import READERS

PACKED = ".gz"
ARCHIVE = ".zip"


def is_url(given: str | Path) -> bool:
    """Whether it is a web address."""
    return isinstance(given, str) and given.lower().startswith(("http://", "https://"))


def files_of(given: str | Path) -> Iterator[Path | Failure]:
    """The files to read for one input that is no web address, each a regular file, or what is wrong with it."""
    path = Path(given)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        if isinstance(error, FileNotFoundError) and glob.has_magic(str(given)):
            yield from _matching(path)
        else:
            yield unreadable(path, error)
        return
    if stat.S_ISDIR(mode):
        yield from _in_folder(path)
    elif stat.S_ISREG(mode):
        yield path
    else:
        yield Failure(shown(path), "not a file", "give a file, a folder or an address")


def kind_of(name: str) -> str:
    """What kind of file has this name: its suffix, or the one before ".gz"."""
    path = Path(name)
    return Path(path.stem if path.suffix.lower() == PACKED else path.name).suffix.lower()


def is_article_file(name: str) -> bool:
    """Whether a file of this name, met in a folder or an archive, is one to read, or to be told of as an archive."""
    return kind_of(name) in READERS or is_archive(name)


def size_of(path: Path) -> int:
    """The file's size in bytes; 0 where it cannot be told."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def unreadable(path: Path, error: Exception) -> Failure:
    """The failure of a file that the system does not let us read."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Failure(shown(path), f"cannot be read ({reason})", "check that it is there and may be read")


def shown(path: Path) -> str:
    """The path as text on one line, also where the name is not valid in UTF-8."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _in_folder(folder: Path) -> Iterator[Path | Failure]:
    found = False
    for path in _walk(folder):
        found = True
        yield path
    if not found:
        remedy = f"articles are files named {', '.join([*READERS, ARCHIVE])}"
        yield Failure(shown(folder), "no articles in the folder", remedy)


def _matching(pattern: Path) -> Iterator[Path | Failure]:
    """The files that match, sorted, and those in folders that match; hidden ones only where the pattern says so."""
    first = next(at for at, part in enumerate(pattern.parts) if glob.has_magic(part))
    parts = list(pattern.parts[first:])
    recursive = "**" in parts
    if parts[-1] == "**":
        parts.append("*")
    try:
        matches = sorted(set(Path(*pattern.parts[:first]).glob("/".join(parts))))
    except (OSError, ValueError, NotImplementedError) as error:
        yield unreadable(pattern, error)
        return
    asks_hidden = any(part.startswith(".") for part in parts)
    found = False
    for path in matches:
        below = path.parts[first:]
        if not asks_hidden and any(part.startswith(".") for part in below):
            continue
        inside = _matched(path, parts[-1], recursive=recursive)
        for file in inside:
            found = True
            yield file
    if not found:
        yield Failure(shown(pattern), "nothing matches", "check the pattern, and put it in quotation marks")


def _matched(path: Path, last: str, *, recursive: bool) -> Iterator[Path | Failure]:
    """What one match brings in: a file of any kind that the pattern names, or the articles in a folder."""
    if path.is_dir():
        yield from () if recursive else _walk(path)
    elif path.is_file() and (not last.endswith("*") or is_article_file(path.name)):
        yield path


def _walk(folder: Path) -> Iterator[Path | Failure]:
    """The article files below a folder, sorted; linked folders are not entered, they may lead in a circle."""
    to_do = [folder]
    while to_do:
        here = to_do.pop()
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            yield unreadable(here, error)
            continue
        seen = [entry for entry in entries if not entry.name.startswith(".")]
        to_do += [Path(entry.path) for entry in reversed(seen) if entry.is_dir(follow_symlinks=False)]
        for path in (Path(entry.path) for entry in seen if not entry.is_dir(follow_symlinks=False)):
            if is_article_file(path.name) and (path.is_file() or (path.is_symlink() and not path.exists())):
                yield path
