"""The lexical index: BM25 over title and chunk, in SQLite's FTS5.

Derived from the article store. FTS5 rather than an index in memory: it takes one more article without
being built again, opens at once, and survives kill -9. Its ranking is Okapi BM25 (Robertson et al.,
TREC-3, 1994; k1 = 1.2, b = 0.75) over Porter stems; evals/RESULTS.md compares it with bm25s.
"""

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index.errors import IndexUnavailableError
from index.scope import NEVER, Scope, day_number, day_of
from index.tables import Version

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

_SCHEMA: Final = """
CREATE VIRTUAL TABLE words USING fts5(title, body, tokenize='porter unicode61');
CREATE TABLE node (
    row INTEGER PRIMARY KEY, id TEXT UNIQUE, published_at INTEGER, seen_from INTEGER, seen_until INTEGER, source TEXT
);
CREATE TABLE shows (version TEXT);
"""
WAIT_SECONDS: Final = 30.0  # for another process; it holds the file for a commit, some 50 ms
MAX_WORDS: Final = 200  # of a question; FTS5 refuses deeper expressions than 256
AMONG: Final = 10  # best; copies of a chunk are found by the same words
_WORD: Final = re.compile(r"\w+")
# Words of questions that stand in nearly every chunk: they cost time and rank nothing.
STOP_WORDS: Final = frozenset(
    [
        *("a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "did", "do", "does", "for", "from"),
        *(
            "had",
            "has",
            "have",
            "how",
            "if",
            "in",
            "into",
            "is",
            "it",
            "its",
            "of",
            "on",
            "or",
            "that",
            "the",
        ),
        *("their", "then", "there", "these", "they", "this", "to", "was", "were", "what", "when"),
        *("where", "which", "who", "whom", "why", "will", "with"),
    ]
)


class LexicalIndex:
    """Chunks that share words with a question.

    Every call opens the file for itself (under a millisecond), so any number of threads and processes
    may search while one writes, and all see what was last committed.
    """

    shared = False

    def __init__(self, folder: Path) -> None:
        self._file = folder / "lexical.db"
        self.place = str(self._file)

    def open(self) -> None:
        """Nothing is open between calls."""

    def shown(self) -> Version | None:
        """The version of the store that it holds; None where it is missing or damaged."""
        if not self._file.exists():
            return None
        try:
            with closing(_connected(self._file)) as db:
                row = db.execute("SELECT version FROM shows").fetchone()
                db.execute("SELECT id, seen_until FROM node LIMIT 1").fetchone()
        except sqlite3.Error:  # damaged, or made by something else: to be made again
            return None
        return Version.read(row[0]) if row else None

    written = shown

    def finds(self, node: "TextNode") -> bool:
        """Whether searching for all words of a chunk finds it."""
        return node.node_id in self.search(node.text, AMONG, day_of(node.metadata))

    def count(self) -> int:
        """How many chunks it holds.

        Raises:
            IndexUnavailableError: it cannot be read.
        """
        with self._errors(), closing(_connected(self._file)) as db:
            db.execute("SELECT count(*) FROM words WHERE words MATCH 'the'").fetchone()  # reads the words too
            return int(db.execute("SELECT count(*) FROM node").fetchone()[0])

    def make(self, fresh: Iterable[Sequence["TextNode"]], version: Version) -> None:
        """Make it anew; searches go on in the old one until then."""
        file = self._file.with_suffix(".new")
        _unlink(file)
        with self._changing(file, version) as db:
            db.executescript(_SCHEMA)
            for nodes in fresh:
                _add(db, nodes)
        _unlink(self._file)
        file.replace(self._file)

    def change(self, stale: Sequence[str], fresh: Iterable[Sequence["TextNode"]], version: Version) -> None:
        """Take out chunks and add others, which makes this version; all of it or nothing."""
        with self._changing(self._file, version) as db:
            _remove(db, stale)
            for nodes in fresh:
                _remove(db, [node.node_id for node in nodes])  # whoever was here before may have had them already
                _add(db, nodes)

    def search(self, question: str, top_k: int, scope: Scope) -> list[str]:
        """The ids of the `top_k` chunks in scope that score highest, highest first."""
        match = match_expression(question)
        if not match or not self._file.exists():
            return []  # where there is no file yet, another process is just making it
        conditions, values = _conditions(scope)
        # `conditions` holds column names and question marks only.
        query = (
            "SELECT node.id FROM words JOIN node ON node.row = words.rowid "  # noqa: S608
            f"WHERE words MATCH ?{conditions} ORDER BY bm25(words) LIMIT ?"
        )
        with self._errors(), closing(_connected(self._file)) as db:
            return [row[0] for row in db.execute(query, [match, *values, top_k])]

    def close(self) -> None:
        """Nothing is open between calls."""

    @contextmanager
    def _changing(self, file: Path, version: Version) -> Iterator[sqlite3.Connection]:
        with self._errors(), closing(_connected(file, write=True)) as db, db:
            yield db
            db.execute("DELETE FROM shows")
            db.execute("INSERT INTO shows VALUES (?)", (str(version),))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise IndexUnavailableError(
                f"cannot use the lexical index: {self._file}: {error}; check that the folder can be written"
            ) from error


def match_expression(question: str) -> str:
    """The question's words, any of which may match, in FTS5's query language; '' where there are none."""
    words = dict.fromkeys(_WORD.findall(question.lower()))
    return " OR ".join([f'"{word}"' for word in words if word not in STOP_WORDS][:MAX_WORDS])


def _unlink(file: Path) -> None:
    """Take a database away, and what a killed writer left beside it: it would be undone in whatever comes next."""
    for each in (file, file.with_name(f"{file.name}-journal")):
        each.unlink(missing_ok=True)


def _connected(file: Path, *, write: bool = False) -> sqlite3.Connection:
    # Whoever comes after a writer that was killed takes back what it had begun, which takes writing.
    mode = "rwc" if write else "rw" if os.access(file, os.W_OK) and os.access(file.parent, os.W_OK) else "ro"
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True, timeout=WAIT_SECONDS)


def _add(db: sqlite3.Connection, nodes: Iterable["TextNode"]) -> None:
    for node in nodes:
        told = node.metadata
        days = told.get("published_at"), told.get("seen_from"), told.get("seen_until", NEVER)
        row = db.execute(
            "INSERT INTO node (id, published_at, seen_from, seen_until, source) VALUES (?, ?, ?, ?, ?)",
            (node.node_id, *days, told.get("source")),
        ).lastrowid
        words = (row, told.get("title", ""), node.text)
        db.execute("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", words)


def _remove(db: sqlite3.Connection, node_ids: Iterable[str]) -> None:
    ids = [(node_id,) for node_id in node_ids]
    db.executemany("DELETE FROM words WHERE rowid = (SELECT row FROM node WHERE id = ?)", ids)
    db.executemany("DELETE FROM node WHERE id = ?", ids)


def _conditions(scope: Scope) -> tuple[str, list[int | str]]:
    conditions, values = list[str](), list[int | str]()
    if scope.since:
        conditions.append("node.published_at >= ?")
        values.append(day_number(scope.since))
    if scope.until:
        conditions += ["node.seen_from <= ?", "node.seen_until > ?"]
        values += [day_number(scope.until)] * 2
    else:
        conditions.append(f"node.seen_until = {NEVER}")
    if scope.sources is not None:
        conditions.append(f"node.source IN ({', '.join('?' * len(scope.sources))})")
        values.extend(scope.sources)
    return "".join(f" AND {condition}" for condition in conditions), values
