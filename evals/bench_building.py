"""Indexes of many chunks, to be asked: ours, and stock LlamaIndex's with the same chunks and vectors.

There is a folder for each size: `index`, `stock`, and `seen`, the vectors that later chunks get again with noise. Each
is made from the next smaller one, and adding goes on where it was broken off.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from evals import stock
from evals.bench_texts import write_parts
from evals.errors import EvalError
from evals.measured import disk_mb, in_child
from evals.stand_in import settings_of, standing_in
from index import Article, ArticleIndex, Scope
from index.embedding import Vectors, normalised
from index.store import ArticleStore

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

STEP: Final = 2000  # articles, some 30,000 chunks, added by one process: a minute where nothing else runs
CAUTION: Final = 0.7  # of the articles that seem to be missing are added first: articles differ in length
NEARLY: Final = 0.1  # of a size: when no more is missing, all of it is added
USUAL: Final = (100, 1500)  # articles and chunks: as in RealTime QA 2025, until it is known better
DELETED: Final = 1000  # chunks at a time; Chroma refuses more than 5,461
STATE: Final = "state.json"
STOCK_STATE: Final = "stock.json"

Announce = Callable[[str], None]
State = dict[str, Any]


@dataclass(frozen=True)
class Building:
    """What is built, and where."""

    data: str
    articles: Sequence[Article]
    embed_up_to: int  # articles
    home: Path
    announce: Announce

    def grown(self, size: int, *, keeps: bool) -> tuple[Path, State]:
        """The folder of a size, and what its index holds; with `keeps`, the next smaller one stays what it is.

        Raises:
            EvalError: the folder holds something else, or building failed.
        """
        place = self._place(size, keeps=keeps)
        state = _read(place / STATE) or {"data": self.data, "embed_up_to": self.embed_up_to, "articles": 0, "chunks": 0}
        if (state["data"], state["embed_up_to"]) != (self.data, self.embed_up_to):
            made = f"{state['data']}, {state['embed_up_to']} embedded"
            raise EvalError(f"the folder holds an index of other articles: {self.home}: {made}; choose another folder")
        while state["chunks"] < size:
            state = self._step(place, size, state)
        return place, state

    def with_stock(self, place: Path) -> State:
        """What stock LlamaIndex holds, once it has all chunks of the index in the folder.

        Raises:
            EvalError: building failed.
        """
        before = _read(place / STOCK_STATE) or {"generation": 0}
        added = in_child(__name__, "grow_stock", str(place), before["generation"])
        state = {"generation": added["generation"], "chunks": added["chunks"]} | _cost(added, before)
        (place / STOCK_STATE).write_text(json.dumps(state))
        self.announce(f"{state['chunks']:,} chunks in stock LlamaIndex after {state['building_seconds']:.0f} s")
        return state

    def _place(self, size: int, *, keeps: bool) -> Path:
        place = self.home / str(size)
        made = [int(folder.name) for folder in self.home.iterdir() if folder.name.isdecimal()]
        smaller = max((number for number in made if number < size), default=None)
        if not place.exists() and smaller is not None:
            _begun_from(self.home / str(smaller), place, copies=keeps)
        place.mkdir(exist_ok=True)
        return place

    def _step(self, place: Path, size: int, state: State) -> State:
        """Add some of the articles that are missing, and note it."""
        done, chunks = state["articles"], state["chunks"]
        embeds = done < self.embed_up_to
        until = done + _articles_for(size - chunks, size, (chunks + USUAL[1]) / (done + USUAL[0]))
        until = min(until, self.embed_up_to) if embeds else until
        (part,) = write_parts(self.articles, [done, until], place / "articles")
        added = in_child(__name__, "grow", str(place), part, embeds)
        Path(part).unlink()
        state |= {"articles": until, "chunks": added["chunks"]} | _cost(added, state)
        (place / STATE).write_text(json.dumps(state))
        speed = (added["chunks"] - chunks) / added["seconds"]
        self.announce(f"{added['chunks']:,} of {size:,} chunks, {speed:.0f} a second{', embedded' if embeds else ''}")
        return state


def _begun_from(smaller: Path, place: Path, *, copies: bool) -> None:
    if not copies:
        smaller.rename(place)
        return
    part = place.with_suffix(".part")  # a copy that is broken off is none
    copytree(smaller, part, dirs_exist_ok=True, ignore=ignore_patterns("articles"))
    part.rename(place)


def _articles_for(missing: int, size: int, chunks_an_article: float) -> int:
    """How many articles to add where so many chunks are missing."""
    share = 1.0 if missing <= NEARLY * size else CAUTION
    return min(ceil(missing * share / chunks_an_article), STEP)


def _cost(added: State, before: State) -> State:
    seconds = before.get("building_seconds", 0.0) + added["process_seconds"]
    return {"building_seconds": round(seconds, 1), "disk_mb": round(added["disk_mb"], 1)}


def _read(file: Path) -> State | None:
    try:
        state: State = json.loads(file.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise EvalError(f"a file that was kept is damaged: {file}: {error}; remove its folder") from error
    return state


def grow(folder: str, part: str, embeds: bool) -> State:
    """What it costs to add a file of articles, embedded or with stand-in vectors; for a process of its own."""
    started = time.perf_counter()
    with standing_in(embeds=embeds, seen=Path(folder, "seen")), closing(index_in(folder)) as index:
        report = index.add(part)
        if report.failed:
            raise EvalError(f"an article was refused: {report.failed[0]}; mend the data")
        chunks, seconds = index.info()["chunks"], time.perf_counter() - started
    return {"chunks": chunks, "seconds": seconds, "disk_mb": disk_mb(Path(folder, "index"))}


def grow_stock(folder: str, since: int) -> State:
    """What it costs stock LlamaIndex to take the chunks and vectors that came after a generation of our store."""
    from llama_index.vector_stores.chroma import ChromaVectorStore

    collection = stock.chroma_collection(Path(folder, "stock"))
    vectors = ChromaVectorStore(chroma_collection=collection)
    with closing(ArticleStore.in_folder(Path(folder, "index"))) as store:
        generation = store.version.generation
        left = store.chunks.left(since, generation)
    for first in range(0, len(left), DELETED):
        collection.delete(ids=left[first : first + DELETED])
    for nodes in seen_chunks(folder, since):
        vectors.add([_stock_node(node) for node in nodes])
    return {"generation": generation, "chunks": collection.count(), "disk_mb": disk_mb(Path(folder, "stock"))}


def _stock_node(node: "TextNode") -> "TextNode":
    """The chunk as LlamaIndex would have made it from a document with a title, an outlet and a day."""
    from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode

    told = {name: node.metadata[name] for name in ("title", "source", "published_at") if name in node.metadata}
    source = RelatedNodeInfo(node_id=node.metadata["article_id"])
    return TextNode(
        id_=node.node_id,
        text=node.text,
        metadata=told,
        embedding=unit_vectors([node])[0].tolist(),
        relationships={NodeRelationship.SOURCE: source},
    )


def index_in(folder: str) -> ArticleIndex:
    """Our index in the folder of a size."""
    return ArticleIndex.open(settings=settings_of(Path(folder, "index")))


def seen_chunks(folder: str, since: int = 0) -> Iterator[list["TextNode"]]:
    """The chunks that a question without bounds sees, of articles changed after a generation, some at a time."""
    with closing(ArticleStore.in_folder(Path(folder, "index"))) as store:
        for nodes in store.chunks.came(since, store.version.generation):
            if seen := [node for node in nodes if Scope().holds(node.metadata)]:
                yield seen


def unit_vectors(nodes: Sequence["TextNode"]) -> Vectors:
    """The embeddings of the chunks (n_nodes, dim), of length 1 whatever storing them rounded."""
    return normalised(np.array([node.get_embedding() for node in nodes], dtype=np.float32))
