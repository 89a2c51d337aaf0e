"""The draft: what the LLM writes of the evidence, or what the articles say in their own words, cited and checked."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from prompts import load_prompt
from rag.answer import LLMFailure, LLMFailureReason, Style
from rag.citations import Cited, cite, renumbered
from rag.dates import long_date
from rag.errors import LLMUnavailableError, UnusableDraftError
from rag.evidence import Evidence, render_evidence
from rag.extractive import extract, extract_short
from rag.generation import Completion, Message, StartOver
from rag.llm import LLM
from rag.plan import Plan
from rag.selection import BUDGET
from rag.timeline import parse_timeline, timeline_of
from rag.timeline_evidence import timeline_quotes
from rag.untrusted import as_data, safe_text
from rag.work import Work, answer_prompt, question_prompt
from rag.writing import write_draft

if TYPE_CHECKING:
    from index.embedding import TextEmbedding

MAX_TOKENS: dict[Style, int] = {"full": 160, "short": 32, "timeline": 240}  # of an answer
# Tokens of evidence for the embedded LLM where people wait for its first words: 100 fewer are a second and a half.
LOCAL_BUDGET = 400


def budget_of(llm: LLM, style: Style) -> int:
    """The tokens of evidence that a draft is made from."""
    return LOCAL_BUDGET if llm.kind == "local" and style != "short" else BUDGET


async def draft(work: Work, llm: LLM, embedding: "TextEmbedding") -> AsyncGenerator[str | StartOver, None]:
    """Pieces of the draft as the LLM writes them; then `work.cited` has its sentences.

    Without an LLM, and where it fails, they are the articles' own; `work.llm_failure` says why it failed.
    """
    plan = work.plan
    if llm.kind == "extractive":
        work.cited = await asyncio.to_thread(quoted, plan, work.evidence)
        return
    written = write_draft(
        llm, partial(_messages, plan), plan.question, work.evidence, max_tokens=MAX_TOKENS[plan.style]
    )
    try:
        async with aclosing(written) as pieces:
            async for piece in pieces:
                if isinstance(piece, Completion):
                    work.spent[answer_prompt(plan.style)] = piece
                else:
                    work.clock("first_token")
                    yield piece
        text = work.spent[answer_prompt(plan.style)].text
        work.cited = await asyncio.to_thread(cited, plan, text, work.evidence, embedding)
    except (LLMUnavailableError, UnusableDraftError) as error:
        work.llm_failure = _failure_of(error)
        work.cited = await asyncio.to_thread(quoted, plan, work.evidence)


def _messages(plan: Plan, evidence: Sequence[Evidence]) -> list[Message]:
    asked = {"evidence": render_evidence(evidence), "question": as_data(plan.question)}
    today = {"today": long_date(plan.today)} if plan.style == "short" else {}
    return [
        {"role": "system", "content": load_prompt(answer_prompt(plan.style)).render()},
        {"role": "user", "content": load_prompt(question_prompt(plan.style)).render(**asked, **today)},
    ]


def cited(plan: Plan, text: str, evidence: Sequence[Evidence], embedding: "TextEmbedding") -> list[Cited]:
    """The sentences of the LLM's text, in the style that was asked for."""
    text = safe_text(text, _urls(evidence))
    if plan.style == "timeline":
        return _made_safe(timeline_of(plan.question, parse_timeline(text, plan.today), evidence, embedding))
    return _made_safe(cite(plan.question, text, evidence, embedding))


def quoted(plan: Plan, evidence: Sequence[Evidence]) -> list[Cited]:
    """Sentences of the articles that answer, in the style that was asked for."""
    chosen = {"timeline": timeline_quotes, "short": extract_short, "full": extract}[plan.style]
    return _made_safe(chosen(plan.question, evidence))


def _made_safe(cited: Sequence[Cited]) -> list[Cited]:
    """The sentences without what an article may carry beside its words; the quotes that they cite stay as they are."""
    texts = [safe_text(item.sentence.text, _urls(item.evidence)) for item in cited]
    safe = [
        replace(item, sentence=item.sentence.model_copy(update={"text": text}))
        for item, text in zip(cited, texts, strict=True)
        if text
    ]
    return renumbered(safe)


def _urls(evidence: Sequence[Evidence]) -> set[str]:
    return {item.article.url for item in evidence if item.article.url}


def _failure_of(error: LLMUnavailableError | UnusableDraftError) -> LLMFailure:
    reason: LLMFailureReason = "unusable" if isinstance(error, UnusableDraftError) else "unavailable"
    return LLMFailure(reason=reason, message=str(error))
