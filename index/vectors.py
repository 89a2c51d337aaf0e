"""The dense index: Chroma, embedded in the index folder or a server, behind LlamaIndex's vector store.

Derived from the article store. Embedded Chroma loses vectors under repeated kill -9 and corrupts under
two writers, so it is never trusted over the store: the index marks it dirty while it writes, and a
dirty one is thrown away unopened (opening it can crash the process) and filled again from the store.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from index.errors import IndexUnavailableError
from index.scope import Scope

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from llama_index.core.schema import TextNode
    from llama_index.core.vector_stores import MetadataFilters
    from llama_index.vector_stores.chroma import ChromaVectorStore

COLLECTION = "chunks"
BATCH = 1000  # nodes; Chroma refuses more than 5,461 in one write
HNSW = {"space": "cosine"}
OVERFETCH = 4  # a filter inside Chroma costs ten times the search itself; most scopes hold every 4th neighbour


class VectorIndex:
    """Nearest chunks by cosine similarity."""

    name = "vectors"

    def __init__(self, folder: Path, chroma_url: str | None = None) -> None:
        self._folder = folder / "chroma"
        self._url = chroma_url
        self._client: ClientAPI | None = None
        self._store: ChromaVectorStore | None = None

    @property
    def location(self) -> str:
        """Where it lives, for the store's notes on what was derived."""
        return self._url or str(self._folder.resolve())

    def open(self) -> None:
        """Connect, or connect again to see what another process has written.

        Raises:
            IndexUnavailableError: the folder or the server does not answer.
        """
        from llama_index.vector_stores.chroma import ChromaVectorStore

        self.close()
        with self._errors():
            self._client = self._connect()
            # No embedding function: Chroma's own would download a model.
            collection = self._client.get_or_create_collection(
                COLLECTION, embedding_function=None, configuration={"hnsw": HNSW}
            )
        self._store = ChromaVectorStore(chroma_collection=collection)

    def _connect(self) -> "ClientAPI":
        import chromadb
        from chromadb.config import Settings

        quiet = Settings(anonymized_telemetry=False)
        if self._url is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            return chromadb.PersistentClient(path=str(self._folder), settings=quiet)
        url = urlsplit(self._url)
        if url.scheme not in {"http", "https"} or not url.hostname:
            raise ValueError("not an http(s)://host:port address")
        secure = url.scheme == "https"
        port = url.port or (443 if secure else 8000)
        return chromadb.HttpClient(host=url.hostname, port=port, ssl=secure, settings=quiet)

    def close(self) -> None:
        """Disconnect."""
        if self._client is not None:
            self._client.close()
        self._client = self._store = None

    def reset(self) -> None:
        """Empty it; what is there is not opened."""
        self.close()
        if self._url is None:
            shutil.rmtree(self._folder, ignore_errors=True)
        else:
            with self._errors():
                self._connect().delete_collection(COLLECTION)
        self.open()

    def add(self, nodes: Sequence["TextNode"]) -> None:
        """Add chunks with their embeddings; none of their ids may be there yet (Chroma keeps the old one)."""
        with self._errors():
            for first in range(0, len(nodes), BATCH):
                self._opened.add(list(nodes[first : first + BATCH]))

    def remove(self, node_ids: Sequence[str]) -> None:
        """Take chunks out."""
        with self._errors():
            for first in range(0, len(node_ids), BATCH):
                self._opened.delete_nodes(list(node_ids[first : first + BATCH]))

    def search(self, embedding: Sequence[float], top_k: int, scope: Scope) -> list[str]:
        """The ids of the `top_k` chunks in scope that are nearest to the embedding, nearest first.

        The nearest of all chunks are looked at first: where enough of them are in scope, they are exactly
        the ones that a filter inside Chroma would find, at a fraction of its cost.
        """
        near = self._query(embedding, top_k if scope.unbounded else top_k * OVERFETCH, None)
        found = [i for i, metadata in near if scope.holds(metadata.get("published_at"), metadata.get("source"))]
        if len(found) < top_k and not scope.unbounded:
            found = [i for i, _ in self._query(embedding, top_k, scope.metadata_filters())]
        return found[:top_k]

    def _query(
        self, embedding: Sequence[float], top_k: int, filters: "MetadataFilters | None"
    ) -> list[tuple[str, dict[str, Any]]]:
        from llama_index.core.vector_stores import VectorStoreQuery

        query = VectorStoreQuery(query_embedding=list(embedding), similarity_top_k=top_k, filters=filters)
        with self._errors():
            nodes = self._opened.query(query).nodes or []
        return [(node.node_id, node.metadata) for node in nodes]

    @property
    def _opened(self) -> "ChromaVectorStore":
        if self._store is None:
            self.open()
        return cast("ChromaVectorStore", self._store)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # Chroma raises its own errors, httpx's and Rust's
            remedy = "check CHROMA_URL" if self._url else "check that the folder can be written"
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise IndexUnavailableError(f"Chroma does not answer: {self.location}: {reason}; {remedy}") from error
