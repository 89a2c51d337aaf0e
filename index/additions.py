"""What becomes of articles that are added: new, changed, unchanged, or copies of what is there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from index.article import ID_HASH_LENGTH, Article
from index.failure import Failure
from index.store import ArticleStore, Entry
from index.stories import Stories, wording_day
from index.tables import Standing, to_article

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

    from index.ingestion import Ingestion


@dataclass
class AddReport:
    """What became of each article: ids, and the failures with their reasons."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    duplicate: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)
    mapped: dict[str, str] = field(default_factory=dict)  # a field's name in the input -> ours

    @property
    def kept(self) -> int:
        """How many articles are in the index, whether they were there before or not."""
        return len(self.added) + len(self.updated) + len(self.unchanged) + len(self.duplicate)


def rounds(articles: Sequence[Article]) -> Iterator[list[Article]]:
    """The articles in their order, no two records of one article in the same round."""
    some: dict[str, Article] = {}
    for article in articles:
        if article.id in some:
            yield list(some.values())
            some = {}
        some[article.id] = article
    if some:
        yield list(some.values())


class Addition:
    """Articles on their way into the store, each known once."""

    def __init__(self, store: ArticleStore, ingestion: "Ingestion", report: AddReport) -> None:
        self._store = store
        self._ingestion = ingestion
        self._report = report

    def add(self, articles: Sequence[Article]) -> bool:
        """Whether the store has changed: whatever is new or changed among the articles is embedded and stored."""
        seen: set[tuple[str, str | None]] = set()
        changed = [article for article in articles if self._is_changed(article, seen)]
        if changed:
            self._store_all(changed)
        return bool(changed)

    def _is_changed(self, article: Article, seen: set[tuple[str, str | None]]) -> bool:
        """Whether it is to be stored; reported as what it is. Copies in one outlet are seen once."""
        catalog, report = self._store.catalog, self._report
        words, text_sha256 = len(seen), article.text_sha256
        seen.add((text_sha256, article.source))
        known = catalog.fingerprints([article.id, wording_id(article.id, text_sha256)])
        if article.fingerprint in known.values():
            report.unchanged.append(article.id)
        elif article.id not in known and (len(seen) == words or catalog.copy_of(article)):
            report.duplicate.append(article.id)
        else:
            (report.updated if article.id in known else report.added).append(article.id)
            report.undated.extend([] if article.published_at else [article.id])
            return True
        return False

    def _store_all(self, articles: list[Article]) -> None:
        there = {row.id: row for row in self._store.catalog.rows([article.id for article in articles])}
        nodes = self._embedded(articles, there)
        stories = Stories(self._store.catalog)
        plans = [self._planned(article, there.get(article.id)) for article in articles]
        for article, plan in zip(articles, plans, strict=True):
            if plan.own:
                stories.superseded[article.id] = plan.own
            else:
                stories.place(article, plan.row_id, plan.standing)
        entries = [
            _entry(article, plan, nodes[article.id], stories) for article, plan in zip(articles, plans, strict=True)
        ]
        self._store.put(entries, stories.superseded)

    def _embedded(self, articles: list[Article], there: dict[str, sa.Row[Any]]) -> Mapping[str, Sequence["TextNode"]]:
        """The chunks of the articles; what was embedded for the same words is taken as it is."""
        same = [article.id for article in articles if _reads_the_same(article, there.get(article.id))]
        known = {article_id: self._store.chunks.embedded([article_id]) for article_id in same}
        other = [article for article in articles if article.id not in same]
        return known | (self._ingestion.embed(other) if other else {})

    def _planned(self, article: Article, there: sa.Row[Any] | None) -> "_Plan":
        has_wordings = there is not None and bool(self._store.catalog.wordings(article.id))
        return _plan(article, there, has_wordings)


@dataclass(frozen=True)
class _Plan:
    """Where an article goes: its row, its standing, and what happens to the wording that is there."""

    row_id: str
    standing: Standing
    keeps: str | None = None  # the id under which the earlier wording stays
    own: Standing | None = None  # of the later wording that is there, if this is an earlier one


def wording_id(article_id: str, text_sha256: str) -> str:
    """The id of one wording of an article."""
    return sha256(f"{article_id} {text_sha256}".encode()).hexdigest()[:ID_HASH_LENGTH]


def _plan(article: Article, there: sa.Row[Any] | None, has_wordings: bool) -> _Plan:
    """An earlier wording is kept where somebody could ask as of a day on which it was the last."""
    alone = Standing(article.id, wording_day(article) if has_wordings else article.published_at)
    if there is None or there.text_sha256 == article.text_sha256:
        return _Plan(article.id, alone)
    before, now = wording_day(to_article(there)), wording_day(article)
    if before and now and now > before:
        kept = wording_id(article.id, there.text_sha256)
        return _Plan(article.id, alone._replace(seen_from=now), keeps=kept)
    if before and now and now < before:
        earlier = Standing(there.story, article.published_at, before, article.id)
        own = Standing(there.story, before, there.seen_until, there.superseded_by)
        return _Plan(wording_id(article.id, article.text_sha256), earlier, own=own)
    return _Plan(article.id, alone)


def _entry(article: Article, plan: _Plan, nodes: Sequence["TextNode"], stories: Stories) -> Entry:
    placed = stories.placed.get(plan.row_id)
    if placed is None:
        return Entry(article, plan.row_id, nodes, plan.standing, ())
    return Entry(article, plan.row_id, nodes, placed.standing, placed.sketch, plan.keeps)


def _reads_the_same(article: Article, row: sa.Row[Any] | None) -> bool:
    return row is not None and (row.text_sha256, row.title) == (article.text_sha256, article.title)
