"""Whether the cited words say what a sentence says: `verify` gives the verdict, and the reasons against more.

Every number, amount, percentage, date, name and quotation of the sentence must be in the cited words, however
it is written there, and of the same; nothing may be negated or turned round; and the meaning must be close.
No model is asked: the same words get the same verdict. `rag.texts` reads, `rag.checks` compares.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answer import Verdict
from rag.checks.direction import turned_poles, wrong_negations
from rag.checks.figures import wrong_amounts, wrong_dates
from rag.checks.meaning import added, caused, far_meaning, only_beside, overstated, said_of_all
from rag.checks.merged import merged
from rag.checks.parts import turned_parts, wrong_names, wrong_quotations, wrong_roles, wrong_speakers
from rag.checks.reasons import Reason, Source
from rag.checks.slots import other_words
from rag.evidence import Evidence
from rag.texts import MAX_CHARACTERS, Reading, read

__all__ = ["CitedWords", "Reason", "Verification", "cited_words", "verdict_of", "verify"]

LEANT_ON = 300  # characters before the cited words; a whole passage would bear out what they do not say
SHOWN = 60  # characters of a sentence that is too long
WORST_FIRST: tuple[Verdict, ...] = ("unsupported", "partly", "supported")
CHECKS = (
    wrong_amounts,
    wrong_dates,
    wrong_names,
    turned_poles,
    wrong_negations,
    wrong_roles,
    turned_parts,
    wrong_speakers,
    merged,
    other_words,
    overstated,
    said_of_all,
    caused,
    added,
    far_meaning,
    only_beside,
)


@dataclass(frozen=True)
class CitedWords:
    """The words that a sentence cites, and what is known about them."""

    quote: str
    published_at: date | None = None
    context: str = ""  # the passage around, for the names behind "he" and "the company"
    title: str = ""
    outlet: str = ""
    closeness: float | None = None  # cosine of the sentence and the quote, where somebody has embedded both


@dataclass(frozen=True)
class Verification:
    """What the cited words are worth to a sentence, and why it is not more."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()


def verify(sentence: str, cited: Sequence[CitedWords], *, asked: str = "") -> Verification:
    """The verdict on a sentence, held against the words that it cites.

    Args:
        sentence: A sentence of an answer, without markers.
        cited: The words that it rests on; those of one article are read together.
        asked: The question; what a sentence only repeats of it is no invention.
    """
    if any(sentence.split() == words.quote.split() != [] for words in cited):
        return Verification("supported")
    repeated = read(asked, None).lower
    reasons = tuple(_softened(reason, repeated) for reason in _reasons(sentence, cited))
    verdict = min((reason.verdict for reason in reasons), key=WORST_FIRST.index, default=WORST_FIRST[-1])
    return Verification(verdict, reasons)


def _reasons(sentence: str, cited: Sequence[CitedWords]) -> Iterator[Reason]:
    said = read(sentence, next((words.published_at for words in cited if words.published_at), None))
    if len(sentence) > MAX_CHARACTERS:
        yield Reason("meaning", f"{sentence[:SHOWN]}…", "is too long to be checked", "unsupported")
        return
    if not cited or not (said.telling or said.amounts or said.dates):
        yield Reason("meaning", sentence, "says nothing" if cited else "cites nothing", "unsupported")
        return
    sources = _sources(cited)
    for check in CHECKS:
        yield from check(said, sources)
    quotes, around = (" ".join(texts) for texts in zip(*((words.quote, words.context) for words in cited), strict=True))
    yield from wrong_quotations(sentence, quotes, around)


def _softened(reason: Reason, asked: frozenset[str]) -> Reason:
    """The reason, milder where what is missing was in the question: the sentence does not claim it anew."""
    is_asked = reason.is_missing and read(reason.said, None).lower <= asked
    return replace(reason, verdict="partly") if is_asked else reason


def _sources(cited: Sequence[CitedWords]) -> list[Source]:
    """The cited words, those of one article together."""
    groups: dict[tuple[str, str, date | None], list[CitedWords]] = {}
    for words in cited:
        groups.setdefault((words.outlet, words.title, words.published_at), []).append(words)
    return [_source(group) for group in groups.values()]


def _source(group: Sequence[CitedWords]) -> Source:
    first, known = group[0], [words.closeness for words in group if words.closeness is not None]
    heading = f"{first.outlet}. {first.title}"

    def as_read(texts: Iterator[str]) -> Reading:
        return read(" ".join(dict.fromkeys(texts)), first.published_at)

    return Source(
        quote=as_read(words.quote for words in group),
        around=as_read(iter([*(words.context for words in group), first.title])),
        heading=as_read(iter([heading])),
        outlet=as_read(iter([first.outlet])).roots,
        closeness=max(known, default=None),
    )


def verification_of(
    sentence: str, question: str, cited: Sequence[Evidence], closeness: Sequence[float | None] = ()
) -> Verification:
    """The verdict on a sentence that answers the question and cites this evidence, with the reasons.

    Args:
        sentence: Of an answer, without markers.
        question: What it answers.
        cited: What it rests on.
        closeness: The cosines of the sentence and each quote; none: nobody has embedded them.
    """
    words = [cited_words(item) for item in cited]
    told = [
        replace(each, closeness=cosine) for each, cosine in zip(words, closeness or [None] * len(words), strict=True)
    ]
    return verify(sentence, told, asked=question)


def verdict_of(sentence: str, question: str, cited: Sequence[Evidence]) -> Verdict:
    """The verdict alone."""
    return verification_of(sentence, question, cited).verdict


def cited_words(evidence: Evidence) -> CitedWords:
    """A sentence of evidence as the verifier reads it, with the words before it, which say who "he" is."""
    article, start = evidence.article, max(evidence.context.find(evidence.quote), 0)
    before = evidence.context[max(start - LEANT_ON, 0) : start + len(evidence.quote)]
    return CitedWords(evidence.quote, article.published_at, before, article.title, article.source or "")
