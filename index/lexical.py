"""The lexical index: BM25 over the words of title and passage, in tantivy.

Derived from the article store. tantivy takes one more article without being built again, opens in
milliseconds, and survives kill -9. Its ranking is Okapi BM25 (Robertson et al., TREC-3, 1994; k1 = 1.2,
b = 0.75) over stems; evals/RESULTS.md compares it with SQLite's FTS5 and with bm25s.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from itertools import chain
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

import tantivy

from index.errors import IndexUnavailableError
from index.lexical_fields import (
    ANALYZER,
    VERSION_ID,
    analyzer,
    best,
    document,
    question_words,
    schema,
    version_document,
    version_of,
)
from index.scope import Scope, day_of
from index.tables import Version

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

AMONG: Final = 10  # best; copies of a chunk are found by the same words
HEAP: Final = 50_000_000  # bytes of a writer, for 70,000 chunks in one piece; it takes only what it fills
_META_LOCK: Final = ".tantivy-meta.lock"
_LOCKS: Final = (_META_LOCK, ".tantivy-writer.lock")
_REPLACED: Final = ("meta.json", ".managed.json")  # by tantivy, with files that only their owner may read
_EARLIER: Final = ("lexical.db", "lexical.db-journal", "lexical.new", "lexical.new-journal")


class _Commit(NamedTuple):
    """What was last committed: the folder, and the file in it that tells its pieces."""

    folder: str
    meta: bytes


class _Opened(NamedTuple):
    """A commit, open to be searched."""

    commit: _Commit
    searcher: tantivy.Searcher
    version: Version | None


class LexicalIndex:
    """Chunks that share words with a question.

    Each one that is made has a folder of its own; a file beside them says which is the one in use. What was
    last committed stays open between calls, and each call looks whether it still is the last (0.1 ms): any
    number of threads and processes may search while one writes, and all see what was last committed.
    """

    shared = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "lexical"
        self._in_use = self._folder / "in-use"
        self._earlier = [folder / name for name in _EARLIER]
        self._lock = Lock()  # one opens it for all
        self._opened: _Opened | None = None
        self.place = str(self._folder)

    def open(self) -> None:
        """It is opened when somebody looks into it."""

    def shown(self) -> Version | None:
        """The version of the store that it holds; None where it is missing or damaged."""
        try:
            opened = self._current()
        except IndexUnavailableError:  # damaged, or made by something else: to be made again
            return None
        return opened.version if opened else None

    written = shown

    def finds(self, node: "TextNode") -> bool:
        """Whether searching for all words of a chunk finds it."""
        return node.node_id in self.search(node.text, AMONG, day_of(node.metadata))

    def count(self) -> int:
        """How many chunks it holds.

        Raises:
            IndexUnavailableError: it cannot be read.
        """
        opened = self._current()
        return opened.searcher.num_docs - (opened.version is not None) if opened else 0

    def make(self, fresh: Iterable[Sequence["TextNode"]], version: Version) -> None:
        """Make it anew; searches go on in the old one until then."""
        folder = self._folder / token_hex(4)
        with self._errors():
            folder.mkdir(parents=True)
            with _changing(folder, tantivy.Index(schema(), path=str(folder)), version) as writer:
                for node in chain.from_iterable(fresh):
                    writer.add_document(document(node))
            pointer = self._in_use.with_suffix(".new")
            pointer.write_text(folder.name)
            pointer.replace(self._in_use)
            for old in self._folder.iterdir():
                if old.is_dir() and old != folder:
                    shutil.rmtree(old, ignore_errors=True)
            for file in self._earlier:
                file.unlink(missing_ok=True)

    def change(self, stale: Sequence[str], fresh: Iterable[Sequence["TextNode"]], version: Version) -> None:
        """Take out chunks and add others, which makes this version; all of it or nothing."""
        with self._errors():
            folder = self._folder / self._in_use.read_text()
            with _changing(folder, tantivy.Index.open(str(folder)), version) as writer:
                for node_id in stale:
                    writer.delete_documents_by_term("id", node_id)
                for node in chain.from_iterable(fresh):
                    writer.delete_documents_by_term("id", node.node_id)  # it may have been there before
                    writer.add_document(document(node))

    def search(self, question: str, top_k: int, scope: Scope) -> list[str]:
        """The ids of the `top_k` chunks in scope that score highest, highest first."""
        return [node_id for node_id, _ in self.scored(question, top_k, scope)]

    def scored(self, question: str, top_k: int, scope: Scope) -> list[tuple[str, float]]:
        """The ids of the `top_k` chunks in scope that score highest and their BM25 scores, highest first."""
        words = question_words(question)
        if not words or top_k < 1 or scope.sources == ():
            return []
        opened = self._current()
        if opened is None:  # where there is none yet, another process is just making it
            return []
        with self._errors():
            return best(opened.searcher, words, top_k, scope)

    def close(self) -> None:
        """Release its files."""
        self._opened = None

    def _current(self) -> _Opened | None:
        """What was last committed; None where nothing is there."""
        with self._lock, self._errors():
            while (commit := self._commit()) and (self._opened is None or self._opened.commit != commit):
                try:
                    self._opened = _opened(self._folder, commit)
                except (OSError, ValueError):
                    if self._commit() == commit:  # else its files went with the next one
                        raise
            return self._opened if commit else None

    def _commit(self) -> _Commit | None:
        folder = None
        with suppress(FileNotFoundError):
            while folder != (folder := self._in_use.read_text()):  # it may have gone since, for the next one
                with suppress(FileNotFoundError):
                    return self._read(folder)
        return None

    def _read(self, folder: str) -> _Commit:
        try:
            return _Commit(folder, (self._folder / folder / "meta.json").read_bytes())
        except PermissionError:
            if self._opened is None:
                raise
            return self._opened.commit  # until its owner has let others read the next one

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            # tantivy raises ValueError and, where it stumbles over damage, an exception of Rust that is no Exception.
            if not isinstance(error, (OSError, ValueError)) and type(error).__name__ != "PanicException":
                raise
            reason = (str(error) or type(error).__name__).splitlines()[0]
            raise IndexUnavailableError(
                f"cannot use the lexical index: {self._folder}: {reason}; check that the folder can be written"
            ) from error


def _opened(folder: Path, commit: _Commit) -> _Opened:
    path = folder / commit.folder
    with TemporaryDirectory() if _read_only(path) else nullcontext(path) as place:
        if place != path:
            # tantivy locks a folder to open it; where it may not, it is shown links in a folder of its own.
            for file in path.iterdir():
                if file.name not in _LOCKS:
                    (Path(place) / file.name).symlink_to(file.absolute())
        index = tantivy.Index.open(str(place))
        if index.schema != schema():
            raise ValueError("it is of another kind")
        index.config_reader("manual")  # else it watches the file in a thread of its own
        searcher = index.searcher()
        return _Opened(commit, searcher, version_of(searcher))


def _read_only(path: Path) -> bool:
    lock = path / _META_LOCK
    return not os.access(lock if lock.exists() else path, os.W_OK)


@contextmanager
def _changing(folder: Path, index: tantivy.Index, version: Version) -> Iterator[tantivy.IndexWriter]:
    index.register_tokenizer(ANALYZER, analyzer())
    writer = index.writer(HEAP, num_threads=1)
    try:
        yield writer
        writer.delete_documents_by_term("id", VERSION_ID)
        writer.add_document(version_document(version))
        writer.commit()
        _allow(folder)
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()  # and lets go of the folder, however long the error lives
    _allow(folder)


def _allow(folder: Path) -> None:
    """Let whoever may read the folder read all of it: tantivy keeps to its owner what it replaces as a whole."""
    for name in _REPLACED:
        (folder / name).chmod(folder.stat().st_mode & 0o666)
