"""Reports and the sentences that rest on them, for tests of time and disagreement."""

from datetime import date

from rag.answer import ArticleRef, Sentence, Verdict
from rag.citations import Cited
from rag.evidence import Evidence


def report(
    quote: str,
    *,
    day: date | None,
    score: float = 1.0,
    article: str | None = None,
    source: str | None = "Harbour Post",
) -> Evidence:
    """A sentence of a report; without an `article` of its own, of the outlet's and day's."""
    ref = ArticleRef(id=article or f"{source} {day}", title="", source=source, url=None, authors=(), published_at=day)
    return Evidence(1, quote, 0, len(quote), ref, quote, score)


def cited(words: Evidence, *, n: int = 1, text: str | None = None, verdict: Verdict = "supported") -> Cited:
    """A sentence of an answer that rests on those words; without a text, the words themselves."""
    return Cited(Sentence(text=text or words.quote, citations=(n,), verdict=verdict), (words,))
