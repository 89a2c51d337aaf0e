"""How much of what retrieval found is left after selection: by hand, and as a command."""

import json

import pytest
from command_line import at_home, json_of  # noqa: F401 - a fixture
from tiny_articles import LIGHTHOUSE, RACE

from evals.datasets import Dataset
from evals.errors import DatasetError
from evals.gold import Question
from evals.survival import BUDGETS, survival, whole_passages
from index.chunking import count_tokens
from rag import ArticleRef, Passage, QueryEngine
from rag.settings import RagSettings


@pytest.fixture(scope="module")
def engine(news):
    return QueryEngine(news, settings=RagSettings(DATELINE_LLM="extractive"))


def dataset(*facts, question="Who won the Marsh Race?"):
    asked = [Question(id=str(n), question=question, facts=[fact]) for n, fact in enumerate(facts)]
    return Dataset("race", tuple(asked))


def whole(article):
    ref = ArticleRef.model_validate(article.model_dump(include=set(ArticleRef.model_fields)))
    return Passage(article_id=article.id, text=article.text, score=1.0, start=0, end=len(article.text), article=ref)


def test_only_questions_whose_fact_was_found_count(engine):
    found = survival(engine, dataset("Pavo Drellin", "Tuomas Vell"))
    assert (found.asked, found.n) == (2, 1)


def test_a_fact_in_the_best_sentence_survives_every_budget(engine):
    found = survival(engine, dataset("Pavo Drellin"))
    assert [at.budget for at in found.budgets] == list(BUDGETS)
    assert all(at.selected.mean == 1.0 for at in found.budgets)


def test_the_difference_is_between_the_two_means(engine):
    for at in survival(engine, dataset("Pavo Drellin", "rye", "900,000")).budgets:
        assert at.difference.mean == pytest.approx(at.selected.mean - at.whole_passages.mean)
        assert at.difference.low <= at.difference.mean <= at.difference.high


def test_nothing_found_is_an_error(engine):
    with pytest.raises(DatasetError, match="no fact is found in the articles: race; add"):
        survival(engine, dataset("Tuomas Vell"))


def test_whole_passages_that_fit_stay_whole():
    passages = [whole(RACE), whole(LIGHTHOUSE)]
    assert whole_passages(passages, 400) == [RACE.text, LIGHTHOUSE.text]


def test_the_last_passage_is_cut_after_a_sentence():
    heading = count_tokens("[1] \nTarn Observer, 2 October 2025, Drellin wins the Marsh Race\n\n")
    first = RACE.text.splitlines()[0]
    (kept,) = whole_passages([whole(RACE), whole(LIGHTHOUSE)], heading + count_tokens(first) + 4)
    assert kept.strip() == first


def test_the_table_has_a_line_a_budget(engine):
    lines = survival(engine, dataset("Pavo Drellin")).text().splitlines()
    assert lines[0].startswith("race: facts found for 1 of 1 questions")
    assert [line.split()[0] for line in lines[2:]] == list(map(str, BUDGETS))


def test_the_command_prints_the_same_as_json(tmp_path):
    gold = tmp_path / "news" / "questions.jsonl"
    (gold.parent / "articles").mkdir(parents=True)
    (gold.parent / "articles" / "race.txt").write_text(f"{RACE.title}\n\n{RACE.text}\n")
    question = {"id": "a", "question": "Who won the Marsh Race?", "facts": ["Pavo Drellin"]}
    gold.write_text(json.dumps(question) + "\n")
    found = json_of("eval", "evidence", str(gold))
    assert (found["asked"], found["n"]) == (1, 1)
    assert [at["selected"]["mean"] for at in found["budgets"]] == [1.0] * len(BUDGETS)
