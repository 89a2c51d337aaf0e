"""Small pure functions that score rankings, answers, citations, refusals, time and cost, each with its source.

`statistics` says how sure a mean or a difference is; `evals.scoring` says which scores apply to a question.
"""

from evals.metrics.answers import (
    bare,
    contains,
    contradicted,
    correct,
    exact_match,
    f1,
    fact_recall,
    number_facts,
    numeric_match,
    said,
    token_f1,
)
from evals.metrics.citations import (
    citation_precision,
    citation_recall,
    cited_correct,
    gold_support_cited,
    quote_exactness,
)
from evals.metrics.refusal import area_under_risk_coverage, confidence, refusal_scores, risk_coverage
from evals.metrics.retrieval import (
    first_passages,
    hit_at_k,
    mrr,
    ndcg_at_k,
    ranked_supports,
    recall_at_k,
    recall_of_passages,
)
from evals.metrics.statistics import CONFIDENCE, RESAMPLES, bootstrap_interval, mcnemar, paired_bootstrap
from evals.metrics.time import latest_first, leaked
from rag.cost import cost_usd

__all__ = [
    "CONFIDENCE",
    "RESAMPLES",
    "area_under_risk_coverage",
    "bare",
    "bootstrap_interval",
    "citation_precision",
    "citation_recall",
    "cited_correct",
    "confidence",
    "contains",
    "contradicted",
    "correct",
    "cost_usd",
    "exact_match",
    "f1",
    "fact_recall",
    "first_passages",
    "gold_support_cited",
    "hit_at_k",
    "latest_first",
    "leaked",
    "mcnemar",
    "mrr",
    "ndcg_at_k",
    "number_facts",
    "numeric_match",
    "paired_bootstrap",
    "quote_exactness",
    "ranked_supports",
    "recall_at_k",
    "recall_of_passages",
    "refusal_scores",
    "risk_coverage",
    "said",
    "token_f1",
]
