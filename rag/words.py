"""Words of a question, by their place in it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Words of a question: `question[start:end] == text`."""

    text: str
    start: int
    end: int

    def touches(self, spans: Sequence[tuple[int, int]]) -> bool:
        """Whether some of them stand in one of these spans of the question."""
        return any(start < self.end and self.start < end for start, end in spans)
