"""What `dateline add` costs: each function measures one thing, in a process of its own."""

import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np

from evals.errors import EvalError
from evals.measured import disk_mb, now_mb, peak_mb, run_python
from evals.stand_in import settings_of, standing_in
from index import ArticleIndex, Scope

OPENED: Final = 3  # times; the median counts
_OPEN: Final = """
import json, sys, time
started = time.perf_counter()
from index import ArticleIndex, IndexSettings, Scope
imported = time.perf_counter()
index = ArticleIndex.open(settings=IndexSettings(**json.load(sys.stdin)))
opened = time.perf_counter()
found = index.dense("the first question of the day", 10, Scope()), index.lexical("the question", 10, Scope())
searched = time.perf_counter()
assert found[0], "the first search found nothing"
print(json.dumps({"import": imported - started, "open": opened - imported, "search": searched - opened}))
"""


def ingest(folder: str, parts: Sequence[str], embedded: int) -> dict[str, Any]:
    """What it costs to add the parts one after the other, the first `embedded` of them with real embeddings."""
    with standing_in(embeds=True) as embedding:
        started = time.perf_counter()
        with closing(ArticleIndex.open(settings=settings_of(folder))) as index:
            measured = []
            for number, part in enumerate(parts):
                embedding.embeds = number < embedded
                measured.append(_part(index, part) | {"embedded": embedding.embeds})
            seconds, peak = time.perf_counter() - started, peak_mb()
            return {
                "articles": sum(part["articles"] for part in measured),
                "chunks": index.info()["chunks"],
                "characters": sum(len(article.text) for article in index.articles()),
                "stories": index.info()["stories"],
                "seconds": seconds,
                "peak_mb": peak,
                "disk_mb": disk_mb(Path(folder)),
                "parts": measured,
            }


def _part(index: ArticleIndex, part: str) -> dict[str, Any]:
    started = time.perf_counter()
    report = index.add(part)
    seconds = time.perf_counter() - started
    if report.failed:
        raise EvalError(f"an article was refused: {report.failed[0]}; mend the data")
    return {
        "articles": report.kept,
        "seconds": round(seconds, 1),
        "memory_mb": round(now_mb()),
        "peak_mb": round(peak_mb()),
    }


def add_again(folder: str, parts: Sequence[str]) -> dict[str, Any]:
    """How long it takes to add the same again, and how many were unchanged."""
    started = time.perf_counter()
    with closing(ArticleIndex.open(settings=settings_of(folder))) as index:
        report = index.add(*parts)
    return {"seconds": round(time.perf_counter() - started, 1), "unchanged": len(report.unchanged)}


def opened(folder: str) -> dict[str, float]:
    """Seconds of a fresh process to its first search: whole, and for importing, opening and searching."""
    told = settings_of(folder).model_dump(mode="json", by_alias=True)
    times = [run_python(_OPEN, told) for _ in range(OPENED)]
    return {name.removesuffix("_seconds"): round(median(time[name] for time in times), 2) for name in times[0]}


def vectors(folder: str) -> dict[str, Any]:
    """How much memory the vectors take in Chroma, which holds all of them once one is searched."""
    import chromadb  # noqa: F401 - imported before the memory is looked at

    from index.vectors import ChromaFolder

    question = np.random.default_rng(0).standard_normal(384).tolist()
    before = now_mb()
    chroma = ChromaFolder(Path(folder))
    chroma.open()
    chroma.search(question, 10, Scope())
    return {"mb": now_mb() - before}
