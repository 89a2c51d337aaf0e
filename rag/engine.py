"""The query engine: plan -> retrieve -> select -> generate -> cite -> verify.

Read `QueryEngine.astream` from top to bottom: it is the way of a question to its answer.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Unpack

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index import ArticleIndex, read_day
from prompts import load_prompt
from rag.answer import (
    Answer,
    AnswerReady,
    ArticleRef,
    LLMFailure,
    LLMFailureReason,
    Passage,
    PassagesFound,
    RefusalReason,
    StreamEvent,
    Style,
    TextDelta,
    TextWithdrawn,
    Timings,
)
from rag.citations import Cited, citations_of, cite, with_markers
from rag.errors import LLMUnavailableError, QuestionError, UnusableDraftError
from rag.evidence import Evidence, render_evidence
from rag.extractive import extract
from rag.generation import Completion, StartOver, usage_of
from rag.llm import LLM, choose_llm
from rag.plan import Bounds, Plan, plan_question
from rag.refusal import refuse, why_no_answer, why_nothing_found
from rag.retrieval import HybridRetriever
from rag.selection import BUDGET, select_evidence
from rag.settings import RagSettings
from rag.sync import iterate
from rag.writing import write_draft

TOP_K = 10  # passages that an answer is looked for in
MAX_TOKENS: dict[Style, int] = {"full": 160, "short": 32, "timeline": 240}  # of an answer
NOTHING = Completion("", 0, 0, "")


@dataclass
class _Work:
    """One question on its way to an answer."""

    plan: Plan
    passages: tuple[Passage, ...] = ()
    evidence: list[Evidence] = field(default_factory=list)
    completion: Completion = NOTHING
    cited: list[Cited] = field(default_factory=list)
    reason: RefusalReason | None = None
    llm_failure: LLMFailure | None = None
    started: float = field(default_factory=perf_counter)
    timings: dict[str, float] = field(default_factory=dict)

    def clock(self, stage: str) -> None:
        """Note the milliseconds until a stage was first reached."""
        self.timings.setdefault(stage, round((perf_counter() - self.started) * 1000, 1))


class QueryEngine(BaseQueryEngine):
    """A LlamaIndex query engine that answers from an `ArticleIndex`, cited and checked.

    Every way of asking takes the bounds `as_of` (answer as on that day: nothing published later is
    seen), `since` and `until` (days, both included), `source` and `sources` (outlets), and `ignore` (spans
    of the question whose words are not to narrow the search); answers also take a `style`, `full` or `short`.
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
        self, question: str, *, style: Style = "full", **bounds: Unpack[Bounds]
    ) -> AsyncGenerator[StreamEvent, None]:
        """`PassagesFound`, then `TextDelta`s as the LLM writes, then `AnswerReady` with the checked answer.

        `TextWithdrawn` comes between them where the LLM begins again.
        """
        work = _Work(await asyncio.to_thread(plan_question, self.index, question, style=style, **bounds))
        work.passages = await asyncio.to_thread(self._passages, work.plan)
        work.clock("retrieve")
        yield PassagesFound(passages=work.passages, plan=work.plan.record)

        work.evidence = await asyncio.to_thread(self._evidence, work)
        work.reason = why_nothing_found(self.index, work.plan.scope, work.evidence)
        if work.reason is None:
            async with aclosing(self._generate(work)) as deltas:
                async for delta in deltas:
                    yield TextDelta(text=delta) if isinstance(delta, str) else TextWithdrawn()
        work.reason = work.reason or why_no_answer(work.plan.question, work.evidence, work.cited)
        if work.reason and work.llm_failure and work.llm_failure.reason == "unavailable":
            work.reason = "llm_unavailable"  # what it would have found, nobody knows
        yield AnswerReady(answer=self._answer(work))

    def stream(self, question: str, *, style: Style = "full", **bounds: Unpack[Bounds]) -> Iterator[StreamEvent]:
        """The same events, for programs without an event loop."""
        return iterate(self.astream(question, style=style, **bounds))

    def ask(self, question: str, *, style: Style = "full", **bounds: Unpack[Bounds]) -> Answer:
        """The checked answer."""
        return _answer_in(list(self.stream(question, style=style, **bounds)))

    def retrieve(
        self, query_bundle: QueryBundle | str, *, top_k: int = TOP_K, **bounds: Unpack[Bounds]
    ) -> list[NodeWithScore]:
        """The `top_k` passages that answer best, best first; `HybridRetriever` says what their nodes tell."""
        question = query_bundle if isinstance(query_bundle, str) else query_bundle.query_str
        return self._nodes(plan_question(self.index, question, **bounds), _positive("top_k", top_k))

    def evidence(self, question: str, *, budget: int = BUDGET, **bounds: Unpack[Bounds]) -> list[Evidence]:
        """The sentences of the best passages that an LLM would read, in reading order, in `budget` tokens at most."""
        work = _Work(plan_question(self.index, question, **bounds))
        work.passages = self._passages(work.plan)
        return self._evidence(work, _positive("budget", budget))

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

    def _evidence(self, work: _Work, budget: int = BUDGET) -> list[Evidence]:
        return select_evidence(work.plan.question, work.passages, self.index.embedding, budget=budget)

    async def _generate(self, work: _Work) -> AsyncGenerator[str | StartOver, None]:
        if self.llm.kind == "extractive":
            work.cited = extract(work.evidence)
            return
        plan = work.plan
        draft = write_draft(
            self.llm, partial(_messages, plan), plan.question, work.evidence, max_tokens=MAX_TOKENS[plan.style]
        )
        try:
            async with aclosing(draft) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Completion):
                        work.completion = piece
                    else:
                        work.clock("first_token")
                        yield piece
            work.cited = cite(plan.question, work.completion.text, work.evidence)
        except (LLMUnavailableError, UnusableDraftError) as error:
            work.llm_failure = _failure_of(error)
            work.cited = extract(work.evidence)

    def _answer(self, work: _Work) -> Answer:
        sentences = () if work.reason else tuple(item.sentence for item in work.cited)
        detail = work.llm_failure.message if work.llm_failure else ""
        refusal = refuse(work.reason, self.index.newest(), detail) if work.reason else None
        short = sentences[0].text.rstrip(".") if sentences and work.plan.style == "short" else None
        work.clock("total")
        return Answer(
            question=work.plan.question,
            standalone_question=work.plan.question,
            as_of=work.plan.as_of,
            plan=work.plan.record,
            text=refusal.message if refusal else with_markers(sentences),
            style=work.plan.style,
            short=short,
            sentences=sentences,
            citations=() if refusal else citations_of(work.cited),
            refusal=refusal,
            llm_failure=work.llm_failure,
            passages=work.passages,
            usage=usage_of(work.completion, self.llm),
            timings_ms=Timings.model_validate(work.timings),
            model=self.llm.name,
            prompts={name: load_prompt(name).fingerprint for name in _prompt_names(work.plan.style)},
        )

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return _response(self.ask(query_bundle.query_str))

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return _response(_answer_in([event async for event in self.astream(query_bundle.query_str)]))

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def _positive(name: str, value: int) -> int:
    if value < 1:
        raise QuestionError(f"{name} is not a positive number: {value!r}; give 1 or more")
    return value


def _answer_in(events: Sequence[StreamEvent]) -> Answer:
    (answer,) = (event.answer for event in events if isinstance(event, AnswerReady))
    return answer


def _failure_of(error: LLMUnavailableError | UnusableDraftError) -> LLMFailure:
    reason: LLMFailureReason = "unusable" if isinstance(error, UnusableDraftError) else "unavailable"
    return LLMFailure(reason=reason, message=str(error))


def _prompt_names(style: Style) -> tuple[str, str]:
    return f"answer_{style}", "question"


def _messages(plan: Plan, evidence: Sequence[Evidence]) -> list[dict[str, str]]:
    system, user = (load_prompt(name) for name in _prompt_names(plan.style))
    question = user.render(evidence=render_evidence(evidence), question=plan.question)
    return [{"role": "system", "content": system.render()}, {"role": "user", "content": question}]


def passage_of(hit: NodeWithScore) -> Passage:
    """The retrieved chunk as answers show it."""
    node, told = hit.node, hit.node.metadata
    assert isinstance(node, TextNode)  # noqa: S101 - the store makes no others
    article = ArticleRef(
        id=told["article_id"],
        title=told.get("title", ""),
        source=told.get("source"),
        url=told.get("url"),
        authors=told.get("authors", ()),
        published_at=read_day(told.get("published_at")),
        also_in=told["also_in"],
    )
    return Passage(
        article_id=article.id,
        text=node.text,
        score=hit.score or 0.0,
        start=node.start_char_idx or 0,
        end=node.end_char_idx or 0,
        best_chunk=told.get("best_chunk"),
        article=article,
    )


def _response(answer: Answer) -> Response:
    nodes = [
        NodeWithScore(
            node=TextNode(
                text=p.text,
                start_char_idx=p.start,
                end_char_idx=p.end,
                metadata=p.article.model_dump(mode="json"),
            ),
            score=p.score,
        )
        for p in answer.passages
    ]
    return Response(answer.text, source_nodes=nodes, metadata=answer.model_dump(mode="json"))
