"""What a judge is measured by, and what it says of a run: the records of `evals.judges`."""

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from evals.bundled import read_bundled
from evals.gold import Record

EXAMPLES = "judge_examples.jsonl"

Kind = Literal["correctness", "faithfulness"]


class Example(Record):
    """What the judge is shown, and what a person said of it."""

    kind: Kind
    shown: dict[str, str] = Field(description="the variables of the kind's prompt")
    right: bool


class Opinion(Record):
    """The share that the judge calls right of `n`, and what it is worth."""

    n: int
    rate: float | None
    low: float | None = Field(description="end of the 95 % bootstrap interval of the rate, as it was found")
    high: float | None
    unreadable: int = Field(description="replies that were neither yes nor no; not counted")
    sensitivity: float | None = Field(description="share of the right examples that it called right")
    specificity: float | None = Field(description="share of the wrong examples that it called wrong")
    corrected: float | None = Field(description="the rate, corrected for both; None: it judges no better than chance")


class Judged(Record):
    """What a judge says of a run, and which judge it was."""

    judge: str
    settings: dict[str, Any] = Field(description="where the judge is reached, without secrets, or its file's hash")
    prompts: dict[str, str] = Field(description="prompt name -> fingerprint")
    examples: int = Field(description="labelled examples that the judge was measured by")
    opinions: dict[str, Opinion]
    verdicts: dict[str, dict[str, bool | None]] = Field(description="kind -> question, or question#sentence -> verdict")

    def text(self) -> str:
        """What the judge says, for a terminal."""
        return "\n".join([f"judge: {self.judge}, measured on {self.examples} examples", *_lines(self.opinions)])


def read_examples() -> list[Example]:
    """The labelled examples that a judge is measured by."""
    return read_bundled(EXAMPLES, Example)


def _lines(opinions: dict[str, Opinion]) -> Iterator[str]:
    for kind, o in opinions.items():
        interval = f"{o.rate:.3f} ({o.low:.3f} to {o.high:.3f})" if o.n else "none"
        skill = f"right of the right {_told(o.sensitivity)}, of the wrong {_told(o.specificity)}"
        yield f"{kind}: {interval} of {o.n}, corrected {_told(o.corrected)}; {skill}; {o.unreadable} unreadable"


def _told(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"
