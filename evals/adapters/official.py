"""What a benchmark's own script gives one answer, to stand beside our stricter scores: pure functions.

`OFFICIAL[dataset.official](question, answer)` is a score by name; a name that does not apply is absent. The
official figure is the mean of a name over its questions; higher is better for all of them.
"""

import re
import string
from collections.abc import Callable, Iterator, Sequence

from evals.adapters.beir import address
from evals.adapters.multihop_rag import NO_ANSWER
from evals.adapters.rgb import COUNTERFACTUAL
from evals.gold import Question
from evals.metrics import bare, ndcg_at_k, token_f1
from rag.answer import Answer

NDCG_DEPTH = 10  # documents; BEIR's headline figure is nDCG@10
HITS_AT = (4, 10)  # passages
MRR_DEPTH = 10  # passages, for MAP@10 too

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_COUNTERS = str.maketrans("", "", "年歳人년")  # RealTime QA drops these, once meant for its other languages
_SAID = re.compile(r'The answer to the question is "(.*?)"')
_INSUFFICIENT = ("信息不足", "insufficient information")
_FACTUAL_ERRORS = ("事实性错误", "factual errors")


def realtimeqa(question: Question, answer: Answer) -> dict[str, float]:
    """Exact match and token F1: `gen_eval` of `scripts/evaluate_main.py`, with `normalize_answer` of `utils/tools.py`.

    It is SQuAD's arithmetic, but leaves "a", "an" and "the" in place.
    """
    if "except" in question.question.lower().strip()[-10:]:
        return {}
    said = _realtimeqa_tokens(bare(answer))
    golds = [_realtimeqa_tokens(gold) for gold in question.golds]
    return {
        "realtimeqa_em": float(said in golds),
        "realtimeqa_f1": max((token_f1(said, gold) for gold in golds), default=0.0) if said else 0.0,
    }


def squad(question: Question, answer: Answer) -> dict[str, float]:
    """Exact match and token F1, over all and apart for answerable and other questions: `evaluate-v2.0.py`.

    Refusing is the empty answer: 1 where there is none, 0 where there is one.
    """
    said = _squad_tokens(bare(answer))
    golds = [_squad_tokens(gold) for gold in question.golds] or [[]]
    exact = float(said in golds)
    closest = max(token_f1(said, gold) for gold in golds)
    kind = "HasAns" if question.answerable else "NoAns"
    return {
        "squad_exact": exact,
        "squad_f1": closest,
        f"squad_{kind}_exact": exact,
        f"squad_{kind}_f1": closest,
    }


def multihop_rag(question: Question, answer: Answer) -> dict[str, float]:
    """Word overlap of the answer (`qa_evaluate.py`); where there is evidence, its ranks (`retrieval_evaluate.py`)."""
    said = NO_ANSWER if answer.refusal else bare(answer)
    found = _SAID.search(said)
    words = set((found[1] if found else said).lower().split())
    gold = question.golds[0] if question.answerable else NO_ANSWER
    scores = {"multihop_rag_accuracy": float(bool(words & set(gold.lower().split())))}
    facts = [_closed_up(support.quote) for support in question.support if support.quote]
    if facts:
        scores |= _evidence_ranks([_closed_up(passage.text) for passage in answer.passages], facts)
    return scores


def rgb(question: Question, answer: Answer) -> dict[str, float]:
    """Accuracy or rejection, and for wrong passages error detection and correction: `evalue.py`.

    Unlike there, a right answer from memory is no rejection: the paper's definition, not the script's.
    """
    said = bare(answer)
    said = said.replace(" ", "") if question.slices[0].startswith("zh") else said
    refused = answer.refusal is not None or any(sign in said for sign in _INSUFFICIENT)
    if not question.answerable:
        return {"rgb_rejection_rate": float(refused)}
    parts = (fact.accept for fact in question.facts)
    right = float(not refused and all(any(str(form).lower() in said.lower() for form in forms) for forms in parts))
    scores = {"rgb_all_rate": right}
    if COUNTERFACTUAL in question.slices:
        detected = any(sign in said for sign in _FACTUAL_ERRORS)
        scores |= {"rgb_fact_check_rate": float(detected)} | ({"rgb_correct_rate": right} if detected else {})
    return scores


def beir(question: Question, answer: Answer) -> dict[str, float]:
    """The nDCG@10 of documents by their best passage, less the query's own: `EvaluateRetrieval` (pytrec_eval)."""
    urls = dict.fromkeys(passage.article.url for passage in answer.passages)
    ranked = [url for url in urls if url and url != address(question.id)]
    grades = {support.article: support.grade for support in question.support}
    return {"beir_ndcg@10": ndcg_at_k(ranked, grades, k=NDCG_DEPTH)}


OFFICIAL: dict[str, Callable[[Question, Answer], dict[str, float]]] = {
    "beir": beir,
    "multihop-rag": multihop_rag,
    "realtimeqa": realtimeqa,
    "rgb": rgb,
    "squad": squad,
}


def _plain(text: str) -> str:
    return text.lower().translate(_PUNCTUATION)


def _squad_tokens(text: str) -> list[str]:
    """SQuAD's own normalisation, which knows ASCII punctuation only, at spaces."""
    return _ARTICLES.sub(" ", _plain(text)).split()


def _realtimeqa_tokens(text: str) -> list[str]:
    return _plain(text).translate(_COUNTERS).split()


def _closed_up(text: str) -> str:
    return text.replace(" ", "").replace("\n", "")


def _evidence_ranks(passages: Sequence[str], facts: Sequence[str]) -> dict[str, float]:
    hits = [rank for rank, text in enumerate(passages[:MRR_DEPTH], start=1) if any(fact in text for fact in facts)]
    scores = {f"multihop_rag_hits@{k}": float(bool(hits) and hits[0] <= k) for k in HITS_AT}
    precision = sum(new / rank for rank, new in _new_facts(passages[:MRR_DEPTH], facts))
    return scores | {
        "multihop_rag_map@10": precision / min(len(facts), MRR_DEPTH),
        "multihop_rag_mrr@10": 1 / hits[0] if hits else 0.0,
    }


def _new_facts(passages: Sequence[str], facts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Each rank, and how many facts stand in its passage that stood in none before it."""
    found: set[str] = set()
    for rank, text in enumerate(passages, start=1):
        new = {fact for fact in facts if fact in text} - found
        found |= new
        yield rank, len(new)
