"""A sentence and the evidence it cites in, a verdict out."""

from datetime import date

import pytest

from rag.answer import ArticleRef
from rag.claims import claim
from rag.evidence import Evidence
from rag.verification import verdict_of

REF = ArticleRef(
    id="a1",
    title="Ferry Alma back after repairs",
    source="Harbour Courier",
    url=None,
    authors=(),
    published_at=date(2025, 9, 30),
)
COST = "Repairs to her engine cost 2 million crowns, said owner Tor Lind."
SAILED = "The ferry Alma sailed again on Friday after nine weeks in dock."
CONTEXT = f"{SAILED} {COST}"


def verdict(sentence, question="What happened?", quotes=(COST,)):
    cited = [Evidence(n, quote, 0, len(quote), REF, CONTEXT, 0.0) for n, quote in enumerate(quotes, start=1)]
    return verdict_of(sentence, claim(question), cited)


def test_the_words_themselves_are_supported():
    assert verdict(COST) == "supported"


@pytest.mark.parametrize(
    "sentence",
    [
        "The repairs cost 2 million crowns.",
        "Owner Tor Lind said that repairs cost two million crowns.",
        "Repairs to the engine of the Alma cost 2 million crowns.",  # named in the passage around
    ],
)
def test_other_words_for_the_same_are_supported(sentence):
    assert verdict(sentence) == "supported"


@pytest.mark.parametrize(
    "sentence",
    [
        "The repairs cost 7 million crowns.",
        "The repairs cost 2.5 million crowns.",
        "Repairs cost 2 million crowns, said owner Gunnar Eklund.",
        "Repairs cost 2 million crowns in 2019.",
    ],
)
def test_a_number_or_name_that_stands_nowhere_is_not_supported(sentence):
    assert verdict(sentence) != "supported"


def test_an_invented_name_as_the_answer_is_unsupported():
    assert verdict("The owner is Gunnar Eklund.", "Who is the owner?") == "unsupported"


def test_what_the_question_said_does_not_support_itself():
    assert verdict("Zanzibar has seven harbours.", "How many harbours does Zanzibar have?") == "unsupported"


def test_a_sentence_that_cites_nothing_is_unsupported():
    assert verdict(COST, quotes=()) == "unsupported"


def test_a_sentence_without_telling_words_is_unsupported():
    assert verdict("It is so.") == "unsupported"


def test_two_quotes_support_what_neither_does_alone():
    sentence = "The Alma sailed again on Friday, and repairs to her engine cost 2 million crowns."
    assert verdict(sentence, quotes=(COST, SAILED)) == "supported"


def test_a_weekday_written_as_its_date_is_supported():
    assert verdict("The Alma sailed again on Friday, 26 September 2025.", quotes=(SAILED,)) == "supported"


def test_another_date_is_not_supported():
    assert verdict("The Alma sailed again on 27 September 2025.", quotes=(SAILED,)) != "supported"
