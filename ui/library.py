"""The commands that look after the articles: what goes in, what is there, what goes out, and whether it is sound."""

from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import Index, Json, Since, Source, Until, open_index
from ui.terminal import print_json, progress_bar, say, show, without_password

if TYPE_CHECKING:
    from pydantic_settings import BaseSettings

    from index import AddReport, Article

library = typer.Typer()


@library.command()
def add(
    inputs: Annotated[list[str], typer.Argument(metavar="PATH|URL...", help="Files, folders, archives, addresses.")],
    index: Index = None,
    ray: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Embed on Ray: a cluster's address, auto, or local.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Add articles to the index; what is there already stays as it is."""
    articles = open_index(index, create=True)
    with progress_bar("adding articles") as progress:
        report = articles.add(*inputs, ray=ray, progress=progress)
    if as_json:
        print_json({**vars(report), "failed": [vars(failure) for failure in report.failed]})
    else:
        _print_report(report)
    if report.failed and not report.kept:
        raise typer.Exit(1)  # nothing went in


def _print_report(report: "AddReport") -> None:
    for failure in report.failed:
        say(str(failure))
    if report.mapped:
        say("read " + ", ".join(f"{theirs} as {ours}" for theirs, ours in sorted(report.mapped.items())))
    counts = ((name, len(getattr(report, name))) for name in ("added", "updated", "unchanged", "duplicate", "failed"))
    typer.echo(", ".join(f"{count} {name}" for name, count in counts))
    if report.undated:
        typer.echo(f"{len(report.undated)} without a date: not seen when you ask with --as-of, --since or --until")


@library.command("list")
def list_articles(
    index: Index = None,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    as_json: Json = False,
) -> None:
    """List the articles, newest first."""
    found = open_index(index).articles(source=source, since=since, until=until)
    if as_json:
        print_json([article.model_dump(mode="json", exclude={"text"}) for article in found])
        return
    for article in found:
        show(_line(article))


def _line(article: "Article") -> str:
    day = article.published_at or "no date   "
    opening = article.text[:60].replace("\n", " ") + "…"
    return f"{article.id}  {day}  {article.source or '-'}  {article.title or opening}"


@library.command("show")
def show_article(
    article_id: Annotated[str, typer.Argument(metavar="ID")], index: Index = None, as_json: Json = False
) -> None:
    """Show one article: its fields and where each came from, what it superseded, who copied it, its text."""
    articles = open_index(index)
    article = articles.get(article_id)
    told = {"supersedes": articles.wordings(article_id), "copies": articles.copies(article_id)}
    if as_json:
        print_json(article.model_dump(mode="json") | {name: [a.id for a in some] for name, some in told.items()})
        return
    for name, value in article.model_dump(exclude={"text", "provenance"}).items():
        where = f"  ({article.provenance[name]})" if name in article.provenance else ""
        show(f"{name}: {', '.join(value) if isinstance(value, tuple) else value or '-'}{where}")
    for name, some in told.items():
        for other in some:
            show(f"{name}: {_line(other)}")
    show(f"\n{article.text}")


@library.command()
def remove(
    article_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID...]")] = None,
    index: Index = None,
    url: Annotated[str | None, typer.Option(help="The article at this address.")] = None,
    source: Source = None,
    since: Since = None,
    until: Until = None,
    sure: Annotated[bool, typer.Option("--yes", help="Remove all that an option names, without asking back.")] = False,
) -> None:
    """Remove articles: by their ids, or all at an address, of an outlet, from some days."""
    articles = open_index(index)
    bounds = {"url": url, "source": source, "since": since, "until": until}
    is_bounded = any(bounds.values())
    if bool(article_ids) == is_bounded:
        raise typer.BadParameter("name articles by their ids, or else by --url, --source, --since or --until")
    chosen = articles.ids(**bounds) if is_bounded else article_ids or []
    if is_bounded and not sure:
        raise typer.BadParameter(f"{len(chosen)} articles would be removed: add --yes to do it")
    articles.remove(*chosen)
    typer.echo(f"{len(set(chosen))} removed")


@library.command()
def reindex(index: Index = None) -> None:
    """Chunk and embed every article anew, as DATELINE_EMBED says; the old index is used until the new one is whole."""
    articles = open_index(index)
    with progress_bar("embedding articles", in_bytes=False) as progress:
        chunks = articles.reindex(progress=progress)
    typer.echo(f"{len(articles)} articles in {chunks} chunks, embedded with {articles.info()['embedding']}")


@library.command()
def info(index: Index = None, as_json: Json = False) -> None:
    """Say what the index holds, whether what is derived from it is up to date, and which settings are in force."""
    from rag import RagSettings

    articles = open_index(index)
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


@library.command()
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


@library.command()
def doctor(
    index: Index = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Make anew what is derived from the articles and damaged.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check the installation and the index, and say what to do about what is found."""
    from ui.doctor import examine

    findings = examine(index, repair=repair)
    if as_json:
        print_json([vars(finding) for finding in findings])
    else:
        for finding in findings:
            typer.echo(str(finding))
    if any(not finding.ok for finding in findings):
        raise typer.Exit(1)
