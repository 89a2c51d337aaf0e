"""What `dateline eval new` reads, whom it asks, and where it writes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ui.options import open_index, ready_llm, settings_to_measure
from ui.terminal import say

if TYPE_CHECKING:
    from evals.drafting import Ask
    from index import Article


def articles_of(inputs: Sequence[str], index: Path | None) -> "list[Article]":
    """The articles in these files and folders; of none, those of the index. What cannot be read is named.

    Raises:
        DatasetError: there is no article.
    """
    from evals.errors import DatasetError

    found = list(_read(inputs) if inputs else open_index(index).articles())
    if not found:
        where = ", ".join(inputs) or "the index is empty"
        raise DatasetError(f"no articles to ask about: {where}; name files or folders of articles")
    return found


def _read(inputs: Sequence[str]) -> "Iterator[Article]":
    from index import Article
    from index.readers import read_articles

    for read in read_articles(list(inputs)):
        if isinstance(read.item, Article):
            yield read.item
        else:
            say(str(read.item))


def asker(llm: str | None) -> "Ask | None":
    """What words a question: the LLM that is configured; None where there is none."""
    ready = ready_llm(settings_to_measure(llm))
    if ready.kind == "extractive":
        return None

    from evals.drafting import asking

    return asking(ready)


def write_drafts(
    out: Path,
    articles: "Sequence[Article]",
    ask: "Ask | None",
    *,
    limit: int,
    progress: Callable[[int, int], None],
) -> int:
    """How many drafts were written, each as soon as it was there: what stops it midway leaves the ones before.

    Raises:
        DatasetError: the file exists or cannot be written, or no article states anything to ask for.
        LLMUnavailableError: the LLM did not word a question.
    """
    from evals.drafting import draft_questions
    from evals.errors import DatasetError

    written = 0
    with _new_file(out) as file:
        for written, question in enumerate(draft_questions(articles, limit=limit, ask=ask), start=1):
            file.write(question.model_dump_json(exclude_defaults=True) + "\n")
            file.flush()
            progress(written, limit)
    if not written:
        raise DatasetError(
            f"nothing to ask for: {len(articles)} articles without a sentence that states a figure, day or name; "
            "give others"
        )
    return written


@contextmanager
def _new_file(path: Path) -> Iterator[IO[str]]:
    """A file that was not there before, and is not afterwards if nothing was written."""
    from evals.errors import DatasetError

    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError as error:
        raise DatasetError(f"the file is there already: {path}; give another with --out") from error
    except OSError as error:
        raise DatasetError(f"cannot write: {path}: {error.strerror}; give another file with --out") from error
    try:
        with file:
            yield file
    finally:
        if not path.stat().st_size:
            path.unlink()
