"""How far the verifier's verdicts can be trusted: labelled sentences in, precision and recall out; no model judges."""

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median, quantiles
from time import process_time
from typing import NamedTuple

from evals.verdict_records import (
    PARTLY,
    SUPPORTED,
    VERDICTS,
    Case,
    Half,
    Kind,
    Measured,
    OfVerdict,
    Said,
    Share,
    read_cases,
)
from index.embedding import TextEmbedding
from rag.answer import Verdict
from rag.verification import CitedWords, Verification, verify

Pair = tuple[Said, Verification]


class _Timed(NamedTuple):
    said: Said
    found: Verification
    milliseconds: float


def measure_verifier(half: Half = "final", embedding: TextEmbedding | None = None) -> Measured:
    """How the verifier does on one half of the labelled sentences.

    Args:
        half: "tuning", on which its words and thresholds were chosen, or "final", which was not looked at.
        embedding: Whose cosines the verifier is given; None: none.
    """
    timed = [result for case in read_cases(half) for result in _verified(case, embedding)]
    pairs = [(result.said, result.found) for result in timed]
    times = [result.milliseconds for result in timed]
    return Measured(
        half=half,
        embedding=embedding.name if embedding else None,
        n=len(pairs),
        verdicts={verdict: _of_verdict(pairs, verdict) for verdict in VERDICTS},
        kinds=_kinds(pairs),
        reasons=_reasons(pairs),
        confusion=_confusion(pairs),
        milliseconds=(median(times), quantiles(times, n=20)[-1]),
    )


def _verified(case: Case, embedding: TextEmbedding | None) -> Iterator[_Timed]:
    closeness = _closeness(case, embedding)
    for said, cosines in zip(case.said, closeness, strict=True):
        cited = [
            CitedWords(words.quote, words.published_at, words.context, words.title, words.outlet, cosine)
            for words, cosine in zip(case.cited, cosines, strict=True)
        ]
        started = process_time()  # not the clock on the wall: a busy machine is no slow verifier
        found = verify(said.sentence, cited)
        yield _Timed(said, found, 1000 * (process_time() - started))


def _closeness(case: Case, embedding: TextEmbedding | None) -> list[list[float | None]]:
    """The cosine of each sentence with each of the cited words."""
    if embedding is None:
        return [[None] * len(case.cited) for _ in case.said]
    vectors = embedding.embed([*(words.quote for words in case.cited), *(said.sentence for said in case.said)])
    quotes, sentences = vectors[: len(case.cited)], vectors[len(case.cited) :]
    cosines: list[list[float | None]] = (sentences @ quotes.T).tolist()
    return cosines


def _of_verdict(pairs: Sequence[Pair], verdict: str) -> OfVerdict:
    given = [said.verdict == verdict for said, found in pairs if found.verdict == verdict]
    due = [found.verdict == verdict for said, found in pairs if said.verdict == verdict]
    return OfVerdict(precision=_share(given), recall=_share(due))


def _kinds(pairs: Sequence[Pair]) -> dict[Kind, Share]:
    found: dict[Kind, list[bool]] = {kind: [] for kind in sorted({said.kind for said, _ in pairs})}
    for said, verification in pairs:
        found[said.kind].append((verification.verdict == "supported") == (said.verdict == "supported"))
    return {kind: _share(right) for kind, right in sorted(found.items(), key=lambda item: _order(item[0]))}


def _order(kind: Kind) -> tuple[int, str]:
    return (0 if kind in SUPPORTED else 1 if kind in PARTLY else 2), kind


def _reasons(pairs: Sequence[Pair]) -> dict[str, Share]:
    right: dict[str, list[bool]] = {}
    for said, found in pairs:
        for kind in sorted({reason.kind for reason in found.reasons}):
            right.setdefault(kind, []).append(said.verdict != "supported")
    return {kind: _share(values) for kind, values in sorted(right.items())}


def _confusion(pairs: Sequence[Pair]) -> dict[Verdict, dict[Verdict, int]]:
    counted = Counter((said.verdict, found.verdict) for said, found in pairs)
    return {due: {given: counted[due, given] for given in VERDICTS} for due in VERDICTS}


def _share(right: Sequence[bool]) -> Share:
    return Share(n=len(right), share=sum(right) / len(right) if right else None)
