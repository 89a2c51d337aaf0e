"""The checked answer: what of a draft may be said, and whether it answers at all."""

from collections.abc import Sequence

from rag.citations import Cited, renumbered
from rag.disagreement import differing, reports_of, with_reports
from rag.newest import led_by_newest
from rag.refusal import judged
from rag.settings import RagSettings
from rag.spans import pick_span
from rag.work import Work

SURE = 0.3  # confidence of a bare fact that is shown: of 155 in RealTime QA 2025 the F1 was 0.45, of 260 below 0.08


def judge(work: Work, settings: RagSettings) -> None:
    """Leave in the work what the articles bear out; `work.reason` says why that is no answer."""
    question, drafted = work.plan.question, work.cited
    work.cited = borne_out(drafted)
    work.reason, work.confidence = judged(question, work.evidence, work.cited)
    if work.reason and work.llm_failure and work.llm_failure.reason == "unavailable":
        work.reason = "llm_unavailable"  # what it would have found, nobody knows
    if work.reason:
        return
    work.short = short_of(work)
    if settings.unsupported == "strike":
        work.cited = renumbered(drafted)
    if work.plan.style == "full":
        tell_when(work)


def borne_out(cited: Sequence[Cited]) -> list[Cited]:
    """The sentences that are not unsupported."""
    return renumbered([item for item in cited if item.sentence.verdict != "unsupported"])


def short_of(work: Work) -> str | None:
    """The bare fact: the short answer itself, or the words of the answer that an independent reading picks too."""
    if work.plan.style == "short":
        return work.cited[0].sentence.text.rstrip(".")
    span = pick_span(work.plan.question, work.evidence)
    text = " ".join(item.sentence.text for item in work.cited)
    is_sure = span and span.confidence >= SURE and span.text.lower() in text.lower()
    return span.text if span and is_sure else None


def tell_when(work: Work) -> None:
    """Let the newest report lead where it is asked how things stand, and each report speak where they differ."""
    work.cited = led_by_newest(work.cited, work.plan.asks)
    differences = differing(work.plan.question, work.cited, work.evidence)
    if differences:
        work.cited = with_reports(work.cited, differences)
        work.reports = reports_of(differences, work.cited)
