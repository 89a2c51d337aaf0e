"""The tables of the article store, and how articles and chunks become rows and come back."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import sqlalchemy as sa

from index.article import Article
from index.chunking import chunk_node
from index.scope import Scope
from index.sentences import Span

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

# Half precision: half the disk, and it moves a cosine by less than 0.001.
EMBEDDING_TYPE: Final = np.float16

tables = sa.MetaData()
article = sa.Table(
    "article",
    tables,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("source", sa.Text, index=True),
    sa.Column("published_at", sa.Date, index=True),
    sa.Column("text_sha256", sa.String, index=True, nullable=False),
    sa.Column("fingerprint", sa.String, nullable=False),
    sa.Column("record", sa.JSON, nullable=False, comment="the fields that are not columns"),
    sa.Column("text", sa.Text, nullable=False),
)
chunk = sa.Table(
    "chunk",
    tables,
    sa.Column("article_id", sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("embedding", sa.LargeBinary, nullable=False),
)
fact = sa.Table(
    "fact",
    tables,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)


def article_row(record: Article) -> dict[str, Any]:
    """The row of an article."""
    columns = {"id", "title", "source", "published_at", "text"}
    row = record.model_dump(include=columns)
    row["record"] = record.model_dump(mode="json", exclude=columns)
    return row | {"text_sha256": record.text_sha256, "fingerprint": record.fingerprint}


def chunk_row(node: "TextNode", position: int) -> dict[str, Any]:
    """The row of an embedded chunk."""
    embedding = np.asarray(node.get_embedding(), dtype=EMBEDDING_TYPE).tobytes()
    place = {"start": node.start_char_idx, "end": node.end_char_idx}
    return {"article_id": node.metadata["article_id"], "position": position, "embedding": embedding} | place


def to_article(row: sa.Row[Any]) -> Article:
    """The article of a row."""
    fields = {"title": row.title, "source": row.source, "published_at": row.published_at, "text": row.text}
    return Article.model_validate(row.record | fields)


def to_node(record: Article, row: sa.Row[*tuple[Any, ...]]) -> "TextNode":
    """The chunk of a row, which belongs to this article."""
    return chunk_node(record, row.position, Span(row.start, row.end))


def to_vectors(rows: Iterable[bytes]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """The embeddings of rows (n_rows, dim)."""
    blobs = list(rows)
    return np.frombuffer(b"".join(blobs), dtype=EMBEDDING_TYPE).reshape(len(blobs), -1).astype(np.float32)


def conditions(scope: Scope) -> Iterable[sa.ColumnElement[bool]]:
    """What holds of the articles in scope; nothing where there is no bound."""
    if scope.since:
        yield article.c.published_at >= scope.since
    if scope.until:
        yield article.c.published_at <= scope.until
    if scope.sources is not None:
        yield article.c.source.in_(scope.sources)
