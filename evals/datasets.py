"""Questions with their gold answers: a bundled collection's name or a JSONL file in, a `Dataset` out."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evals.errors import DatasetError
from evals.metrics import contains
from index import Article, ArticleIndex
from index.readers import read_articles

SAMPLE = "sample"  # the collection that an empty index is filled with
REALTIMEQA = "realtimeqa"  # kind of the questions that come from there
REALTIMEQA_LEAD = timedelta(days=2)  # a quiz appears within two days of its asked_at; later articles stay unseen

_ASKS_FOR_THE_ODD_ONE_OUT = re.compile(r"\bexcept\W*$", re.IGNORECASE)


class Fact(BaseModel):
    """A question, the gold answers that count as right, and where they stand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    answer: str | None = Field(min_length=1, description="None: the articles do not say")
    aliases: tuple[str, ...] = Field(default=(), description="other ways to write the answer")
    article_urls: tuple[str, ...] = Field(default=(), description="articles that hold the evidence")
    evidence: str | None = Field(default=None, description="the exact words that state the answer")
    as_of: date | None = Field(default=None, description="nothing published later may be seen")
    kind: str = Field(min_length=1, description="group that the report breaks the score down by")
    example: bool = Field(default=False, description="shown in the chat as an example question")

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.answer is None and (self.aliases or self.evidence or self.article_urls):
            raise ValueError("has no answer, so it can have no aliases, evidence or article_urls")
        return self

    @property
    def golds(self) -> tuple[str, ...]:
        """The answer and its aliases; empty: the question has no answer."""
        return () if self.answer is None else (self.answer, *self.aliases)

    @property
    def quotable(self) -> bool:
        """Whether a verbatim quote can hold the answer; a date worked out from "on Tuesday" cannot be."""
        return self.evidence is None or contains(self.evidence, self.golds)

    @property
    def needs_choices(self) -> bool:
        """Whether it asks for the odd one out of choices that the engine is not shown."""
        return bool(_ASKS_FOR_THE_ODD_ONE_OUT.search(self.question))


class Dataset(BaseModel):
    """Facts in file order; `sha256` is the hash of the file's bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    path: Path
    sha256: str
    facts: tuple[Fact, ...]

    @property
    def bundled(self) -> bool:
        """Whether its articles are bundled too, in `sample_articles_path()`."""
        return self.name == SAMPLE


def load_dataset(name_or_path: str | Path) -> Dataset:
    """The bundled dataset of that name, or the one in a JSONL file.

    A line is a `Fact`, or a RealTime QA question (told by its `asked_at`), whose choices are left out.

    Raises:
        DatasetError: no such dataset, or a line that is not a question; it names the line.
    """
    path = _locate(name_or_path)
    try:
        content = path.read_bytes()
        lines = content.decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"cannot read dataset: {path}: {error}; give a UTF-8 JSONL file") from error
    facts = tuple(_facts(lines, path))
    if not facts:
        raise DatasetError(f"no questions in dataset: {path}; write one JSON object a line")
    return Dataset(name=str(name_or_path), path=path, sha256=sha256(content).hexdigest(), facts=facts)


def sample_articles_path() -> Path:
    """The folder of the bundled sample articles."""
    return _collections() / SAMPLE / "articles"


def example_questions() -> list[str]:
    """Questions that the sample articles answer well, to show in a chat about them."""
    return [fact.question for fact in load_dataset(SAMPLE).facts if fact.example]


def holds_samples(index: ArticleIndex) -> bool:
    """Whether the index holds the sample articles, that is, their first one."""
    first = next(read_articles([sample_articles_path()])).item
    return isinstance(first, Article) and first.id in index


def _collections() -> Path:
    return Path(str(files(__package__) / "collections"))


def _locate(name_or_path: str | Path) -> Path:
    bundled = {folder.name: folder / "facts.jsonl" for folder in _collections().iterdir() if folder.is_dir()}
    if str(name_or_path) in bundled:
        return bundled[str(name_or_path)]
    if Path(name_or_path).is_file():
        return Path(name_or_path)
    raise DatasetError(f"no such dataset: {name_or_path}; give {' or '.join(sorted(bundled))}, or a JSONL file")


def _facts(lines: Iterable[str], path: Path) -> Iterator[Fact]:
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        fact = _fact(line, f"{path}, line {number}")
        if fact.id in seen and fact.kind == REALTIMEQA:  # its 2023 file gives one id to two questions
            fact = fact.model_copy(update={"id": f"{fact.id}@{number}"})
        if fact.id in seen:
            raise DatasetError(f"id used twice: {fact.id!r} in {path}, lines {seen[fact.id]} and {number}; rename one")
        seen[fact.id] = number
        yield fact


def _fact(line: str, place: str) -> Fact:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise DatasetError(f"not a JSON object: {place}; write one question a line")
        return Fact.model_validate(_from_realtimeqa(row) if "asked_at" in row else row)
    except ValidationError as error:
        raise DatasetError(f"not a question: {place}: {_first_reason(error)}; mend that line") from error
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise DatasetError(f"unreadable line: {place}: {error}; mend that line") from error


def _from_realtimeqa(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row.get("id"),
        "question": row.get("question"),
        "answer": row.get("answer"),
        "as_of": date.fromisoformat(row["asked_at"]) + REALTIMEQA_LEAD,
        "kind": REALTIMEQA,
    }


def _first_reason(error: ValidationError) -> str:
    first = error.errors()[0]
    field = ".".join(map(str, first["loc"]))
    return f"{field}: {first['msg']}" if field else str(first["msg"])
