"""Embeddings from files: a packaged or a user's own transformer in ONNX form."""

from collections.abc import Sequence
from hashlib import file_digest
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Self

from llama_index.core.bridge.pydantic import Field, PrivateAttr

from index.embedding import MINILM_MODEL, MINILM_TOKENIZER, TextEmbedding, Vectors, fingerprint_of
from index.errors import ModelFileError
from index.onnx_encoder import MAX_PIECES, Encoder


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
            self._fingerprint = fingerprint_of(*hashes, str(MAX_PIECES))
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

    def _loaded(self) -> "Encoder":
        with self._lock:
            if self._encoder is None:
                _ = self.fingerprint  # a file that is not what it should be must never be run
                self._encoder = Encoder(self.model_file, self.tokenizer_file, self.threads)
        encoder: Encoder = self._encoder
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
