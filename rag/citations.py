"""From the LLM's draft to cited sentences: markers read, sentences aligned to evidence, markers written.

A small LLM forgets most of its markers and gets some wrong, so a marker is only a hint: each sentence
is aligned to the evidence whose words it shares, above all words that the question did not hold.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index import sentence_spans
from rag.answer import Citation, Sentence, Verdict
from rag.claims import Claim, claim
from rag.evidence import Evidence
from rag.verification import Verification, verification_of

if TYPE_CHECKING:
    from index.embedding import TextEmbedding

MAX_CITATIONS = 3  # of one sentence; a reader checks no more
MARKER_BONUS = 0.15  # share of a sentence's words that a marker of the LLM's is worth
TELLING_WEIGHT = 2.0  # of a number or a name; another word weighs 1
RIVALS = 3  # other sentences that a sentence is tried against
MIN_GAIN = 0.2  # share of a sentence's words that one more citation must add
VERDICTS: tuple[Verdict, ...] = ("supported", "partly", "unsupported")  # best first
_MARKER = re.compile(r"\s*[\[【]\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*[\]】]")
_LEADING = re.compile(rf"(?:{_MARKER.pattern})+")
_CLOSING = re.compile(r"[.!?…。！？]*[\"'”’)]*$")


@dataclass(frozen=True)
class Draft:
    """A sentence as the LLM wrote it, without its markers, and the evidence that they named."""

    text: str
    markers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Cited:
    """A checked sentence and the evidence behind its citations, in their order."""

    sentence: Sentence
    evidence: tuple[Evidence, ...]


def parse_draft(text: str) -> list[Draft]:
    """The sentences of the LLM's text; markers that open a sentence belong to the one before."""
    drafts = list[Draft]()
    for start, end in sentence_spans(text.strip()):
        piece = text.strip()[start:end]
        leading = _LEADING.match(piece)
        if leading and drafts:
            drafts[-1] = Draft(drafts[-1].text, drafts[-1].markers | _numbers(leading.group()))
            piece = piece[leading.end() :]
        plain = " ".join(_MARKER.sub("", piece).split())
        if re.search(r"\w", plain):
            drafts.append(Draft(plain, _numbers(piece)))
    return drafts


def _numbers(text: str) -> frozenset[int]:
    return frozenset(int(n) for listed in _MARKER.findall(text) for n in re.findall(r"\d+", listed))


def cite(
    question: str, draft_text: str, evidence: Sequence[Evidence], embedding: "TextEmbedding | None" = None
) -> list[Cited]:
    """The sentences of the LLM's text with their citations, renumbered from 1 as they come up, and verdicts.

    With an `embedding` the verifier is told how close the meanings are; without, it goes by the words alone.
    """
    asked = claim(question)
    found = [(draft, _rests_on(question, draft, asked, evidence)) for draft in parse_draft(draft_text)]
    checked = [
        (draft, rests_on, verification_of(draft.text, question, rests_on, cosines))
        for (draft, rests_on), cosines in zip(found, _cosines(found, embedding), strict=True)
    ]
    return renumbered([_cited(draft, rests_on, verification) for draft, rests_on, verification in checked])


def _cited(draft: Draft, rests_on: Sequence[Evidence], verification: Verification) -> Cited:
    sentence = Sentence(
        text=draft.text,
        citations=(),
        verdict=verification.verdict,
        reasons=tuple(map(str, verification.reasons)),
    )
    # What bears nothing out is no source: a citation there would pose as one.
    return Cited(sentence, () if verification.verdict == "unsupported" else tuple(rests_on))


def renumbered(cited: Sequence[Cited]) -> list[Cited]:
    """The sentences with their citations numbered from 1 as they come up; the same words have the same number."""
    numbers: dict[tuple[str, int, int], int] = {}
    for item in cited:
        for words in item.evidence:
            numbers.setdefault(words.place, len(numbers) + 1)
    return [
        replace(
            item,
            sentence=item.sentence.model_copy(
                update={"citations": tuple(numbers[words.place] for words in item.evidence)}
            ),
        )
        for item in cited
    ]


def _rests_on(question: str, draft: Draft, asked: Claim, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence that bears a sentence out: what shares its words, unless other evidence is as near and says it."""
    aligned, wanted = _align(draft, asked, evidence), claim(draft.text).words
    near = sorted(evidence, key=lambda item: (-len(wanted & item.words), -item.score))[:RIVALS]
    options = [aligned, *([item] for item in near), *([item, *aligned] for item in near if item not in aligned)]
    best, rank = aligned, len(VERDICTS)
    for option in options:
        found = VERDICTS.index(verification_of(draft.text, question, option).verdict)
        if found < rank:
            best, rank = option, found
        if rank == 0:  # no other can be better, and most sentences end here
            break
    return best


def _cosines(
    found: Sequence[tuple[Draft, Sequence[Evidence]]], embedding: "TextEmbedding | None"
) -> list[list[float | None]]:
    """How close each sentence is to each of its quotes."""
    if embedding is None or not found:
        return [[None] * len(rests_on) for _, rests_on in found]
    texts = dict.fromkeys(text for draft, rests_on in found for text in (draft.text, *(e.quote for e in rests_on)))
    vectors = dict(zip(texts, embedding.embed(list(texts)), strict=True))
    return [[float(vectors[draft.text] @ vectors[e.quote]) for e in rests_on] for draft, rests_on in found]


def _align(draft: Draft, asked: Claim, evidence: Sequence[Evidence]) -> list[Evidence]:
    said = claim(draft.text)
    wanted = said.without(asked)
    if not wanted.words:  # "Yes, they met in Busan": nothing but the question's own words
        wanted = said
    chosen, missing = list[Evidence](), wanted.words
    while missing and len(chosen) < min(MAX_CITATIONS, len(evidence)):
        rest = [item for item in evidence if item not in chosen]
        best = max(rest, key=lambda item: _worth(item, missing, wanted, draft.markers))
        gain = _share(best, missing, wanted)
        if gain <= (MIN_GAIN if chosen else 0):
            break
        chosen.append(best)
        missing -= best.words
    return chosen


def _worth(item: Evidence, missing: frozenset[str], wanted: Claim, markers: frozenset[int]) -> tuple[float, float]:
    hint = MARKER_BONUS if item.n in markers else 0.0
    return _share(item, missing, wanted) + hint, item.score


def _share(item: Evidence, missing: frozenset[str], wanted: Claim) -> float:
    return _weight(missing & item.words, wanted) / _weight(wanted.words, wanted)


def _weight(words: frozenset[str], wanted: Claim) -> float:
    return len(words) + (TELLING_WEIGHT - 1) * len(words & (wanted.numbers | wanted.names))


def citations_of(cited: Sequence[Cited]) -> tuple[Citation, ...]:
    """The citations of the sentences, each once, by number; its verdict is its best sentence's."""
    citations: dict[int, Citation] = {}
    for item in sorted(cited, key=lambda c: VERDICTS.index(c.sentence.verdict)):
        for n, evidence in zip(item.sentence.citations, item.evidence, strict=True):
            citations.setdefault(n, _citation(n, evidence, item.sentence.verdict))
    return tuple(citations[n] for n in sorted(citations))


def _citation(n: int, evidence: Evidence, verdict: Verdict) -> Citation:
    return Citation(
        n=n,
        quote=evidence.quote,
        start=evidence.start,
        end=evidence.end,
        verdict=verdict,
        article=evidence.article,
    )


def with_markers(sentences: Sequence[Sentence]) -> str:
    """The text of an answer: its sentences, each with its [n] markers before the full stop."""
    return " ".join(_marked(sentence) for sentence in sentences)


def _marked(sentence: Sentence) -> str:
    markers = "".join(f"[{n}]" for n in sorted(sentence.citations))
    closing = _CLOSING.search(sentence.text)
    end = closing.start() if closing else len(sentence.text)
    if sentence.verdict == "unsupported":
        return f"[not in the articles: {sentence.text}]"
    return f"{sentence.text[:end]} {markers}{sentence.text[end:]}" if markers else sentence.text
