import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.claims import claim, coverage


def test_numbers_names_and_other_telling_words_are_told_apart() -> None:
    said = claim("The mayor told Harbour Courier that 1,200 homes were flooded.")
    assert said.numbers == {"1200"}
    assert said.names == {"harbo", "couri"}
    assert {"mayor", "home", "flood"} <= {word[:5].rstrip("s") for word in said.words}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$550 billion", "550 billion dollars"),
        ("1,000 people", "1000 people"),
        ("two cities", "2 cities"),
        ("15%", "15 per cent"),
        ("15.0 percent", "15 per cent"),
        ("the second visit", "2 visits"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    shared = claim(one).words & claim(other).words
    assert any(word[0].isdigit() for word in shared)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Japan's", "Japanese"),
        ("agreed", "agreement"),
        ("Korea", "Korean"),
        ("the U.S.", "the United States"),
    ],
)
def test_forms_of_a_word_or_name_are_the_same(one: str, other: str) -> None:
    assert claim(f"in {one}").words & claim(f"in {other}").words


def test_us_the_country_is_telling_and_us_the_pronoun_is_not() -> None:
    assert claim("He left the US.").words != claim("He left us.").words


def test_the_first_word_of_a_sentence_is_no_name_by_its_capital() -> None:
    assert claim("Floods hit Tarnholm. Rain fell.").names == {"tarnh"}


def test_what_another_text_says_is_left_out() -> None:
    said, asked = claim("They met in Busan in 2025."), claim("Where did they meet in 2025?")
    assert said.without(asked).numbers == frozenset()
    assert "busan" in said.without(asked).names


def test_coverage_is_the_share_of_wanted_words() -> None:
    assert coverage(frozenset("abcd"), frozenset("abx")) == 0.5
    assert coverage(frozenset(), frozenset("a")) == 1


@given(st.text())
def test_any_text_has_a_claim_whose_numbers_and_names_are_among_its_words(text: str) -> None:
    said = claim(text)
    assert said.numbers | said.names <= said.words
