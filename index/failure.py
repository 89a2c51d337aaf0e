"""What did not go in: a record that a report can hold without everything that reads files."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """One input, or one record in it, that did not go in."""

    where: str  # a path, "path:line", "path#record", "path!member" of an archive, or a web address
    why: str
    remedy: str

    def __str__(self) -> str:
        """One line: what happened, where, and what to do."""
        return f"{self.why}: {self.where}; {self.remedy}"
