"""Numbers, however they are written, as amounts that can be compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.texts import read

SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
UNITS = "zero one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()


def amounts(text):
    return read(text, None).amounts


def amount(text):
    (found,) = amounts(text)
    return found


def in_words(n):
    if n < 20:
        return (UNITS + TEENS)[n]
    if n < 100:
        return TENS[n // 10] + (f"-{UNITS[n % 10]}" if n % 10 else "")
    return f"{UNITS[n // 100]} hundred" + (f" and {in_words(n % 100)}" if n % 100 else "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$550bn", "550 billion dollars"),
        ("$550bn", "five hundred and fifty billion dollars"),
        ("€3.20", "3.20 euros"),
        ("1,000 people", "1000 people"),
        ("15%", "15.0 per cent"),
        ("two and a half million crowns", "2.5m crowns"),
        ("half a million kronor", "500,000 kronor"),
        ("48 hours", "two days"),
        ("5 km", "5,000 metres"),
        ("12 meters", "12 metres"),
        ("46.3°C", "46.3 degrees Celsius"),
        ("two-thirds of the members", "two thirds of the members"),
        ("a quarter of the members", "25 percent of the members"),
        ("one in four members", "25% of members"),
        ("rents doubled", "twice the rent"),
        ("her 4th book", "her fourth book"),
        ("the number two bank", "the second-largest bank"),
        ("a 34-year-old", "aged 34"),
    ],
)
def test_the_same_amount_is_equal_however_it_is_written(one, other):
    assert amount(one).equals(amount(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2.5 million", "2.5 billion"),
        ("2.5 million dollars", "2.5 million euros"),
        ("3 percent", "3 percentage points"),
        ("14 percent", "14 people"),
        ("five miles", "five km"),
        ("two days", "two weeks"),
        ("46 degrees Celsius", "46 degrees Fahrenheit"),
        ("her fourth book", "four books"),
        ("the largest bank", "the second-largest bank"),
        ("a third of them", "half of them"),
        ("rents doubled", "rents tripled"),
    ],
)
def test_other_amounts_and_other_units_are_not_equal(one, other):
    assert not amount(one).equals(amount(other))


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("at least 20 people", "least"),
        ("20 or more people", "least"),
        ("no fewer than 20 people", "least"),
        ("more than $20", "least"),
        ("up to 20 people", "most"),
        ("under 20", "most"),
        ("about 20 people", "about"),
        ("exactly 20 people", "exactly"),
        ("over two years", ""),  # how long it takes
        ("20 people", ""),
    ],
)
def test_a_number_has_its_bound(text, bound):
    assert amount(text).bound == bound


@pytest.mark.parametrize(
    ("said", "given", "tells"),
    [
        ("more than 1,200", "1,243", True),
        ("about 550", "548", True),
        ("up to 50", "47", True),
        ("more than 500", "1,243", False),  # so it is, and nobody would say so
        ("about 203", "200", False),  # no rounder
        ("1,200", "1,243", False),
    ],
)
def test_a_rounder_bound_tells_an_exact_number(said, given, tells):
    assert amount(said).bounds(amount(given)) == tells


@pytest.mark.parametrize("text", ["at 5 p.m.", "on 30 September 2025", "one of them", "5G networks", "no one"])
def test_hours_days_and_pronouns_are_no_amounts(text):
    assert amounts(text) == ()


def test_an_amount_is_shown_as_people_write_it():
    said = [found.said for found in amounts("It fell 6.4% to $550bn; two-thirds of 2.5 million kept 12 metres.")]
    assert said == ["6.4%", "$550bn", "two thirds", "2.5 million", "12 metres"]


@given(st.integers(min_value=2, max_value=999), st.sampled_from(sorted(SCALES)))
def test_digits_and_words_of_a_number_are_equal(n, scale):
    forms = [f"{n} {scale} crowns", f"{in_words(n)} {scale} crowns", f"{int(n * SCALES[scale]):,} crowns"]
    values = {amount(form).value for form in forms}
    assert values == {n * SCALES[scale]}


@given(st.text())
def test_any_text_has_amounts_that_stand_in_it(text):
    found = read(text, None)
    assert all(0 <= one.start < one.end <= len(found.text) for one in found.amounts)
