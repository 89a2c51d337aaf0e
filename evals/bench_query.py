"""Speed and memory of a question among many chunks, beside stock LlamaIndex with the same vectors in the same run.

One index grows from size to size: the articles, then copies of them with other words. The first articles are
embedded, the chunks of all later ones get the vectors of the first again, with noise. The questions are made from the
embedded articles: in turn a headline, and the first words of a random sentence of another article.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

from evals import stock
from evals.bench_building import Announce, Building
from evals.bench_index import INSTALL
from evals.bench_retrieval import TOP_K, WARMING
from evals.bench_texts import real_articles
from evals.errors import EvalError
from evals.measured import in_child, load
from index import Article, sentence_spans

CHILD: Final = "evals.bench_retrieval"
QUESTIONS: Final = 200  # that are measured; one in twenty is slower than the 95th percentile
QUESTION_WORDS: Final = 16  # at most; questions of RealTime QA have 14 on average
SHARE: Final = 0.1  # of the articles that an outlet has: a bound that leaves few of the nearest chunks
SEED: Final = 0
SEARCHES: Final = ("dense", "retrieve_from_stock")  # by vectors alone: there is a true answer


def bench_query(  # noqa: PLR0913 (all but two are keyword-only)
    data: str | Path,
    sizes: Sequence[int],
    *,
    embed_up_to: int,
    stock_up_to: int | None = None,
    keep: str | Path | None = None,
    announce: Announce = lambda _line: None,
) -> dict[str, Any]:
    """Figures for each number of chunks.

    Args:
        data: a file or folder of articles.
        sizes: numbers of chunks; an index has a few more, for articles are added whole.
        embed_up_to: the chunks of the articles after so many get vectors of the earlier ones with noise.
        stock_up_to: chunks beyond which stock LlamaIndex is not measured; None: it always is.
        keep: a folder in which what is built is left, and found again; None: nothing is left.
        announce: told what has been built and measured, a line at a time.

    Raises:
        EvalError: there are no articles, the folder holds something else, or a measurement failed.
    """
    if not stock.is_installed():
        announce(INSTALL)
    articles = real_articles(data, max(sizes))
    with _home(keep) as home:
        building = Building(str(Path(data).resolve()), articles, embed_up_to, home, announce)
        rows, asked, bounds = list[dict[str, Any]](), "", dict[str, dict[str, str]]()
        for size in sorted(set(sizes)):
            place, state = building.grown(size, keeps=keep is not None)
            if not rows:
                there = articles[: state["articles"]]
                bounds, asked = _bounds(there), _embedded(questions_of(there[:embed_up_to], WARMING + QUESTIONS), home)
            measured = [*_ours(place, asked, bounds, announce), _stock(building, place, asked, stock_up_to)]
            rows.append(state | {"size": size, "measured": measured})
    told = {"data": str(data), "real_articles": len(articles), "embed_up_to": embed_up_to, "bounds": bounds}
    return told | {"sizes": rows}


def questions_of(articles: Sequence[Article], number: int) -> list[str]:
    """So many questions: in turn a headline, and the first words of a random sentence; always the same ones."""
    random = Random(SEED)  # noqa: S311 - no secret
    chosen = [random.choice(articles) for _ in range(number)]
    made = (one.title if at % 2 and one.title else _sentence(one, random) for at, one in enumerate(chosen))
    return [" ".join(question.split()[:QUESTION_WORDS]) for question in made]


def _sentence(article: Article, random: Random) -> str:
    start, end = random.choice(list(sentence_spans(article.text)))
    return article.text[start:end]


def _bounds(articles: Sequence[Article]) -> dict[str, dict[str, str]]:
    """What questions are bounded by: nothing, the middle of the days, an outlet with about `SHARE` of the articles."""
    bounds: dict[str, dict[str, str]] = {"no bounds": {}}
    if days := sorted(article.published_at for article in articles if article.published_at):
        bounds["as_of"] = {"as_of": days[len(days) // 2].isoformat()}
    if outlets := Counter(article.source for article in articles if article.source):
        chosen = min(outlets, key=lambda outlet: abs(outlets[outlet] / len(articles) - SHARE))
        bounds["one outlet"] = {"source": chosen}
    return bounds


@contextmanager
def _home(keep: str | Path | None) -> Iterator[Path]:
    if keep is None:
        with TemporaryDirectory(prefix="dateline-bench-") as folder:
            yield Path(folder)
        return
    try:
        Path(keep).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvalError(f"cannot keep anything here: {keep}: {error.strerror}; choose another folder") from error
    yield Path(keep)


def _embedded(questions: Sequence[str], home: Path) -> str:
    file = str(home / "questions.npz")
    in_child(CHILD, "embed", questions, file)
    return file


def _ours(place: Path, asked: str, bounds: dict[str, dict[str, str]], announce: Announce) -> Iterator[dict[str, Any]]:
    for name, bound in bounds.items():
        yield _row(place, f"retrieval, {name}", ["retrieve", asked, bound], announce)
    yield _row(place, "dense search alone", ["dense", asked], announce)
    yield _row(place, "evidence", ["evidence", asked], announce)


def _stock(building: Building, place: Path, asked: str, up_to: int | None) -> dict[str, Any]:
    name = "stock LlamaIndex"
    if not stock.is_installed():
        return {"name": name, "not_measured": INSTALL}
    if up_to is not None and int(place.name) > up_to:
        return {"name": name, "not_measured": f"not asked for beyond {up_to} chunks"}
    built = building.with_stock(place)
    return _row(place, name, ["retrieve_from_stock", asked], building.announce) | built


def _row(place: Path, name: str, told: Sequence[Any], announce: Announce) -> dict[str, Any]:
    function, *given = told
    before = load()
    measured = in_child(CHILD, function, str(place), *given)
    row = {key: round(value, 1) for key, value in measured.items() if key != "found"} | {"load_before": before}
    if function in SEARCHES:
        near = in_child(CHILD, "exact", str(place), given[0])["nearest"]
        row["recall_at_10"] = round(recall(measured["found"], near[WARMING:]), 3)
    times = f"p50 {row['p50_ms']} ms, p95 {row['p95_ms']} ms of {row['questions']} questions"
    recalled = f", recall {row['recall_at_10']}" if "recall_at_10" in row else ""
    announce(f"{int(place.name):,} chunks, {name}: {times}{recalled}, {row['memory_mb']:.0f} MB")
    return {"name": name} | row


def recall(found: Sequence[Sequence[str]], near: Sequence[Sequence[str]]) -> float:
    """The share of the ten nearest chunks that were found, on average over the questions.

    `near` has more than ten where some are equally near; and fewer questions may have been asked.
    """
    shares = [len(set(hits) & set(best)) / min(TOP_K, len(best)) for hits, best in zip(found, near, strict=False)]
    return sum(shares) / len(shares)
