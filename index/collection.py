"""What is written to a Chroma collection, and what is searched in it.

Vectors and the fields that questions are bounded by, nothing else: text and titles are in the article
store. With LlamaIndex's vector store, which writes whole nodes, a collection takes four times the disk and
three times as long to write.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

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
AMONG: Final = 10  # nearest; copies of a chunk are as near as itself
BATCH: Final = 1000  # vectors; Chroma refuses more than 5,461 in one write
# A filter inside Chroma costs ten times the search itself; most scopes hold every 4th neighbour.
OVERFETCH: Final = 4
SPARE: Final = 20  # neighbours in a search without bounds; few are older wordings of what others say now
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


def nearest(collection: "Collection", embedding: Sequence[float], top_k: int, scope: Scope) -> dict[str, float]:
    """Id -> cosine of the nearest in scope, nearest first.

    The nearest of all are looked at first: where enough of them are in scope, they are the ones that a
    filter inside Chroma would find, at a fraction of its cost.
    """
    wide = top_k + SPARE if scope.unbounded else top_k * OVERFETCH
    near = _query(collection, embedding, wide)
    found = [hit for hit in near if scope.holds(hit.fields)]
    if len(found) < top_k and len(near) == wide and scope.sources != ():
        found = _query(collection, embedding, top_k, _where(scope))
    return {hit.node_id: hit.cosine for hit in found[:top_k]}


class _Hit(NamedTuple):
    node_id: str
    cosine: float
    fields: dict[str, Any]


def _fields(metadata: dict[str, Any]) -> dict[str, Any]:
    # Chroma refuses None, and compares only numbers.
    fields = {name: metadata[name] for name in _FILTERED if name in metadata}
    return fields | {"seen_until": metadata.get("seen_until", NEVER)}


def _query(collection: "Collection", embedding: Sequence[float], n: int, where: "Where | None" = None) -> list[_Hit]:
    question = np.asarray([embedding], dtype=np.float32)
    found = collection.query(query_embeddings=question, n_results=n, where=where, include=["metadatas", "distances"])
    fields, distances = (found["metadatas"] or [[]])[0], (found["distances"] or [[]])[0]
    hits = zip(found["ids"][0], distances, fields, strict=True)
    return [_Hit(node_id, 1 - distance, dict(told)) for node_id, distance, told in hits]


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
