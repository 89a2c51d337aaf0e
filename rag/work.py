"""One question on its way to an answer, and the record that becomes of it."""

from dataclasses import dataclass, field
from datetime import date
from time import perf_counter

from prompts import load_prompt
from rag.answer import Answer, LLMFailure, Passage, RefusalReason, Report, Sentence, Style, Timings, Usage
from rag.citations import Cited, citations_of, with_markers
from rag.evidence import Evidence
from rag.generation import Completion, usage_of
from rag.llm import LLM
from rag.plan import Plan
from rag.refusal import refuse
from rag.timeline import timeline_text


@dataclass
class Work:
    """What is known of a question so far; each stage fills in its part."""

    asked: str  # as it was asked; the plan has it as it would be asked alone
    plan: Plan
    passages: tuple[Passage, ...] = ()
    evidence: list[Evidence] = field(default_factory=list)
    spent: dict[str, Completion] = field(default_factory=dict)  # what the LLM wrote, by the prompt that it was given
    cited: list[Cited] = field(default_factory=list)
    short: str | None = None
    reports: tuple[Report, ...] = ()
    confidence: float | None = None
    reason: RefusalReason | None = None
    llm_failure: LLMFailure | None = None
    started: float = field(default_factory=perf_counter)
    timings: dict[str, float] = field(default_factory=dict)

    def clock(self, stage: str) -> None:
        """Note the milliseconds until a stage was first reached."""
        self.timings.setdefault(stage, round((perf_counter() - self.started) * 1000, 1))

    def answer(self, llm: LLM, newest: date | None) -> Answer:
        """The record, as it stands."""
        self.clock("total")
        sentences = () if self.reason else tuple(item.sentence for item in self.cited)
        detail = self.llm_failure.message if self.llm_failure else ""
        refusal = refuse(self.reason, newest, detail, nearest=self.passages) if self.reason else None
        return Answer(
            question=self.asked,
            standalone_question=self.plan.question,
            as_of=self.plan.as_of,
            plan=self.plan.record,
            style=self.plan.style,
            text=refusal.message if refusal else written(self.plan.style, sentences),
            short=None if refusal else self.short,
            sentences=sentences,
            citations=() if refusal else citations_of(self.cited),
            reports=() if refusal else self.reports,
            confidence=self.confidence,
            refusal=refusal,
            llm_failure=self.llm_failure,
            passages=self.passages,
            usage=self._usage(llm),
            timings_ms=Timings.model_validate(self.timings),
            model=llm.name,
            prompts={name: load_prompt(name).fingerprint for name in prompt_names(self.plan.style, self.spent)},
        )

    def _usage(self, llm: LLM) -> Usage:
        return usage_of(
            Completion(
                text="",
                prompt_tokens=sum(completion.prompt_tokens for completion in self.spent.values()),
                completion_tokens=sum(completion.completion_tokens for completion in self.spent.values()),
                finish_reason="",
            ),
            llm,
        )


def written(style: Style, sentences: tuple[Sentence, ...]) -> str:
    """The text of an answer."""
    return timeline_text(sentences) if style == "timeline" else with_markers(sentences)


def answer_prompt(style: Style) -> str:
    """The name of the prompt with the rules of the style."""
    return f"answer_{style}"


def question_prompt(style: Style) -> str:
    """The name of the prompt with the evidence and the question.

    For a short answer the question stands before the evidence, too, with the day: that told the embedded LLM what to
    look for in 5 of 70 questions of RealTime QA, and misled it in one; for full answers it misled it in 5 of 18.
    """
    return "question_short" if style == "short" else "question"


def prompt_names(style: Style, spent: dict[str, Completion]) -> list[str]:
    """The prompts that an answer in the style is made with."""
    return sorted({answer_prompt(style), question_prompt(style), *spent})
