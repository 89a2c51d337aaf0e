"""A text read for checking: its words, amounts, dates, names and poles, and where each stands."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from rag.claims import with_one_spelling
from rag.texts.amounts import Amount, amounts_of
from rag.texts.days import Mention, dates_of, without_dates
from rag.texts.names import Name, initials_of, names_of
from rag.texts.plain_text import plain
from rag.texts.polarity import Pole, negated_of, poles_of
from rag.texts.signs import signs_in_words
from rag.texts.words import Word, words_of

_LEAD = re.compile(r"(?:In|At|On|For|After|During|Since)\b[^,.;]{1,40},")
_PREPOSITION = re.compile(r"(?:In|On|At|Since|By|From|Until|During)(?: the)? ")
_LIST_NUMBER = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|[-*•])\s+")
MAX_CHARACTERS = 4000  # of a text; a sentence has under 700, and a hostile one must not take minutes


@dataclass(frozen=True)
class Reading:
    """What a text says, piece by piece."""

    text: str
    published_at: date | None

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All words, in order."""
        return words_of(self.text)

    @cached_property
    def lead_end(self) -> int:
        """Where its opening "In Corvane," or "In 2024" ends; 0: it has none."""
        if self.dates and _PREPOSITION.fullmatch(self.text, 0, self.dates[0].start):
            return self.dates[0].end
        lead = _LEAD.match(self.text)
        return lead.end() if lead else 0

    @cached_property
    def dates(self) -> tuple[Mention, ...]:
        """Its dates, weekdays and hours."""
        return dates_of(self.text, self.published_at)

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """Its numbers, dates aside."""
        return amounts_of(without_dates(self.text, self.dates))

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Its names, without titles."""
        return names_of(without_dates(self.text, self.dates))

    @cached_property
    def negated(self) -> frozenset[int]:
        """The places of the words that are negated."""
        return negated_of(self.text, self.words)

    @cached_property
    def poles(self) -> tuple[Pole, ...]:
        """Its words that have an opposite."""
        return poles_of(self.text, self.words, self.negated)

    @cached_property
    def lower(self) -> frozenset[str]:
        """All words in lower case, possessives and stops dropped, and the initials of long names."""
        return frozenset(bare for word in self.words for bare in _bare(word.text)) | initials_of(self.text)

    @cached_property
    def roots(self) -> frozenset[str]:
        """The roots of all words."""
        return frozenset(word.root for word in self.words)

    @cached_property
    def telling(self) -> tuple[Word, ...]:
        """The words that tell something: no dates, amounts or words such as "the"."""
        spans = [*((date.start, date.end) for date in self.dates), *((a.start, a.end) for a in self.amounts)]
        words = [word for word in self.words if word.is_telling and word.root not in _UNITS]
        return tuple(word for word in words if not any(start <= word.start < end for start, end in spans))

    def word_at(self, start: int) -> Word | None:
        """The word that stands there, or the next."""
        return next((word for word in self.words if word.end > start), self.words[-1] if self.words else None)


_UNITS = frozenset("percent dollar euro degre point year month week day hour minut tim".split())


def _bare(word: str) -> tuple[str, ...]:
    plain_word = word.lower().removesuffix("'s").removesuffix("’s").rstrip("'’")
    return plain_word, plain_word.replace(".", "")


@lru_cache(maxsize=512)  # the same quote is held against every sentence of an answer
def read(text: str, published_at: date | None) -> Reading:
    """The text, ready to be compared; the number of a list's item is none of its own."""
    text = _LIST_NUMBER.sub("", text[:MAX_CHARACTERS])
    return Reading(" ".join(signs_in_words(with_one_spelling(plain(text))).split()), published_at)
