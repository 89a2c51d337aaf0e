"""One reply of an LLM over the OpenAI protocol, for engines that write their own prompts; and which LLM it was."""

from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from time import perf_counter
from typing import Any

from rag.answer import Usage
from rag.endpoint import Endpoint
from rag.generation import Completion, stream_chat
from rag.llm import LLM
from rag.sync import iterate
from rag.weights import Weights

Message = dict[str, str]


@dataclass(frozen=True)
class Reply:
    """What an LLM wrote, what it cost, and the milliseconds until its first word."""

    text: str
    usage: Usage
    first_token_ms: float | None


def chat(llm: LLM, messages: list[Message], *, max_tokens: int) -> Reply:
    """The LLM's reply at temperature 0.

    Raises:
        LLMUnavailableError: the LLM did not answer, or not to the end.
    """
    started, first_token_ms, done = perf_counter(), None, Completion("", 0, 0, "")
    for piece in iterate(stream_chat(llm, messages, max_tokens=max_tokens)):
        if isinstance(piece, Completion):
            done = piece
        elif first_token_ms is None:
            first_token_ms = round((perf_counter() - started) * 1000, 1)
    usage = Usage(prompt_tokens=done.prompt_tokens, completion_tokens=done.completion_tokens)
    return Reply(done.text, usage, first_token_ms)


def llm_settings(llm: LLM) -> dict[str, Any]:
    """What to put on record about an LLM: where it is reached, without secrets, or the hash of its file."""
    base_url = llm.settings.base_url if llm.kind == "openai" else None
    return {
        # A server's first model has no name until the server was asked, and a run begun keeps its settings.
        "llm": llm.settings.model or llm.settings.llm if llm.kind == "openai" else llm.name,
        "base_url": Endpoint(base_url, "").shown if base_url else None,
        "llm_sha256": _weights_sha256(llm.weights),
        "threads": llm.settings.threads if llm.kind == "local" else None,
    }


def _weights_sha256(weights: Weights | Path | None) -> str | None:
    if not isinstance(weights, Path):
        return weights.sha256 if weights else None
    with weights.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
