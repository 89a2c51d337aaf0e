"""The chunks of the article store, to be read: as LlamaIndex nodes, with what passages say of their articles."""

import heapq
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import sqlalchemy as sa

from index.chunking import chunk_node
from index.scope import Scope, day_number
from index.sentences import Span
from index.tables import CURRENT_SPACE, FIELDS, conditions, to_vectors
from index.tables import article as _articles
from index.tables import chunk as _chunks
from index.tables import gone as _gone

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

ARTICLES_PER_READ: Final = 100  # articles (some 1,500 chunks) held in memory while an index follows
CHUNKS_PER_READ: Final = 5000  # embeddings (8 MB) compared with a question at a time
_HERE: Final = _chunks.c.space == CURRENT_SPACE
# The chunk's own words: SQLite and PostgreSQL count characters as Python does.
_WORDS: Final = sa.func.substr(_articles.c.text, _chunks.c.start + 1, _chunks.c.end - _chunks.c.start).label("words")
_PLACE: Final = _chunks.c.article_id, _chunks.c.position, _chunks.c.start, _chunks.c.end
_JOINED: Final = _chunks.join(_articles, _chunks.c.article_id == _articles.c.id)


class Chunks:
    """The chunks of a store."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def ids(self, article_ids: Sequence[str]) -> list[str]:
        """The ids of the chunks of these articles."""
        query = sa.select(_chunks.c.article_id, _chunks.c.position).where(_chunks.c.article_id.in_(article_ids), _HERE)
        with self._engine.connect() as db:
            return [_node_id(*row) for row in db.execute(query)]

    def count(self) -> int:
        """How many there are."""
        with self._engine.connect() as db:
            return db.scalar(sa.select(sa.func.count()).select_from(_chunks).where(_HERE)) or 0

    def nodes(self, ids: Sequence[str]) -> dict[str, "TextNode"]:
        """Chunk id -> LlamaIndex `TextNode`, for those of the ids that are stored."""
        parts = (node_id.rpartition(":") for node_id in ids)
        keys = [(article_id, int(position)) for article_id, _, position in parts if position.isdecimal()]
        here = sa.tuple_(_chunks.c.article_id, _chunks.c.position).in_(keys), _HERE
        query = sa.select(*_PLACE, _WORDS, *FIELDS).select_from(_JOINED).where(*here)
        with self._engine.connect() as db:
            nodes = [_node(row) for row in db.execute(query)]
        return {node.node_id: node for node in nodes}

    def embedded(self, article_ids: Sequence[str]) -> list["TextNode"]:
        """The chunks of these articles with their embeddings."""
        columns = *_PLACE, _WORDS, _chunks.c.embedding, *FIELDS
        here = _chunks.c.article_id.in_(article_ids), _HERE
        query = sa.select(*columns).select_from(_JOINED).where(*here).order_by(_chunks.c.article_id, _chunks.c.position)
        with self._engine.connect() as db:
            rows = db.execute(query).all()
        nodes = [_node(row) for row in rows]
        for node, vector in zip(nodes, to_vectors(row.embedding for row in rows), strict=True):
            node.embedding = vector.tolist()
        return nodes

    def left(self, since: int, until: int) -> list[str]:
        """The ids of the chunks that left, or changed, in the generations after `since`, up to `until`."""
        query = sa.select(_gone.c.article_id, sa.func.max(_gone.c.chunks)).group_by(_gone.c.article_id)
        with self._engine.connect() as db:
            rows = db.execute(query.where(_gone.c.generation > since, _gone.c.generation <= until)).all()
        return [_node_id(article_id, position) for article_id, chunks in rows for position in range(chunks)]

    def came(self, since: int, until: int) -> Iterator[list["TextNode"]]:
        """The chunks, with embeddings, of articles changed after `since`, up to `until`, some articles at a time."""
        changed = _articles.c.generation > since, _articles.c.generation <= until
        with self._engine.connect() as db:
            ids = db.scalars(sa.select(_articles.c.id).where(*changed).order_by(_articles.c.id)).all()
        for first in range(0, len(ids), ARTICLES_PER_READ):
            yield self.embedded(ids[first : first + ARTICLES_PER_READ])

    def sample(self, number: int) -> list["TextNode"]:
        """So many chunks with their embeddings, any."""
        place = _chunks.c.article_id, _chunks.c.position
        with self._engine.connect() as db:
            rows = db.execute(sa.select(*place).where(_HERE).order_by(sa.func.random()).limit(number)).all()
        wanted = {_node_id(*row) for row in rows}
        return [node for node in self.embedded([row.article_id for row in rows]) if node.node_id in wanted]

    def nearest(self, embedding: Sequence[float], top_k: int, scope: Scope) -> dict[str, float]:
        """Id -> cosine of the `top_k` chunks in scope that are nearest to the embedding: slow, but always true."""
        query = sa.select(_chunks.c.article_id, _chunks.c.position, _chunks.c.embedding)
        query = query.select_from(_JOINED).where(_HERE, *conditions(scope))
        question = np.asarray(embedding, dtype=np.float32)
        best: list[tuple[float, str]] = []
        with self._engine.connect().execution_options(yield_per=CHUNKS_PER_READ) as db:
            for rows in db.execute(query).partitions():
                article_ids, positions, blobs = zip(*rows, strict=True)
                scores = to_vectors(blobs) @ question
                near = [(float(scores[i]), _node_id(article_ids[i], positions[i])) for i in (-scores).argsort()[:top_k]]
                best = heapq.nlargest(top_k, best + near)
        return {node_id: cosine for cosine, node_id in best}


def _node_id(article_id: str, position: int) -> str:
    return f"{article_id}:{position}"


def _node(row: sa.Row[Any]) -> "TextNode":
    days = {
        name: day_number(day) for name in ("published_at", "seen_from", "seen_until") if (day := row._mapping[name])
    }
    fields = {"article_id": row.article_id, "title": row.title, "source": row.source, "story": row.story}
    told = {name: row.record.get(name) for name in ("url", "authors")}
    metadata = {name: value for name, value in (fields | days | told).items() if value}
    return chunk_node(metadata, row.position, Span(row.start, row.end), row.words)
