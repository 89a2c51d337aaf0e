"""The `dateline` command. Heavy libraries are imported by the command that needs them."""

import logging
from typing import Annotated

import typer

from ui.benchmarks import benchmarks
from ui.evaluation import evaluation
from ui.library import library
from ui.options import (
    Browser,
    Host,
    Index,
    Json,
    Port,
    Since,
    Sources,
    StyleOption,
    Until,
    add_samples,
    open_engine,
    open_index,
)
from ui.terminal import DEBUG, OneLineErrors, print_json, say

app = typer.Typer(
    cls=OneLineErrors,
    help="Ask your news archive: every answer is cited to the sentence, dated, and checked.",
    epilog=f"{DEBUG}, anywhere, shows where an error comes from.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(library)
app.add_typer(evaluation, name="eval")
app.add_typer(benchmarks, name="bench")


@app.callback()
def main(
    ctx: typer.Context,
    index: Index = None,
    host: Host = "127.0.0.1",
    port: Port = 7860,
    browser: Browser = False,
) -> None:
    """Ask your news archive: every answer is cited to the sentence, dated, and checked.

    Without a command, opens the chat.
    """
    logging.basicConfig(level=logging.WARNING, format="dateline: %(message)s")
    # What is given before the command holds for the command, and for the one below `eval`.
    ctx.default_map = {str(ctx.invoked_subcommand): ctx.params | {"run": ctx.params}}
    if ctx.invoked_subcommand is None:
        chat(index, host, port, browser)


@app.command()
def chat(index: Index = None, host: Host = "127.0.0.1", port: Port = 7860, browser: Browser = False) -> None:
    """Open the web chat."""
    from evals import example_questions, holds_samples
    from ui.app import launch

    articles = open_index(index, create=True)
    if not len(articles):
        added = add_samples(articles)
        say(f"the index was empty: {articles.path}; added the {added} bundled sample articles")
    launch(
        open_engine(articles),
        host=host,
        port=port,
        open_browser=browser,
        examples=example_questions() if holds_samples(articles) else [],
        announce=lambda url: say(f"the chat is at {url} (Ctrl-C stops it)"),
    )


@app.command()
def ask(
    question: str,
    index: Index = None,
    as_of: Annotated[str | None, typer.Option(help="Answer as on this day: nothing later is seen.")] = None,
    since: Since = None,
    until: Until = None,
    source: Sources = None,
    style: StyleOption = "full",
    as_json: Json = False,
) -> None:
    """Ask one question."""
    from rag import AnswerReady
    from ui.answers import print_stream
    from ui.wording import llm_failed

    events = open_engine(open_index(index)).stream(
        question, style=style, as_of=as_of, since=since, until=until, sources=source
    )
    if as_json:
        (answer,) = (event.answer for event in events if isinstance(event, AnswerReady))
        print_json(answer.model_dump(mode="json"))
    else:
        answer = print_stream(events, question)
    if answer.refusal and answer.refusal.reason == "llm_unavailable":
        say(answer.refusal.message)
        raise typer.Exit(1)
    if answer.llm_failure:
        say(llm_failed(answer.llm_failure))
