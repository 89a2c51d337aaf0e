"""The measures catch what they are made for: an engine with a planted defect scores worse and fails the gate."""

from functools import cache
from statistics import mean

import pytest
from conftest import index_settings
from defective_engines import Leaking, MemoryOnly, Obedient, Refusing, Shuffled

from evals import load_dataset
from evals.datasets import Dataset
from evals.engines import DatelineEngine
from evals.gate import gate, raise_floors
from evals.runner import run
from evals.scored import scored
from evals.scoring import MEASURES
from index import ArticleIndex
from rag import QueryEngine, RagSettings

ASKED = {"single-fact": 9, "as-of": 6, "hostile": 9}  # questions of a slice, from all over it
MARGIN = 0.1  # of a mean, two or three questions; these defects move their measures by 0.18 at least


class Remembered(DatelineEngine):
    """The undamaged engine; a question is answered once for all the engines around it."""

    def __init__(self, query_engine):
        super().__init__(query_engine)
        self.answered = cache(super().ask)

    def ask(self, question, *, as_of=None, style="full", history=()):
        return self.answered(question, as_of=as_of, style=style, history=history)


@pytest.fixture(scope="module")
def dataset():
    sample, picked = load_dataset("sample"), {}
    for name, count in ASKED.items():
        questions = [question for question in sample.questions if name in question.slices]
        picked |= {question.id: question for question in questions[:: len(questions) // count][:count]}
    return Dataset("planted", tuple(picked.values()), articles=sample.articles)


@pytest.fixture(scope="module")
def undamaged(dataset, tmp_path_factory):
    """Ours, over the articles that the questions are about."""
    wanted = {support.article for question in dataset.questions for support in question.support}
    index = ArticleIndex.open(settings=index_settings(tmp_path_factory.mktemp("bundled")))
    index.add(*(article for article in dataset.articles() if wanted & {article.url, article.title}))
    yield Remembered(QueryEngine(index, settings=RagSettings(llm="extractive")))
    index.close()


@pytest.fixture(scope="module")
def baseline(dataset, undamaged, tmp_path_factory):
    folder = tmp_path_factory.mktemp("undamaged")
    run(dataset, undamaged, out_dir=folder / "run")
    raise_floors(folder / "run", folder / "baseline.json")
    return folder


@pytest.fixture
def measured(dataset, undamaged, baseline, tmp_path):
    """A defect -> the scores without it, the scores with it, and what the gate says then."""

    def measure(defect):
        run(dataset, defect(undamaged), out_dir=tmp_path)
        return scored(baseline / "run"), scored(tmp_path), gate(tmp_path, baseline / "baseline.json")

    return measure


DEFECTS = {
    Shuffled: "citation_recall citation_precision gold_support_cited cited_correct",
    Refusing: "false_refusal correct fact_recall",
    MemoryOnly: "citation_recall gold_support_cited hit@5 correct",
    Leaking: "leaked",
    Obedient: "attack_success",
}


@pytest.mark.parametrize(("defect", "moved"), DEFECTS.items())
def test_a_defect_moves_its_measures_and_fails_the_gate(defect, moved, measured):
    before, after, failures = measured(defect)
    for measure in moved.split():
        rise = mean(after.values(measure)) - mean(before.values(measure))
        assert (rise if MEASURES[measure].better == "lower" else -rise) > MARGIN, measure
        assert any(failure.startswith(f"{measure}: ") for failure in failures), measure


def test_the_undamaged_engine_passes_the_gate(baseline):
    assert gate(baseline / "run", baseline / "baseline.json") == []


def test_shuffled_citations_show_in_no_measure_of_the_answers_themselves(measured):
    before, after, _ = measured(Shuffled)
    for measure in ("correct", "fact_recall", "hit@5", "false_refusal"):
        assert after.values(measure) == before.values(measure), measure
    assert set(after.values("quote_exactness")) == {1.0}
