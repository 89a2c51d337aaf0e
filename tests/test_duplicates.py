"""Copies and revisions are told from new reports, templates and round-ups, on invented stories."""

import random
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.duplicates import (
    MIN_SHARED,
    MIN_WORDS,
    Kinship,
    is_copy,
    is_revision,
    kinship,
    shingles,
    sketch,
)

VOCABULARY = [
    first + last for first in "bcdfglmnprst" for last in ("ank", "elo", "ida", "orm", "une", "asp", "ix", "oot")
]


def prose(words: int, seed: int) -> str:
    """That many invented words, in sentences and paragraphs."""
    chosen = random.Random(seed).choices(VOCABULARY, k=words)
    sentences = [" ".join(chosen[start : start + 12]).capitalize() + "." for start in range(0, words, 12)]
    return "\n\n".join(" ".join(sentences[start : start + 3]) for start in range(0, len(sentences), 3))


def kin(one: str, other: str) -> Kinship:
    return kinship(shingles(one), shingles(other))


STORY = prose(600, seed=1)


def test_shingles_ignore_case_punctuation_quotation_marks_and_paragraphs():
    plain = '"It\'s over," the mayor of Veldmark said on Friday. ' + STORY
    dressed = "“It’s over”, the Mayor of Veldmark said -- on Friday! " + STORY.replace("\n\n", " ")
    assert np.array_equal(shingles(plain), shingles(dressed))


def test_shingles_tell_figures_and_word_order_apart():
    assert kin(STORY + " It rose 4 percent", STORY + " It rose 5 percent").resemblance < 1
    assert not set(shingles(" ".join(VOCABULARY))) & set(shingles(" ".join(reversed(VOCABULARY))))


def test_shingles_fit_a_signed_64_bit_column_and_are_the_same_everywhere():
    hashes = shingles("The harbour of Veldmark opens on Monday after 12 days of repairs, the port office said. " * 3)
    assert hashes.dtype == np.int64
    assert hashes.min() >= 0
    assert hashes[:2].tolist() == [
        2373486014415272140,
        3946337524436974198,
    ]  # kept sketches depend on them: another value asks for a reindex


def test_a_text_of_few_words_has_no_shingles_and_is_kin_to_nothing():
    caption = prose(MIN_WORDS - 1, seed=2)
    assert len(shingles(caption)) == 0
    assert sketch(shingles(caption)) == []
    assert not is_copy(kin(caption, caption))
    assert not is_revision(kin(caption, STORY))


@pytest.mark.parametrize("words", [40, 200, 1_000, 20_000])
def test_a_sketch_stays_small_whatever_the_length(words):
    assert 15 <= len(sketch(shingles(prose(words, seed=3)))) <= 110


@pytest.mark.parametrize("kept", [0.4, 0.6, 1.0])
def test_a_trimmed_copy_with_a_local_paragraph_is_found_by_its_sketch_and_is_a_copy(kept):
    trimmed = STORY[: int(len(STORY) * kept)]
    for copy in (f"VELDMARK (NW) -- {trimmed}\n\n{prose(60, seed=4)}", f"{prose(60, seed=4)}\n\n{trimmed}"):
        assert len(set(sketch(shingles(STORY))) & set(sketch(shingles(copy)))) >= MIN_SHARED
        assert is_copy(kin(STORY, copy), days_apart=1)


def test_a_copy_with_every_thirtieth_word_changed_is_a_copy():
    words = STORY.split()
    words[::30] = ["edited"] * len(words[::30])
    assert is_copy(kin(STORY, " ".join(words)))


def test_a_new_report_that_keeps_the_background_is_not_a_copy():
    background = prose(300, seed=5)
    monday, tuesday = (f"{prose(150, seed)}\n\n{background}" for seed in (6, 7))
    assert not is_copy(kin(monday, tuesday))
    assert not is_revision(kin(monday, tuesday))


def test_two_reports_that_share_quotations_are_not_copies():
    quotations = [prose(35, seed) for seed in (8, 9, 10)]
    one, other = ("\n\n".join(prose(80, 20 * by + n) + said for n, said in enumerate(quotations)) for by in (1, 2))
    assert not is_copy(kin(one, other))


def test_a_round_up_that_contains_a_story_whole_is_not_its_copy():
    short = prose(200, seed=11)
    assert not is_copy(kin(short, f"{short}\n\n{prose(500, seed=12)}"))
    assert not is_copy(kin(short, f"{prose(150, seed=13)}\n\n{short}\n\n{prose(100, seed=14)}"))


def drawing(day: str, seed: int) -> str:
    numbers = random.Random(seed).sample(range(10, 99), 9)
    drawn = " ".join(f"Ball {place} of the evening was {number}." for place, number in enumerate(numbers))
    return f"The Veldmark lottery was drawn on {day}. {drawn} {prose(220, seed=15)}"


def test_the_next_drawing_in_a_template_is_neither_revision_nor_another_days_copy():
    pair = kin(drawing("Monday", 1), drawing("Tuesday", 2))
    assert not is_revision(pair)
    assert not is_copy(pair, days_apart=1)


def test_a_correction_is_a_revision():
    wrong = f"Three ferries were lost at Veldmark, the port office said. {STORY}"
    right = f"Correction: two ferries were lost.\n\n{wrong.replace('Three', 'Two')}"
    assert is_revision(kin(wrong, right))


def test_a_trimmed_copy_is_no_revision():
    assert not is_revision(kin(STORY, STORY[: len(STORY) // 2]))


def test_only_a_reprint_is_a_copy_long_after_or_in_the_same_outlet_on_another_day():
    trimmed = kin(STORY, STORY[: int(len(STORY) * 0.6)])
    assert is_copy(trimmed, days_apart=2)
    assert not is_copy(trimmed, days_apart=30)
    assert not is_copy(trimmed, days_apart=1, same_outlet=True)
    assert is_copy(trimmed, days_apart=0, same_outlet=True)
    assert is_copy(kin(STORY, STORY), days_apart=900, same_outlet=True)


def test_a_script_without_spaces_is_compared_by_its_characters():
    signs = [chr(0x4E00 + n) for n in range(600)]
    text = "".join(random.Random(16).choices(signs, k=500))
    other = "".join(random.Random(17).choices(signs, k=500))
    assert is_copy(kin(text, text[:300] + "。" + other[:40]))
    assert not is_copy(kin(text, other))


def test_six_thousand_characters_take_a_few_milliseconds():
    text = prose(1_200, seed=18)[:6_000]
    shingles(text)
    start = time.perf_counter()
    for _ in range(10):
        shingles(text)
    assert (time.perf_counter() - start) / 10 < 0.03  # about 1 ms on an idle machine


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400), st.text(max_size=400))
def test_kinship_is_symmetric_and_its_shares_lie_between_0_and_1(one, other):
    there, back = kin(one, other), kin(other, one)
    assert all(0 <= share <= 1 for share in vars(there).values())
    assert there.resemblance == back.resemblance
    assert is_copy(kin(one, one)) == (len(shingles(one)) > 0)
