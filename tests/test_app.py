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

import pytest
from scripted_engine import ALONE, IN_AUGUST, QUOTES, REASON, SPITEFUL, TIMEOUT, ScriptedEngine

from index import Article, ArticleIndex
from rag import QueryEngine, RagSettings
from ui.app import build_app, serve
from ui.server import AddressError, PortInUseError, address, listen, make_server

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]

browser = [
    pytest.mark.browser,
    pytest.mark.anyio,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium found"),
]

FERRY = Article(
    text="The Velm ferry will leave from pier nine from Monday. Tickets stay at four crowns.",
    title="Velm ferry moves",
    source="Velm Daily",
    published_at=date(2025, 9, 30),
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
        assert engine.asked[-1][0] == IN_AUGUST
        assert engine.asked[-1][1]["ignore"] == ((8, 17),)

    async def test_a_follow_up_shows_early_how_it_was_understood_until_a_new_conversation_forgets(self, page, engine):
        await ask(page, "Who backed it?")
        await page.locator('.dl-marker[href="#source-1-2"]').wait_for()
        await page.get_by_role("button", name="Ask", exact=True).wait_for()
        await ask(page, "And in August?")
        line = page.locator(".dl-understood")
        await line.wait_for()
        assert await page.locator('.dl-marker[href="#source-2-1"]').count() == 0
        assert await line.inner_text() == f"Understood as: {ALONE}"  # the page adds quotation marks
        await page.locator('.dl-marker[href="#source-2-2"]').wait_for()
        await page.get_by_role("button", name="New conversation").press("Enter")
        await page.get_by_text("What would you like to know?").wait_for()
        assert await page.locator(".dl-card").count() == 0
        assert await page.evaluate("document.activeElement.tagName") == "TEXTAREA"
        assert not await page.get_by_role("button", name="New conversation").is_visible()
        await ask(page, "And in August?")
        await page.locator('.dl-marker[href="#source-1-2"]').wait_for()
        assert [len(given["history"]) for _, given in engine.asked] == [0, 1, 0]
        assert await line.count() == 0

    async def test_a_new_conversation_ends_the_answer_that_is_being_written(self, page, engine):
        await ask(page, "Drone on")
        await page.locator(".dl-draft").wait_for()
        await page.get_by_role("button", name="New conversation").click()
        await page.get_by_text("What would you like to know?").wait_for()
        await page.get_by_role("button", name="Ask", exact=True).wait_for()
        assert engine.closed == ["Drone on"]
        await ask(page, "And now?")
        await page.locator(".dl-marker").first.wait_for()
        assert await page.locator(".dl-turn").count() == 1

    async def test_an_answer_comes_in_the_style_that_was_chosen(self, page, engine):
        await page.get_by_label("Timeline").check()
        await ask(page, "What happened?")
        await page.locator(".dl-timeline li").first.wait_for()
        assert await page.locator(".dl-timeline time").all_inner_texts() == ["30 September 2025", "2 October 2025"]
        await page.get_by_label("Short").press("Space")
        await page.get_by_role("button", name="Ask", exact=True).wait_for()
        await ask(page, "Who?")
        await page.locator(".dl-short .dl-marker").first.wait_for()
        assert [given["style"] for _, given in engine.asked] == ["timeline", "short"]

    async def test_doubts_are_named_in_words_and_open_by_keyboard(self, page):
        await ask(page, "Doubt this")
        doubt = page.locator("summary", has_text="partly supported")
        await doubt.wait_for()
        reason = page.locator(".dl-why li", has_text=REASON).first
        assert not await reason.is_visible()
        await doubt.press("Enter")
        await reason.wait_for()
        struck = page.locator("s.dl-unsupported")
        assert "line-through" in await struck.evaluate("element => getComputedStyle(element).textDecorationLine")
        assert await page.locator("summary", has_text="not in the articles").is_visible()

    async def test_where_reports_differ_each_row_leads_to_its_source(self, page):
        await ask(page, "Doubt this")
        rows = page.get_by_role("table", name="Reports differ").get_by_role("row")
        await rows.first.wait_for()
        assert (
            await rows.first.inner_text() == "The Harbour Post\t30 September 2025\t48 million crowns\N{NO-BREAK SPACE}1"
        )
        assert SPITEFUL in await rows.nth(1).inner_text()
        assert await rows.locator("a").nth(1).get_attribute("href") == "#source-1-2"

    async def test_a_refusal_is_a_calm_message_beside_the_nearest_passages(self, page):
        await page.get_by_role("button", name="Refuse me").click()
        await page.get_by_text("The articles do not say.").wait_for()
        await page.get_by_role("heading", name="Nearest passages").wait_for()
        links = page.locator(".dl-nearest a")
        assert [await link.get_attribute("href") for link in await links.all()] == ["https://harbour.example/1"]

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
        await ask(page, "Doubt this")
        await page.locator("summary", has_text="partly supported").click()
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
