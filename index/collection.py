"""What is written to a Chroma collection, and what is searched in it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.scope import Scope, day_number

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection
    from llama_index.core.schema import TextNode

BATCH: Final = 1000  # nodes; Chroma refuses more than 5,461 in one write
# A filter inside Chroma costs ten times the search itself; most scopes hold every 4th neighbour.
OVERFETCH: Final = 4
KEPT: Final = (
    "article_id",
    "source",
    "published_at",
)  # with each vector


def change(collection: "Collection", stale: Sequence[str], fresh: Sequence["TextNode"]) -> None:
    """Stale ones first: Chroma keeps the old one where an id is added again, and an upsert old metadata."""
    for first in range(0, len(stale), BATCH):
        collection.delete(ids=list(stale[first : first + BATCH]))
    for first in range(0, len(fresh), BATCH):
        nodes = fresh[first : first + BATCH]
        collection.add(
            ids=[node.node_id for node in nodes],
            embeddings=np.array([node.get_embedding() for node in nodes], dtype=np.float32),
            metadatas=[{key: node.metadata[key] for key in KEPT if key in node.metadata} for node in nodes],
        )


def nearest(collection: "Collection", embedding: Sequence[float], top_k: int, scope: Scope) -> list[str]:
    """The nearest in scope.

    The nearest of all are looked at first: where enough of them are in scope, they are the ones that a
    filter inside Chroma would find, at a fraction of its cost.
    """
    if scope.unbounded:
        return [node_id for node_id, _ in _query(collection, embedding, top_k)]
    wide = top_k * OVERFETCH
    near = _query(collection, embedding, wide)
    found = [i for i, kept in near if scope.holds(kept.get("published_at"), kept.get("source"))]
    if len(found) < top_k and len(near) == wide:
        found = [node_id for node_id, _ in _query(collection, embedding, top_k, _where(scope))]
    return found[:top_k]


def _query(
    collection: "Collection", embedding: Sequence[float], n: int, where: dict[str, Any] | None = None
) -> list[tuple[str, dict[str, Any]]]:
    question = np.array([embedding], dtype=np.float32)
    result = collection.query(query_embeddings=question, n_results=n, where=where, include=["metadatas"])
    metadatas = result["metadatas"] or [[]]
    return [(node_id, dict(kept)) for node_id, kept in zip(result["ids"][0], metadatas[0], strict=True)]


def _where(scope: Scope) -> dict[str, Any]:
    bounds: list[dict[str, Any]] = []
    if scope.since:
        bounds.append({"published_at": {"$gte": day_number(scope.since)}})
    if scope.until:
        bounds.append({"published_at": {"$lte": day_number(scope.until)}})
    if scope.sources is not None:
        bounds.append({"source": {"$in": list(scope.sources)}})
    return bounds[0] if len(bounds) == 1 else {"$and": bounds}
