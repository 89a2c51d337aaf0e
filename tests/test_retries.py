"""A failure in, the seconds until the next attempt out; or none, where another would be no better."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import BrokenOffError, LLMUnavailableError, PromptTooLongError
from rag.retries import ATTEMPTS, FIRST_PAUSE_S, PATIENCE_S, Retries, backoff, may_pass, retry_after

NOON = datetime(2025, 10, 2, 12, tzinfo=UTC)
REQUEST = httpx.Request("POST", "http://127.0.0.1/v1/chat/completions")
RETRIES = Retries(clock=lambda: 100.0)
SHORT_PATIENCE_S = 2.0


def failure(cause, kind=LLMUnavailableError):
    error = kind("it failed: here; do something")
    error.__cause__ = cause
    return error


def status(number, *, headers=None, **body):
    response = httpx.Response(number, headers=headers, request=REQUEST)
    return failure(openai.APIStatusError(f"Error code: {number} - {body}", response=response, body=body))


@pytest.mark.parametrize("code", [408, 409, 429, 500, 502, 503, 504, 529])
def test_what_may_pass_by_itself_is_tried_again(code):
    assert may_pass(status(code))


@pytest.mark.parametrize("code", [400, 401, 402, 403, 404, 413, 422])
def test_what_will_be_refused_again_is_not(code):
    assert not may_pass(status(code))


def test_an_account_without_money_is_not_asked_again():
    assert not may_pass(status(429, code="insufficient_quota"))


@pytest.mark.parametrize(
    "cause",
    [
        openai.APIConnectionError(request=REQUEST),
        openai.APITimeoutError(request=REQUEST),
        openai.APIError("out of memory", request=REQUEST, body=None),
        httpx.ReadTimeout("silent"),
        ConnectionResetError(),
        UnicodeDecodeError("utf-8", b"\xc3", 0, 1, "cut"),
        ValueError("no JSON"),
    ],
    ids=lambda cause: type(cause).__name__,
)
def test_a_connection_that_fails_is_tried_again(cause):
    assert may_pass(failure(cause))


def test_an_answer_broken_off_is_tried_again():
    assert may_pass(BrokenOffError("cut"))


def test_a_prompt_that_is_too_long_stays_too_long_whatever_the_status():
    assert not may_pass(status(500, message="input is too large to process"))
    assert not may_pass(failure(None, PromptTooLongError))


def test_a_failure_without_a_cause_is_final():
    assert not may_pass(LLMUnavailableError("no LLM is configured"))


def test_attempts_are_bounded_in_number():
    pauses = [RETRIES.pause(status(500), attempt, since=100.0) for attempt in range(1, ATTEMPTS + 1)]
    assert [pause is None for pause in pauses] == [False] * (ATTEMPTS - 1) + [True]


def test_attempts_are_bounded_in_time():
    assert RETRIES.pause(status(500), 1, since=100.0 - PATIENCE_S) is None


def test_a_pause_that_the_server_asks_for_is_kept_to_the_second():
    assert RETRIES.pause(status(429, headers={"Retry-After": "7"}), 1, since=100.0) == 7


def test_a_pause_longer_than_anybody_would_wait_is_not_begun():
    retries = Retries(patience=SHORT_PATIENCE_S, clock=lambda: 100.0)
    assert retries.pause(status(429, headers={"Retry-After": "60"}), 1, since=100.0) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": format_datetime(NOON + timedelta(seconds=40), usegmt=True)}, 40.0),
        ({"retry-after": "Thu, 02 Oct 2025 12:00:40 -0000"}, 40.0),
        ({"retry-after": format_datetime(NOON - timedelta(hours=1), usegmt=True)}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({}, None),
    ],
)
def test_both_forms_of_retry_after_are_read(headers, seconds):
    assert retry_after(httpx.Headers(headers), NOON) == seconds


@given(st.text(max_size=40))
def test_any_retry_after_is_a_wait_or_none(told):
    assert (retry_after({"retry-after": told}, NOON) or 0) >= 0


@given(st.integers(1, 5))
def test_pauses_double_and_vary(attempt):
    longest = FIRST_PAUSE_S * 2 ** (attempt - 1)
    assert longest / 2 <= backoff(attempt) <= longest
