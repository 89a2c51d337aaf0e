"""The lexical index: BM25 over title and chunk, in SQLite's FTS5.

Derived from the article store. FTS5 rather than an index in memory: it takes one more article without
being built again, opens at once, and survives kill -9. Its ranking is Okapi BM25 (Robertson et al.,
TREC-3, 1994; k1 = 1.2, b = 0.75) over Porter stems; evals/RESULTS.md compares it with bm25s.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index.errors import IndexUnavailableError
from index.scope import Scope, day_number

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

    from index.store import ArticleStore

_SCHEMA: Final = """
CREATE VIRTUAL TABLE words USING fts5(title, body, tokenize='porter unicode61');
CREATE TABLE node (row INTEGER PRIMARY KEY, id TEXT UNIQUE, day INTEGER, source TEXT);
CREATE TABLE shows (version TEXT);
"""
WAIT_SECONDS: Final = 30.0  # for another process; it holds the file for a commit, some 50 ms
MAX_WORDS: Final = 200  # of a question; FTS5 refuses deeper expressions than 256
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

    def __init__(self, folder: Path) -> None:
        self._file = folder / "lexical.db"
        self.place = str(self._file)

    def shows(self, version: str) -> bool:
        """Whether it holds this version of the store."""
        if not self._file.exists():
            return False
        try:
            with closing(_connected(self._file)) as db:
                return bool(db.execute("SELECT version FROM shows").fetchone() == (version,))
        except sqlite3.Error:  # damaged, or made by something else: to be made again
            return False

    def opens(self, store: "ArticleStore") -> bool:
        """Whether it shows what is in the store."""
        return self.shows(store.version)

    def make(self, store: "ArticleStore") -> None:
        """Make it from what is in the store; searches go on in the old one until then."""
        version, fresh = store.version, self._file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with self._changing(fresh, version) as db:
            db.executescript(_SCHEMA)
            for nodes in store.embedded_nodes():
                _add(db, nodes)
        fresh.replace(self._file)

    def update(self, stale: Sequence[str], fresh: Sequence["TextNode"], version: str) -> None:
        """Take out chunks and add others, which makes this version; all of it or nothing."""
        with self._changing(self._file, version) as db:
            _remove(db, stale)
            _add(db, fresh)

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
    def _changing(self, file: Path, version: str) -> Iterator[sqlite3.Connection]:
        with self._errors(), closing(_connected(file, write=True)) as db, db:
            yield db
            db.execute("DELETE FROM shows")
            db.execute("INSERT INTO shows VALUES (?)", (version,))

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


def _connected(file: Path, *, write: bool = False) -> sqlite3.Connection:
    mode = "rwc" if write else "ro"
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True, timeout=WAIT_SECONDS)


def _add(db: sqlite3.Connection, nodes: Iterable["TextNode"]) -> None:
    for node in nodes:
        place = (node.node_id, node.metadata.get("published_at"), node.metadata.get("source"))
        row = db.execute("INSERT INTO node (id, day, source) VALUES (?, ?, ?)", place).lastrowid
        words = (row, node.metadata.get("title", ""), node.text)
        db.execute("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", words)


def _remove(db: sqlite3.Connection, node_ids: Iterable[str]) -> None:
    ids = [(node_id,) for node_id in node_ids]
    db.executemany("DELETE FROM words WHERE rowid = (SELECT row FROM node WHERE id = ?)", ids)
    db.executemany("DELETE FROM node WHERE id = ?", ids)


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
