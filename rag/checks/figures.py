"""Whether the numbers and dates of a sentence are those of the cited words, and of the same."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.checks.binding import placed, rival_of
from rag.checks.merged import homes_of
from rag.checks.reasons import Reason, Source, missing
from rag.texts import Reading
from rag.texts.amounts import Amount
from rag.texts.days import Mention

# Numbers side by side share the words around: "640 of the 690 drivers", "820 jobs instead of 1,400".
_JOINT = re.compile(
    r"\W*(?:\w+\W+)??(?:(?:out )?of|or|to|and|instead of|rather than)?(?: the| its| their| all)?\W*", re.IGNORECASE
)
_TO = re.compile(r"\W*(?:\w+\W+){0,3}?(?:to|instead of|-)\W*|-", re.IGNORECASE)


def wrong_amounts(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """Numbers that stand nowhere in the cited words, or of something else, or with another bound."""
    given = [amount for source in sources for amount in source.quote.amounts]
    around = [amount for source in sources for amount in source.around.amounts]
    for amount in said.amounts:
        same = [other for other in given if amount.equals(other)]
        if same:
            yield from _misplaced_amount(said, amount, sources)
            yield from _other_bound(amount, same)
            yield from _other_step(amount, same)
        elif not _is_told(amount, given, sources):
            yield missing("number", amount.said, beside=any(amount.equals(other) for other in around))
    yield from _turned_round(said, sources)


def _is_told(amount: Amount, given: Sequence[Amount], sources: Sequence[Source]) -> bool:
    """Whether it is a bound of a number that is there, a year, or a place in an order where none is counted."""
    if amount.unit == "nth" and not any(other.unit == "nth" for other in given):
        return True
    dates = (date for source in sources for date in source.quote.dates)
    is_year = not amount.unit and any(told.year == amount.value for date in dates for told in date.meanings)
    return is_year or any(amount.bounds(other) for other in given)


def _misplaced_amount(said: Reading, amount: Amount, sources: Sequence[Source]) -> Iterator[Reason]:
    here = said.word_at(amount.start)
    others = [other for other in said.amounts if other is not amount]
    places = [(other, said.word_at(other.start)) for other in others]
    beside = [other for other, word in places if word and here and word.clause == here.clause]
    sources = homes_of(said, amount.start, sources)
    own = placed(sources, lambda reading: reading.amounts, amount.equals)
    rivals = [
        (other, source)
        for other, source in placed(sources, lambda reading: reading.amounts, amount.rivals)
        if not any(known.equals(other) for known in beside)
        and not any(home is source and _joined(other, mine, source) for mine, home in own)
    ]
    if rival := rival_of(said, amount, own, rivals):
        yield Reason("number", amount.said, f"stands where the cited words have {rival.said!r}", "unsupported")


def _joined(one: Amount, other: Amount, source: Source) -> bool:
    first, last = sorted((one, other), key=lambda amount: amount.start)
    return bool(_JOINT.fullmatch(source.quote.text[first.end : last.start]))


def _other_bound(amount: Amount, same: Sequence[Amount]) -> Iterator[Reason]:
    bounds = {other.bound for other in same}
    if {amount.bound} | bounds == {"least", "most"}:
        yield Reason("number", amount.said, "is bounded the other way in the cited words", "unsupported")
    elif amount.bound == "exactly" and "exactly" not in bounds and bounds != {""}:
        yield Reason("overstated", amount.said, "is not exact in the cited words", "partly")
    elif amount.bound in {"least", "most"} and bounds == {"about"}:
        yield Reason("overstated", amount.said, "is only about so much in the cited words", "partly")
    elif amount.bound == "" and bounds <= {"least", "most"}:
        yield Reason("overstated", amount.said, "is only a bound in the cited words", "partly")


def _other_step(amount: Amount, same: Sequence[Amount]) -> Iterator[Reason]:
    """By so much, rather than to so much: "rose by 52 per cent" is not "rose from 41 to 52 per cent"."""
    steps = {other.step for other in same}
    if amount.step and "" not in steps and amount.step not in steps:
        yield Reason("number", amount.said, f"stands after {' or '.join(sorted(steps))!r} there", "unsupported")


def _turned_round(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """Pairs such as "from 10 to 25" or "61 votes to 58" that the cited words have the other way round."""
    given = [pair for source in sources for pair in _pairs(source.quote)]
    for one, other, joint in _pairs(said):
        same = [(a, b) for a, b, how in given if how == joint]
        turned = any(a.equals(other) and b.equals(one) for a, b in same)
        if turned and not any(a.equals(one) and b.equals(other) for a, b in same):
            both = f"{one.said} … {other.said}"
            yield Reason("number", both, "is the other way round in the cited words", "unsupported")


def _pairs(reading: Reading) -> Iterator[tuple[Amount, Amount, str]]:
    for one, other in pairwise(reading.amounts):
        between = reading.text[one.end : other.start]
        if _TO.fullmatch(between):
            yield one, other, "instead" if "instead" in between else "to"


def wrong_dates(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """Dates that the cited words do not tell, or tell of something else."""
    for mention in said.dates:
        if any(mention.is_told_by(other) for source in sources for other in source.quote.dates):
            if not _is_own_year(mention, sources):
                yield from _misplaced_date(said, mention, sources)
        elif not any(_is_publication(mention, source) for source in sources):
            beside = any(mention.is_told_by(other) for source in sources for other in source.around.dates)
            yield missing("date", mention.said, beside=beside)
        elif any(told.day for told in mention.meanings):
            yield Reason("date", mention.said, "is the day of the report; the cited words name none", "partly")


def _is_publication(mention: Mention, source: Source) -> bool:
    """Whether it is the day, month or year of a report whose cited words name no date of that kind."""
    day = source.quote.published_at
    if day is None or any(mention.is_like(other) for other in source.quote.dates):
        return False
    return any(told.is_on(day) for told in mention.meanings)


def _is_own_year(mention: Mention, sources: Sequence[Source]) -> bool:
    """Whether it is the year of a report, which news hardly ever writes, so that no other year stands in its place."""
    years = {source.quote.published_at.year for source in sources if source.quote.published_at}
    return all(told.year in years and not (told.month or told.season) for told in mention.meanings)


def _misplaced_date(said: Reading, mention: Mention, sources: Sequence[Source]) -> Iterator[Reason]:
    sources = homes_of(said, mention.start, sources)
    own = placed(sources, lambda reading: reading.dates, mention.is_told_by)
    rivals = placed(
        sources,
        lambda reading: reading.dates,
        lambda other: mention.is_like(other) and not any(date.is_told_by(other) for date in said.dates),
    )
    if rival := rival_of(said, mention, own, rivals):
        yield Reason("date", mention.said, f"stands where the cited words have {rival.said!r}", "unsupported")
