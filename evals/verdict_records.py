"""What the verifier is measured by, and how it does: the records of `evals.verifying`."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Final, Literal, get_args

from pydantic import Field

from evals.bundled import read_bundled
from evals.gold import Record
from rag.answer import Verdict

EXAMPLES: Final = "verdict_examples.jsonl"
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)

Half = Literal["tuning", "final"]
Kind = Literal[
    "as_said", "normalised", "paraphrased", "two_sources", "overstated", "added", "number_changed", "unit_changed",
    "name_swapped", "roles_swapped", "negated", "direction_flipped", "date_moved", "quotation_altered", "merged",
    "invented", "unrelated",
]  # fmt: skip
SUPPORTED: Final[frozenset[Kind]] = frozenset({"as_said", "normalised", "paraphrased", "two_sources"})
PARTLY: Final[frozenset[Kind]] = frozenset({"overstated", "added"})  # true as far as it goes, and then more


class Quoted(Record):
    """Words that are cited, the sentence before them, and the article that they stand in."""

    quote: str
    published_at: date
    outlet: str
    title: str
    before: str = ""

    @property
    def context(self) -> str:
        """The passage."""
        return f"{self.before} {self.quote}".strip()


class Said(Record):
    """A sentence that cites the words, and what was done to make it."""

    kind: Kind
    sentence: str

    @property
    def verdict(self) -> Verdict:
        """What a person says of it."""
        if self.kind in SUPPORTED:
            return "supported"
        return "partly" if self.kind in PARTLY else "unsupported"


class Case(Record):
    """Cited words, of one article or several, and sentences that cite them."""

    cited: tuple[Quoted, ...] = Field(min_length=1)
    said: tuple[Said, ...] = Field(min_length=1)

    @property
    def half(self) -> Half:
        """Where it belongs, by a hash of its words: thresholds and words were chosen on "tuning" alone."""
        return "tuning" if sha256(self.cited[0].quote.encode()).digest()[0] % 2 else "final"


class Share(Record):
    """A share, and of how many."""

    n: int
    share: float | None

    def __str__(self) -> str:
        """The share for a terminal."""
        return f"{'none' if self.share is None else f'{self.share:.3f}'} of {self.n}"


class OfVerdict(Record):
    """How far a verdict can be trusted, and how often it is given where it is due."""

    precision: Share
    recall: Share


class Measured(Record):
    """How the verifier does on labelled sentences."""

    half: Half
    embedding: str | None = Field(description="whose cosines it was given; None: it was given none")
    n: int
    verdicts: dict[Verdict, OfVerdict]
    kinds: dict[Kind, Share] = Field(description="share called supported of the kinds that are, else not supported")
    reasons: dict[str, Share] = Field(description="kind of reason -> share given for sentences that are not supported")
    confusion: dict[Verdict, dict[Verdict, int]] = Field(
        description="a person's verdict -> the verifier's -> sentences"
    )
    milliseconds: tuple[float, float] = Field(description="of a sentence, in processor time: median, 95th percentile")

    def text(self) -> str:
        """The figures, for a terminal."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        cosines = f"with the cosines of {self.embedding}" if self.embedding else "without cosines"
        yield f"{self.n} sentences of the {self.half} half, {cosines}"
        yield "{:.1f} ms a sentence, 95 % under {:.1f} ms".format(*self.milliseconds)
        for verdict, found in self.verdicts.items():
            yield f"{verdict}: precision {found.precision}, recall {found.recall}"
        yield from (f"{kind}: {share}" for kind, share in self.kinds.items())
        yield from (f"objections to a {reason}, right: {share}" for reason, share in self.reasons.items())
        for due, given in self.confusion.items():
            yield f"{due}, called " + ", ".join(f"{verdict}: {n}" for verdict, n in given.items())


def read_cases(half: Half) -> list[Case]:
    """The labelled sentences of one half."""
    return [case for case in read_bundled(EXAMPLES, Case) if case.half == half]
