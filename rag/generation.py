"""Generation: messages in, the LLM's words out as it writes them, then what they cost."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rag.endpoint import Endpoint, connect, is_overflow
from rag.errors import LLMError, LLMUnavailableError
from rag.llm import LLM

if TYPE_CHECKING:
    import openai

# What a request does without where a server refuses it: reasoning models take `max_completion_tokens`
# and one temperature only, older servers know no `stream_options`.
NEGOTIABLE = ("max_tokens", "temperature", "stop", "stream_options")


@dataclass(frozen=True)
class Completion:
    """The whole answer as the LLM wrote it, and its cost; 0 tokens where the server does not count."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    finish_reason: str


async def stream_chat(
    llm: LLM, messages: list[dict[str, str]], *, max_tokens: int, stop: Sequence[str] = ()
) -> AsyncGenerator[str | Completion, None]:
    """Pieces of the answer as they are written, then one `Completion`.

    Closing the iterator (`contextlib.aclosing`) cancels the request.

    Raises:
        LLMUnavailableError: the LLM did not answer, or not to the end.
    """
    try:
        endpoint = await llm.endpoint()
    except LLMError as error:
        raise LLMUnavailableError(str(error)) from error
    request: dict[str, Any] = {
        "model": endpoint.model,
        "messages": messages,
        "max_tokens": max_tokens,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if stop:
        request["stop"] = list(stop)
    async with connect(endpoint) as client, await _open(client, request) as stream:
        done = Completion("", 0, 0, "")
        with _unbroken(endpoint):
            async for chunk in stream:
                delta, done = _read(chunk, done)
                if delta:
                    yield delta
        yield _require_end(done, endpoint)


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
    except (openai.APITimeoutError, httpx.TimeoutException):
        raise
    except (openai.APIConnectionError, httpx.TransportError) as error:
        raise _broken_off(endpoint) from error


def _read(chunk: Any, done: Completion) -> tuple[str, Completion]:  # noqa: ANN401 - whatever the server sent
    """The chunk's text, and the completion so far with it; what is malformed counts as absent."""
    choices = getattr(chunk, "choices", None)
    choice = choices[0] if isinstance(choices, list) and choices else None
    text = getattr(getattr(choice, "delta", None), "content", None)
    # Half a character, from a server that cuts within one, could be stored nowhere.
    delta = text.encode(errors="replace").decode() if isinstance(text, str) else ""
    usage = getattr(chunk, "usage", None)
    return delta, replace(
        done,
        text=done.text + delta,
        prompt_tokens=_count(usage, "prompt_tokens") or done.prompt_tokens,
        completion_tokens=_count(usage, "completion_tokens") or done.completion_tokens,
        finish_reason=str(getattr(choice, "finish_reason", None) or done.finish_reason),
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


def _broken_off(endpoint: Endpoint) -> LLMUnavailableError:
    return LLMUnavailableError(f"the LLM broke off its answer: {endpoint.shown}; try again")
