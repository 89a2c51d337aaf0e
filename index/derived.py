"""The indexes derived from the article store, and how they are kept true to it.

Every change is committed to the store first, which gives it a new version; then each derived index is
changed, and notes the version that it shows as the last thing. So whoever looks sees whether an index is
what the store says, and makes it again from the store where it is not.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from filelock import FileLock, Timeout

from index.errors import IndexLockedError, IndexUnavailableError
from index.lexical import LexicalIndex
from index.scope import Scope
from index.store import ArticleStore
from index.vectors import ChromaFolder, ChromaServer

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

# Chunks of so few are compared one by one in 70 ms; a filter inside Chroma takes 130 to 450 among 70,000 chunks.
FEW_ARTICLES: Final = 500
WRITER_WAITS: Final = 2.0  # seconds; a reader holds the lock for under half a second, to open what a writer left


class _Derived(Protocol):
    place: str

    def shows(self, version: str) -> bool:
        """Whether searching it now finds this version of the store."""

    def opens(self, store: ArticleStore) -> bool:
        """Whether it could be opened, and shows what is in the store; only under the lock."""

    def make(self, store: ArticleStore) -> None:
        """Make it from what is in the store; only under the lock."""

    def update(self, stale: Sequence[str], fresh: Sequence["TextNode"], version: str) -> None:
        """Take out chunks and add others, which makes this version; only under the lock."""

    def close(self) -> None:
        """Release files and connections."""


logger = logging.getLogger(__name__)


class DerivedIndexes:
    """The vector index and the lexical index of one article store."""

    def __init__(self, folder: Path, store: ArticleStore, chroma_url: str | None = None) -> None:
        self._folder = folder
        self._store = store
        self._vectors = ChromaServer(chroma_url, store.name) if chroma_url else ChromaFolder(folder)
        self._lexical = LexicalIndex(folder)
        self._all: tuple[_Derived, ...] = (self._lexical, self._vectors)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the index for writing; what an earlier writer left undone is done first.

        Raises:
            IndexLockedError: another process, or another thread, holds it.
            IndexUnavailableError: the folder cannot be written.
        """
        with self._locked(WRITER_WAITS):
            for derived in self._all:
                self._repair(derived)
            yield

    @contextmanager
    def _locked(self, wait: float) -> Iterator[None]:
        lock = FileLock(self._folder / "write.lock")  # one a call: a thread waits for another like a process
        try:
            lock.acquire(timeout=wait)
        except Timeout as error:
            raise _in_use(lock.lock_file) from error
        except OSError as error:
            raise IndexUnavailableError(
                f"cannot write to the index: {self._folder}: {error.strerror}; check the folder's permissions"
            ) from error
        try:
            with self._store.writing() as alone:
                if not alone:
                    raise _in_use("the database is locked")
                yield
        finally:
            lock.release()

    def _repair(self, derived: _Derived) -> None:
        if derived.opens(self._store):
            return
        if chunks := self._store.count_chunks():
            logger.warning("filling %s from the article store again: %d chunks", derived.place, chunks)
        derived.make(self._store)

    def apply(self, change: Callable[[], None], stale: Sequence[str], fresh: Sequence["TextNode"]) -> None:
        """Change the store, then take out the stale chunks and add the fresh ones everywhere."""
        change()
        version = self._store.version
        for derived in self._all:
            derived.update(stale, fresh, version)

    def dense(self, embedding: Sequence[float], top_k: int, scope: Scope) -> list[str]:
        """The ids of the `top_k` chunks in scope that are nearest to the embedding, nearest first."""
        few = not scope.unbounded and self._store.count(scope) <= FEW_ARTICLES
        if few or not self._true(self._vectors):
            return self._store.nearest(embedding, top_k, scope)
        return self._vectors.search(embedding, top_k, scope)

    def lexical(self, question: str, top_k: int, scope: Scope) -> list[str]:
        """The ids of the `top_k` chunks in scope that share the most telling words, best first."""
        self._true(self._lexical)
        return self._lexical.search(question, top_k, scope)

    def _true(self, derived: _Derived) -> bool:
        """Whether the index is what the store says, repaired if that is possible now."""
        if derived.shows(self._store.version):
            return True
        try:
            with self._locked(wait=0):
                self._repair(derived)
        except (IndexLockedError, IndexUnavailableError) as error:
            logger.info("searching without %s: %s", derived.place, error)
            return False
        return True

    def close(self) -> None:
        """Close both."""
        for derived in self._all:
            derived.close()


def _in_use(place: str) -> IndexLockedError:
    return IndexLockedError(f"somebody else is writing to this index: {place}; try again when it is done")
