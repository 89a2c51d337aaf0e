"""When a text's language is told from its words, and when it is left open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import language_clues, language_code
from index.metadata import Clue


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "The harbour council voted on Tuesday to close the old fish market, whose piles can no longer carry it.",
            "en",
        ),
        (
            "Der Hafenrat hat am Dienstag beschlossen, die alte Fischhalle zu schließen, weil die Pfähle morsch sind.",
            "de",
        ),
        ("El consejo del puerto votó el martes cerrar el antiguo mercado, cuyos pilotes ya no soportan el peso.", "es"),
        (
            "港の評議会は火曜日、木製の杭がもはや建物の重さに耐えられないと技術者が指摘したことを受け、古い魚市場を閉鎖することを決めた。",
            "ja",
        ),
        (
            "Совет порта во вторник проголосовал за закрытие старого рыбного рынка, сваи которого больше не держат.",
            "ru",
        ),
    ],
)
def test_a_text_of_some_words_tells_its_language(text, code):
    assert list(language_clues(text)) == [Clue("language", code, "text")]


@pytest.mark.parametrize(
    "text", ["", "Fish market", "12 34 56 " * 40, "Ida Holm Per Lund Orla Benning Signe Aldous Tove Karlan"]
)
def test_a_few_words_names_and_figures_leave_it_open(text):
    assert list(language_clues(text)) == []


@pytest.mark.parametrize(
    ("tag", "code"), [("en-GB", "en"), ("zh_Hant_TW", "zh"), (" PT ", "pt"), ("english", None), ("", None), ("x", None)]
)
def test_a_language_tag_is_read_as_its_code(tag, code):
    assert language_code(tag) == code


@given(st.text(max_size=300))
def test_any_text_gives_one_code_or_none(text):
    found = list(language_clues(text))

    assert len(found) <= 1
    assert all(len(clue.value) == 2 for clue in found)
