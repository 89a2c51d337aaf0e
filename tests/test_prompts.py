import pytest

from prompts import Prompt, PromptError, load_prompt


def test_a_prompt_is_rendered_with_exactly_its_variables() -> None:
    assert Prompt("greeting", "Hello $name, it is $day.").render(name="Ada", day="Monday") == "Hello Ada, it is Monday."


@pytest.mark.parametrize("values", [{}, {"name": "Ada"}, {"name": "Ada", "day": "Monday", "mood": "good"}])
def test_missing_and_unknown_variables_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(PromptError, match=r"takes \['day', 'name'\], got"):
        Prompt("greeting", "Hello $name, it is $day.").render(**values)


def test_a_dollar_sign_in_a_value_stays_as_it_is() -> None:
    assert Prompt("price", "It costs $price.").render(price="$5 or $tax") == "It costs $5 or $tax."


def test_the_fingerprint_changes_with_the_words_and_with_nothing_else() -> None:
    assert Prompt("a", "same words").fingerprint == Prompt("b", "same words").fingerprint
    assert Prompt("a", "same words").fingerprint != Prompt("a", "other words").fingerprint


@pytest.mark.parametrize("name", ["nonsense", "../rag/answer", "", "answer_full.md"])
def test_an_unknown_prompt_is_refused_and_the_known_ones_are_named(name: str) -> None:
    with pytest.raises(PromptError, match="prompts are answer_full, "):
        load_prompt(name)


@pytest.mark.parametrize("name", ["answer_full", "answer_short", "question", "refusal"])
def test_every_bundled_prompt_loads(name: str) -> None:
    assert load_prompt(name).text
