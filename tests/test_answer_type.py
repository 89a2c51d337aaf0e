"""A question in, what kind of thing it asks for out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer_type import answer_type, kind_of_noun


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who signed the harbour treaty?", "person"),
        ("Whose boat won the regatta?", "person"),
        ("Which retired goalkeeper opened the stadium?", "person"),
        ("Which airline ordered ten seaplanes?", "organisation"),
        ("The harbour was sold to which company?", "organisation"),
        ("Where was the treaty signed?", "place"),
        ("In which city did the ministers meet?", "place"),
        ("Which film won the Golden Gull?", "work"),
        ("What is the name of the storm that hit Corvane?", "name"),
        ("A storm hit Corvane this week. What is it called?", "name"),
        ("Which vegetable did farmers throw away?", "thing"),
        ("What type of bread was recalled?", "thing"),
        ("How many dockers went on strike?", "number"),
        ("What is the population of Corvane?", "number"),
        ("How much did the new bridge cost?", "money"),
        ("What was the price of the painting?", "money"),
        ("What percentage of voters stayed at home?", "percentage"),
        ("How long did the strike last?", "duration"),
        ("How tall is the new lighthouse?", "measure"),
        ("When was the bridge opened?", "date"),
        ("On what day did the ministers meet?", "date"),
        ("In which year was the port founded?", "year"),
        ("Why did the mayor resign?", "reason"),
        ("How did the thieves get in?", "reason"),
        ("Did the mayor resign?", "yes_no"),
        ("True or false: the bridge fell down.", "yes_no"),
        ("What did the mayor promise?", "other"),
    ],
)
def test_the_kind_is_read_from_the_question(question, kind):
    assert answer_type(question).kind == kind


def test_the_asked_noun_is_told():
    assert answer_type("Which Irish airline bought ten aircraft?").noun == "airline"
    assert answer_type("How many school buses were sold?").words == ("school", "buses")


def test_the_sentence_that_asks_counts_not_the_one_that_tells():
    assert answer_type("Farmers, who had asked for rain, got hail. How many fields were hit?").kind == "number"


def test_a_clause_inside_does_not_ask():
    assert answer_type("When the strike ended, which union claimed victory?").kind == "organisation"


def test_the_name_of_a_person_is_asked_for_as_a_person():
    assert answer_type("What is the name of the goalkeeper who was sent off?").kind == "person"


def test_a_noun_is_known_in_the_plural_too():
    assert kind_of_noun("airlines") == "organisation"


@given(st.text(max_size=200))
def test_whatever_is_asked_has_a_type(question):
    assert answer_type(question).kind
