import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics import (
    answer_correct,
    bootstrap_interval,
    cited_correct,
    contains,
    exact_match,
    f1,
    hit_at_k,
    normalize_answer,
)
from rag.answer import Answer, ArticleRef, Citation, Refusal

REF = ArticleRef(id="a", title="", source=None, url=None, authors=(), published_at=None)
REFUSAL = Refusal(reason="not_in_articles", message="The articles do not say.", newest_article=None)
PHRASES = st.text(alphabet="ab 1,.-'\u2019", max_size=20)


def an_answer(text: str = "", *, quote: str = "", short: str | None = None, refusal: Refusal | None = None) -> Answer:
    citation = Citation(n=1, quote=quote, start=0, end=len(quote), verdict="supported", article=REF)
    return Answer(
        question="q",
        standalone_question="q",
        text=text,
        short=short,
        citations=(citation,) if quote else (),
        refusal=refusal,
        model="scripted",
    )


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Cat's, hat!", "cats hat"),
        ("An apple a day", "apple day"),
        ("2,150", "2150"),
        ("\u201cBusan\u2019s\u201d", "busans"),
        ("theatre", "theatre"),
        ("", ""),
    ],
)
def test_normalisation_is_that_of_squad(text: str, normal: str):
    assert normalize_answer(text) == normal


@given(PHRASES)
def test_normalising_twice_changes_nothing(text: str):
    once = normalize_answer(text)
    assert normalize_answer(once) == once


def test_exact_match_takes_any_gold_answer():
    assert exact_match("the River Sorrel.", ["Sorrel", "River Sorrel"]) == 1
    assert exact_match("River", ["Sorrel", "River Sorrel"]) == 0


def test_f1_is_the_harmonic_mean_of_token_precision_and_recall():
    # 2 of 3 predicted words are gold, 2 of 2 gold words are predicted: 2 * (2/3 * 1) / (2/3 + 1) = 0.8
    assert f1("big River Sorrel", ["River Sorrel"]) == pytest.approx(0.8)


def test_f1_counts_a_repeated_word_once_for_each_gold_one():
    # 1 of 2 predicted, 1 of 1 gold
    assert f1("Busan Busan", ["Busan"]) == pytest.approx(2 / 3)


def test_f1_takes_the_closest_gold_and_is_zero_without_one():
    assert f1("Busan", ["Tokyo", "Busan"]) == 1
    assert f1("Busan", []) == 0
    assert f1("", ["Busan"]) == 0


@given(PHRASES, PHRASES)
def test_f1_lies_between_exact_match_and_one(prediction: str, gold: str):
    if normalize_answer(gold):
        assert exact_match(prediction, [gold]) <= f1(prediction, [gold]) <= 1


@pytest.mark.parametrize(
    ("text", "gold", "stands"),
    [
        ("It passed by 19 votes to 14.", "19", True),
        ("It opened in 2019.", "19", False),
        ("some 2150 people", "2,150", True),
        ("President Lee Jae-myung spoke", "Lee Jae Myung", True),
        ("a vote of 19\u201314", "19-14", True),
        ("Busan\u2019s harbour", "Busan", True),
        ("Busanites", "Busan", False),
        ("any text", "the", False),
    ],
)
def test_contains_looks_for_whole_words(text: str, gold: str, stands: bool):
    assert contains(text, [gold]) is stands


@given(PHRASES, PHRASES, PHRASES)
def test_contains_finds_what_was_put_between_spaces(before: str, gold: str, after: str):
    if contains(gold, [gold]):
        assert contains(f"{before} {gold} {after}", [gold])


def test_a_hit_at_k_looks_at_the_first_k_passages_only():
    passages = ["in Tokyo", "in Busan"]
    assert hit_at_k(passages, ["Busan"], k=1) == 0
    assert hit_at_k(passages, ["Busan"], k=2) == 1


def test_an_answer_is_correct_by_its_text_or_its_short_form():
    assert answer_correct(an_answer("They met in Busan. [1]"), ["Busan"]) == 1
    assert answer_correct(an_answer("They met. [1]", short="Busan"), ["Busan"]) == 1
    assert answer_correct(an_answer("They met in Tokyo. [1]"), ["Busan"]) == 0


def test_a_refusal_is_never_a_correct_answer():
    refused = an_answer("Nearest: Busan", quote="in Busan", refusal=REFUSAL)
    assert answer_correct(refused, ["Busan"]) == 0
    assert cited_correct(refused, ["Busan"]) == 0


def test_cited_correct_looks_at_the_quotes_not_at_the_answer():
    assert cited_correct(an_answer("They met. [1]", quote="received him in Busan"), ["Busan"]) == 1
    assert cited_correct(an_answer("They met in Busan. [1]", quote="received him"), ["Busan"]) == 0
    assert cited_correct(an_answer("They met in Busan."), ["Busan"]) == 0


def test_an_interval_is_the_same_for_the_same_seed():
    values = [0.0, 1.0] * 20
    assert bootstrap_interval(values) == bootstrap_interval(values)


def test_an_interval_comes_near_the_normal_one():
    # 100 fair coin tosses: 0.5 +- 1.96 * 0.05
    low, high = bootstrap_interval([0.0, 1.0] * 50)
    assert low == pytest.approx(0.402, abs=0.02)
    assert high == pytest.approx(0.598, abs=0.02)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_an_interval_stays_within_the_values(values: list[float]):
    low, high = bootstrap_interval(values)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
