"""How often the gold facts that retrieval found are still there after selection, beside whole passages.

A fact is found when one of the passages states it, and survives when a chosen sentence does. Headings count for the
budget, but not for the facts: nobody can cite them.
"""

from collections.abc import Callable, Iterator, Sequence
from statistics import median
from time import perf_counter
from typing import Any

from evals.datasets import Dataset
from evals.errors import DatasetError
from evals.gold import GoldFact, Question, Record
from evals.matching import states_fact
from evals.metrics import bootstrap_interval, paired_bootstrap
from index import sentence_spans
from index.chunking import count_tokens
from rag import Passage, QueryEngine
from rag.engine import TOP_K
from rag.evidence import Evidence, numbered
from rag.responses import passage_of
from rag.selection import BUDGET, select_evidence

BUDGETS = tuple(sorted({200, 400, BUDGET, 800}))  # tokens


class Share(Record):
    """A mean over questions, and the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


class AtBudget(Record):
    """The share of the found facts that survive within a budget of tokens."""

    budget: int
    selected: Share
    whole_passages: Share
    difference: Share
    median_ms: float


class Survival(Record):
    """What selection keeps, of `n` questions of which retrieval found a fact, of `asked` that have one."""

    dataset: str
    sha256: str
    asked: int
    n: int
    budgets: tuple[AtBudget, ...]

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain JSON values."""
        return self.model_dump(mode="json")

    def text(self) -> str:
        """The figures as a table for a terminal."""
        return "\n".join(_lines(self))


class _Found(Record):
    question: Question
    facts: tuple[GoldFact, ...]  # those that the passages state
    passages: tuple[Passage, ...]

    def kept_by(self, texts: Sequence[str]) -> float:
        return sum(_is_stated(fact, texts) for fact in self.facts) / len(self.facts)


def survival(
    engine: QueryEngine, dataset: Dataset, *, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Survival:
    """How much of what is found survives.

    Raises:
        DatasetError: no fact of the questions is found in the articles.
    """
    asked = [question for question in dataset.questions if question.facts]
    found = list[_Found]()
    for done, question in enumerate(asked, start=1):
        found.extend(_found(engine, question))
        progress(done, len(asked))
    if not found:
        raise DatasetError(f"no fact is found in the articles: {dataset.name}; add the articles that it is about")
    return Survival(
        dataset=dataset.name,
        sha256=dataset.sha256,
        asked=len(asked),
        n=len(found),
        budgets=tuple(_at(budget, engine, found) for budget in BUDGETS),
    )


def whole_passages(passages: Sequence[Passage], budget: int) -> list[str]:
    """The texts of the passages, best first, under headings as evidence has them, until the budget is full.

    The last one is cut after the last sentence that fits.
    """
    texts, tokens, headed = list[str](), 0, set[str]()
    for passage in passages:
        heading = Evidence(1, "", 0, 0, passage.article, passage.text, 0.0)
        tokens += count_tokens(f"{numbered(heading)}\n")
        tokens += 0 if passage.article_id in headed else count_tokens(f"{heading.label}\n\n")
        headed.add(passage.article_id)
        end = 0
        for span in sentence_spans(passage.text):
            tokens += count_tokens(passage.text[span.start : span.end])
            if tokens > budget:
                return [*texts, passage.text[:end]]
            end = span.end
        texts.append(passage.text)
    return texts


def _found(engine: QueryEngine, question: Question) -> Iterator[_Found]:
    hits = engine.retrieve(question.question, top_k=TOP_K, as_of=question.as_of)
    passages = tuple(map(passage_of, hits))
    facts = tuple(fact for fact in question.facts if _is_stated(fact, [passage.text for passage in passages]))
    if facts:
        yield _Found(question=question, facts=facts, passages=passages)


def _is_stated(fact: GoldFact, texts: Sequence[str]) -> bool:
    return any(states_fact(text, fact) for text in texts)


def _at(budget: int, engine: QueryEngine, found: Sequence[_Found]) -> AtBudget:
    selected, whole, seconds = list[float](), list[float](), list[float]()
    for one in found:
        started = perf_counter()
        evidence = select_evidence(one.question.question, one.passages, engine.index.embedding, budget=budget)
        seconds.append(perf_counter() - started)
        selected.append(one.kept_by([item.quote for item in evidence]))
        whole.append(one.kept_by(whole_passages(one.passages, budget)))
    return AtBudget(
        budget=budget,
        selected=_share(selected),
        whole_passages=_share(whole),
        difference=Share.model_validate(
            dict(zip(Share.model_fields, paired_bootstrap(whole, selected)[:3], strict=True))
        ),
        median_ms=round(median(seconds) * 1000, 1),
    )


def _share(values: Sequence[float]) -> Share:
    low, high = bootstrap_interval(values)
    return Share(mean=sum(values) / len(values), low=low, high=high)


def _lines(found: Survival) -> Iterator[str]:
    yield f"{found.dataset}: facts found for {found.n} of {found.asked} questions; of those, within a budget, survive"
    yield f"{'tokens':>6}  {'selected':>22}  {'whole passages':>22}  {'difference':>25}  {'ms':>6}"
    for at in found.budgets:
        yield (
            f"{at.budget:>6}  {_interval(at.selected):>22}  {_interval(at.whole_passages):>22}"
            f"  {_interval(at.difference, sign='+'):>25}  {at.median_ms:>6.0f}"
        )


def _interval(share: Share, sign: str = "") -> str:
    return f"{share.mean:{sign}.3f} ({share.low:{sign}.3f} to {share.high:{sign}.3f})"
