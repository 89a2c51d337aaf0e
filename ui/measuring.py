"""What `dateline eval run` is told, as what it runs: a data set, an engine, a folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ui.options import open_engine, open_index, ready_llm, settings_to_measure
from ui.terminal import progress_bar

if TYPE_CHECKING:
    from evals.datasets import Dataset
    from evals.engines import AnswerEngine
    from index import Article, ArticleIndex, IndexSettings
    from rag.answer import Style

OURS, STOCK = "dateline", "stock"  # engines that have a name of their own
HASH_LENGTH = 12  # hex characters, in the names of folders in the cache
AT_ONCE = 500  # articles added between two moves of the progress bar


@dataclass(frozen=True)
class Choice:
    """The engine that is to be measured, and over which index."""

    engine: str
    llm: str | None = None
    embed: str | None = None
    index: Path | None = None


def open_dataset(name: str, data: Path | None) -> "Dataset":
    """The bundled set, the file of gold facts, or the benchmark whose files are in the folder `data`.

    Raises:
        DatasetError: there is none, or it cannot be read.
    """
    from evals.adapters import ADAPTERS, load_benchmark
    from evals.datasets import load_dataset
    from evals.errors import DatasetError

    if data is not None:
        return load_benchmark(name, data)
    if name in ADAPTERS and not Path(name).is_file():
        raise DatasetError(f"no files of {name}; give the folder that holds them with --data")
    return load_dataset(name)


def opened_engine(choice: Choice, dataset: "Dataset") -> "AnswerEngine":
    """The engine to ask: ours, stock LlamaIndex, a Python callable or a chat endpoint.

    Raises:
        RunError: it cannot be had.
    """
    from evals.engines import PYTHON, CallableEngine, DatelineEngine, EndpointEngine, load_callable
    from evals.errors import RunError

    if choice.engine.startswith(PYTHON):
        return CallableEngine(load_callable(choice.engine), choice.engine.removeprefix(PYTHON))
    if choice.engine.startswith(("http://", "https://")):
        return EndpointEngine(choice.engine, *_model_and_key())
    if choice.engine not in {OURS, STOCK}:
        raise RunError(f"no such engine: {choice.engine}; give {OURS}, {STOCK}, {PYTHON}MODULE:FUNCTION or a URL")
    articles = opened_index(choice, dataset)
    if choice.engine == STOCK:
        return _stock(choice, articles)
    return DatelineEngine(open_engine(articles, settings_to_measure(choice.llm)))


def opened_index(choice: Choice, dataset: "Dataset") -> "ArticleIndex":
    """The index that was chosen, or one of the data set's own articles.

    Raises:
        DatasetError: there are no articles in it.
        IndexUnavailableError: there is none.
    """
    from evals.errors import DatasetError
    from index import ArticleIndex

    if choice.index or dataset.articles is None:
        index = open_index(choice.index, embed=choice.embed)
        if not len(index):
            raise DatasetError(f"no articles to ask about: {index.path} is empty; fill it with dateline add")
        return index
    articles = list(dataset.articles())
    if not articles:
        raise DatasetError(f"no articles to ask about: {dataset.name} brings none that can be read; put some there")
    index = ArticleIndex.open(settings=_settings_apart(dataset.name, articles, choice.embed))
    _hold(index, articles)
    return index


def folder_of_run(dataset: "Dataset", engine: "AnswerEngine", style: "Style | None", *, resume: bool) -> Path:
    """A new folder for a run, or that of the newest run of the same kind, which is to be continued.

    Raises:
        RunError: there is none to continue.
    """
    from datetime import UTC, datetime

    from evals.errors import RunError
    from evals.records import newest_like, record_of

    runs = runs_folder()
    if not resume:
        return runs / f"{dataset.name}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    found = newest_like(record_of(dataset, engine, style), runs)
    if found is None:
        raise RunError(f"no run of this kind to continue: {runs}; leave --resume out")
    return found


def runs_folder() -> Path:
    """Where runs go that no folder was named for."""
    from platformdirs import user_data_path

    return user_data_path("dateline", appauthor=False) / "runs"


def _settings_apart(name: str, articles: "Sequence[Article]", embed: str | None) -> "IndexSettings":
    """Settings of an index in the cache: a data set's articles never go where people keep theirs."""
    from platformdirs import user_cache_path

    from index import IndexSettings
    from index.settings import SCHEMA_VERSION

    own = IndexSettings() if embed is None else IndexSettings(DATELINE_EMBED=embed)
    made = _hash(SCHEMA_VERSION, own.embed, *(one.id + one.fingerprint for one in articles))
    folder = user_cache_path("dateline", appauthor=False) / f"{name}-{made}.index"
    return own.model_copy(update={"index": folder, "store": None, "chroma_url": None})


def _hold(index: "ArticleIndex", articles: "Sequence[Article]") -> None:
    """Add the articles, all of them new or, where they were added before, none."""
    with progress_bar("indexing the set's articles", in_bytes=False) as progress:
        for start in range(0, len(articles), AT_ONCE):
            index.add(*articles[start : start + AT_ONCE])
            progress(min(start + AT_ONCE, len(articles)), len(articles))


def _model_and_key() -> tuple[str | None, str | None]:
    from rag import RagSettings

    settings = RagSettings()
    return settings.model, settings.api_key.get_secret_value() if settings.api_key else None


def _stock(choice: Choice, articles: "ArticleIndex") -> "AnswerEngine":
    from platformdirs import user_cache_path

    from evals.stock_engine import StockEngine

    llm = ready_llm(settings_to_measure(choice.llm))
    folder = user_cache_path("dateline", appauthor=False) / f"{STOCK}-{_hash(str(articles.path.resolve()))}"
    with progress_bar("indexing the articles the stock way", in_bytes=False) as progress:
        return StockEngine(articles, llm, folder, progress=progress)


def _hash(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:HASH_LENGTH]
