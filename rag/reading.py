"""What the words of a question bind: the time and the outlets that they name, as far as they are to count."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from rag.answer import PlanWords, WordsState
from rag.days import Days
from rag.outlets import OutletWords, outlets_named
from rag.when import TimeWords, When, read_when

Bound = Literal["since", "until", "sources"]
Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Reading:
    """The words that bind, and those that were read but bind nothing."""

    when: When = field(default_factory=When)
    outlets: tuple[OutletWords, ...] = ()
    idle: tuple[PlanWords, ...] = ()
    let_go: frozenset[Bound] = frozenset()  # of the bounds that the words set, those that do not hold

    @property
    def wanted(self) -> Days:
        """The days in which articles that answer came out."""
        first, last = self.when.published.first, self.when.published.last
        return Days(None if "since" in self.let_go else first, None if "until" in self.let_go else last)

    @property
    def sources(self) -> tuple[str, ...]:
        """The outlets that are asked; none: any."""
        named = () if "sources" in self.let_go else self.outlets
        return tuple(sorted({source for words in named for source in words.sources}))

    @property
    def binding(self) -> frozenset[Bound]:
        """The bounds that the words set."""
        set_by_words: dict[Bound, object] = {
            "since": self.wanted.first,
            "until": self.wanted.last,
            "sources": self.sources,
        }
        return frozenset(name for name, bound in set_by_words.items() if bound)

    @property
    def words(self) -> tuple[PlanWords, ...]:
        """All that was read, in the order of the question."""
        return tuple(sorted((*self.idle, *self._bound()), key=lambda words: words.start))

    def without_time(self) -> "Reading":
        """The reading, for a caller who bounds the days: words about time bind nothing."""
        idle = (_shown(words, "overridden") for words in self.when.words)
        return replace(self, when=When(asks=self.when.asks), idle=(*self.idle, *idle))

    def without_outlets(self) -> "Reading":
        """The reading, for a caller who chose outlets: words that name outlets bind nothing."""
        idle = (_shown(words, "overridden") for words in self.outlets)
        return replace(self, outlets=(), idle=(*self.idle, *idle))

    def _bound(self) -> Iterator[PlanWords]:
        for words in self.when.words:
            published = words.published
            bounds = {"since": published.first, "until": published.last}
            yield _shown(words, "relaxed" if any(bounds[name] for name in self.let_go & bounds.keys()) else "applied")
        for named in self.outlets:
            yield _shown(named, "relaxed" if "sources" in self.let_go else "applied")


def read_words(question: str, today: date, sources: Sequence[str], *, ignore: Spans = ()) -> Reading:
    """What the question says of time and of these outlets; words in the spans `ignore` bind nothing."""
    when, named = read_when(question, today), outlets_named(question, sources)
    found: tuple[TimeWords | OutletWords, ...] = (*when.words, *named)
    ignored = [words for words in found if words.touches(ignore)]
    if ignored:
        when = read_when(question, today, ignore)
    outlets = tuple(words for words in named if words not in ignored)
    return Reading(when, outlets, tuple(_shown(words, "ignored") for words in ignored))


def _shown(words: TimeWords | OutletWords, state: WordsState) -> PlanWords:
    told = PlanWords(text=words.text, start=words.start, end=words.end, kind="outlet", state=state)
    if isinstance(words, OutletWords):
        return told.model_copy(update={"sources": words.sources})
    days, published = words.days, words.published
    bounds = {"first": days.first, "last": days.last, "since": published.first, "until": published.last}
    return told.model_copy(update={"kind": "time", **bounds})
