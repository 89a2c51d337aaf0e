"""Whether a figure, date, direction or speaker stands by the same words in a sentence as in the cited words.

"Inflation was 3.1% in March" has only words of "it slowed from 3.1% in February to 2.8% in March": the figure is
there, and by another month. The words near it in the sentence must stand about as near to it in the cited words,
or at least not clearly nearer to one of its rivals, another item of the same kind.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from rag.checks.reasons import Source, outlets_of
from rag.texts import Reading
from rag.texts.names import is_ordinary, is_same_word
from rag.texts.words import Word

# How near counts as near was chosen on the tuning half of the labelled sentences; 1.5 to 4 words did the same.
NEAR = 3.0  # words; at this distance a word counts half
OTHER_CLAUSE = 0.35  # of its weight that a word counts for from another clause
OTHER_SIDE = 0.6  # of its weight, when it stands before the item in one and after it in the other
AROUND = 0.15  # of its weight that a word counts for from the passage around
LEAD = 2  # words that a sentence's opening, as "In Corvane,", counts as apart from all that follows
AS_NEAR = 0.8  # of the nearness in the sentence: where the cited words have this, no rival is looked at
LIKE = 0.4  # of the nearness in the sentence that the rival must have: it must look like what is meant
MARGIN = 1.2  # times nearer that the rival must be
NAME_WEIGHT, NUMBER_WEIGHT, POLE_WEIGHT = 3.0, 2.0, 2.0  # of names and dates, numbers, directions; others weigh 1
SHORTEST_FORM = 4  # letters of a root that may stand for a longer one
FEW = 2  # telling words of a clause that tell nothing alone


class Placed(Protocol):
    """Something that stands in a text."""

    @property
    def start(self) -> int:
        """Where it starts."""
        ...

    @property
    def end(self) -> int:
        """Where it ends."""
        ...


ItemT = TypeVar("ItemT", bound=Placed)


@dataclass(frozen=True)
class _Near:
    """The words near an item in the sentence, and how near they stand to it there."""

    words: dict[str, tuple[float, bool]]  # root -> weight, and whether it stands before the item
    itself: float


def placed(
    sources: Sequence[Source], items: Callable[[Reading], Iterable[ItemT]], wanted: Callable[[ItemT], bool]
) -> list[tuple[ItemT, Source]]:
    """The items of the cited words that are wanted, with the source that each stands in."""
    return [(item, source) for source in sources for item in items(source.quote) if wanted(item)]


def rival_of(
    said: Reading, item: Placed, own: Sequence[tuple[ItemT, Source]], rivals: Sequence[tuple[ItemT, Source]]
) -> ItemT | None:
    """The rival that the words near the item stand clearly nearer to than to `own`; None: there is none."""
    if not rivals:
        return None
    near = _near_words(said, item, apart=outlets_of([source for _, source in rivals]))
    best_own = max((_nearness(near, mine, source) for mine, source in own), default=0.0)
    if best_own >= AS_NEAR * near.itself:
        return None
    best, rival = max(((_nearness(near, other, source), other) for other, source in rivals), key=lambda pair: pair[0])
    return rival if best > max(MARGIN * best_own, LIKE * near.itself) else None


def _near_words(said: Reading, item: Placed, apart: frozenset[str]) -> _Near:
    here = said.word_at(item.start)
    weights, itself = dict[str, tuple[float, bool]](), dict[str, float]()
    for word in _beside(said, here) if here else ():
        if here is None or item.start <= word.start < item.end or word.root in apart:
            continue
        apart_by = abs(word.place - here.place)
        distance = 1 + (min(apart_by, LEAD) if word.end <= said.lead_end else apart_by) / NEAR
        weight = _weight(word, said) / distance
        if weight > weights.get(word.root, (0.0, True))[0]:
            weights[word.root], itself[word.root] = (weight, word.place < here.place), weight / distance
    return _Near(weights, sum(itself.values()))


def _beside(said: Reading, here: Word) -> Sequence[Word]:
    """The telling words of its clause; of the whole sentence, where the clause alone tells nothing."""
    telling = [word for word in said.words if word.is_telling]
    clause = [word for word in telling if word.clause == here.clause]
    return clause if len(clause) > FEW or any(is_of_name(word, said) for word in clause) else telling


def _weight(word: Word, said: Reading) -> float:
    if any(date.start <= word.start < date.end for date in said.dates):
        return NAME_WEIGHT
    if word.text[0].isdigit():
        return NUMBER_WEIGHT
    if any(pole.start <= word.start < pole.end for pole in said.poles):
        return POLE_WEIGHT
    return NAME_WEIGHT if is_of_name(word, said) else 1.0


def is_of_name(word: Word, said: Reading) -> bool:
    """Whether the word is part of a name, and not only of an ordinary word that opens a sentence."""
    return any(name.start <= word.start < name.end and not is_ordinary(name) for name in said.names)


def _nearness(near: _Near, item: Placed, source: Source) -> float:
    here = source.quote.word_at(item.start)
    if here is None:
        return 0.0
    return sum(weight * _held(root, before, (here, item), source) for root, (weight, before) in near.words.items())


def _held(root: str, before: bool, at: tuple[Word, Placed], source: Source) -> float:
    here, item = at
    best = AROUND if any(is_form(root, other) for other in source.around.roots) else 0.0
    for word in source.quote.words:
        if is_form(root, word.root) and not item.start <= word.start < item.end:
            best = max(best, _share(word, here, before, source.quote))
    return best


def _share(word: Word, here: Word, before: bool, quote: Reading) -> float:
    distance, share = abs(word.place - here.place), 1.0 if word.clause == here.clause else OTHER_CLAUSE
    if word.end <= quote.lead_end:  # "In Corvane, 9 people died and 2,300 fled" is about Corvane to its end
        distance, share = min(distance, LEAD), 1.0
    turned = OTHER_SIDE if (word.place < here.place) != before else 1.0
    return share * turned / (1 + distance / NEAR)


def is_form(one: str, other: str) -> bool:
    """Whether two roots are of one word."""
    if one == other:
        return True
    return min(len(one), len(other)) >= SHORTEST_FORM and one[0] == other[0] and is_same_word(one, other)
