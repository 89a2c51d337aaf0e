"""Passages for a question: dense and lexical search, fused, newer reports first."""

from datetime import UTC, date, datetime
from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle

from index import ArticleIndex, Scope
from rag.ranking import recency, reciprocal_rank_fusion

CANDIDATES = 50  # chunks taken from each search before fusion


class HybridRetriever(BaseRetriever):
    """A LlamaIndex retriever over an `ArticleIndex`: the `top_k` best chunks in scope, best first."""

    def __init__(
        self, index: ArticleIndex, *, top_k: int, scope: Scope | None = None, today: date | None = None
    ) -> None:
        self._index = index
        self._top_k = top_k
        self._scope = scope or Scope()
        self._today = today
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        question, candidates = query_bundle.query_str, max(CANDIDATES, self._top_k)
        fused = reciprocal_rank_fusion(
            [
                self._index.dense(question, candidates, self._scope),
                self._index.lexical(question, candidates, self._scope),
            ]
        )
        found = [NodeWithScore(node=node, score=fused[node.node_id]) for node in self._index.nodes(list(fused))]
        for hit in found:
            hit.score = (hit.score or 0.0) * self._recency(hit.node.metadata)
        return sorted(found, key=lambda hit: (-(hit.score or 0.0), hit.node.node_id))[: self._top_k]

    def _recency(self, metadata: dict[str, Any]) -> float:
        day = metadata.get("published_at")
        published_at = None if day is None else date(day // 10_000, day // 100 % 100, day % 100)
        return recency(published_at, self._today or datetime.now(UTC).date())
