"""What every check takes and gives: the sources of a sentence, and the reasons against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.answer import Verdict
from rag.texts import Reading

Kind = Literal[
    "number", "date", "name", "quotation", "negation", "direction", "role", "speaker", "merged", "overstated", "meaning"
]


@dataclass(frozen=True)
class Source:
    """The cited words of one article, and what is known about them."""

    quote: Reading
    around: Reading  # the passages that they stand in, and the title
    heading: Reading  # the outlet and the title
    outlet: frozenset[str]  # the roots of its name
    closeness: float | None  # cosine of the sentence and the cited words


@dataclass(frozen=True)
class Reason:
    """Why a sentence is not supported: the words of it, what is wrong, and the best verdict that it leaves."""

    kind: Kind
    said: str
    problem: str
    verdict: Verdict
    is_missing: bool = False  # rather than said of something else, or turned round

    def __str__(self) -> str:
        """The reason as people read it."""
        return f"{self.said!r} {self.problem}"


def missing(kind: Kind, said: str, *, beside: bool) -> Reason:
    """The reason for words that are not in the cited ones; `beside` them is better than nowhere."""
    problem = "stands beside the cited words, not in them" if beside else "is not in the cited words"
    return Reason(kind, said, problem, "partly" if beside else "unsupported", is_missing=True)


def roots_of(sources: Sequence[Source]) -> frozenset[str]:
    """The roots of the cited words and of those around them."""
    return frozenset[str]().union(*(source.quote.roots | source.around.roots for source in sources))


def outlets_of(sources: Sequence[Source]) -> frozenset[str]:
    """Words that say where something was reported, and tell nothing of what it stands by."""
    return frozenset[str]().union(*(source.outlet for source in sources))
