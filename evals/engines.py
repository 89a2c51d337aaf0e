"""What `eval run` can ask: our engine, any Python callable, any chat endpoint (and `stock_engine.py`).

DatelineEngine(QueryEngine(index))
CallableEngine(load_callable("python:mine.bot:answer"), "mine.bot:answer")
EndpointEngine("http://127.0.0.1:8000/v1", "my-model", key)
StockEngine(index, llm, folder)
"""

import importlib
import inspect
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, Protocol

from evals.chat import Message, chat, llm_settings
from evals.errors import RunError
from evals.foreign import articles_sha256, as_answer, is_exact
from evals.gold import Turn
from evals.told import answer_told
from rag import QueryEngine
from rag.answer import Answer, Citation, Passage, Style, Timings
from rag.dates import long_date
from rag.llm import choose_llm
from rag.responses import passage_of
from rag.settings import RagSettings

PYTHON: Final = "python:"  # before the name of a callable, where an engine is given as text
MAX_TOKENS: Final = 1024  # of an endpoint's reply; several times what an answer to one question takes


class AnswerEngine(Protocol):
    """Anything that answers a question. One with `find` and `quote_is_exact` is measured in more ways."""

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """What goes on record, in values that JSON has: a run is only continued with the same. No secrets."""
        ...

    def ask(
        self, question: str, *, as_of: date | None = None, style: Style = "full", history: Sequence[Turn] = ()
    ) -> Answer:
        """The answer, from articles published up to `as_of`, to a question that may refer to earlier ones."""
        ...


class DatelineEngine:
    """Ours."""

    def __init__(self, query_engine: QueryEngine) -> None:
        self._engine = query_engine

    @property
    def name(self) -> str:
        """What reports call it."""
        return "dateline-extractive" if self._engine.llm.kind == "extractive" else "dateline"

    @property
    def settings(self) -> dict[str, Any]:
        """What goes on record."""
        index = self._engine.index
        making = {name: index.info()[name] for name in ("embedding", "chunking", "articles")}
        return {**llm_settings(self._engine.llm), **making, "articles_sha256": articles_sha256(index)}

    def ask(
        self, question: str, *, as_of: date | None = None, style: Style = "full", history: Sequence[Turn] = ()
    ) -> Answer:
        """The checked answer."""
        turns = [(turn.question, turn.answer) for turn in history]
        return self._engine.ask(question, as_of=as_of, style=style, history=turns)

    def find(self, question: str, *, top_k: int, as_of: date | None = None) -> tuple[Passage, ...]:
        """The `top_k` passages that answer best, best first."""
        return tuple(map(passage_of, self._engine.retrieve(question, top_k=top_k, as_of=as_of)))

    def quote_is_exact(self, citation: Citation) -> bool:
        """Whether the citation's offsets give its quote in the stored article."""
        return is_exact(citation, self._engine.index)


class CallableEngine:
    """Any function of a question: `answer("Who won?")` returns a text, a `dict` or an `Answer`.

    It is also given those of the keywords `as_of` (a date), `style` ("full" or "short") and `history`
    (earlier turns, each with a `question` and an `answer`) that its signature takes. A text may hold
    [n] markers, but only a `dict` can say what they stand for; it has some of the keys of an `Answer`:

        {"text": "The ferry sails twice a day. [1]",
         "citations": [{"quote": "sails twice a day", "article": "https://…"}],
         "passages": [{"text": "…", "article": {"id": "…", "published_at": "2025-09-30"}}],
         "refusal": False}

    See `evals.told` for each of them. Without `refusal`, a text that opens by saying that it cannot
    answer counts as one (`evals.foreign.is_refusal`).
    """

    def __init__(self, function: Callable[..., object], name: str) -> None:
        self.name = name
        self._function = function
        parameters = _parameters(function)
        self._takes = {parameter.name for parameter in parameters}
        self._takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)

    @property
    def settings(self) -> dict[str, Any]:
        """What goes on record: nothing is known of it but its name."""
        return {"function": self.name}

    def ask(
        self, question: str, *, as_of: date | None = None, style: Style = "full", history: Sequence[Turn] = ()
    ) -> Answer:
        """What the function says.

        Raises:
            RunError: it returns nothing that is an answer.
        """
        known = {"as_of": as_of, "style": style, "history": history}
        taken = {name: value for name, value in known.items() if self._takes_all or name in self._takes}
        return answer_told(self._function(question, **taken), question=question, style=style, name=self.name)


def _parameters(function: Callable[..., object]) -> Collection[inspect.Parameter]:
    """What the function takes; nothing but the question where it does not say, as some written in C."""
    try:
        return inspect.signature(function).parameters.values()
    except ValueError:
        return ()


def load_callable(spec: str) -> Callable[..., object]:
    """The function that `python:package.module:function` names; the working folder is searched, too.

    Raises:
        RunError: there is none.
    """
    module_name, _, function_name = spec.removeprefix(PYTHON).partition(":")
    if not module_name or not function_name:
        raise RunError(f"no such engine: {spec}; give it as python:package.module:function")
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        function = getattr(importlib.import_module(module_name), function_name, None)
    except (Exception, SystemExit) as error:  # whatever a module does when it is run
        told = " ".join(f"{type(error).__name__}: {error}".split())
        raise RunError(f"cannot import {module_name}: {told}; run from the folder that it is in") from error
    if not callable(function):
        raise RunError(f"no function {function_name} in {module_name}; give it as python:package.module:function")
    if inspect.iscoroutinefunction(function):
        raise RunError(f"{function_name} in {module_name} is async; give a function that returns its answer")
    return function  # type: ignore[no-any-return]


class EndpointEngine:
    """Any server that speaks the OpenAI chat protocol: it gets the question, and its text is the answer.

    The history is given as turns; a day and a wish for a short answer are added to the question in words.
    """

    def __init__(self, base_url: str, model: str | None = None, key: str | None = None) -> None:
        """A `model` of None is the first that the server lists.

        Raises:
            LLMError: the address or the key cannot be one.
        """
        told = {"llm": "auto", "base_url": base_url, "model": model, "api_key": key}
        self._llm = choose_llm(RagSettings.model_validate(told))
        self.name = f"endpoint:{model}" if model else "endpoint"

    @property
    def settings(self) -> dict[str, Any]:
        """What goes on record."""
        return llm_settings(self._llm)

    def ask(
        self, question: str, *, as_of: date | None = None, style: Style = "full", history: Sequence[Turn] = ()
    ) -> Answer:
        """What the server says.

        Raises:
            LLMUnavailableError: it did not answer, or not to the end.
        """
        reply = chat(self._llm, _messages(question, as_of, style, history), max_tokens=MAX_TOKENS)
        return as_answer(
            reply.text,
            {},
            question=question,
            style=style,
            model=self._llm.name,
            usage=reply.usage,
            timings_ms=Timings(first_token=reply.first_token_ms),
        )


def _messages(question: str, as_of: date | None, style: Style, history: Sequence[Turn]) -> list[Message]:
    earlier = [
        {"role": role, "content": content}
        for turn in history
        for role, content in (("user", turn.question), ("assistant", turn.answer))
    ]
    wishes = [f"Answer as on {long_date(as_of)}: use nothing that was published later."] if as_of else []
    wishes += ["Answer in a few words."] if style == "short" else []
    return [*earlier, {"role": "user", "content": "\n\n".join([question, *wishes])}]
