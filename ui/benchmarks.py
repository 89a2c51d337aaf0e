"""The commands that measure the index: how fast and large it is, and whether it survives a crash."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.options import Json
from ui.terminal import print_json, progress_bar, say, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MEASURED = ("dateline", "stock alike", "stock defaults")
COLUMNS = {
    "chunks": "chunks",
    "seconds": "s",
    "articles_per_second": "articles/s",
    "chunks_per_second": "chunks/s",
    "characters_per_second": "characters/s",
    "characters_read_per_second": "read by MiniLM",
    "peak_mb": "peak MB",
    "disk_mb": "disk MB",
}
QUERY_COLUMNS = {
    "name": "",
    "questions": "questions",
    "p50_ms": "p50 ms",
    "p95_ms": "p95 ms",
    "recall_at_10": "recall@10",
    "memory_mb": "MB",
    "load_before": "load before",
}

benchmarks = typer.Typer(help="Measure speed and scale, beside stock LlamaIndex, and what a crash does.")


@benchmarks.command("index")
def bench_index_command(
    data: Annotated[
        Path | None,
        typer.Argument(metavar="[DATA]", help="A folder or file of articles.", show_default="the sample articles"),
    ] = None,
    articles: Annotated[
        str, typer.Option(help="Numbers of articles; beyond those in DATA, copies with other words.")
    ] = "500,5384,50000",
    embed_up_to: Annotated[
        int,
        typer.Option(help="Embed so many; later ones get the vectors of earlier ones, with noise.", min=1),
    ] = 5384,
    as_json: Json = False,
) -> None:
    """Measure what adding articles costs: time, memory and disk, beside stock LlamaIndex on the same texts."""
    from evals import sample_articles_path
    from evals.bench_index import bench_index

    sizes = _sizes(articles)
    found = bench_index(data or sample_articles_path(), sizes, embed_up_to=embed_up_to, announce=say)
    if as_json:
        print_json(found)
        return
    for row in found["sizes"]:
        _print_size(row, embed_up_to)


@benchmarks.command("query")
def bench_query_command(  # noqa: PLR0913, PLR0917 - a parameter an option
    data: Annotated[
        Path | None,
        typer.Argument(metavar="[DATA]", help="A folder or file of articles.", show_default="the sample articles"),
    ] = None,
    chunks: Annotated[
        str, typer.Option(help="Numbers of chunks; beyond those in DATA, copies with other words.")
    ] = "10000,100000,1000000",
    embed_up_to: Annotated[
        int,
        typer.Option(help="Embed so many articles; later ones get the vectors of these, with noise.", min=1),
    ] = 500,
    stock_up_to: Annotated[
        int | None,
        typer.Option(help="Measure stock LlamaIndex up to so many chunks.", show_default="all", min=0),
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="A folder to leave the indexes in, measured again from there.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure what questions cost among many chunks: time, memory and recall, beside stock LlamaIndex."""
    from evals import sample_articles_path
    from evals.bench_query import bench_query

    found = bench_query(
        data or sample_articles_path(),
        _sizes(chunks, of="chunks"),
        embed_up_to=embed_up_to,
        stock_up_to=stock_up_to,
        keep=keep,
        announce=say,
    )
    if as_json:
        print_json(found)
        return
    bounds = ", ".join(str(value) for bound in found["bounds"].values() for value in bound.values())
    show(f"{found['embed_up_to']} articles embedded; bounds: {bounds or 'none'}")
    for size in found["sizes"]:
        made = f"added in {size['building_seconds']:.0f} s, {size['disk_mb']:.0f} MB on disk"
        show(f"{size['chunks']} chunks of {size['articles']} articles: {made}")
    _print_table([("chunks", *QUERY_COLUMNS.values()), *_query_rows(found["sizes"])])


@benchmarks.command("crash")
def bench_crash_command(
    runs: Annotated[int, typer.Option(help="How often a writer is killed.", min=1)] = 200,
    seed: Annotated[int, typer.Option(help="Other operations, at other moments.")] = 0,
    as_json: Json = False,
) -> None:
    """Kill a writing process at random moments, again and again, and see whether anything is lost or half there."""
    from evals.bench_crash import bench_crash

    with progress_bar("killing writers", in_bytes=False) as progress:
        found = bench_crash(runs, seed=seed, progress=progress)
    if as_json:
        print_json(found)
    else:
        _print_crashes(found)
    if found["violations"]:
        raise typer.Exit(1)


def _sizes(text: str, *, of: str = "articles") -> list[int]:
    numbers = [number.strip() for number in text.split(",")]
    if not all(number.isdecimal() and int(number) for number in numbers):
        raise typer.BadParameter(f"not numbers of {of}: {text!r}; write them as 500,5384")
    return [int(number) for number in numbers]


def _print_size(row: dict[str, Any], embed_up_to: int) -> None:
    show(f"\n{row['size']} articles" + (f", {embed_up_to} of them embedded" if row["size"] > embed_up_to else ""))
    _print_table(
        [
            ("", *COLUMNS.values()),
            *((name, *map(found.get, COLUMNS)) for name, found in row.items() if name in MEASURED),
        ]
    )
    ours = row["dateline"]
    for part in ours["parts"]:
        speed = f"{part['articles'] / max(part['seconds'], 0.1):.1f} articles/s"
        show(f"  {part['articles']} articles: {speed}, then {part['memory_mb']} MB, at most {part['peak_mb']}")
    opened = ours["open"]
    show(f"vectors in memory: {ours['vectors_mb']:.0f} MB")
    show(f"to the first search: {opened['process']} s, of them importing {opened['import']}, opening {opened['open']}")
    show(f"adding all again, {ours['again']['unchanged']} unchanged: {ours['again']['seconds']:.1f} s")
    for name, ratios in row["ratios"].items():
        show(f"times {name}: " + ", ".join(f"{ratio} {rate.replace('_', ' ')}" for rate, ratio in ratios.items()))


def _query_rows(sizes: "Sequence[dict[str, Any]]") -> "Iterator[tuple[Any, ...]]":
    for size in sizes:
        for row in size["measured"]:
            recall = f"{row['recall_at_10']:.3f}" if "recall_at_10" in row else ""  # in a table of one digit it is 1
            told = {"name": f"{row['name']}: {row['not_measured']}"} if "not_measured" in row else {}
            cells = row | told | {"recall_at_10": recall}
            yield (size["chunks"], *(cells.get(column, "") for column in QUERY_COLUMNS))


def _print_table(rows: "Sequence[tuple[Any, ...]]") -> None:
    cells = [[f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        show(
            "  ".join(
                cell.rjust(width) if i else cell.ljust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
        )


def _print_crashes(found: dict[str, Any]) -> None:
    told = ", ".join(f"{count} {what}" for what, count in sorted(found["kills"].items()))
    show(f"{found['runs']} kills on {found['indexes']} indexes, seed {found['seed']}, {found['seconds']} s: {told}")
    left = ", ".join(f"{count} {what}" for what, count in sorted(found["left"].items()))
    show(f"{found['hit_a_write']} left a write half done: {left or 'none'}")
    show(
        f"{len(found['violations'])} violations"
        + (f"; the indexes are in {found['folder']}" if found["folder"] else "")
    )
    for wrong in found["violations"]:
        show(f"  run {wrong['run']}, index {wrong['index']}, killed during {wrong['while']}: {wrong['what']}")
