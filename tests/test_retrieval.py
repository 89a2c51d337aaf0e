"""A LlamaIndex retriever over the real index: dense and lexical search, fused, newer first."""

import asyncio
from datetime import date

import pytest
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from tiny_articles import ARTICLES, DEARER, LIGHTHOUSE, MILL, OBSERVER, RACE

from index import Article, ArticleIndex
from rag import HybridRetriever
from rag.days import Days
from rag.ranking import RECENCY_FLOOR

REPAIRS = "What do repairs to the lighthouse of Quorrel cost?"


def ids(found):
    return [hit.node.metadata["article_id"] for hit in found]


def test_the_passage_with_the_answer_comes_first(news):
    assert ids(HybridRetriever(news, top_k=3).retrieve("Who won the Marsh Race?"))[0] == RACE.id


def test_a_passage_is_found_by_its_meaning_alone(news):
    assert RACE.id in ids(HybridRetriever(news, top_k=3).retrieve("athletics: fastest long-distance champion"))


def test_a_passage_is_found_by_a_rare_word_alone(news):
    assert ids(HybridRetriever(news, top_k=1).retrieve("Solberg"))[0] == MILL.id


def test_passages_come_best_first_and_each_once(news):
    found = HybridRetriever(news, top_k=50).retrieve(REPAIRS)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert len({hit.node.node_id for hit in found}) == len(found)
    assert all(hit.score > 0 for hit in found)


@pytest.mark.parametrize("top_k", [1, 2, 100])
def test_there_are_at_most_top_k(top_k, news):
    assert len(HybridRetriever(news, top_k=top_k).retrieve(REPAIRS)) == min(top_k, len(ARTICLES))


FERRY = "When does the ferry of Lund sail?"


@pytest.fixture
def two_ferries(tmp_path):
    """An index, and its reports of March and of October."""
    text = "The ferry of Lund sails at {} from the north pier, the harbour office said."
    older = Article(text=text.format("seven"), source="A", published_at=date(2025, 3, 1))
    newer = Article(text=text.format("eight"), source="A", published_at=date(2025, 10, 1))
    index = ArticleIndex.open(tmp_path)
    index.add(older, newer)
    yield index, older, newer
    index.close()


def test_the_newer_of_two_like_reports_comes_first(two_ferries):
    index, older, newer = two_ferries
    found = HybridRetriever(index, top_k=2, today=date(2025, 10, 2)).retrieve(FERRY)
    assert ids(found) == [newer.id, older.id]


def test_of_two_like_reports_that_of_the_wanted_days_comes_first_and_the_other_is_still_found(two_ferries):
    index, older, newer = two_ferries
    march = Days(date(2025, 3, 1), date(2025, 3, 31))
    retriever = HybridRetriever(index, top_k=2, today=date(2025, 10, 2), wanted=march)
    assert ids(retriever.retrieve(FERRY)) == [older.id, newer.id]


@pytest.mark.parametrize(("asks", "least"), [("change", 1.0), ("past", RECENCY_FLOOR), (None, RECENCY_FLOOR)])
def test_an_old_report_counts_as_much_as_the_question_asks_for(asks, least, two_ferries):
    index, older, _ = two_ferries
    found = HybridRetriever(index, top_k=2, today=date(2026, 10, 2), asks=asks).retrieve(FERRY)
    (told,) = [hit.node.metadata for hit in found if hit.node.metadata["article_id"] == older.id]
    assert told["recency"] == pytest.approx(least)


def test_how_things_stand_is_asked_of_the_newest_before_all(two_ferries):
    index, older, newer = two_ferries
    told = {
        hit.node.metadata["article_id"]: hit.node.metadata["recency"]
        for hit in HybridRetriever(index, top_k=2, today=date(2025, 10, 2), asks="latest").retrieve(FERRY)
    }
    assert told[older.id] < RECENCY_FLOOR < told[newer.id]


def test_a_report_of_the_question_s_own_day_loses_nothing_by_age(news):
    scope = news.scope(until="2025-09-20")
    (first, *_) = HybridRetriever(news, top_k=1, scope=scope, today=date(2025, 9, 20)).retrieve(REPAIRS)
    assert first.node.metadata["article_id"] == DEARER.id


def test_nothing_outside_the_scope_is_found(news):
    scope = news.scope(source=OBSERVER, until="2025-09-30")
    assert set(ids(HybridRetriever(news, top_k=50, scope=scope).retrieve(REPAIRS))) == {LIGHTHOUSE.id}


@pytest.mark.parametrize("question", ["", "?", "\x00", "灯台", "' OR 1=1 --", "AND NOT (", "x" * 5000])
def test_any_question_finds_passages_or_nothing(question, news):
    assert len(HybridRetriever(news, top_k=3).retrieve(question)) <= 3


def test_an_empty_index_gives_nothing(empty_index):
    assert HybridRetriever(empty_index, top_k=3).retrieve(REPAIRS) == []


def test_it_can_be_awaited(news):
    assert asyncio.run(HybridRetriever(news, top_k=1).aretrieve(REPAIRS))


def test_it_serves_as_a_retriever_of_llama_index(news):
    engine = RetrieverQueryEngine.from_args(HybridRetriever(news, top_k=2), llm=MockLLM())
    assert len(engine.query(REPAIRS).source_nodes) == 2
