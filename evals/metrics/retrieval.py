"""Scores of a ranking against graded relevance, and the ranking of the gold support that passages make.

The arithmetic is that of trec_eval: `ranked` are ids, each once and best first, `qrels` maps the relevant
ones to their grade (1 or more). For textbook definitions see Manning, Raghavan and Schütze, Introduction
to Information Retrieval (2008), chapter 8, https://nlp.stanford.edu/IR-book/.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import log2

from evals.gold import Question
from evals.matching import states_fact
from evals.metrics.support import holds_support
from rag.answer import Passage


def hit_at_k(ranked: Sequence[str], qrels: Mapping[str, int], *, k: int) -> float:
    """1.0 if one of the first k is relevant, else 0.0 (trec_eval's `success`).

    >>> hit_at_k(["x", "a"], {"a": 1}, k=1)
    0.0
    """
    return float(any(item in qrels for item in ranked[:k]))


def recall_at_k(ranked: Sequence[str], qrels: Mapping[str, int], *, k: int) -> float:
    """The share of the relevant that is among the first k.

    >>> recall_at_k(["a", "x"], {"a": 1, "b": 1}, k=2)
    0.5
    """
    return len(qrels.keys() & set(ranked[:k])) / len(qrels) if qrels else 0.0


def mrr(ranked: Sequence[str], qrels: Mapping[str, int]) -> float:
    """One over the rank of the first relevant one (Voorhees, TREC-8 QA track, 1999); 0.0 if there is none.

    >>> mrr(["x", "a"], {"a": 1})
    0.5
    """
    return next((1 / rank for rank, item in enumerate(ranked, start=1) if item in qrels), 0.0)


def ndcg_at_k(ranked: Sequence[str], qrels: Mapping[str, int], *, k: int) -> float:
    """The discounted gain of the first k over that of the best order (Järvelin and Kekäläinen, TOIS 20(4), 2002).

    The gain is the grade, the discount log2(1 + rank): relevant at rank 2 only, 1 / log2(3).

        >>> round(ndcg_at_k(["x", "a"], {"a": 1}, k=10), 3)
        0.631
    """
    best = _discounted(sorted(qrels.values(), reverse=True)[:k])
    return _discounted([qrels.get(item, 0) for item in ranked[:k]]) / best if best else 0.0


def ranked_supports(question: Question, passages: Sequence[Passage]) -> tuple[list[list[str]], dict[str, int]]:
    """The ids that each passage stands for, best passage first, and the grades to score them with.

    A passage stands for the supports that it is the first to hold; any other one for an id of its own. Where a
    question has no support but facts (RealTime QA), it is the facts that a passage holds; how many places state
    a fact is not known then, so only `hit_at_k` and `mrr` mean something.
    """
    wanted = dict(_wanted(question))
    ranked, seen = list[list[str]](), set[str]()
    for place, passage in enumerate(passages, start=1):
        held = [name for name in wanted if name not in seen and _holds(question, name, passage)]
        ranked.append(held or [f"passage {place}"])
        seen.update(held)
    return ranked, wanted


def first_passages(ranked: Sequence[Sequence[str]], k: int | None = None) -> list[str]:
    """The ids of the first k passages (None: of all), those of one passage one after another.

    >>> first_passages([["support 0", "support 1"], ["passage 2"], ["support 2"]], k=2)
    ['support 0', 'support 1', 'passage 2']
    """
    return [name for held in ranked[:k] for name in held]


def recall_of_passages(ranked: Sequence[Sequence[str]], qrels: Mapping[str, int], *, k: int) -> float:
    """The share of the relevant that the first k passages hold, however many one of them holds.

    >>> recall_of_passages([["a", "b"], ["x"], ["c"]], {"a": 1, "b": 1, "c": 1}, k=3)
    1.0
    """
    held = first_passages(ranked, k)
    return recall_at_k(held, qrels, k=len(held))


def _wanted(question: Question) -> Iterator[tuple[str, int]]:
    for n, support in enumerate(question.support):
        yield f"support {n}", support.grade
    if not question.support:
        yield from ((f"fact {n}", 1) for n in range(len(question.facts)))


def _holds(question: Question, name: str, passage: Passage) -> bool:
    kind, n = name.split()
    if kind == "fact":
        return states_fact(passage.text, question.facts[int(n)])
    return holds_support(passage.article, passage.text, question.support[int(n)])


def _discounted(grades: Sequence[int]) -> float:
    return sum(grade / log2(rank + 1) for rank, grade in enumerate(grades, start=1))
