"""Stock LlamaIndex as an engine: its own words and sources, told as an `Answer`."""

from datetime import date

import pytest
from scripted_llm import Fault
from tiny_articles import BAKERY, DEARER, LIGHTHOUSE

from evals import stock_engine
from evals.errors import RunError
from evals.stock import is_installed
from index import Article
from rag import LLMUnavailableError, RagSettings
from rag.llm import choose_llm

pytestmark = pytest.mark.skipif(not is_installed(), reason="dateline[bench] is not installed")

QUESTION = "When will the lighthouse of Quorrel be lit again?"
LONG = Article(
    text="\n\n".join(
        f"Ferry number {n} left Osterby for Vell at dawn, with {n + 3} geese on board." for n in range(100)
    ),
    title="Ferries",
    url="https://observer.example/ferries",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("stock")


@pytest.fixture
def stock(news, folder, scripted_llm):
    return stock_engine.StockEngine(news, choose_llm(scripted_llm.settings()), folder)


def test_its_text_stands_and_its_markers_are_citations_of_its_sources(stock, scripted_llm):
    scripted_llm.reply = lambda messages: "It will be lit again on 14 November [1]."
    answer = stock.ask(QUESTION)
    assert answer.text == "It will be lit again on 14 November [1]."
    (citation,) = answer.citations
    assert (citation.n, citation.article.id, citation.quote) == (1, LIGHTHOUSE.id, LIGHTHOUSE.text)
    assert [sentence.citations for sentence in answer.sentences] == [(1,)]
    assert (citation.verdict, answer.refusal, answer.model) == ("supported", None, "scripted")


def test_the_llm_reads_the_default_prompt_with_two_sources_and_what_is_told_of_them(stock, scripted_llm):
    stock.ask(QUESTION)
    (request,) = scripted_llm.requests
    (message,) = request["messages"]
    assert message["role"] == "user"
    assert message["content"].startswith("Please provide an answer based solely on the provided sources.")
    assert f"published_at: 2025-09-03\n\nSource 1:\n{LIGHTHOUSE.text}" in message["content"]
    assert "\nSource 3:\n" not in message["content"]
    assert (request["temperature"], request["max_tokens"]) == (0, stock_engine.MAX_TOKENS)


def test_its_sources_are_passages_with_scores_and_places(stock):
    answer = stock.ask(QUESTION)
    assert [passage.article_id for passage in answer.passages] == [LIGHTHOUSE.id, DEARER.id]
    assert answer.passages[0].score > answer.passages[1].score > 0
    assert answer.passages[0].text == LIGHTHOUSE.text[answer.passages[0].start : answer.passages[0].end]
    assert answer.passages[0].article.published_at == date(2025, 9, 3)


def test_a_long_article_is_cut_as_by_default_and_every_quote_has_its_place(opened, tmp_path, scripted_llm):
    scripted_llm.reply = lambda messages: "Thirteen [1]. Fourteen [2]. Fifteen [3][4]."
    articles = opened(tmp_path / "index")
    articles.add(LONG)
    stock = stock_engine.StockEngine(articles, choose_llm(scripted_llm.settings()), tmp_path / "stock")
    answer = stock.ask("How many geese were on ferry number 10?")
    assert len(answer.passages) >= 4
    assert all(0 < len(passage.text) < len(LONG.text) / 4 for passage in answer.passages)
    assert [citation.n for citation in answer.citations] == [1, 2, 3, 4]
    assert all(stock.quote_is_exact(citation) for citation in answer.citations)


def test_a_source_named_in_words_is_cited_and_one_that_is_not_there_stays_with_its_sentence(stock, scripted_llm):
    scripted_llm.reply = lambda messages: "Source 2 says that it will cost 5 million crowns. It was dark before [7]."
    answer = stock.ask(QUESTION)
    assert [citation.n for citation in answer.citations] == [2]
    assert [sentence.citations for sentence in answer.sentences] == [(2,), (7,)]


def test_saying_that_the_sources_do_not_say_is_a_refusal(stock, scripted_llm):
    scripted_llm.reply = lambda messages: "The provided sources do not mention the mayor of Vell [1][2]."
    answer = stock.ask("Who is the mayor of Vell?")
    assert answer.refusal.message == answer.text
    assert (answer.citations, len(answer.passages)) == ((), 2)


def test_the_day_the_style_and_the_history_do_not_reach_it(stock, scripted_llm):
    scripted_llm.reply = lambda messages: "In November [1]."
    answer = stock.ask(QUESTION, as_of=date(2020, 1, 1), style="short")
    assert answer.citations[0].article.published_at > date(2020, 1, 1)
    assert "2020" not in scripted_llm.requests[0]["messages"][0]["content"]
    assert (answer.short, answer.as_of) == ("In November", None)


def test_what_it_costs_is_counted_for_each_answer_alone(stock, scripted_llm):
    scripted_llm.reply = lambda messages: "In November [1]."
    first, second = stock.ask(QUESTION), stock.ask(QUESTION)
    assert first.usage == second.usage
    assert first.usage.completion_tokens == 3
    assert 0 < first.timings_ms.retrieve <= first.timings_ms.total


def test_retrieval_can_be_measured_alone(stock, scripted_llm):
    found = stock.find("Which bakery closes?", top_k=3)
    assert found[0].article_id == BAKERY.id
    assert len(found) == 3
    assert scripted_llm.requests == []


def test_an_llm_that_fails_is_an_error_not_an_answer(stock, scripted_llm):
    scripted_llm.reply = lambda messages: Fault.SERVER_ERROR
    with pytest.raises(LLMUnavailableError, match="the LLM failed"):
        stock.ask(QUESTION)


def test_its_index_is_made_once_and_anew_when_the_articles_change(opened, tmp_path, scripted_llm):
    articles, told = opened(tmp_path / "index"), []

    def made():
        told.clear()
        llm = choose_llm(scripted_llm.settings())
        stock = stock_engine.StockEngine(articles, llm, tmp_path / "stock", progress=lambda *done: told.append(done))
        return list(told), len(stock.find("crowns", top_k=9)), stock.settings["articles_sha256"]

    articles.add(LIGHTHOUSE)
    first, again = made(), made()
    articles.add(DEARER)
    anew = made()
    assert (first[:2], again[:2], anew[:2]) == (([(1, 1)], 1), ([], 1), ([(2, 2)], 2))
    assert first[2] == again[2] != anew[2]


def test_an_index_half_made_is_made_anew(news, tmp_path, scripted_llm):
    llm, interrupted = choose_llm(scripted_llm.settings()), KeyboardInterrupt()

    def interrupt(done, total):
        raise interrupted

    with pytest.raises(KeyboardInterrupt):
        stock_engine.StockEngine(news, llm, tmp_path, progress=interrupt)
    assert len(stock_engine.StockEngine(news, llm, tmp_path).find("Osterby", top_k=99)) == len(news)


def test_without_articles_it_refuses(empty_index, tmp_path, scripted_llm):
    answer = stock_engine.StockEngine(empty_index, choose_llm(scripted_llm.settings()), tmp_path).ask(QUESTION)
    assert (answer.text, answer.passages) == ("Empty Response", ())
    assert answer.refusal


def test_what_goes_on_record_says_how_it_was_made_and_holds_no_key(stock, news, scripted_llm):
    settings = stock.settings
    assert (settings["chunking"], settings["embedding"]) == ("1024 tokens, overlap 200", "minilm")
    assert (settings["articles"], settings["llm"]) == (len(news), "openai:scripted")
    assert scripted_llm.settings().api_key.get_secret_value() not in str(settings)


def test_what_is_missing_is_said_in_one_line(news, tmp_path, monkeypatch):
    extractive = choose_llm(RagSettings(llm="extractive"))
    with pytest.raises(RunError, match=r"^stock LlamaIndex needs an LLM: none is configured; set DATELINE_LLM"):
        stock_engine.StockEngine(news, extractive, tmp_path)
    monkeypatch.setattr(stock_engine, "is_installed", lambda: False)
    with pytest.raises(RunError, match=r"not installed; run: pip install 'dateline\[bench\]'$"):
        stock_engine.StockEngine(news, extractive, tmp_path)
