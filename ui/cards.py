"""Passages and citations in, the side column's HTML out: a card each, with outlet, day, headline and words."""

from collections.abc import Iterable, Sequence

from rag.answer import Answer, ArticleRef, Citation, Passage, Verdict
from ui.pieces import anchor, day_of, headline, note, outlet_of, plain

EXCERPT_CHARACTERS = 260  # about four lines of a card: enough to judge a passage, short enough to scan eight
PASSAGE_CARDS = 8  # more than that nobody scans while an answer is being written

VERDICTS: dict[Verdict, str] = {
    "supported": "Supports the answer",
    "partly": "Supports part of it",
    "unsupported": "Does not support it",
}


def passage_cards(passages: Sequence[Passage], *, heading: str) -> str:
    """The retrieved passages, best first, shortened."""
    cards = [_card(p.article, quote=_excerpt(p.best_text)) for p in passages[:PASSAGE_CARDS]]
    return _cards(heading, cards)


def citation_cards(citations: Sequence[Citation], *, turn: int) -> str:
    """The cited words, one card a citation, where the answer's markers lead."""
    return _cards("Sources", [_citation_card(citation, turn) for citation in citations])


def answer_cards(ready: Answer, *, turn: int) -> str:
    """What the answer rests on; for a refusal, what came nearest."""
    if ready.citations:
        return citation_cards(ready.citations, turn=turn)
    return passage_cards(ready.passages, heading="Nearest passages")


def sources(turns: Iterable[tuple[str, str]]) -> str:
    """The side column from each turn's question and cards: the latest open, earlier ones folded."""
    latest_first = [turn for turn in turns if turn[1]][::-1]
    if not latest_first:
        return '<p class="dl-empty">The articles behind each answer appear here, with the exact words.</p>'
    (_, latest), *earlier = latest_first
    folded = [f"<details><summary>{plain(asked)}</summary>{cards}</details>" for asked, cards in earlier]
    heading = '<h2 class="dl-earlier">Earlier questions</h2>' if folded else ""
    return f"{latest}{heading}{''.join(folded)}"


def _cards(heading: str, cards: Sequence[str]) -> str:
    body = f"<ol>{''.join(cards)}</ol>" if cards else note("None.")
    return f'<section class="dl-sources"><h2>{plain(heading)}</h2>{body}</section>'


def _citation_card(citation: Citation, turn: int) -> str:
    label = f'<p class="dl-verdict dl-{citation.verdict}">{VERDICTS[citation.verdict]}</p>'
    place = f' id="{anchor(turn, citation.n)}" tabindex="-1"'
    return _card(citation.article, quote=citation.quote, place=place, number=f"{citation.n}", label=label)


def _card(article: ArticleRef, *, quote: str, place: str = "", number: str = "", label: str = "") -> str:
    numbered = f'<span class="dl-number">{number}</span>' if number else ""
    also = f'<p class="dl-also">also in {plain(", ".join(article.also_in))}</p>' if article.also_in else ""
    return (
        f'<li class="dl-card"{place}>'
        f'<p class="dl-meta">{numbered}{outlet_of(article.source)}{day_of(article.published_at)}</p>{also}'
        f"<h3>{headline(article)}</h3><blockquote>{plain(quote)}</blockquote>{label}</li>"
    )


def _excerpt(text: str) -> str:
    if len(text) <= EXCERPT_CHARACTERS:
        return text
    return text[:EXCERPT_CHARACTERS].rsplit(maxsplit=1)[0].rstrip(",;:") + " …"
