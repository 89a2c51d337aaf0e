"""A transformer in ONNX form, loaded: texts in, unit vectors out."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from index.embedding import Vectors, normalised, readable
from index.errors import ModelFileError

if TYPE_CHECKING:
    import onnxruntime  # type: ignore[import-untyped]
    import tokenizers

MAX_PIECES: Final = 256  # word pieces; the length all-MiniLM-L6-v2 is used at (its tokenizer.json says 128)
# Padded word pieces a run: 40 sentences take 100 ms so, 112 in pairs, 175 in two halves.
BATCH_PIECES: Final = 128


class Encoder:
    """A loaded model, of which the `dim` is known.

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
        """Unit vectors (n_texts, dim)."""
        pieces = [self._tokenizer.encode(readable(text)).ids for text in texts]
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
        return normalised(_mean_pooled(hidden, mask))


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
