"""Whether an index is sound: the store by its own check, what is derived by looking for what must be there."""

import json
import pickle
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from index.errors import ArticleIndexError, IndexUnavailableError
from index.settings import IndexSettings
from index.store import ArticleStore

if TYPE_CHECKING:
    from index.derived import Derived, DerivedIndexes

PROBES: Final = 20  # chunks looked for; where one in ten is lost, it goes unseen one time in eight
PROBE_SECONDS: Final = 600.0  # what was lost is made again first: two minutes for 70,000 chunks
# In a process of its own: opening a damaged vector index can crash it.
_LOOK: Final = """
import pickle, sys
from index import ArticleIndex
from index.health import probe
path, settings = pickle.load(sys.stdin.buffer)
index = ArticleIndex.open(path, settings=settings)
probe(index._store, index._derived)
"""


@dataclass(frozen=True)
class Health:
    """One part of an index, and what is wrong with it; None: nothing."""

    part: str
    wrong: str | None = None


def examine(store: ArticleStore, derived: "DerivedIndexes", settings: IndexSettings) -> list[Health]:
    """What is wrong with the store and with each derived index; one that is merely behind is brought to date."""
    told = pickle.dumps((derived.folder, settings))
    try:
        looked = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", _LOOK], input=told, capture_output=True, timeout=PROBE_SECONDS, check=True
        )
        found = json.loads(looked.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, ValueError, IndexError):
        found = {derived.vectors.place: "opening it crashes"}
    return [
        Health("article store", store.check()),
        *(Health(each.place, found.get(each.place)) for each in derived.all),
    ]


def mend(store: ArticleStore, derived: "DerivedIndexes", settings: IndexSettings) -> list[Health]:
    """What was wrong; each derived index that was not sound has been made anew.

    Raises:
        IndexUnavailableError: the article store itself is damaged.
        IndexLockedError: somebody is writing to the index.
    """
    found = examine(store, derived, settings)
    if found[0].wrong:
        raise IndexUnavailableError(
            f"the article store is damaged: {found[0].wrong}; bring back a copy, or add the articles to a new index"
        )
    for each in derived.all:
        if any(health.wrong for health in found if health.part == each.place):
            derived.make_anew(each)
    return found


def probe(store: ArticleStore, derived: "DerivedIndexes") -> None:
    """Print what is wrong with each derived index, by its place, as JSON."""
    print(json.dumps({each.place: _wrong(each, store, derived) for each in derived.all}))


def _wrong(each: "Derived", store: ArticleStore, derived: "DerivedIndexes") -> str | None:
    try:
        if not derived.true(each):
            return "it is behind, and somebody is writing"
        held, wanted = each.count(), store.chunks.count()
        if held != wanted:
            return f"it holds {held} of {wanted} chunks"
        lost = [node.node_id for node in store.chunks.sample(PROBES) if not each.finds(node)]
        return f"it does not find {len(lost)} of {PROBES} chunks" if lost else None
    except ArticleIndexError as error:
        return str(error)
