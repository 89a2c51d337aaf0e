"""Records in, HTML out: pure functions, and the only place where the chat's HTML is made.

Articles, their URLs and the LLM's words are untrusted. They pass through `plain`, which leaves
nothing that HTML, Markdown or a template could act on.
"""

import re
from collections.abc import Container, Iterable, Sequence
from itertools import groupby

from rag.answer import Answer, ArticleRef, Citation, Passage, PlanWords, QueryPlan, Verdict
from rag.dates import long_date
from ui.readings import meaning, why_not

EXCERPT_CHARACTERS = 260  # about four lines of a card: enough to judge a passage, short enough to scan eight
PASSAGE_CARDS = 8  # more than that nobody scans while an answer is being written

VERDICTS: dict[Verdict, str] = {
    "supported": "Supports the answer",
    "partly": "Supports part of it",
    "unsupported": "Does not support it",
}
NO_LLM = (
    "No LLM is configured, so answers are quotes. For written ones, set OPENAI_API_KEY or OPENAI_BASE_URL, "
    "or install dateline[local], and start again."
)
NO_ARTICLES = "The index is empty. Add articles with: dateline add PATH"

_ACTIVE = re.compile(r"[^\w\s.,-]|_")
_MARKER = re.compile(r"\[(\d{1,4})\]")
_BULLET = re.compile(r"\s*[-*•]\s+")
_WEB_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)


def plain(text: str) -> str:
    """The text on one line, with every character that could act written as a numeric entity.

    One line, because a blank line would hand the rest of an HTML block back to the Markdown reader.
    """
    return _ACTIVE.sub(lambda match: f"&#{ord(match[0])};", " ".join(text.split()))


def masthead(*, model: str, kind: str, articles: int) -> str:
    """The title, the line that says who answers from what, and what to do when something is missing."""
    counted = f"{articles:,} article" + ("" if articles == 1 else "s")
    answers = "Quoted answers" if kind == "extractive" else f"<b>{plain(model)}</b> answers"
    hints = [NO_LLM] * (kind == "extractive") + [NO_ARTICLES] * (articles == 0)
    notes = "".join(f'<p class="dl-hint">{plain(hint)}</p>' for hint in hints)
    return (
        '<header class="dl-masthead"><h1>Dateline</h1>'
        "<p>Ask your news archive. Every answer is cited, dated and checked.</p>"
        f'<p class="dl-status">{answers} from <b>{counted}</b>.</p>{notes}</header>'
    )


def conversation(turns: Iterable[tuple[str, str]]) -> str:
    """The chat column from each turn's question and reply."""
    shown = [f'<article class="dl-turn"><h2>{plain(asked)}</h2>{reply}</article>' for asked, reply in turns]
    body = "".join(shown) or '<p class="dl-empty">What would you like to know?</p>'
    return f'<div role="log" aria-label="Conversation" tabindex="0">{body}</div>'


def chips(plan: QueryPlan, *, turn: int, removable: bool) -> str:
    """What was read in the question, a chip for each group of words; those that bind can be taken out."""
    shown = [_chip(words, plan, turn if removable else None) for words in plan.words if words.state != "ignored"]
    return f'<ul class="dl-plan" aria-label="Read as">{"".join(shown)}</ul>' if shown else ""


def chip_id(words: PlanWords, *, turn: int) -> str:
    """What the page sends when the words are taken out of the question of a turn."""
    return f"{turn}-{words.start}-{words.end}"


def draft(text: str) -> str:
    """The answer as it is being written: not yet cited, not yet checked."""
    return f'<div class="dl-answer dl-draft">{_prose(text, turn=0, cited=())}</div>'


def answer(ready: Answer, *, turn: int) -> str:
    """The checked answer, its markers linked to the cards of this turn; or the refusal."""
    if ready.refusal:
        newest = ready.refusal.newest_article
        note = _note(f"The newest article here is from {long_date(newest)}.") if newest else ""
        return f'<div class="dl-answer dl-refusal"><p>{plain(ready.refusal.message)}</p>{note}</div>'
    body = _prose(ready.text, turn=turn, cited={citation.n for citation in ready.citations})
    note = _note(f"As of {long_date(ready.as_of)}: nothing published later was read.") if ready.as_of else ""
    if ready.llm_failure:
        note += _note(f"No answer by the LLM, so this is the articles' own: {ready.llm_failure.message}")
    return f'<div class="dl-answer">{body}{note}</div>'


def notice(text: str) -> str:
    """One quiet line in place of an answer: what is happening, or what went wrong."""
    return f'<div class="dl-answer dl-notice" role="status">{plain(text)}</div>'


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


def _chip(words: PlanWords, plan: QueryPlan, turn: int | None) -> str:
    label, reason = plain(meaning(words)), why_not(words, plan)
    if reason:
        return f'<li class="dl-chip dl-{words.state}"><s>{label}</s> <span>{plain(reason)}</span></li>'
    button = "" if turn is None else _remove_button(words, turn)
    return f'<li class="dl-chip">{label}{button}</li>'


def _remove_button(words: PlanWords, turn: int) -> str:
    says = plain(f"Leave out “{words.text}”")
    named = f'data-chip="{chip_id(words, turn=turn)}" aria-label="{says}" title="{says}"'
    return f'<button type="button" {named}>&#215;</button>'


def _prose(text: str, *, turn: int, cited: Container[int]) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    blocks = []
    for is_list, group in groupby(lines, key=lambda line: bool(_BULLET.match(line))):
        items = [_linked(_BULLET.sub("", line, count=1) if is_list else line, turn, cited) for line in group]
        tag = "li" if is_list else "p"
        block = "".join(f"<{tag}>{item}</{tag}>" for item in items)
        blocks.append(f"<ul>{block}</ul>" if is_list else block)
    return "".join(blocks)


def _linked(line: str, turn: int, cited: Container[int]) -> str:
    pieces = _MARKER.split(line)  # text, number, text, number, ... text
    linked = [_marker(int(piece), turn, cited) if i % 2 else _kept(piece) for i, piece in enumerate(pieces)]
    return "".join(linked)


def _marker(n: int, turn: int, cited: Container[int]) -> str:
    if n not in cited:
        return plain(f"[{n}]")
    return f'<a class="dl-marker" href="#{_anchor(turn, n)}" aria-label="source {n}">{n}</a>'


def _kept(piece: str) -> str:
    # `plain` trims; the spaces around a marker are part of the sentence, and a marker starts no line
    before = " " if piece[:1].isspace() else ""
    after = "&#160;" if piece[-1:].isspace() and not piece.isspace() else ""
    return before + plain(piece) + after


def _note(text: str) -> str:
    return f'<p class="dl-note">{plain(text)}</p>'


def _cards(heading: str, cards: Sequence[str]) -> str:
    body = f"<ol>{''.join(cards)}</ol>" if cards else _note("None.")
    return f'<section class="dl-sources"><h2>{plain(heading)}</h2>{body}</section>'


def _citation_card(citation: Citation, turn: int) -> str:
    label = f'<p class="dl-verdict dl-{citation.verdict}">{VERDICTS[citation.verdict]}</p>'
    anchor = f' id="{_anchor(turn, citation.n)}" tabindex="-1"'
    return _card(citation.article, quote=citation.quote, anchor=anchor, number=f"{citation.n}", label=label)


def _card(article: ArticleRef, *, quote: str, anchor: str = "", number: str = "", label: str = "") -> str:
    numbered = f'<span class="dl-number">{number}</span>' if number else ""
    outlet = f"<b>{plain(article.source or 'outlet not known')}</b>"
    day = article.published_at
    when = f'<time datetime="{day}">{long_date(day)}</time>' if day else f"<span>{long_date(day)}</span>"
    also = f'<p class="dl-also">also in {plain(", ".join(article.also_in))}</p>' if article.also_in else ""
    return (
        f'<li class="dl-card"{anchor}><p class="dl-meta">{numbered}{outlet}{when}</p>{also}'
        f"<h3>{_headline(article)}</h3><blockquote>{plain(quote)}</blockquote>{label}</li>"
    )


def _headline(article: ArticleRef) -> str:
    title = plain(article.title) or "Untitled"
    if not article.url or not _WEB_ADDRESS.fullmatch(article.url):
        return title
    return f'<a href="{plain(article.url)}" target="_blank" rel="noopener noreferrer">{title}</a>'


def _excerpt(text: str) -> str:
    if len(text) <= EXCERPT_CHARACTERS:
        return text
    return text[:EXCERPT_CHARACTERS].rsplit(maxsplit=1)[0].rstrip(",;:") + " …"


def _anchor(turn: int, n: int) -> str:
    return f"source-{turn}-{n}"
