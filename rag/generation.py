"""Generation: messages in, the LLM's words out as it writes them, then what they cost."""

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from rag.answer import Usage
from rag.cost import cost_usd
from rag.endpoint import Endpoint, connect, is_overflow
from rag.errors import BrokenOffError, LLMUnavailableError, WeightsError
from rag.llm import LLM

if TYPE_CHECKING:
    import openai

# What a request does without where a server refuses it: reasoning models take `max_completion_tokens`
# and one temperature only, older servers know no `stream_options`.
NEGOTIABLE = ("max_tokens", "temperature", "stop", "stream_options")
TOKEN_CHARACTERS = 10  # of a token on average, at most: English has 4.5, German 5; what is longer ignores `max_tokens`
RAN_ON: Final = "ran on"  # the finish reason of an answer that we cut: the server would have written on

_THOUGHTS = re.compile(r"\A\s*<think>.*?(?:</think>\s*|\Z)", re.DOTALL)

Message = dict[str, str]


@dataclass(frozen=True)
class Completion:
    """The whole answer as the LLM wrote it, and its cost; 0 tokens where the server does not count."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    finish_reason: str

    @property
    def is_cut(self) -> bool:
        """Whether it ends where its tokens did, not where the LLM would have ended it."""
        return self.finish_reason in {"length", RAN_ON}


@dataclass(frozen=True)
class StartOver:
    """The pieces so far are withdrawn: the LLM begins again."""


async def stream_chat(
    llm: LLM, messages: list[Message], *, max_tokens: int, stop: Sequence[str] = ()
) -> AsyncGenerator[str | StartOver | Completion, None]:
    """Pieces of the answer as they are written, then one `Completion`.

    What may pass by itself, a busy server or a cut stream, is tried again, as `llm.retries` says.
    Closing the iterator (`contextlib.aclosing`) cancels the request.

    Raises:
        PromptTooLongError: the LLM cannot read so much.
        LLMUnavailableError: the LLM did not answer, or not to the end.
    """
    request = _request(messages, max_tokens, stop)
    begun = llm.retries.clock()
    for attempt in count(1):
        wrote = False
        try:
            async with aclosing(_attempt(llm, request)) as pieces:
                async for piece in pieces:
                    wrote = True
                    yield piece
        except LLMUnavailableError as error:
            pause = llm.retries.pause(error, attempt, since=begun)
            if pause is None:
                raise
        else:
            return
        if wrote:
            yield StartOver()
        await llm.retries.sleep(pause)


def _request(messages: list[Message], max_tokens: int, stop: Sequence[str]) -> dict[str, Any]:
    request = {
        "messages": messages,
        "max_tokens": max_tokens,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    return request | {"stop": list(stop)} if stop else request


async def _attempt(llm: LLM, request: dict[str, Any]) -> AsyncGenerator[str | Completion, None]:
    endpoint = await _reached(llm)
    async with connect(endpoint) as client:
        async with llm.turn(endpoint):
            opened = await _open(client, request | {"model": endpoint.model})
        async with opened as stream:
            done, limit = Completion("", 0, 0, ""), request["max_tokens"] * TOKEN_CHARACTERS
            with _unbroken(endpoint):
                for _ in range(limit):  # chunks without text, such as thoughts, end too
                    chunk = await _next(stream, endpoint)
                    delta, done = _read(chunk, done, limit)
                    if delta:
                        yield delta
                    if chunk is None or done.finish_reason == RAN_ON:
                        break
                else:
                    done = replace(done, finish_reason=RAN_ON)
        yield _require_end(done, endpoint)


async def _next(stream: Any, endpoint: Endpoint) -> Any:  # noqa: ANN401 - openai's stream, and what it gives
    """The next chunk; None after the last. A server that only keeps the line open is silent too."""
    async with asyncio.timeout(endpoint.timeout):
        return await anext(stream, None)


async def _reached(llm: LLM) -> Endpoint:
    try:
        return await llm.endpoint()
    except WeightsError as error:
        raise LLMUnavailableError(str(error)) from error


async def _open(client: "openai.AsyncOpenAI", request: dict[str, Any]) -> Any:  # noqa: ANN401 - openai's stream
    import openai

    try:
        return await client.chat.completions.create(**request)
    except openai.BadRequestError as error:
        if is_overflow(error) or error.param not in NEGOTIABLE or error.param not in request:
            raise
        return await _open(client, _without(request, error.param))


def _without(request: dict[str, Any], name: str) -> dict[str, Any]:
    rest = {key: value for key, value in request.items() if key != name}
    return rest | {"max_completion_tokens": request[name]} if name == "max_tokens" else rest


@contextmanager
def _unbroken(endpoint: Endpoint) -> Iterator[None]:
    """A connection lost inside is an answer broken off, not a server that is not there."""
    import httpx
    import openai

    try:
        yield
    except (openai.APITimeoutError, httpx.TimeoutException, TimeoutError):
        raise
    except (openai.APIConnectionError, httpx.TransportError) as error:
        raise _broken_off(endpoint) from error


def _read(chunk: Any, done: Completion, limit: int) -> tuple[str, Completion]:  # noqa: ANN401 - whatever was sent
    """The chunk's text within the limit, and the completion so far with it; what is malformed counts as absent."""
    choices = getattr(chunk, "choices", None)
    choice = choices[0] if isinstance(choices, list) and choices else None
    text = getattr(getattr(choice, "delta", None), "content", None)
    # Half a character, from a server that cuts within one, could be stored nowhere.
    delta = text.encode(errors="replace").decode() if isinstance(text, str) else ""
    kept = delta[: limit - len(done.text)]
    usage = getattr(chunk, "usage", None)
    finish_reason = getattr(choice, "finish_reason", None) or done.finish_reason
    return kept, replace(
        done,
        text=done.text + kept,
        prompt_tokens=_count(usage, "prompt_tokens") or done.prompt_tokens,
        completion_tokens=_count(usage, "completion_tokens") or done.completion_tokens,
        finish_reason=RAN_ON if len(kept) < len(delta) else str(finish_reason),
    )


def _count(usage: object, name: str) -> int:
    value = getattr(usage, name, None)
    return value if isinstance(value, int) and value > 0 else 0


def _require_end(done: Completion, endpoint: Endpoint) -> Completion:
    if done.finish_reason:
        return done
    if done.text:
        raise _broken_off(endpoint)
    raise LLMUnavailableError(f"not an OpenAI-compatible server: {endpoint.shown}; check OPENAI_BASE_URL")


def _broken_off(endpoint: Endpoint) -> BrokenOffError:
    return BrokenOffError(f"the LLM broke off its answer: {endpoint.shown}; try again")


def without_thoughts(text: str) -> str:
    """The text without the thoughts that some servers leave before a reasoning LLM's answer."""
    return _THOUGHTS.sub("", text)


def usage_of(completion: Completion, llm: LLM) -> Usage:
    """The tokens of a completion, and US dollars for them at the prices told, which are a remote LLM's."""
    usage = Usage(prompt_tokens=completion.prompt_tokens, completion_tokens=completion.completion_tokens)
    prices = llm.settings.prices
    if prices is None or llm.kind != "openai" or usage == Usage():
        return usage
    return usage.model_copy(update={"cost_usd": cost_usd(usage, prices)})
