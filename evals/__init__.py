"""Answer quality: gold facts and an engine flow in, stored answers and their scores flow out.

A run is made once (`run`) and scored as often as wished (`evals.report.report`) without calling a model;
the sample articles and the gold facts that stand in them are bundled.
"""

from evals.datasets import Dataset, Fact, example_questions, holds_samples, load_dataset, sample_articles_path
from evals.errors import DatasetError, EvalError, RunError
from evals.runner import AnswerEngine, Prediction, RunRecord, run

__all__ = [
    "AnswerEngine",
    "Dataset",
    "DatasetError",
    "EvalError",
    "Fact",
    "Prediction",
    "RunError",
    "RunRecord",
    "example_questions",
    "holds_samples",
    "load_dataset",
    "run",
    "sample_articles_path",
]
