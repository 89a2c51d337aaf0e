"""Labelled examples that come with the package: a file name in, its checked records out."""

from importlib.resources import files
from typing import TypeVar

from pydantic import BaseModel

RecordT = TypeVar("RecordT", bound=BaseModel)


def read_bundled(name: str, record: type[RecordT]) -> list[RecordT]:
    """The records of a bundled JSONL file, one a line."""
    lines = (files(__package__) / name).read_text(encoding="utf-8").splitlines()
    return [record.model_validate_json(line) for line in lines]
