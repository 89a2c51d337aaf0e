"""Whether an index survives kill -9: random moments of `add`, `remove` and `reindex`, often in a row.

A writer process changes an index until it is killed; then another process opens it and compares it with what the
writer had been told was done. Which processes run when depends on the machine, so a seed repeats the operations and
the waiting times, not the very moments.
"""

import multiprocessing as mp
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any, Final, cast

from evals.crash_children import Found, Look, look, write
from evals.crash_state import Expected, Operation, after, article

KILLS_PER_INDEX: Final = 20
OPERATIONS: Final = 25  # more than a writer gets done before it is killed
EMBEDDING_SHARE: Final = 0.5  # of writers; they embed most of the time, the others write most of the time
OPENING_SHARE: Final = 0.1  # of kills; while the index is being opened
OPENING_SECONDS: Final = 0.3  # how long a writer takes to begin, about
WRITING_SECONDS: Final = 0.8  # a few operations of a writer that does not embed
EMBEDDING_SECONDS: Final = 1.6  # the same of one that does
SEARCHED_SHARE: Final = 0.67  # of kills; searching repairs, and what is not repaired shall be killed again too
HEALTH_EVERY: Final = 4  # kills; it starts a process that imports everything
MAX_ARTICLES: Final = 60  # in an index, about
PATIENCE: Final = 120.0  # seconds; a process that takes longer hangs


@dataclass
class Tested:
    """One index under test."""

    folder: Path
    expected: Expected = field(default_factory=lambda: Expected({}))
    numbers: int = 0  # of articles that were made up for it
    kills: int = 0
    sound: bool = True


@dataclass
class Counts:
    """What was done and what was found."""

    kills: Counter[str] = field(default_factory=Counter)  # by what the writer was doing
    left: Counter[str] = field(default_factory=Counter)  # by what was left half done on disk
    looks: Counter[str] = field(default_factory=Counter)
    hits: int = 0
    indexes: int = 0
    violations: list[dict[str, Any]] = field(default_factory=list)


def bench_crash(runs: int, *, seed: int, progress: Callable[[int, int], None] | None = None) -> dict[str, Any]:
    """What `runs` kills did to the indexes that they hit; the indexes are kept where something is wrong."""
    home, counts, started = Path(mkdtemp(prefix="dateline-crash-")), Counts(), time.monotonic()
    tested: Tested | None = None
    for run in range(runs):
        if tested is None or tested.kills == KILLS_PER_INDEX or not tested.sound:
            tested = Tested(home / str(counts.indexes))
            counts.indexes += 1
        tested.kills += 1
        is_last = run + 1 == runs or tested.kills == KILLS_PER_INDEX
        _run(tested, counts, Random(f"{seed} {run}"), run=run, is_last=is_last)  # noqa: S311 - no secret
        if progress:
            progress(run + 1, runs)
    if not counts.violations:
        rmtree(home, ignore_errors=True)
    return _report(counts, runs, seed) | {"seconds": round(time.monotonic() - started, 1), "folder": _kept(home)}


def _report(counts: Counts, runs: int, seed: int) -> dict[str, Any]:
    return {
        "runs": runs,
        "seed": seed,
        "indexes": counts.indexes,
        "kills": dict(counts.kills),
        "hit_a_write": counts.hits,
        "left": dict(counts.left),
        "looks": dict(counts.looks),
        "violations": counts.violations,
    }


def _kept(home: Path) -> str | None:
    return str(home) if home.exists() else None


def _run(tested: Tested, counts: Counts, random: Random, *, run: int, is_last: bool) -> None:
    """Kill one writer, and look at what it left."""
    embeds = random.random() < EMBEDDING_SHARE
    operations = list(_planned(tested, random))
    said = _killed(tested.folder, operations, embeds, random)
    done = [number for word, number in said if word == "done"]
    begun = [number for word, number in said if word == "begun"]
    for number in done:
        tested.expected.texts = after(tested.expected.texts, operations[number])
    under_way = operations[begun[-1]] if len(begun) > len(done) else None
    tested.expected.under_way = under_way
    searches = is_last or random.random() < SEARCHED_SHARE
    closely = Look(searches, health=is_last or (searches and run % HEALTH_EVERY == 0))
    found = _looked(tested, closely)
    what = under_way.kind if under_way else "between" if done else "opening"
    _count(counts, what, found, closely, embeds=embeds)
    wrong = [f"the writer failed: {said[-1][1]}"] if said and said[-1][0] == "failed" else []
    for violation in [*wrong, *found.violations]:
        counts.violations.append({"run": run, "index": tested.folder.name, "while": what, "what": violation})
    tested.sound = not wrong and not found.violations
    tested.expected = Expected(found.texts or {})


def _count(counts: Counts, what: str, found: Found, closely: Look, *, embeds: bool) -> None:
    counts.kills[what] += 1
    counts.left.update(found.left)
    counts.hits += bool(found.left)
    counts.looks.update({"store": 1, "searches": closely.searches, "health": closely.health, "embedding": embeds})


def _planned(tested: Tested, random: Random) -> Iterator[Operation]:
    """Operations that make sense one after the other."""
    ids = {article(number, 0).id: number for number in range(tested.numbers)}
    present = [ids[article_id] for article_id in tested.expected.texts]
    for _ in range(OPERATIONS):
        kind = random.choices(("add", "remove", "reindex"), (6, 3 if len(present) < MAX_ARTICLES else 12, 1.5))[0]
        if kind == "remove" and present:
            gone = random.sample(present, min(len(present), random.randint(1, 8)))
            present = [number for number in present if number not in gone]
            yield Operation("remove", tuple((number, 0) for number in gone))
        elif kind == "reindex" and present:
            yield Operation("reindex")
        else:
            changed = random.sample(present, min(len(present), random.randint(0, 3)))
            fresh = range(tested.numbers, tested.numbers + random.randint(1, 20))
            tested.numbers = fresh.stop
            present += fresh
            yield Operation("add", tuple([(n, random.randint(1, 10**6)) for n in changed] + [(n, 0) for n in fresh]))


def _killed(folder: Path, operations: list[Operation], embeds: bool, random: Random) -> list[tuple[str, Any]]:
    """What a writer said before it was killed."""
    process, told = _started(write, folder, operations, embeds)
    seconds = EMBEDDING_SECONDS if embeds else WRITING_SECONDS
    said: list[tuple[str, Any]] = []
    if random.random() >= OPENING_SHARE:
        said += [told.recv()] if told.poll(PATIENCE) else [("failed", "it hangs")]
        time.sleep(random.uniform(0, seconds))
    else:
        time.sleep(random.uniform(0, OPENING_SECONDS))
    process.kill()
    process.join()
    with suppress(EOFError):
        while True:
            said.append(told.recv())
    told.close()
    return said


def _looked(tested: Tested, closely: Look) -> Found:
    process, told = _started(look, tested.folder, tested.expected, closely)
    try:
        found = cast("Found", told.recv()) if told.poll(PATIENCE) else Found(violations=["looking at it hangs"])
    except EOFError:
        process.join()
        found = Found(violations=[f"looking at it crashes: {process.exitcode}"])
    process.kill()
    process.join()
    told.close()
    return found


def _started(work: Callable[..., None], *told: Any) -> tuple[mp.process.BaseProcess, Connection]:  # noqa: ANN401
    context = _context()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(theirs, *told), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _context() -> Any:  # noqa: ANN401 - of one platform or the other
    """Processes that begin with everything imported: they start in milliseconds instead of seconds."""
    context: Any = mp.get_context("spawn" if sys.platform == "win32" else "forkserver")
    if sys.platform != "win32":
        heavy = ["chromadb", "llama_index.core.schema", "onnxruntime", "tokenizers", "index.onnx_embedding"]
        context.set_forkserver_preload(["evals.crash_children", *heavy])
    return context
