"""The article store: articles, chunks and embeddings, in one transactional database.

This is the truth. The vector index and the lexical index are derived from it and can be rebuilt from
it at any time without embedding again.
"""

import heapq
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Final

import numpy as np
import sqlalchemy as sa

from index.article import Article
from index.database import locked, make_tables, open_database, sqlite_url
from index.errors import ArticleNotFoundError, IndexUnavailableError
from index.scope import Scope
from index.settings import STORE_FILE
from index.tables import article as _articles
from index.tables import (
    article_row,
    chunk_row,
    conditions,
    to_article,
    to_node,
    to_vectors,
)
from index.tables import chunk as _chunks
from index.tables import fact as _facts

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

SCHEMA_VERSION: Final = "1"
ARTICLES_PER_READ: Final = 100  # articles (some 1,500 chunks) held in memory while an index is filled
CHUNKS_PER_READ: Final = 5000  # embeddings (8 MB) compared with a question at a time
POSTGRESQL_LOCK: Final = 0x64617465  # any number that no other program takes; this one spells "date"


class ArticleStore:
    """Articles, chunks and embeddings behind a SQLAlchemy URL."""

    def __init__(self, url: str | sa.URL) -> None:
        """Open the database, and create its tables where they are missing.

        Raises:
            IndexUnavailableError: it cannot be opened, or a later version of Dateline made it.
        """
        self._engine = open_database(url)
        make_tables(self._engine)
        self._check_schema()

    @classmethod
    def in_folder(cls, folder: Path) -> "ArticleStore":
        """The SQLite database in an index folder."""
        return cls(sqlite_url(folder / STORE_FILE))

    def _check_schema(self) -> None:
        made_by = self.fact("schema")
        if made_by is None:
            self.note("schema", SCHEMA_VERSION)
            self.note("name", token_hex(8))
        elif made_by != SCHEMA_VERSION:
            raise IndexUnavailableError(
                f"the article store has schema {made_by}, not {SCHEMA_VERSION}: {self._engine.url}; "
                "upgrade dateline, or add the articles to a new index"
            )

    @property
    def name(self) -> str:
        """A name that no other store has."""
        return self.fact("name") or ""

    def close(self) -> None:
        """Release the connections."""
        self._engine.dispose()

    def writing(self) -> AbstractContextManager[bool]:
        """Whether this process alone may write, until the end of the block."""
        return locked(self._engine)

    def fact(self, name: str) -> str | None:
        """What is noted under this name."""
        with self._engine.connect() as db:
            return db.scalar(sa.select(_facts.c.value).where(_facts.c.name == name))

    def note(self, name: str, value: str) -> None:
        """Note a value under a name, unless there is one already."""
        noted = sa.exists().where(_facts.c.name == name)
        row = sa.select(sa.literal(name), sa.literal(value)).where(~noted)
        with self._engine.begin() as db:
            db.execute(_facts.insert().from_select(["name", "value"], row))

    @property
    def version(self) -> str:
        """A name for the contents: another one after every change, and in every other store."""
        return self.fact("version") or "empty"

    def put(self, batch: Sequence[tuple[Article, Sequence["TextNode"]]]) -> None:
        """Store articles and their embedded chunks, each in place of an older one, in one transaction."""
        with self._engine.begin() as db:
            _delete(db, [article.id for article, _ in batch])
            db.execute(_articles.insert(), [article_row(article) for article, _ in batch])
            rows = [chunk_row(node, position) for _, nodes in batch for position, node in enumerate(nodes)]
            db.execute(_chunks.insert(), rows)
            _advance(db)

    def remove(self, ids: Sequence[str]) -> None:
        """Delete articles and their chunks, in one transaction."""
        with self._engine.begin() as db:
            _delete(db, ids)
            _advance(db)

    def get(self, article_id: str) -> Article:
        """The article of this id.

        Raises:
            ArticleNotFoundError: there is none.
        """
        with self._engine.connect() as db:
            row = db.execute(sa.select(_articles).where(_articles.c.id == article_id)).first()
        if row is None:
            raise ArticleNotFoundError(f"no article has this id: {article_id!r}; dateline list shows them")
        return to_article(row)

    def articles(self, scope: Scope) -> Iterator[Article]:
        """The articles in scope, newest first, undated ones last."""
        order = _articles.c.published_at.desc().nulls_last(), _articles.c.title, _articles.c.id
        with self._engine.connect() as db:
            ids = db.scalars(sa.select(_articles.c.id).where(*conditions(scope)).order_by(*order)).all()
        # No connection stays open while the caller looks at an article: it may well remove it.
        for some in _slices(ids, ARTICLES_PER_READ):
            with self._engine.connect() as db:
                found = _articles_by_id(db, some)
            yield from (found[i] for i in some if i in found)

    def fingerprints(self, ids: Sequence[str]) -> dict[str, str]:
        """Article id -> fingerprint, for those of the ids that are stored."""
        query = sa.select(_articles.c.id, _articles.c.fingerprint).where(_articles.c.id.in_(ids))
        with self._engine.connect() as db:
            return {row.id: row.fingerprint for row in db.execute(query)}

    def copy_of(self, article: Article) -> str | None:
        """The id of another stored article of the same outlet with exactly the same text."""
        same = (_articles.c.text_sha256 == article.text_sha256, _articles.c.id != article.id)
        outlet = _articles.c.source.is_not_distinct_from(article.source)
        with self._engine.connect() as db:
            return db.scalar(sa.select(_articles.c.id).where(*same, outlet).limit(1))

    def node_ids(self, article_ids: Sequence[str]) -> list[str]:
        """The ids of the chunks of these articles."""
        place = _chunks.c.article_id, _chunks.c.position
        with self._engine.connect() as db:
            rows = db.execute(sa.select(*place).where(_chunks.c.article_id.in_(article_ids)))
            return [_node_id(*row) for row in rows]

    def nodes(self, ids: Sequence[str]) -> dict[str, "TextNode"]:
        """Chunk id -> LlamaIndex `TextNode`, for those of the ids that are stored."""
        parts = (node_id.rpartition(":") for node_id in ids)
        keys = [(article_id, int(position)) for article_id, _, position in parts if position.isdecimal()]
        place = _chunks.c.article_id, _chunks.c.position
        query = sa.select(*place, _chunks.c.start, _chunks.c.end).where(sa.tuple_(*place).in_(keys))
        with self._engine.connect() as db:
            rows = db.execute(query).all()
            articles = _articles_by_id(db, list({row.article_id for row in rows}))
        # An article may be removed between the two queries.
        nodes = [to_node(articles[row.article_id], row) for row in rows if row.article_id in articles]
        return {node.node_id: node for node in nodes}

    def embedded_nodes(self) -> Iterator[list["TextNode"]]:
        """Every chunk as a LlamaIndex `TextNode` with its embedding, in batches."""
        with self._engine.connect() as db:
            ids = db.scalars(sa.select(_articles.c.id).order_by(_articles.c.id)).all()
        for some in _slices(ids, ARTICLES_PER_READ):
            with self._engine.connect() as db:
                articles = _articles_by_id(db, some)
                rows = db.execute(sa.select(_chunks).where(_chunks.c.article_id.in_(some))).all()
            nodes = [to_node(articles[row.article_id], row) for row in rows]
            for node, vector in zip(nodes, to_vectors(row.embedding for row in rows), strict=True):
                node.embedding = vector.tolist()
            yield nodes

    def nearest(self, embedding: Sequence[float], top_k: int, scope: Scope) -> list[str]:
        """The ids of the `top_k` chunks in scope that are nearest to the embedding: slow, but always true."""
        query = sa.select(_chunks.c.article_id, _chunks.c.position, _chunks.c.embedding)
        if not scope.unbounded:
            query = query.join(_articles, _chunks.c.article_id == _articles.c.id).where(*conditions(scope))
        question = np.asarray(embedding, dtype=np.float32)
        best: list[tuple[float, str]] = []
        with self._engine.connect().execution_options(yield_per=CHUNKS_PER_READ) as db:
            for rows in db.execute(query).partitions():
                article_ids, positions, blobs = zip(*rows, strict=True)
                scores = to_vectors(blobs) @ question
                near = [(float(scores[i]), _node_id(article_ids[i], positions[i])) for i in (-scores).argsort()[:top_k]]
                best = heapq.nlargest(top_k, best + near)
        return [node_id for _, node_id in best]

    def sources(self) -> list[str]:
        """The outlets, sorted."""
        query = sa.select(_articles.c.source).where(_articles.c.source.is_not(None)).distinct()
        with self._engine.connect() as db:
            return sorted(db.scalars(query))

    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day of publication; None where no article is dated."""
        day = _articles.c.published_at
        with self._engine.connect() as db:
            first, last = db.execute(sa.select(sa.func.min(day), sa.func.max(day))).one()
        return first, last

    def count(self, scope: Scope | None = None) -> int:
        """How many articles are in scope (None: at all)."""
        query = sa.select(sa.func.count()).select_from(_articles).where(*conditions(scope or Scope()))
        with self._engine.connect() as db:
            return db.scalar(query) or 0

    def count_chunks(self) -> int:
        """How many chunks there are."""
        with self._engine.connect() as db:
            return db.scalar(sa.select(sa.func.count()).select_from(_chunks)) or 0


def _node_id(article_id: str, position: int) -> str:
    return f"{article_id}:{position}"


def _slices(ids: Sequence[str], length: int) -> Iterator[Sequence[str]]:
    return (ids[first : first + length] for first in range(0, len(ids), length))


def _articles_by_id(db: sa.Connection, ids: Sequence[str]) -> dict[str, Article]:
    rows = db.execute(sa.select(_articles).where(_articles.c.id.in_(ids)))
    return {row.id: to_article(row) for row in rows}


def _advance(db: sa.Connection) -> None:
    db.execute(_facts.delete().where(_facts.c.name == "version"))
    db.execute(_facts.insert(), {"name": "version", "value": token_hex(8)})


def _delete(db: sa.Connection, ids: Sequence[str]) -> None:
    db.execute(_chunks.delete().where(_chunks.c.article_id.in_(ids)))
    db.execute(_articles.delete().where(_articles.c.id.in_(ids)))
