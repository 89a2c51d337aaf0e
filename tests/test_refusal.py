"""Evidence and a checked draft in, the reason why there is no answer out, in words people read."""

from datetime import date
from typing import get_args

import pytest

from index import Scope
from rag.answer import ArticleRef, Passage, RefusalReason
from rag.citations import cite
from rag.evidence import Evidence
from rag.refusal import MAX_NEAREST, judged, refuse, why_nothing_found

REF = ArticleRef(id="a1", title="Ferry back", source="Courier", url=None, authors=(), published_at=date(2025, 9, 30))
QUOTES = (
    "The ferry Alma sailed again on Friday after nine weeks in dock.",
    "Repairs to her engine cost 2 million crowns, said owner Tor Lind.",
)
EVIDENCE = [Evidence(n, quote, 0, len(quote), REF, " ".join(QUOTES), 0.5) for n, quote in enumerate(QUOTES, start=1)]


def why(question, draft):
    return judged(question, EVIDENCE, cite(question, draft, EVIDENCE)).reason


@pytest.mark.parametrize(
    ("question", "draft"),
    [
        ("Who owns the ferry Alma?", "Tor Lind [2]."),
        ("What did the repairs cost?", "The repairs cost 2 million crowns."),
        ("When did the Alma sail again?", "The Alma sailed again on Friday."),
        ("Did the ferry Alma sail again?", "Yes, the ferry Alma sailed again."),
    ],
)
def test_what_the_evidence_bears_out_is_an_answer(question, draft):
    assert why(question, draft) is None


@pytest.mark.parametrize(
    ("question", "draft"),
    [
        ("Who owns the ferry Alma?", "The articles do not mention who owns her."),
        ("Who owns the ferry Alma?", "No information is given."),
        ("Who owns the ferry Alma?", "The owner's name is not provided in the sentences."),
        ("Who owns the ferry Alma?", "Gunnar Eklund owns the ferry."),
        ("Who owns the ferry Zenobia?", "Tor Lind owns the Zenobia."),
        ("What did the repairs of 2019 cost?", "They cost 2 million crowns."),
        ("Who owns the ferry Alma?", ""),
        ("Who owns the ferry Alma?", "Bananas grow in Ecuador."),
    ],
)
def test_what_it_does_not_bear_out_is_not_in_the_articles(question, draft):
    assert why(question, draft) == "not_in_articles"


def test_a_draft_that_only_says_the_question_again_is_no_answer():
    question = "Why did repairs to the engine of the ferry Alma cost 2 million crowns?"
    assert why(question, "Repairs to the engine of the ferry Alma cost 2 million crowns.") is not None


def test_nothing_is_refused_where_there_is_evidence(news):
    assert why_nothing_found(news, Scope(), EVIDENCE) is None


def test_an_empty_index_an_empty_range_and_no_fitting_words_are_told_apart(news, empty_index):
    assert why_nothing_found(empty_index, Scope(), []) == "no_articles"
    assert why_nothing_found(news, Scope(until=date(1999, 1, 1)), []) == "outside_dates"
    assert why_nothing_found(news, Scope(), []) == "not_in_articles"


@pytest.mark.parametrize("reason", get_args(RefusalReason))
def test_every_reason_has_one_line_for_people(reason):
    refusal = refuse(reason, date(2025, 10, 5), "nobody answers: http://127.0.0.1:9; start the server")
    assert refusal.reason == reason
    assert refusal.message
    assert "\n" not in refusal.message
    assert "$" not in refusal.message
    assert refusal.newest_article == date(2025, 10, 5)


def test_only_an_llm_that_is_away_is_explained():
    assert "nobody answers" in refuse("llm_unavailable", None, "nobody answers").message
    assert "nobody answers" not in refuse("not_in_articles", None, "nobody answers").message


def passage_in(article_id):
    article = REF.model_copy(update={"id": article_id})
    return Passage(article_id=article_id, text="Words.", score=0.5, start=0, end=6, article=article)


def test_a_refusal_names_the_nearest_articles_each_once_best_first():
    passages = [passage_in(article) for article in ("a2", "a1", "a2", "a3", "a4")]
    nearest = refuse("low_confidence", None, nearest=passages).nearest
    assert [article.id for article in nearest] == ["a2", "a1", "a3"]
    assert len(nearest) == MAX_NEAREST


def test_what_stands_by_the_answer_but_was_not_asked_is_refused_for_want_of_confidence():
    question = "Which vegetarian dishes does the cook serve hungry passengers on long winter evenings?"
    found = judged(question, EVIDENCE, cite(question, "Repairs to her engine, said owner Tor Lind.", EVIDENCE))
    assert found.reason == "low_confidence"
    assert 0 < found.confidence < 0.5


def test_an_answer_has_a_confidence_too():
    question = "What did the repairs cost?"
    found = judged(question, EVIDENCE, cite(question, "The repairs cost 2 million crowns.", EVIDENCE))
    assert found.reason is None
    assert found.confidence > 0.5


def test_a_draft_without_citations_has_hardly_any_confidence():
    assert judged("Who owns the ferry Alma?", EVIDENCE, []).confidence < 0.2
