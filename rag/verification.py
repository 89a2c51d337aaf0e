"""Whether the cited words say what a sentence says.

Every number must stand there, or be the report's own date; a name must stand there or in the passage
around, where the quote has only "he"; and so must most of the other telling words.
"""

from collections.abc import Sequence

from rag.answer import Verdict
from rag.claims import Claim, claim, coverage
from rag.evidence import Evidence

SUPPORTED = 0.6  # share of a sentence's telling words that must be there
PARTLY = 0.3  # below this share a sentence is unsupported


def verdict_of(sentence: str, asked: Claim, cited: Sequence[Evidence]) -> Verdict:
    """`supported` when all of it is there, `unsupported` when what it adds to the question is not."""
    said = claim(sentence)
    added = said.without(asked)
    quoted = frozenset[str]().union(*(evidence.words for evidence in cited))
    around = frozenset[str]().union(*(evidence.around for evidence in cited))
    share = coverage(said.words, around)
    invented = added.numbers - around or (added.names and not added.names & around)
    if invented or share < PARTLY or not said.words & quoted:
        return "unsupported"
    exact = said.numbers <= quoted and said.names <= around
    return "supported" if exact and share >= SUPPORTED else "partly"
