"""A checked answer in, the chat's reply out: its sentences with their markers and doubts, or the refusal."""

from collections.abc import Sequence
from datetime import date

from rag.answer import Answer, ArticleRef, Refusal, Report, Sentence
from rag.dates import long_date
from ui.pieces import day_of, headline, markers, note, outlet_of, plain, spaced
from ui.wording import DOUBTS, NEAREST, REPORTS_DIFFER, bare, by_day, llm_failed, newest, place_of

# A fact that is most of its sentence stands out without bold letters. Share of the sentence's characters.
STANDS_OUT = 0.5


def answer(ready: Answer, *, turn: int) -> str:
    """The checked answer in its style, its markers linked to the cards of this turn; or the refusal."""
    if ready.refusal:
        return _refusal(ready.refusal)
    before = note(_sentence_case(llm_failed(ready.llm_failure))) if ready.llm_failure else ""
    after = _reports(ready.reports, turn) if ready.reports else ""
    if ready.as_of:
        after += note(f"As of {long_date(ready.as_of)}: nothing published later was read.")
    return f'<div class="dl-answer">{before}{_body(ready, turn)}{after}</div>'


def _body(ready: Answer, turn: int) -> str:
    if ready.style == "timeline":
        return _timeline(ready.sentences, turn)
    if ready.style == "short":
        return f'<div class="dl-said dl-short">{_told(bare(ready), turn)}</div>'
    lead = ready.short if ready.short and not any(place_of(ready.short, s.text) for s in ready.sentences) else ""
    above = f'<p class="dl-lead"><b>{plain(lead)}</b></p>' if lead else ""
    return f'{above}<div class="dl-said">{_told(ready.sentences, turn, ready.short)}</div>'


def _told(sentences: Sequence[Sentence], turn: int, fact: str | None = None) -> str:
    holding = next((sentence for sentence in sentences if fact and place_of(fact, sentence.text)), None)
    return " ".join(_sentence(sentence, turn, fact if sentence is holding else None) for sentence in sentences)


def _sentence(sentence: Sentence, turn: int, fact: str | None) -> str:
    text, cited = _bold(sentence.text, fact), markers(sentence.citations, turn=turn)
    if sentence.verdict == "supported":
        return text + cited
    tag = "s" if sentence.verdict == "unsupported" else "span"
    why = plain("; ".join(sentence.reasons))
    hint = f' title="{why}"' if why else ""
    return f'<{tag} class="dl-{sentence.verdict}"{hint}>{text}</{tag}>{cited} {_doubt(sentence)}'


def _doubt(sentence: Sentence) -> str:
    named = f'class="dl-doubt" data-verdict="{sentence.verdict}">{plain(DOUBTS[sentence.verdict])}'
    if not sentence.reasons:
        return f"<span {named}</span>"
    reasons = "".join(f"<li>{plain(reason)}</li>" for reason in sentence.reasons)
    return f'<details class="dl-why"><summary {named}</summary><ul>{reasons}</ul></details>'


def _bold(text: str, fact: str | None) -> str:
    place = place_of(fact, text) if fact else None
    if place is None or place[1] - place[0] > STANDS_OUT * len(text):
        return plain(text)
    start, end = place
    return f"{spaced(text[:start])}<b>{plain(text[start:end])}</b>{spaced(text[end:])}"


def _timeline(sentences: Sequence[Sentence], turn: int) -> str:
    entries = "".join(_entry(day, told, turn) for day, told in by_day(sentences))
    return f'<ol class="dl-timeline">{entries}</ol>'


def _entry(day: date | None, told: Sequence[Sentence], turn: int) -> str:
    events = "".join(f"<div>{_sentence(sentence, turn, None)}</div>" for sentence in told)
    return f"<li>{day_of(day) if day else ''}<div>{events}</div></li>"  # without a day, the words say when


def _reports(reports: Sequence[Report], turn: int) -> str:
    rows = (
        f'<tr><th scope="row">{outlet_of(report.source)}</th><td>{day_of(report.published_at)}</td>'
        f"<td>{plain(report.said)}{markers((report.citation,), turn=turn)}</td></tr>"
        for report in reports
    )
    return f'<table class="dl-reports"><caption>{REPORTS_DIFFER}</caption><tbody>{"".join(rows)}</tbody></table>'


def _refusal(refusal: Refusal) -> str:
    reach = newest(refusal.newest_article)
    return (
        f'<div class="dl-answer dl-refusal"><p>{plain(refusal.message)}</p>'
        f"{_nearest(refusal.nearest)}{note(reach) if reach else ''}</div>"
    )


def _nearest(articles: Sequence[ArticleRef]) -> str:
    if not articles:
        return ""
    items = (
        f"<li>{headline(article)} <span>{outlet_of(article.source)} {day_of(article.published_at)}</span></li>"
        for article in articles
    )
    return f'{note(f"{NEAREST}:")}<ul class="dl-nearest">{"".join(items)}</ul>'


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
