"""What is written to a Chroma collection, and what is searched in it.

Vectors and the fields that questions are bounded by, nothing else: text and titles are in the article
store. With LlamaIndex's vector store, which writes whole nodes, a collection takes four times the disk and
three times as long to write.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.errors import IndexUnavailableError
from index.scope import NEVER, Scope, day_number

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection
    from chromadb.api.types import Where
    from chromadb.config import Settings
    from llama_index.core.schema import TextNode

# Of the true ten nearest of 70,000 chunks (20,000 real ones, and mixtures of them) searches find 99.4 % so, in
# 4 ms; with Chroma's own ef_search of 100 it is 97.2 %; with 32 neighbours and 200 for both efs 99.8 %, but then
# the index takes 157 s to make instead of 59.
HNSW: Final["CreateHNSWConfiguration"] = {"space": "cosine", "ef_search": 400}
AMONG: Final = 30  # nearest; copies of a chunk, and its earlier wordings, are as near as itself
SAME: Final = 0.99  # the cosine of a vector to itself, less what half precision loses
BATCH: Final = 1000  # vectors; Chroma refuses more than 5,461 in one write
_FILTERED: Final = ("published_at", "seen_from", "source")


def change(collection: "Collection", stale: Sequence[str], fresh: Iterable[Sequence["TextNode"]]) -> None:
    """Take out the stale chunks, then put in the fresh ones; done twice, it changes nothing more."""
    for ids in _slices(stale):
        collection.delete(ids=list(ids))
    for nodes in (some for batch in fresh for some in _slices(batch)):
        collection.upsert(
            ids=[node.node_id for node in nodes],
            embeddings=[node.get_embedding() for node in nodes],
            metadatas=[_fields(node.metadata) for node in nodes],
        )


def nearest(
    collection: "Collection", embedding: Sequence[float], top_k: int, scope: Scope | None = None
) -> dict[str, float]:
    """Id -> cosine of the nearest, nearest first: of those in the scope, or, where none is given, of all wordings.

    A scope is a filter inside Chroma, and costs ten times the search itself.
    """
    if scope is not None and scope.sources == ():  # Chroma knows no empty choice
        return {}
    question = np.asarray([embedding], dtype=np.float32)
    where = None if scope is None else _where(scope)
    # Without their fields: reading these takes three times as long as finding the nearest.
    found = collection.query(query_embeddings=question, n_results=top_k, where=where, include=["distances"])
    distances = (found["distances"] or [[]])[0]
    return {node_id: 1 - distance for node_id, distance in zip(found["ids"][0], distances, strict=True)}


def _fields(metadata: dict[str, Any]) -> dict[str, Any]:
    # Chroma refuses None, and compares only numbers.
    fields = {name: metadata[name] for name in _FILTERED if name in metadata}
    return fields | {"seen_until": metadata.get("seen_until", NEVER)}


def _where(scope: Scope) -> "Where":
    bounds: list[dict[str, Any]] = []
    if scope.since:
        bounds.append({"published_at": {"$gte": day_number(scope.since)}})
    if scope.until:
        until = day_number(scope.until)
        bounds += [{"seen_from": {"$lte": until}}, {"seen_until": {"$gt": until}}]
    else:
        bounds.append({"seen_until": {"$eq": NEVER}})
    if scope.sources is not None:
        bounds.append({"source": {"$in": list(scope.sources)}})
    return {"$and": bounds} if len(bounds) > 1 else bounds[0]


def _slices(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[first : first + BATCH] for first in range(0, len(items), BATCH))


@contextmanager
def errors(place: object, remedy: str) -> Iterator[None]:
    """Whatever goes wrong in Chroma while it lasts is one line.

    Raises:
        IndexUnavailableError: something did.
    """
    try:
        yield
    except IndexUnavailableError:
        raise
    except Exception as error:  # Chroma raises its own errors, httpx's and Rust's
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise IndexUnavailableError(f"Chroma does not answer: {place}: {reason}; {remedy}") from error


def quiet() -> "Settings":
    """Settings of a client that tells nobody anything."""
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def made(client: "Client", name: str) -> "Collection":
    """The collection of this name, made where it is missing."""
    # No embedding function: Chroma's own would download a model.
    return client.get_or_create_collection(name, embedding_function=None, configuration={"hnsw": HNSW})
