"""Passages for a question: dense and lexical search, fused, newer reports first, each story once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle

from index import ArticleIndex, Scope, read_day
from rag.ranking import recency, reciprocal_rank_fusion
from rag.stories import one_a_story

CANDIDATES = 50  # chunks taken from each search before fusion
MOST_CANDIDATES = 800  # where copies of few stories fill the list; a search for so many takes 0.2 s


class HybridRetriever(BaseRetriever):
    """A LlamaIndex retriever over an `ArticleIndex`: the `top_k` best chunks in scope, best first.

    Of the copies of a story one article stands for all; the metadata `also_in` name the outlets that are not shown.
    """

    def __init__(
        self, index: ArticleIndex, *, top_k: int, scope: Scope | None = None, today: date | None = None
    ) -> None:
        self._index = index
        self._top_k = top_k
        self._scope = scope or Scope()
        self._today = today
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        candidates = max(CANDIDATES, self._top_k)
        while True:
            found = self._ranked(query_bundle.query_str, candidates)
            hits = one_a_story(found)[: self._top_k]
            if len(hits) == self._top_k or len(found) < candidates or candidates >= MOST_CANDIDATES:
                return self._with_outlets(hits)
            candidates *= 2

    def _ranked(self, question: str, candidates: int) -> list[NodeWithScore]:
        fused = reciprocal_rank_fusion(
            [
                self._index.dense(question, candidates, self._scope),
                self._index.lexical(question, candidates, self._scope),
            ]
        )
        found = [NodeWithScore(node=node, score=fused[node.node_id]) for node in self._index.nodes(list(fused))]
        for hit in found:
            hit.score = (hit.score or 0.0) * self._recency(hit.node.metadata)
        return sorted(found, key=lambda hit: (-(hit.score or 0.0), hit.node.node_id))

    def _recency(self, metadata: dict[str, Any]) -> float:
        return recency(read_day(metadata.get("published_at")), self._today or datetime.now(UTC).date())

    def _with_outlets(self, hits: Sequence[NodeWithScore]) -> list[NodeWithScore]:
        outlets = self._index.also_in([hit.node.metadata["story"] for hit in hits], self._scope)
        shown = {(hit.node.metadata["story"], hit.node.metadata.get("source")) for hit in hits}
        for hit in hits:
            story = hit.node.metadata["story"]
            hit.node.metadata["also_in"] = [name for name in outlets.get(story, []) if (story, name) not in shown]
        return list(hits)
