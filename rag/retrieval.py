"""Passages for a question: dense and lexical search, fused, newer reports first, each story once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle

from index import ArticleIndex, Scope, read_day
from rag.asks import Asks
from rag.days import Days
from rag.passages import joined
from rag.ranking import RECENCY_FLOOR, comb_sum, fits, recency, shares_of_best
from rag.stories import one_a_story

CANDIDATES = 100  # chunks taken from each search before fusion; 50 find 1 in 100 answers less, 200 none more
MOST_CANDIDATES = 800  # where copies of few stories fill the list; a search for so many takes 0.2 s
# How things stand is in the last reports; a change over time is as much in the first ones.
FLOORS: Final[dict[Asks, float]] = {"latest": 0.3, "change": 1.0}


class HybridRetriever(BaseRetriever):
    """A LlamaIndex retriever over an `ArticleIndex`: the `top_k` best passages in scope, best first.

    A score is the mean of the `dense` and the `lexical` one (1 for the best chunk of each search), times the
    factors `recency` and `period`; all four are in the node's metadata. Of the copies of a story one article
    stands for all; the metadata `also_in` name the outlets that are not shown.
    """

    def __init__(  # noqa: PLR0913 - all but the index by keyword
        self,
        index: ArticleIndex,
        *,
        top_k: int,
        scope: Scope | None = None,
        today: date | None = None,
        wanted: Days | None = None,
        asks: Asks | None = None,
        node_postprocessors: Sequence[BaseNodePostprocessor] = (),
    ) -> None:
        """A retriever for questions with the same bounds.

        Args:
            index: where to look.
            top_k: how many passages are given.
            scope: the articles that may be seen; None: all.
            today: the day that a question is asked on; None: the present one.
            wanted: the days whose reports are preferred.
            asks: what kind of answer is asked for.
            node_postprocessors: given the fused chunks, best first, before copies are left out: a reranker's place.
        """
        self._index = index
        self._top_k = top_k
        self._scope = scope or Scope()
        self._wanted = wanted or Days()
        # What was new then is what a question about days long past wants.
        self._today = min(today or datetime.now(UTC).date(), self._wanted.last or date.max)
        self._floor = FLOORS.get(asks, RECENCY_FLOOR) if asks else RECENCY_FLOOR
        self._postprocessors = node_postprocessors
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        candidates = max(CANDIDATES, self._top_k)
        while True:
            found = self._ranked(query_bundle.query_str, candidates)
            for postprocessor in self._postprocessors:
                found = postprocessor.postprocess_nodes(found, query_bundle)
            hits = joined(one_a_story(found))[: self._top_k]
            if len(hits) == self._top_k or len(found) < candidates or candidates >= MOST_CANDIDATES:
                return self._with_outlets(hits)
            candidates *= 2

    def _ranked(self, question: str, candidates: int) -> list[NodeWithScore]:
        dense = shares_of_best(self._index.dense(question, candidates, self._scope))
        lexical = shares_of_best(self._index.lexical(question, candidates, self._scope))
        found = comb_sum(dense, lexical)
        hits = []
        for node in self._index.nodes(found):
            day = read_day(node.metadata.get("published_at"))
            factors = {"recency": recency(day, self._today, floor=self._floor), "period": fits(day, self._wanted)}
            parts = {"dense": dense.get(node.node_id, 0.0), "lexical": lexical.get(node.node_id, 0.0)} | factors
            node.metadata.update(parts)
            hits.append(NodeWithScore(node=node, score=found[node.node_id] * factors["recency"] * factors["period"]))
        return sorted(hits, key=lambda hit: (-(hit.score or 0.0), hit.node.node_id))

    def _with_outlets(self, hits: Sequence[NodeWithScore]) -> list[NodeWithScore]:
        outlets = self._index.also_in([hit.node.metadata["story"] for hit in hits], self._scope)
        shown = {(hit.node.metadata["story"], hit.node.metadata.get("source")) for hit in hits}
        for hit in hits:
            told = hit.node.metadata
            story = told["story"]
            told["also_in"] = [name for name in outlets.get(story, []) if (story, name) not in shown]
            hit.node.excluded_embed_metadata_keys = hit.node.excluded_llm_metadata_keys = list(told)
        return list(hits)
