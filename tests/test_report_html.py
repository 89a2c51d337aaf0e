"""The report's page, as text and, in the tests marked `browser`, in headless Chromium."""

import re
import shutil
from base64 import b64encode
from hashlib import sha256

import pytest
from lxml import html as lxml_html
from reported_runs import FERRY, citation, passage, question, refused, said, unanswerable, write_run

from evals.report import report, write_reports

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SCRIPT = '<script>alert(1)</script>"><img src=x onerror=alert(1)></style></svg>{{ 7 * 7 }}'
HOSTILE = FERRY.model_copy(update={"title": SCRIPT, "source": SCRIPT, "url": "javascript:alert(1)"})
ASKED = [
    question("right", slices=["number"]),
    question("wrong", slices=["number", "list"]),
    question("refused", slices=["list"]),
    unanswerable("made up", slices=["off-topic"]),
]
ANSWERS = [said(), said("It is blue. [1]", citations=[citation("The ferry is blue")]), refused(), said("Tarn. [1]")]


def page_of(folder, asked, answers, **changes):
    run = write_run(folder / "run", asked, answers, **changes)
    return write_reports(report(run), run)[1].read_text(encoding="utf-8")


def parsed(page):
    return lxml_html.document_fromstring(page)


def classed(tree, name):
    """The elements of this class, in their order."""
    return tree.xpath(f'.//*[contains(concat(" ", @class, " "), " {name} ")]')


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return page_of(tmp_path_factory.mktemp("page"), ASKED, ANSWERS)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    fact = {"statement": SCRIPT, "accept": ["<b>never</b>"]}
    asked = question(
        SCRIPT,
        question=SCRIPT,
        facts=[fact],
        forbidden=[fact],
        slices=[SCRIPT, "]]>x", "$x_1$"],
        history=[{"question": SCRIPT, "answer": SCRIPT}],
        support=[],
    )
    answer = said(
        SCRIPT,
        citations=[citation(SCRIPT, HOSTILE)],
        passages=[passage(article=HOSTILE)],
        model=SCRIPT,
        standalone_question=f"{SCRIPT}?",
    )
    changes = {"dataset": SCRIPT, "engine": SCRIPT, "settings": {SCRIPT: SCRIPT}, "machine": SCRIPT}
    return page_of(tmp_path_factory.mktemp("hostile"), [asked, question("broken")], [answer, SCRIPT], **changes)


def test_the_heading_says_what_was_run(page):
    text = " ".join(parsed(page).text_content().split())
    for told in (
        "ferries",
        "4 of 4 questions scored",
        "dateline",
        "made",
        "2026-01-02 03:04 UTC",
        "a quiet one",
        "c0ffee",
    ):
        assert told in text


def test_each_measure_has_its_mean_interval_n_and_direction(page):
    rows = {
        row.find("th/span").text: row
        for row in parsed(page).iterfind(".//table[@class='measures']//tr")
        if row.find("th/span") is not None
    }
    correct = [" ".join(cell.text_content().split()) for cell in rows["correct ↑"].findall("td")]
    assert correct[1:3] == ["25.0 %", "0.0 – 75.0 %"]
    assert correct[-1] == "4"
    assert "false_answer ↓" in rows


def test_times_stand_apart_from_what_a_second_run_would_give_again(page):
    deterministic, timed = classed(parsed(page), "measures")
    assert "seconds" not in deterministic.text_content()
    assert "hit@5" not in timed.text_content()
    assert "seconds ↓" in timed.text_content()


def test_each_slice_has_a_row(page):
    rows = parsed(page).findall(".//table[@class='slices']/tbody/tr")
    assert [row.find("th").text for row in rows] == ["number", "list", "off-topic"]
    assert rows[2].findall("td")[-1].text_content() == "–"  # nothing supports what no article says


def test_figures_stand_in_the_page(page):
    captions = [caption.text for caption in parsed(page).iterfind(".//figcaption")]
    assert captions[:4] == [
        "correct by slice",
        "Retrieval by depth",
        "If only the surest answers were given",
        "Time to answer",
    ]
    assert len(parsed(page).findall(".//figure/svg[@role='img'][@aria-label]")) == len(captions)


def test_every_failure_is_shown_under_its_cause_with_what_it_takes_to_see_why(page):
    failures = {classed(one, "meta")[0].text.split(" · ")[0]: one for one in classed(parsed(page), "failure")}
    assert {id_: one.get("data-cause") for id_, one in failures.items()} == {
        "wrong": "not-cited",
        "refused": "refused",
        "made up": "not-refused",
    }
    text = " ".join(failures["wrong"].text_content().split())
    assert "does not state: It sails twice a day (the passage was found but not cited)" in text
    assert "It is blue. [1]" in text
    assert "[1] Harbour Courier, 2025-10-09 · Ferry to sail twice a day · supported" in text
    assert "1 passage retrieved; support in no. 1" in text


def test_a_page_without_failures_says_so(tmp_path):
    page = parsed(page_of(tmp_path, [question()], [said()]))
    assert "Nothing: every scored answer states all that it should" in page.text_content()
    assert not page.findall(".//form")


def test_retrieval_alone_has_no_answers_to_show(tmp_path):
    asked = {"id": "q", "question": "ferries", "support": [{"article": "ferry"}]}
    page = page_of(tmp_path, [asked], [said("", citations=[], sentences=())], task="retrieval")
    captions = [caption.text for caption in parsed(page).iterfind(".//figcaption")]
    assert captions == ["Retrieval by depth", "Time to answer"]


@pytest.mark.parametrize("name", ["page", "hostile"])
def test_the_page_loads_and_runs_nothing_but_its_own(request, name):
    page = request.getfixturevalue(name)
    tree = parsed(page)
    (script,) = tree.findall(".//script")
    (policy,) = tree.findall(".//meta[@http-equiv='Content-Security-Policy']")
    allowed = b64encode(sha256(script.text.encode()).digest()).decode()
    assert "default-src 'none'" in policy.get("content")
    assert f"script-src 'sha256-{allowed}'" in policy.get("content")
    assert not list(tree.iter("link", "img", "iframe", "object", "embed", "base", "foreignobject"))
    attributes = {name for element in tree.iter("*") for name in element.attrib}
    assert not [name for name in attributes if name.startswith(("on", "src"))]
    assert not re.search(r"url\((?!#)|@import", page)


@pytest.mark.parametrize("name", ["page", "hostile"])
def test_links_lead_into_the_page_or_to_an_article_on_the_web(request, name):
    tree = parsed(request.getfixturevalue(name))
    links = [value for element in tree.iter("*") for key, value in element.attrib.items() if key.endswith("href")]
    assert all(link.startswith(("#", "https://example.org/")) for link in links)
    anchors = {element.get("id") for element in tree.iter("*")}
    assert {link[1:] for link in links if link.startswith("#")} <= anchors


def test_what_others_wrote_is_shown_as_they_wrote_it(hostile):
    tree = parsed(hostile)
    (failure,) = classed(tree, "failure")
    assert failure.find("h4").text == SCRIPT
    assert classed(failure, "said")[0].text == SCRIPT
    assert SCRIPT in failure.find(".//blockquote").text
    assert tree.find(".//h1").text == SCRIPT
    assert "49" not in failure.text_content()
    assert hostile.count("<style") == hostile.count("</style>") == 1


def test_an_article_without_a_web_address_is_named_without_a_link(hostile):
    assert "javascript:alert(1)" not in hostile
    assert not parsed(hostile).findall(".//blockquote//a")


def test_two_hundred_questions_take_seconds(tmp_path):
    from time import process_time

    from evals.report.html import html

    asked = [question(f"q{number}", slices=[f"s{number % 16}"]) for number in range(220)]
    answers = [said() if number % 2 else said("It is blue. [1]") for number in range(220)]
    found = report(write_run(tmp_path / "run", asked, answers))
    started = process_time()
    html(found)
    assert process_time() - started < 10


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """Opens a page in Chromium, on a screen of this width; whatever it complains of or asks fails the test."""
    from playwright.sync_api import sync_playwright

    complaints = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])

        def open_page(text, width=1280, *, scripts=True):
            path = tmp_path_factory.mktemp("opened") / "report.html"
            path.write_text(text, encoding="utf-8")
            tab = chromium.new_page(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
            tab.on("dialog", lambda dialog: complaints.append(dialog.message))
            tab.on("console", lambda message: complaints.append(message.text))
            tab.on("pageerror", lambda error: complaints.append(str(error)))
            tab.on("request", lambda sent: complaints.append(sent.url) if not sent.url.startswith("file:") else None)
            tab.goto(path.as_uri())
            return tab

        yield open_page
        chromium.close()
    assert complaints == []


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="no chromium found")
class TestInABrowser:
    def test_failures_are_filtered_by_slice_and_cause(self, opened, page):
        tab = opened(page)
        assert tab.inner_text("#told") == "3 shown"
        tab.select_option("#of-slice", "list")
        assert tab.inner_text("#told") == "2 of 3 shown"
        tab.select_option("#of-cause", "refused")
        assert tab.locator(".failure:visible .meta").all_inner_texts() == ["refused · list"]
        assert tab.locator(".cause:visible").count() == 1

    def test_without_scripts_every_failure_is_there_and_no_filter(self, opened, page):
        tab = opened(page, scripts=False)
        assert tab.locator(".failure:visible").count() == 3
        assert not tab.locator("#filter").is_visible()

    @pytest.mark.parametrize("width", [360, 1280])
    def test_nothing_is_wider_than_the_screen(self, opened, page, width):
        assert opened(page, width).evaluate("document.documentElement.scrollWidth") <= width

    def test_a_long_error_without_a_space_is_no_wider_either(self, opened, tmp_path):
        asked = [question(), question("broken")]
        page = page_of(tmp_path, asked, [said(), f"RuntimeError: {'x' * 500}"], engine="e" * 100)
        tab = opened(page, 360)
        tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360

    def test_hostile_text_is_only_text(self, opened, hostile):
        tab = opened(hostile)
        tab.select_option("#of-slice", SCRIPT)
        assert tab.inner_text("#told") == "1 shown"
