import re
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.answer import Answer, ArticleRef, Citation, LLMFailure, Passage, PlanWords, QueryPlan, Refusal
from ui import render

HOSTILE = [
    '<img src="http://evil.example/a.png" onerror="alert(1)">',
    "<script>alert(1)</script>",
    "![](http://evil.example/b.png)",
    "[click](javascript:alert(1))",
    "</li></ol></div><iframe src=//evil.example>",
    '" onmouseover="alert(1)',
    "${alert(1)} {{value}} `x`",
    "one\n\n<b>two</b>",
    "&lt;img src=x&gt;",
    "\ud83d",
]


class Page(HTMLParser):
    """What a browser would make of the HTML: its tags, links and text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.links, self.ids, self.text = set(), [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_data(self, data):
        self.text += data


def article(**fields):
    known = {"title": "Ferry line approved", "source": "The Harbour Post", "url": "https://harbour.example/1"}
    rest = {"id": "a1", "authors": (), "published_at": date(2025, 9, 30)}
    return ArticleRef(**{**known, **rest, **fields})


def citation(n=1, verdict="supported", quote="The council said yes.", **fields):
    return Citation(n=n, quote=quote, start=0, end=len(quote), verdict=verdict, article=article(**fields))


def passage(text="The council said yes.", **fields):
    return Passage(article_id="a1", text=text, score=0.5, start=0, end=len(text), article=article(**fields))


def test_a_card_shows_the_words_that_a_long_passage_was_found_by():
    long = passage("The weather was calm. " * 30 + "The mayor resigned.")
    start = long.text.index("The mayor")
    found = long.model_copy(update={"best_chunk": (start, len(long.text))})
    assert "The mayor resigned." in render.passage_cards([found], heading="Found")
    assert "The mayor resigned." not in render.passage_cards([long], heading="Found")


def answer(text="It was approved [1].", **fields):
    return Answer(question="?", standalone_question="?", text=text, model="m", **fields)


def plan(text="in August", *states):
    words = [
        PlanWords(text=text, start=n, end=n + 9, kind="outlet", sources=(text, text), state=state)
        for n, state in enumerate(states or ["applied", "relaxed", "overridden"])
    ]
    return QueryPlan(standalone_question="?", words=words)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words_wherever_they_stand(words):
    shown = [
        render.masthead(model=words, kind="openai", articles=1),
        render.conversation([(words, render.draft(words))]),
        render.answer(answer(words, citations=(citation(),)), turn=1),
        render.notice(words),
        render.chips(plan(words), turn=1, removable=True),
        render.passage_cards([passage(words, title=words, source=words, url=words)], heading=words),
        render.citation_cards([citation(quote=words, title=words, source=words, url=words)], turn=1),
        render.sources([(words, ""), (words, "<ol></ol>"), ("later", "<ol></ol>")]),
    ]
    allowed = {"article", "b", "blockquote", "details", "div", "h1", "h2", "h3", "header", "li", "ol", "p"}
    for html in shown:
        page = Page(html)
        assert page.tags <= allowed | {"button", "s", "section", "span", "summary", "time", "ul"}
        assert page.links == []
        assert not re.search(r"[`${}!\n]|\[|\*", html)  # nothing for a template or Markdown to act on


@given(st.text())
@example("a_b*c\u2028d")
def test_plain_text_reads_the_same_on_one_line(text):
    escaped = render.plain(text)
    assert "\n" not in escaped
    assert not set("<>\"'`*_[]()!#~|\\${}:/@") & set(re.sub(r"&#\d+;", "", escaped))
    codes = re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), escaped)
    assert codes == " ".join(text.split())


def test_a_marker_leads_to_the_card_with_its_number_in_the_same_turn():
    ready = answer("It was approved [1], at a cost [2].", citations=(citation(1), citation(2)))
    assert Page(render.answer(ready, turn=3)).links == ["#source-3-1", "#source-3-2"]
    assert Page(render.answer_cards(ready, turn=3)).ids == ["source-3-1", "source-3-2"]


def test_a_marker_without_a_citation_stays_text():
    page = Page(render.answer(answer("Approved [7].", citations=(citation(1),)), turn=1))
    assert page.links == []
    assert page.text == "Approved\N{NO-BREAK SPACE}[7]."


def test_the_words_around_a_marker_keep_their_spaces_and_it_starts_no_line():
    page = Page(render.answer(answer("Approved [1] in a vote[1].", citations=(citation(1),)), turn=1))
    assert page.text == "Approved\N{NO-BREAK SPACE}1 in a vote1."


def test_lines_become_paragraphs_and_dashes_a_list():
    html = render.draft("First.\n\nThen:\n- one\n- two\nLast.")
    assert re.sub(r"</?div[^>]*>", "", html) == (
        "<p>First.</p><p>Then&#58;</p><ul><li>one</li><li>two</li></ul><p>Last.</p>"
    )


@pytest.mark.parametrize(
    "url", ["http://harbour.example/1", "https://harbour.example/1?a=1&b='2'", "HTTPS://x.example"]
)
def test_a_headline_links_to_a_web_address(url):
    assert Page(render.passage_cards([passage(url=url)], heading="Found")).links == [url]


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "file:///etc/x",
        "//x",
        "http:///x",
    ],
)
def test_a_headline_links_to_nothing_else(url):
    assert Page(render.passage_cards([passage(url=url)], heading="Found")).links == []


def test_dates_are_written_out_and_missing_facts_are_named():
    assert "30 September 2025" in Page(render.citation_cards([citation()], turn=1)).text
    unknown = Page(render.citation_cards([citation(published_at=None, source=None, title="")], turn=1)).text
    assert "date not known" in unknown
    assert "outlet not known" in unknown
    assert "Untitled" in unknown


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("supported", "Supports the answer"),
        ("partly", "Supports part of it"),
        ("unsupported", "Does not support it"),
    ],
)
def test_a_verdict_is_said_in_words(verdict, words):
    assert words in render.citation_cards([citation(verdict=verdict)], turn=1)


def test_a_long_passage_is_cut_between_words_and_a_quote_never():
    words = "ferry " * 200
    cut = Page(render.passage_cards([passage(words)], heading="Found")).text
    assert cut.endswith("ferry …")
    assert len(cut) < 350
    assert words.strip() in Page(render.citation_cards([citation(quote=words)], turn=1)).text


def test_a_refusal_shows_its_message_the_newest_date_and_the_nearest_passages():
    refusal = Refusal(reason="not_in_articles", message="The articles do not say.", newest_article=date(2025, 10, 2))
    refused = answer("", refusal=refusal, passages=(passage(),))
    assert Page(render.answer(refused, turn=1)).text == (
        "The articles do not say.The newest article here is from 2 October 2025."
    )
    assert "Nearest passages" in render.answer_cards(refused, turn=1)


def test_an_answer_without_the_llm_says_why():
    failure = LLMFailure(reason="unavailable", message="nobody answers: <there>; start it")
    shown = Page(render.answer(answer(llm_failure=failure), turn=1)).text
    assert shown.startswith("It was approved")
    assert shown.endswith("nobody answers: <there>; start it")


def test_an_answer_as_of_a_day_says_so():
    assert "As of 2 October 2025" in Page(render.answer(answer(as_of=date(2025, 10, 2)), turn=1)).text


def test_the_masthead_says_who_answers_from_how_many_articles():
    assert "qwen answers from 1,204 articles." in Page(render.masthead(model="qwen", kind="local", articles=1204)).text
    assert "from 1 article." in Page(render.masthead(model="qwen", kind="local", articles=1)).text


def test_the_masthead_says_what_to_do_when_something_is_missing():
    text = Page(render.masthead(model="extractive", kind="extractive", articles=0)).text
    assert "No LLM is configured" in text
    assert "OPENAI_API_KEY" in text
    assert "dateline add" in text


def test_the_latest_sources_come_first_and_earlier_ones_are_folded():
    html = render.sources([("early?", "<ol>1</ol>"), ("none?", ""), ("late?", "<ol>2</ol>")])
    assert Page(html).text == "2Earlier questionsearly?1"
    assert html.count("<details>") == 1


def test_words_that_bind_can_be_taken_out_of_the_question():
    html = render.chips(plan("in August", "applied", "relaxed", "overridden"), turn=2, removable=True)
    assert re.findall('data-chip="([^"]*)"', html) == ["2-0-9"]
    assert "Leave out &#8220;in August&#8221;" in html
    assert "<button" not in render.chips(plan(), turn=2, removable=False)


def test_words_that_do_not_bind_are_struck_with_the_reason():
    text = Page(render.chips(plan("Reuters", "relaxed"), turn=1, removable=True)).text
    assert text.endswith("Reuters nothing of theirs, so all outlets")
    assert "<s>" in render.chips(plan("Reuters", "relaxed"), turn=1, removable=True)


def test_words_that_were_taken_out_are_gone_and_a_bare_question_has_no_chips():
    assert render.chips(plan("in August", "ignored"), turn=1, removable=True) == ""
    assert render.chips(QueryPlan(standalone_question="?"), turn=1, removable=True) == ""
