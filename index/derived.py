"""The indexes derived from the article store, and how they are kept true to it.

Every change is committed to the store first, which gives it a new generation; then each derived index
follows: it takes out what left the store since the generation that it shows, and puts in what came. So whoever looks
sees whether an index is what the store says, and brings it to date, or makes it again, where it is not.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from filelock import FileLock, Timeout

from index.errors import IndexLockedError, IndexUnavailableError
from index.lexical import LexicalIndex
from index.scope import Scope
from index.settings import IndexSettings
from index.store import ArticleStore
from index.tables import Version
from index.vector_server import ChromaServer
from index.vectors import ChromaFolder

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

# Chunks of so few are compared one by one in 70 ms; a filter inside Chroma takes 130 to 450 among 70,000 chunks.
FEW_ARTICLES: Final = 500
WRITER_WAITS: Final = 2.0  # seconds; a reader holds the lock for under half a second, to open what a writer left


class Derived(Protocol):
    """An index that follows the article store; what changes it happens under a lock."""

    place: str

    @property
    def shared(self) -> bool:
        """Whether other machines write to it too."""

    def open(self) -> None:
        """Open what was left whole."""

    def shown(self) -> Version | None:
        """The version of the store that searching it now finds; None where it cannot be searched."""

    def written(self) -> Version | None:
        """The version of the store that it says it shows, opened or not."""

    def count(self) -> int:
        """How many chunks it holds."""

    def finds(self, node: "TextNode") -> bool:
        """Whether searching for a chunk finds it."""

    def make(self, fresh: Iterable[Sequence["TextNode"]], version: Version) -> None:
        """Make it anew from all chunks."""

    def change(self, stale: Sequence[str], fresh: Iterable[Sequence["TextNode"]], version: Version) -> None:
        """Take out chunks and add others, which makes this version."""

    def close(self) -> None:
        """Release files and connections."""


logger = logging.getLogger(__name__)


class DerivedIndexes:
    """The vector index and the lexical index of one article store."""

    def __init__(self, folder: Path, store: ArticleStore, settings: IndexSettings) -> None:
        self.folder = folder
        self._store = store
        if settings.chroma_url:
            name, headers = store.version.store, settings.headers
            self.vectors: ChromaServer | ChromaFolder = ChromaServer(settings.chroma_url, name, headers)
        else:
            self.vectors = ChromaFolder(folder)
        self.lexical_index = LexicalIndex(folder)
        self.all: tuple[Derived, ...] = (self.lexical_index, self.vectors)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the index for writing; what an earlier writer left undone is done first.

        Raises:
            IndexLockedError: another process, or another thread, holds it.
            IndexUnavailableError: the folder cannot be written.
        """
        with self._locked(WRITER_WAITS, shared=True):
            self.follow()
            yield

    @contextmanager
    def _locked(self, wait: float, *, shared: bool) -> Iterator[None]:
        """Hold the folder of this index and, to write what other machines write too, the store."""
        lock = FileLock(self.folder / "write.lock")  # one a call: a thread waits for another like a process
        try:
            lock.acquire(timeout=wait)
        except Timeout as error:
            raise _in_use(lock.lock_file) from error
        except OSError as error:
            raise IndexUnavailableError(
                f"cannot write to the index: {self.folder}: {error.strerror}; check the folder's permissions"
            ) from error
        try:
            with self._store.writing() if shared else nullcontext(enter_result=True) as alone:
                if not alone:
                    raise _in_use("the database is locked")
                yield
        finally:
            lock.release()

    def follow(self) -> None:
        """Bring each index to date with the store; only by whoever is writing."""
        for derived in self.all:
            _follow(derived, self._store)

    def make_anew(self, derived: Derived) -> None:
        """Make one of them anew from the store.

        Raises:
            IndexLockedError: somebody is writing.
        """
        with self._locked(WRITER_WAITS, shared=True):
            _make(derived, self._store)

    def dense(self, embedding: Sequence[float], top_k: int, scope: Scope) -> dict[str, float]:
        """Id -> cosine of the `top_k` chunks in scope that are nearest to the embedding, nearest first."""
        few = not scope.unbounded and self._store.catalog.count(scope, at_most=FEW_ARTICLES + 1) <= FEW_ARTICLES
        if few or not self.true(self.vectors):
            return self._store.chunks.nearest(embedding, top_k, scope)
        return self.vectors.search(embedding, top_k, scope)

    def lexical(self, question: str, top_k: int, scope: Scope) -> dict[str, float]:
        """Id -> BM25 score of the `top_k` chunks in scope that share the most telling words, best first."""
        self.true(self.lexical_index)
        return dict(self.lexical_index.scored(question, top_k, scope))

    def true(self, derived: Derived) -> bool:
        """Whether the index is what the store says, brought to date if that is possible now."""
        if derived.shown() == self._store.version:
            return True
        try:
            with self._locked(0, shared=derived.shared):
                _follow(derived, self._store)
        except (IndexLockedError, IndexUnavailableError) as error:
            logger.info("searching without %s: %s", derived.place, error)
            return False
        return True

    def states(self) -> dict[str, str]:
        """How each of them stands to the store."""
        version = self._store.version
        return {name: _state(each, version) for name, each in zip(("lexical index", "vectors"), self.all, strict=True)}

    def close(self) -> None:
        """Close both."""
        for derived in self.all:
            derived.close()


def _follow(derived: Derived, store: ArticleStore) -> None:
    derived.open()
    shown, version = derived.shown(), store.version
    is_whole = shown != version or derived.count() == store.chunks.count()
    if shown is None or not version.follows(shown) or not is_whole:
        _make(derived, store)
    elif shown != version:
        span = shown.generation, version.generation
        derived.change(store.chunks.left(*span), store.chunks.came(*span), version)


def _make(derived: Derived, store: ArticleStore) -> None:
    version = store.version
    if chunks := store.chunks.count():
        logger.warning("filling %s from the article store again: %d chunks", derived.place, chunks)
    derived.make(store.chunks.came(0, version.generation), version)


def _state(derived: Derived, version: Version) -> str:
    try:
        shown = derived.written()
    except IndexUnavailableError as error:
        return str(error)
    if shown is None or not version.follows(shown):
        return "to be made from the article store when next needed"
    behind = version.generation - shown.generation
    return f"{behind} changes behind: brought to date when next needed" if behind else "up to date"


def _in_use(place: str) -> IndexLockedError:
    return IndexLockedError(f"somebody else is writing to this index: {place}; try again when it is done")
