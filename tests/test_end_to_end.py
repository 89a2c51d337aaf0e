"""The bundled articles, indexed, and asked with the real embedded LLM: right answers, exact quotes."""

import pytest

from evals import load_dataset, sample_articles_path
from evals.metrics import answer_correct, cited_correct
from index import ArticleIndex, IndexSettings
from rag import QueryEngine, RagSettings
from rag.weights import KNOWN, is_installed

pytestmark = [
    pytest.mark.llm,
    pytest.mark.skipif(not is_installed(KNOWN[0]), reason="the weights are an extra"),
]

FACTS = {fact.id: fact for fact in load_dataset("sample").facts}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    index = ArticleIndex.open(settings=IndexSettings(index=folder, embed="minilm", store=None, chroma_url=None))
    assert not index.add(sample_articles_path()).failed
    yield QueryEngine(index, settings=RagSettings(llm=f"local:{KNOWN[0].name}"))
    index.close()


def asked(engine, fact_id):
    fact = FACTS[fact_id]
    answer = engine.ask(fact.question, as_of=fact.as_of)
    for citation in answer.citations:
        assert engine.index.get(citation.article.id).text[citation.start : citation.end] == citation.quote
    assert answer.passages
    return fact, answer


@pytest.mark.parametrize("fact_id", ["summit-city-september", "tram-cost-after", "shrimp-name"])
def test_an_example_question_is_answered_with_a_quote_that_holds_the_fact(fact_id, engine):
    fact, answer = asked(engine, fact_id)
    assert answer.refusal is None
    assert answer_correct(answer, fact.golds), answer.text
    assert cited_correct(answer, fact.golds), answer.citations
    assert answer.model == KNOWN[0].name
    assert answer.usage.completion_tokens > 0


@pytest.mark.parametrize("fact_id", ["none-film-prize", "none-wildfire"])
def test_what_no_article_says_is_refused(fact_id, engine):
    _, answer = asked(engine, fact_id)
    assert answer.refusal is not None, answer.text
    assert answer.refusal.reason in {"not_in_articles", "low_confidence"}


def test_before_the_first_report_the_answer_is_not_known(engine):
    _, answer = asked(engine, "none-before-summit")
    assert answer.refusal is not None
