"""Which story an article tells: whether it is a copy of one that is there, or the last word on it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import sqlalchemy as sa

from index.article import Article
from index.catalog import Catalog
from index.duplicates import MAX_HOLDERS, MIN_SHARED, Kinship, Shingles, is_copy, is_revision, kinship, shingles, sketch
from index.tables import Standing

COMPARED: Final = 8  # articles compared with a new one word by word; a story with more copies is found by any of them


@dataclass(frozen=True)
class Known:
    """An article that others may be copies of."""

    id: str
    source: str | None
    standing: Standing
    hashes: Shingles
    sketch: Sequence[int]
    text_sha256: str


def wording_day(article: Article) -> date | None:
    """The day from which the article reads as it does; None: not known."""
    days = [day for day in (article.published_at, article.modified_at) if day]
    return max(days) if days and article.published_at else None


class Stories:
    """The stories that articles tell, while some more are added together."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.placed: dict[str, Known] = {}
        self._holders: dict[int, list[str]] = defaultdict(list)  # a sketch's number -> who of them has it
        self.superseded: dict[str, Standing] = {}

    def place(self, article: Article, row_id: str, standing: Standing) -> None:
        """Find the place of an article among those that are there; `standing` says what is known without them.

        A copy tells the story of what it copies. Of two wordings of one outlet the later one stands for
        both, from its day on.
        """
        hashes = shingles(article.text)
        me = Known(row_id, article.source, standing, hashes, sketch(hashes), article.text_sha256)
        kin = [(known, kinship(hashes, known.hashes)) for known in self._near(article, me)]
        earlier_or_later = [known for known, kind in kin if _is_other_wording(known, me) and is_revision(kind)]
        copied = [known for known, kind in sorted(kin, key=_closest) if _is_copy(known, me, kind)]
        for known in [*self._same_text(me), *earlier_or_later, *copied][:1]:
            standing = standing._replace(story=known.standing.story)
        for known in earlier_or_later:
            standing = self._order(known, row_id, standing)
        self.placed[row_id] = replace(me, standing=standing)
        for number in me.sketch:
            self._holders[number].append(row_id)

    def _near(self, article: Article, me: Known) -> Iterator[Known]:
        shared = self._catalog.sharing(me.sketch, MAX_HOLDERS)
        likely = sorted((i for i in shared if shared[i] >= MIN_SHARED), key=lambda i: (-shared[i], i))
        for row in self._catalog.rows([i for i in likely if i not in {article.id, *self.placed}][:COMPARED]):
            yield _known(row, self.superseded.get(row.id))
        here = Counter(holder for number in me.sketch for holder in self._holders.get(number, ()))
        yield from (self.placed[row_id] for row_id, count in here.most_common(COMPARED) if count >= MIN_SHARED)

    def _same_text(self, me: Known) -> Iterator[Known]:
        """Who says exactly the same: of very short texts, nothing else tells."""
        if not len(me.hashes):
            yield from (known for known in self.placed.values() if known.text_sha256 == me.text_sha256)
            yield from (_known(row, None) for row in self._catalog.saying(me.text_sha256) if row.id != me.id)

    def _order(self, known: Known, row_id: str, standing: Standing) -> Standing:
        """The standing of the article, once the earlier of the two is superseded by the later."""
        mine, other = standing.seen_from, known.standing.seen_from
        if mine and other and mine > other:
            superseded = known.standing._replace(seen_until=mine, superseded_by=row_id)
            if known.id in self.placed:
                self.placed[known.id] = replace(known, standing=superseded)
            else:
                self.superseded[known.id] = superseded
        elif mine and other and (standing.seen_until is None or other < standing.seen_until):
            return standing._replace(seen_until=other, superseded_by=known.id)
        return standing


def _closest(pair: tuple[Known, Kinship]) -> tuple[float, str]:
    return -pair[1].containment, pair[0].id


def _is_other_wording(known: Known, me: Known) -> bool:
    """Whether both are of one outlet, and of two days, so that one may stand for the other from its day on."""
    days = known.standing.seen_from, me.standing.seen_from
    return _same_outlet(known, me) and known.standing.seen_until is None and None not in days and days[0] != days[1]


def _is_copy(known: Known, me: Known, kind: Kinship) -> bool:
    one, other = known.standing.seen_from, me.standing.seen_from
    apart = abs((one - other).days) if one and other else None
    return is_copy(kind, days_apart=apart, same_outlet=_same_outlet(known, me))


def _same_outlet(known: Known, me: Known) -> bool:
    return known.source is not None and known.source == me.source


def _known(row: sa.Row[tuple[object, ...]], changed: Standing | None) -> Known:
    standing = Standing(row.story, row.seen_from, row.seen_until, row.superseded_by)
    return Known(row.id, row.source, changed or standing, shingles(row.text), (), row.text_sha256)
