"""Speed and size of the index, beside stock LlamaIndex on the same texts in the same run."""

from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any, Final

from evals import bench_ours, stock
from evals.bench_texts import real_articles, write_parts
from evals.measured import in_child, load

QUARTERS: Final = 4
COUNTED: Final = ("articles", "chunks", "characters")
INSTALL: Final = "stock LlamaIndex is left out: it is not installed; run: pip install 'dateline[bench]'"

Announce = Callable[[str], None]


def bench_index(
    data: str | Path, sizes: Sequence[int], *, embed_up_to: int, announce: Announce = lambda _line: None
) -> dict[str, Any]:
    """Figures for each number of articles; beyond those in `data`, copies with other words.

    Args:
        data: a file or folder of articles.
        sizes: numbers of articles.
        embed_up_to: the articles after so many get vectors of the earlier ones with noise; and sizes beyond it
            are not measured beside stock LlamaIndex.
        announce: told what has been measured, a line at a time.

    Raises:
        EvalError: there are no articles, or a measurement failed.
    """
    articles = real_articles(data, max(sizes))
    report: dict[str, Any] = {"data": str(data), "real_articles": len(articles), "embed_up_to": embed_up_to}
    if not stock.is_installed():
        announce(INSTALL)
    with TemporaryDirectory(prefix="dateline-bench-") as home:
        report["sizes"] = []
        for number, size in enumerate(sizes):
            folder = Path(home, str(size))
            parts = write_parts(articles, _bounds(size, embed_up_to), folder / "articles")
            row: dict[str, Any] = {"size": size}
            for name in _measures(size, embed_up_to, ours_first=number % 2 == 0):
                row[name] = _measured(name, folder, parts, embedded=len(parts) if size <= embed_up_to else 1)
                announce(_line(size, name, row[name]))
            report["sizes"].append(row | {"ratios": _ratios(row)})
            rmtree(folder)
    return report


def _bounds(size: int, embed_up_to: int) -> list[int]:
    """Where the parts of the articles begin and end: quarters, of all or of what comes after the embedded ones."""
    first = 0 if size <= embed_up_to else embed_up_to
    quarters = [first + (size - first) * quarter // QUARTERS for quarter in range(QUARTERS + 1)]
    return sorted({0, *quarters})


def _measures(size: int, embed_up_to: int, *, ours_first: bool) -> list[str]:
    """What is measured, in which order: whoever comes first may find a colder disk."""
    if not stock.is_installed() or size > embed_up_to:
        return ["dateline"]
    beside = ["stock alike", "stock defaults"]
    return ["dateline", *beside] if ours_first else [*beside, "dateline"]


def _measured(name: str, folder: Path, parts: Sequence[str], *, embedded: int) -> dict[str, Any]:
    before, place = load(), str(folder / name)
    if name == "dateline":
        found = in_child("evals.bench_ours", "ingest", place, parts, embedded)
        found["vectors_mb"] = in_child("evals.bench_ours", "vectors", place)["mb"]
        found["open"] = bench_ours.opened(place)
        found["again"] = in_child("evals.bench_ours", "add_again", place, parts)
        found["characters_read"] = found["characters"]  # a chunk of ours and its title fit in what MiniLM reads
    else:
        embeddings = in_child("evals.stock", "fastest", parts)
        del embeddings["process_seconds"]
        fastest = max(embeddings, key=lambda way: embeddings[way])
        found = in_child("evals.stock", "ingest", place, parts, name.partition(" ")[2], fastest)
        found |= {"embedding": fastest, "chunks_per_second_of": embeddings}
    return _rounded(found | _rates(found)) | {"load_before": before}


def _rates(found: dict[str, Any]) -> dict[str, float]:
    return {f"{what}_per_second": found[what] / found["seconds"] for what in (*COUNTED, "characters_read")}


def _ratios(row: dict[str, Any]) -> dict[str, dict[str, float]]:
    """How many times what stock LlamaIndex does in a second is done here."""
    ours = row["dateline"]
    return {
        name: {rate: round(ours[rate] / theirs[rate], 2) for rate in _rates(theirs)}
        for name, theirs in row.items()
        if name.startswith("stock")
    }


def _rounded(found: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 1) if isinstance(value, float) else value for name, value in found.items()}


def _line(size: int, name: str, found: dict[str, Any]) -> str:
    rates = f"{found['articles_per_second']} articles and {found['chunks_per_second']} chunks a second"
    return f"{size} articles, {name}: {found['seconds']:.0f} s, {rates}, {found['peak_mb']:.0f} MB at most"
