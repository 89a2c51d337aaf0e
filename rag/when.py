"""The time that a question is about, read from its words.

An article cannot report what has not happened yet, so the first day bounds publication hard. Reports go on
after an event, so its last day bounds it softly: with some slack, and not at all where it lies in a whole year,
of which the figures and the memories are printed ever after. Words that date something else than the news
("founded in 1998", "the 2004 visit", "by 2030", "the coldest since 2010") bound nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce

from rag.asks import Asks, goes_on, looks_ahead, looks_back, what_is_asked
from rag.days import DAY, Days
from rag.periods import Period, periods, the_year, with_years
from rag.relative_periods import Now
from rag.time_names import is_name
from rag.time_words import Relation, joins, relation_of
from rag.words import Words

DATE_LINE = DAY  # the calendar day begins up to 26 hours apart: Seoul's news of Tuesday is dated Monday in New York
# Reports go on after the days that they are about, the longer the more days those were. Of 73 bundled questions that
# name a time, twice the length (two weeks at least) left an article with the answer to 69, and 64 % of all articles;
# the length itself 66 and 56 %, two weeks flat 63 and 49 %, a quarter of a year flat 69 and 75 %.
LEAST_SLACK = timedelta(days=14)
SLACK = 2  # times the length of the period
LONG_AGO = timedelta(days=365)  # what ended earlier is as likely to be recalled today as to be reported then
# Days that a question may be asked on; nearer to the ends of the calendar no range can be counted.
EARLIEST, LATEST = date(1500, 1, 1), date(9000, 12, 31)
YEAR_LONG = 300  # days; figures for so long a period, and what happened somewhere in it, are printed ever after


@dataclass(frozen=True)
class TimeWords(Words):
    """Words of a question that bound time."""

    days: Days  # that the question is about
    published: Days  # in which articles about them come out

    @property
    def is_history(self) -> bool:
        """Whether reports of it have no end: "this week" bounds them then, in a question that names both."""
        return self.days.last is not None and self.published.last is None


@dataclass(frozen=True)
class When:
    """What a question says about time; no words: nothing."""

    words: tuple[TimeWords, ...] = ()
    asks: Asks | None = None

    @property
    def days(self) -> Days:
        """The days that the question is about: those that its words share, else all from first to last."""
        return _together([words.days for words in self._bounding], apart=self._apart)

    @property
    def published(self) -> Days:
        """The days in which articles that can answer it came out."""
        return _together([words.published for words in self._bounding], apart=self._apart)

    @property
    def _bounding(self) -> tuple[TimeWords, ...]:
        recent = tuple(words for words in self.words if not words.is_history)
        return self.words if self.asks == "change" or not recent else recent

    @property
    def _apart(self) -> bool:
        return _shared([words.days for words in self._bounding]) is None


def read_when(question: str, today: date, ignore: Sequence[tuple[int, int]] = ()) -> When:
    """The time that the question is about, as seen from a day; words in the spans `ignore` are passed over."""
    now = Now(min(max(today, EARLIEST), LATEST), ahead=looks_ahead(question), past=looks_back(question))
    found = periods(question, now)
    now = replace(now, year=the_year(question, found, now.today))
    words = tuple(words for words in _time_words(question, found, now) if not words.touches(ignore))
    last = When(words).days.last
    is_over = last is not None and last < now.today
    return When(words, what_is_asked(question, apart=When(words)._apart, is_over=is_over))


def _time_words(question: str, found: Sequence[Period], now: Now) -> Iterator[TimeWords]:
    floor = 0
    for group in _groups(question, found):
        relation = relation_of(question, group, past=now.past, floor=floor)
        floor = group[-1].end
        if relation is None or is_name(question, group, relation):
            continue
        # "A duty from 3 April", "a price through 4 July" may have been announced, and the day be still to come.
        planned = relation.bound == "until" or (relation.word == "from" and relation.bound == "since")
        named = with_years(group, replace(now, past=now.past and not planned))
        if named and (bounds := _bounds(relation, reduce(Days.reaching, named), now.today)):
            days, published = bounds
            if relation.bound == "in" and goes_on(question):
                published = Days(published.first)
            start, end = relation.start, group[-1].end
            yield TimeWords(question[start:end], start, end, days, published)


def _groups(question: str, found: Sequence[Period]) -> list[list[Period]]:
    """The periods, those that are named in one breath together."""
    groups: list[list[Period]] = []
    for period in found:
        if groups and joins(question[groups[-1][-1].end : period.start]):
            groups[-1].append(period)
        else:
            groups.append([period])
    return groups


def _bounds(relation: Relation, named: Days, today: date) -> tuple[Days, Days] | None:
    """The days asked about, and those of publication; None: they bound nothing that is published by now."""
    days = _BY_BOUND[relation.bound](named)
    is_to_come = (days.first or days.last or today) > today
    if is_to_come or days == Days():
        return None
    if relation.reported:
        return days, days
    published = Days(days.first and days.first - DATE_LINE, _last_published(relation.bound, named, days, today))
    return None if published == Days() else (days, published)


_BY_BOUND: dict[str, Callable[[Days], Days]] = {
    "in": lambda named: named,
    "since": lambda named: Days(named.first, None),
    "before": lambda named: Days(None, named.first and named.first - DAY),
    "until": lambda named: Days(None, named.last),
    "as of": lambda named: Days(None, named.last),
}


def _last_published(bound: str, named: Days, days: Days, today: date) -> date | None:
    if days.last is None or bound == "as of":  # how things stood then was known then
        return days.last
    length = named.count or 1
    if length >= YEAR_LONG or (bound == "in" and days.last + LONG_AGO < today):
        return None
    return days.last + max(LEAST_SLACK, SLACK * length * DAY)


def _shared(all_days: Sequence[Days]) -> Days | None:
    return reduce(lambda both, days: both and both.shared(days), all_days, _ALL)


_ALL: Days | None = Days()


def _together(all_days: Sequence[Days], *, apart: bool) -> Days:
    if apart:
        return reduce(Days.reaching, all_days)
    return _shared(all_days) or reduce(Days.reaching, all_days)
