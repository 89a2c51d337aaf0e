"""What an index that was killed must hold, and whether it does."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from index import Article, ArticleIndex, Scope

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

    from index.store import ArticleStore

Kind = Literal["add", "remove", "reindex"]

COMMON: Final = "harbourmark"  # stands in the title of every article, and so in what every chunk is found by
ALL: Final = 100_000  # chunks; more than any of these indexes has
UNIT: Final = 0.01  # how far from 1 the length of a vector may be, in half precision


@dataclass(frozen=True)
class Operation:
    """One call that changes an index: which articles, in which wording (0: as first added)."""

    kind: Kind
    articles: tuple[tuple[int, int], ...] = ()


@dataclass
class Expected:
    """Article id -> its text in an index, and what a call that was broken off may have left instead."""

    texts: dict[str, str]
    under_way: Operation | None = None

    def allowed(self, article_id: str) -> set[str | None]:
        """The texts that an article may have; None: it may not be there."""
        outcomes = {self.texts.get(article_id)}
        if self.under_way:
            outcomes.add(after(self.texts, self.under_way).get(article_id))
        return outcomes


@cache
def article(number: int, wording: int) -> Article:
    """A small made-up article; none has a sequence of words in common with another."""
    random = Random(f"{number} {wording}")  # noqa: S311 - no secret
    syllables = "ba do fen gri hul jor kem lan mur nis ost pra quo rel sim tov ul vek wan zed".split()
    words = ["".join(random.choices(syllables, k=random.randint(2, 3))) for _ in range(random.choice((12, 90, 400)))]
    sentences = [" ".join(words[i : i + 9]).capitalize() + "." for i in range(0, len(words), 9)]
    return Article(
        text="\n".join(" ".join(sentences[i : i + 4]) for i in range(0, len(sentences), 4)),
        title=f"{COMMON} number{number} wording{wording}",
        url=f"https://crash.example/{number}",
    )


def after(texts: Mapping[str, str], operation: Operation) -> dict[str, str]:
    """Article id -> text once the operation is done."""
    named = [article(*which) for which in operation.articles]
    if operation.kind == "add":
        return {**texts, **{one.id: one.text for one in named}}
    if operation.kind == "remove":
        gone = {one.id for one in named}
        return {article_id: text for article_id, text in texts.items() if article_id not in gone}
    return dict(texts)


def carry_out(index: ArticleIndex, operation: Operation) -> None:
    """Do it; what is done already stays as it is."""
    named = [article(*which) for which in operation.articles]
    if operation.kind == "add":
        index.add(*named)
    elif operation.kind == "remove":
        index.remove(*(one.id for one in named if one.id in index))
    else:
        index.reindex()


def stored_texts(store: "ArticleStore") -> dict[str, str]:
    """Article id -> text, of all articles in the store."""
    return {found.id: found.text for found in store.catalog.articles(Scope())}


def store_violations(store: "ArticleStore", expected: Expected) -> Iterator[str]:
    """What is lost, back again, partial or altered in the store."""
    there = stored_texts(store)
    for article_id in sorted({*there, *expected.texts}):
        if there.get(article_id) not in expected.allowed(article_id):
            yield f"article {article_id} {_difference(there.get(article_id), expected.texts.get(article_id))}"
    yield from _half_removed(there, expected)
    chunks = store.chunks.embedded(list(there)) if there else []
    of_article: dict[str, list[TextNode]] = defaultdict(list)
    for chunk in chunks:
        of_article[chunk.metadata["article_id"]].append(chunk)
    for article_id, text in there.items():
        yield from _partial(article_id, text, of_article[article_id])
    if len(chunks) != store.chunks.count():
        yield f"{store.chunks.count() - len(chunks)} chunks belong to no article"


def search_violations(index: ArticleIndex, texts: Mapping[str, str]) -> Iterator[str]:
    """What searches do not find, or find though it is not there."""
    chunks = index.info()["chunks"]
    found = {
        "dense": index.dense(COMMON, ALL, Scope()),
        "lexical": index.lexical(COMMON, ALL, Scope()),
    }
    for search, ids in found.items():
        articles = {node_id.rpartition(":")[0] for node_id in ids}
        if articles != set(texts):
            missing, extra = set(texts) - articles, articles - set(texts)
            yield f"{search} search misses {len(missing)} and invents {len(extra)} of {len(texts)} articles"
        elif len(ids) != chunks:
            yield f"{search} search finds {len(ids)} of {chunks} chunks"
    states = index.info()
    yield from (f"{name}: {states[name]}" for name in ("vectors", "lexical index") if states[name] != "up to date")


def _half_removed(there: Mapping[str, Any], expected: Expected) -> Iterator[str]:
    """To remove some articles is one change: all of them are gone, or none."""
    if expected.under_way and expected.under_way.kind == "remove":
        ids = [article(*which).id for which in expected.under_way.articles]
        left = sum(article_id in there for article_id in ids)
        if left not in {0, len(ids)}:
            yield f"{left} of {len(ids)} articles that were to be removed together are left"


def _partial(article_id: str, text: str, chunks: Sequence["TextNode"]) -> Iterator[str]:
    if "".join(chunk.text for chunk in chunks) != text:
        yield f"article {article_id}: its {len(chunks)} chunks do not make up its text"
    lengths = [float(np.linalg.norm(chunk.get_embedding())) for chunk in chunks]
    if any(not abs(length - 1) < UNIT for length in lengths):
        yield f"article {article_id}: a chunk has no embedding"


def _difference(found: str | None, wanted: str | None) -> str:
    if found is None:
        return "was committed and is lost"
    return "was removed and is there" if wanted is None else "has another text than was committed"
