"""An embedding that takes the place of MiniLM where vectors are needed but not what they say.

An index made with it is one made with MiniLM to everybody who opens it: benchmarks measure all the rest of
`dateline add` with it, for hours of embedding are no measure of anything else.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final, Self
from unittest.mock import patch
from zlib import crc32

import numpy as np
from llama_index.core.bridge.pydantic import Field, PrivateAttr

from index import IndexSettings
from index.embedding import TextEmbedding, Vectors, normalised
from index.tables import EMBEDDING_TYPE

NOISE: Final = 0.3  # of a vector's length: a cosine of 0.96 to the original, as near as chunks of one story are


class StandIn(TextEmbedding):
    """Vectors of MiniLM for the first texts, and these again, with noise, for all later ones.

    Without any first ones they are noise alone: always the same for the same text.
    """

    embeds: bool = Field(description="whether texts are still embedded")
    _model: TextEmbedding = PrivateAttr()
    _seen: Any = PrivateAttr(default_factory=TemporaryFile)  # not in memory: that is measured
    _count: int = PrivateAttr(default=0)
    _next: int = PrivateAttr(default=0)

    @classmethod
    def of(cls, model: TextEmbedding, *, embeds: bool) -> Self:
        """One that stands in for the model."""
        made = cls(model_name=model.name, embeds=embeds)
        made._model = model
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
        return 384

    def close(self) -> None:
        """Forget the vectors."""
        self._seen.close()

    def _earlier(self, number: int) -> Vectors:
        """So many of the vectors that were embedded, in turn (number, dim); zeros where there are none."""
        earlier = np.zeros((number, self.dim), np.float32)
        row_bytes = self.dim * np.dtype(EMBEDDING_TYPE).itemsize
        for row in range(number if self._count else 0):
            self._seen.seek(self._next * row_bytes)
            earlier[row] = np.frombuffer(self._seen.read(row_bytes), EMBEDDING_TYPE)
            self._next = (self._next + 1) % self._count
        return earlier


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
def standing_in(*, embeds: bool) -> Iterator[StandIn]:
    """What indexes opened in the block are made with; for a process of its own, as it concerns all threads."""
    from index.embedding import load_embedding

    stand_in = StandIn.of(load_embedding("minilm"), embeds=embeds)
    with patch("index.embedding.load_embedding", lambda *_args, **_options: stand_in):
        try:
            yield stand_in
        finally:
            stand_in.close()


def _noise(text: str, dim: int) -> Vectors:
    random = np.random.default_rng(crc32(text.encode(errors="replace")))
    vector: Vectors = (random.standard_normal(dim) * NOISE / dim**0.5).astype(np.float32)
    return vector
