"""Embeddings that take the place of MiniLM: where vectors are needed but not what they say, and where they are known.

An index made with one is made with MiniLM to everybody who opens it: benchmarks measure all the rest of
`dateline add` and of retrieval so, for hours of embedding are no measure of anything else.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter
from typing import Any, Final, Self
from unittest.mock import patch
from zlib import crc32

import numpy as np
from llama_index.core.bridge.pydantic import Field, PrivateAttr

from index import IndexSettings
from index.embedding import TextEmbedding, Vectors, normalised
from index.tables import EMBEDDING_TYPE

NOISE: Final = 0.3  # of a vector's length: a cosine of 0.96 to the original, as near as chunks of one story are
DIM: Final = 384  # of MiniLM
ROW_BYTES: Final = DIM * np.dtype(EMBEDDING_TYPE).itemsize


class StandIn(TextEmbedding):
    """Vectors of MiniLM for the first texts, and these again, with noise, for all later ones.

    Without any first ones they are noise alone: always the same for the same text.
    """

    embeds: bool = Field(description="whether texts are still embedded")
    _model: TextEmbedding = PrivateAttr()
    _seen: Any = PrivateAttr()  # a file: memory is measured
    _count: int = PrivateAttr(default=0)
    _next: int = PrivateAttr(default=0)

    @classmethod
    def of(cls, model: TextEmbedding, *, embeds: bool, seen: Path | None = None) -> Self:
        """One that stands in for the model; it goes on with the vectors that are in the file `seen`."""
        made = cls(model_name=model.name, embeds=embeds)
        made._model = model
        made._seen = seen.open("a+b") if seen else TemporaryFile()  # noqa: SIM115 - closed by close()
        made._count = made._seen.seek(0, 2) // ROW_BYTES
        return made

    @property
    def fingerprint(self) -> str:
        """That of the model it stands in for."""
        return self._model.fingerprint

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (n_texts, dim)."""
        if not self.embeds:
            return normalised(self._earlier(len(texts)) + np.stack([_noise(text, self.dim) for text in texts]))
        vectors = self._model.embed(texts)
        self._seen.seek(0, 2)
        self._seen.write(vectors.astype(EMBEDDING_TYPE).tobytes())
        self._count += len(texts)
        return vectors

    @property
    def dim(self) -> int:
        """The length of a vector of MiniLM."""
        return DIM

    def close(self) -> None:
        """Forget the vectors."""
        self._seen.close()

    def _earlier(self, number: int) -> Vectors:
        """So many of the vectors that were embedded, in turn (number, dim); zeros where there are none."""
        earlier = np.zeros((number, self.dim), np.float32)
        for row in range(number if self._count else 0):
            self._seen.seek(self._next * ROW_BYTES)
            earlier[row] = np.frombuffer(self._seen.read(ROW_BYTES), EMBEDDING_TYPE)
            self._next = (self._next + 1) % self._count
        return earlier


class HandingOut(TextEmbedding):
    """Vectors of questions that were embedded beforehand; every other text is embedded by the model."""

    seconds: float = Field(default=0.0, description="spent on questions, known or not, since it was made")
    _model: TextEmbedding = PrivateAttr()
    _known: dict[str, list[float]] = PrivateAttr(default_factory=dict)

    @classmethod
    def of(cls, model: TextEmbedding, known: Mapping[str, Sequence[float]]) -> Self:
        """One that knows the vectors of these questions."""
        made = cls(model_name=model.name)
        made._model = model
        made._known = {question: list(vector) for question, vector in known.items()}
        return made

    @property
    def fingerprint(self) -> str:
        """That of the model."""
        return self._model.fingerprint

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (n_texts, dim) of the model."""
        return self._model.embed(texts)

    @property
    def dim(self) -> int:
        """The length of a vector of MiniLM."""
        return DIM

    def _get_query_embedding(self, query: str) -> list[float]:
        started = perf_counter()
        if query not in self._known:  # a question that was put into other words
            self._known[query] = self._model.embed([query])[0].tolist()
        self.seconds += perf_counter() - started
        return self._known[query]


def settings_of(folder: str | Path) -> IndexSettings:
    """Settings of an index in this folder, whatever the environment says."""
    return IndexSettings(
        DATELINE_INDEX=Path(folder),
        DATELINE_EMBED="minilm",
        DATELINE_STORE=None,
        CHROMA_URL=None,
        DATELINE_THREADS=None,
    )


@contextmanager
def standing_in(*, embeds: bool, seen: Path | None = None) -> Iterator[StandIn]:
    """What indexes opened in the block are made with; for a process of its own, as it concerns all threads.

    With a file `seen`, vectors that are embedded are kept there for whoever opens it next.
    """
    from index.embedding import load_embedding

    stand_in = StandIn.of(load_embedding("minilm"), embeds=embeds, seen=seen)
    try:
        with _in_place(stand_in):
            yield stand_in
    finally:
        stand_in.close()


@contextmanager
def handing_out(known: Mapping[str, Sequence[float]]) -> Iterator[HandingOut]:
    """What indexes opened in the block embed questions with; for a process of its own, as it concerns all threads."""
    from index.embedding import load_embedding

    handing_out = HandingOut.of(load_embedding("minilm"), known)
    with _in_place(handing_out):
        yield handing_out


def _in_place(embedding: TextEmbedding) -> AbstractContextManager[object]:
    return patch("index.embedding.load_embedding", lambda *_args, **_options: embedding)


def _noise(text: str, dim: int) -> Vectors:
    random = np.random.default_rng(crc32(text.encode(errors="replace")))
    vector: Vectors = (random.standard_normal(dim) * NOISE / dim**0.5).astype(np.float32)
    return vector
