"""The articles of a benchmark: real ones, and copies of them with other words."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

from evals.errors import EvalError
from index import Article
from index.readers import read_articles

# Every sequence of five words has another word in it, so that no copy is taken for the same story.
SWAPPED_EVERY: Final = 4  # words
_BETWEEN_WORDS: Final = re.compile(r"(\s+)")


def real_articles(data: str | Path, limit: int) -> list[Article]:
    """The first articles in a file or folder, each text and each id once.

    Raises:
        EvalError: there are none.
    """
    found = list(islice(_distinct(data), limit))
    if not found:
        raise EvalError(f"no articles here: {data}; give a folder or a JSONL file of articles")
    return found


def _distinct(data: str | Path) -> Iterator[Article]:
    seen: set[str] = set()
    for read in read_articles([data]):
        if isinstance(read.item, Article) and not seen & {read.item.id, read.item.text_sha256}:
            seen |= {read.item.id, read.item.text_sha256}
            yield read.item


def write_parts(articles: Sequence[Article], bounds: Sequence[int], folder: Path) -> list[str]:
    """JSONL files with the articles from each bound to the next; beyond those that there are, copies of them."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"part-{start}.jsonl" for start in bounds[:-1]]
    for file, start, end in zip(files, bounds, bounds[1:], strict=False):
        with file.open("w", encoding="utf-8") as lines:
            lines.writelines(_line(articles, number) for number in range(start, end))
    return [str(file) for file in files]


def _line(articles: Sequence[Article], number: int) -> str:
    copy, which = divmod(number, len(articles))
    article = perturbed(articles[which], copy) if copy else articles[which]
    fields = {"text", "title", "url", "source", "authors", "published_at"}
    return json.dumps(article.model_dump(mode="json", include=fields), ensure_ascii=False) + "\n"


def perturbed(article: Article, copy: int) -> Article:
    """A copy with every fourth word replaced by another one of the article, under an address of its own."""
    random = Random(f"{article.id} {copy}")  # noqa: S311 - no secret
    pieces = _BETWEEN_WORDS.split(article.text)
    words = [word for word in pieces[::2] if word]
    for at in range(2 * random.randrange(SWAPPED_EVERY), len(pieces), 2 * SWAPPED_EVERY):
        pieces[at] = random.choice(words) if pieces[at] else pieces[at]
    fields = article.model_dump(include={"source", "authors", "published_at"})
    url = f"{article.url or f'https://copy.example/{article.id}'}/copy-{copy}"
    return Article(text="".join(pieces), title=f"{article.title} ({copy})", url=url, **fields)
