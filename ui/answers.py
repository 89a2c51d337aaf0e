"""Answers in the terminal: the plan and the sources at once, the text as it is written, then the checked answer."""

from collections.abc import Iterable, Sequence
from textwrap import shorten

from rich.console import Console
from rich.live import Live
from rich.text import Text

from rag import Answer, AnswerReady, ArticleRef, Passage, PassagesFound, StreamEvent, TextDelta, TextWithdrawn
from rag.answer import QueryPlan, Refusal, Report, Sentence
from rag.citations import with_markers
from rag.dates import long_date
from ui.readings import reading
from ui.terminal import printable
from ui.wording import DOUBTS, NEAREST, REPORTS_DIFFER, bare, newest, understood

SOURCES_SHOWN = 5  # articles named while the answer is on its way
EXCERPT = 160  # characters of a passage


def print_stream(events: Iterable[StreamEvent], question: str) -> Answer:
    """The answer to the question, after everything about it was printed."""
    console = Console(highlight=False, soft_wrap=True)
    with Live(console=console, transient=True, auto_refresh=False) as live:
        draft = ""
        for event in events:
            match event:
                case PassagesFound(passages=passages, plan=plan):
                    console.print(_plan(plan, question), end="")
                    console.print(_sources(passages), end="")
                case TextDelta(text=text) if console.is_terminal:
                    draft += text
                    live.update(Text(printable(draft)), refresh=True)
                case TextWithdrawn():
                    draft = ""
                    live.update(Text(), refresh=True)
                case AnswerReady(answer=answer):
                    live.update(Text(), refresh=True)
    console.print(_answer(answer))
    return answer


def _plan(plan: QueryPlan | None, question: str) -> Text:
    if plan is None:
        return Text()
    alone = understood(question, plan.standalone_question)
    lines = [f"Understood as: {alone}" if alone else "", reading(plan)]
    return Text("".join(printable(f"{line}\n") for line in lines if line), style="dim")


def _sources(passages: Sequence[Passage]) -> Text:
    if not passages:
        return Text()
    articles = list({passage.article_id: passage.article for passage in passages}.values())
    named = "\n".join(f"  {_named(article)}" for article in articles[:SOURCES_SHOWN])
    noun = "article" if len(articles) == 1 else "articles"
    return Text(f"Looking in {len(articles)} {noun}:\n{named}\n\n", style="dim")


def _named(article: ArticleRef) -> str:
    day = article.published_at
    also = f"(also in {', '.join(article.also_in)})" if article.also_in else ""
    shown = (" ".join(filter(None, (article.source, also))), long_date(day), article.title)
    return printable(" · ".join(part for part in shown if part))


def _answer(answer: Answer) -> Text:
    if answer.refusal:
        text = _refusal(answer.refusal, answer.passages)
    else:
        text = Text.assemble(_body(answer), "\n", _reports(answer.reports), _doubts(answer.sentences))
    for citation in answer.citations:
        text.append(f"\n[{citation.n}] {_named(citation.article)}\n")
        text.append(f"    “{printable(' '.join(citation.quote.split()))}”\n", style="italic")
    text.rstrip()
    return text


def _body(answer: Answer) -> str:
    return printable(with_markers(bare(answer)) if answer.style == "short" else answer.text)


def _reports(reports: Sequence[Report]) -> Text:
    lines = [
        f"  {printable(report.source or 'outlet not known')} · {long_date(report.published_at)} · "
        f"{printable(report.said)} [{report.citation}]\n"
        for report in reports
    ]
    return Text(f"\n{REPORTS_DIFFER}:\n{''.join(lines)}" if lines else "")


def _doubts(sentences: Sequence[Sentence]) -> Text:
    text = Text(style="yellow")
    for sentence in sentences:
        if sentence.verdict != "supported":
            text.append(f"\n{DOUBTS[sentence.verdict].capitalize()}: {printable(sentence.text)}\n")
            text.append("".join(f"  - {printable(reason)}\n" for reason in sentence.reasons))
    return text


def _refusal(refusal: Refusal, passages: Sequence[Passage]) -> Text:
    # That the LLM is away is said on stderr, as any failure is.
    away = refusal.reason == "llm_unavailable"
    text = Text("" if away else f"{printable(refusal.message)}\n")
    excerpts = {passage.article_id: passage.best_text for passage in reversed(passages)}
    lines = [_near(article, excerpts.get(article.id, "")) for article in refusal.nearest]
    text.append(f"\n{NEAREST}:\n{''.join(lines)}" if lines else "", style="dim")
    reach = newest(refusal.newest_article)
    text.append(f"\n{reach}\n" if reach else "", style="dim")
    return text


def _near(article: ArticleRef, excerpt: str) -> str:
    url = f"    {printable(article.url)}\n" if article.url else ""
    words = f"    {printable(shorten(excerpt, EXCERPT, placeholder=' …'))}\n" if excerpt else ""
    return f"  {_named(article)}\n{url}{words}"
