"""A question and a checked draft in, what speaks for and against that the articles answer it, out.

Questions about a thing that the articles mention, but do not tell, share most of their words with some sentence.
What tells them apart is whether what was asked stands by the very words that the draft rests on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.answer_type import answer_type
from rag.citations import Cited
from rag.claims import CAPITALS, stem_of
from rag.evidence import Evidence
from rag.span_nouns import Kind
from rag.texts.names import initials_of, is_same_word
from rag.texts.synonyms import SAYING, synonyms_of
from rag.texts.words import Word, words_of

_NAMED: frozenset[Kind] = frozenset(
    {"person", "organisation", "place", "name", "work", "date", "year", "clock"}
)  # "which city", "what year": what answers it does not repeat the word
_ASKING = frozenset("who whom whose what which where when why how many much name yes no".split())


@dataclass(frozen=True)
class Signals:
    """What tells whether the articles answer."""

    words_held: float  # share of the question's telling words, names and figures aside, that one cited sentence holds;
    # smoothed by the rule of succession, (held + 1) / (words + 2): none of one word tells less than none of five
    names_away: float  # names of the question that are nowhere in the cited passages


def signals(question: str, cited: Sequence[Cited]) -> Signals:
    """How much of the question stands by the words that the draft rests on."""
    names, plain = _asked(question)
    sources = list({(item.article.id, item.start): item for one in cited for item in one.evidence}.values())
    passages = [_text(f"{item.context}\n{item.article.title}\n{item.label}") for item in sources]
    return Signals(
        words_held=max((_held(plain, item) for item in sources), default=0.0),
        names_away=float(sum(not any(text.holds(name) for text in passages) for name in names)),
    )


def _asked(question: str) -> tuple[list[Word], list[Word]]:
    """The names of a question, and its other telling words, each once."""
    asked = answer_type(question)
    skipped = _ASKING | {asked.noun} if asked.kind in _NAMED else _ASKING
    telling = [word for word in words_of(question) if word.is_telling and word.text.lower() not in skipped]
    words = {word.root: word for word in telling if word.root not in SAYING}.values()
    names = [word for word in words if word.text[0].isupper() and word.place]
    return names, [word for word in words if word not in names and not word.text[0].isdigit()]


def _held(words: Sequence[Word], item: Evidence) -> float:
    text = _text(item.quote)
    return (sum(text.holds(word) for word in words) + 1) / (len(words) + 2)


class _Text:
    """A text in which words of the question are looked up."""

    def __init__(self, text: str) -> None:
        words = words_of(text)
        self.roots = frozenset(word.root for word in words)
        self.stems = frozenset(stem_of(word.text) for word in words)
        self.names = frozenset(word.text.lower() for word in words if word.text[0].isupper()) | initials_of(text)

    def holds(self, word: Word) -> bool:
        """Whether the word stands there in some form, or another that news uses for it."""
        stem = stem_of(word.text)
        if word.root in self.roots or stem in self.stems or synonyms_of(word.root) & self.roots:
            return True
        if not word.text[0].isupper():
            return False
        return CAPITALS.get(stem) in self.stems or any(is_same_word(word.text.lower(), name) for name in self.names)


@lru_cache(maxsize=256)  # the same passage is behind several sentences of an answer
def _text(text: str) -> _Text:
    return _Text(text)
