"""The lexical index: BM25 over title and chunk, in SQLite's FTS5.

Derived from the article store. FTS5 rather than an index in memory: it takes one more article without
being built again, opens at once, and survives kill -9. Its ranking is Okapi BM25 (Robertson et al.,
TREC-3, 1994; k1 = 1.2, b = 0.75) over Porter stems; evals/RESULTS.md compares it with bm25s.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from index.errors import IndexUnavailableError
from index.scope import Scope, day_number

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

_SCHEMA = """
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(title, body, tokenize='porter unicode61');
CREATE TABLE IF NOT EXISTS node (row INTEGER PRIMARY KEY, id TEXT UNIQUE, day INTEGER, source TEXT);
"""
_WORD = re.compile(r"\w+")
# Words of questions that stand in nearly every chunk: they cost time and rank nothing.
STOP_WORDS = frozenset(
    """
    a an and are as at be been but by did do does for from had has have how if in into is it its of on or that
    the their then there these they this to was were what when where which who whom why will with
    """.split()
)


class LexicalIndex:
    """Chunks that share words with a question."""

    name = "lexical"

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lexical.db"
        self._db: sqlite3.Connection | None = None
        self._lock = Lock()  # one connection serves every thread

    @property
    def location(self) -> str:
        """Where it lives, for the store's notes on what was derived."""
        return str(self._path.resolve())

    def open(self) -> None:
        """Open the file, and make it where it is missing.

        Raises:
            IndexUnavailableError: it cannot be opened.
        """
        self.close()
        with self._errors():
            self._db = sqlite3.connect(self._path, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        if self._db is not None:
            self._db.close()
        self._db = None

    def reset(self) -> None:
        """Empty it; what is there is not opened."""
        self.close()
        for leftover in self._path.parent.glob(self._path.name + "*"):
            leftover.unlink()
        self.open()

    def add(self, nodes: Sequence["TextNode"]) -> None:
        """Add chunks; none of their ids may be there yet."""
        with self._errors() as db, db:
            for node in nodes:
                place = (node.node_id, node.metadata.get("published_at"), node.metadata.get("source"))
                row = db.execute("INSERT INTO node (id, day, source) VALUES (?, ?, ?)", place).lastrowid
                words = (row, node.metadata.get("title", ""), node.text)
                db.execute("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", words)

    def remove(self, node_ids: Sequence[str]) -> None:
        """Take chunks out."""
        ids = [(node_id,) for node_id in node_ids]
        with self._errors() as db, db:
            db.executemany("DELETE FROM words WHERE rowid = (SELECT row FROM node WHERE id = ?)", ids)
            db.executemany("DELETE FROM node WHERE id = ?", ids)

    def search(self, question: str, top_k: int, scope: Scope) -> list[str]:
        """The ids of the `top_k` chunks in scope that score highest, highest first."""
        match = match_expression(question)
        if not match:
            return []
        conditions, values = _conditions(scope)
        # `conditions` holds column names and question marks only.
        query = (
            "SELECT node.id FROM words JOIN node ON node.row = words.rowid "  # noqa: S608
            f"WHERE words MATCH ?{conditions} ORDER BY bm25(words) LIMIT ?"
        )
        with self._errors() as db:
            return [row[0] for row in db.execute(query, [match, *values, top_k])]

    @contextmanager
    def _errors(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock:
                yield self._db  # type: ignore[misc]
        except sqlite3.Error as error:
            raise IndexUnavailableError(
                f"cannot use the lexical index: {self._path}: {error}; check that the folder can be written"
            ) from error


def match_expression(question: str) -> str:
    """The question's words, any of which may match, in FTS5's query language; '' where there are none."""
    words = dict.fromkeys(_WORD.findall(question.lower()))
    return " OR ".join(f'"{word}"' for word in words if word not in STOP_WORDS)


def _conditions(scope: Scope) -> tuple[str, list[int | str]]:
    conditions, values = "", list[int | str]()
    for bound, operator in ((scope.since, ">="), (scope.until, "<=")):
        if bound:
            conditions += f" AND node.day {operator} ?"
            values.append(day_number(bound))
    if scope.sources is not None:
        conditions += f" AND node.source IN ({', '.join('?' * len(scope.sources))})"
        values.extend(scope.sources)
    return conditions, values
