"""What of a web page is its article: text, lists, quotations and tables, and no furniture of the page."""

import subprocess
import sys

import pytest

from index.decoding import RejectedError
from index.pages import read_page

PARAGRAPHS = [
    "The harbour council voted on Tuesday to close the old fish market, whose piles can no longer carry the hall.",
    "Mayor Signe Aldous said that the decision had been painful, and that the safety of the traders came first.",
    "“Four weeks is an insult and not a plan,” said Orla Benning, who leads the association of the fish traders.",
    "A decision on what comes in its place is due next year, after a consultation that will begin in January.",
]
OTHER = "Ferry strike enters its second week as talks collapse"
ANOTHER = "Why the lighthouse keeper will not leave his island"


def text_of(body, head="", **options):
    page = f"<!DOCTYPE html><html><head><title>Market</title>{head}</head><body>{body}</body></html>"
    return read_page(page.encode(), **options)[0]


def article(*extra):
    first, *rest = (f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return f"<article><h1>Market to close</h1>{first}{''.join(extra)}{''.join(rest)}</article>"


def has_all_paragraphs(text):
    return all(paragraph in text.split("\n") for paragraph in PARAGRAPHS)


@pytest.mark.parametrize(
    "box",
    [
        f"<div class='newsletter-signup'><h3>Never miss a tide</h3><p>{OTHER}</p></div>",
        f"<aside class='relatedStories'><a href='/x'>{OTHER}</a></aside>",
        f"<div><h2>Related</h2><ul><li><a href='/x'>{OTHER}</a></li><li><a href='/y'>{ANOTHER}</a></li></ul></div>",
        f"<h3>More stories</h3><ul><li><a href='/x'>{OTHER}</a></li></ul>",
        f"<ul><li><a href='/x'>{OTHER}</a></li><li>EXPLAINED: <a href='/y'>{ANOTHER}</a></li></ul>",
        f"<p><strong>Read more:</strong> <a href='/x'>{OTHER}</a></p>",
        f"<p>Lesen Sie auch: <a href='/x'>{OTHER}</a></p>",
        f"<figure data-spacefinder-type='NewsletterSignupBlockElement'><p>{OTHER}</p></figure>",
        f"<div class='share-tools'><p>{OTHER}</p></div>",
        f"<div id='cookie-banner'><p>{OTHER}</p></div>",
        f"<div class='vf-comments comments-section'><p>{OTHER}</p></div>",
        f"<p hidden>{OTHER}</p>",
        f"<p style='display: none'>{OTHER}</p>",
        f"<p style='opacity:0'>{OTHER}</p>",
        f"<template><p>{OTHER}</p></template>",
        f"<!-- {OTHER} --><noscript><p>{OTHER}</p></noscript>",
        f"<p style='position:absolute; left:-9999px'>{OTHER}</p>",
        f"<p style='text-indent: -100em'>{OTHER}</p>",
        f"<p style='clip-path:inset(100%)'>{OTHER}</p>",
        f"<p style='clip: rect(0, 0, 0, 0)'>{OTHER}</p>",
        f"<p style='font-size:1px'>{OTHER}</p>",
        f"<p style='color:#FFF; background:white'>{OTHER}</p>",
        f"<p style='color:transparent'>{OTHER}</p>",
        f"<style>p, .fine {{ left: -5000px }}</style><p class='fine'>{OTHER}</p>",
    ],
)
def test_a_box_inside_the_article_goes_and_the_article_stays(box):
    text = text_of(article(box))

    assert OTHER not in text
    assert ANOTHER not in text
    assert has_all_paragraphs(text)


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<ul><li>Rent is waived until summer</li><li>Cold rooms are paid for</li></ul>", ["Rent", "Cold rooms"]),
        ("<blockquote><p>Nobody asked us, not once in all those years.</p></blockquote>", ["Nobody asked us"]),
        ("<table><tr><th>Row</th><th>Rotten</th></tr><tr><td>Northern</td><td>21</td></tr></table>", ["Northern"]),
        ("<h2>What the engineers found</h2>", ["What the engineers found"]),
    ],
)
def test_lists_quotations_tables_and_headings_of_the_article_stay(markup, lines):
    text = text_of(article(markup))

    assert all(line in text for line in lines)
    assert has_all_paragraphs(text)


@pytest.mark.parametrize(
    "wrapper",
    [
        "<div class='newsletter related-content'>{}</div>",
        "<div class='comments-area'>{}</div>",
        "<div class='article-comments-on share-box'>{}</div>",
        "<div style='display:none'>{}</div>",
        "<div hidden>{}</div>",
    ],
)
def test_an_article_inside_of_what_is_named_or_hidden_as_furniture_stays(wrapper):
    text = text_of(wrapper.format(article()))

    assert all(paragraph in text for paragraph in PARAGRAPHS)


def test_what_is_out_of_sight_goes_however_much_of_the_page_it_is():
    unseen = "".join(
        f"<p style='left:-9999px'>{OTHER}, for the {n}th week in a row and without an end in sight</p>"
        for n in range(9)
    )
    text = text_of(article(unseen))

    assert OTHER not in text
    assert has_all_paragraphs(text)


@pytest.mark.parametrize(
    "style", ["color:#fff", "left:-2px", "font-size:14px", "color:white;background:#000", "margin-left:-20px"]
)
def test_an_ordinary_style_hides_nothing(style):
    assert f"{OTHER}, the union says." in text_of(article(f"<p style='{style}'>{OTHER}, the union says.</p>"))


def test_the_larger_part_hidden_behind_a_paywall_is_read():
    shown, hidden = (f"<p>{paragraph}</p>" for paragraph in (PARAGRAPHS[0], "</p><p>".join(PARAGRAPHS[1:])))

    assert has_all_paragraphs(text_of(f"<article>{shown}<div style='display:none'>{hidden}</div></article>"))


def test_comments_under_the_article_go():
    comments = "<section id='comments'><h2>Comments</h2><p>Good riddance to that smelly old place, I say.</p></section>"

    assert "Good riddance" not in text_of(article() + comments)


def test_a_page_in_utf_8_is_read_as_such_whatever_it_declares():
    text = text_of(article(), head="<meta charset='iso-8859-1'>")

    assert "“Four weeks is an insult" in text


def test_a_page_that_is_not_utf_8_is_read_as_it_declares():
    body = article("<p>Рынок закрыт, сказал мэр.</p>")
    page = f"<html><head><meta charset='windows-1251'></head><body>{body}</body></html>"

    assert "Рынок закрыт, сказал мэр." in read_page(page.encode("cp1251", "replace"))[0]


def test_xhtml_with_a_namespace_is_read():
    page = (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head>'
        f"<body>{article()}</body></html>"
    )

    assert has_all_paragraphs(read_page(page.encode())[0])


@pytest.mark.parametrize("page", ["", "<html></html>", "<html><body><script>var x = 1;</script></body></html>", "<p"])
def test_a_page_without_an_article_is_rejected(page):
    with pytest.raises(RejectedError, match="no article text"):
        read_page(page.encode())


# Read in a process of its own: a parser that overruns its stack takes the process with it.
HOSTILE = """
import time
from index.decoding import RejectedError
from index.pages import read_page

text = "<p>The harbour council voted on Tuesday to close the old fish market, whose piles are rotten.</p>" * 5
for page in (
    "<div>" * 100_000 + text,
    "<p>" + "<b>" * 100_000 + text,
    "<ul><li>" * 100_000 + text,
    "<div class='" + "comment " * 500_000 + "'>" + text,
    "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">" + text,
    "<script type='application/ld+json'>" + '{"a":' * 100_000 + "</script>" + text,
    "<!--" * 100_000 + text,
):
    start = time.process_time()
    try:
        read_page(f"<html><body>{page}".encode())
    except RejectedError:
        pass
    print(time.process_time() - start)
"""


def test_hostile_pages_are_read_or_rejected_within_seconds_and_crash_nothing():
    done = subprocess.run([sys.executable, "-c", HOSTILE], capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 7
    assert max(map(float, done.stdout.split())) < 10
