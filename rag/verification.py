"""Whether the cited words say what a sentence says.

A number must stand in the quoted words; a name there, or in the passage around them where the quote
has only "he"; and so must most of the other telling words.
"""

from collections.abc import Sequence

from rag.answer import Verdict
from rag.claims import claim, coverage
from rag.evidence import Evidence

SUPPORTED = 0.6  # share of a sentence's telling words that must be there
PARTLY = 0.3  # below this share a sentence is unsupported


def verdict_of(sentence: str, cited: Sequence[Evidence]) -> Verdict:
    """`supported` when all numbers and names and most words are there, `unsupported` when hardly any is."""
    said = claim(sentence)
    quoted = frozenset[str]().union(*(evidence.words for evidence in cited))
    around = frozenset[str]().union(*(evidence.around for evidence in cited))
    share = coverage(said.words, around)
    if not quoted & said.words or share < PARTLY:
        return "unsupported"
    exact = said.numbers <= quoted and said.names <= around
    return "supported" if exact and share >= SUPPORTED else "partly"
