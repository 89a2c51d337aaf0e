"""The chat, served for real; the tests marked `browser` look at it in headless Chromium."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace

import gradio as gr
import pytest

from index import Article, ArticleIndex, ScopeError
from rag import QueryEngine, RagSettings
from rag.answer import (
    Answer,
    AnswerReady,
    ArticleRef,
    Citation,
    Passage,
    PassagesFound,
    PlanWords,
    QueryPlan,
    Refusal,
    TextDelta,
    TextWithdrawn,
)
from ui.app import Chat, build_app, serve
from ui.server import AddressError, PortInUseError, address, listen, make_server
from ui.turn import Turn, conversation

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
TIMEOUT = 30_000  # milliseconds; what a slow machine may take

browser = [
    pytest.mark.browser,
    pytest.mark.anyio,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium found"),
]

SPITEFUL = '![](http://evil.example/a.png) <img src="http://evil.example/b.png"> ${alert(1)}'
ARTICLES = [
    ArticleRef(
        id=f"a{n}",
        title=title,
        source=source,
        url=url,
        authors=(),
        published_at=day,
    )
    for n, (title, source, url, day) in enumerate(
        [
            (
                "Council backs a second ferry",
                "The Harbour Post",
                "https://harbour.example/1",
                date(2025, 9, 30),
            ),
            (f"Vote passes {SPITEFUL}", "Northern Courier", "javascript:alert(1)", None),
        ]
    )
]
QUOTES = ["The council voted nine to four for a second ferry.", f"It will sail in spring. {SPITEFUL}"]
TEXT = f"The council backed a second ferry [1]. It sails in spring [2]. {SPITEFUL}"
PASSAGES = tuple(
    Passage(article_id=a.id, text=quote * 20, score=1, start=0, end=len(quote) * 20, article=a)
    for a, quote in zip(ARTICLES, QUOTES, strict=True)
)


FERRY = Article(
    text="The Velm ferry will leave from pier nine from Monday. Tickets stay at four crowns.",
    title="Velm ferry moves",
    source="Velm Daily",
    published_at=date(2025, 9, 30),
)


def planned(question, ignore):
    """The plan of a question in which "in August" binds, unless ignored, and "Reuters" has no article."""
    words = [
        PlanWords(text=text, start=start, end=start + len(text), kind=kind, sources=("R",), state=state)
        for text, kind, state in [("in August", "time", "applied"), ("Reuters", "outlet", "relaxed")]
        if (start := question.find(text)) >= 0 and (start, start + len(text)) not in ignore
    ]
    return QueryPlan(standalone_question=question, words=words)


class ScriptedEngine:
    """Plays a stream by the first word of the question; remembers what it was asked and what was closed."""

    def __init__(self, kind="local"):
        self.llm = SimpleNamespace(name="scripted-1b", kind=kind)
        self.index = range(5)
        self.asked, self.closed = [], []
        self.steps = threading.Semaphore(0)  # a question that begins with Step waits for one of these

    async def astream(self, question, **bounds):
        self.asked.append((question, bounds))
        try:
            async for event in self._play(question, **bounds):
                yield event
        finally:
            self.closed.append(question)

    async def _play(self, question, *, as_of=None, ignore=(), **_):
        if as_of == "someday":
            raise ScopeError("as_of is not a date: 'someday'; write it as 2025-09-30")
        if question.startswith("Break"):
            raise RuntimeError("the cable\nis out")
        yield PassagesFound(passages=PASSAGES, plan=planned(question, ignore))
        if question.startswith("Refuse"):
            no = Refusal(reason="not_in_articles", message="The articles do not say.", newest_article=None)
            yield AnswerReady(answer=self._answer(question, "", refusal=no))
            return
        await self._step(question)
        for word in TEXT.split(" ") * (100 if question.startswith("Drone") else 1):
            await asyncio.sleep(0.03)
            yield TextDelta(text=word + " ")
        await self._step(question)
        yield AnswerReady(answer=self._answer(question, TEXT, citations=self._citations()))

    async def _step(self, question):
        if question.startswith("Step"):
            await asyncio.to_thread(self.steps.acquire, timeout=TIMEOUT / 1000)

    def _answer(self, question, text, **fields):
        return Answer(
            question=question, standalone_question=question, text=text, passages=PASSAGES, model="m", **fields
        )

    def _citations(self):
        return tuple(
            Citation(n=n, quote=quote, start=0, end=len(quote), verdict="supported", article=a)
            for n, (a, quote) in enumerate(zip(ARTICLES, QUOTES, strict=True), start=1)
        )


@contextmanager
def serving(engine):
    """The address at which the engine's chat is served."""

    async def web():  # gradio leaves an event loop unclosed where it finds none running
        return serve(build_app(engine, examples=["Drone on about ferries", "Refuse me"]))

    listener = listen("127.0.0.1", 0)
    server = make_server(asyncio.run(web()))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield address(listener)
    finally:
        server.should_exit = True
        thread.join()


def opened(chat, question):
    turns = []
    chat.ask(question, turns)
    return turns


async def played(chat, turns, *bounds):
    return [update async for update in chat.answer(turns, *(bounds or ("", "", "", "")))]


def test_the_bounds_reach_the_engine_and_blank_ones_do_not_bind():
    engine = ScriptedEngine()
    chat = Chat(engine)
    asyncio.run(played(chat, opened(chat, "Who?"), " 2025-10-02 ", "", " ", "The Harbour Post"))
    bounds = {"as_of": "2025-10-02", "since": None, "until": None, "source": "The Harbour Post", "ignore": ()}
    assert engine.asked == [("Who?", bounds)]


def test_a_bad_date_is_answered_with_what_to_write():
    chat = Chat(ScriptedEngine())
    turns = opened(chat, "Who?")
    asyncio.run(played(chat, turns, "someday", "", "", ""))
    assert "write it as 2025-09-30" in turns[0].reply
    assert turns[0].done


def test_a_failing_engine_costs_one_line_and_the_next_question_is_answered():
    chat = Chat(ScriptedEngine())
    turns = opened(chat, "Break")
    asyncio.run(played(chat, turns))
    assert "unexpected RuntimeError&#58; the cable is out&#59; ask again" in turns[0].reply
    chat.ask("Who?", turns)
    asyncio.run(played(chat, turns))
    assert 'href="#source-2-1"' in turns[1].reply


def test_a_question_is_not_taken_while_the_last_one_is_open_or_when_it_is_blank():
    chat = Chat(ScriptedEngine())
    turns = opened(chat, "Who?")
    chat.ask("What?", turns)
    assert [turn.question for turn in turns] == ["Who?"]
    assert opened(chat, " \n") == []


IN_AUGUST = "Who won in August, says Reuters?"
CHIP = "1-8-17"  # of "in August" in the first turn


def answered(chat, question):
    turns = opened(chat, question)
    asyncio.run(played(chat, turns))
    chat.finish(turns)
    return turns


def test_a_chip_taken_out_asks_the_same_question_in_place_without_its_words():
    engine = ScriptedEngine()
    chat = Chat(engine)
    turns = answered(chat, IN_AUGUST)
    chat.ask_without(turns, gr.EventData(None, {"chip": CHIP}))
    assert "Searching the articles" in turns[0].reply
    asyncio.run(played(chat, turns, "2025-10-02", "", "", ""))
    assert len(turns) == 1
    assert [(question, bounds["ignore"]) for question, bounds in engine.asked] == [
        (IN_AUGUST, ()),
        (IN_AUGUST, ((8, 17),)),
    ]
    assert engine.asked[-1][1]["as_of"] == "2025-10-02"
    assert 'href="#source-1-1"' in turns[0].reply


@pytest.mark.parametrize("sent", [{"chip": "1-0-3"}, {"chip": "2-8-17"}, {"chip": None}, {"chip": [CHIP]}, {}, None])
def test_what_is_no_chip_of_the_last_question_changes_nothing(sent):
    event = gr.EventData(None, sent)
    chat = Chat(ScriptedEngine())
    turns = answered(chat, IN_AUGUST)
    reply = turns[0].reply
    chat.ask_without(turns, event)
    chat.ask_without([], event)
    assert (turns[0].reply, turns[0].done) == (reply, True)


def test_a_chip_can_be_taken_out_of_the_last_question_only_and_once_it_is_answered():
    chat = Chat(ScriptedEngine())
    turns = answered(chat, IN_AUGUST)
    assert f'data-chip="{CHIP}"' in conversation(turns)
    chat.ask("And in August?", turns)
    assert "data-chip" not in conversation(turns)
    chat.ask_without(turns, gr.EventData(None, {"chip": CHIP}))
    assert not turns[1].done


def test_a_question_asked_while_an_answer_is_written_neither_doubles_nor_ends_it():
    async def meanwhile(turns):
        updates = chat.answer(turns, "", "", "", "")
        await anext(updates)
        chat.ask("Too early?", turns)
        others = await played(chat, turns)
        chat.finish(turns)
        return others, [update async for update in updates]

    engine = ScriptedEngine()
    chat = Chat(engine)
    turns = opened(chat, "Who?")
    others, updates = asyncio.run(meanwhile(turns))
    assert (len(others), len(engine.asked)) == (0, 1)
    assert "Stopped." not in turns[0].reply
    assert updates


def test_closing_the_answer_closes_the_stream_of_the_engine():
    async def leave_early(turns):
        updates = chat.answer(turns, "", "", "", "")
        await anext(updates)
        await updates.aclose()

    engine = ScriptedEngine()
    chat = Chat(engine)
    turns = opened(chat, "Drone on")
    asyncio.run(leave_early(turns))
    chat.finish(turns)
    assert engine.closed == ["Drone on"]
    assert "Stopped." in turns[0].reply


def test_stopping_keeps_what_was_written():
    turn = Turn("Who?", 1)
    turn.take(TextDelta(text="The council "))
    turn.end("Stopped.")
    turn.take(TextDelta(text="too late"))
    assert "The council" in turn.reply
    assert "Stopped." in turn.reply
    assert "too late" not in turn.reply


def test_withdrawn_text_is_gone_when_the_llm_begins_again():
    turn = Turn("Who?", 1)
    turn.take(TextDelta(text="The coun"))
    turn.take(TextWithdrawn())
    assert "The coun" not in turn.reply
    turn.take(TextDelta(text="The council"))
    assert turn.text == "The council"


def test_a_port_in_use_is_named_in_one_line():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"^port {port} is in use: 127.0.0.1; choose another with --port$"):
            listen("127.0.0.1", port)


def test_an_address_that_is_not_ours_is_named_in_one_line():
    with pytest.raises(AddressError, match=r"^cannot listen there: 192\.0\.2\.1 port 7860 \("):
        listen("192.0.2.1", 7860)


def test_every_page_forbids_loading_from_elsewhere():
    with serving(ScriptedEngine()) as url, urllib.request.urlopen(url) as page:  # noqa: S310 - our own address
        policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy


def test_launch_prints_nothing_reaches_nobody_and_ends_at_ctrl_c():
    program = (
        "import sys; from types import SimpleNamespace as S\n"
        "def hook(event, args):\n"
        "    if event == 'socket.connect': print('connects', args[1], flush=True)\n"
        "sys.addaudithook(hook)\n"
        "from ui.app import launch\n"
        "engine = S(llm=S(name='m', kind='local'), index=[])\n"
        "launch(engine, port=0, announce=lambda url: print(url, file=sys.stderr, flush=True))\n"
    )
    environment = {**os.environ, "HTTP_PROXY": "http://192.0.2.1:9", "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        url = process.stderr.readline().strip()
        with urllib.request.urlopen(url) as page:  # noqa: S310 - our own address
            assert page.status == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (out, err, process.returncode) == ("", "", 0)


@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="module")
def served():
    engine = ScriptedEngine()
    with serving(engine) as url:
        yield engine, url


@pytest.fixture
def url(served):
    return served[1]


@pytest.fixture
def engine(served):
    served[0].asked.clear()
    served[0].closed.clear()
    return served[0]


@pytest.fixture
def ferry_url(tmp_path):
    index = ArticleIndex.open(tmp_path / "news.index")
    index.add(FERRY)
    with serving(QueryEngine(index, settings=RagSettings(llm="extractive"))) as url:
        yield url
    index.close()


@pytest.fixture(scope="module")
async def chromium():
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield started
        await started.close()


@pytest.fixture
async def page(chromium, url):
    """The chat in a window; afterwards, nothing was asked of other hosts and the console is clean."""
    window = await chromium.new_page(viewport={"width": 1280, "height": 800})
    window.set_default_timeout(TIMEOUT)
    requests, complaints = [], []
    window.on("request", lambda request: requests.append(request.url))
    window.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    window.on("pageerror", lambda error: complaints.append(str(error)))
    await window.goto(url, wait_until="domcontentloaded")
    yield window
    await window.close()
    assert [request for request in requests if not request.startswith((url, "data:", "blob:"))] == []
    assert complaints == []


async def ask(window, question):
    box = window.get_by_label("Question")
    await box.fill(question)
    await box.press("Enter")


class TestInABrowser:
    pytestmark = browser

    async def test_sources_come_first_then_text_then_the_checked_answer(self, page, engine):
        await ask(page, "Step by step: who backed the ferry?")
        await page.get_by_role("heading", name="Passages found").wait_for()
        await page.get_by_text("Reading the passages").wait_for()
        engine.steps.release()
        await page.locator(".dl-draft", has_text="The council").wait_for()
        assert await page.locator(".dl-marker").count() == 0
        engine.steps.release()
        await page.get_by_role("heading", name="Sources").wait_for()
        assert await page.locator(".dl-marker").all_inner_texts() == ["1", "2"]
        first = page.locator(".dl-card").first
        assert "The Harbour Post" in await first.inner_text()
        assert "30 September 2025" in await first.inner_text()
        assert await first.locator("blockquote").inner_text() == QUOTES[0]
        assert await page.get_by_role("button", name="Ask").is_visible()

    async def test_a_marker_scrolls_to_its_card_even_of_an_earlier_question(self, page):
        await page.set_viewport_size({"width": 1280, "height": 420})
        for number in (1, 2):
            await ask(page, f"Question {number}?")
            await page.locator(f'.dl-marker[href="#source-{number}-2"]').wait_for()
        card = page.locator("#source-1-2")
        assert not await card.is_visible()
        await page.locator('.dl-marker[href="#source-1-2"]').press("Enter")
        await card.wait_for()
        box = await card.bounding_box()
        assert 0 <= box["y"] < 420

    async def test_hostile_words_in_question_answer_and_article_load_and_run_nothing(self, page):
        await ask(page, f"Who? {SPITEFUL}")
        await page.locator(".dl-marker").first.wait_for()
        assert await page.locator("#dl-columns img").count() == 0
        assert SPITEFUL in await page.locator(".dl-turn h2").inner_text()
        assert SPITEFUL in await page.locator(".dl-answer").inner_text()
        links = page.locator("#dl-shelf a")
        assert [await link.get_attribute("href") for link in await links.all()] == ["https://harbour.example/1"]

    async def test_stop_cancels_the_engine_and_frees_the_box(self, page, engine):
        await page.get_by_role("button", name="Drone on about ferries").click()
        await page.locator(".dl-draft").wait_for()
        await page.get_by_role("button", name="Stop").click()
        await page.get_by_text("Stopped.").wait_for()
        assert engine.closed == ["Drone on about ferries"]
        await ask(page, "And now?")
        await page.locator(".dl-marker").first.wait_for()

    async def test_a_question_submitted_too_early_stays_in_the_box(self, page, engine):
        await ask(page, "Step by step: who?")
        await page.get_by_text("Reading the passages").wait_for()
        await ask(page, "Too early?")
        engine.steps.release(2)
        await page.locator(".dl-marker").first.wait_for()
        await page.get_by_role("button", name="Ask").wait_for()
        assert await page.get_by_label("Question").input_value() == "Too early?"
        assert [question for question, _ in engine.asked] == ["Step by step: who?"]
        assert not await page.get_by_text("Stopped.").is_visible()

    async def test_closing_the_window_cancels_the_engine(self, chromium, url, engine):
        window = await chromium.new_page()
        await window.goto(url)
        await ask(window, "Drone on")
        await window.locator(".dl-draft").wait_for()
        await window.close()
        for _ in range(100):
            if engine.closed:
                break
            await asyncio.sleep(0.1)
        assert engine.closed == ["Drone on"]

    async def test_words_of_a_question_are_chips_to_take_out_by_mouse_or_keyboard(self, page, engine):
        await ask(page, f"Step: {IN_AUGUST}")
        chips = page.locator(".dl-chip")
        await chips.first.wait_for()
        assert await chips.locator("button").count() == 0
        engine.steps.release(2)
        remove = page.get_by_role("button", name="Leave out “in August”")
        await remove.wait_for()
        assert "nothing of theirs, so all outlets" in await chips.nth(1).inner_text()
        await remove.press("Enter")
        await page.get_by_text("Reading the passages").wait_for()
        assert await chips.count() == 1
        assert await page.evaluate("document.activeElement.tagName") == "TEXTAREA"
        engine.steps.release(2)
        await page.get_by_role("button", name="Ask", exact=True).wait_for()
        assert await page.locator(".dl-turn").count() == 1
        assert await page.locator(".dl-marker").count() == 2
        assert [bounds["ignore"] for _, bounds in engine.asked] == [(), ((14, 23),)]
        await ask(page, IN_AUGUST)
        await remove.click()
        await page.locator('.dl-marker[href="#source-2-1"]').wait_for()
        await page.get_by_role("button", name="Ask", exact=True).wait_for()
        assert engine.asked[-1] == (IN_AUGUST, engine.asked[-2][1] | {"ignore": ((8, 17),)})

    async def test_a_refusal_is_a_calm_message_beside_the_nearest_passages(self, page):
        await page.get_by_role("button", name="Refuse me").click()
        await page.get_by_text("The articles do not say.").wait_for()
        await page.get_by_role("heading", name="Nearest passages").wait_for()

    async def test_errors_are_one_line_in_the_chat_which_goes_on(self, page):
        await ask(page, "Break")
        await page.get_by_text("the cable is out").wait_for()
        await page.get_by_role("button", name="Filters").click()
        await page.get_by_label("As of").fill("someday")
        await ask(page, "When?")
        await page.get_by_text("write it as 2025-09-30").wait_for()
        await page.get_by_label("As of").fill("")
        await ask(page, "Who?")
        await page.locator(".dl-marker").first.wait_for()

    async def test_the_embedded_llm_answers_one_at_a_time_and_others_see_that_they_wait(
        self, page, chromium, url, engine
    ):
        other = await chromium.new_page()
        await other.goto(url)
        await ask(page, "Drone on")
        await page.locator(".dl-draft").wait_for()
        await ask(other, "Who?")
        await other.get_by_text("Waiting: another question is being answered").wait_for()
        assert len(engine.asked) == 1
        await page.get_by_role("button", name="Stop").click()
        await other.locator(".dl-marker").first.wait_for()
        await other.close()

    async def test_on_a_phone_the_sources_stand_below_and_nothing_sticks_out(self, page):
        await page.set_viewport_size({"width": 390, "height": 844})
        await ask(page, "Who?")
        await page.locator(".dl-marker").first.wait_for()
        chat = await page.locator("#dl-chat").bounding_box()
        shelf = await page.locator("#dl-shelf").bounding_box()
        assert shelf["y"] >= chat["y"] + chat["height"]
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390

    async def test_the_real_engine_quotes_an_indexed_article(self, chromium, ferry_url):
        window = await chromium.new_page()
        await window.goto(ferry_url)
        await ask(window, "From which pier will the Velm ferry leave?")
        await window.locator('.dl-marker[href="#source-1-1"]').wait_for()
        quote = await window.locator("#source-1-1 blockquote").inner_text()
        await window.close()
        assert "pier nine" in quote
        assert quote in FERRY.text

    async def test_it_is_dark_where_the_system_is(self, page):
        light = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        await page.emulate_media(color_scheme="dark")
        await page.reload()
        await page.get_by_label("Question").wait_for()
        dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert sum(map(int, re.findall(r"\d+", dark))) < 200 < sum(map(int, re.findall(r"\d+", light)))
