"""Whether a sentence that follows the cited words puts another word into one of their places.

"The students' federation called off its boycott" follows "The teachers' federation called off its boycott"
but for one word, which no list of opposites or names would find.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from rag.checks.binding import is_form
from rag.checks.reasons import Reason, Source, roots_of
from rag.texts import Reading
from rag.texts.names import is_title
from rag.texts.synonyms import SAYING, synonyms_of
from rag.texts.words import Word, is_verb

LONGEST = 4  # words of a place; longer pieces are another way to say it
FOLLOWS = 0.6  # share of the sentence's words that stand in the cited words in the same order
CONTEXT = 2  # telling words that must be the same beside the place, in all


_ORDER = {"before", "after"}
_ANYBODY = frozenset("man woman person one other".split())  # "the driver, a man of 52"


class _Place(NamedTuple):
    mine: Sequence[Word]
    theirs: Sequence[Word]


def other_words(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """The first place of the cited words in which the sentence has a word for something else."""
    around = roots_of(sources)
    for source in sources:
        for place in _places(said, source.quote):
            if {word.text.lower() for words in place for word in words} == _ORDER:
                yield Reason("direction", _text(place.mine), "is the other way round in the cited words", "unsupported")
                return
            mine, theirs = _other(place, said, source.quote)
            is_quoted = all(word.root in source.quote.roots for word in mine)
            is_meant = not is_quoted and all(word.root in around for word in mine)  # "the line", by its name
            if mine and theirs and not is_meant and mine[0].text[0].isupper() == theirs[0].text[0].isupper():
                problem = f"stands where the cited words have {_text(theirs)!r}"
                yield Reason("role" if is_quoted else "meaning", _text(mine), problem, "partly")
                return


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _places(said: Reading, quote: Reading) -> Iterator[_Place]:
    """The words that differ where the words on both sides are the same, or on the one that there is."""
    matcher = SequenceMatcher(None, [w.root for w in said.words], [w.root for w in quote.words], autojunk=False)
    if sum(block.size for block in matcher.get_matching_blocks()) < FOLLOWS * len(said.words):
        return
    steps = [("", 0, 0, 0, 0), *matcher.get_opcodes(), ("", 0, 0, 0, 0)]
    for previous, (tag, *span), following in zip(steps, steps[1:], steps[2:], strict=False):
        before = said.words[previous[1] : span[0]] if previous[0] == "equal" else ()
        after = said.words[span[1] : following[2]] if following[0] == "equal" else ()
        is_framed = (before or not span[0]) and (after or span[1] == len(said.words))
        if tag == "replace" and is_framed and sum(word.is_telling for word in (*before, *after)) >= CONTEXT:
            place = _trimmed(said, quote, span)
            if max(map(len, place)) <= LONGEST:
                yield place


def _trimmed(said: Reading, quote: Reading, span: Sequence[int]) -> _Place:
    """The place, no longer there than here where the sentence begins or ends with it."""
    start, end, first, last = span
    if end == len(said.words):
        last = min(last, first + end - start)
    elif start == 0:
        first = max(first, last - end)
    return _Place(said.words[start:end], quote.words[first:last])


def _other(place: _Place, said: Reading, quote: Reading) -> tuple[list[Word], list[Word]]:
    """The words of the place that differ in more than form: none, where one stands for another."""
    theirs = [word for word in _plain(place.theirs, quote) if word.root not in said.roots]
    mine = [word for word in _plain(place.mine, said) if not any(_alike(word, other) for other in place.theirs)]
    if any(_alike(word, other) for word in place.mine for other in place.theirs if other.is_telling):
        return [], []
    return [word for word in mine if not _points_alike(word, said, quote)], theirs


def _plain(words: Sequence[Word], reading: Reading) -> list[Word]:
    """The telling words that no other check looks at: no figures, dates or titles; and no verbs: many mean the same."""
    telling = {word.place for word in reading.telling}
    words = [word for word in words if word.place in telling and not is_title(word.text)]
    return [word for word in words if word.root not in SAYING | _ANYBODY and not is_verb(word)]


def _alike(one: Word, other: Word) -> bool:
    return is_form(one.root, other.root) or other.root in synonyms_of(one.root)


def _points_alike(word: Word, said: Reading, quote: Reading) -> bool:
    poles = [pole for pole in said.poles if pole.start <= word.start < pole.end]
    return any(pole.agrees(other) for pole in poles for other in quote.poles)
