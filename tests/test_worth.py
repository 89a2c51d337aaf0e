"""What speaks for a sentence as evidence, part by part."""

import pytest

from rag.claims import claim
from rag.worth import for_its_cost, new_facts, prior, shares_of_question

SENTENCES = [
    "The last bakery of Osterby closes in spring.",
    "Baker Runa Holt sells her oven to Mira Solberg for 900 crowns.",
    "Solberg wants to bake there again.",
]
CLAIMS = [claim(sentence) for sentence in SENTENCES]


def test_a_sentence_with_more_of_the_question_has_the_larger_share():
    shares = shares_of_question(claim("What closes in Osterby?"), CLAIMS)
    assert shares[0] == pytest.approx(1.0)
    assert shares[1] == shares[2] == 0.0


def test_a_question_of_stop_words_has_no_shares():
    assert shares_of_question(claim("Who was it?"), CLAIMS) == [0.0, 0.0, 0.0]


def test_a_rare_word_of_the_question_weighs_more():
    claims = [claim(text) for text in ("The oven is old.", "The baker is old.", "The oven broke.")]
    shares = shares_of_question(claim("Which baker had an oven?"), claims)
    assert shares[1] > shares[0] == shares[2]


def test_names_that_the_question_does_not_have_can_answer_it():
    first, second, third = new_facts(
        "Who buys the oven of Runa Holt?", claim("Who buys the oven of Runa Holt?"), CLAIMS
    )
    assert second > 0  # Mira Solberg
    assert third > 0  # a name at the start, known from inside another sentence
    assert first > 0  # Osterby


def test_a_sentence_without_anything_new_cannot_answer():
    question = "When does the bakery of Osterby close?"
    assert new_facts(question, claim(question), CLAIMS)[0] == 0.0


def test_only_numbers_answer_a_question_for_a_number():
    question = "How much did Mira Solberg pay?"
    assert [value > 0 for value in new_facts(question, claim(question), CLAIMS)] == [False, True, False]


def test_an_early_passage_speaks_for_a_sentence():
    assert prior(0) == 0.0
    assert prior(0) > prior(1) > prior(9)


def test_of_two_equals_the_shorter_is_worth_more():
    assert for_its_cost(0.5, 20) > for_its_cost(0.5, 21)
