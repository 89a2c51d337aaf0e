"""Messages in, the LLM's words out; every failure is one line that says what to do."""

import asyncio
import time
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_llm import KEY, Fault

from rag.endpoint import QUOTED_LENGTH, Endpoint, quote
from rag.errors import LLMUnavailableError
from rag.generation import Completion, stream_chat
from rag.llm import choose_llm
from rag.settings import RagSettings

MESSAGES = [{"role": "system", "content": "Answer."}, {"role": "user", "content": "When did the ferry sail?"}]


def collect(settings, **options):
    async def run():
        stream = stream_chat(choose_llm(settings), MESSAGES, **({"max_tokens": 50} | options))
        return [piece async for piece in stream]

    return asyncio.run(run())


def failure(settings):
    with pytest.raises(LLMUnavailableError) as caught:
        collect(settings)
    message = str(caught.value)
    assert "\n" not in message
    assert KEY not in message
    return message


def test_the_words_come_as_they_are_written_and_the_completion_last(scripted_llm):
    scripted_llm.reply = lambda messages: "It sailed at noon. [1]"
    pieces = collect(scripted_llm.settings())
    assert pieces[:-1] == ["It", " sailed", " at", " noon.", " [1]"]
    assert pieces[-1] == Completion("It sailed at noon. [1]", 6, 5, "stop")


def test_the_request_is_deterministic_bounded_and_carries_the_messages(scripted_llm):
    collect(scripted_llm.settings(), max_tokens=7, stop=["\n"])
    request = scripted_llm.requests[0]
    assert request["messages"] == MESSAGES
    assert (request["temperature"], request["max_tokens"], request["stop"]) == (0, 7, ["\n"])


def test_an_answer_that_ran_out_of_tokens_says_so(scripted_llm):
    scripted_llm.reply = lambda messages: "one two three four"
    assert collect(scripted_llm.settings(), max_tokens=2)[-1] == Completion("one two", 6, 2, "length")


def test_an_empty_answer_is_an_answer(scripted_llm):
    scripted_llm.reply = lambda messages: ""
    assert collect(scripted_llm.settings()) == [Completion("", 6, 0, "stop")]


def test_without_usage_the_counts_are_zero(scripted_llm):
    scripted_llm.reply = lambda messages: Fault.NO_USAGE
    assert collect(scripted_llm.settings())[-1] == Completion("A whole answer.", 0, 0, "stop")


def test_a_model_that_takes_no_temperature_and_no_max_tokens_is_asked_without(scripted_llm):
    scripted_llm.reply = lambda messages: Fault.NO_MAX_TOKENS
    assert collect(scripted_llm.settings(), max_tokens=9)[-1].text == "A whole answer."
    assert scripted_llm.requests[-1]["max_completion_tokens"] == 9


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.OVERFLOW, "the prompt is too long for the LLM"),
        (Fault.RATE_LIMIT, "the LLM takes no more requests now"),
        (Fault.SERVER_ERROR, "the model crashed"),
        (Fault.DROP_MIDWAY, "the LLM broke off its answer"),
        (Fault.STOP_MIDWAY, "the LLM broke off its answer"),
        (Fault.ERROR_MIDWAY, "out of memory"),
        (Fault.BROKEN_JSON, "not an OpenAI-compatible server"),
        (Fault.ODD_JSON, "not an OpenAI-compatible server"),
        (Fault.HTML, "not an OpenAI-compatible server"),
    ],
    ids=lambda value: value.name.lower() if isinstance(value, Fault) else "",
)
def test_a_failing_server_is_named_in_one_line(scripted_llm, fault, said):
    scripted_llm.reply = lambda messages: fault
    message = failure(scripted_llm.settings())
    assert said in message
    assert scripted_llm.base_url in message


def test_a_wrong_key_is_refused_and_never_shown(scripted_llm):
    message = failure(scripted_llm.settings(api_key="sk-mistyped"))
    assert message.startswith("the LLM refused the key")
    assert message.endswith("set OPENAI_API_KEY")
    assert "sk-mistyped" not in message


def test_a_servers_words_are_one_bounded_line_without_the_key_or_control_characters(scripted_llm):
    scripted_llm.reply = lambda messages: Fault.ECHOED_KEY
    message = failure(scripted_llm.settings())
    assert message.isprintable()
    assert "no such key: …" in message
    assert len(message) < 2 * QUOTED_LENGTH + 100


def test_an_unknown_model_is_named(scripted_llm):
    message = failure(scripted_llm.settings(llm="openai:gpt-99"))
    assert message.startswith("no such model")
    assert "gpt-99" in message


def test_a_silent_server_is_left_after_the_timeout(scripted_llm):
    scripted_llm.reply = lambda messages: Fault.HANG
    started = time.perf_counter()
    assert failure(scripted_llm.settings(timeout=0.2)).startswith("the LLM is silent")
    assert time.perf_counter() - started < 5


def test_where_nobody_listens_the_address_is_shown_without_its_password(scripted_llm):
    scripted_llm.server_close()
    address = scripted_llm.base_url.replace("://", "://user:hidden@")
    message = failure(scripted_llm.settings(base_url=address))
    assert message.startswith(f"nobody answers: {scripted_llm.base_url}")
    assert "hidden" not in message


def test_loopback_never_goes_through_a_proxy(scripted_llm, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert collect(scripted_llm.settings())[-1].text == "Nothing was scripted."


def test_leaving_early_frees_the_server_within_half_a_second(scripted_llm):
    scripted_llm.reply = lambda messages: "word " * 2000
    scripted_llm.pace = 0.01

    async def leave_after_two_words():
        async with aclosing(stream_chat(choose_llm(scripted_llm.settings()), MESSAGES, max_tokens=2000)) as stream:
            return [await anext(stream), await anext(stream)]

    assert asyncio.run(leave_after_two_words()) == ["word", " word"]
    assert scripted_llm.client_left.wait(0.5)


def test_cancelling_the_task_frees_the_server(scripted_llm):
    scripted_llm.reply = lambda messages: "word " * 2000
    scripted_llm.pace = 0.01

    async def read():
        async for _ in stream_chat(choose_llm(scripted_llm.settings()), MESSAGES, max_tokens=2000):
            pass

    async def cancel():
        task = asyncio.create_task(read())
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert scripted_llm.client_left.wait(0.5)


def test_several_event_loops_share_one_llm(scripted_llm):
    llm = choose_llm(scripted_llm.settings())

    async def answer():
        return [piece async for piece in stream_chat(llm, MESSAGES, max_tokens=5)][-1].text

    assert {asyncio.run(answer()) for _ in range(3)} == {"Nothing was scripted."}


def test_where_no_llm_is_configured_nothing_is_asked():
    llm = choose_llm(RagSettings(llm="extractive"))

    async def ask():
        return [piece async for piece in stream_chat(llm, MESSAGES, max_tokens=5)]

    with pytest.raises(LLMUnavailableError, match="no LLM is configured"):
        asyncio.run(ask())


@given(st.text(max_size=600), st.sampled_from(["sk-abc", None]))
def test_quoted_words_are_printable_bounded_and_without_the_key(text, key):
    endpoint = Endpoint("http://127.0.0.1/v1", "m", key)
    said = quote(f"{text}sk-abc{text}", endpoint)
    assert said.isprintable()
    assert len(said) <= QUOTED_LENGTH
    assert key is None or key not in said
