"""The web chat: an engine in, a page on a local port out.

    question ──► ask ──► answer ──► conversation (streamed, then checked)
                            └─────► sources (passages, then cited words)

Gradio only carries HTML that `render`, `replies` and `cards` made; nothing reads the words of an article or
an LLM as Markdown. What happens at each step is in `chat`.
"""

import webbrowser
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from ui.chat import Chat
from ui.quiet_gradio import gr
from ui.server import address, listen, make_server
from ui.turn import conversation, sources

if TYPE_CHECKING:
    from rag import QueryEngine

QUESTION_CHARACTERS = 2_000  # a long paragraph: more than a question needs, less than any LLM's context
STYLES = [("Full", "full"), ("Short", "short"), ("Timeline", "timeline")]
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
TO_THE_BOX = "(...given) => { document.querySelector('#dl-box textarea')?.focus(); return given; }"


@dataclass
class Page:
    """The parts of the page that events are about."""

    log: gr.HTML
    shelf: gr.HTML
    box: gr.Textbox
    anew: gr.Button
    examples: Sequence[gr.Button]
    how: Sequence[gr.components.Component]  # the style, then the bounds


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
                with gr.Row(elem_id="dl-how"):
                    style = gr.Radio(STYLES, value="full", label="Answer", elem_id="dl-style")
                    anew = gr.Button("New conversation", size="sm", elem_id="dl-anew")
                how = [style, *_bounds()]
            with gr.Column(scale=2, elem_id="dl-shelf"):
                shelf = gr.HTML(sources([]), apply_default_css=False, js_on_load=TO_THE_TOP)
        _connect(chat, Page(log=log, shelf=shelf, box=box, anew=anew, examples=buttons, how=how))
    return page


def _bounds() -> list[gr.Textbox]:
    day = "YYYY-MM-DD"
    fields = {"As of": day, "Published since": day, "Published until": day, "Outlet": "any"}
    with gr.Accordion("Filters", open=False, elem_id="dl-filters"), gr.Row():
        return [gr.Textbox("", label=name, placeholder=hint, min_width=130) for name, hint in fields.items()]


def _connect(chat: Chat, page: Page) -> None:
    box, outputs, turns = page.box, [page.log, page.shelf], gr.State([])
    quiet: Any = {"api_visibility": "private", "show_progress": "hidden"}
    # "once": what is submitted while an answer is written starts no second one
    line: Any = {"concurrency_limit": chat.places, "concurrency_id": "answers", "trigger_mode": "once"}
    answers = []
    questions = [(box.submit, box), *((button.click, button) for button in page.examples)]
    asking = [
        trigger(chat.ask, [question, turns], [box, page.log, turns], queue=False, **quiet)
        for trigger, question in questions
    ]
    for asked in [*asking, page.log.click(chat.ask_without, turns, [box, page.log, turns], queue=False, **quiet)]:
        answers.append(asked.then(chat.answer, [turns, *page.how], outputs, **line, **quiet))
        answers[-1].then(chat.finish, turns, [box, *outputs], queue=False, **quiet)
    box.stop(None, cancels=answers, queue=False, **quiet)
    emptied = [box, *outputs, turns]
    page.anew.click(chat.begin_anew, turns, emptied, js=TO_THE_BOX, cancels=answers, queue=False, **quiet)


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
