"""What an LLM writes in, a draft that can be judged out; or what the LLM did instead of answering."""
# ruff: noqa: RUF001 - letters of other languages that look like ours are what some of this is about

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts import load_prompt
from rag.answer import ArticleRef
from rag.evidence import Evidence, render_evidence
from rag.generation import RAN_ON, Completion
from rag.writing import fewer, foreign_language, is_echo, presentable, why_no_draft

REF = ArticleRef(id="a1", title="Ferry back", source="Courier", url=None, authors=(), published_at=date(2025, 9, 30))
QUOTES = (
    "The ferry Alma sailed again on Friday after nine weeks in dock, and every seat to Norrhamn was taken.",
    "Repairs to her engine cost 2 million crowns, said owner Tor Lind, who had feared that it would be more.",
    "The next ship of the line will be built in Vell, where 40 people have found work since the spring.",
)
SCORES = (0.6, 0.9, 0.5)
EVIDENCE = [
    Evidence(n, quote, 0, len(quote), REF, " ".join(QUOTES), score)
    for n, (quote, score) in enumerate(zip(QUOTES, SCORES, strict=True), start=1)
]
QUESTION = "What did the repairs to the ferry Alma cost?"
SYSTEM = load_prompt("answer_full").text
USER = load_prompt("question").render(evidence=render_evidence(EVIDENCE), question=QUESTION)
MESSAGES = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": USER}]


def written(text, finish_reason="stop"):
    return Completion(text, 100, 20, finish_reason)


def why(text, finish_reason="stop", question=QUESTION):
    return why_no_draft(written(text, finish_reason), MESSAGES, question, EVIDENCE)


# What can be judged


@pytest.mark.parametrize(
    "draft",
    [
        "They cost 2 million crowns [2].",
        "2 million crowns",
        QUOTES[1],
        f"[2] {QUOTES[1]}",
        " ".join(QUOTES),
        f"{QUESTION} They cost 2 million crowns [2].",
        "Gunnar Eklund paid 700 dollars for a bridge.",
        "Tor Lind",
        "Nestlé",
    ],
)
def test_a_draft_may_be_right_or_wrong_short_or_quoted(draft):
    assert why(draft) is None


@pytest.mark.parametrize("draft", ["", " \n\t ", "…", "[]", "[1][2, 3]."])
def test_without_a_word_nothing_was_written(draft):
    assert why(draft) == "the LLM wrote nothing"


# Echoes


@pytest.mark.parametrize(
    "draft",
    [
        SYSTEM,
        SYSTEM[: len(SYSTEM) // 3],
        f"<|im_start|>system\n{SYSTEM}",
        f"Sure! Here it is: {SYSTEM[40:]}",
        USER,
        USER[: len(USER) // 2],
        QUESTION,
        f"Question: {QUESTION}",
        QUESTION.upper(),
    ],
    ids=["instructions", "a third", "template", "framed", "evidence", "half of it", "question", "line", "shouted"],
)
def test_a_prompt_said_again_is_no_answer(draft):
    assert why(draft) == "the LLM only repeated what it was asked"


@given(st.text(max_size=300))
def test_any_text_is_an_echo_or_none(draft):
    assert is_echo(draft, MESSAGES, QUESTION) in {True, False}


# Languages

FOREIGN = {
    "de": "Die Reparatur der Fähre Alma kostete nach Angaben des Eigners Tor Lind rund 2 Millionen Kronen.",
    "fr": "Selon le propriétaire Tor Lind, les réparations du ferry Alma ont coûté 2 millions de couronnes.",
    "es": "Según el propietario Tor Lind, la reparación del transbordador Alma costó 2 millones de coronas.",
    "sv": "Reparationen av färjan Alma kostade enligt ägaren Tor Lind omkring 2 miljoner kronor.",
    "tr": "Gemi sahibi Tor Lind'e göre Alma feribotunun onarımı yaklaşık 2 milyon krona mal oldu.",
    "ru": "По словам владельца Тора Линда, ремонт парома «Альма» обошёлся примерно в 2 миллиона крон.",
    "zh": "船主托尔·林德表示，渡轮阿尔玛号的发动机修理费用约为两百万克朗，他原本担心会更贵，现在总算可以放心了。",
}


@pytest.mark.parametrize("code", FOREIGN)
def test_an_answer_in_a_language_that_nobody_spoke_is_told_apart(code):
    assert why(FOREIGN[code]) == f"the LLM answered in another language: {code}"


def test_a_question_in_the_language_of_the_answer_asked_for_it():
    assert why(FOREIGN["de"], question="Wie viel kostete die Reparatur der Fähre?") is None


def test_an_article_in_the_language_of_the_answer_speaks_it():
    spoken = Evidence(4, FOREIGN["de"], 0, len(FOREIGN["de"]), REF, FOREIGN["de"], 0.5)
    assert foreign_language(FOREIGN["de"], QUESTION, [*EVIDENCE, spoken]) is None


@pytest.mark.parametrize("draft", ["Tor Lind", "Zwei Millionen", "Gdańsk, Łódź, Kraków and Świnoujście", "2 000 000"])
def test_names_and_few_words_are_of_no_language(draft):
    assert foreign_language(draft, QUESTION, EVIDENCE) is None


# Drafts without end


def test_what_was_cut_off_is_judged_by_what_the_articles_say():
    assert why("They cost 2 million crowns [2]. And then, and then, and", RAN_ON) is None
    assert why("Bananas and tractors and purple bananas and", RAN_ON) == (
        "the LLM wrote on without end, and nothing that the articles say"
    )


@pytest.mark.parametrize(
    ("text", "finish_reason", "kept"),
    [
        ("It sailed. [1] It was", "length", "It sailed."),
        ("It sailed [1]. It was", RAN_ON, "It sailed [1]."),
        ("It sailed [1]. It was", "stop", "It sailed [1]. It was"),
        ("It sailed [1]. It was full [2].", "length", "It sailed [1]. It was full [2]."),
        ("It sailed. [1] It was full. [2]", "length", "It sailed. [1] It was full. [2]"),
        ("It was in", "length", "It was in"),
        ("It sailed. It was full. It sailed. It was full. It sai", "length", "It sailed. It was full."),
        ("It sailed. [1] It was full. [2] It sailed. [1] It", "length", "It sailed. [1] It was full."),
        ("- It sailed.\n- It was full.\n- It sailed.", "stop", "- It sailed.\n- It was full."),
        ("", "length", ""),
    ],
)
def test_half_a_last_sentence_and_what_is_said_again_are_left_out(text, finish_reason, kept):
    assert presentable(written(text, finish_reason)) == kept


@given(st.lists(st.sampled_from(["It sailed. ", "Was it full? ", "[1] ", "No", "\n"]), max_size=12), st.booleans())
def test_what_is_kept_was_written(pieces, cut):
    text = "".join(pieces)
    kept = presentable(written(text, "length" if cut else "stop"))
    assert set(kept.split()) <= set(text.split())
    assert bool(kept) == bool(text.strip())


# Less evidence


def test_the_better_half_keeps_its_order_and_its_numbers():
    assert [item.n for item in fewer(EVIDENCE)] == [2]
    assert [item.n for item in fewer([*EVIDENCE, EVIDENCE[0]])] == [1, 2, 1]
