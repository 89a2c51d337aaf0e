"""The files in a zip archive, one at a time: nothing is written to disk, and none may unpack without end."""

import functools
import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple, cast

from index.decoding import RejectedError
from index.lines import MAX_RATIO

MAX_MEMBERS = 100_000  # files; the names alone take 60 MB of memory
MAX_DIRECTORY_BYTES = 16_000_000  # bytes; 100,000 names of 100 characters, which zipfile reads in one piece
MIN_BOMB_BYTES = 10_000_000  # bytes unpacked; below that, any ratio is harmless
NOT_READ = frozenset([".7z", ".bz2", ".lz4", ".rar", ".tar", ".tbz2", ".tgz", ".txz", ".xz", ".zst"])  # archives

_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, OverflowError, struct.error)


class Member(NamedTuple):
    """One file of an archive: its bytes, unpacked as they are read, or why it cannot be read."""

    name: str  # safe to show: one line
    found: IO[bytes] | RejectedError
    done: Callable[[], int]  # bytes of the archive that are done with


def members(archive: IO[bytes], is_wanted: Callable[[str], bool]) -> Iterator[Member]:
    """The wanted files in an archive, sorted by name; hidden ones are passed over.

    Raises:
        RejectedError: it is damaged, has too many files in it, or unpacks to many times its size.
    """
    size = archive.seek(0, io.SEEK_END)
    try:
        opened = zipfile.ZipFile(cast("IO[bytes]", _Bounded(archive)))
    except (*_DAMAGED, NotImplementedError) as error:
        raise RejectedError("damaged, or no zip archive", "pack or download it again") from error
    with opened:
        if len(opened.infolist()) > MAX_MEMBERS:
            raise _too_many()
        yield from _members(opened, size, is_wanted)


def _members(opened: zipfile.ZipFile, size: int, is_wanted: Callable[[str], bool]) -> Iterator[Member]:
    budget = _Budget(max(MIN_BOMB_BYTES, MAX_RATIO * size))
    done, before = 0, ""
    for info in sorted(opened.infolist(), key=lambda info: info.filename):
        if info.is_dir() or _is_hidden(info.filename) or not is_wanted(info.filename):
            continue
        why = _refusal(info) or (info.filename == before and "a second file of that name")
        name = _shown(info.filename)
        if why:
            rejected = RejectedError(why, "unpack the archive and add its files")
            yield Member(name, rejected, functools.partial(int, done))
            continue
        with _Unpacked(opened, info, budget) as raw, io.BufferedReader(raw) as stream:
            raw.before = done
            yield Member(name, stream, raw.done)
        done, before = done + info.compress_size, info.filename


def _refusal(info: zipfile.ZipInfo) -> str:
    """Why a file in an archive is not read at all; empty for one that is."""
    name = info.filename.replace("\\", "/")
    if ".." in PurePosixPath(name).parts or name.startswith("/") or name[1:2] == ":":
        return "leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link in an archive"
    if info.flag_bits & 1:
        return "encrypted"
    return "an archive in an archive" if is_archive(name) else ""


def is_archive(name: str) -> bool:
    """Whether a file of this name is an archive, of whatever kind."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes[-2:]]
    return bool(suffixes) and (suffixes[-1] in NOT_READ | {".zip"} or suffixes in ([".tar", ".gz"], [".zip", ".gz"]))


class _Bounded:
    """An open archive that refuses to read a list of files of any size into memory."""

    def __init__(self, archive: IO[bytes]) -> None:
        self._archive = archive

    def read(self, size: int = -1) -> bytes:
        if size > MAX_DIRECTORY_BYTES:
            raise _too_many()
        return self._archive.read(size)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else a file can do
        return getattr(self._archive, name)


class _Budget:
    """How many bytes all files of an archive together may still unpack to."""

    def __init__(self, left: int) -> None:
        self._left = left

    def spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise bomb()


class _Unpacked(io.RawIOBase):
    """The bytes of one file in an archive."""

    def __init__(self, opened: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> None:
        super().__init__()
        self._opened, self._info, self._budget = opened, info, budget
        self._stream: IO[bytes] | None = None
        self._read = 0  # bytes
        self.before = 0  # bytes of the archive that were done with

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        try:
            self._stream = self._stream or self._opened.open(self._info)
            data = self._stream.read(len(buffer))
        except NotImplementedError as error:
            raise RejectedError("packed in a way that is not read", "unpack it, and pack it again as usual") from error
        except (*_DAMAGED, RuntimeError) as error:
            raise RejectedError("damaged", "pack or download it again") from error
        buffer[: len(data)] = data
        self._read += len(data)
        self._budget.spend(len(data))
        if self._read > MIN_BOMB_BYTES and self._read > MAX_RATIO * self._info.compress_size:
            raise bomb()
        return len(data)

    def done(self) -> int:
        """How many of the archive's bytes are done with, as near as can be told."""
        share = min(1.0, self._read / max(1, self._info.file_size))
        return self.before + int(self._info.compress_size * share)

    def close(self) -> None:
        if self._stream:
            self._stream.close()
        super().close()


def bomb() -> RejectedError:
    """The rejection of what unpacks to more than any text does."""
    return RejectedError(f"unpacks to over {MAX_RATIO} times its size", "unpack it and look what is in it")


def _too_many() -> RejectedError:
    return RejectedError(f"over {MAX_MEMBERS:,} files in it", "unpack it and add the folder")


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in name)
