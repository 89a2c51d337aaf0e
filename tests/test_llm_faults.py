"""Whatever an LLM does, a person gets an answer that holds, or the articles' own words and why."""

import asyncio
import threading
import time
from contextlib import ExitStack, aclosing
from dataclasses import replace
from itertools import pairwise

import pytest
from scripted_llm import KEY, MODEL, Fault, Rejection, ScriptedLLM, in_turn
from tiny_articles import RACE

from rag import AnswerReady, PassagesFound, QueryEngine, RagSettings, TextDelta, TextWithdrawn
from rag.llm import choose_llm
from rag.retries import Retries

WHO_WON = "Who won the Marsh Race?"
WINNER = "Pavo Drellin won the Marsh Race on Sunday [1]."
QUOTE = "Pavo Drellin won the Marsh Race on Sunday in 2 hours and 41 minutes."
IN_GERMAN = "Das Rennen durch das Marschland gewann am Sonntag nach Angaben der Veranstalter der Läufer Pavo Drellin."
SHORT_SILENCE_S = 0.25


@pytest.fixture
def engine(news, scripted_llm):
    scripted_llm.reply = lambda messages: WINNER
    return QueryEngine(news, llm=scripted_llm.llm(timeout=SHORT_SILENCE_S))


def assert_answered(answer):
    assert answer.refusal is None
    assert answer.llm_failure is None
    assert answer.text == WINNER


def assert_quoted(answer, index, why):
    """The articles' own words, each exact, and one line that says why."""
    assert answer.refusal is None
    assert answer.sentences[0].text == QUOTE
    assert answer.citations[0].article.id == RACE.id
    for citation in answer.citations:
        assert index.get(citation.article.id).text[citation.start : citation.end] == citation.quote
    assert answer.passages
    assert why in answer.llm_failure.message
    assert answer.llm_failure.message.isprintable()
    assert len(answer.llm_failure.message) < 600
    assert KEY not in answer.model_dump_json()


# What passes is not noticed

PASSING = [
    Fault.RATE_LIMIT,
    Fault.SERVER_ERROR,
    Fault.SILENCE_THEN_DEATH,
    Fault.DROP_MIDWAY,
    Fault.CUT_EVENT,
    Fault.STOP_MIDWAY,
    Fault.ERROR_MIDWAY,
    Fault.BROKEN_JSON,
]


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: fault.name.lower())
def test_a_fault_that_passes_costs_nobody_the_answer(fault, engine, scripted_llm):
    scripted_llm.reply = in_turn(fault, fault, WINNER)
    assert_answered(engine.ask(WHO_WON))


def test_an_empty_answer_is_asked_for_once_more_with_room_for_thoughts(engine, scripted_llm):
    scripted_llm.reply = in_turn("", WINNER)
    assert_answered(engine.ask(WHO_WON))
    first, second = (request["max_tokens"] for request in scripted_llm.requests)
    assert second > 10 * first


def test_the_thoughts_of_a_reasoning_llm_are_neither_shown_nor_cited(engine, scripted_llm):
    scripted_llm.reply = lambda messages: f"<think>\nThe race. Ilse Brandt won it? No.\n</think>\n\n{WINNER}"
    events = list(engine.stream(WHO_WON))
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == WINNER
    assert_answered(events[-1].answer)


def test_a_reasoning_llm_cut_off_in_its_thoughts_gets_room_for_them(engine, scripted_llm):
    scripted_llm.reply = lambda messages: f"<think>{'Who may have won? ' * 100}</think> {WINNER}"
    events = list(engine.stream(WHO_WON))
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == WINNER
    assert_answered(events[-1].answer)
    assert len(scripted_llm.requests) == 2


def test_the_price_of_an_empty_answer_is_told_too(engine, scripted_llm):
    once = engine.ask(WHO_WON).usage.prompt_tokens
    scripted_llm.reply = in_turn("", WINNER)
    assert engine.ask(WHO_WON).usage.prompt_tokens == 2 * once


def test_text_is_withdrawn_before_it_comes_again(engine, scripted_llm):
    scripted_llm.reply = in_turn(Fault.DROP_MIDWAY, WINNER)
    events = list(engine.stream(WHO_WON))
    withdrawn = events.index(TextWithdrawn())
    kinds = [type(event) for event in events]
    assert kinds[0] is PassagesFound
    assert kinds[-1] is AnswerReady
    assert set(kinds[1:withdrawn]) == set(kinds[withdrawn + 1 : -1]) == {TextDelta}
    assert "".join(event.text for event in events[withdrawn + 1 : -1]) == WINNER


# What stays is told, and the articles are quoted

LASTING = [
    (Fault.RATE_LIMIT, "the LLM takes no more requests now"),
    (Rejection(429, "slow down", {"Retry-After": "3600"}), "the LLM takes no more requests now"),
    (Rejection(429, "no money", details={"code": "insufficient_quota"}), "check the account's quota"),
    (Fault.SERVER_ERROR, "the model crashed"),
    (Fault.SILENCE_THEN_DEATH, "the LLM hung up without a word"),
    (Fault.HANG, "the LLM is silent"),
    (Fault.PINGS, "the LLM is silent"),
    (Fault.DROP_MIDWAY, "the LLM broke off its answer"),
    (Fault.CUT_EVENT, "the LLM broke off its answer"),
    (Fault.STOP_MIDWAY, "the LLM broke off its answer"),
    (Fault.ERROR_MIDWAY, "out of memory"),
    (Fault.BROKEN_JSON, "not an OpenAI-compatible server"),
    (Fault.ODD_JSON, "not an OpenAI-compatible server"),
    (Fault.HTML, "not an OpenAI-compatible server"),
    (Fault.ECHOED_KEY, "set OPENAI_API_KEY"),
    (Fault.OVERFLOW, "the prompt is too long for the LLM"),
    ("", "the LLM wrote nothing"),
    (" \n ", "the LLM wrote nothing"),
    (Fault.BABBLE, "the LLM wrote on without end"),
    (IN_GERMAN, "the LLM answered in another language: de"),
    (WHO_WON, "the LLM only repeated what it was asked"),
]


@pytest.mark.parametrize(("fault", "why"), LASTING, ids=[getattr(f, "name", str(f))[:40].lower() for f, _ in LASTING])
def test_an_llm_that_fails_for_good_leaves_the_articles_own_words(fault, why, engine, news, scripted_llm):
    scripted_llm.reply = lambda messages: fault
    answer = engine.ask(WHO_WON)
    assert_quoted(answer, news, why)
    assert answer.llm_failure.reason == (
        "unusable" if isinstance(fault, str) or fault is Fault.BABBLE else "unavailable"
    )


@pytest.mark.parametrize("part", [0, 1], ids=["instructions", "evidence"])
def test_a_prompt_said_again_is_no_answer(part, engine, news, scripted_llm):
    scripted_llm.reply = lambda messages: messages[part]["content"]
    assert_quoted(engine.ask(WHO_WON), news, "the LLM only repeated what it was asked")


def test_a_wrong_key_is_asked_once_and_never_shown(news, scripted_llm):
    wrong = "sk-wrong-987654"
    answer = QueryEngine(news, llm=scripted_llm.llm(api_key=wrong)).ask(WHO_WON)
    assert_quoted(answer, news, "the LLM refused the key")
    assert answer.llm_failure.message.endswith("set OPENAI_API_KEY")
    assert wrong not in answer.model_dump_json()
    assert scripted_llm.clock.pauses == []


def test_where_nobody_listens_the_address_is_named(news, scripted_llm, unused_port):
    base_url = f"http://127.0.0.1:{unused_port}/v1"
    answer = QueryEngine(news, llm=scripted_llm.llm(base_url=base_url)).ask(WHO_WON)
    assert_quoted(answer, news, f"nobody answers: {base_url}")


def test_a_server_that_is_being_started_is_waited_for(news, unused_port):
    with ExitStack() as started:

        async def start(_):
            server = started.enter_context(ScriptedLLM(unused_port))
            server.reply = lambda messages: WINNER

        settings = RagSettings(
            llm=f"openai:{MODEL}", api_key=KEY, base_url=f"http://127.0.0.1:{unused_port}/v1", timeout=5.0
        )
        llm = replace(choose_llm(settings), retries=Retries(sleep=start))
        assert_answered(QueryEngine(news, llm=llm).ask(WHO_WON))


@pytest.mark.parametrize("style", ["full", "timeline"])
def test_in_every_style_the_articles_are_quoted(style, engine, news, scripted_llm):
    scripted_llm.reply = lambda messages: Fault.SERVER_ERROR
    assert_quoted(engine.ask(WHO_WON, style=style), news, "the model crashed")


def test_the_bare_fact_is_picked_out_of_the_articles(engine, scripted_llm):
    scripted_llm.reply = lambda messages: Fault.SERVER_ERROR
    answer = engine.ask(WHO_WON, style="short")
    assert answer.short == "Pavo Drellin"
    assert "the model crashed" in answer.llm_failure.message


def test_where_no_sentence_will_do_it_is_a_refusal_that_names_the_llm(engine, scripted_llm):
    scripted_llm.reply = lambda messages: Fault.SERVER_ERROR
    answer = engine.ask("Who won the Zanzibar Regatta?")
    assert answer.refusal.reason == "llm_unavailable"
    assert "the model crashed" in answer.refusal.message
    assert "the model crashed" in answer.llm_failure.message
    assert answer.passages
    assert not answer.citations


def test_where_it_answers_nonsense_and_no_sentence_will_do_the_articles_do_not_say(engine, scripted_llm):
    scripted_llm.reply = lambda messages: ""
    answer = engine.ask("Who won the Zanzibar Regatta?")
    assert answer.refusal.reason == "not_in_articles"
    assert answer.llm_failure.reason == "unusable"


def test_where_there_is_nothing_to_read_the_llm_is_not_to_blame(engine, scripted_llm):
    scripted_llm.reply = lambda messages: Fault.SERVER_ERROR
    answer = engine.ask(WHO_WON, until="1999-12-31")
    assert answer.refusal.reason == "outside_dates"
    assert answer.llm_failure is None


def test_an_answer_that_runs_on_keeps_what_the_articles_say(engine, scripted_llm):
    scripted_llm.reply = lambda messages: f"{WINNER} " + "Purple tractors sing of bananas. " * 2000
    answer = engine.ask(WHO_WON)
    assert answer.llm_failure is None
    assert answer.text == WINNER


def test_what_was_written_and_paid_for_in_vain_is_told(news, scripted_llm):
    scripted_llm.reply = lambda messages: IN_GERMAN
    answer = QueryEngine(news, llm=scripted_llm.llm(price_in=1.0, price_out=2.0)).ask(WHO_WON)
    assert answer.llm_failure
    assert answer.usage.cost_usd == pytest.approx(
        (answer.usage.prompt_tokens + 2 * answer.usage.completion_tokens) / 1_000_000
    )
    assert answer.usage.completion_tokens > 0


def test_the_engine_answers_again_when_the_llm_is_back(engine, scripted_llm):
    scripted_llm.reply = lambda messages: Fault.SERVER_ERROR
    assert engine.ask(WHO_WON).llm_failure
    scripted_llm.reply = lambda messages: WINNER
    assert_answered(engine.ask(WHO_WON))


# Less evidence


def lines_of(request):
    return [line for line in request["messages"][-1]["content"].splitlines() if line.startswith("[")]


def test_an_llm_that_reads_little_is_shown_fewer_sentences(engine, scripted_llm):
    scripted_llm.reply = in_turn(Fault.OVERFLOW, Fault.OVERFLOW, WINNER)
    assert_answered(engine.ask(WHO_WON))
    shown = [len(lines_of(request)) for request in scripted_llm.requests]
    assert shown == [shown[0], shown[0] // 2, shown[0] // 4]
    assert set(lines_of(scripted_llm.requests[2])) < set(lines_of(scripted_llm.requests[0]))
    assert any(QUOTE[:40] in line for line in lines_of(scripted_llm.requests[2]))


def test_an_llm_that_reads_not_even_one_sentence_is_not_asked_for_ever(engine, scripted_llm):
    scripted_llm.reply = lambda messages: Fault.OVERFLOW
    engine.ask(WHO_WON)
    shown = [len(lines_of(request)) for request in scripted_llm.requests]
    assert shown[-1] == 1
    assert all(fewer <= more / 2 for more, fewer in pairwise(shown))


# Leaving


def test_leaving_in_a_pause_stops_the_work(news, scripted_llm):
    scripted_llm.reply = Rejection(429, "slow down", {"Retry-After": "10"})
    engine = QueryEngine(news, settings=scripted_llm.settings())

    async def leave():
        async def read():
            async with aclosing(engine.astream(WHO_WON)) as events:
                async for _ in events:
                    pass

        reading = asyncio.create_task(read())
        while not scripted_llm.requests:
            await asyncio.sleep(0.01)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

    started = time.perf_counter()
    asyncio.run(leave())
    assert time.perf_counter() - started < 5
    assert len(scripted_llm.requests) == 1


def test_a_stream_left_after_a_withdrawal_asks_no_more(engine, scripted_llm):
    scripted_llm.reply = lambda messages: Fault.DROP_MIDWAY
    events = engine.stream(WHO_WON)
    next(event for event in events if isinstance(event, TextWithdrawn))
    events.close()
    assert len(scripted_llm.requests) == 1
    assert not [thread for thread in threading.enumerate() if "portal" in thread.name.lower()]
