"""The indexes derived from the article store, and how they are kept true to it.

Every change is committed to the store first. While a derived index is being written the store notes it
as dirty; afterwards it notes the generation that the index has reached. So whoever opens the index sees
whether each derived index is what the store says, and fills it again from the store where it is not.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock, Timeout

from index.errors import IndexLockedError
from index.lexical import LexicalIndex
from index.store import ArticleStore
from index.vectors import VectorIndex

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

DIRTY = "dirty"

logger = logging.getLogger(__name__)


class _Derived(Protocol):
    name: str

    @property
    def location(self) -> str: ...
    def open(self) -> None: ...
    def close(self) -> None: ...
    def reset(self) -> None: ...
    def add(self, nodes: Sequence["TextNode"]) -> None: ...
    def remove(self, node_ids: Sequence[str]) -> None: ...


class DerivedIndexes:
    """The vector index and the lexical index of one article store."""

    def __init__(self, folder: Path, store: ArticleStore, chroma_url: str | None = None) -> None:
        self.vectors = VectorIndex(folder, chroma_url)
        self.lexical = LexicalIndex(folder)
        self._all: tuple[_Derived, ...] = (self.vectors, self.lexical)
        self._store = store
        self._file_lock = FileLock(folder / "write.lock")
        self._thread_lock = RLock()
        self._seen: int | None = None  # the generation that the open indexes show

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the index for writing; what an earlier writer left undone is done first.

        Raises:
            IndexLockedError: another process holds it.
        """
        with self._thread_lock:
            try:
                self._file_lock.acquire(timeout=0)
            except Timeout as error:
                raise IndexLockedError(
                    f"another process is writing to this index: {self._file_lock.lock_file}; try again when it is done"
                ) from error
            try:
                self._open(may_write=True)
                yield
            finally:
                self._file_lock.release()

    def apply(self, change: Callable[[], None], stale: Sequence[str], fresh: Sequence["TextNode"]) -> None:
        """Change the store, then take out the stale chunks and add the fresh ones everywhere."""
        self._note(DIRTY)
        change()
        for derived in self._all:
            derived.remove(stale)
            derived.add(fresh)
        self._seen = self._store.generation
        self._note(str(self._seen))

    def refresh(self) -> None:
        """Open the indexes, or open them again where another process has changed them."""
        with self._thread_lock:
            if self._seen == self._store.generation:
                return
            try:
                with self.writing():
                    pass
            except IndexLockedError:
                self._open(may_write=False)  # its writer will leave it true; until then, what is there

    def _open(self, *, may_write: bool) -> None:
        generation = self._store.generation
        for derived in self._all:
            note = self._store.fact(_key(derived))
            if note == str(generation) or not may_write:
                if self._seen != generation:
                    derived.open()
            else:
                self._fill(derived, note)
        self._seen = generation

    def _fill(self, derived: _Derived, note: str | None) -> None:
        if note is not None:
            logger.warning("the %s index was not closed cleanly: %s; filling it again", derived.name, derived.location)
        self._store.set_fact(_key(derived), DIRTY)
        derived.reset()
        for nodes in self._store.embedded_nodes():
            derived.add(nodes)
        self._store.set_fact(_key(derived), str(self._store.generation))

    def _note(self, value: str) -> None:
        for derived in self._all:
            self._store.set_fact(_key(derived), value)

    def close(self) -> None:
        """Close both."""
        for derived in self._all:
            derived.close()
        self._seen = None


def _key(derived: _Derived) -> str:
    return f"{derived.name} at {derived.location}"
