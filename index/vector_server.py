"""The dense index on a Chroma server, which several machines may share."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from index.collection import AMONG, change, errors, made, nearest, quiet
from index.scope import Scope, day_of
from index.tables import Version

if TYPE_CHECKING:
    import httpx
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection
    from llama_index.core.schema import TextNode

REQUEST_SECONDS: Final = 60.0  # a batch of 1000 vectors takes a server two seconds


class ChromaServer:
    """A collection on a Chroma server, whose metadata say which version of the store it shows.

    It is looked up by its name every time, so whoever changes it, everybody sees it.
    """

    shared = True

    def __init__(self, url: str, name: str, headers: Mapping[str, str]) -> None:
        self._url = self.place = url
        self._name = f"dateline-{name}"
        self._headers = dict(headers)
        self._client: Client | None = None

    def open(self) -> None:
        """It is always open."""

    def shown(self) -> Version | None:
        """The version of the store that it holds; None where there is no such collection.

        Raises:
            IndexUnavailableError: the server does not answer.
        """
        with self._errors():
            collection = self._collection()
        return Version.read((collection.metadata or {}).get("version")) if collection else None

    written = shown

    def finds(self, node: "TextNode") -> bool:
        """Whether searching for the vector of a chunk finds it."""
        return node.node_id in self.search(node.get_embedding(), AMONG, day_of(node.metadata))

    def count(self) -> int:
        """How many vectors it holds."""
        with self._errors():
            collection = self._collection()
            return collection.count() if collection else 0

    def make(self, fresh: Iterable[Sequence["TextNode"]], version: Version) -> None:
        """Make it anew; only under the lock."""
        with self._errors():
            if self._collection():
                self._connected().delete_collection(self._name)
            collection = made(self._connected(), self._name)
            change(collection, [], fresh)
            collection.modify(metadata={"version": str(version)})

    def change(self, stale: Sequence[str], fresh: Iterable[Sequence["TextNode"]], version: Version) -> None:
        """Take out chunks and add others, which makes this version; only under the lock."""
        with self._errors():
            collection = made(self._connected(), self._name)
            change(collection, stale, fresh)
            collection.modify(metadata={"version": str(version)})

    def search(self, embedding: Sequence[float], top_k: int, scope: Scope) -> dict[str, float]:
        """Id -> cosine of the `top_k` chunks in scope that are nearest to the embedding, nearest first."""
        with self._errors():
            collection = self._collection()
            return nearest(collection, embedding, top_k, scope) if collection else {}

    def close(self) -> None:
        """Disconnect."""
        if self._client is not None:
            for session in _sessions(self._client):
                session.close()
            self._client.close()
        self._client = None

    def _collection(self) -> "Collection | None":
        from chromadb.errors import NotFoundError

        try:
            return self._connected().get_collection(self._name, embedding_function=None)
        except NotFoundError:
            return None

    def _connected(self) -> "Client":
        import chromadb

        if self._client is None:
            url = urlsplit(self._url)
            if url.scheme not in {"http", "https"} or not url.hostname:
                raise ValueError("not an http(s)://host:port address")
            secure = url.scheme == "https"
            port = url.port or (443 if secure else 8000)
            client = chromadb.HttpClient(url.hostname, port, ssl=secure, headers=self._headers, settings=quiet())
            self._client = cast("Client", client)
            for session in _sessions(self._client):
                session.timeout = REQUEST_SECONDS
        return self._client

    def _errors(self) -> AbstractContextManager[None]:
        return errors(self.place, "start the server, or check CHROMA_URL")


def _sessions(client: "Client") -> "list[httpx.Client]":
    """The connections of a client and of its inner one.

    Chroma neither closes them nor ever stops waiting for a server that hangs.
    """
    inner = cast("Any", client)
    return [inner._server._session, inner._admin_client._server._session]
