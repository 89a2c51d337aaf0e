"""A question and its evidence in, the few words that answer it out, where they can be told without an LLM."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from rag.evidence import Evidence
from rag.span_candidates import Candidate
from rag.span_features import Rated, rated

# Fitted, with an L2 penalty, on 229 questions of RealTime QA 2024, every other one of 2025 and 133 bundled ones to
# practise on; what is maximised is the logarithm of the expected token F1. On the rest of 2025 (415) the F1 is 0.22.
WEIGHTS = {
    "sentence": 1.2, "gap": -1.34, "later": -0.08, "fits": 1.24, "near": 3.92, "asked": -1.81, "noun_in": 1.83,
    "noun_beside": 0.59, "articles": 0.47, "title_any": 1.52, "title_part": 1.55, "person": 0.71, "person_named": 1.22,
    "place": 1.2, "known": 1.69, "kin": 0.25, "granularity": 1.96, "counted": 0.71, "counts_other": -0.39,
    "words2": 0.28, "phrase": -1.3, "clause": -0.48, "pair": 6.32, "capitals": -0.35, "spelled": -1.5,
}  # fmt: skip


@dataclass(frozen=True)
class Span:
    """The bare answer where it stands: `index.get(evidence.article.id).text[start:end] == text`."""

    text: str
    evidence: Evidence
    start: int
    end: int
    confidence: float  # how likely it is among all spans that fit, from 0 to 1


@dataclass(frozen=True)
class Weighed:
    """A span that could be the answer, and how likely it is, among all of them."""

    evidence: Evidence
    candidate: Candidate
    chance: float

    @property
    def key(self) -> str:
        """What it says, however it is written."""
        return self.candidate.text.lower()


def pick_span(question: str, evidence: Sequence[Evidence]) -> Span | None:
    """The words of the evidence that answer the question best; None: none are of the kind that it asks for."""
    spans = weighed_spans(question, evidence)
    if not spans:
        return None
    chances = chances_by_text(spans)
    best = max(spans, key=lambda span: (chances[span.key], span.chance))
    start = best.evidence.start + best.candidate.start
    text, confidence = best.candidate.text, min(chances[best.key], 1.0)
    return Span(text, best.evidence, start, start + len(text), confidence)


def weighed_spans(question: str, evidence: Sequence[Evidence]) -> list[Weighed]:
    """The spans that could be the answer, each with its chance; the chances of all add up to 1."""
    found = rated(question, evidence)
    worths = [worth(item) for item in found]
    highest = max(worths, default=0.0)
    powers = [exp(one - highest) for one in worths]
    total = sum(powers)
    return [Weighed(item.evidence, item.candidate, power / total) for item, power in zip(found, powers, strict=True)]


def chances_by_text(spans: Sequence[Weighed]) -> dict[str, float]:
    """How likely each text is the answer, wherever it stands."""
    chances = defaultdict[str, float](float)
    for span in spans:
        chances[span.key] += span.chance
    return dict(chances)


def worth(item: Rated) -> float:
    """What speaks for a candidate, in all: the utility of a conditional logit (McFadden 1974)."""
    return sum(WEIGHTS[name] * value for name, value in item.features.items())
