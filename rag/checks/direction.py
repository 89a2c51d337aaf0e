"""Whether a sentence points the way that the cited words do: nothing negated, nothing turned into its opposite."""

from collections.abc import Iterator, Sequence

from rag.checks.binding import placed, rival_of
from rag.checks.merged import homes_of
from rag.checks.reasons import Reason, Source
from rag.texts import Reading
from rag.texts.polarity import Pole


def turned_poles(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """Words whose opposite the cited words use of the same: rose and fell, agreed and refused."""
    for pole in said.poles:
        homes = homes_of(said, pole.start, sources)
        own = placed(homes, lambda reading: reading.poles, pole.agrees)
        rivals = placed(homes, lambda reading: reading.poles, pole.opposes)
        if not rivals:
            continue
        rival = rival_of(said, pole, own, rivals)
        if rival and (own or not _is_negated(pole, rival)):
            yield Reason("direction", pole.said, f"stands where the cited words have {rival.said!r}", "unsupported")


def _is_negated(pole: Pole, rival: Pole) -> bool:
    return pole.said.lower() == rival.said.lower()  # the same word, negated: the other check tells that better


def wrong_negations(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """The first word that is negated in the sentence and not in the cited words, or the other way round."""
    mine, theirs = _ways(said), dict[str, set[bool]]()
    names = _roots_of_names(said)
    for source in sources:
        names |= _roots_of_names(source.quote)
        for root, ways in _ways(source.quote).items():
            theirs.setdefault(root, set()).update(ways)
    turned = [root for root in mine if root in theirs and root not in names and not mine[root] & theirs[root]]
    if turned:
        word = next(word for word in said.words if word.root == turned[0])
        problem = "is not negated in the cited words" if True in mine[turned[0]] else "is negated in the cited words"
        yield Reason("negation", word.text, problem, "unsupported")


def _ways(reading: Reading) -> dict[str, set[bool]]:
    """Whether each telling word is negated; both, where it is once and once not."""
    ways = dict[str, set[bool]]()
    for word in reading.words:
        if word.is_telling:
            ways.setdefault(word.root, set()).add(word.place in reading.negated)
    return ways


def _roots_of_names(reading: Reading) -> set[str]:
    """The roots of the words of names: "no Japanese minister" negates no Japanese."""
    spans = [(name.start, name.end) for name in reading.names if not name.opens]
    return {word.root for word in reading.words if any(start <= word.start < end for start, end in spans)}
