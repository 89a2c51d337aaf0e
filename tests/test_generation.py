"""Messages in, the LLM's words out; every failure is one line that says what to do."""

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_llm import BABBLE, KEY, Fault, Rejection, in_turn

from rag.endpoint import QUOTED_LENGTH, Endpoint, quote
from rag.errors import LLMUnavailableError, PromptTooLongError
from rag.generation import RAN_ON, TOKEN_CHARACTERS, Completion, StartOver, stream_chat, usage_of
from rag.llm import LLM, choose_llm
from rag.retries import ATTEMPTS, PATIENCE_S
from rag.settings import RagSettings

MESSAGES = [{"role": "system", "content": "Answer."}, {"role": "user", "content": "When did the ferry sail?"}]


def collect(llm, **options):
    async def run():
        stream = stream_chat(llm, MESSAGES, **({"max_tokens": 50} | options))
        return [piece async for piece in stream]

    return asyncio.run(run())


def failure(llm):
    with pytest.raises(LLMUnavailableError) as caught:
        collect(llm)
    message = str(caught.value)
    assert "\n" not in message
    assert KEY not in message
    return message


def test_the_words_come_as_they_are_written_and_the_completion_last(scripted_llm):
    scripted_llm.reply = lambda messages: "It sailed at noon. [1]"
    pieces = collect(scripted_llm.llm())
    assert pieces[:-1] == ["It", " sailed", " at", " noon.", " [1]"]
    assert pieces[-1] == Completion("It sailed at noon. [1]", 6, 5, "stop")


def test_the_request_is_deterministic_bounded_and_carries_the_messages(scripted_llm):
    collect(scripted_llm.llm(), max_tokens=7, stop=["\n"])
    request = scripted_llm.requests[0]
    assert request["messages"] == MESSAGES
    assert (request["temperature"], request["max_tokens"], request["stop"]) == (0, 7, ["\n"])


def test_an_answer_that_ran_out_of_tokens_says_so(scripted_llm):
    scripted_llm.reply = lambda messages: "one two three four"
    assert collect(scripted_llm.llm(), max_tokens=2)[-1] == Completion("one two", 6, 2, "length")


def test_an_empty_answer_is_an_answer(scripted_llm):
    scripted_llm.reply = lambda messages: ""
    assert collect(scripted_llm.llm()) == [Completion("", 6, 0, "stop")]


def test_without_usage_the_counts_are_zero(scripted_llm):
    scripted_llm.reply = lambda messages: Fault.NO_USAGE
    assert collect(scripted_llm.llm())[-1] == Completion("A whole answer.", 0, 0, "stop")


def test_a_model_that_takes_no_temperature_and_no_max_tokens_is_asked_without(scripted_llm):
    scripted_llm.reply = lambda messages: Fault.NO_MAX_TOKENS
    assert collect(scripted_llm.llm(), max_tokens=9)[-1].text == "A whole answer."
    assert scripted_llm.requests[-1]["max_completion_tokens"] == 9


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.OVERFLOW, "the prompt is too long for the LLM"),
        (Fault.RATE_LIMIT, "the LLM takes no more requests now"),
        (Fault.SERVER_ERROR, "the model crashed"),
        (Fault.SILENCE_THEN_DEATH, "the LLM hung up without a word"),
        (Fault.DROP_MIDWAY, "the LLM broke off its answer"),
        (Fault.CUT_EVENT, "the LLM broke off its answer"),
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
    message = failure(scripted_llm.llm())
    assert said in message
    assert scripted_llm.base_url in message


def test_a_wrong_key_is_refused_and_never_shown(scripted_llm):
    message = failure(scripted_llm.llm(api_key="sk-mistyped"))
    assert message.startswith("the LLM refused the key")
    assert message.endswith("set OPENAI_API_KEY")
    assert "sk-mistyped" not in message


def test_a_servers_words_are_one_bounded_line_without_the_key_or_control_characters(scripted_llm):
    scripted_llm.reply = lambda messages: Fault.ECHOED_KEY
    message = failure(scripted_llm.llm())
    assert message.isprintable()
    assert "no such key: …" in message
    assert len(message) < 2 * QUOTED_LENGTH + 100


def test_an_unknown_model_is_named(scripted_llm):
    message = failure(scripted_llm.llm(llm="openai:gpt-99"))
    assert message.startswith("no such model")
    assert "gpt-99" in message


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.PINGS], ids=["hang", "pings"])
def test_a_silent_server_is_left_after_the_timeout(scripted_llm, fault):
    scripted_llm.reply = lambda messages: fault
    started = time.perf_counter()
    assert failure(scripted_llm.llm(timeout=0.2)).startswith("the LLM is silent")
    assert time.perf_counter() - started < 5


def test_where_nobody_listens_the_address_is_shown_without_its_password(scripted_llm):
    scripted_llm.server_close()
    address = scripted_llm.base_url.replace("://", "://user:hidden@")
    message = failure(scripted_llm.llm(base_url=address))
    assert message.startswith(f"nobody answers: {scripted_llm.base_url}")
    assert "hidden" not in message


def test_loopback_never_goes_through_a_proxy(scripted_llm, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert collect(scripted_llm.llm())[-1].text == "Nothing was scripted."


# Another attempt

WHOLE = ["It", " sailed."]


@pytest.mark.parametrize(
    "fault",
    [Fault.RATE_LIMIT, Fault.SERVER_ERROR, Fault.SILENCE_THEN_DEATH, Fault.BROKEN_JSON, Rejection(529, "overloaded")],
    ids=lambda fault: getattr(fault, "name", "529").lower(),
)
def test_what_passes_by_itself_is_not_noticed(scripted_llm, fault):
    scripted_llm.reply = in_turn(fault, fault, "It sailed.")
    assert collect(scripted_llm.llm())[:-1] == WHOLE
    assert len(scripted_llm.requests) == 3


@pytest.mark.parametrize(
    "fault",
    [Fault.DROP_MIDWAY, Fault.CUT_EVENT, Fault.STOP_MIDWAY, Fault.ERROR_MIDWAY],
    ids=lambda fault: fault.name.lower(),
)
def test_after_a_cut_the_words_so_far_are_withdrawn_and_come_anew(scripted_llm, fault):
    scripted_llm.reply = in_turn(fault, "It sailed.")
    *pieces, completion = collect(scripted_llm.llm())
    assert pieces == ["Half an", " ans", StartOver(), *WHOLE]
    assert completion.text == "It sailed."


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.RATE_LIMIT, Fault.DROP_MIDWAY, Fault.BROKEN_JSON])
def test_attempts_end(scripted_llm, fault):
    scripted_llm.reply = lambda messages: fault
    failure(scripted_llm.llm())
    assert len(scripted_llm.requests) == ATTEMPTS
    assert len(scripted_llm.clock.pauses) == ATTEMPTS - 1


@pytest.mark.parametrize("fault", [Fault.HTML, Fault.ODD_JSON, Fault.ECHOED_KEY, Rejection(403, "no"), Fault.OVERFLOW])
def test_what_stays_wrong_is_asked_once(scripted_llm, fault):
    scripted_llm.reply = lambda messages: fault
    failure(scripted_llm.llm())
    assert len(scripted_llm.requests) == 1


def test_a_server_that_says_when_to_come_back_is_taken_at_its_word(scripted_llm):
    scripted_llm.reply = in_turn(Rejection(429, "slow down", {"Retry-After": "7"}), "It sailed.")
    assert collect(scripted_llm.llm())[:-1] == WHOLE
    assert scripted_llm.clock.pauses == [7]


def test_it_may_say_so_by_a_date(scripted_llm):
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=9), usegmt=True)
    scripted_llm.reply = in_turn(Rejection(503, "in service", {"Retry-After": then}), "It sailed.")
    assert collect(scripted_llm.llm())[:-1] == WHOLE
    assert scripted_llm.clock.pauses == [pytest.approx(8, abs=2)]


def test_who_says_to_come_back_much_later_is_not_waited_for(scripted_llm):
    scripted_llm.reply = Rejection(429, "slow down", {"Retry-After": str(PATIENCE_S + 1)})
    assert failure(scripted_llm.llm()).startswith("the LLM takes no more requests now")
    assert scripted_llm.clock.pauses == []


def test_leaving_during_a_pause_asks_no_more(scripted_llm):
    scripted_llm.reply = Rejection(429, "slow down", {"Retry-After": "10"})

    async def leave():
        reading = asyncio.create_task(anext(stream_chat(choose_llm(scripted_llm.settings()), MESSAGES, max_tokens=5)))
        while not scripted_llm.requests:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        left = time.perf_counter()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        return time.perf_counter() - left

    assert asyncio.run(leave()) < 0.5
    assert len(scripted_llm.requests) == 1


# The bounds of an answer


def test_an_answer_that_never_ends_is_cut_and_the_server_freed(scripted_llm):
    scripted_llm.reply = lambda messages: Fault.BABBLE
    *pieces, completion = collect(scripted_llm.llm(), max_tokens=16)
    assert completion.finish_reason == RAN_ON
    assert completion.text == "".join(pieces) == BABBLE[: 16 * TOKEN_CHARACTERS]
    assert scripted_llm.client_left.wait(2)


def test_thoughts_that_never_end_are_cut_too(scripted_llm):
    scripted_llm.reply = lambda messages: Fault.THOUGHTS
    assert collect(scripted_llm.llm(), max_tokens=4) == [Completion("", 0, 0, RAN_ON)]


@pytest.mark.parametrize(
    "said",
    [
        Fault.OVERFLOW,
        Rejection(400, "Please reduce the length of the messages.", details={"code": "context_length_exceeded"}),
        Rejection(400, "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens"),
        Rejection(400, "The decoder prompt (length 5000) is longer than the maximum model length of 4096."),
        Rejection(400, "The input (5000 tokens) is longer than the model's context length (4096 tokens)."),
        Rejection(400, "Requested token count exceeds the model's maximum of 4096 tokens."),
        Rejection(422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000"),
        Rejection(400, "prompt is too long: 5000 tokens > 4096 maximum"),
        Rejection(500, "input is too large to process. increase the physical batch size"),
    ],
    ids="llama.cpp openai vllm vllm-engine sglang sglang-router tgi gateway llama.cpp-batch".split(),
)
def test_servers_say_in_many_ways_that_a_prompt_is_too_long(scripted_llm, said):
    scripted_llm.reply = lambda messages: said
    with pytest.raises(PromptTooLongError, match="the prompt is too long for the LLM"):
        collect(scripted_llm.llm())
    assert len(scripted_llm.requests) == 1


@pytest.mark.parametrize("said", ["temperature must be at most 2", "no such tool", ""])
def test_another_refusal_is_no_matter_of_length(scripted_llm, said):
    scripted_llm.reply = Rejection(400, said)
    assert failure(scripted_llm.llm()).startswith("the LLM refused the request")


# Its cost

PRICES = {"price_in": 0.15, "price_out": 0.6}
DONE = Completion("It sailed.", 850, 30, "stop")


def llm_of(kind="openai", **settings):
    return LLM("scripted", kind, 4096, RagSettings(**settings))


def test_an_answer_is_priced_a_million_tokens_as_providers_list_them():
    assert usage_of(DONE, llm_of(**PRICES)).cost_usd == pytest.approx(0.0001455)


def test_without_prices_without_counts_or_on_ones_own_machine_there_is_no_cost():
    assert usage_of(DONE, llm_of()).cost_usd is None
    assert usage_of(replace(DONE, prompt_tokens=0, completion_tokens=0), llm_of(**PRICES)).cost_usd is None
    assert usage_of(DONE, llm_of("local", **PRICES)).cost_usd is None


def test_one_price_alone_is_a_mistake():
    for price in PRICES:
        with pytest.raises(ValueError, match="both DATELINE_PRICE_IN and DATELINE_PRICE_OUT"):
            RagSettings(**{price: 1.0})


# Leaving


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
