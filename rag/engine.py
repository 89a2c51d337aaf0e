"""The query engine: plan -> retrieve -> select -> generate -> cite -> verify.

Read `QueryEngine.astream` from top to bottom: it is the way of a question to its answer.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from time import perf_counter
from typing import Unpack

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import RESPONSE_TYPE
from llama_index.core.callbacks import CallbackManager
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle

from index import ArticleIndex
from rag.answer import Answer, AnswerReady, Passage, PassagesFound, StreamEvent, Style, TextDelta, TextWithdrawn
from rag.conversation import History, as_turns, standalone
from rag.drafting import budget_of, draft
from rag.errors import QuestionError
from rag.evidence import Evidence
from rag.judging import judge
from rag.llm import LLM, choose_llm
from rag.plan import Bounds, Plan, checked, plan_question
from rag.refusal import why_nothing_found
from rag.responses import passage_of, response_of
from rag.retrieval import HybridRetriever
from rag.selection import BUDGET, select_evidence
from rag.settings import RagSettings
from rag.sync import iterate
from rag.timeline_evidence import timeline_evidence
from rag.work import Work

TOP_K = 10  # passages that an answer is looked for in
WIDE_BUDGET = 1500  # tokens that the lines of a timeline are chosen from; 35 of 38 facts of practice stand in them


class QueryEngine(BaseQueryEngine):
    """A LlamaIndex query engine that answers from an `ArticleIndex`, cited and checked.

    Every way of asking takes the bounds `as_of` (answer as on that day: nothing published later is
    seen), `since` and `until` (days, both included), `source` and `sources` (outlets), and `ignore` (spans
    of the question whose words are not to narrow the search). Answers also take a `style`, `full`, `short` or
    `timeline`, and a `history`: the turns before, oldest first, as `Turn`s, `Answer`s or (question, answer) pairs.
    Every way raises `QuestionError` and `ScopeError` for a question or bounds that make no sense. An LLM
    that fails is no error: the articles are quoted instead, and `Answer.llm_failure` says why; where no
    sentence of theirs will do, it is a refusal, `llm_unavailable`.
    """

    def __init__(
        self,
        index: ArticleIndex,
        *,
        settings: RagSettings | None = None,
        llm: LLM | None = None,
        node_postprocessors: Sequence[BaseNodePostprocessor] = (),
    ) -> None:
        """An engine over the index.

        Args:
            index: the articles.
            settings: None: those of the environment.
            llm: None: the one that the settings choose.
            node_postprocessors: of LlamaIndex; given the fused chunks, such as to a reranker, best first.
        """
        super().__init__(CallbackManager())
        self.index = index
        self.node_postprocessors = tuple(node_postprocessors)
        self.settings = settings or RagSettings()
        self.llm = llm or choose_llm(self.settings)

    async def astream(
        self, question: str, *, style: Style = "full", history: History = (), **bounds: Unpack[Bounds]
    ) -> AsyncGenerator[StreamEvent, None]:
        """`PassagesFound`, then `TextDelta`s as the LLM writes, then `AnswerReady` with the checked answer.

        `TextWithdrawn` comes between them where the LLM begins again.
        """
        work = await self._begin(question, style, history, bounds)
        work.passages = await asyncio.to_thread(self._passages, work.plan)
        work.clock("retrieve")
        yield PassagesFound(passages=work.passages, plan=work.plan.record)

        work.evidence = await asyncio.to_thread(self._evidence, work, budget_of(self.llm, style))
        work.reason = why_nothing_found(self.index, work.plan.scope, work.evidence)
        if work.reason is None:
            async with aclosing(draft(work, self.llm, self.index.embedding)) as pieces:
                async for piece in pieces:
                    yield TextDelta(text=piece) if isinstance(piece, str) else TextWithdrawn()
            await asyncio.to_thread(judge, work, self.settings)
        yield AnswerReady(answer=work.answer(self.llm, self.index.newest()))

    def stream(
        self, question: str, *, style: Style = "full", history: History = (), **bounds: Unpack[Bounds]
    ) -> Iterator[StreamEvent]:
        """The same events, for programs without an event loop."""
        return iterate(self.astream(question, style=style, history=history, **bounds))

    def ask(self, question: str, *, style: Style = "full", history: History = (), **bounds: Unpack[Bounds]) -> Answer:
        """The checked answer."""
        return _answer_in(list(self.stream(question, style=style, history=history, **bounds)))

    def retrieve(
        self, query_bundle: QueryBundle | str, *, top_k: int = TOP_K, **bounds: Unpack[Bounds]
    ) -> list[NodeWithScore]:
        """The `top_k` passages that answer best, best first; `HybridRetriever` says what their nodes tell."""
        question = query_bundle if isinstance(query_bundle, str) else query_bundle.query_str
        return self._nodes(plan_question(self.index, question, **bounds), _positive("top_k", top_k))

    def evidence(self, question: str, *, budget: int = BUDGET, **bounds: Unpack[Bounds]) -> list[Evidence]:
        """The sentences of the best passages that an LLM would read, in reading order, in `budget` tokens at most."""
        work = Work(question, plan_question(self.index, question, **bounds))
        work.passages = self._passages(work.plan)
        return self._evidence(work, _positive("budget", budget))

    async def _begin(self, question: str, style: Style, history: History, bounds: Bounds) -> Work:
        started, turns = perf_counter(), as_turns(history)
        asked = checked(question)
        alone = await standalone(self.llm, asked, turns, sources=self.index.sources() if turns else ())
        plan = await asyncio.to_thread(plan_question, self.index, alone.question, style=style, **bounds)
        spent = {"condense": alone.completion} if alone.completion else {}
        return Work(asked, plan, spent=spent, started=started)

    def _nodes(self, plan: Plan, top_k: int) -> list[NodeWithScore]:
        retriever = HybridRetriever(
            self.index,
            top_k=top_k,
            scope=plan.scope,
            today=plan.today,
            wanted=plan.wanted,
            asks=plan.asks,
            node_postprocessors=self.node_postprocessors,
        )
        return retriever.retrieve(plan.question)

    def _passages(self, plan: Plan) -> tuple[Passage, ...]:
        return tuple(passage_of(hit) for hit in self._nodes(plan, TOP_K))

    def _evidence(self, work: Work, budget: int) -> list[Evidence]:
        question, is_timeline = work.plan.question, work.plan.style == "timeline"
        wide = WIDE_BUDGET if is_timeline else budget
        chosen = select_evidence(question, work.passages, self.index.embedding, budget=wide)
        if is_timeline and self.llm.kind != "extractive":
            return timeline_evidence(question, chosen, budget=budget)
        return chosen

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return response_of(self.ask(query_bundle.query_str))

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return response_of(_answer_in([event async for event in self.astream(query_bundle.query_str)]))

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def _positive(name: str, value: int) -> int:
    if value < 1:
        raise QuestionError(f"{name} is not a positive number: {value!r}; give 1 or more")
    return value


def _answer_in(events: Sequence[StreamEvent]) -> Answer:
    (answer,) = (event.answer for event in events if isinstance(event, AnswerReady))
    return answer
