"""The web chat: an engine in, a page on a local port out.

    question ──► ask ──► answer ──► conversation (streamed, then checked)
                            └─────► sources (passages, then cited words)

Gradio only carries HTML that `render` made; nothing reads the words of an article or an LLM as Markdown.
"""

import logging
import os
import webbrowser
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.answer import TextDelta
from ui import render
from ui.server import address, listen, make_server
from ui.terminal import is_ours
from ui.turn import Turn, conversation, sources

# Read when gradio is imported: no telemetry, and no statistics of its own (pandas, after every event).
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"

import gradio as gr
from fastapi import FastAPI

if TYPE_CHECKING:
    from rag import QueryEngine
    from rag.plan import Bounds

# Answers written at the same time; other questions wait. The embedded LLM has one slot, quoting keeps
# a core busy, and a server of its own takes a few.
PLACES = {"local": 1, "extractive": 2, "openai": 4}
QUESTION_CHARACTERS = 2_000  # a long paragraph: more than a question needs, less than any LLM's context
STYLE = Path(__file__).with_name("style.css")
TO_THE_TOP = "watch('value', () => { element.closest('#dl-shelf').scrollTop = 0; })"  # new sources in sight
# Chips come and go with the HTML around them, so the column listens for them all. A chip taken out by the keyboard
# takes the focus with it: the question box is the next place to be.
CHIPS = """element.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-chip]');
    if (!button) return;
    if (event.detail === 0) document.querySelector('#dl-box textarea')?.focus();
    trigger('click', {chip: button.dataset.chip});
})"""

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

    async def answer(self, turns: list[Turn], *bounds: str) -> AsyncIterator[tuple[Update, Update]]:
        """What the conversation and the sources show, event by event; closing it stops the engine."""
        if not turns or turns[-1].done or turns[-1].answering:
            return
        turn, self._answering = turns[-1], self._answering + 1
        turn.answering = True
        as_of, since, until, source = (bound.strip() or None for bound in bounds)
        given: Bounds = {"as_of": as_of, "since": since, "until": until, "source": source, "ignore": turn.ignore}
        events = self.engine.astream(turn.question, **given)
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


def _clicked(event: gr.EventData) -> str:
    try:
        return str(event.chip)
    except (AttributeError, TypeError):  # not sent by our page
        return ""


def _one_line(error: Exception) -> str:
    line = " ".join(str(error).split())
    return line if is_ours(error) else f"unexpected {type(error).__name__}: {line}; ask again"


def build_app(engine: "QueryEngine", *, examples: Sequence[str] = ()) -> gr.Blocks:
    """The page: the conversation and its question box on one side, the sources on the other."""
    chat = Chat(engine)
    page = gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True)
    with page:
        gr.HTML(chat.masthead, elem_id="dl-masthead", apply_default_css=False)
        with gr.Row(elem_id="dl-columns"):
            with gr.Column(scale=3, elem_id="dl-chat"):
                log = gr.HTML(conversation([]), elem_id="dl-log", apply_default_css=False, js_on_load=CHIPS)
                with gr.Row(elem_id="dl-examples"):
                    buttons = [gr.Button(example, size="sm") for example in examples]
                box = gr.Textbox(label="Question", elem_id="dl-box", submit_btn="Ask", autofocus=True)
                box.placeholder, box.max_length = "Ask a question", QUESTION_CHARACTERS
                bounds = _bounds()
            with gr.Column(scale=2, elem_id="dl-shelf"):
                shelf = gr.HTML(sources([]), apply_default_css=False, js_on_load=TO_THE_TOP)
        _connect(chat, buttons, box=box, bounds=bounds, outputs=[log, shelf])
    return page


def _bounds() -> list[gr.Textbox]:
    day = "YYYY-MM-DD"
    fields = {"As of": day, "Published since": day, "Published until": day, "Outlet": "any"}
    with gr.Accordion("Filters", open=False, elem_id="dl-filters"), gr.Row():
        return [gr.Textbox("", label=name, placeholder=hint, min_width=130) for name, hint in fields.items()]


def _connect(
    chat: Chat,
    buttons: list[gr.Button],
    *,
    box: gr.Textbox,
    bounds: list[gr.Textbox],
    outputs: list[gr.HTML],
) -> None:
    log, turns = outputs[0], gr.State([])
    quiet: Any = {"api_visibility": "private", "show_progress": "hidden"}
    # "once": what is submitted while an answer is written starts no second one
    line: Any = {"concurrency_limit": chat.places, "concurrency_id": "answers", "trigger_mode": "once"}
    answers = []
    questions = [(box.submit, box), *((button.click, button) for button in buttons)]
    asking = [
        trigger(chat.ask, [question, turns], [box, log, turns], queue=False, **quiet) for trigger, question in questions
    ]
    for asked in [*asking, log.click(chat.ask_without, turns, [box, log, turns], queue=False, **quiet)]:
        answers.append(asked.then(chat.answer, [turns, *bounds], outputs, **line, **quiet))
        answers[-1].then(chat.finish, turns, [box, *outputs], queue=False, **quiet)
    box.stop(None, cancels=answers, queue=False, **quiet)


def serve(page: gr.Blocks) -> FastAPI:
    """The page as a web application."""
    web = FastAPI(openapi_url=None)
    gr.mount_gradio_app(
        web,
        page,
        path="/",
        theme=gr.themes.Base(neutral_hue="stone", radius_size="sm", font="sans-serif", font_mono="monospace"),
        head=f"<style>{STYLE.read_text(encoding='utf-8')}</style>",  # as `css`, gradio rewrites selectors
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
    )
    return web


def launch(  # noqa: PLR0913 - all but the engine by keyword
    engine: "QueryEngine",
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    examples: Sequence[str] = (),
    announce: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve the chat until interrupted; `announce` is given its URL once there is one to open.

    Raises:
        AddressError: it cannot listen there; a `PortInUseError` when something else does.
    """
    with listen(host, port) as listener:
        server = make_server(serve(build_app(engine, examples=examples)))
        announce(address(listener))
        if open_browser:
            webbrowser.open(address(listener))  # the socket listens already: the page loads once the server runs
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
