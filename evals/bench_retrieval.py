"""What a question costs an index of many chunks: each function measures one thing, in a process of its own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, Final, cast

import numpy as np

from evals.bench_building import index_in, seen_chunks, unit_vectors
from evals.measured import now_mb, peak_mb
from evals.stand_in import HandingOut, handing_out
from evals.stock import chroma_collection
from index import Scope
from index.embedding import Vectors, load_embedding
from rag import QueryEngine, RagSettings

TOP_K: Final = 10
WARMING: Final = 10  # questions that are asked first and not counted
MOST_SECONDS: Final = 60.0  # of asking; a slow search is measured with fewer questions
EQUAL: Final = 1e-6  # of a cosine: chunks of the same words are equally near, and any of them will do
TIED: Final = 20  # nearest that are compared with the tenth


def embed(questions: Sequence[str], file: str) -> dict[str, Any]:
    """How many questions were embedded and written to a file, which the other functions take."""
    vectors = load_embedding("minilm").embed(questions)
    np.savez(file, questions=np.array(questions), vectors=vectors)
    return {"questions": len(vectors)}


def retrieve(folder: str, questions: str, bounds: dict[str, str]) -> dict[str, Any]:
    """How long `QueryEngine.retrieve` takes, without the question's embedding."""
    with _asking(folder, questions) as (texts, engine, embedding):

        def asked(question: str) -> list[str]:
            return [hit.node.node_id for hit in engine.retrieve(question, top_k=TOP_K, **cast("Any", bounds))]

        return _timed(texts, asked, embedding)


def evidence(folder: str, questions: str) -> dict[str, Any]:
    """How long it takes to select the evidence in the passages that were retrieved."""
    from rag.responses import passage_of
    from rag.selection import select_evidence

    with _asking(folder, questions) as (texts, engine, embedding):

        def passages(question: str) -> tuple[str, list[Any]]:
            return question, [passage_of(hit) for hit in engine.retrieve(question, top_k=TOP_K)]

        def selected(asked: tuple[str, list[Any]]) -> list[str]:
            return [chosen.article.id for chosen in select_evidence(*asked, engine.index.embedding)]

        return _timed(texts, selected, embedding, before=passages)


def dense(folder: str, questions: str) -> dict[str, Any]:
    """How long the dense search alone takes, and what it finds."""
    with _asking(folder, questions) as (texts, engine, embedding):
        return _timed(texts, lambda question: list(engine.index.dense(question, TOP_K, Scope())), embedding)


def exact(folder: str, questions: str) -> dict[str, Any]:
    """The ids of the chunks that are truly nearest to each question: ten, and more where some are equally near."""
    texts, vectors = _read(questions)
    ids, scores, places = list[str](), np.full((len(texts), TIED), -np.inf), np.zeros((len(texts), TIED), np.int64)
    for nodes in seen_chunks(folder):
        among = np.concatenate([scores, vectors @ unit_vectors(nodes).T], axis=1)
        numbers = np.broadcast_to(len(ids) + np.arange(len(nodes)), (len(texts), len(nodes)))
        best = np.argpartition(-among, TIED - 1, axis=1)[:, :TIED]
        places = np.take_along_axis(np.concatenate([places, numbers], axis=1), best, axis=1)
        scores = np.take_along_axis(among, best, axis=1)
        ids.extend(node.node_id for node in nodes)
    enough = np.sort(scores, axis=1)[:, -min(TOP_K, len(ids))] - EQUAL
    near = [
        [ids[place] for place in row[is_near]] for row, is_near in zip(places, scores >= enough[:, None], strict=True)
    ]
    return {"nearest": near, "chunks": len(ids)}


def retrieve_from_stock(folder: str, questions: str) -> dict[str, Any]:
    """How long the query engine of stock LlamaIndex takes to retrieve, and what it finds."""
    from llama_index.core import VectorStoreIndex
    from llama_index.core.llms import MockLLM
    from llama_index.core.schema import QueryBundle
    from llama_index.vector_stores.chroma import ChromaVectorStore

    texts, vectors = _read(questions)
    with handing_out(dict(zip(texts, vectors.tolist(), strict=True))) as embedding:
        store = ChromaVectorStore(chroma_collection=chroma_collection(Path(folder, "stock")))
        index = VectorStoreIndex.from_vector_store(store, embed_model=embedding)
        engine: Any = index.as_query_engine(llm=MockLLM(), similarity_top_k=TOP_K)

        def asked(question: str) -> list[str]:
            return [hit.node.node_id for hit in engine.retrieve(QueryBundle(question))]

        return _timed(texts, asked, embedding)


def _timed(
    questions: Sequence[str],
    asked: Callable[[Any], list[str]],
    embedding: HandingOut,
    *,
    before: Callable[[str], Any] = str,
) -> dict[str, Any]:
    """Milliseconds of asking what `before` makes of a question, memory after the last one, and what was found."""
    for question in questions[:WARMING]:
        asked(before(question))
    milliseconds, found, began = list[float](), list[list[str]](), perf_counter()
    for question in questions[WARMING:]:
        told, embedded, started = before(question), embedding.seconds, perf_counter()
        found.append(asked(told))
        milliseconds.append(1000 * (perf_counter() - started - (embedding.seconds - embedded)))
        if perf_counter() - began > MOST_SECONDS:
            break
    p50, p95 = np.percentile(milliseconds, [50, 95]).tolist()
    times = {"questions": len(milliseconds), "p50_ms": p50, "p95_ms": p95}
    return times | {"memory_mb": now_mb(), "peak_mb": peak_mb(), "found": found}


@contextmanager
def _asking(folder: str, questions: str) -> Iterator[tuple[list[str], QueryEngine, HandingOut]]:
    texts, vectors = _read(questions)
    known = dict(zip(texts, vectors.tolist(), strict=True))
    with handing_out(known) as embedding, closing(index_in(folder)) as index:
        yield texts, QueryEngine(index, settings=RagSettings(DATELINE_LLM="extractive")), embedding


def _read(questions: str) -> tuple[list[str], Vectors]:
    with np.load(questions) as read:
        return read["questions"].tolist(), read["vectors"]
