"""The `dateline` command. Heavy libraries are imported by the command that needs them."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ui.terminal import DEBUG, OneLineErrors, print_json, progress_bar, say, show, without_password

if TYPE_CHECKING:
    from pydantic_settings import BaseSettings

    from index import AddReport, ArticleIndex
    from rag import QueryEngine

app = typer.Typer(
    cls=OneLineErrors,
    help="Ask your news archive: every answer is cited to the sentence, dated, and checked.",
    epilog=f"{DEBUG}, anywhere, shows where an error comes from.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
evals_app = typer.Typer(help="Measure answer quality against gold facts.")
app.add_typer(evals_app, name="eval")

Index = Annotated[
    Path | None,
    typer.Option("--index", help="Folder of the index.", show_default="DATELINE_INDEX, or your data folder"),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on stdout.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)]
Browser = Annotated[bool, typer.Option("--open/--no-open", help="Open the chat in the browser.")]
Since = Annotated[str | None, typer.Option(help="First day of publication, as 2025-09-30.")]
Until = Annotated[str | None, typer.Option(help="Last day of publication, as 2025-09-30.")]
StyleOption = Annotated[Literal["full", "short"], typer.Option("--style", help="A sentence or two, or the bare fact.")]
EvalIndex = Annotated[
    Path | None,
    typer.Option(
        "--index",
        help="Folder of the index.",
        show_default="of a bundled set, its own; else as everywhere",
    ),
]
Source = Annotated[str | None, typer.Option(help="Outlet, as `dateline list` shows it.")]


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

    articles = _open(index, create=True)
    if not len(articles):
        added = _add_samples(articles)
        say(f"the index was empty: {articles.path}; added the {added} bundled sample articles")
    launch(
        _engine(articles),
        host=host,
        port=port,
        open_browser=browser,
        examples=example_questions() if holds_samples(articles) else [],
        announce=lambda url: say(f"the chat is at {url} (Ctrl-C stops it)"),
    )


def _add_samples(articles: "ArticleIndex") -> int:
    from evals import sample_articles_path

    with progress_bar("indexing the sample articles") as progress:
        return len(articles.add(sample_articles_path(), progress=progress).added)


def _engine(articles: "ArticleIndex") -> "QueryEngine":
    """An engine whose LLM is ready: the embedded one's weights are put together, or it is said there is none."""
    from rag import QueryEngine, RagSettings
    from rag.llm import choose_llm

    settings = RagSettings()
    with progress_bar("putting the LLM's weights together") as progress:
        llm = choose_llm(settings, progress=progress)
        llm.prepare()
    if llm.kind == "extractive" and settings.llm != "extractive":
        say("no LLM is configured, so answers are quotes; pip install 'dateline[local]' or set OPENAI_API_KEY")
    return QueryEngine(articles, settings=settings, llm=llm)


@app.command()
def add(
    inputs: Annotated[list[str], typer.Argument(metavar="PATH|URL...", help="Files, folders or addresses.")],
    index: Index = None,
    as_json: Json = False,
) -> None:
    """Add articles to the index; what is there already stays as it is."""
    articles = _open(index, create=True)
    with progress_bar("adding articles") as progress:
        report = articles.add(*inputs, progress=progress)
    if as_json:
        print_json({**vars(report), "failed": [vars(failure) for failure in report.failed]})
    else:
        _print_report(report)
    if report.failed and not (report.added or report.updated or report.unchanged or report.duplicate):
        raise typer.Exit(1)  # nothing went in


def _print_report(report: "AddReport") -> None:
    for failure in report.failed:
        say(str(failure))
    counts = ((len(ids), name) for name, ids in vars(report).items() if name != "undated")
    typer.echo(", ".join(f"{count} {name}" for count, name in counts))
    if report.undated:
        typer.echo(f"{len(report.undated)} without a date: not seen when you ask with --as-of, --since or --until")


@app.command("list")
def list_articles(
    index: Index = None,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    as_json: Json = False,
) -> None:
    """List the articles, newest first."""
    found = _open(index).articles(source=source, since=since, until=until)
    if as_json:
        print_json([article.model_dump(mode="json", exclude={"text"}) for article in found])
        return
    for article in found:
        day = article.published_at or "no date   "
        show(f"{article.id}  {day}  {article.source or '-'}  {article.title or _opening(article.text)}")


def _opening(text: str) -> str:
    return text[:60].replace("\n", " ") + "…"


@app.command("show")
def show_article(
    article_id: Annotated[str, typer.Argument(metavar="ID")], index: Index = None, as_json: Json = False
) -> None:
    """Show one article."""
    article = _open(index).get(article_id)
    if as_json:
        print_json(article.model_dump(mode="json"))
        return
    for name, value in article.model_dump(exclude={"text", "provenance"}).items():
        show(f"{name}: {', '.join(value) if isinstance(value, tuple) else value or '-'}")
    show(f"\n{article.text}")


@app.command()
def remove(article_ids: Annotated[list[str], typer.Argument(metavar="ID...")], index: Index = None) -> None:
    """Remove articles from the index."""
    _open(index).remove(*article_ids)
    typer.echo(f"{len(set(article_ids))} removed")


@app.command()
def ask(
    question: str,
    index: Index = None,
    as_of: Annotated[str | None, typer.Option(help="Answer as on this day: nothing later is seen.")] = None,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    style: StyleOption = "full",
    as_json: Json = False,
) -> None:
    """Ask one question."""
    from rag import AnswerReady
    from ui.answers import print_stream

    events = _engine(_open(index)).stream(question, style=style, as_of=as_of, since=since, until=until, source=source)
    if as_json:
        (answer,) = (event.answer for event in events if isinstance(event, AnswerReady))
        print_json(answer.model_dump(mode="json"))
    else:
        answer = print_stream(events)
    if answer.refusal and answer.refusal.reason == "llm_unavailable":
        say(answer.refusal.message)
        raise typer.Exit(1)


@app.command()
def info(index: Index = None, as_json: Json = False) -> None:
    """Say what the index holds and which settings are in force."""
    from rag import RagSettings

    articles = _open(index)
    facts = articles.info() | {"settings": _shown(articles.settings) | _shown(RagSettings())}
    if as_json:
        print_json(facts)
        return
    settings = facts.pop("settings")
    for name, value in (facts | settings).items():
        show(f"{name}: {'-' if value is None else value}")


def _shown(settings: "BaseSettings") -> dict[str, object]:
    """The settings, without passwords: pydantic masks the key, and here go those in addresses."""
    values = settings.model_dump(mode="json", exclude={"index"})
    return {name: without_password(value) if isinstance(value, str) else value for name, value in values.items()}


@app.command()
def models(as_json: Json = False) -> None:
    """List the models that are here, where they come from, and their hashes."""
    from ui.doctor import known_models

    found = known_models()
    if as_json:
        print_json(found)
        return
    for model in found:
        typer.echo(f"{model.pop('name')} ({model.pop('kind')}): {model.pop('state')}")
        for key, value in model.items():
            typer.echo(f"  {key}: {value}")


@app.command()
def doctor(index: Index = None, as_json: Json = False) -> None:
    """Check the installation, and say what to do about what is found."""
    from ui.doctor import examine

    findings = examine(index)
    if as_json:
        print_json([vars(finding) for finding in findings])
    else:
        for finding in findings:
            typer.echo(str(finding))
    if any(not finding.ok for finding in findings):
        raise typer.Exit(1)


@evals_app.command("run")
def eval_run(
    dataset: Annotated[str, typer.Argument(help="A bundled set, or a JSONL file of gold facts.")] = "sample",
    index: EvalIndex = None,
    style: StyleOption = "full",
    limit: Annotated[int | None, typer.Option(help="Ask only the first so many questions.", min=1)] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the run; one begun is continued.")] = None,
    as_json: Json = False,
) -> None:
    """Ask every question of a data set, store the answers, and report on them."""
    from evals import load_dataset, run

    facts = load_dataset(dataset)
    engine = _engine(_open(index) if index or not facts.bundled else _sample_index())
    folder = out or _run_folder(facts.name)
    with progress_bar("asking", in_bytes=False) as progress:
        run(facts, engine, out_dir=folder, style=style, limit=limit, progress=progress)
    say(f"the answers are in {folder}")
    _print_scores(folder, as_json=as_json)


@evals_app.command("report")
def eval_report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")], as_json: Json = False
) -> None:
    """Score the stored answers of a run; no LLM is asked."""
    _print_scores(run, as_json=as_json)


def _print_scores(folder: Path, *, as_json: bool) -> None:
    from evals.report import report

    scores = report(folder)
    if as_json:
        print_json(scores.as_dict())
    else:
        typer.echo(scores.text())


def _sample_index() -> "ArticleIndex":
    from platformdirs import user_cache_path

    articles = _open(user_cache_path("dateline", appauthor=False) / "sample.index", create=True)
    _add_samples(articles)
    return articles


def _run_folder(dataset: str) -> Path:
    from datetime import UTC, datetime

    from platformdirs import user_data_path

    name = f"{Path(dataset).stem}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    return user_data_path("dateline", appauthor=False) / "runs" / name


def _open(index: Path | None, *, create: bool = False) -> "ArticleIndex":
    from index import ArticleIndex, IndexSettings, IndexUnavailableError

    settings = IndexSettings() if index is None else IndexSettings(DATELINE_INDEX=index)
    if not create and not settings.exists:
        raise IndexUnavailableError(
            f"no index here: {settings.index}; make one with: dateline add ARTICLES --index {settings.index}"
        )
    return ArticleIndex.open(settings=settings)
