"""Whether each part of a sentence stands in one source, rather than half in one and half in another."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from index import Span
from rag.checks.binding import is_of_name
from rag.checks.meaning import missing_words
from rag.checks.reasons import Reason, Source, outlets_of
from rag.texts import Reading
from rag.texts.amounts import Amount
from rag.texts.days import Mention
from rag.texts.names import Name, is_named, is_ordinary
from rag.texts.words import Word, clause_ends, root_of

HEAVY = 2  # telling words that one name or figure weighs; this much, only another source may have

# A comma, unless what follows only goes on: "fell, mainly because of", "fell, the ministry said"; and "… to 66 tons".
_BREAK = re.compile(
    r",\s(?!(?:mainly|partly|largely|because|which|who|whose|as|by|with|without|for|including|according|\w+ing|\w+ed)\b"
    r"|[^,;]{1,40}\b(?:said|says|announced|reported)\b)"
    r"|\sto\s(?=(?:dollar |euro |pound )?\d)"
)
_Piece = tuple[str, int, Callable[[Source], bool]]  # what is said, its weight, and whether a source has it


def merged(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """The first part of which each source lacks something that another has."""
    if len(sources) == 1:
        return
    for part in _parts(said):
        fewest = min(_lacks(said, part, sources), key=_weight)
        if _weight(fewest) >= HEAVY:
            text = " ".join(what for what, _, _ in fewest)
            yield Reason("merged", text, "stands in another source than the rest", "partly")
            return


def homes_of(said: Reading, place: int, sources: Sequence[Source]) -> Sequence[Source]:
    """The sources that the part at this place may stand in alone; all, where it stands in none."""
    part = next((part for part in _parts(said) if part.start <= place < part.end), None)
    if len(sources) == 1 or part is None:
        return sources
    lacks = _lacks(said, part, sources)
    return [source for source, lack in zip(sources, lacks, strict=True) if _weight(lack) < HEAVY] or sources


def _parts(said: Reading) -> Iterator[Span]:
    """The parts of a sentence that state something each: its clauses, and what commas set apart in them."""
    breaks = {*clause_ends(said.text), *(match.start() for match in _BREAK.finditer(said.text))}
    yield from (Span(*part) for part in pairwise([0, *sorted(breaks), len(said.text)]))


def _lacks(said: Reading, part: Span, sources: Sequence[Source]) -> list[list[_Piece]]:
    """What each source lacks of a part of the sentence that another source has."""
    outlets = outlets_of(sources)
    pieces = [piece for piece in _pieces(said, part) if root_of(piece[0]) not in outlets]
    held = [[is_in(source) for _, _, is_in in pieces] for source in sources]
    somewhere = [any(one) for one in zip(*held, strict=True)]
    return [[p for p, has, found in zip(pieces, mine, somewhere, strict=True) if found and not has] for mine in held]


def _weight(pieces: Sequence[_Piece]) -> int:
    return sum(weight for _, weight, _ in pieces)


def _pieces(said: Reading, part: Span) -> Iterator[_Piece]:
    for word in said.telling:
        if part.start <= word.start < part.end and not is_of_name(word, said):
            yield word.text, 1, _finder(word, said)
    for name in said.names:
        if part.start <= name.start < part.end and not is_ordinary(name):
            yield name.said, HEAVY, _namer(name)
    for amount in said.amounts:
        if part.start <= amount.start < part.end:
            yield amount.said, HEAVY, _teller(amount)
    for date in said.dates:
        if part.start <= date.start < part.end:
            yield date.said, HEAVY, _dater(date)


def _finder(word: Word, said: Reading) -> Callable[[Source], bool]:
    return lambda source: not missing_words(said, [source], [word])


def _dater(date: Mention) -> Callable[[Source], bool]:
    return lambda source: any(date.is_told_by(other) for other in (*source.quote.dates, *source.around.dates))


def _namer(name: Name) -> Callable[[Source], bool]:
    return lambda source: any(
        is_named(name, place.lower, place.names) for place in (source.quote, source.around, source.heading)
    )


def _teller(amount: Amount) -> Callable[[Source], bool]:
    return lambda source: any(amount.equals(other) for other in (*source.quote.amounts, *source.around.amounts))
