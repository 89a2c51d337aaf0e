"""What a transaction on the article store is made of: statements over its tables."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa

from index.tables import CURRENT_SPACE, SKETCH_TYPE, Standing
from index.tables import article as _articles
from index.tables import chunk as _chunks
from index.tables import fact as _facts
from index.tables import gone as _gone
from index.tables import sketch as _sketches


def advance(db: sa.Connection) -> int:
    """The generation that this transaction makes, noted."""
    following = sa.cast(sa.cast(_facts.c.value, sa.BigInteger) + 1, sa.Text)
    change = _facts.update().where(_facts.c.name == "generation").values(value=following)
    return int(db.execute(change.returning(_facts.c.value)).scalar_one())


def set_fact(db: sa.Connection, name: str, value: str) -> None:
    """Note a value in place of an earlier one."""
    db.execute(_facts.delete().where(_facts.c.name == name))
    db.execute(_facts.insert(), {"name": name, "value": value})


def insert(db: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert articles, and the numbers by which others find them."""
    if rows:
        db.execute(_articles.insert(), rows)
    numbers = [
        {"number": int(number), "article_id": row["id"]}
        for row in rows
        for number in np.frombuffer(row["sketch"], dtype=SKETCH_TYPE)
    ]
    if numbers:
        db.execute(_sketches.insert(), numbers)


def delete(db: sa.Connection, ids: Sequence[str], generation: int) -> None:
    """Delete articles with their chunks and numbers, so far as there are any."""
    for row in db.execute(sa.select(_articles.c.id, _articles.c.sketch).where(_articles.c.id.in_(ids))).all():
        _forget(db, row.id, row.sketch)
    _retire(db, ids, generation)
    db.execute(_chunks.delete().where(_chunks.c.article_id.in_(ids)))
    db.execute(_articles.delete().where(_articles.c.id.in_(ids)))


def keep_wording(db: sa.Connection, article_id: str, kept_id: str, successor: Standing, generation: int) -> None:
    """Give the wording of an article that is to be replaced an id of its own, under which it can be seen."""
    row = db.execute(sa.select(_articles).where(_articles.c.id == article_id)).one()
    _forget(db, article_id, row.sketch)  # a copy is to be compared with the new wording
    _retire(db, [article_id], generation)
    changes = {"seen_until": successor.seen_from, "superseded_by": article_id, "generation": generation, "sketch": b""}
    db.execute(_articles.insert(), dict(row._mapping) | changes | {"id": kept_id})
    db.execute(_chunks.update().where(_chunks.c.article_id == article_id).values(article_id=kept_id))


def supersede(db: sa.Connection, article_id: str, standing: Standing, generation: int) -> None:
    """Change the place of an article among the others."""
    _retire(db, [article_id], generation)
    values = {**standing._asdict(), "generation": generation}
    db.execute(_articles.update().where(_articles.c.id == article_id).values(values))


def _forget(db: sa.Connection, article_id: str, sketch: bytes) -> None:
    numbers = np.frombuffer(sketch, dtype=SKETCH_TYPE).tolist()
    mine = _sketches.c.number.in_(numbers), _sketches.c.article_id == article_id
    db.execute(_sketches.delete().where(*mine))


def _retire(db: sa.Connection, ids: Sequence[str], generation: int) -> None:
    """Note which chunks there were: whoever follows takes them out, before it puts in what there is now."""
    query = (
        sa.select(_chunks.c.article_id, sa.func.count().label("chunks"))
        .where(_chunks.c.article_id.in_(ids), _chunks.c.space == CURRENT_SPACE)
        .group_by(_chunks.c.article_id)
    )
    known = sa.select(_gone.c.article_id).where(_gone.c.generation == generation)
    done = set(db.scalars(known))
    rows = [{**row._mapping, "generation": generation} for row in db.execute(query) if row.article_id not in done]
    if rows:
        db.execute(_gone.insert(), rows)
