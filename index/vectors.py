"""The dense index: vectors in Chroma, embedded in the index folder.

Derived from the article store. Embedded Chroma loses vectors under repeated kill -9 and corrupts under two
writers, so it is opened only under the index's lock and only where it was left whole; else it is made anew.
"""

import json
import shutil
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from secrets import token_hex
from threading import RLock
from typing import TYPE_CHECKING, NamedTuple, cast

from index.collection import AMONG, change, errors, made, nearest, quiet
from index.errors import IndexUnavailableError
from index.scope import Scope, day_of
from index.tables import Version

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection
    from llama_index.core.schema import TextNode


class _Stamp(NamedTuple):
    """Which folder is whole, and the version of the store that it shows."""

    folder: str
    version: str


class ChromaFolder:
    """Chroma in the index folder.

    A file beside its data says which version of the store it shows. It is taken away before a change and
    written again after it: what somebody left who died in between is thrown away unopened, for opening
    a damaged one can crash the process. A new one gets a new folder: within a process, Chroma hands out
    what it once opened by its path.
    """

    shared = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "chroma"
        self.place = str(self._folder)
        self._stamp_file = self._folder / "stamp.json"
        self._lock = RLock()  # nobody searches while it is opened anew
        self._stamp: _Stamp | None = None  # of what is open
        self._client: Client | None = None
        self._collection: Collection | None = None

    def shown(self) -> Version | None:
        """The version of the store that searching it now finds; None: it is to be opened first."""
        stamp = self._stamp
        return Version.read(stamp.version) if stamp is not None and stamp == self._written() else None

    def open(self) -> None:
        """Open what was left whole, if anything was; only under the lock."""
        stamp = self._written()
        if stamp is None or stamp == self._stamp:
            return
        try:
            with self._lock:
                self._connect(stamp)
                self._open().count()
        except Exception:
            self.close()  # it is damaged, and will be made anew

    def written(self) -> Version | None:
        """The version of the store that it says it shows, opened or not."""
        stamp = self._written()
        return Version.read(stamp.version) if stamp else None

    def finds(self, node: "TextNode") -> bool:
        """Whether searching for the vector of a chunk finds it."""
        return node.node_id in self.search(node.get_embedding(), AMONG, day_of(node.metadata))

    def count(self) -> int:
        """How many vectors it holds."""
        with self._lock, self._errors():
            return self._open().count()

    def make(self, fresh: Iterable[Sequence["TextNode"]], version: Version) -> None:
        """Make it anew; only under the lock.

        Raises:
            IndexUnavailableError: the folder cannot be written.
        """
        name = token_hex(4)
        with self._lock, self._errors():
            self._connect(_Stamp(name, ""))
            change(self._open(), [], fresh)
            self._write(version)
            for old in self._folder.iterdir():
                if old.is_dir() and old.name != name:
                    shutil.rmtree(old, ignore_errors=True)

    def change(self, stale: Sequence[str], fresh: Iterable[Sequence["TextNode"]], version: Version) -> None:
        """Take out chunks and add others, which makes this version; only under the lock."""
        with self._lock, self._errors():
            self._stamp_file.unlink()
            change(self._open(), stale, fresh)
            self._write(version)

    def search(self, embedding: Sequence[float], top_k: int, scope: Scope) -> dict[str, float]:
        """Id -> cosine of the `top_k` chunks in scope that are nearest to the embedding, nearest first."""
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
        client = chromadb.PersistentClient(path=str(path), settings=quiet())
        self._client = cast("Client", client)
        self._collection = made(self._client, "chunks")
        self._stamp = stamp

    def _errors(self) -> AbstractContextManager[None]:
        return errors(self.place, "check that the folder can be written")

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

    def _write(self, version: Version) -> None:
        stamp = cast("_Stamp", self._stamp)._replace(version=str(version))
        fresh = self._stamp_file.with_suffix(".new")
        fresh.write_text(json.dumps(stamp._asdict()))
        fresh.replace(self._stamp_file)
        self._stamp = stamp
