"""How close a sentence is to the cited words, beyond its figures and names."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.checks.binding import is_form
from rag.checks.reasons import Reason, Source, missing, outlets_of, roots_of
from rag.texts import Reading
from rag.texts.synonyms import SAYING, synonyms_of
from rag.texts.words import Word, is_verb

# Chosen on the tuning half of the labelled sentences, without and with cosines.
SUPPORTED = 0.55  # share of a sentence's telling words that the cited words must have
PARTLY = 0.3  # below this share, a sentence is about something else
CLOSE = 0.6  # cosine that makes up for words of its own
FAR = 0.45  # cosine below which a sentence of other words is about something else
FIGURE_WEIGHT = 2.0  # of a figure or date that is there, beside a telling word; 1 and 1.5 lost paraphrases
ADDED = 2  # telling words that a part of a sentence must have to be called added
NOUN_REACH = 3  # words between "the" and what may be a noun: "the two-day strike"
MODAL_REACH = 4  # words: "will probably not even be"

_PARTS = re.compile(
    r"[,;:]\s"
    r"|\b(?:because|which|due to|thanks to|amid|following|after|before|so that|in order to|and|but|while|with)\b",
    re.IGNORECASE,
)
_MAY = re.compile(r"\b(?:may|might|could|possibly|perhaps|likely)\b", re.IGNORECASE)
_AHEAD = re.compile(
    r"\b(?:will|would|plans? to|planned to|wants? to|hopes? to|aims? to|is to|are to|is due to|expects? to|expected to"
    r"|set to|invited|promised to|pledged to|proposed|agreed to)\b",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(?:all|every|always|entire|everyone|everybody)\b", re.IGNORECASE)
_WHOLE = re.compile(
    rf"{_ALL.pattern}|\b(?:each|both|whole|throughout|any|no|none|total|only|unanimous\w*)\b", re.IGNORECASE
)
_BECAUSE = re.compile(r"\b(?:because|due to|thanks to|caused by|as a result of|owing to)\b", re.IGNORECASE)
_CAUSE = re.compile(
    rf"{_BECAUSE.pattern}|\b(?:caus\w+|results? (?:of|in|from)|after|since|as|for|amid|following|led to|so|reasons?"
    r"|blam\w+|why|makes?|made)\b",
    re.IGNORECASE,
)
_DETERMINERS = frozenset("a an the its their his her".split())


def missing_words(said: Reading, sources: Sequence[Source], words: Sequence[Word]) -> list[Word]:
    """Those of the words that the sources and the passages around have in no form, nor one that points their way."""
    roots = roots_of(sources)
    poles = {(pole.axis, pole.sign) for source in sources for pole in source.quote.poles}
    alike = [pole for pole in said.poles if (pole.axis, pole.sign) in poles]
    return [
        word
        for word in words
        if not (
            word.root in roots
            or not synonyms_of(word.root).isdisjoint(roots)
            or any(is_form(word.root, root) for root in roots)
            or any(pole.start <= word.start < pole.end for pole in alike)
        )
    ]


def far_meaning(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """A sentence most of whose words are not there, and whose meaning is not close."""
    words = _telling(said, sources)
    lacking = missing_words(said, sources, words)
    whole = len(words) + FIGURE_WEIGHT * _figures_held(said, sources)
    share = 1 - len(lacking) / whole if whole else 1.0
    known = [source.closeness for source in sources if source.closeness is not None]
    if share < SUPPORTED and max(known, default=0.0) < CLOSE:
        is_far = max(known) < FAR if known else share < PARTLY
        text = " ".join(word.text for word in lacking)
        yield Reason("meaning", text, "is not in the cited words", "unsupported" if is_far else "partly")


def only_beside(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """A sentence of which nothing but what stands beside the cited words is there."""
    roots = frozenset[str]().union(*(source.quote.roots for source in sources))
    words = _telling(said, sources)
    is_quoted = _figures_held(said, sources) or any(word.root in roots for word in words)
    if not is_quoted and len(missing_words(said, sources, words)) < len(words):
        yield missing("meaning", " ".join(word.text for word in words), beside=True)


def _telling(said: Reading, sources: Sequence[Source]) -> list[Word]:
    """The telling words, but for the outlet's name and verbs of saying: that it was said tells nothing of it."""
    outlets = outlets_of(sources)
    return [word for word in said.telling if word.root not in outlets and word.root not in SAYING]


def _figures_held(said: Reading, sources: Sequence[Source]) -> int:
    """How many figures and dates of the sentence stand in the cited words."""
    amounts = [a for a in said.amounts if any(a.equals(other) for source in sources for other in source.quote.amounts)]
    dates = [d for d in said.dates if any(d.is_told_by(other) for source in sources for other in source.quote.dates)]
    return len(amounts) + len(dates)


def added(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """The first part of the sentence of which the cited words have no word; figures are checked elsewhere."""
    words = _telling(said, sources)
    lacking = missing_words(said, sources, words)
    for start, end in pairwise([0, *(match.start() for match in _PARTS.finditer(said.text)), len(said.text)]):
        figures = [*(amount.start for amount in said.amounts), *(date.start for date in said.dates)]
        if any(start <= place < end for place in figures):
            continue
        part = [word for word in words if start <= word.start < end]
        if len(part) >= ADDED and all(word in lacking for word in part):
            yield Reason("meaning", said.text[start:end].strip(" ,.;"), "is not in the cited words", "partly")
            return


def overstated(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """The first verb that is a plan or a chance in the cited words, and a fact in the sentence."""
    source = min(sources, key=lambda one: len(missing_words(said, [one], said.telling)))
    for word in said.telling:
        if not _is_finite(said, word) or _is_modal(said, word, _MAY, _AHEAD):
            continue
        weaker = (
            (_MAY, _AHEAD) if _is_past(word) else (_MAY,)
        )  # "the fee rises in May" may be a plan, "it rose" is none
        theirs = [other for other in source.quote.words if other.root == word.root]
        if theirs and all(_is_modal(source.quote, other, *weaker) for other in theirs):
            yield Reason("overstated", word.text, "is not so yet in the cited words", "partly")
            return


def said_of_all(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """An "all" or "always" of a sentence whose cited words speak of no whole."""
    found = _ALL.search(said.text)
    if found and not any(_WHOLE.search(source.quote.text) for source in sources):
        yield Reason("overstated", found.group(), "is said of fewer in the cited words", "partly")


def caused(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """A "because" of a sentence whose cited words tell of no cause."""
    found = _BECAUSE.search(said.text)
    if found and not any(_CAUSE.search(source.quote.text) for source in sources):
        yield Reason("overstated", found.group(), "is no link of the cited words", "partly")


def _is_finite(reading: Reading, word: Word) -> bool:
    """Whether the word may be a verb that states something: no noun after "the", as in "the two-day strike"."""
    reach = 1 if _is_past(word) else NOUN_REACH
    before = reading.words[max(0, word.place - reach) : word.place]
    is_noun = any(other.text.lower() in _DETERMINERS for other in before)
    return (is_verb(word) or word.text.endswith("s")) and not is_noun


def _is_past(word: Word) -> bool:
    return is_verb(word) and word.root != word.text.lower().rstrip("e") and not word.text.endswith(("ing", "s"))


def _is_modal(reading: Reading, word: Word, *patterns: re.Pattern[str]) -> bool:
    clause = [other for other in reading.words if other.clause == word.clause]
    before = " ".join(other.text for other in clause if 0 < word.place - other.place <= MODAL_REACH)
    return any(pattern.search(before) for pattern in patterns)
