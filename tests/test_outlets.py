"""Outlets that a question asks as sources, among those that there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.outlets import outlets_named

SOURCES = (
    "AP",
    "BBC News",
    "Harbour Courier",
    "New York Times",
    "Northern Wire",
    "Reuters",
    "The Guardian",
    "Time",
    "cnn.com",
    "college.usatoday.com",
    "theweek.co.uk",
    "usatoday.com",
)


@pytest.mark.parametrize(
    ("question", "sources"),
    [
        ("According to Reuters, who won?", ["Reuters"]),
        ("according to reuters, who won?", ["Reuters"]),
        ("Who won, according to the Harbour Courier?", ["Harbour Courier"]),
        ("How many were hurt, as Reuters reported?", ["Reuters"]),
        ("What did AP say about the vote?", ["AP"]),
        ("What did the Associated Press say about the vote?", ["AP"]),
        ("What has the Northern Wire written about the ferry?", ["Northern Wire"]),
        ("Which figure does the Harbour Courier give?", ["Harbour Courier"]),
        ("How many homes did Northern Wire count in Wick?", ["Northern Wire"]),
        ("How high is the damage in the Harbour Courier's report?", ["Harbour Courier"]),
        ("What is the Harbour Courier’s latest figure?", ["Harbour Courier"]),
        ("What was reported by Reuters on 5 August?", ["Reuters"]),
        ("Which articles from Reuters mention Wick?", ["Reuters"]),
        ("Reuters said that the ferry sank; why?", ["Reuters"]),
        ("In the Guardian, who is blamed?", ["The Guardian"]),
        ("What does The Guardian say?", ["The Guardian"]),
        ("What did the BBC News say?", ["BBC News"]),
        ("What did the NYT write?", ["New York Times"]),
        ("What did CNN report?", ["cnn.com"]),
        ("What did USA Today report?", ["college.usatoday.com", "usatoday.com"]),
        ("According to usatoday.com, who won?", ["usatoday.com"]),
        ("According to The Week, who won?", ["theweek.co.uk"]),
        ("According to Time, who won?", ["Time"]),
        ("Reuters and AP gave two figures; which?", ["Reuters", "AP"]),
        ("Did Reuters and AP agree on the toll?", ["Reuters", "AP"]),
        ("What did Reuters, AP and CNN report?", ["Reuters", "AP", "cnn.com"]),
        ("What did AP report, but not Reuters?", ["AP"]),
    ],
)
def test_an_outlet_asked_as_a_source_is_named(question, sources):
    assert [source for words in outlets_named(question, SOURCES) for source in words.sources] == sources


@pytest.mark.parametrize(
    "question",
    [
        "Who won?",
        "Who bought the Harbour Courier?",
        "Why did Reuters sack its editor?",
        "Which CNN anchor left?",
        "What did the minister tell CNN?",
        "What did outlets other than Reuters report?",
        "Which papers carried the Northern Wire's report?",
        "What did the week bring?",
        "What time did they report the fire?",
        "How many times did it happen?",
        "According to the Herald, who won?",
        "According to Reutersville's mayor, who won?",
    ],
)
def test_a_name_that_the_question_is_about_or_leaves_out_is_no_source(question):
    assert outlets_named(question, SOURCES) == ()


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("According to the Harbour Courier, who won?", "Harbour Courier"),
        ("What did the Associated Press say?", "Associated Press"),
        ("What did USA Today report?", "USA Today"),
    ],
)
def test_the_words_are_told(question, text):
    (words,) = outlets_named(question, SOURCES)
    assert question[words.start : words.end] == words.text == text


def test_without_outlets_none_is_named():
    assert outlets_named("According to Reuters, who won?", ()) == ()


@given(source=st.text(st.characters(categories=["Lu", "Ll", "Nd", "Zs"]), min_size=3, max_size=30))
def test_any_outlet_is_found_by_its_own_name(source):
    named = outlets_named(f"According to {source.strip()}, who won?", [source])
    assert all(words.sources == (source,) for words in named)
    assert named or not source.strip().isascii() or not source.strip()


@given(question=st.text(max_size=60), sources=st.lists(st.text(max_size=20), max_size=5))
def test_any_text_is_read_or_left_alone(question, sources):
    for words in outlets_named(question, sources):
        assert question[words.start : words.end] == words.text
        assert set(words.sources) <= set(sources)
