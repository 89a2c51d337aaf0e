"""Where an LLM is reached: an address in, a client of the OpenAI protocol out; failures explained."""

import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.errors import LLMError, LLMUnavailableError, PromptTooLongError
from rag.settings import SILENCE_S

if TYPE_CHECKING:
    import openai

CONNECT_S = 5.0  # seconds; a server that is there accepts in milliseconds
QUOTED_LENGTH = 200  # characters of a server's own words that fit a one-line message

# How servers say that a prompt does not fit: by a code (OpenAI, Groq, llama.cpp), or only in words (vLLM, SGLang,
# LM Studio, older llama.cpp, TGI, gateways to Anthropic and Gemini).
_OVERFLOW_CODES = frozenset({"context_length_exceeded", "exceed_context_size_error"})
_OVERFLOW_WORDS = re.compile(
    r"context (?:length|size|window)|maximum model length|prompt is too long|too large to process"
    r"|`inputs` tokens|token count\b.* exceeds",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Endpoint:
    """An address that speaks the OpenAI protocol, the key it wants and the model to ask for."""

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    timeout: float = SILENCE_S

    @property
    def shown(self) -> str:
        """The address without user, password and query."""
        url = urlsplit(self.base_url)
        return f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}"

    @property
    def is_loopback(self) -> bool:
        """Whether the address is this machine, where no proxy has business."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")


@asynccontextmanager
async def connect(endpoint: Endpoint) -> AsyncGenerator["openai.AsyncOpenAI", None]:
    """A client for use in one event loop, then closed.

    Raises:
        PromptTooLongError: the server said so.
        LLMUnavailableError: whatever else failed inside, in one line; its cause is the failure itself.
    """
    import httpx
    import openai

    timeout = openai.Timeout(endpoint.timeout, connect=min(CONNECT_S, endpoint.timeout))
    try:
        async with openai.AsyncOpenAI(
            api_key=endpoint.api_key or "none",  # the client insists on one
            base_url=endpoint.base_url,
            max_retries=0,  # retries.py says what is tried again: the client knows no cut streams and no patience
            http_client=openai.DefaultAsyncHttpxClient(timeout=timeout, trust_env=not endpoint.is_loopback),
        ) as client:
            yield client
    except LLMError:
        raise
    except (openai.OpenAIError, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        kind = PromptTooLongError if is_overflow(error) else LLMUnavailableError
        raise kind(explain(error, endpoint)) from error


def explain(error: Exception, endpoint: Endpoint) -> str:
    """What happened, with which value, and what to do, in one line that never holds the key."""
    happened, remedy = next(row[1:] for row in _explanations() if isinstance(error, row[0]))
    if _hung_up(error):
        happened, remedy = "the LLM hung up without a word", "try again, or look at its server"
    if is_overflow(error):
        happened, remedy = "the prompt is too long for the LLM", "ask for less, or use an LLM that reads more"
    asked = f"{endpoint.shown}, model {endpoint.model}" if endpoint.model else endpoint.shown
    said = quote(_server_words(error), endpoint)
    return f"{happened}: {quote(asked, endpoint)}{': ' if said else ''}{said}; {remedy}"


def _hung_up(error: Exception) -> bool:
    # By name: openai 2 stands on httpx, openai 3 on a successor with the same names.
    return type(error.__cause__).__name__ in {"RemoteProtocolError", "ReadError", "WriteError"}


def is_overflow(error: BaseException) -> bool:
    """Whether the server says that the prompt does not fit."""
    import openai

    if not isinstance(error, openai.APIError):
        return False
    marks = {error.code, error.type}
    return not marks.isdisjoint(_OVERFLOW_CODES) or bool(_OVERFLOW_WORDS.search(str(error)))


def quote(text: str, endpoint: Endpoint) -> str:
    """The first line of text from outside: bounded, printable, and without the key."""
    line = next((line for line in text.splitlines() if line.strip()), "").strip()
    if endpoint.api_key:
        line = line.replace(endpoint.api_key, "…")
    return "".join(c for c in line if c.isprintable())[:QUOTED_LENGTH]


def _explanations() -> Iterator[tuple[type[Exception] | tuple[type[Exception], ...], str, str]]:
    import httpx
    import openai

    silent = (openai.APITimeoutError, httpx.TimeoutException, TimeoutError)  # a stream of openai 2 raises httpx's own
    absent = (openai.APIConnectionError, httpx.TransportError)
    yield silent, "the LLM is silent", "try again, or set DATELINE_TIMEOUT higher"
    yield absent, "nobody answers", "start the LLM's server or check OPENAI_BASE_URL"
    yield openai.AuthenticationError, "the LLM refused the key", "set OPENAI_API_KEY"
    yield openai.PermissionDeniedError, "the key may not use this LLM", "set OPENAI_API_KEY or OPENAI_MODEL"
    yield openai.NotFoundError, "no such model or address", "check OPENAI_MODEL and OPENAI_BASE_URL"
    yield openai.RateLimitError, "the LLM takes no more requests now", "wait, or check the account's quota"
    yield openai.BadRequestError, "the LLM refused the request", "check OPENAI_MODEL"
    yield openai.APIStatusError, "the LLM failed", "try again"
    yield openai.APIError, "the LLM failed midway", "try again"
    yield Exception, "not an OpenAI-compatible server", "check OPENAI_BASE_URL"


def _server_words(error: Exception) -> str:
    body = getattr(error, "body", None)
    if isinstance(body, dict):
        return str(body.get("message") or "")
    status = getattr(error, "status_code", None)
    return f"HTTP {status}" if status else ""
