"""The bundled articles, indexed, and asked with the real embedded LLM: right answers, exact quotes."""

import pytest

from evals import load_dataset, sample_articles_path
from evals.metrics import cited_correct, correct
from index import ArticleIndex, IndexSettings
from rag import QueryEngine, RagSettings
from rag.weights import KNOWN, is_installed

pytestmark = [
    pytest.mark.llm,
    pytest.mark.skipif(not is_installed(KNOWN[0]), reason="the weights are an extra"),
]

QUESTIONS = {question.id: question for question in load_dataset("korea-japan-2025").questions}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    index = ArticleIndex.open(settings=IndexSettings(index=folder, embed="minilm", store=None, chroma_url=None))
    assert not index.add(sample_articles_path()).failed
    yield QueryEngine(index, settings=RagSettings(llm=f"local:{KNOWN[0].name}"))
    index.close()


def asked(engine, question_id):
    question = QUESTIONS[question_id]
    answer = engine.ask(question.question, as_of=question.as_of)
    for citation in answer.citations:
        assert engine.index.get(citation.article.id).text[citation.start : citation.end] == citation.quote
    assert answer.passages
    return question, answer


@pytest.mark.parametrize("question_id", ["kj-grave", "kj-ishiba-elected", "kj-latest-successor"])
def test_an_example_question_is_answered_with_a_quote_that_holds_the_fact(question_id, engine):
    question, answer = asked(engine, question_id)
    assert correct(question, answer), answer.text
    assert cited_correct(question, answer), answer.citations
    assert answer.model == KNOWN[0].name
    assert answer.usage.completion_tokens > 0


@pytest.mark.parametrize("question_id", ["kj-off-kimchi", "kj-off-chess"])
def test_what_no_article_says_is_refused(question_id, engine):
    _, answer = asked(engine, question_id)
    assert answer.refusal is not None, answer.text
    assert answer.refusal.reason in {"not_in_articles", "low_confidence"}


def test_before_the_first_report_there_is_nothing_to_answer_from(engine):
    answer = engine.ask("Where did Lee and Ishiba hold their summit?", as_of="2025-08-01")
    assert answer.refusal is not None
