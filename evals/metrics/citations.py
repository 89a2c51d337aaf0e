"""Scores of an answer's citations: pure functions, judged without an LLM.

Citation recall and precision are those of ALCE (Gao et al., EMNLP 2023, https://arxiv.org/abs/2305.14627,
section 3; `eval.py` of its repository), with `rag.verification` in the place of its entailment model. Unlike
there, a sentence that claims nothing is left out, all citations of a sentence are read rather than the first
three, and those of a sentence that names a source that is not there count against precision. The engine's own
verdicts are never looked at.
"""

from collections.abc import Sequence

from evals.gold import Question
from evals.matching import states_fact
from evals.metrics.answers import correct
from evals.metrics.support import is_of_support
from rag.answer import Answer, Citation
from rag.citations import Draft, parse_draft
from rag.claims import claim
from rag.dates import date_weekdays
from rag.evidence import Evidence
from rag.verification import verdict_of


def citation_recall(answer: Answer) -> float | None:
    """The share of the sentences whose citations, taken together, bear them out; None: it claims nothing.

    One of two sentences cited and borne out: 0.5. A sentence without a citation counts as not borne out.
    """
    judged = _judged(answer)
    return sum(_bears_out(answer, draft) for draft in judged) / len(judged) if judged else None


def citation_precision(answer: Answer) -> float | None:
    """The share of the citations that are right and needed; None: it claims nothing.

    A citation is when its sentence is borne out, and it bears the sentence out alone or the others do not
    without it. Where nothing is cited it is 0.0, as in ALCE.
    """
    judged = _judged(answer)
    pairs = [(draft, n) for draft in judged for n in sorted(draft.markers)]
    if not pairs:
        return 0.0 if judged else None
    return sum(_is_precise(answer, draft, n) for draft, n in pairs) / len(pairs)


def quote_exactness(exact: Sequence[bool]) -> float:
    """The share of the citations whose offsets give the very words of the article.

    >>> quote_exactness([True, True, False, True])
    0.75
    """
    return sum(exact) / len(exact) if exact else 0.0


def gold_support_cited(question: Question, answer: Answer) -> float:
    """1.0 if a citation is of a gold support: of its article, or of its words elsewhere, as in a wire copy."""
    return float(
        any(
            is_of_support(citation.article, citation.quote, support)
            for citation in answer.citations
            for support in question.support
        )
    )


def cited_correct(question: Question, answer: Answer) -> float:
    """1.0 if the answer is right and each of its facts stands in a cited quote, else 0.0."""
    quotes = [date_weekdays(citation.quote, citation.article.published_at) for citation in answer.citations]
    borne_out = all(any(states_fact(quote, fact) for quote in quotes) for fact in question.facts)
    return float(bool(quotes) and borne_out and correct(question, answer))


def evidence_of(answer: Answer, citation: Citation) -> Evidence:
    """The citation as the verifier reads it: beside the passage that it stands in."""
    around = (
        passage.text
        for passage in answer.passages
        if passage.article_id == citation.article.id and citation.quote in passage.text
    )
    place = (citation.start, citation.end, citation.article)
    return Evidence(citation.n, citation.quote, *place, next(around, citation.quote), 0.0)


def _judged(answer: Answer) -> list[Draft]:
    """The sentences that claim something, with the numbers that they cite."""
    if answer.refusal:
        return []
    sentences = [Draft(sentence.text, frozenset(sentence.citations)) for sentence in answer.sentences]
    return [draft for draft in sentences or parse_draft(answer.text) if claim(draft.text).words]


def _bears_out(answer: Answer, draft: Draft) -> bool:
    return _borne_out(answer, draft.text, draft.markers)


def _is_precise(answer: Answer, draft: Draft, n: int) -> bool:
    if not _bears_out(answer, draft):
        return False
    others = draft.markers - {n}
    return _borne_out(answer, draft.text, frozenset({n})) or not _borne_out(answer, draft.text, others)


def _borne_out(answer: Answer, sentence: str, markers: frozenset[int]) -> bool:
    cited = [citation for citation in answer.citations if citation.n in markers]
    if not cited or len({citation.n for citation in cited}) < len(markers):  # a number that names nothing
        return False
    return verdict_of(sentence, answer.question, [evidence_of(answer, citation) for citation in cited]) == "supported"
