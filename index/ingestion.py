"""Articles in, embedded chunks out: the one way of this process, and what any other way must do as well."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

from index.article import Article
from index.chunking import chunk_article, embedding_text
from index.tables import EMBEDDING_TYPE

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

    from index.embedding import TextEmbedding

LOCAL_BATCH: Final = 16  # articles embedded and committed together: about 3 s of work, so that progress shows


class Ingestion(Protocol):
    """What makes embedded chunks of articles, the same ones wherever it does."""

    @property
    def batch(self) -> int:
        """How many articles to hand over at a time."""

    def embed(self, articles: Sequence[Article]) -> dict[str, list["TextNode"]]:
        """Article id -> its chunks in order, each with its embedding; all of them, or none and an error."""

    def close(self) -> None:
        """Release what it holds."""


class LocalIngestion:
    """Chunks and embeds in this process."""

    batch = LOCAL_BATCH

    def __init__(self, embedding: "TextEmbedding") -> None:
        self._embedding = embedding

    def embed(self, articles: Sequence[Article]) -> dict[str, list["TextNode"]]:
        """Article id -> its chunks in order, each with its embedding.

        Raises:
            EmbeddingError: the texts cannot be embedded.
            ModelFileError: the embedding model cannot be used.
        """
        chunks = {article.id: chunk_article(article) for article in articles}
        nodes = [node for of_article in chunks.values() for node in of_article]
        vectors = self._embedding.embed([embedding_text(node) for node in nodes])
        # As precise as the store keeps them, so that an index made from it is no other one.
        for node, vector in zip(nodes, vectors.astype(EMBEDDING_TYPE), strict=True):
            node.embedding = vector.tolist()
        return chunks

    def close(self) -> None:
        """Nothing is held."""
