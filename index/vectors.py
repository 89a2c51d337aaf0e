"""The dense index: vectors in Chroma, embedded in the index folder or on a server.

Derived from the article store. Embedded Chroma loses vectors under repeated kill -9 and corrupts under two
writers, so it is opened only under the index's lock and only where it was left whole; else it is made anew.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from secrets import token_hex
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast
from urllib.parse import urlsplit

from index.collection import change, nearest
from index.errors import IndexUnavailableError
from index.scope import Scope

if TYPE_CHECKING:
    import httpx
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection
    from chromadb.config import Settings
    from llama_index.core.schema import TextNode

    from index.store import ArticleStore

# Of the true ten nearest of 70,000 chunks (20,000 real ones, and mixtures of them) searches find 99.4 % so, in
# 4 ms; with Chroma's own ef_search of 100 it is 97.2 %; with 32 neighbours and 200 for both efs 99.8 %, but then
# the index takes 157 s to make instead of 59.
HNSW: Final["CreateHNSWConfiguration"] = {"space": "cosine", "ef_search": 400}
REQUEST_SECONDS: Final = 60.0  # a batch of 1000 vectors takes a server two seconds


class _Stamp(NamedTuple):
    """Which folder is whole, and the version of the store that it shows."""

    folder: str
    version: str


class ChromaFolder:
    """Chroma in the index folder.

    A file beside its data says which version of the store it shows. It is written last: whoever dies
    before leaves the stamp of an earlier version, and what he left is thrown away unopened, for opening
    a damaged one can crash the process. A new one gets a new folder: within a process, Chroma hands out
    what it once opened by its path.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "chroma"
        self.place = str(self._folder)
        self._stamp_file = self._folder / "stamp.json"
        self._lock = RLock()  # nobody searches while it is opened anew
        self._stamp: _Stamp | None = None  # of what is open
        self._client: Client | None = None
        self._collection: Collection | None = None

    def shows(self, version: str) -> bool:
        """Whether searching it now finds this version of the store."""
        stamp = self._stamp
        return stamp is not None and stamp.version == version and stamp == self._written()

    def opens(self, store: "ArticleStore") -> bool:
        """Whether it could be opened, and shows what is in the store; only under the lock."""
        stamp = self._written()
        if stamp is None or stamp.version != store.version:
            return False
        try:
            with self._lock:
                self._connect(stamp)
                return self._open().count() == store.count_chunks()
        except Exception:
            return False

    def make(self, store: "ArticleStore") -> None:
        """Make it from what is in the store; only under the lock.

        Raises:
            IndexUnavailableError: the folder cannot be written.
        """
        version, fresh = store.version, token_hex(4)
        with self._lock, self._errors():
            self._connect(_Stamp(fresh, ""))
            for nodes in store.embedded_nodes():
                change(self._open(), [], nodes)
            self._write(version)
            for old in self._folder.iterdir():
                if old.is_dir() and old.name != fresh:
                    shutil.rmtree(old, ignore_errors=True)

    def update(self, stale: Sequence[str], fresh: Sequence["TextNode"], version: str) -> None:
        """Take out chunks and add others, which makes this version; only under the lock."""
        with self._errors():
            change(self._open(), stale, fresh)
            self._write(version)

    def search(self, embedding: Sequence[float], top_k: int, scope: Scope) -> list[str]:
        """The ids of the `top_k` chunks in scope that are nearest to the embedding, nearest first."""
        with self._lock, self._errors():
            return nearest(self._open(), embedding, top_k, scope)

    def close(self) -> None:
        """Close it."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._stamp = self._client = self._collection = None

    def _connect(self, stamp: _Stamp) -> None:
        import chromadb

        self.close()
        path = self._folder / stamp.folder
        path.mkdir(parents=True, exist_ok=True)
        client = chromadb.PersistentClient(path=str(path), settings=_quiet())
        self._client = cast("Client", client)
        self._collection = _made(self._client, "chunks")
        self._stamp = stamp

    def _errors(self) -> AbstractContextManager[None]:
        return _errors(self.place, "check that the folder can be written")

    def _open(self) -> "Collection":
        if self._collection is None:
            raise IndexUnavailableError(f"the index is closed: {self._folder}; open it again")
        return self._collection

    def _written(self) -> _Stamp | None:
        try:
            stamp = json.loads(self._stamp_file.read_bytes())
            return _Stamp(str(stamp["folder"]), str(stamp["version"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _write(self, version: str) -> None:
        stamp = cast("_Stamp", self._stamp)._replace(version=version)
        fresh = self._stamp_file.with_suffix(".new")
        fresh.write_text(json.dumps(stamp._asdict()))
        fresh.replace(self._stamp_file)
        self._stamp = stamp


class ChromaServer:
    """A collection on a Chroma server, whose metadata say which version of the store it shows.

    It is looked up by its name every time, so whoever changes it, everybody sees it.
    """

    def __init__(self, url: str, name: str) -> None:
        self._url = self.place = url
        self._name = f"dateline-{name}"
        self._client: Client | None = None

    def shows(self, version: str) -> bool:
        """Whether it holds this version of the store.

        Raises:
            IndexUnavailableError: the server does not answer.
        """
        with self._errors():
            collection = self._collection()
        return collection is not None and (collection.metadata or {}).get("version") == version

    def opens(self, store: "ArticleStore") -> bool:
        """Whether it shows what is in the store."""
        return self.shows(store.version)

    def make(self, store: "ArticleStore") -> None:
        """Make it from what is in the store; only under the lock."""
        version = store.version
        with self._errors():
            if self._collection():
                self._connected().delete_collection(self._name)
            collection = _made(self._connected(), self._name)
            for nodes in store.embedded_nodes():
                change(collection, [], nodes)
            collection.modify(metadata={"version": version})

    def update(self, stale: Sequence[str], fresh: Sequence["TextNode"], version: str) -> None:
        """Take out chunks and add others, which makes this version; only under the lock."""
        with self._errors():
            collection = _made(self._connected(), self._name)
            change(collection, stale, fresh)
            collection.modify(metadata={"version": version})

    def search(self, embedding: Sequence[float], top_k: int, scope: Scope) -> list[str]:
        """The ids of the `top_k` chunks in scope that are nearest to the embedding, nearest first."""
        with self._errors():
            collection = self._collection()
            return nearest(collection, embedding, top_k, scope) if collection else []

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
            client = chromadb.HttpClient(url.hostname, port, ssl=secure, settings=_quiet())
            self._client = cast("Client", client)
            for session in _sessions(self._client):
                session.timeout = REQUEST_SECONDS
        return self._client

    def _errors(self) -> AbstractContextManager[None]:
        return _errors(self.place, "start the server, or check CHROMA_URL")


def _sessions(client: "Client") -> "list[httpx.Client]":
    """The connections of a client and of its inner one.

    Chroma neither closes them nor ever stops waiting for a server that hangs.
    """
    inner = cast("Any", client)
    return [inner._server._session, inner._admin_client._server._session]


@contextmanager
def _errors(place: object, remedy: str) -> Iterator[None]:
    try:
        yield
    except IndexUnavailableError:
        raise
    except Exception as error:  # Chroma raises its own errors, httpx's and Rust's
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise IndexUnavailableError(f"Chroma does not answer: {place}: {reason}; {remedy}") from error


def _quiet() -> "Settings":
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def _made(client: "Client", name: str) -> "Collection":
    # No embedding function: Chroma's own would download a model.
    return client.get_or_create_collection(name, embedding_function=None, configuration={"hnsw": HNSW})
