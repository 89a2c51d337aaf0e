"""What the documents promise, held to the code."""

import re
from pathlib import Path

from evals.adapters import ADAPTERS
from evals.scoring import MEASURES

ABOUT_EVALS = (Path(__file__).parents[1] / "evals" / "README.md").read_text(encoding="utf-8")


def test_every_measure_is_explained_as_the_report_explains_it():
    rows = dict(re.findall(r"\| `([\w@]+)` \| (higher|lower) \|", ABOUT_EVALS))
    assert rows == {name: measure.better for name, measure in MEASURES.items()}


def test_every_benchmark_is_named():
    named = re.findall(r"^\| `([\w-]+)` \|", ABOUT_EVALS.partition("## Public benchmarks")[2], re.MULTILINE)
    assert sorted(named) == sorted(ADAPTERS)
