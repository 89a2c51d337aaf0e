"""Gold-facts files: JSONL in, questions out, or every mistake by line and field."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from evals.errors import DatasetError
from evals.gold import KINDS, Question

SHOWN_MISTAKES = 3  # in an error's one line; `dateline eval check` prints all of them


class Mistake(NamedTuple):
    """What is wrong in one field of one line."""

    line: int
    field: str
    problem: str

    def __str__(self) -> str:
        """The mistake in a line."""
        return ", ".join(filter(None, (f"line {self.line}", self.field))) + f": {self.problem}"


def read_questions(path: Path) -> list[Question]:
    """The questions of a gold-facts file.

    Raises:
        DatasetError: it cannot be read, holds no question, or lines with mistakes; it names the first of them.
    """
    questions, mistakes = check_questions(path)
    if mistakes:
        first = "; ".join(map(str, mistakes[:SHOWN_MISTAKES]))
        raise DatasetError(
            f"{len(mistakes)} mistakes in {path}: {first}; mend them, dateline eval check {path} names each of them"
        )
    return questions


def check_questions(path: Path) -> tuple[list[Question], list[Mistake]]:
    """The questions of a gold-facts file, and every mistake in it.

    Raises:
        DatasetError: it cannot be read, or holds no question.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"cannot read dataset: {path}: {error}; give a UTF-8 JSONL file") from error
    questions, mistakes = list[Question](), list[Mistake]()
    first_seen = dict[str, int]()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            question, found = _check(line, number)
            found = found or _repeated(question, number, first_seen)
            mistakes += found
            questions += [question] if question and not found else []
    if not questions and not mistakes:
        raise DatasetError(f"no questions in dataset: {path}; write one JSON object a line")
    return questions, mistakes


def _check(line: str, number: int) -> tuple[Question | None, list[Mistake]]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return None, [Mistake(number, "", f"not JSON: {error}")]
    if not isinstance(row, dict):
        return None, [Mistake(number, "", "not a JSON object")]
    try:
        question = Question.model_validate_json(line)
    except ValidationError as error:
        return None, list(_mistakes(error, number))
    return question, _unscorable(question, number)


def _mistakes(error: ValidationError, number: int) -> Iterable[Mistake]:
    for one in error.errors(include_url=False):
        yield Mistake(number, _field(one["loc"]), one["msg"].removeprefix("Value error, "))


def _field(place: Sequence[int | str]) -> str:
    """The place as it would be written in Python; the name that tells a form's kind, after its number, goes."""
    after = [None, *place]
    parts = [
        part for part, before in zip(place, after, strict=False) if not (part in KINDS and isinstance(before, int))
    ]
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")


def _unscorable(question: Question, number: int) -> list[Mistake]:
    if question.answerable and not question.facts:
        return [Mistake(number, "facts", 'missing: give what a right answer states, or "answerable": false')]
    return []


def _repeated(question: Question | None, number: int, first_seen: dict[str, int]) -> list[Mistake]:
    if question is None:
        return []
    if question.id in first_seen:
        return [Mistake(number, "id", f"{question.id!r} is that of line {first_seen[question.id]}")]
    first_seen[question.id] = number
    return []
