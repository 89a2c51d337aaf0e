"""The bytes of a CSV or TSV file in, a document a row out, one at a time."""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple

from index.decoding import RejectedError
from index.documents import Document, Item
from index.field_names import known
from index.lines import MAX_LINE_CHARS, lines_of
from index.records import no_text, read_record

DELIMITERS = ",;\t|"
MAX_COLUMNS = 2000  # columns; exports have tens, and each is looked up in every row

_SEP_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # Excel's own first line


class Row(NamedTuple):
    """The cells of a row and the line that it starts on; or why it has none."""

    found: list[str] | RejectedError
    line: int


def read_table(stream: IO[bytes], packed: Callable[[], int]) -> Iterator[Item]:
    """The documents of a table whose first row names its columns.

    Raises:
        RejectedError: no column is known to hold the text.
    """
    with lines_of(stream, packed) as lines:
        rows = _rows(lines)
        header = next(rows, None)
        if header is None:
            yield Item(Document("", []))
            return
        names = _named(header)
        number = 0
        for row in rows:
            number += 1
            yield Item(_document(names, row.found), f"#{number}", f":{row.line}")
        if not number:
            raise RejectedError("no rows", "give a row an article under the names of the columns")


def _named(header: Row) -> list[str]:
    """The names of the columns."""
    if isinstance(header.found, RejectedError):
        raise header.found
    names = [" ".join(name.split()) for name in header.found]
    if len(names) > MAX_COLUMNS:
        raise RejectedError(f"more than {MAX_COLUMNS} columns", "keep those of the article")
    fields = {field.field for name in names if (field := known(name))}
    if not fields & {"text", "summary"}:
        rejected = no_text("the table", names)
        raise RejectedError(rejected.why, rejected.remedy.replace("its text", "the column of the text"))
    return names


def _document(names: list[str], cells: list[str] | RejectedError) -> Document | RejectedError:
    if isinstance(cells, RejectedError):
        return cells
    if any(cell.strip() for cell in cells[len(names) :]):
        why = f"{len(cells)} cells under {len(names)} columns"
        return RejectedError(why, "put cells that hold a delimiter or a line end in quotation marks")
    try:
        return read_record(dict(reversed(list(zip(names, cells, strict=False)))), "given")
    except RejectedError as rejected:
        return rejected


class _Lines(Iterator[str]):
    """Lines for one row after another; those that a row took in vain are read again."""

    def __init__(self, lines: Iterator[str | RejectedError]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self._chars = 0  # of the row
        self.taken: list[str] = []  # by the row
        self.ran_out = False  # the row wanted more lines than there are, or than a row may have
        self.read = 0  # lines; the number of the one read last

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines, None)
        self.ran_out = line is None or self._chars > MAX_LINE_CHARS
        if line is None:
            raise StopIteration
        self.read += 1
        if isinstance(line, RejectedError):
            raise line
        self.taken.append(line)
        self._chars += len(line)
        if self.ran_out:
            raise StopIteration
        return line

    def begin(self) -> None:
        """Makes the next line the first of a row."""
        self.taken, self._chars = [], 0

    def rewind(self, kept: int) -> None:
        """Makes all lines of the row but the first few be read again."""
        self._again.extendleft(reversed(self.taken[kept:]))
        self.read -= len(self.taken[kept:])
        self.begin()


def _rows(lines: Iterator[str | RejectedError]) -> Iterator[Row]:
    """The rows that hold anything; a quotation mark that nothing closes spoils its own row and no other."""
    csv.field_size_limit(max(csv.field_size_limit(), 3 * MAX_LINE_CHARS))  # beyond where a row is given up
    source = _Lines(lines)
    delimiter = _delimiter(source)
    while True:
        source.begin()
        start = source.read + 1
        cells = _cells(source, delimiter)
        if cells is None:
            return
        if source.ran_out:  # no quotation mark stands in all those lines, so that no line is read a third time
            source.rewind(1)
            cells = RejectedError("a quotation mark that nothing closes", "close it, or write it twice")
        if cells:
            yield Row(cells, start)


def _cells(source: _Lines, delimiter: str) -> list[str] | RejectedError | None:
    """The cells of the next row: none in a blank line; None where no row is left."""
    try:
        return next(csv.reader(source, delimiter=delimiter), None)
    except RejectedError as rejected:
        return rejected
    except csv.Error as error:
        return RejectedError(f"not valid CSV ({error})", "mend it, or export it again")


def _delimiter(source: _Lines) -> str:
    """What splits the names of the columns: the delimiter that makes the most known ones of them, or else most."""
    first = ""
    while not first.strip():
        source.begin()
        first = next(source, None) or ""
        if not first:
            return DELIMITERS[0]
    said = _SEP_LINE.fullmatch(first)
    if said:
        return said[1]
    source.rewind(0)

    def names_made(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([first], delimiter=delimiter))
        return sum(known(name) is not None for name in names), len(names)

    return max(DELIMITERS, key=names_made)
