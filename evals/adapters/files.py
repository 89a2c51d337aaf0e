"""Files of public benchmarks in, checked records out; what is wrong with one is said in one line."""

import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from evals.errors import DatasetError
from evals.gold import Question, Words
from index import Article, Failure

PACKED = ".gz"

_WORDS = TypeAdapter[str](Words)

T = TypeVar("T")


class Row(BaseModel):
    """A record of a foreign file: the fields that are read are checked, and the others passed over."""

    model_config = ConfigDict(frozen=True, strict=True)


R = TypeVar("R", bound=Row)


def located(folder: Path, *names: str) -> Path:
    """The first of these files that is in the folder, as it is or packed by gzip."""
    for name in names:
        for path in (folder / name, folder / f"{name}{PACKED}"):
            if path.is_file():
                return path
    raise DatasetError(f"no {' or '.join(names)} in {folder}; give the folder that holds it")


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Each line that is not empty, with its number: one at a time, in bounded memory."""
    with _opened(path) as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield number, line


def json_lines(path: Path, row: type[R]) -> Iterator[tuple[int, R]]:
    """The records of a file that has one JSON object a line, each with its line number."""
    kind = TypeAdapter(row)
    for number, line in lines(path):
        yield number, parsed(line, kind, f"{path}, line {number}")


def json_file(path: Path, kind: TypeAdapter[T]) -> T:
    """What a file holds that is one JSON value."""
    with _opened(path) as stream:
        text = stream.read()
    return parsed(text, kind, str(path))


def parsed(text: str, kind: TypeAdapter[T], place: str) -> T:
    """The JSON in a text, checked; the error names the place and the field."""
    try:
        return kind.validate_json(text)
    except ValidationError as error:
        raise DatasetError(f"unreadable record: {place}: {_first(error)}; mend it, or get the file again") from error


def question(place: str, **fields: Any) -> Question:  # noqa: ANN401 - checked by `Question`
    """The question with these fields; the error names the place and the field."""
    try:
        return Question(**fields)
    except ValidationError as error:
        raise DatasetError(f"not a question: {place}: {_first(error)}; mend that record, or leave it out") from error


def is_comparable(gold: str) -> bool:
    """Whether a gold answer has words: normalisation leaves nothing else to compare an answer with."""
    try:
        _WORDS.validate_python(gold)
    except ValidationError:
        return False
    return True


def with_own_ids(numbered: Iterable[tuple[int, Question]]) -> Iterator[Question]:
    """The questions, each with an id of its own: one that repeats an id becomes `id@` its number in the file."""
    seen: set[str] = set()
    for number, asked in numbered:
        own = asked if asked.id not in seen else asked.model_copy(update={"id": f"{asked.id}@{number}"})
        seen.add(own.id)
        yield own


def read_by_index(path: Path) -> Iterator[Article]:
    """The articles of a file, as Dateline reads it when it is added to an index.

    Raises:
        DatasetError: at the first one that cannot be read; without it, a benchmark is another benchmark.
    """
    from index.readers import read_articles

    for read in read_articles([path]):
        if isinstance(read.item, Failure):
            raise DatasetError(f"unreadable article: {read.item}")
        yield read.item


def checked(questions: Sequence[Question], path: Path) -> tuple[Question, ...]:
    """The questions, if there are any."""
    if not questions:
        raise DatasetError(f"no questions: {path}; give the files of the whole benchmark")
    return tuple(questions)


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    packed = path.name.endswith(PACKED)
    try:
        # Only \n ends a line: the other ends may stand unescaped in a string.
        with (gzip.open if packed else open)(path, "rt", encoding="utf-8-sig", newline="\n") as stream:
            yield stream
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DatasetError(f"cannot read {path}: {error}; give a UTF-8 file that may be read") from error


def _first(error: ValidationError) -> str:
    """The first reason, after its field as one would write it: `evidence_list[0].url: Field required`."""
    first = error.errors(include_url=False)[0]
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
    field = "".join(parts).removeprefix(".")
    return f"{field}: {first['msg']}" if field else str(first["msg"])
