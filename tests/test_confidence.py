"""A question and a cited draft in, how sure it is that the articles answer out: more of the question, more of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer import ArticleRef
from rag.citations import cite
from rag.confidence import CONFIDENT_ENOUGH, confidence_of
from rag.evidence import Evidence
from rag.signals import Signals, signals

REF = ArticleRef(id="a1", title="Museum", source="Courier", url=None, authors=(), published_at=None)
QUOTE = "The museum in Corvale bought a whale skeleton for 40,000 crowns."
CONTEXT = f"{QUOTE} Its director, Ada Brandt, called it a bargain."
EVIDENCE = [Evidence(1, QUOTE, 0, len(QUOTE), REF, CONTEXT, 0.5)]


def told(question, draft="It bought a whale skeleton for 40,000 crowns."):
    return signals(question, cite(question, draft, EVIDENCE))


def test_the_words_of_the_question_are_looked_for_in_the_cited_sentence():
    assert told("What did the museum purchase?").words_held == pytest.approx(3 / 4)  # both, one by another word
    assert told("What salary do guards earn?").words_held == pytest.approx(1 / 5)  # none of three


def test_a_name_is_looked_for_in_the_whole_passage():
    assert told("What did Brandt of Corvale buy?").names_away == 0
    assert told("What did Gerda Holm of Corvale buy?").names_away == 2


def test_the_kind_of_thing_that_is_asked_for_need_not_be_named():
    question = "In which city was the skeleton bought?"
    assert told(question, "Corvale.").words_held == told("Where was the skeleton bought?", "Corvale.").words_held


def test_a_question_about_something_else_is_not_answered_with_confidence():
    assert confidence_of(told("What did the museum buy?")) > CONFIDENT_ENOUGH
    assert confidence_of(told("What yearly salary do the night guards of the opera house earn?")) < CONFIDENT_ENOUGH


def test_without_a_citation_there_is_little_confidence():
    assert confidence_of(signals("What did the museum buy?", [])) < CONFIDENT_ENOUGH


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 20))
def test_more_words_give_more_confidence_and_missing_names_less(one, other, away):
    few, many = sorted((one, other))
    less, more = (confidence_of(Signals(words_held=held, names_away=away)) for held in (few, many))
    assert 0 <= less <= more <= 1
    assert confidence_of(Signals(words_held=one, names_away=away + 1)) <= confidence_of(Signals(one, away))
