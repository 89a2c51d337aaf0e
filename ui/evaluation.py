"""The commands that measure answer quality."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import EvalIndex, Json, StyleOption, add_samples, open_engine, open_index
from ui.terminal import print_json, progress_bar, say

if TYPE_CHECKING:
    from index import ArticleIndex

evaluation = typer.Typer(help="Measure answer quality against gold facts.")


@evaluation.command("run")
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
    engine = open_engine(open_index(index) if index or not facts.bundled else _sample_index())
    folder = out or _run_folder(facts.name)
    with progress_bar("asking", in_bytes=False) as progress:
        run(facts, engine, out_dir=folder, style=style, limit=limit, progress=progress)
    say(f"the answers are in {folder}")
    _print_scores(folder, as_json=as_json)


@evaluation.command("report")
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

    from index.settings import SCHEMA_VERSION

    folder = user_cache_path("dateline", appauthor=False) / f"sample-{SCHEMA_VERSION}.index"
    articles = open_index(folder, create=True)
    add_samples(articles)
    return articles


def _run_folder(dataset: str) -> Path:
    from datetime import UTC, datetime

    from platformdirs import user_data_path

    name = f"{Path(dataset).stem}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    return user_data_path("dateline", appauthor=False) / "runs" / name
