"""Answers in the terminal: the plan and the sources at once, the text as it is written, then the checked answer."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.live import Live
from rich.text import Text

from rag import Answer, AnswerReady, ArticleRef, Passage, PassagesFound, StreamEvent, TextDelta, TextWithdrawn
from rag.answer import QueryPlan
from rag.dates import long_date
from ui.readings import reading
from ui.terminal import printable

SOURCES_SHOWN = 5  # articles named while the answer is on its way
EXCERPT = 160  # characters of a passage


def print_stream(events: Iterable[StreamEvent]) -> Answer:
    """The answer, after everything about it was printed."""
    console = Console(highlight=False, soft_wrap=True)
    with Live(console=console, transient=True, auto_refresh=False) as live:
        draft = ""
        for event in events:
            match event:
                case PassagesFound(passages=passages, plan=plan):
                    console.print(_plan(plan), end="")
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


def _plan(plan: QueryPlan | None) -> Text:
    line = reading(plan) if plan else ""
    return Text(printable(f"{line}\n") if line else "", style="dim")


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
    # That the LLM is away is said on stderr, as any failure is.
    away = answer.refusal and answer.refusal.reason == "llm_unavailable"
    text = Text("" if away else printable(answer.text) + "\n")
    doubtful = [s.text for s in answer.sentences if s.verdict != "supported"]
    if doubtful:
        text.append(f"\nNot fully borne out by the words cited: {printable(' '.join(doubtful))}\n", style="yellow")
    for citation in answer.citations:
        text.append(f"\n[{citation.n}] {_named(citation.article)}\n")
        text.append(f"    “{printable(' '.join(citation.quote.split()))}”\n", style="italic")
    if answer.refusal:
        text.append(_nearest(answer.passages), style="dim")
    text.rstrip()
    return text


def _nearest(passages: Sequence[Passage]) -> str:
    shown = (f"  {_named(p.article)}\n    {printable(' '.join(p.best_text.split())[:EXCERPT])}…" for p in passages[:3])
    return "\nThe nearest passages:\n" + "\n".join(shown) if passages else ""
