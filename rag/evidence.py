"""The sentences that the LLM reads: numbered, under the outlet, the day and the headline of their article.

Sentences, not chunks: a small LLM on two cores reads 75 tokens a second. `rag.selection` chooses them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from textwrap import shorten

from rag.answer import ArticleRef
from rag.claims import Claim, claim
from rag.dates import date_weekdays, long_date
from rag.instructions import injected_spans
from rag.untrusted import as_data

MAX_HEADLINE = 80  # characters; some pages call their whole first paragraph a title
MAX_OUTLET = 40  # characters; no outlet in our collections has more than 22, and an order to an LLM takes more


@dataclass(frozen=True)
class Evidence:
    """A numbered sentence: `index.get(article.id).text[start:end] == quote`."""

    n: int
    quote: str
    start: int
    end: int
    article: ArticleRef
    context: str  # the passage that it stands in
    score: float  # closeness to the question

    @property
    def place(self) -> tuple[str, int, int]:
        """What tells the quote from all others: the id of its article, its start and its end."""
        return self.article.id, self.start, self.end

    @cached_property
    def claimed(self) -> Claim:
        """What the quote claims; a weekday brings its date along."""
        return claim(self.dated)

    @property
    def words(self) -> frozenset[str]:
        """The telling words of the quote, stemmed."""
        return self.claimed.words

    @cached_property
    def around(self) -> frozenset[str]:
        """The telling words of the passage, the headline, the outlet and the day."""
        return claim(f"{self.context}\n{self.article.title}\n{self.label}").words | self.words

    @cached_property
    def dated(self) -> str:
        """The quote on one line, its weekdays dated: what the LLM reads."""
        return date_weekdays(" ".join(self.quote.split()), self.article.published_at)

    @property
    def label(self) -> str:
        """The outlet, day and headline that it is shown under; a name or headline that gives orders is left out."""
        outlet, headline = (
            "" if injected_spans(words) else shorten(as_data(words), length, placeholder="…")
            for words, length in ((self.article.source or "", MAX_OUTLET), (self.article.title, MAX_HEADLINE))
        )
        return ", ".join(part for part in (outlet, long_date(self.article.published_at), headline) if part)


def numbered(evidence: Evidence) -> str:
    """The line of a sentence, as the LLM reads it."""
    return f"[{evidence.n}] {as_data(evidence.dated)}"


def render_evidence(evidence: Sequence[Evidence]) -> str:
    """The evidence as the LLM reads it: a heading an article, a numbered line a sentence."""
    groups = (list(group) for _, group in groupby(evidence, key=lambda item: item.article.id))
    return "\n\n".join("\n".join([group[0].label, *map(numbered, group)]) for group in groups)
