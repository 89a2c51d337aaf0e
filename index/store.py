"""The article store: articles, chunks and embeddings, in one transactional database.

This is the truth. The vector index and the lexical index are derived from it and can be rebuilt from
it at any time without embedding again. Every change is one transaction, and makes a new generation.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from index.article import Article
from index.catalog import Catalog
from index.changes import advance, delete, insert, keep_wording, set_fact, supersede
from index.chunks import Chunks
from index.database import alone, locked, make_tables, open_database, sqlite_url
from index.errors import IndexUnavailableError
from index.settings import SCHEMA_VERSION, STORE_FILE
from index.tables import SKETCH_TYPE, Standing, Version, article_row, chunk_row
from index.tables import article as _articles
from index.tables import chunk as _chunks
from index.tables import fact as _facts

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode


@dataclass(frozen=True)
class Entry:
    """An article to be stored, with its embedded chunks and its place among the others."""

    article: Article
    row_id: str
    nodes: Sequence["TextNode"]
    standing: Standing
    sketch: Sequence[int]
    keeps: str | None = None  # the id under which the wording that it replaces stays

    def row(self) -> dict[str, object]:
        """The row of the article."""
        numbers = np.asarray(self.sketch, dtype=SKETCH_TYPE).tobytes()
        return article_row(self.article, self.row_id, self.standing) | {"sketch": numbers}


class ArticleStore:
    """Articles, chunks and embeddings behind a SQLAlchemy URL."""

    def __init__(self, url: str | sa.URL) -> None:
        """Open the database, and create its tables where they are missing.

        Raises:
            IndexUnavailableError: it cannot be opened, or another version of Dateline made it.
        """
        self._engine = open_database(url)
        self.catalog = Catalog(self._engine)
        self.chunks = Chunks(self._engine)
        make_tables(self._engine)
        self._check_schema()

    @classmethod
    def in_folder(cls, folder: Path) -> "ArticleStore":
        """The SQLite database in an index folder."""
        return cls(sqlite_url(folder / STORE_FILE))

    def _check_schema(self) -> None:
        made_by = self.fact("schema")
        if made_by is None:
            for name, value in {
                "name": token_hex(8),
                "space": "1",
                "generation": "0",
                "schema": SCHEMA_VERSION,
            }.items():
                self.note(name, value)
        elif made_by != SCHEMA_VERSION:
            raise IndexUnavailableError(
                f"the article store has schema {made_by}, not {SCHEMA_VERSION}: {self._engine.url}; "
                "use the version of dateline that made it, or add the articles to a new index"
            )

    @property
    def version(self) -> Version:
        """What it holds: another one after every change, and in every other store."""
        facts = self._facts()
        return Version(facts.get("name", ""), facts.get("space", ""), int(facts.get("generation", 0)))

    def close(self) -> None:
        """Release the connections."""
        self._engine.dispose()

    def writing(self) -> AbstractContextManager[bool]:
        """Whether this process alone may write, until the end of the block."""
        return locked(self._engine)

    def fact(self, name: str) -> str | None:
        """What is noted under this name."""
        return self._facts().get(name)

    def made(self, what: str) -> str:
        """What is noted of how the chunks were made: their `chunking`, their `embedding`; empty where nothing is."""
        facts = self._facts()
        return facts.get(f"{what}:{facts.get('space')}", "")

    def _facts(self) -> dict[str, str]:
        with self._engine.connect() as db:
            return {name: value for name, value in db.execute(sa.select(_facts))}  # noqa: C416 - rows are no pairs

    def note(self, name: str, value: str) -> None:
        """Note a value under a name, unless there is one already."""
        noted = sa.exists().where(_facts.c.name == name)
        row = sa.select(sa.literal(name), sa.literal(value)).where(~noted)
        with alone(self._engine) as db:
            db.execute(_facts.insert().from_select(["name", "value"], row))

    def put(self, entries: Sequence[Entry], superseded: Mapping[str, Standing] | None = None) -> None:
        """Store articles, each in place of an older one, and change the standing of others; all or nothing."""
        with self._changing() as (db, generation, space):
            for entry in entries:
                if entry.keeps:
                    keep_wording(db, entry.row_id, entry.keeps, entry.standing, generation)
            delete(db, [entry.row_id for entry in entries], generation)
            insert(db, [entry.row() | {"generation": generation} for entry in entries])
            rows = [
                chunk_row(node, space, entry.row_id, position)
                for entry in entries
                for position, node in enumerate(entry.nodes)
            ]
            if rows:
                db.execute(_chunks.insert(), rows)
            for article_id, standing in (superseded or {}).items():
                supersede(db, article_id, standing, generation)

    def remove(self, ids: Sequence[str]) -> None:
        """Delete articles with their earlier wordings; what they stood for stands for itself again."""
        with self._changing() as (db, generation, _):
            for article_id in ids:
                removed = db.execute(sa.select(_articles).where(_articles.c.id == article_id)).first()
                if removed is None:
                    continue
                wordings = sa.select(_articles.c.id).where(_articles.c.identity == article_id)
                delete(db, [article_id, *db.scalars(wordings)], generation)
                for heir in db.execute(sa.select(_articles).where(_articles.c.superseded_by == article_id)).all():
                    freed = Standing(heir.story, heir.seen_from, removed.seen_until, removed.superseded_by)
                    supersede(db, heir.id, freed, generation)

    @contextmanager
    def _changing(self) -> Iterator[tuple[sa.Connection, int, str]]:
        """A transaction, the generation that it makes, and the space of the chunks."""
        with self._engine.begin() as db:
            generation = advance(db)
            yield db, generation, db.scalar(sa.select(_facts.c.value).where(_facts.c.name == "space")) or ""

    def begin_space(self, making: str) -> str:
        """The space of chunks to be made so; one begun so before is gone on with, others are given up."""
        with self._changing() as (db, _, current):
            noted = {row.name: str(row.value) for row in db.execute(sa.select(_facts))}
            if noted.get("making") == making:
                return noted["begun"]
            db.execute(_chunks.delete().where(_chunks.c.space != current))
            space = token_hex(4)
            set_fact(db, "begun", space)
            set_fact(db, "making", making)
            return space

    def missing(self, space: str) -> Sequence[str]:
        """The ids of the articles that have no chunks in this space."""
        done = sa.exists().where(_chunks.c.article_id == _articles.c.id, _chunks.c.space == space)
        with self._engine.connect() as db:
            return db.scalars(sa.select(_articles.c.id).where(~done).order_by(_articles.c.id)).all()

    def put_chunks(self, space: str, chunks: Mapping[str, Sequence["TextNode"]]) -> None:
        """Store embedded chunks of articles in a space that is being made; all or nothing."""
        rows = [chunk_row(node, space, i, at) for i, nodes in chunks.items() for at, node in enumerate(nodes)]
        with self._engine.begin() as db:
            db.execute(_chunks.insert(), rows)

    def switch(self, space: str) -> None:
        """Make this space the one that is searched, and give up all others."""
        with self._changing() as (db, _, _current):
            set_fact(db, "space", space)
            db.execute(_chunks.delete().where(_chunks.c.space != space))
            db.execute(_facts.delete().where(_facts.c.name.in_(["begun", "making"])))

    def check(self) -> str | None:
        """What the database finds wrong with itself; None: nothing."""
        if self._engine.dialect.name != "sqlite":
            return None  # a server checks its pages as it reads them
        with self._engine.connect() as db:
            said = str(db.scalar(sa.text("PRAGMA quick_check(1)")))
        return None if said == "ok" else said
