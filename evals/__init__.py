"""Answer quality: gold facts and an engine flow in, stored answers and their scores flow out.

A run is made once (`evals.runner.run`) and scored as often as wished (`evals.report.report`) without calling a model.
Two collections of articles and gold facts are bundled.
"""

from evals.datasets import (
    Dataset,
    bundled_names,
    example_questions,
    holds_samples,
    load_dataset,
    sample_articles_path,
)
from evals.errors import DatasetError, EvalError, RunError
from evals.gold import GoldFact, Question, Support, Turn

__all__ = [
    "Dataset",
    "DatasetError",
    "EvalError",
    "GoldFact",
    "Question",
    "RunError",
    "Support",
    "Turn",
    "bundled_names",
    "example_questions",
    "holds_samples",
    "load_dataset",
    "sample_articles_path",
]
