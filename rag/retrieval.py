"""Passages for a question: dense and lexical search, fused, newer reports first, each story once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index import ArticleIndex, Scope
from rag.asks import Asks
from rag.days import Days
from rag.passages import joined, passage
from rag.ranking import RECENCY_FLOOR, comb_sum, fits, recency, shares_of_best
from rag.stories import one_a_story

CANDIDATES = 100  # chunks taken from each search before fusion; 50 find 1 in 100 answers less, 200 none more
MOST_CANDIDATES = 800  # where copies of few stories fill the list; a search for so many takes 0.2 s
# How things stand is in the last reports; a change over time is as much in the first ones.
FLOORS: Final[dict[Asks, float]] = {"latest": 0.3, "change": 1.0}


@dataclass(frozen=True)
class _Ranked:
    """A chunk that was found, the story that its article tells, and the parts of its score."""

    node_id: str
    story: str
    score: float
    parts: dict[str, float]


class HybridRetriever(BaseRetriever):
    """A LlamaIndex retriever over an `ArticleIndex`: the `top_k` best passages in scope, best first.

    A score is the mean of the `dense` and the `lexical` one (1 for the best chunk of each search), times the
    factors `recency` and `period`; all four are in the node's metadata, with the `best_chunk` of the passage
    (its start and end in the article), which they are of. Of the copies of a story one article
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
            ranked = self._reranked(self._ranked(query_bundle.query_str, candidates), query_bundle)
            passages = joined([chunk.node_id for chunk in self._each_story_once(ranked)], self._top_k)
            if len(passages) == self._top_k or len(ranked) < candidates or candidates >= MOST_CANDIDATES:
                return self._hits(passages, {chunk.node_id: chunk for chunk in ranked})
            candidates *= 2

    def _ranked(self, question: str, candidates: int) -> list[_Ranked]:
        dense = shares_of_best(self._index.dense(question, candidates, self._scope))
        lexical = shares_of_best(self._index.lexical(question, candidates, self._scope))
        fused = comb_sum(dense, lexical)
        found = []
        for node_id, (story, day) in self._index.standings(fused).items():
            parts = {
                "dense": dense.get(node_id, 0.0),
                "lexical": lexical.get(node_id, 0.0),
                "recency": recency(day, self._today, floor=self._floor),
                "period": fits(day, self._wanted),
            }
            found.append(_Ranked(node_id, story, fused[node_id] * parts["recency"] * parts["period"], parts))
        return sorted(found, key=lambda chunk: (-chunk.score, chunk.node_id))

    def _reranked(self, ranked: list[_Ranked], query_bundle: QueryBundle) -> list[_Ranked]:
        if not self._postprocessors:
            return ranked
        chunks = {chunk.node_id: chunk for chunk in ranked}
        hits = self._with_scores(self._index.nodes(chunks), chunks)
        for postprocessor in self._postprocessors:
            hits = postprocessor.postprocess_nodes(hits, query_bundle)
        known = (hit for hit in hits if hit.node.node_id in chunks)  # whatever else somebody's own one gives
        return [replace(chunks[hit.node.node_id], score=hit.score or 0.0) for hit in known]

    def _each_story_once(self, ranked: list[_Ranked]) -> list[_Ranked]:
        """The chunks without those that repeat another article; only those of stories told twice are looked at."""
        told_by = defaultdict[str, set[str]](set)
        for chunk in ranked:
            told_by[chunk.story].add(chunk.node_id.rpartition(":")[0])
        copied = {chunk.node_id: chunk for chunk in ranked if len(told_by[chunk.story]) > 1}
        if not copied:
            return ranked
        hits = one_a_story(self._with_scores(self._index.nodes(copied), copied))
        dropped = copied.keys() - {hit.node.node_id for hit in hits}
        return [chunk for chunk in ranked if chunk.node_id not in dropped]

    def _with_scores(self, nodes: Sequence[TextNode], chunks: Mapping[str, _Ranked]) -> list[NodeWithScore]:
        for node in nodes:
            node.metadata |= chunks[node.node_id].parts
        return [NodeWithScore(node=node, score=chunks[node.node_id].score) for node in nodes]

    def _hits(self, passages: Sequence[Sequence[str]], chunks: Mapping[str, _Ranked]) -> list[NodeWithScore]:
        """The passages as nodes, each under the score of its best chunk."""
        nodes = {node.node_id: node for node in self._index.nodes([node_id for ids in passages for node_id in ids])}
        hits = []
        for ids in passages:
            if not all(node_id in nodes for node_id in ids):  # removed since it was found
                continue
            best = max((chunks[node_id] for node_id in ids), key=lambda chunk: chunk.score)
            first, last = nodes[best.node_id].start_char_idx, nodes[best.node_id].end_char_idx
            node = passage([nodes[node_id] for node_id in ids])
            node.metadata |= best.parts | {"best_chunk": (first, last)}
            hits.append(NodeWithScore(node=node, score=best.score))
        return self._with_outlets(hits)

    def _with_outlets(self, hits: Sequence[NodeWithScore]) -> list[NodeWithScore]:
        outlets = self._index.also_in([hit.node.metadata["story"] for hit in hits], self._scope)
        shown = {(hit.node.metadata["story"], hit.node.metadata.get("source")) for hit in hits}
        for hit in hits:
            told = hit.node.metadata
            story = told["story"]
            told["also_in"] = [name for name in outlets.get(story, []) if (story, name) not in shown]
            hit.node.excluded_embed_metadata_keys = hit.node.excluded_llm_metadata_keys = list(told)
        return list(hits)
