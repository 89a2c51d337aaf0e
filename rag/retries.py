"""Whether a failed request to an LLM is worth another, and how long to wait before it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from random import uniform
from time import monotonic

from rag.endpoint import is_overflow
from rag.errors import BrokenOffError, LLMUnavailableError

ATTEMPTS = 3  # requests for one answer; a fourth succeeds rarely, and a person is waiting
PATIENCE_S = 20.0  # seconds after which no further request begins: quoted sentences now are better than that
FIRST_PAUSE_S = 0.5  # doubled from attempt to attempt
PASSING = frozenset({408, 409, 425, 429})  # HTTP statuses that a later request may not meet; and all from 500
SERVER_ERRORS = 500


@dataclass(frozen=True)
class Retries:
    """How patient to be with an LLM that fails."""

    attempts: int = ATTEMPTS
    patience: float = PATIENCE_S
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = monotonic

    def pause(self, error: LLMUnavailableError, attempt: int, *, since: float) -> float | None:
        """The seconds to wait after the failure of an attempt, counted from 1; None: give up."""
        if attempt >= self.attempts or not may_pass(error):
            return None
        asked = retry_after(_headers(error), datetime.now(UTC))
        pause = backoff(attempt) if asked is None else asked
        return pause if self.clock() - since + pause <= self.patience else None


def backoff(attempt: int) -> float:
    """The seconds before the next attempt: doubling, and up to half less, so that callers do not come back together.

    "Equal jitter": Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    longest: float = FIRST_PAUSE_S * 2 ** (attempt - 1)
    return uniform(longest / 2, longest)  # noqa: S311 - no secret


def may_pass(error: LLMUnavailableError) -> bool:
    """Whether the same request may succeed later."""
    import openai

    cause = error.__cause__
    if isinstance(error, BrokenOffError):
        return True
    if cause is None or is_overflow(cause) or getattr(cause, "code", None) == "insufficient_quota":
        return False
    if isinstance(cause, openai.APIStatusError):
        return cause.status_code in PASSING or cause.status_code >= SERVER_ERRORS
    return isinstance(cause, (openai.APIError, OSError, ValueError)) or _is_transport_error(cause)


def _is_transport_error(error: BaseException) -> bool:
    import httpx

    return isinstance(error, httpx.TransportError)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that a server asks to wait, told as seconds or as a date (RFC 9110, section 10.2.3); None: none.

    OpenAI's servers also tell milliseconds, in a header of their own.
    """
    thousandths = _seconds(headers.get("retry-after-ms"))
    if thousandths is not None:
        return thousandths / 1000
    told = headers.get("retry-after")
    return _seconds(told) if told is None or _seconds(told) is not None else _seconds_until(told, now)


def _seconds(told: str | None) -> float | None:
    try:
        seconds = float(told or "")
    except ValueError:
        return None
    return seconds if isfinite(seconds) and seconds >= 0 else None


def _seconds_until(told: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


def _headers(error: BaseException) -> Mapping[str, str]:
    return getattr(getattr(error.__cause__, "response", None), "headers", None) or {}
