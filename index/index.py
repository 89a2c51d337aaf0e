"""The index: articles in, chunks out. Reads, chunks, embeds and stores."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from index.article import Article
from index.chunking import chunk_article, embedding_text
from index.derived import DerivedIndexes
from index.errors import IndexUnavailableError, ScopeError, StaleIndexError
from index.readers import Failure, Read, measure, read_articles
from index.scope import Day, Scope, parse_day
from index.settings import IndexSettings
from index.store import ArticleStore
from index.tables import EMBEDDING_TYPE

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

    from index.embedding import TextEmbedding

BATCH = 16  # articles embedded and committed together: about 3 s of work, so that progress shows
SOURCES_SHOWN = 8  # outlets named in an error line

Input = str | Path | Article
Progress = Callable[[int, int], None]


@dataclass
class AddReport:
    """What became of each article: ids, and the failures with their reasons."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    duplicate: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)


class ArticleIndex:
    """A searchable index of articles in a folder."""

    def __init__(self, path: Path, settings: IndexSettings) -> None:
        self.path = path
        self.settings = settings
        self._store = ArticleStore(settings.store) if settings.store else ArticleStore.in_folder(path)
        self._derived = DerivedIndexes(path, self._store, settings.chroma_url)
        self._embedding: TextEmbedding | None = None

    @classmethod
    def open(cls, path: str | Path | None = None, *, settings: IndexSettings | None = None) -> Self:
        """The index in this folder (None: as the settings say), made where there is none.

        Raises:
            IndexUnavailableError: the folder cannot be made or written, or its database not opened.
        """
        settings = settings or IndexSettings()
        folder = Path(path or settings.index).expanduser()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IndexUnavailableError(
                f"cannot make the index folder: {folder}: {error.strerror}; choose another with --index"
            ) from error
        return cls(folder, settings)

    @property
    def embedding(self) -> "TextEmbedding":
        """The LlamaIndex embedding that made this index.

        Raises:
            StaleIndexError: the index was made with another one.
        """
        if self._embedding is None:
            from index.embedding import load_embedding

            self._embedding = load_embedding(self.settings.embed, threads=self.settings.threads)
        self._check_embedding(self._embedding)  # every time: another process may have added the first article
        return self._embedding

    def _check_embedding(self, embedding: "TextEmbedding") -> None:
        name, _, fingerprint = (self._store.fact("embedding") or "").rpartition(" ")
        if fingerprint not in {"", embedding.fingerprint}:
            raise StaleIndexError(
                f"the index was made with another embedding model: {name}, not {embedding.name}; "
                "set DATELINE_EMBED to it, or add the articles to a new index"
            )

    def add(self, *inputs: Input, progress: Progress | None = None) -> AddReport:
        """Read articles from files, folders, URLs or `Article` objects and index what is new or changed.

        Args:
            inputs: what to read; a failure of one stops none of the others.
            progress: called with bytes done and bytes in all.

        Returns:
            What became of each article.

        Raises:
            IndexLockedError: another process, or another thread, is writing to this index.
            IndexUnavailableError: the index cannot be written.
        """
        report, total = AddReport(), measure([i for i in inputs if not isinstance(i, Article)])
        reads = _reads(inputs)
        with self._derived.writing():
            while batch := list(islice(reads, BATCH)):
                report.failed.extend(read.item for read in batch if isinstance(read.item, Failure))
                self._add_batch([read.item for read in batch if isinstance(read.item, Article)], report)
                if progress:
                    progress(batch[-1].done, total)
        return report

    def _add_batch(self, articles: list[Article], report: AddReport) -> None:
        # A later record of an article replaces an earlier one.
        latest = {article.id: article for article in articles}
        known = self._store.fingerprints(list(latest))
        seen = set[tuple[str, str | None]]()
        changed = list[Article]()
        for article in latest.values():
            words = (article.text_sha256, article.source)
            if known.get(article.id) == article.fingerprint:
                report.unchanged.append(article.id)
            elif article.id not in known and (words in seen or self._store.copy_of(article)):
                report.duplicate.append(article.id)
            else:
                (report.updated if article.id in known else report.added).append(article.id)
                changed.append(article)
            seen.add(words)
        report.undated.extend(article.id for article in changed if article.published_at is None)
        if changed:
            self._write(changed)

    def _write(self, articles: list[Article]) -> None:
        nodes = {article.id: chunk_article(article) for article in articles}
        fresh = [node for chunks in nodes.values() for node in chunks]
        embedding = self.embedding
        vectors = embedding.embed([embedding_text(node) for node in fresh])
        # As precise as the store keeps them, so that an index made from it is no other one.
        for node, vector in zip(fresh, vectors.astype(EMBEDDING_TYPE), strict=True):
            node.embedding = vector.tolist()
        self._store.note("embedding", f"{embedding.name} {embedding.fingerprint}")
        stale = self._store.node_ids(list(nodes))
        batch = [(article, nodes[article.id]) for article in articles]
        self._derived.apply(lambda: self._store.put(batch), stale, fresh)

    def remove(self, *article_ids: str) -> None:
        """Take articles out.

        Raises:
            ArticleNotFoundError: no article has one of these ids; none is removed then.
        """
        for article_id in article_ids:
            self._store.get(article_id)
        with self._derived.writing():
            stale = self._store.node_ids(article_ids)
            self._derived.apply(lambda: self._store.remove(article_ids), stale, [])

    def get(self, article_id: str) -> Article:
        """The article of this id.

        Raises:
            ArticleNotFoundError: there is none.
        """
        return self._store.get(article_id)

    def articles(self, *, source: str | None = None, since: Day = None, until: Day = None) -> Iterator[Article]:
        """The articles of an outlet and between two days (both included; None: no bound), newest first.

        Raises:
            ScopeError: a day is not a date, or no article is of this outlet.
        """
        return self._store.articles(self.scope(source=source, since=since, until=until))

    def scope(self, *, source: str | None = None, since: Day = None, until: Day = None) -> Scope:
        """The bounds as a `Scope`; an outlet may be given in any case, and without its '.com'.

        Raises:
            ScopeError: a day is not a date, or no article is of this outlet.
        """
        sources = None if source is None else self._matching_sources(source)
        return Scope(parse_day("since", since), parse_day("until", until), sources)

    def _matching_sources(self, wanted: str) -> tuple[str, ...]:
        every = self._store.sources()
        matching = tuple(source for source in every if _plain(source) == _plain(wanted))
        if not matching:
            known = ", ".join(every[:SOURCES_SHOWN]) + (", …" if len(every) > SOURCES_SHOWN else "")
            raise ScopeError(f"no article is of this outlet: {wanted!r}; outlets are: {known or 'none'}")
        return matching

    def dense(self, question: str, top_k: int, scope: Scope) -> list[str]:
        """The ids of the `top_k` chunks in scope that are nearest in meaning, nearest first."""
        embedding = self.embedding.get_query_embedding(question)
        return self._derived.dense(embedding, top_k, scope)

    def lexical(self, question: str, top_k: int, scope: Scope) -> list[str]:
        """The ids of the `top_k` chunks in scope that share the most telling words, best first."""
        return self._derived.lexical(question, top_k, scope)

    def nodes(self, ids: Sequence[str]) -> list["TextNode"]:
        """The chunks of these ids, in their order, as LlamaIndex nodes; unknown ids are left out."""
        found = self._store.nodes(ids)
        return [found[i] for i in ids if i in found]

    def sources(self) -> list[str]:
        """The outlets, sorted."""
        return self._store.sources()

    def newest(self) -> date | None:
        """The latest day of publication; None where no article is dated."""
        return self._store.days()[1]

    def count(self, scope: Scope) -> int:
        """How many articles are in scope."""
        return self._store.count(scope)

    def __contains__(self, article_id: str) -> bool:
        """Whether an article has this id."""
        return bool(self._store.fingerprints([article_id]))

    def __len__(self) -> int:
        """How many articles there are."""
        return self._store.count()

    def info(self) -> dict[str, Any]:
        """What the index holds and how it was made."""
        oldest, newest = self._store.days()
        return {
            "path": str(self.path),
            "articles": len(self),
            "undated": len(self) - self._store.count(Scope(since=date.min)),
            "chunks": self._store.count_chunks(),
            "outlets": len(self.sources()),
            "oldest": oldest,
            "newest": newest,
            "embedding": (self._store.fact("embedding") or "none yet ").rpartition(" ")[0],
        }

    def close(self) -> None:
        """Release files and connections."""
        self._derived.close()
        self._store.close()


def _reads(inputs: Sequence[Input]) -> Iterator[Read]:
    paths = [i for i in inputs if not isinstance(i, Article)]
    done = 0
    for read in read_articles(paths):
        done = read.done
        yield read
    yield from (Read(i, done) for i in inputs if isinstance(i, Article))


def _plain(source: str) -> str:
    return source.casefold().removeprefix("www.").removesuffix(".com").strip()
