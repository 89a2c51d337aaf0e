"""How an index is made: with which chunks and embedding; and how it is made anew with others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from index.chunking import CHUNKING
from index.errors import StaleIndexError
from index.settings import IndexSettings
from index.store import ArticleStore

if TYPE_CHECKING:
    from index.embedding import TextEmbedding
    from index.ingestion import Ingestion

BATCH: Final = 16  # articles embedded and committed together while an index is made anew
REMEDY: Final = "or make the index anew with: dateline reindex"


class Making:
    """The chunking and embedding of a store, and those that the settings name."""

    def __init__(self, store: ArticleStore, settings: IndexSettings) -> None:
        self._store = store
        self._settings = settings
        self._loaded: TextEmbedding | None = None

    def checked_embedding(self) -> "TextEmbedding":
        """The embedding that the settings name, if it made the store.

        Raises:
            StaleIndexError: another one did.
        """
        embedding = self._embedding()
        name, _, fingerprint = self._store.made("embedding").rpartition(" ")
        if fingerprint not in {"", embedding.fingerprint}:  # every time: another process may have added articles
            raise StaleIndexError(
                f"the index was made with another embedding model: {name}, not {embedding.name}; "
                f"set DATELINE_EMBED to it, {REMEDY}"
            )
        return embedding

    @contextmanager
    def ingestion(self, ray: str | None) -> Iterator["Ingestion"]:
        """What chunks and embeds articles for this store; noted as what made it.

        Raises:
            StaleIndexError: something else did.
        """
        embedding = self.checked_embedding()
        if (chunking := self._store.made("chunking")) not in {"", CHUNKING}:
            raise StaleIndexError(f"the index was made with other chunks: {chunking}, not {CHUNKING}; {REMEDY[3:]}")
        self._note(self._store.version.space, embedding)
        chosen = _chosen(embedding, self._settings, ray)
        try:
            yield chosen
        finally:
            chosen.close()

    def make_anew(self, progress: Callable[[int, int], None]) -> None:
        """Chunk and embed every article as the settings say; what there was is used until all is done."""
        from index.ingestion import LocalIngestion

        embedding = self._embedding()
        space = self._store.begin_space(f"{_name(embedding)} {CHUNKING}")
        self._note(space, embedding)
        ids = self._store.missing(space)
        ingestion = LocalIngestion(embedding)
        for first in range(0, len(ids), BATCH):
            some = self._store.catalog.among(ids[first : first + BATCH])
            self._store.put_chunks(space, ingestion.embed(list(some.values())))
            progress(first + len(some), len(ids))
        self._store.switch(space)

    def summary(self) -> dict[str, Any]:
        """What made the store."""
        return {
            "embedding": self._store.made("embedding").rpartition(" ")[0] or "none yet",
            "chunking": self._store.made("chunking") or "none yet",
        }

    def _embedding(self) -> "TextEmbedding":
        if self._loaded is None:
            from index.embedding import load_embedding

            self._loaded = load_embedding(self._settings.embed, threads=self._settings.threads)
        return self._loaded

    def _note(self, space: str, embedding: "TextEmbedding") -> None:
        self._store.note(f"embedding:{space}", _name(embedding))
        self._store.note(f"chunking:{space}", CHUNKING)


def _chosen(embedding: "TextEmbedding", settings: IndexSettings, ray: str | None) -> "Ingestion":
    if ray is None:
        from index.ingestion import LocalIngestion

        return LocalIngestion(embedding)
    from index.ray_ingestion import RayIngestion

    return RayIngestion(embedding, address=ray, threads=settings.threads)


def _name(embedding: "TextEmbedding") -> str:
    return f"{embedding.name} {embedding.fingerprint}"
