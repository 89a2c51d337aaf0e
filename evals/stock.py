"""Stock LlamaIndex on the same texts and the same MiniLM files: what `dateline add` is measured beside."""

import json
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.embeddings import BaseEmbedding

from evals.measured import disk_mb, peak_mb
from index.onnx_embedding import OnnxEmbedding
from index.onnx_encoder import MAX_PIECES

if TYPE_CHECKING:
    from llama_index.core.schema import Document

NEEDED: Final = "llama_index.vector_stores.chroma"
COLLECTION: Final = "stock"
SAMPLE_TEXTS: Final = 96  # chunks; some seconds of embedding tell which way is the faster
ALIKE: Final[dict[str, Any]] = {"chunk_size": 180, "chunk_overlap": 0}  # tokens: chunks like ours
SPLITTERS: Final[dict[str, dict[str, Any]]] = {"defaults": {}, "alike": ALIKE}
SAMPLE_DOCUMENTS: Final = 200  # that tell how much of a chunk MiniLM reads


def is_installed() -> bool:
    """Whether stock LlamaIndex can be measured."""
    try:
        return find_spec(NEEDED) is not None
    except ModuleNotFoundError:
        return False


class _Stock(BaseEmbedding):
    """A way to MiniLM that people find first; no better and no worse than they would write it."""

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embeddings([query])[0]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]


class ChromaDefault(_Stock):
    """Chroma's own embedding function, which pads every text to 256 word pieces."""

    _function: Any = PrivateAttr()

    def __init__(self) -> None:
        super().__init__()
        self._function = _chroma_function()

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [vector.tolist() for vector in self._function(texts)]


class OnnxDefault(_Stock):
    """ONNX Runtime as it comes, over batches padded to their longest text."""

    _session: Any = PrivateAttr()
    _tokenizer: Any = PrivateAttr()

    def __init__(self) -> None:
        import onnxruntime  # type: ignore[import-untyped]
        from tokenizers import Tokenizer

        super().__init__()
        model, tokenizer = _files()
        self._session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_PIECES)
        self._tokenizer.enable_padding()

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        encoded = self._tokenizer.encode_batch(texts)
        ids = np.array([one.ids for one in encoded], dtype=np.int64)
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, feed)[0]
        means = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        vectors: list[list[float]] = (means / np.linalg.norm(means, axis=1, keepdims=True)).tolist()
        return vectors


EMBEDDINGS: Final[dict[str, type[_Stock]]] = {"chroma": ChromaDefault, "onnxruntime": OnnxDefault}


def fastest(parts: Sequence[str]) -> dict[str, Any]:
    """Chunks a second of each way to embed, on the first chunks of the articles."""
    documents = _documents(parts[:1])[:SAMPLE_TEXTS]
    texts = [node.get_content("embed") for node in _nodes(documents, ALIKE)][:SAMPLE_TEXTS]
    return {name: _texts_per_second(kind(), texts) for name, kind in EMBEDDINGS.items()}


def ingest(folder: str, parts: Sequence[str], splitter: str, embedding: str) -> dict[str, Any]:
    """What it costs to index the articles the way LlamaIndex's own pages show."""
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.vector_stores.chroma import ChromaVectorStore

    started = time.perf_counter()
    documents = _documents(parts)
    collection = chroma_collection(Path(folder))
    VectorStoreIndex.from_documents(
        documents,
        storage_context=StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection)),
        embed_model=EMBEDDINGS[embedding](),
        transformations=[SentenceSplitter(**SPLITTERS[splitter])],
    )
    seconds, peak = time.perf_counter() - started, peak_mb()
    counts = {
        "articles": len(documents),
        "chunks": collection.count(),
        "characters": sum(len(d.text) for d in documents),
    }
    read = _characters_read(documents[:SAMPLE_DOCUMENTS], SPLITTERS[splitter])
    return counts | {
        "seconds": seconds,
        "peak_mb": peak,
        "disk_mb": disk_mb(Path(folder)),
        "characters_read": read * counts["chunks"],
    }


def _documents(parts: Sequence[str]) -> list["Document"]:
    from llama_index.core.schema import Document

    records = [json.loads(line) for part in parts for line in Path(part).read_text(encoding="utf-8").splitlines()]
    return [
        Document(text=record["text"], metadata={"title": record["title"]}, id_=f"{number}")
        for number, record in enumerate(records)
    ]


def _nodes(documents: Sequence["Document"], splitter: dict[str, Any]) -> list[Any]:
    from llama_index.core.node_parser import SentenceSplitter

    return list(SentenceSplitter(**splitter).get_nodes_from_documents(documents))


def _characters_read(documents: Sequence["Document"], splitter: dict[str, Any]) -> float:
    """How many characters of a chunk are among the word pieces that MiniLM reads, on average."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(_files()[1]))
    tokenizer.enable_truncation(MAX_PIECES)
    tokenizer.no_padding()
    texts = [node.text for node in _nodes(documents, splitter)]
    return float(np.mean([max(end for _, end in one.offsets) for one in tokenizer.encode_batch(texts)]))


def _texts_per_second(embedding: BaseEmbedding, texts: list[str]) -> float:
    embedding.get_text_embedding_batch(texts[:8])  # what is loaded on first use is loaded now
    started = time.perf_counter()
    embedding.get_text_embedding_batch(texts)
    return round(len(texts) / (time.perf_counter() - started), 1)


def chroma_collection(folder: Path, *, anew: bool = False) -> Any:  # noqa: ANN401 - its type is generic over itself
    """The collection in this folder, made where there is none, or `anew`."""
    import chromadb

    client = chromadb.PersistentClient(path=str(folder))
    if anew:
        client.get_or_create_collection(COLLECTION)
        client.delete_collection(COLLECTION)
    return client.get_or_create_collection(COLLECTION, embedding_function=None)


def _chroma_function() -> Any:  # noqa: ANN401 - Chroma's own
    """Chroma's embedding function with our files in place of those that it would download."""
    from chromadb.utils.embedding_functions.onnx_mini_lm_l6_v2 import ONNXMiniLM_L6_V2

    function: Any = ONNXMiniLM_L6_V2()
    function._download_model_if_not_exists = lambda: None
    with TemporaryDirectory() as folder:
        function.DOWNLOAD_PATH = folder
        Path(folder, "onnx").mkdir()
        for file, name in zip(_files(), ("model.onnx", "tokenizer.json"), strict=True):
            copyfile(file, Path(folder, "onnx", name))
        function(["both files are read when first needed: now"])
    return function


def _files() -> tuple[Path, Path]:
    packaged = OnnxEmbedding.minilm(threads=1)
    return packaged.model_file, packaged.tokenizer_file
