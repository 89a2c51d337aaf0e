"""The engines that can be measured: ours, any function, any chat endpoint; each tells an `Answer`."""

import json
import sys
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_llm import KEY, Fault
from tiny_articles import ARTICLES, LIGHTHOUSE, RACE

from evals.chat import llm_settings
from evals.engines import CallableEngine, DatelineEngine, EndpointEngine, load_callable
from evals.errors import RunError
from evals.foreign import as_answer, is_refusal
from evals.gold import Turn
from rag import LLMError, LLMUnavailableError, QueryEngine, RagSettings
from rag.llm import LLM, choose_llm
from rag.weights import KNOWN

QUESTION = "When will the lighthouse of Quorrel be lit again?"
ANSWER = "It will be lit again on 14 November [1]."
DAY = date(2025, 9, 10)
SUPPORT = {"quote": "lit again on 14 November", "article": LIGHTHOUSE.url}
HISTORY = (Turn(question="Who won the Marsh Race?", answer="Pavo Drellin."),)


@pytest.fixture
def ours(news):
    return DatelineEngine(QueryEngine(news, settings=RagSettings(llm="extractive")))


def saying(said):
    return CallableEngine(lambda question: said, "mine:bot")


# Ours


def test_ours_answers_as_its_query_engine_does(ours, news):
    asked = QueryEngine(news, settings=RagSettings(llm="extractive")).ask(QUESTION, as_of=DAY, style="short")
    told = ours.ask(QUESTION, as_of=DAY, style="short", history=HISTORY)
    assert told.model_dump(exclude={"timings_ms"}) == asked.model_dump(exclude={"timings_ms"})


def test_retrieval_alone_gives_the_passages_of_an_answer(ours):
    assert ours.find(QUESTION, top_k=10, as_of=DAY) == ours.ask(QUESTION, as_of=DAY).passages
    assert len(ours.find(QUESTION, top_k=2)) == 2


def test_whether_a_quote_stands_where_its_citation_says_is_looked_up(ours):
    (citation, *_) = ours.ask(QUESTION).citations
    assert ours.quote_is_exact(citation)
    assert not ours.quote_is_exact(citation.model_copy(update={"start": citation.start + 1}))
    elsewhere = citation.article.model_copy(update={"id": "0" * 16})
    assert not ours.quote_is_exact(citation.model_copy(update={"article": elsewhere}))


def test_the_record_says_what_was_asked_and_survives_json(ours, news, scripted_llm):
    assert ours.name == "dateline-extractive"
    assert {"llm": "extractive", "embedding": "minilm", "articles": len(ARTICLES)}.items() <= ours.settings.items()
    engine = DatelineEngine(QueryEngine(news, settings=scripted_llm.settings()))
    assert (engine.name, engine.settings["base_url"]) == ("dateline", scripted_llm.base_url)
    assert json.loads(json.dumps(engine.settings)) == engine.settings
    assert KEY not in json.dumps(engine.settings)


def test_the_record_keeps_an_addresses_user_and_password_to_itself():
    settings = RagSettings(llm="openai:m", base_url="http://ada:secret@host.example/v1?token=secret", api_key="k")
    assert llm_settings(choose_llm(settings))["base_url"] == "http://host.example/v1"


def test_the_record_holds_the_hash_of_an_embedded_llms_file(tmp_path):
    file = tmp_path / "mine.gguf"
    file.write_bytes(b"GGUF")
    assert llm_settings(LLM("mine", "local", 4096, weights=file))["llm_sha256"] == sha256(b"GGUF").hexdigest()
    assert llm_settings(LLM("known", "local", 4096, weights=KNOWN[0]))["llm_sha256"] == KNOWN[0].sha256


# A function


def test_a_text_is_an_answer_without_citations():
    answer = saying(ANSWER).ask(QUESTION)
    assert (answer.text, answer.citations, answer.refusal) == (ANSWER, (), None)
    assert [(sentence.text, sentence.verdict) for sentence in answer.sentences] == [
        ("It will be lit again on 14 November.", "unsupported")
    ]


def test_an_answer_is_given_as_it_is(ours):
    answer = ours.ask(QUESTION)
    assert saying(answer).ask(QUESTION) is answer


def test_a_dicts_citations_are_what_the_markers_stand_for():
    other = {"quote": "Pavo Drellin won", "article": {"title": RACE.title, "published_at": "2025-10-02"}}
    answer = saying({"text": f"{ANSWER} Drellin won [2].", "citations": [SUPPORT, other]}).ask(QUESTION)
    assert [(c.n, c.quote, c.article.id) for c in answer.citations] == [
        (1, SUPPORT["quote"], LIGHTHOUSE.url),
        (2, "Pavo Drellin won", RACE.title),
    ]
    assert answer.citations[1].article.published_at == date(2025, 10, 2)
    assert [sentence.citations for sentence in answer.sentences] == [(1,), (2,)]
    assert answer.sentences[0].verdict == "supported"


def test_a_citation_may_have_a_number_of_its_own():
    answer = saying({"text": ANSWER.replace("[1]", "[4]"), "citations": [SUPPORT | {"n": 4}]}).ask(QUESTION)
    assert [citation.n for citation in answer.citations] == [4]


def test_a_dicts_text_without_markers_rests_on_all_of_its_citations():
    answer = saying({"text": "On 14 November.", "citations": [SUPPORT]}).ask(QUESTION)
    assert [citation.quote for citation in answer.citations] == [SUPPORT["quote"]]


def test_what_a_dict_says_of_its_way_to_the_answer_is_kept():
    passage = {"text": LIGHTHOUSE.text, "article": {"id": LIGHTHOUSE.id, "url": LIGHTHOUSE.url}, "score": 0.7}
    told = {"text": ANSWER, "short": "14 November", "passages": [passage], "usage": {"prompt_tokens": 9}, "model": "m"}
    answer = saying(told).ask(QUESTION)
    assert (answer.passages[0].article_id, answer.passages[0].score) == (LIGHTHOUSE.id, 0.7)
    assert (answer.short, answer.usage.prompt_tokens, answer.model) == ("14 November", 9, "m")


@pytest.mark.parametrize(
    ("refusal", "refuses"), [(True, True), ("Nothing is said.", True), (False, False), (None, False)]
)
def test_a_dict_that_says_whether_it_refuses_is_believed(refusal, refuses):
    answer = saying({"text": "I do not know.", "refusal": refusal, "citations": [SUPPORT]}).ask(QUESTION)
    assert bool(answer.refusal) == refuses
    assert bool(answer.citations) == (not refuses)


def test_in_the_short_style_the_text_without_markers_is_the_bare_fact():
    assert saying("14 November [1].").ask(QUESTION, style="short").short == "14 November"
    assert saying("14 November [1].").ask(QUESTION).short is None


def test_a_function_gets_the_keywords_that_it_takes():
    told = []
    CallableEngine(lambda question: told.append(question) or "", "f").ask(QUESTION, as_of=DAY, history=HISTORY)
    CallableEngine(lambda question, as_of: told.append(as_of) or "", "f").ask(QUESTION, as_of=DAY, history=HISTORY)
    CallableEngine(lambda question, **rest: told.append(rest) or "", "f").ask(QUESTION, as_of=DAY, history=HISTORY)
    assert told == [QUESTION, DAY, {"as_of": DAY, "style": "full", "history": HISTORY}]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (None, "mine:bot gave no answer: NoneType; return a text, a dict or an Answer"),
        ({}, "mine:bot gave no answer: text: Field required; see evals.told for its keys"),
        ({"text": "a", "quotes": []}, "quotes: Extra inputs are not permitted"),
        ({"text": "a", "citations": [{"quote": "b"}]}, "citations.0.article: Field required"),
        ({"text": "a", "citations": [{"quote": "b", "article": {}}]}, "no article; give its id, url or title"),
        ({"text": "a", "passages": [{"text": "", "article": "x"}]}, "passages.0.text: String should have at least 1"),
    ],
)
def test_what_is_no_answer_is_said_in_one_line(said, told):
    with pytest.raises(RunError) as caught:
        saying(said).ask(QUESTION)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_function_is_found_by_its_name_in_the_working_folder(tmp_path, monkeypatch):
    (tmp_path / "bots_of_mine.py").write_text("def answer(question):\n    return question.upper()\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", ["/nowhere"])
    assert load_callable("python:bots_of_mine:answer")("why?") == "WHY?"


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("python:json", "no such engine: python:json; give it as python:package.module:function"),
        ("python::dumps", "no such engine: python::dumps; give it as python:package.module:function"),
        ("python:json:no_such", "no function no_such in json; give it as python:package.module:function"),
        ("python:json:__name__", "no function __name__ in json; give it as python:package.module:function"),
        ("python:no_such_bot:answer", "cannot import no_such_bot: ModuleNotFoundError: No module named 'no_such_bot'"),
    ],
)
def test_a_name_that_is_no_function_is_said_in_one_line(spec, told):
    with pytest.raises(RunError) as caught:
        load_callable(spec)
    assert str(caught.value).startswith(told)
    assert "\n" not in str(caught.value)


def test_a_module_that_fails_is_said_in_one_line(tmp_path, monkeypatch):
    (tmp_path / "broken_bot.py").write_text("raise SystemError('two\\nlines')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", ["/nowhere"])
    with pytest.raises(RunError, match=r"^cannot import broken_bot: SystemError: two lines; run from the folder"):
        load_callable("python:broken_bot:answer")


def test_a_module_that_leaves_is_said_in_one_line(tmp_path, monkeypatch):
    (tmp_path / "leaving_bot.py").write_text("import sys\nsys.exit('usage: leaving_bot FILE')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*sys.path, "/nowhere"])
    with pytest.raises(RunError, match=r"^cannot import leaving_bot: SystemExit: usage: leaving_bot FILE; run from"):
        load_callable("python:leaving_bot:answer")


def test_an_async_function_is_refused_before_anything_is_asked(tmp_path, monkeypatch):
    (tmp_path / "async_bot.py").write_text("async def answer(question):\n    return question\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match=r"^answer in async_bot is async; give a function that returns its answer"):
        load_callable("python:async_bot:answer")


def test_a_function_that_does_not_say_what_it_takes_gets_the_question():
    assert CallableEngine(max, "max").ask("ab").text == "b"


# An endpoint


@pytest.fixture
def endpoint(scripted_llm):
    scripted_llm.reply = lambda messages: "On 14 November."
    return EndpointEngine(scripted_llm.base_url, "scripted", KEY)


def test_an_endpoint_is_asked_the_question_and_its_words_are_the_answer(endpoint, scripted_llm):
    answer = endpoint.ask(QUESTION)
    assert (answer.text, answer.model, answer.usage.completion_tokens) == ("On 14 November.", "scripted", 3)
    assert answer.timings_ms.first_token > 0
    (request,) = scripted_llm.requests
    assert request["messages"] == [{"role": "user", "content": QUESTION}]
    assert request["temperature"] == 0


def test_the_history_is_given_as_turns_and_the_day_and_the_style_in_words(endpoint, scripted_llm):
    answer = endpoint.ask(QUESTION, as_of=DAY, style="short", history=HISTORY)
    first, second, asked = scripted_llm.requests[0]["messages"]
    assert (first, second) == (
        {"role": "user", "content": "Who won the Marsh Race?"},
        {"role": "assistant", "content": "Pavo Drellin."},
    )
    assert asked["content"].startswith(f"{QUESTION}\n\nAnswer as on 10 September 2025: use nothing")
    assert asked["content"].endswith("Answer in a few words.")
    assert answer.short == "On 14 November"


def test_without_a_model_the_first_that_it_lists_is_asked(scripted_llm, monkeypatch):
    monkeypatch.setenv("OPENAI_MODEL", "another")
    engine = EndpointEngine(scripted_llm.base_url, None, KEY)
    before = engine.settings
    assert engine.ask(QUESTION).model == "scripted"
    assert (engine.name, engine.settings) == ("endpoint", before)


def test_a_key_of_the_environment_is_sent_to_no_other_endpoint(scripted_llm, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(LLMUnavailableError, match="the LLM refused the key"):
        EndpointEngine(scripted_llm.base_url, "scripted").ask(QUESTION)


def test_what_goes_on_record_of_an_endpoint_holds_no_key(endpoint, scripted_llm):
    assert (endpoint.name, endpoint.settings["base_url"]) == ("endpoint:scripted", scripted_llm.base_url)
    assert KEY not in json.dumps(endpoint.settings)


def test_an_endpoint_that_fails_is_an_error_not_an_answer(endpoint, scripted_llm):
    scripted_llm.reply = lambda messages: Fault.SERVER_ERROR
    with pytest.raises(LLMUnavailableError, match="the LLM failed"):
        endpoint.ask(QUESTION)


def test_an_address_that_is_none_is_said_at_once():
    with pytest.raises(LLMError, match="is no address"):
        EndpointEngine("localhost:8000")


# Other people's words


@pytest.mark.parametrize(
    "text",
    [
        "The provided sources do not mention a mayor.",
        "The articles don't say who won [1][2].",
        "None of the sources are helpful.",
        "None of the provided articles mention this.",
        "I'm sorry, but I can't tell from these reports.",
        "I cannot answer this question.",
        "I don't know.",
        "There is no information about the mayor of Vell in the sources.",
        "The name of the mayor is not mentioned in the provided sources.",
        "Based on the given context, the question cannot be answered.",
        "The sources provided do not contain any information about a strike. They tell of a storm.",
        "There is insufficient information to say.",
        "Empty Response",
        "",
    ],
)
def test_a_text_that_plainly_does_not_answer_is_a_refusal(text):
    assert is_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        ANSWER,
        "No.",
        "Yes, the council did not provide money for the mill.",
        "The harbour board did not say why the lamp failed.",
        "The ferry cannot sail in winter.",
        "It was sold to Mira Solberg. The sources do not say for how much she would sell it.",
        "Nobody was hurt, according to Source 2.",
        "The new evidence did not include the phone records, prosecutors said.",
        "There was no information leak, the ministry said.",
        "Documents were not given to the court until May.",
    ],
)
def test_a_text_that_answers_is_none_whatever_it_denies(text):
    assert not is_refusal(text)


@given(st.text(), st.integers(0, 3))
def test_any_text_is_told_as_an_answer_or_as_a_refusal_and_never_as_both(text, count):
    answer = as_answer(text, {}, question=QUESTION, model="any")
    assert answer.text == text.strip()
    assert not (answer.refusal and answer.sentences)
    assert {n for sentence in answer.sentences for n in sentence.citations} == {c.n for c in answer.citations}
