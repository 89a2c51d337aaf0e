"""What articles the store holds: one by its id, some by their days and outlets, copies by their words."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from index.article import Article
from index.errors import ArticleNotFoundError
from index.scope import Scope
from index.tables import article as _articles
from index.tables import conditions, to_article
from index.tables import sketch as _sketches

ARTICLES_PER_READ: Final = 100  # articles held in memory while they are listed


class Catalog:
    """The articles of a store, to be read."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def get(self, article_id: str) -> Article:
        """The article of this id.

        Raises:
            ArticleNotFoundError: there is none.
        """
        found = self.among([article_id])
        if not found:
            raise ArticleNotFoundError(f"no article has this id: {article_id!r}; dateline list shows them")
        return found[article_id]

    def among(self, ids: Sequence[str]) -> dict[str, Article]:
        """Article id -> article, for those of the ids that are stored."""
        return {row.id: to_article(row) for row in self.rows(ids)}

    def rows(self, ids: Sequence[str]) -> Sequence[sa.Row[Any]]:
        """The rows of those of the ids that are stored."""
        with self._engine.connect() as db:
            return db.execute(sa.select(_articles).where(_articles.c.id.in_(ids))).all()

    def saying(self, text_sha256: str) -> Sequence[sa.Row[Any]]:
        """The rows of the articles with exactly this text."""
        with self._engine.connect() as db:
            return db.execute(sa.select(_articles).where(_articles.c.text_sha256 == text_sha256)).all()

    def articles(self, scope: Scope) -> Iterator[Article]:
        """The articles in scope, newest first, undated ones last."""
        ids = self.ids(scope)
        # No connection stays open while the caller looks at an article: it may well remove it.
        for first in range(0, len(ids), ARTICLES_PER_READ):
            some = ids[first : first + ARTICLES_PER_READ]
            found = self.among(some)
            yield from (found[i] for i in some if i in found)

    def ids(self, scope: Scope) -> Sequence[str]:
        """The ids of the articles in scope, newest first, undated ones last."""
        order = _articles.c.published_at.desc().nulls_last(), _articles.c.title, _articles.c.id
        with self._engine.connect() as db:
            return db.scalars(sa.select(_articles.c.id).where(*conditions(scope)).order_by(*order)).all()

    def published(self, scope: Scope, article_id: str | None = None) -> list[str]:
        """The ids of the articles published between the days of a scope by its outlets, superseded or not."""
        having = [_articles.c.id == _articles.c.identity]  # an earlier wording goes with its article
        if article_id:
            having.append(_articles.c.id == article_id)
        if scope.since:
            having.append(_articles.c.published_at >= scope.since)
        if scope.until:
            having.append(_articles.c.published_at <= scope.until)
        if scope.sources is not None:
            having.append(_articles.c.source.in_(scope.sources))
        with self._engine.connect() as db:
            return list(db.scalars(sa.select(_articles.c.id).where(*having)))

    def fingerprints(self, ids: Sequence[str]) -> dict[str, str]:
        """Article id -> fingerprint, for those of the ids that are stored."""
        query = sa.select(_articles.c.id, _articles.c.fingerprint).where(_articles.c.id.in_(ids))
        with self._engine.connect() as db:
            return {row.id: row.fingerprint for row in db.execute(query)}

    def copy_of(self, article: Article) -> str | None:
        """The id of another stored article of the same outlet with exactly the same text."""
        same = (_articles.c.text_sha256 == article.text_sha256, _articles.c.identity != article.id)
        outlet = _articles.c.source.is_not_distinct_from(article.source)
        with self._engine.connect() as db:
            return db.scalar(sa.select(_articles.c.id).where(*same, outlet).limit(1))

    def sharing(self, numbers: Sequence[int], max_holders: int) -> dict[str, int]:
        """Article id -> how many of the numbers it has; numbers that more articles have than `max_holders` left out."""
        mine = _sketches.c.number.in_(numbers)
        telling = (
            sa.select(_sketches.c.number)
            .where(mine)
            .group_by(_sketches.c.number)
            .having(sa.func.count() <= max_holders)
        )
        query = (
            sa.select(_sketches.c.article_id, sa.func.count().label("shared"))
            .where(_sketches.c.number.in_(telling))
            .group_by(_sketches.c.article_id)
        )
        with self._engine.connect() as db:
            return {row.article_id: row.shared for row in db.execute(query)}

    def telling(self, stories: Sequence[str], scope: Scope) -> dict[str, list[str]]:
        """Story -> the outlets of its articles in scope, sorted."""
        columns = _articles.c.story, _articles.c.source
        query = sa.select(*columns).where(_articles.c.story.in_(stories), *conditions(scope)).distinct()
        found: dict[str, list[str]] = {}
        with self._engine.connect() as db:
            for story, source in db.execute(query.order_by(*columns)):
                found.setdefault(story, []).extend([source] if source else [])
        return found

    def copies(self, article_id: str) -> list[Article]:
        """The other articles of the same story in their last wording, oldest first."""
        story = sa.select(_articles.c.story).where(_articles.c.id == article_id).scalar_subquery()
        others = _articles.c.story == story, _articles.c.id != article_id, *conditions(Scope())
        query = sa.select(_articles).where(*others).order_by(_articles.c.published_at.nulls_last(), _articles.c.id)
        with self._engine.connect() as db:
            return [to_article(row) for row in db.execute(query)]

    def wordings(self, article_id: str) -> list[Article]:
        """What an article superseded, newest first."""
        query = sa.select(_articles).where(_articles.c.superseded_by == article_id)
        with self._engine.connect() as db:
            return [to_article(row) for row in db.execute(query.order_by(_articles.c.seen_until.desc()))]

    def sources(self) -> list[str]:
        """The outlets, sorted."""
        query = sa.select(_articles.c.source).where(_articles.c.source.is_not(None)).distinct()
        with self._engine.connect() as db:
            return sorted(db.scalars(query))

    def newest(self) -> date | None:
        """The last day of publication; None where no article is dated."""
        with self._engine.connect() as db:
            last: date | None = db.scalar(sa.select(sa.func.max(_articles.c.published_at)))
        return last

    def count(self, scope: Scope | None = None, *, at_most: int | None = None) -> int:
        """How many articles are in scope (None: at all, in their last wording); counting stops `at_most` there."""
        some = sa.select(_articles.c.id).where(*conditions(scope or Scope())).limit(at_most).subquery()
        with self._engine.connect() as db:
            return db.scalar(sa.select(sa.func.count()).select_from(some)) or 0

    def summary(self) -> dict[str, Any]:
        """What there is: articles in their last wording, and what is kept besides."""
        here = sa.func.count().filter
        last = _articles.c.seen_until.is_(None)
        day = _articles.c.published_at
        columns = {
            "articles": here(last),
            "undated": here(last & day.is_(None)),
            "superseded": here(~last),
            "stories": sa.func.count(_articles.c.story.distinct()),
            "outlets": sa.func.count(_articles.c.source.distinct()),
            "oldest": sa.func.min(day),
            "newest": sa.func.max(day),
        }
        query = sa.select(*(column.label(name) for name, column in columns.items())).select_from(_articles)
        with self._engine.connect() as db:
            return dict(db.execute(query).one()._mapping)
