"""The processes of a crash test: one writes until it is killed, another looks at what it left."""

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from evals.crash_state import (
    Expected,
    Operation,
    after,
    article,
    carry_out,
    search_violations,
    store_violations,
    stored_texts,
)
from evals.stand_in import settings_of, standing_in
from index import ArticleIndex
from index.ingestion import LocalIngestion

UP_TO_DATE: Final = "up to date"


@dataclass(frozen=True)
class Look:
    """How closely to look at an index besides its store: at searches too, at what `dateline doctor` says as well.

    Searches bring what is derived to date, and then what was broken off is done again; a look at the store
    alone leaves all as it is, to be killed again so.
    """

    searches: bool
    health: bool


@dataclass
class Found:
    """What was left on disk (`left`, empty where the kill hit no write), what is wrong, and what is there now."""

    left: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    texts: dict[str, str] | None = None  # by article id; None: the store could not be read


def write(told: Connection, folder: Path, operations: list[Operation], embeds: bool) -> None:
    """Do one operation after the other; say when each begins and when it is done."""
    logging.disable()  # that an index is made again is what is looked for
    with standing_in(embeds=embeds) as embedding:
        try:
            LocalIngestion(embedding).embed([article(0, 0)])  # what is loaded on first use is loaded now
            index = ArticleIndex.open(settings=settings_of(folder))
            told.send(("ready", 0))
            for number, operation in enumerate(operations):
                told.send(("begun", number))
                carry_out(index, operation)
                told.send(("done", number))
        except Exception as error:  # whatever stops a writer is a finding
            told.send(("failed", f"{type(error).__name__}: {error}"))


def look(told: Connection, folder: Path, expected: Expected, closely: Look) -> None:
    """Send what is found in an index whose writer was killed."""
    logging.disable()
    with standing_in(embeds=False):
        found = Found(left=list(_traces(folder)))
        try:
            found.violations += _looked(folder, expected, closely, found)
        except Exception as error:  # whatever keeps an index from being opened and searched is a finding
            found.violations.append(f"cannot be used any more: {type(error).__name__}: {error}")
        told.send(found)


def _traces(folder: Path) -> Iterator[str]:
    """The writes of derived indexes that were under way: nothing of this is there after one that was finished."""
    chroma, lexical = folder / "chroma", folder / "lexical"
    if chroma.exists() and any(chroma.iterdir()) and not (chroma / "stamp.json").exists():
        yield "vectors half written"
    # Its pieces bear the names that the file `meta.json` tells, there with hyphens.
    told = b"".join(file.read_bytes() for file in lexical.glob("*/meta.json")).replace(b"-", b"")
    if any(file.stem.encode() not in told for file in lexical.glob("*/*.idx")):
        yield "lexical index half written"


def _looked(folder: Path, expected: Expected, closely: Look, found: Found) -> Iterator[str]:
    with closing(ArticleIndex.open(settings=settings_of(folder))) as index:
        states = index.info()
        if any(states[name] != UP_TO_DATE for name in ("vectors", "lexical index")) and not found.left:
            found.left.append("store ahead of what is derived")
        yield from store_violations(index._store, expected)
        found.texts = texts = stored_texts(index._store)
        if closely.searches:
            yield from search_violations(index, texts)
        if closely.searches and expected.under_way:
            yield from _completed(index, expected.under_way, found)
        if closely.health:
            yield from (f"{health.part}: {health.wrong}" for health in index.health() if health.wrong)


def _completed(index: ArticleIndex, operation: Operation, found: Found) -> Iterator[str]:
    """What is wrong once the call that was broken off is made again."""
    wanted = after(found.texts or {}, operation)
    carry_out(index, operation)
    yield from store_violations(index._store, Expected(wanted))
    found.texts = texts = stored_texts(index._store)
    yield from search_violations(index, texts)
