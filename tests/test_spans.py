"""A question and its evidence in, the few words that answer it out."""

from datetime import date
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answer import ArticleRef
from rag.evidence import Evidence
from rag.spans import chances_by_text, pick_span, weighed_spans

MAX_SECONDS = 0.3  # ten times what is allowed on average; a busy machine must not fail the test


def evidence(*quotes, title="News from Corvane", published_at=date(2025, 9, 30), start=0):
    """The quotes as one article each, the first the closest to the question."""
    return [
        Evidence(
            n=n,
            quote=quote,
            start=start,
            end=start + len(quote),
            article=ArticleRef(
                id=f"a{n}", title=title, source="Gazette", url=None, authors=(), published_at=published_at
            ),
            context=quote,
            score=1.0 - n / 10,
        )
        for n, quote in enumerate(quotes, start=1)
    ]


def picked(question, *quotes, **more):
    span = pick_span(question, evidence(*quotes, **more))
    return span and span.text


@pytest.mark.parametrize(
    ("question", "quote", "answer"),
    [
        ("Who opened the bridge?", "Ilse Brandt opened the bridge in Corvane on Monday.", "Ilse Brandt"),
        ("How many dockers went on strike?", "Some 4,200 dockers went on strike for three days.", "4,200"),
        ("How much did the bridge cost?", "The bridge cost $26 million and took 4 years.", "$26 million"),
        ("What percentage of voters stayed home?", "On Sunday 41% of the 9,000 voters stayed home.", "41%"),
        ("How long did the strike last?", "The strike of 4,200 dockers lasted 11 days.", "11 days"),
        ("In which year was the port founded?", "The port was founded in 1871 by 14 families.", "1871"),
        ("Which country bought the ferry?", "The ferry, built by Brandt Yards, was bought by Norway.", "Norway"),
        ("Which US state banned plastic bags?", "Oregon banned plastic bags, Senator Ann Lowe said.", "Oregon"),
    ],
)
def test_the_span_is_of_the_kind_that_is_asked_for(question, quote, answer):
    assert picked(question, quote) == answer


def test_what_the_question_says_itself_is_no_answer():
    assert picked("Who met Ilse Brandt?", "Ilse Brandt met Tomas Varga.") == "Tomas Varga"


def test_what_several_articles_say_counts_for_more():
    said = ("The storm was named Odile by the met office.", "Storm Odile hit.", "Odile is over, the met office said.")
    assert picked("What is the storm called?", *said) == "Odile"


def test_the_offsets_are_those_of_the_article():
    article = "It rained. Ilse Brandt opened the bridge."
    (item,) = evidence(article[11:], start=11)
    span = pick_span("Who opened the bridge?", [item])
    assert span.evidence is item
    assert article[span.start : span.end] == span.text == "Ilse Brandt"


@pytest.mark.parametrize("question", ["Did Ilse Brandt resign?", "True or false: Ilse Brandt resigned."])
def test_yes_or_no_stands_in_no_article(question):
    assert picked(question, "Ilse Brandt resigned.") is None


def test_nothing_of_the_kind_gives_nothing():
    assert picked("How many dockers went on strike?", "The dockers went on strike.") is None


def test_no_evidence_gives_nothing():
    assert pick_span("Who opened the bridge?", []) is None


def test_undated_articles_are_read_too():
    assert picked("Who opened the bridge?", "Ilse Brandt opened the bridge.", published_at=None) == "Ilse Brandt"


def test_the_chances_of_all_spans_add_up_to_one():
    spans = weighed_spans("Who met Varga?", evidence("Ilse Brandt met Varga.", "Lena Holm met Varga."))
    assert sum(chances_by_text(spans).values()) == pytest.approx(1)


def test_it_takes_little_time():
    long = [
        f"Docker {n} Ilse Brandt-{n} of Corvane said on {n} May that 4,{n}00 crates were lost." for n in range(1, 25)
    ]
    before = process_time()
    assert pick_span("Which docker lost the most crates?", evidence(*long))
    assert process_time() - before < MAX_SECONDS


@settings(deadline=None)  # the first call compiles expressions
@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=120), max_size=4))
def test_a_span_always_stands_where_it_says(question, quotes):
    span = pick_span(question, evidence(*quotes, start=7))
    if span:
        place = slice(span.start - span.evidence.start, span.end - span.evidence.start)
        assert span.evidence.quote[place] == span.text
        assert 0 <= span.confidence <= 1
