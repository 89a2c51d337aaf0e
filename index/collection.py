"""What is written to a Chroma collection, and what is searched in it, through LlamaIndex's vector store."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from index.scope import Scope, day_number

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection
    from llama_index.core.schema import TextNode
    from llama_index.core.vector_stores import MetadataFilters

BATCH: Final = 1000  # nodes; Chroma refuses more than 5,461 in one write
# A filter inside Chroma costs ten times the search itself; most scopes hold every 4th neighbour.
OVERFETCH: Final = 4


def change(collection: "Collection", stale: Sequence[str], fresh: Sequence["TextNode"]) -> None:
    """Stale ones first: Chroma keeps the old one where an id is added again."""
    from llama_index.vector_stores.chroma import ChromaVectorStore

    store = ChromaVectorStore(chroma_collection=collection)
    for first in range(0, len(stale), BATCH):
        store.delete_nodes(list(stale[first : first + BATCH]))
    for first in range(0, len(fresh), BATCH):
        store.add(list(fresh[first : first + BATCH]))


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
    if len(found) < top_k and len(near) == wide and scope.sources != ():
        found = [node_id for node_id, _ in _query(collection, embedding, top_k, _filters(scope))]
    return found[:top_k]


def _query(
    collection: "Collection", embedding: Sequence[float], n: int, filters: "MetadataFilters | None" = None
) -> list[tuple[str, dict[str, Any]]]:
    from llama_index.core.vector_stores import VectorStoreQuery
    from llama_index.vector_stores.chroma import ChromaVectorStore

    query = VectorStoreQuery(query_embedding=list(embedding), similarity_top_k=n, filters=filters)
    nodes = ChromaVectorStore(chroma_collection=collection).query(query).nodes or []
    return [(node.node_id, node.metadata) for node in nodes]


def _filters(scope: Scope) -> "MetadataFilters":
    from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters

    bounds: list[MetadataFilter | MetadataFilters] = []
    for day, operator in ((scope.since, FilterOperator.GTE), (scope.until, FilterOperator.LTE)):
        if day:
            bounds.append(MetadataFilter(key="published_at", value=day_number(day), operator=operator))
    if scope.sources is not None:
        bounds.append(MetadataFilter(key="source", value=list(scope.sources), operator=FilterOperator.IN))
    return MetadataFilters(filters=bounds)
