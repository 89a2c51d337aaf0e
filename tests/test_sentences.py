"""Sentences: nothing is lost, and a stop ends one only where it does."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.sentences import Span, sentence_spans, trimmed

TRICKY = st.text(alphabet=' \n\r\t\u00a0\u2028.!?…"“”‘’()[]。！と।JUSaé\u0301👩\u200d1-', max_size=60)


def sentences(text):
    return [text[start:end].strip() for start, end in sentence_spans(text)]


@given(st.one_of(st.text(), TRICKY))
@example("")
@example(" \n\t ")
@example("\r\nOne.\r\n\r\nTwo.")
@example("\u00a0\u2028A 👩\u200d👩\u200d👧. e\u0301.")
def test_the_spans_tile_any_text(text):
    spans = sentence_spans(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(start < end for start, end in spans)


@given(st.one_of(st.text(), TRICKY))
def test_only_the_first_span_may_start_with_white_space(text):
    assert not any(text[start].isspace() for start, _ in sentence_spans(text)[1:])


@given(st.one_of(st.text(), TRICKY))
def test_a_line_never_shares_a_sentence_with_the_next(text):
    assert all(len(sentence.splitlines()) <= 1 for sentence in sentences(text))


@given(st.text(), st.data())
def test_a_trimmed_span_is_the_stripped_slice(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    inner = trimmed(text, Span(start, end))
    assert text[inner.start : inner.end] == text[start:end].strip()
    assert start <= inner.start <= inner.end <= end


@pytest.mark.parametrize(
    "sentence",
    [
        "Mr. Okoro met Sen. Blum, Gov. Ruiz and Lt. Gen. Adeyemi near St. Vith.",
        "J. K. Marlow and R. T. Oduya wrote the report.",
        "The U.S. President called the U.S. Army and the U.N. Security Council.",
        "Doors open at 5 p.m. Friday and close at 2 a.m. Saturday.",
        "Rates fell 3.5 percent, i.e. more than in Jan. 2019 or at No. 4 Hill St. itself.",
        "The Harbor Inc. board and Lowe & Co. Managers, e.g. Ms. Ito, agreed.",
        "Both share the view that ... Lisbon should decide.",
        "The clause reads “all goods [...] Portuguese or not” today.",
        "“Why now?” he said.",
        "“Never!” Mayor Ana Brandt said.",
        "She reads Yahoo! News and example.com/a?b=c.d every day.",
        "Was it Rook v. Wade or Kent vs. Smith?",
        "1. Wash the rice.",
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(sentence):
    assert sentences(sentence) == [sentence]


@pytest.mark.parametrize(
    "parts",
    [
        ["It grew in the U.S.", "The minister left."],
        ["He sold Harbor Inc.", "Shares rose."],
        ["They left at 6 p.m.", "Rain fell."],
        ["He said no.", "No. 5 won."],
        ["“It is over.”", "She sat down."],
        ["“Why?”", "He did not know."],
        ["It works (most days.)", "Nobody asks."],
        ["He waited...", "Nothing came."],
        ["It rose in 2019.", "30 firms closed."],
        ["She posted it on X.", "“Do come.”"],
        ["It fought in World War I.", "Supplies ran out."],
        ["It is true.[12]", "It matters."],
        ["It is new.", "iPhone sales rose."],
        ["Really?!", "Yes!", "Good."],
        ["今日は晴れ。", "「なぜ？」と聞いた。", "明日は雨！"],
        ["यह पहला है।", "यह दूसरा है।"],
    ],
)
def test_a_stop_between_sentences_ends_the_first(parts):
    assert sentences(" ".join(parts)) == parts


def test_headings_and_bullets_end_with_their_lines():
    text = "What we know so far\n• Two ships collided\n• Nobody was hurt\r\n\r\nThe port is open."
    lines = ["What we know so far", "• Two ships collided", "• Nobody was hurt", "The port is open."]
    assert sentences(text) == lines


@pytest.mark.parametrize("unit", [".", ". ", " ", "Mr. ", '."', "。と", "\n", "... ", "J.", "\u00a0"])
def test_time_grows_only_linearly_with_a_hostile_text(unit):
    started = time.perf_counter()
    sentence_spans(unit * 100_000 + "x")
    assert time.perf_counter() - started < 5
