"""The article store: articles, chunks and embeddings, in one transactional database.

This is the truth. The vector index and the lexical index are derived from it and can be rebuilt from
it at any time without embedding again.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from index.article import Article
from index.chunking import chunk_node
from index.errors import ArticleNotFoundError, IndexUnavailableError
from index.scope import Scope
from index.sentences import Span

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

SCHEMA_VERSION = "1"
ROWS_PER_READ = 500  # chunks held in memory while an index is rebuilt

_tables = sa.MetaData()
_articles = sa.Table(
    "article",
    _tables,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("source", sa.Text, index=True),
    sa.Column("published_at", sa.Date, index=True),
    sa.Column("text_sha256", sa.String, index=True, nullable=False),
    sa.Column("fingerprint", sa.String, nullable=False),
    sa.Column("record", sa.JSON, nullable=False, comment="the fields that are not columns"),
    sa.Column("text", sa.Text, nullable=False),
)
_chunks = sa.Table(
    "chunk",
    _tables,
    sa.Column("article_id", sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    # Half precision: half the disk, and it moves a cosine by less than 0.001.
    sa.Column("embedding", sa.LargeBinary, nullable=False),
)
_facts = sa.Table(
    "fact",
    _tables,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)


class ArticleStore:
    """Articles, chunks and embeddings behind a SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        """Open the database, and create its tables where they are missing.

        Raises:
            IndexUnavailableError: it cannot be opened, or a later version of Dateline made it.
        """
        self._url = sa.make_url(url)
        try:
            self._engine = sa.create_engine(self._url)
            if self._url.get_backend_name() == "sqlite":
                sa.event.listen(self._engine, "connect", _prepare_sqlite)
            _tables.create_all(self._engine)
        except (SQLAlchemyError, ImportError) as error:
            raise IndexUnavailableError(
                f"cannot open the article store: {self._url}: {_first_line(error)}; check the path and DATELINE_STORE"
            ) from error
        self._check_schema()

    def _check_schema(self) -> None:
        made_by = self.fact("schema")
        if made_by is None:
            self.set_fact("schema", SCHEMA_VERSION)
        elif made_by != SCHEMA_VERSION:
            raise IndexUnavailableError(
                f"the article store has schema {made_by}, this version reads {SCHEMA_VERSION}: {self._url}; "
                "upgrade dateline, or add the articles to a new index"
            )

    def close(self) -> None:
        """Release the connections."""
        self._engine.dispose()

    def fact(self, name: str) -> str | None:
        """What is noted under this name."""
        with self._engine.connect() as db:
            return db.scalar(sa.select(_facts.c.value).where(_facts.c.name == name))

    def set_fact(self, name: str, value: str) -> None:
        """Note a value under a name."""
        with self._engine.begin() as db:
            _set_fact(db, name, value)

    @property
    def generation(self) -> int:
        """How many times the contents have changed."""
        return int(self.fact("generation") or 0)

    def put(self, batch: Sequence[tuple[Article, Sequence["TextNode"]]]) -> None:
        """Store articles and their embedded chunks, each in place of an older one, in one transaction."""
        with self._engine.begin() as db:
            _delete(db, [article.id for article, _ in batch])
            for article, nodes in batch:
                db.execute(_articles.insert(), _article_row(article))
                db.execute(_chunks.insert(), [_chunk_row(article, i, node) for i, node in enumerate(nodes)])
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
        return _article(row)

    def articles(self, scope: Scope) -> Iterator[Article]:
        """The articles in scope, newest first, undated ones last."""
        query = sa.select(_articles).where(*_conditions(scope))
        query = query.order_by(_articles.c.published_at.desc().nulls_last(), _articles.c.title, _articles.c.id)
        with self._engine.connect().execution_options(yield_per=ROWS_PER_READ) as db:
            for row in db.execute(query):
                yield _article(row)

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
        query = sa.select(_chunks.c.article_id, _chunks.c.position).where(_chunks.c.article_id.in_(article_ids))
        with self._engine.connect() as db:
            return [node_id(row.article_id, row.position) for row in db.execute(query)]

    def nodes(self, ids: Sequence[str]) -> dict[str, "TextNode"]:
        """Chunk id -> LlamaIndex `TextNode`, for those of the ids that are stored."""
        keys = [(article_id, int(position)) for article_id, position in (i.rsplit(":", 1) for i in ids)]
        query = _joined().where(sa.tuple_(_chunks.c.article_id, _chunks.c.position).in_(keys))
        with self._engine.connect() as db:
            return {node.node_id: node for node in map(_node, db.execute(query))}

    def embedded_nodes(self) -> Iterator[list["TextNode"]]:
        """Every chunk as a LlamaIndex `TextNode` with its embedding, in batches."""
        query = _joined(_chunks.c.embedding).order_by(_chunks.c.article_id, _chunks.c.position)
        with self._engine.connect().execution_options(yield_per=ROWS_PER_READ) as db:
            for rows in db.execute(query).partitions():
                nodes = [_node(row) for row in rows]
                for node, row in zip(nodes, rows, strict=True):
                    node.embedding = np.frombuffer(row.embedding, dtype=np.float16).astype(float).tolist()
                yield nodes

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
        query = sa.select(sa.func.count()).select_from(_articles).where(*_conditions(scope or Scope()))
        with self._engine.connect() as db:
            return db.scalar(query) or 0

    def count_chunks(self) -> int:
        """How many chunks there are."""
        with self._engine.connect() as db:
            return db.scalar(sa.select(sa.func.count()).select_from(_chunks)) or 0


def node_id(article_id: str, position: int) -> str:
    """The id of an article's chunk, counted from 0."""
    return f"{article_id}:{position}"


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own types
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers go on while a writer commits; survives kill -9
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _set_fact(db: sa.Connection, name: str, value: str) -> None:
    db.execute(_facts.delete().where(_facts.c.name == name))
    db.execute(_facts.insert(), {"name": name, "value": value})


def _advance(db: sa.Connection) -> None:
    now = db.scalar(sa.select(_facts.c.value).where(_facts.c.name == "generation"))
    _set_fact(db, "generation", str(int(now or 0) + 1))


def _delete(db: sa.Connection, ids: Sequence[str]) -> None:
    db.execute(_chunks.delete().where(_chunks.c.article_id.in_(ids)))
    db.execute(_articles.delete().where(_articles.c.id.in_(ids)))


def _conditions(scope: Scope) -> Iterable[sa.ColumnElement[bool]]:
    if scope.since:
        yield _articles.c.published_at >= scope.since
    if scope.until:
        yield _articles.c.published_at <= scope.until
    if scope.sources is not None:
        yield _articles.c.source.in_(scope.sources)


def _article_row(article: Article) -> dict[str, Any]:
    columns = {"id", "title", "source", "published_at", "text"}
    row = article.model_dump(include=columns)
    row["record"] = article.model_dump(mode="json", exclude=columns)
    return row | {"text_sha256": article.text_sha256, "fingerprint": article.fingerprint}


def _chunk_row(article: Article, position: int, node: "TextNode") -> dict[str, Any]:
    embedding = np.asarray(node.get_embedding(), dtype=np.float16).tobytes()
    place = {"start": node.start_char_idx, "end": node.end_char_idx}
    return {"article_id": article.id, "position": position, "embedding": embedding} | place


def _article(row: sa.Row[Any]) -> Article:
    fields = {"title": row.title, "source": row.source, "published_at": row.published_at, "text": row.text}
    return Article.model_validate(row.record | fields)


def _joined(*more: sa.ColumnElement[Any]) -> sa.Select[Any]:
    place = (_chunks.c.position, _chunks.c.start, _chunks.c.end)
    return sa.select(_articles, *place, *more).join(_chunks, _chunks.c.article_id == _articles.c.id)


def _node(row: sa.Row[Any]) -> "TextNode":
    return chunk_node(_article(row), row.position, Span(row.start, row.end))


def _first_line(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
