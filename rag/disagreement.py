"""Where independent reports give different figures for what is asked: each with its outlet and day.

A disagreement that is none is worse than one that is missed, so two figures only differ where both are of the same
thing, in sentences that say the same of it, of about the same time, and where neither is the other one rounded.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date

from rag.answer import Report, Sentence
from rag.asked_figures import Asked, Figure, asked_figure, figures_for, held, is_former, read_quote, the_figure
from rag.citations import Cited, renumbered
from rag.claims import claim, coverage, missing_names
from rag.dates import long_date
from rag.evidence import Evidence
from rag.texts import read
from rag.texts.words import clause_ends

CLOSENESS = 0.5  # of the score of the sentence that the answer rests on; another report's must come this near
ABOUT = 0.6  # of the question's telling words that the passage must hold
SHARED = 0.6  # of the question's words in that sentence; another report's must hold so many of them
FARTHEST = 5.0  # times; figures farther apart, such as a ticket's price and a tram's, are hardly ever of the same
SAME_TIME = 45  # days between two reports of the same; a count of whales was corrected after 64, most after 3
SHORT = 160  # characters; a quote that is longer is cut after the clause with the figure


@dataclass(frozen=True)
class Said:
    """What one report says: the figure as it is written, and the sentence that it stands in."""

    said: str
    evidence: Evidence


def differing(question: str, cited: Sequence[Cited], evidence: Sequence[Evidence]) -> list[Said]:
    """What the reports say where they differ from the answer, the answer's own included, oldest first; else nothing."""
    asked = asked_figure(question)
    anchor = _anchor(asked, cited) if asked else None
    if asked is None or anchor is None:
        return []
    others = [found for words in evidence if (found := _given(asked, anchor, words))]
    told = list(_each_once([anchor, *(figure for figure in others if _is_of_same(question, asked, anchor, figure))]))
    return [Said(figure.said, figure.evidence) for figure in told] if len(told) > 1 else []


def _anchor(asked: Asked, cited: Sequence[Cited]) -> Figure | None:
    """The figure that the answer gives, in the first of its sentences that gives one."""
    for item in cited:
        stated = read(item.sentence.text, None).amounts
        for words in item.evidence if item.sentence.verdict != "unsupported" else ():
            given = [figure for figure in figures_for(asked, words) if not figure.former]
            said = [figure for figure in given if any(figure.amount.equals(amount) for amount in stated)]
            if said:
                return said[0] if len(said) == 1 else the_figure(asked, words)
    return None


def _given(asked: Asked, anchor: Figure, words: Evidence) -> Figure | None:
    """The figure that a sentence of another article gives: the answer's, or one beside which the answer's is not."""
    if words.article.id == anchor.evidence.article.id:
        return None
    reading = read_quote(words)
    figure = the_figure(asked, words)
    if figure is None or figure.amount.equals(anchor.amount):
        return figure
    beside = (amount for amount in reading.amounts if amount.equals(anchor.amount))
    return figure if not anchor.is_same(figure) and all(is_former(reading, amount) for amount in beside) else None


def _is_of_same(question: str, asked: Asked, anchor: Figure, figure: Figure) -> bool:
    """Whether the figure is of what the answer's figure is of."""
    one, other = anchor.evidence, figure.evidence
    said, known = claim(question), other.around | claim(f"{one.label}. {other.label}").words
    if missing_names(said, known):
        return False
    if _recalls(one, figure) or _recalls(other, anchor):
        return True
    is_close = other.score >= CLOSENESS * one.score and coverage(said.words, known) >= ABOUT
    is_alike = _is_near(anchor.amount.value, figure.amount.value) and _is_said_alike(asked, one, other)
    return is_close and is_alike and _is_of_same_time(one, other)


def _is_near(one: float, other: float) -> bool:
    """Whether neither is many times the other."""
    less, more = sorted((abs(one), abs(other)))
    return more <= FARTHEST * less


def _recalls(words: Evidence, figure: Figure) -> bool:
    """Whether a sentence replaces that figure: "310, up from a first count of 180"."""
    reading = read_quote(words)
    return any(is_former(reading, amount) and amount.equals(figure.amount) for amount in reading.amounts)


def _is_said_alike(asked: Asked, one: Evidence, other: Evidence) -> bool:
    """Whether the other sentence holds the words of the question that this one does."""
    mine, theirs = (held(asked.words, read_quote(words)) for words in (one, other))
    if asked.done & mine - theirs:  # "killed" is not "injured"
        return False
    return bool(mine) and len(mine & theirs) >= SHARED * len(mine)


def _is_of_same_time(one: Evidence, other: Evidence) -> bool:
    """Whether two reports came out close to one another, and tell of no different years or months."""
    first, last = one.article.published_at, other.article.published_at
    if first is None or last is None or abs((last - first).days) > SAME_TIME:
        return False
    return any(
        year == known and (month == told or None in {month, told})
        for year, month in _times(one)
        for known, told in _times(other)
    )


def _times(words: Evidence) -> Set[tuple[int | None, int | None]]:
    """The years and months that a sentence tells of; where it names none, the year of its report."""
    published = words.article.published_at
    meanings = (mention.meanings[0] for mention in read_quote(words).dates)
    told = {(meant.year, meant.month) for meant in meanings if meant.year}
    return told or {(published.year if published else None, None)}


def _each_once(figures: Sequence[Figure]) -> Iterator[Figure]:
    """The figures in the order of time, each by the first report that gives it, one of each article."""
    kept = list[Figure]()
    for figure in sorted(figures, key=lambda f: (f.evidence.article.published_at or date.max, -f.evidence.score)):
        article = figure.evidence.article.id
        if not any(figure.is_same(k) or k.evidence.article.id == article for k in kept):
            kept.append(figure)
            yield figure


def stated(differences: Sequence[Said]) -> list[Cited]:
    """The sentences that say what each outlet reported when, in the reports' own words."""
    sentences = [Sentence(text=_told(said), citations=(1,), verdict="supported") for said in differences]
    return renumbered([Cited(s, (said.evidence,)) for s, said in zip(sentences, differences, strict=True)])


def with_reports(cited: Sequence[Cited], differences: Sequence[Said]) -> list[Cited]:
    """The answer with what each outlet reports after it; a sentence that only quotes one of these is left out."""
    told = [said.evidence.place for said in differences]
    kept = [item for item in cited if not (differences and _is_quote(item) and item.evidence[0].place in told)]
    return renumbered([*kept, *stated(differences)])


def _is_quote(item: Cited) -> bool:
    return len(item.evidence) == 1 and item.sentence.text == item.evidence[0].quote


def reports_of(differences: Sequence[Said], cited: Sequence[Cited]) -> tuple[Report, ...]:
    """The records of what each outlet reports, by the numbers of an answer's citations; all must be cited there."""
    numbers = {
        words.place: n for item in cited for n, words in zip(item.sentence.citations, item.evidence, strict=True)
    }
    return tuple(
        Report(
            said=said.said,
            citation=numbers[said.evidence.place],
            source=said.evidence.article.source,
            published_at=said.evidence.article.published_at,
        )
        for said in differences
    )


def _told(said: Said) -> str:
    article = said.evidence.article
    outlet = article.source or "Another report"
    heading = f"{outlet} ({long_date(article.published_at)})" if article.published_at else outlet
    return f"{heading}: {_clause(said)}"


def _clause(said: Said) -> str:
    """The quote on one line; a long one only up to the end of the clause with the figure."""
    quote = " ".join(said.evidence.quote.split())
    if len(quote) <= SHORT or said.said not in quote:
        return quote
    at = quote.index(said.said) + len(said.said)
    end = next((end for end in clause_ends(quote) if end >= at), len(quote))
    return quote[:end].rstrip(" ,;:-–—") + "." if end < len(quote) else quote
