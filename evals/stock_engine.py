"""Stock LlamaIndex over our articles, with our embedding and our LLM: the baseline beside us.

`VectorStoreIndex` in Chroma and `CitationQueryEngine`, all with their defaults, as on
https://docs.llamaindex.ai/en/stable/examples/query_engine/citation_query_engine/. It has no sense of
time and no memory: `as_of` and the history of a conversation do not reach it.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata
from llama_index.core.schema import Document, NodeWithScore, QueryBundle

from evals.chat import chat, llm_settings
from evals.errors import RunError
from evals.foreign import article_ref, articles_sha256, as_answer, is_exact
from evals.gold import Turn
from evals.stock import chroma_collection, is_installed
from index import Article, ArticleIndex
from rag.answer import Answer, Citation, Passage, Style, Timings, Usage
from rag.llm import LLM

if TYPE_CHECKING:
    from llama_index.core import VectorStoreIndex

MAX_TOKENS: Final = 512  # of an answer; twice what LlamaIndex reserves, and its prompts still fit in 4,096
BATCH: Final = 16  # articles embedded and stored together; some seconds of work
_LABEL: Final = re.compile(r"^Source \d+:\n")  # which the query engine writes above what the LLM reads
STAMP: Final = "stock.json"  # what the index in a folder was made from; written when it is whole

Progress = Callable[[int, int], None]  # articles done, articles in all


class ChatLLM(CustomLLM):
    """Our LLM as LlamaIndex asks one: a prompt is a user's message, as its own OpenAI classes send it."""

    _llm: LLM = PrivateAttr()
    _spent: list[Usage] = PrivateAttr(default_factory=list)

    def __init__(self, llm: LLM) -> None:
        super().__init__()
        self._llm = llm

    @property
    def metadata(self) -> LLMMetadata:
        """What LlamaIndex fits its prompts to."""
        return LLMMetadata(
            context_window=self._llm.context_window, num_output=MAX_TOKENS, model_name=self._llm.name or "unknown"
        )

    def complete(self, prompt: str, formatted: bool = False, **_: object) -> CompletionResponse:  # noqa: ARG002
        """The LLM's reply to the prompt."""
        said = chat(self._llm, [{"role": "user", "content": prompt}], max_tokens=MAX_TOKENS)
        self._spent.append(said.usage)
        return CompletionResponse(text=said.text)

    def stream_complete(self, prompt: str, formatted: bool = False, **_: object) -> CompletionResponseGen:
        """The same reply, in one piece: the query engine does not stream by default."""
        yield self.complete(prompt, formatted)

    def spent(self) -> Usage:
        """The tokens since this was last asked: an answer may take several prompts."""
        spent, self._spent = self._spent, []
        return Usage(
            prompt_tokens=sum(usage.prompt_tokens for usage in spent),
            completion_tokens=sum(usage.completion_tokens for usage in spent),
        )


class StockEngine:
    """`CitationQueryEngine` over a `VectorStoreIndex`, its sources and markers told as an `Answer`."""

    name = "stock-llamaindex"

    def __init__(
        self, articles: ArticleIndex, llm: LLM, folder: str | Path, *, progress: Progress | None = None
    ) -> None:
        """Index the articles into the folder, unless they are there; `progress` is told articles done and in all.

        Raises:
            RunError: stock LlamaIndex is not installed, or there is no LLM.
        """
        if not is_installed():
            raise RunError("no stock LlamaIndex to measure: not installed; run: pip install 'dateline[bench]'")
        if llm.kind == "extractive":
            raise RunError("stock LlamaIndex needs an LLM: none is configured; set DATELINE_LLM or OPENAI_API_KEY")
        from llama_index.core.query_engine import CitationQueryEngine

        self._articles = articles
        self._llm = llm
        self._chat = ChatLLM(llm)
        self._made = _making(articles)
        self._index = _stock_index(articles, self._made, Path(folder), progress or (lambda _done, _total: None))
        self._engine = CitationQueryEngine.from_args(self._index, llm=self._chat)

    @property
    def settings(self) -> dict[str, Any]:
        """What goes on record."""
        return {"engine": self.name, **self._made, **llm_settings(self._llm), "max_tokens": MAX_TOKENS}

    def ask(
        self, question: str, *, as_of: date | None = None, style: Style = "full", history: Sequence[Turn] = ()
    ) -> Answer:
        """What stock LlamaIndex says; neither the day nor the history reaches it.

        Raises:
            LLMUnavailableError: the LLM did not answer.
        """
        del as_of, history
        started, query = perf_counter(), QueryBundle(question)
        nodes = self._engine.retrieve(query)
        retrieved = perf_counter()
        response = self._engine.synthesize(query, nodes)
        passages = [self._passage(node) for node in response.source_nodes]
        timings = {"retrieve": retrieved - started, "total": perf_counter() - started}
        return as_answer(
            str(response),
            dict(enumerate(passages, start=1)),
            question=question,
            style=style,
            model=self._llm.name,
            passages=tuple(passages),
            usage=self._chat.spent(),
            timings_ms=Timings(**{stage: round(seconds * 1000, 1) for stage, seconds in timings.items()}),
        )

    def find(self, question: str, *, top_k: int, as_of: date | None = None) -> tuple[Passage, ...]:
        """The `top_k` chunks of its index that are nearest to the question; the day does not reach it."""
        del as_of
        found = self._index.as_retriever(similarity_top_k=top_k).retrieve(question)
        return tuple(self._passage(node) for node in found)

    def quote_is_exact(self, citation: Citation) -> bool:
        """Whether the citation's offsets give its quote in the stored article."""
        return is_exact(citation, self._articles)

    def _passage(self, hit: NodeWithScore) -> Passage:
        """The chunk and where it stands; at 0 to 0 where LlamaIndex changed its words in cutting."""
        article = self._articles.get(hit.node.ref_doc_id or "")
        text = _LABEL.sub("", hit.node.get_content()).removesuffix("\n")
        start = article.text.find(text)
        return Passage(
            article_id=article.id,
            text=text,
            score=hit.score or 0.0,
            start=max(start, 0),
            end=start + len(text) if start >= 0 else 0,
            article=article_ref(article),
        )


def _making(articles: ArticleIndex) -> dict[str, Any]:
    """What an index is made from and with: it is made anew when any of this changes."""
    from llama_index.core.node_parser import SentenceSplitter

    splitter = SentenceSplitter()
    return {
        "llama_index": version("llama-index-core"),
        "chunking": f"{splitter.chunk_size} tokens, overlap {splitter.chunk_overlap}",
        "embedding": articles.embedding.name,
        "embedding_fingerprint": articles.embedding.fingerprint,
        "metadata": "title, source, published_at",
        "articles": len(articles.ids()),
        "articles_sha256": articles_sha256(articles),
    }


def _stock_index(
    articles: ArticleIndex, made: Mapping[str, Any], folder: Path, progress: Progress
) -> "VectorStoreIndex":
    from llama_index.core import VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    stamp, wanted = folder / STAMP, json.dumps(made, indent=2)
    whole = stamp.exists() and stamp.read_text(encoding="utf-8") == wanted
    if not whole:
        stamp.unlink(missing_ok=True)
    store = ChromaVectorStore(chroma_collection=chroma_collection(folder, anew=not whole))
    index = VectorStoreIndex.from_vector_store(store, embed_model=articles.embedding)
    if not whole:
        _fill(index, articles, progress)
        stamp.write_text(wanted, encoding="utf-8")
    return index


def _fill(index: "VectorStoreIndex", articles: ArticleIndex, progress: Progress) -> None:
    """Cut, embed and store the articles as `VectorStoreIndex.from_documents` does, some at a time."""
    from llama_index.core.node_parser import SentenceSplitter

    ids, splitter = articles.ids(), SentenceSplitter()
    for first in range(0, len(ids), BATCH):
        some = [articles.get(article_id) for article_id in ids[first : first + BATCH]]
        index.insert_nodes(splitter.get_nodes_from_documents([_document(article) for article in some]))
        progress(first + len(some), len(ids))


def _document(article: Article) -> Document:
    """The article with what LlamaIndex then embeds, and shows to the LLM, beside each chunk."""
    published = article.published_at and article.published_at.isoformat()
    told = {"title": article.title, "source": article.source, "published_at": published}
    return Document(text=article.text, metadata={name: value for name, value in told.items() if value}, id_=article.id)
