"""The chat's event handlers: what people do in, what the page shows out."""

import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from rag.answer import Style, TextDelta
from ui import render
from ui.quiet_gradio import gr
from ui.terminal import is_ours
from ui.turn import Turn, conversation, history, sources

if TYPE_CHECKING:
    from rag import QueryEngine
    from rag.plan import Bounds

# Answers written at the same time; other questions wait. The embedded LLM has one slot, quoting keeps
# a core busy, and a server of its own takes a few.
PLACES = {"local": 1, "extractive": 2, "openai": 4}

logger = logging.getLogger(__name__)

Update = Any  # what gradio takes for one output: a value, a component with new properties, or skip()


class Chat:
    """The page's event handlers around one engine."""

    def __init__(self, engine: "QueryEngine") -> None:
        self.engine = engine
        self.places = PLACES.get(engine.llm.kind, 1)
        self._answering = 0

    def masthead(self) -> str:
        """The title and status; asked again whenever the page loads, as the index may have grown."""
        llm = self.engine.llm
        return render.masthead(model=llm.name, kind=llm.kind, articles=len(self.engine.index))

    def ask(self, question: str, turns: list[Turn]) -> tuple[Update, Update, Update]:
        """The question as a new turn, unless it is blank or the last one is still open."""
        if not question.strip() or (turns and not turns[-1].done):
            return gr.skip(), gr.skip(), gr.skip()
        turns.append(Turn(question.strip(), len(turns) + 1, reply=self._waiting()))
        return gr.Textbox(value="", submit_btn=False, stop_btn="Stop"), conversation(turns), turns

    def ask_without(self, turns: list[Turn], event: gr.EventData) -> tuple[Update, Update, Update]:
        """The last question open again, without the words whose chip was clicked."""
        if not turns or not turns[-1].without(_clicked(event)):
            return gr.skip(), gr.skip(), gr.skip()
        turns[-1].reply = self._waiting()
        return gr.Textbox(submit_btn=False, stop_btn="Stop"), conversation(turns), turns

    def _waiting(self) -> str:
        busy = self._answering >= self.places
        return render.notice("Waiting: another question is being answered…" if busy else "Searching the articles…")

    async def answer(self, turns: list[Turn], style: Style, *bounds: str) -> AsyncIterator[tuple[Update, Update]]:
        """What the conversation and the sources show, event by event; closing it stops the engine."""
        if not turns or turns[-1].done or turns[-1].answering:
            return
        turn, self._answering = turns[-1], self._answering + 1
        turn.answering = True
        as_of, since, until, source = (bound.strip() or None for bound in bounds)
        given: Bounds = {"as_of": as_of, "since": since, "until": until, "source": source, "ignore": turn.ignore}
        events = self.engine.astream(turn.asked, style=style, history=history(turns), **given)
        try:
            async with aclosing(events):
                async for event in events:
                    turn.take(event)
                    written = isinstance(event, TextDelta)  # the sources stay as they are
                    yield conversation(turns), gr.skip() if written else sources(turns)
            turn.done = True
        except Exception as error:  # whatever the engine met, the chat goes on
            logger.debug("the question failed", exc_info=True)
            turn.end(_one_line(error))
            yield conversation(turns), gr.skip()
        finally:
            self._answering -= 1
            turn.answering = False

    def finish(self, turns: list[Turn]) -> tuple[Update, Update, Update]:
        """The box free again and the page as it stands, whether `answer` ended or was cancelled."""
        if turns and turns[-1].answering:  # what was asked meanwhile was not taken
            return gr.skip(), gr.skip(), gr.skip()
        if turns and not turns[-1].done:
            turns[-1].end("Stopped.")
        return gr.Textbox(submit_btn="Ask", stop_btn=False), conversation(turns), sources(turns)

    def begin_anew(self, turns: list[Turn]) -> tuple[Update, Update, Update, Update]:
        """An empty page: nothing that was asked before is known to the next question."""
        turns.clear()  # in place, so that an answer which is being cancelled has nothing left to show
        return gr.Textbox(submit_btn="Ask", stop_btn=False), conversation(turns), sources(turns), turns


def _clicked(event: gr.EventData) -> str:
    try:
        return str(event.chip)
    except (AttributeError, TypeError):  # not sent by our page
        return ""


def _one_line(error: Exception) -> str:
    line = " ".join(str(error).split())
    return line if is_ours(error) else f"unexpected {type(error).__name__}: {line}; ask again"
