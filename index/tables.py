"""The tables of the article store, and how articles and chunks become rows and come back."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import sqlalchemy as sa

from index.article import Article
from index.scope import Scope, day_number

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

# Half precision: half the disk, and it moves a cosine by less than 0.001.
EMBEDDING_TYPE: Final = np.float16
SKETCH_TYPE: Final = np.int64

tables = sa.MetaData()
article = sa.Table(
    "article",
    tables,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("identity", sa.String, index=True, nullable=False, comment="the id that its last wording has"),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("source", sa.Text, index=True),
    sa.Column("published_at", sa.Date, index=True),
    sa.Column("seen_from", sa.Date, comment="the first day on which it is seen"),
    sa.Column("seen_until", sa.Date, index=True, comment="from this day on another one stands for it"),
    sa.Column("superseded_by", sa.String, index=True, comment="the id of that one"),
    sa.Column("story", sa.String, index=True, nullable=False, comment="the same for copies of one story"),
    sa.Column("generation", sa.BigInteger, index=True, nullable=False, comment="of its last change"),
    sa.Column("text_sha256", sa.String, index=True, nullable=False),
    sa.Column("fingerprint", sa.String, nullable=False),
    sa.Column("sketch", sa.LargeBinary, nullable=False, comment="its numbers in the table `sketch`"),
    sa.Column("record", sa.JSON, nullable=False, comment="the fields that are not columns"),
    sa.Column("text", sa.Text, nullable=False),
)
chunk = sa.Table(
    "chunk",
    tables,
    sa.Column("space", sa.String, primary_key=True, comment="chunks of one chunking and embedding"),
    sa.Column("article_id", sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("embedding", sa.LargeBinary, nullable=False),
)
gone = sa.Table(
    "gone",
    tables,
    sa.Column("generation", sa.BigInteger, primary_key=True, comment="in which the chunks left or changed"),
    sa.Column("article_id", sa.String, primary_key=True),
    sa.Column("chunks", sa.Integer, nullable=False, comment="how many there were"),
)
sketch = sa.Table(
    "sketch",
    tables,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("article_id", sa.String, primary_key=True),
    sqlite_with_rowid=False,  # the rows are their key
)
fact = sa.Table(
    "fact",
    tables,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

CURRENT_SPACE: Final = sa.select(fact.c.value).where(fact.c.name == "space").scalar_subquery()
# What a passage says of its article: everything but the text.
FIELDS: Final = tuple(column for column in article.c if column.name not in {"text", "sketch"})


class Version(NamedTuple):
    """Which contents: those of one store, in one chunking and embedding, after so many changes."""

    store: str
    space: str
    generation: int

    @classmethod
    def read(cls, text: object) -> "Version | None":
        """The version that was written as text; None where that is none."""
        name, _, rest = str(text).partition(":")
        space, _, generation = rest.partition(":")
        return cls(name, space, int(generation)) if generation.isdecimal() else None

    def follows(self, other: "Version | None") -> bool:
        """Whether it is the other one, or was made from it by changes."""
        return other is not None and self[:2] == other[:2] and self.generation >= other.generation

    def __str__(self) -> str:
        """As text that `read` reads."""
        return f"{self.store}:{self.space}:{self.generation}"


class Standing(NamedTuple):
    """The place of an article among the others: which story it tells, and until when it is the last word."""

    story: str
    seen_from: date | None
    seen_until: date | None = None
    superseded_by: str | None = None


def article_row(record: Article, row_id: str, standing: Standing) -> dict[str, Any]:
    """The row of an article; an earlier wording has an id of its own."""
    columns = {"title", "source", "published_at", "text"}
    row = record.model_dump(include=columns) | standing._asdict()
    row["record"] = record.model_dump(mode="json", exclude={"id", *columns})
    hashes = {"text_sha256": record.text_sha256, "fingerprint": record.fingerprint}
    return row | hashes | {"id": row_id, "identity": record.id}


def to_article(row: sa.Row[Any]) -> Article:
    """The article of a row."""
    fields = {"title": row.title, "source": row.source, "published_at": row.published_at, "text": row.text}
    return Article.model_validate(row.record | fields).model_copy(update={"id": row.id})


def chunk_row(node: "TextNode", space: str, article_id: str, position: int) -> dict[str, Any]:
    """The row of an embedded chunk."""
    embedding = np.asarray(node.get_embedding(), dtype=EMBEDDING_TYPE).tobytes()
    place = {"space": space, "article_id": article_id, "position": position}
    return place | {"start": node.start_char_idx, "end": node.end_char_idx, "embedding": embedding}


def to_vectors(rows: Iterable[bytes]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """The embeddings of rows (n_rows, dim)."""
    blobs = list(rows)
    rows_of = np.frombuffer(b"".join(blobs), dtype=EMBEDDING_TYPE)
    return rows_of.reshape(len(blobs), len(rows_of) // max(1, len(blobs))).astype(np.float32)


def day_fields(row: Mapping[Any, Any]) -> dict[str, int]:
    """The days of an article's row, as the metadata of its nodes have them; those that are not known are left out."""
    days = {name: row[name] for name in ("published_at", "seen_from", "seen_until")}
    return {name: day_number(day) for name, day in days.items() if day}


def holds(scope: Scope, row: Mapping[Any, Any]) -> bool:
    """Whether the article of a row, with its days and its outlet, is in scope.

    For rows that are looked up by another column: given `conditions` as well, SQLite may look through all articles.
    """
    return scope.holds(day_fields(row) | {"source": row["source"]})


def conditions(scope: Scope) -> Iterator[sa.ColumnElement[bool]]:
    """What holds of the articles in scope."""
    columns = article.c
    # Where there are other bounds, their index is the one to use: nearly every article is superseded by none.
    seen_until = columns.seen_until if scope.unbounded else sa.func.coalesce(columns.seen_until, sa.null())
    if scope.since:
        yield columns.published_at >= scope.since
    if scope.until:
        yield columns.seen_from <= scope.until
        yield columns.seen_until.is_(None) | (columns.seen_until > scope.until)
    else:
        yield seen_until.is_(None)
    if scope.sources is not None:
        yield columns.source.in_(scope.sources)
