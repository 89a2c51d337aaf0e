"""Articles in, embedded chunks out, on the cores of a Ray cluster: for collections that take one machine hours.

Every worker does what `LocalIngestion` does, so what comes back is the same. The nodes of a cluster need
this package, and the embedding model's files, where they run; a local Ray has them.
"""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.schema import BaseNode, TextNode, TransformComponent

from index.article import Article
from index.chunking import CHUNKING
from index.embedding import TextEmbedding, load_embedding
from index.errors import ArticleIndexError, EmbeddingError
from index.ingestion import LocalIngestion
from index.ray_cluster import connected, cores, quiet_run

if TYPE_CHECKING:
    from llama_index.ingestion.ray import RayIngestionPipeline

# Articles a run: starting its workers takes 6 to 12 s, and a core needs some 7 minutes for 250 (9 chunks a second).
ARTICLES_PER_CORE: Final = 250
MAX_BATCH: Final = 2000  # articles; some 0.85 GB in this process, as 200 of them (3,069 chunks) took 84 MB
TASK_ARTICLES: Final = 4  # articles that a worker is given at once: some 7 s of work, lost when it dies


class EmbeddedChunks(TransformComponent):
    """Articles in, their embedded chunks out: what a Ray worker does, with one model for all that it is given."""

    embedding: str
    fingerprint: str
    chunking: str
    _ingestion: LocalIngestion | None = PrivateAttr(default=None)

    def __call__(self, nodes: Sequence[BaseNode], **_kwargs: Any) -> Sequence[BaseNode]:  # noqa: ANN401 - as its base
        """The chunks of the articles that the nodes carry."""
        self._ingestion = self._ingestion or LocalIngestion(self._loaded())
        chunks = self._ingestion.embed([_article(node) for node in nodes])
        return [chunk for node in nodes for chunk in chunks[node.node_id]]

    def _loaded(self) -> TextEmbedding:
        embedding = load_embedding(self.embedding, threads=1)
        if (embedding.fingerprint, CHUNKING) != (self.fingerprint, self.chunking):
            raise EmbeddingError(
                f"a Ray worker has another embedding model or chunks: {self.embedding}, {CHUNKING}; "
                "install the same version of dateline there"
            )
        return embedding


class RayIngestion:
    """Chunks and embeds on Ray: a local one, a cluster, or the one that this process is connected to already."""

    def __init__(self, embedding: TextEmbedding, *, address: str | None = None, threads: int | None = None) -> None:
        """Start a local Ray, or join a cluster.

        Args:
            embedding: What embeds; every worker loads it for itself.
            address: None or `local` for a local Ray; `auto`, `host:port` or `ray://host:port` for a cluster.
            threads: How many cores a local Ray uses; None: all.

        Raises:
            IndexUnavailableError: Ray is not installed, does not start, or cannot be reached.
        """
        self._embedding = embedding
        self._held = ExitStack()
        self._held.enter_context(connected(address, threads))

    @property
    def batch(self) -> int:
        """How many articles to hand over at a time: enough that starting the workers costs little."""
        return min(MAX_BATCH, ARTICLES_PER_CORE * cores())

    def embed(self, articles: Sequence[Article]) -> dict[str, list[TextNode]]:
        """Article id -> its chunks in order, each with its embedding.

        Raises:
            EmbeddingError: the workers cannot embed, or do not get ahead.
            ModelFileError: a worker cannot use its embedding model.
        """
        found = defaultdict[str, list[TextNode]](list)
        for node in self._run([_node(article) for article in articles]):
            if isinstance(node, TextNode):
                found[node.metadata["article_id"]].append(node)
        return {article.id: _whole(article, found[article.id]) for article in articles}

    def _run(self, nodes: list[TextNode]) -> Sequence[BaseNode]:
        from ray.data.exceptions import ExecutionTimeoutError
        from ray.exceptions import RayError

        if not nodes:
            return []
        try:
            with quiet_run():
                return self._pipeline(len(nodes)).run(nodes=nodes)
        except (RayError, ExecutionTimeoutError, OSError) as error:
            raise _failed(error) from error

    def _pipeline(self, articles: int) -> "RayIngestionPipeline":
        from llama_index.ingestion.ray import RayIngestionPipeline, RayTransformComponent
        from ray.data import ActorPoolStrategy

        name = self._embedding.name
        setting = str(Path(name).resolve()) if Path(name).is_dir() else name
        workers = ActorPoolStrategy(size=min(cores(), ceil(articles / TASK_ARTICLES)))
        step = RayTransformComponent(
            EmbeddedChunks,
            map_batches_kwargs={"batch_size": TASK_ARTICLES, "num_cpus": 1, "compute": workers},
            transform_kwargs={
                "embedding": setting,
                "fingerprint": self._embedding.fingerprint,
                "chunking": CHUNKING,
            },
        )
        return RayIngestionPipeline(transformations=[step])

    def close(self) -> None:
        """Leave the cluster; a local Ray is stopped, and its files go."""
        self._held.close()


def _node(article: Article) -> TextNode:
    return TextNode(id_=article.id, text=article.text, metadata=article.model_dump(mode="json", exclude={"text"}))


def _article(node: BaseNode) -> Article:
    return Article.model_validate({**node.metadata, "text": node.get_content()})


def _whole(article: Article, chunks: list[TextNode]) -> list[TextNode]:
    """The chunks in order: Ray gives back first what its workers finished first."""
    ordered = sorted(chunks, key=lambda chunk: chunk.start_char_idx or 0)
    if "".join(chunk.text for chunk in ordered) != article.text:
        raise EmbeddingError(
            f"the Ray workers gave back another text: article {article.id}; install this version of dateline on all"
        )
    return ordered


def _failed(error: Exception) -> ArticleIndexError:
    """The one line for what Ray raised."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, ArticleIndexError):
        return type(cause)(_lines(cause)[0])  # Ray adds lines of its own
    if absent := [line for line in _lines(error) if line.startswith(("ModuleNotFoundError", "ImportError"))]:
        return EmbeddingError(
            f"the Ray workers cannot import dateline: {absent[0]}; install this version of it on every node"
        )
    why = f"{type(cause or error).__name__}: {_lines(cause or error)[0]}"
    return EmbeddingError(f"the Ray workers failed: {why}; add the articles again, or without Ray")


def _lines(error: BaseException) -> list[str]:
    return [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
