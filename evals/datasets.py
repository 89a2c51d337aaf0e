"""Questions with their gold facts: a bundled collection's name or a JSONL file in, a `Dataset` out.

Bundled are collections of articles and questions: `korea-japan-2025`, reports in our own words of real
meetings, and `aldermere`, a place that does not exist, so that no LLM knows it; `sample` is both of them.
`hostile`, as fictional, is articles that attack whoever answers from them.
Beside the questions that are measured by, each has a `practice.jsonl` to tune on.
"""

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Literal

from evals.errors import DatasetError
from evals.gold import Question
from evals.gold_files import read_questions
from index import Article, ArticleIndex
from index.readers import read_articles
from rag.answer import Style

SAMPLE = "sample"  # both of these together
SAMPLED = ("aldermere", "korea-japan-2025")
SHOWN = "korea-japan-2025"  # the collection that an empty index is filled with
ARTICLES = "articles"  # folder beside a gold-facts file, with the articles that it is about
QUESTIONS = "questions.jsonl"


_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Dataset:
    """Questions in file order, and where their articles are, if the data set brings them."""

    name: str
    questions: tuple[Question, ...]
    task: Literal["answer", "retrieval"] = "answer"
    style: Style | None = None  # that its protocol asks for
    articles: Callable[[], Iterator[Article]] | None = field(default=None, compare=False)
    official: str | None = None  # whose official scores are reported beside ours

    @cached_property
    def jsonl(self) -> bytes:
        """The questions as a gold-facts file: the form in which a run keeps them."""
        return "".join(f"{question.model_dump_json(exclude_defaults=True)}\n" for question in self.questions).encode()

    @property
    def sha256(self) -> str:
        """The hash of the questions: the same for the same questions, wherever they were read from."""
        return sha256(self.jsonl).hexdigest()

    def sample(self, limit: int | None, seed: int | None = None) -> "Dataset":
        """The first `limit` questions; with a seed, as many drawn at random, in the same order.

        Raises:
            DatasetError: the limit is below 1, or there is a seed but no limit.
        """
        if limit is None and seed is not None:
            raise DatasetError(f"nothing to draw: seed {seed}, but no limit; say how many questions with --limit")
        if limit is not None and limit < 1:
            raise DatasetError(f"nothing to ask: limit {limit}; give at least 1")
        if limit is None or limit >= len(self.questions):
            return self
        everywhere = range(len(self.questions))
        picked = everywhere[:limit] if seed is None else sorted(random.Random(seed).sample(everywhere, limit))  # noqa: S311
        return replace(self, questions=tuple(self.questions[number] for number in picked))


def load_dataset(name_or_path: str | Path) -> Dataset:
    """The bundled dataset of that name, or the one in a gold-facts file.

    A file that has a folder `articles` beside it brings the articles in it.

    Raises:
        DatasetError: no such dataset, or lines that are not questions; it names the first of them.
    """
    collections = _collections()
    if name_or_path == SAMPLE:
        return _dataset(SAMPLE, [collections[name] / QUESTIONS for name in SAMPLED])
    if str(name_or_path) in collections:
        return _dataset(str(name_or_path), [collections[str(name_or_path)] / QUESTIONS])
    if Path(name_or_path).is_file():
        return _dataset(Path(name_or_path).stem, [Path(name_or_path)])
    raise DatasetError(f"no such dataset: {name_or_path}; give {', '.join(bundled_names())}, or a JSONL file")


def bundled_names() -> list[str]:
    """The names of the bundled datasets."""
    return sorted([SAMPLE, *_collections()])


def sample_articles_path() -> Path:
    """The folder of the articles that an empty index is filled with."""
    return _collections()[SHOWN] / ARTICLES


def example_questions() -> list[str]:
    """Questions that those articles answer well, to show in a chat about them."""
    return [question.question for question in load_dataset(SHOWN).questions if question.example]


def holds_samples(index: ArticleIndex) -> bool:
    """Whether the index holds the sample articles, that is, their first one."""
    return next(_articles([sample_articles_path()])).id in index


def _dataset(name: str, gold_files: Sequence[Path]) -> Dataset:
    questions = tuple(question for path in gold_files for question in read_questions(path))
    folders = [path.parent / ARTICLES for path in gold_files if (path.parent / ARTICLES).is_dir()]
    return Dataset(name, questions, articles=partial(_articles, folders) if folders else None)


def _collections() -> dict[str, Path]:
    folder = Path(str(files(__package__) / "collections"))
    return {path.name: path for path in sorted(folder.iterdir()) if (path / QUESTIONS).is_file()}


def _articles(paths: Sequence[Path]) -> Iterator[Article]:
    for read in read_articles(list(paths)):
        if isinstance(read.item, Article):
            yield read.item
        else:
            _log.warning("left out of the set's articles: %s", read.item)
