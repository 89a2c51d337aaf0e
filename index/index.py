"""The index: articles in, chunks out. Reads, chunks, embeds and stores."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from index.additions import Addition, AddReport, rounds
from index.article import Article
from index.derived import DerivedIndexes
from index.errors import IndexUnavailableError, ScopeError
from index.failure import Failure
from index.health import Health, examine, mend
from index.making import Making
from index.scope import Day, Scope, parse_day
from index.settings import IndexSettings
from index.store import ArticleStore

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

    from index.embedding import TextEmbedding
    from index.readers import Read

SOURCES_SHOWN = 8  # outlets named in an error line

Input = str | Path | Article
Progress = Callable[[int, int], None]


class ArticleIndex:
    """A searchable index of articles in a folder."""

    def __init__(self, path: Path, settings: IndexSettings) -> None:
        self.path = path
        self.settings = settings
        self._store = ArticleStore(settings.store) if settings.store else ArticleStore.in_folder(path)
        self._derived = DerivedIndexes(path, self._store, settings)
        self._making = Making(self._store, settings)

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
        return self._making.checked_embedding()

    def add(self, *inputs: Input, ray: str | None = None, progress: Progress | None = None) -> AddReport:
        """Read articles from files, folders, URLs or `Article` objects and index what is new or changed.

        Args:
            inputs: what to read; a failure of one stops none of the others.
            ray: chunk and embed on Ray: the address of a cluster, or "local".
            progress: called with bytes done and bytes in all.

        Returns:
            What became of each article.

        Raises:
            IndexLockedError: another process, or another thread, is writing to this index.
            IndexUnavailableError: the index cannot be written, or Ray not be used.
            StaleIndexError: the index was made with another embedding model, or in other chunks.
        """
        from index.readers import measure  # and all that reads files: asking needs none of it

        report, total = AddReport(), measure([i for i in inputs if not isinstance(i, Article)])
        reads = _reads(inputs, private_hosts=self.settings.intranet)
        with self._derived.writing(), self._making.ingestion(ray) as ingestion:
            addition = Addition(self._store, ingestion, report)
            while batch := list(islice(reads, ingestion.batch)):
                _note(batch, report)
                for some in rounds([read.item for read in batch if isinstance(read.item, Article)]):
                    if addition.add(some):
                        self._derived.follow()
                if progress:
                    progress(batch[-1].done, total)
        return report

    def remove(self, *article_ids: str) -> None:
        """Take articles out, with their earlier wordings.

        Raises:
            ArticleNotFoundError: no article has one of these ids; none is removed then.
        """
        for article_id in article_ids:
            self._store.catalog.get(article_id)
        with self._derived.writing():
            self._store.remove(article_ids)
            self._derived.follow()

    def reindex(self, *, progress: Progress | None = None) -> int:
        """Chunk and embed every article anew, as the settings say; how many chunks there are then.

        Until all are done, the index is what it was; broken off, it goes on where it was.
        """
        with self._derived.writing():
            self._making.make_anew(progress or (lambda _done, _total: None))
            self._derived.follow()
        return self._store.chunks.count()

    def get(self, article_id: str) -> Article:
        """The article of this id.

        Raises:
            ArticleNotFoundError: there is none.
        """
        return self._store.catalog.get(article_id)

    def articles(self, *, source: str | None = None, since: Day = None, until: Day = None) -> Iterator[Article]:
        """The articles of an outlet and between two days (both included; None: no bound), newest first.

        Each is given in its wording on the day `until`; without it, in its last one.

        Raises:
            ScopeError: a day is not a date, or no article is of this outlet.
        """
        return self._store.catalog.articles(self.scope(source=source, since=since, until=until))

    def ids(
        self, *, url: str | None = None, source: str | None = None, since: Day = None, until: Day = None
    ) -> list[str]:
        """The ids of the articles at an address, of an outlet, and published between two days (both included).

        Raises:
            ScopeError: a day is not a date, or no article is of this outlet.
        """
        scope = self.scope(source=source, since=since, until=until)
        return self._store.catalog.published(scope, url and Article(text=url, url=url).id)

    def wordings(self, article_id: str) -> list[Article]:
        """What an article superseded, newest first: earlier wordings, and earlier versions of its story."""
        return self._store.catalog.wordings(article_id)

    def copies(self, article_id: str) -> list[Article]:
        """The other articles that tell the same story in the same words, oldest first."""
        return self._store.catalog.copies(article_id)

    def also_in(self, stories: Sequence[str], scope: Scope) -> dict[str, list[str]]:
        """Story -> the outlets whose articles in scope tell it, sorted."""
        return self._store.catalog.telling(stories, scope)

    def scope(self, *, source: str | None = None, since: Day = None, until: Day = None) -> Scope:
        """The bounds as a `Scope`; an outlet may be given in any case, and without its '.com'.

        Raises:
            ScopeError: a day is not a date, or no article is of this outlet.
        """
        sources = None if source is None else self._matching_sources(source)
        return Scope(parse_day("since", since), parse_day("until", until), sources)

    def _matching_sources(self, wanted: str) -> tuple[str, ...]:
        every = self._store.catalog.sources()
        matching = tuple(source for source in every if _plain(source) == _plain(wanted))
        if not matching:
            known = ", ".join(every[:SOURCES_SHOWN]) + (", …" if len(every) > SOURCES_SHOWN else "")
            raise ScopeError(f"no article is of this outlet: {wanted!r}; outlets are: {known or 'none'}")
        return matching

    def dense(self, question: str, top_k: int, scope: Scope) -> dict[str, float]:
        """Id -> cosine of the `top_k` chunks in scope that are nearest in meaning, nearest first."""
        embedding = self.embedding.get_query_embedding(question)
        return self._derived.dense(embedding, top_k, scope)

    def lexical(self, question: str, top_k: int, scope: Scope) -> dict[str, float]:
        """Id -> BM25 score of the `top_k` chunks in scope that share the most telling words, best first."""
        return self._derived.lexical(question, top_k, scope)

    def nodes(self, ids: Collection[str]) -> list["TextNode"]:
        """The chunks of these ids, in their order, as LlamaIndex nodes; unknown ids are left out."""
        found = self._store.chunks.nodes(list(ids))
        return [found[i] for i in ids if i in found]

    def sources(self) -> list[str]:
        """The outlets, sorted."""
        return self._store.catalog.sources()

    def newest(self) -> date | None:
        """The latest day of publication; None where no article is dated."""
        return self._store.catalog.newest()

    def count(self, scope: Scope, *, at_most: int | None = None) -> int:
        """How many articles are in scope; counting stops `at_most` there."""
        return self._store.catalog.count(scope, at_most=at_most)

    def __contains__(self, article_id: str) -> bool:
        """Whether an article has this id."""
        return bool(self._store.catalog.fingerprints([article_id]))

    def __len__(self) -> int:
        """How many articles there are, each in its last wording."""
        return self._store.catalog.count()

    def info(self) -> dict[str, Any]:
        """What the index holds, how it was made, and whether what is derived from it is up to date."""
        return (
            {"path": str(self.path)}
            | self._store.catalog.summary()
            | {"chunks": self._store.chunks.count()}
            | self._making.summary()
            | self._derived.states()
        )

    def health(self) -> list[Health]:
        """What a thorough look at the store and at what is derived from it finds; changes nothing."""
        return examine(self._store, self._derived, self.settings)

    def repair(self) -> list[Health]:
        """Make anew, from the store, what is not sound; what was found before."""
        return mend(self._store, self._derived, self.settings)

    def close(self) -> None:
        """Release files and connections."""
        self._derived.close()
        self._store.close()


def _reads(inputs: Sequence[Input], *, private_hosts: Collection[str]) -> Iterator["Read"]:
    from index.readers import Read, read_articles

    paths = [i for i in inputs if not isinstance(i, Article)]
    done = 0
    for read in read_articles(paths, private_hosts=private_hosts):
        done = read.done
        yield read
    yield from (Read(i, done) for i in inputs if isinstance(i, Article))


def _note(batch: Sequence["Read"], report: AddReport) -> None:
    report.failed.extend(read.item for read in batch if isinstance(read.item, Failure))
    for read in batch:
        report.mapped.update(read.mapped)


def _plain(source: str) -> str:
    return source.casefold().removeprefix("www.").removesuffix(".com").strip()
