"""The smallest pieces of the page."""

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rendered import Page, article, text_of

from ui.pieces import day_of, headline, markers, outlet_of, plain, spaced


@given(st.text())
@example("a_b*c\u2028d")
def test_plain_text_reads_the_same_on_one_line(text):
    escaped = plain(text)
    assert "\n" not in escaped
    assert not set("<>\"'`*_[]()!#~|\\${}:/@") & set(re.sub(r"&#\d+;", "", escaped))
    codes = re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), escaped)
    assert codes == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "shown"), [(" a  b\n", " a b "), ("a", "a"), ("", ""), (" ", " "), (" (a) ", " &#40;a&#41; ")]
)
def test_a_piece_of_a_sentence_keeps_the_spaces_at_its_ends(text, shown):
    assert spaced(text) == shown


@pytest.mark.parametrize(
    "url", ["http://harbour.example/1", "https://harbour.example/1?a=1&b='2'", "HTTPS://x.example"]
)
def test_a_headline_links_to_a_web_address(url):
    assert Page(headline(article(url=url))).links == [url]


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
    assert Page(headline(article(url=url))).links == []


def test_missing_facts_are_named():
    assert text_of(day_of(date(2025, 9, 30))) == "30 September 2025"
    assert text_of(day_of(None)) == "date not known"
    assert text_of(outlet_of(None)) == "outlet not known"
    assert headline(article(title="", url=None)) == "Untitled"


def test_markers_lead_to_their_cards_and_start_no_line():
    html = markers((2, 1), turn=3)
    assert Page(html).links == ["#source-3-1", "#source-3-2"]
    assert html.startswith("&#160;")
    assert markers((), turn=3) == ""
