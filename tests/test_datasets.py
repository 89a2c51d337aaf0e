import json
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from evals import DatasetError, Fact, example_questions, load_dataset, sample_articles_path
from evals.metrics import contains
from index.article import Article
from index.readers import read_articles

SAMPLE = load_dataset("sample")
ANSWERED = [fact for fact in SAMPLE.facts if fact.answer is not None]
UNANSWERED = [fact for fact in SAMPLE.facts if fact.answer is None]


def read_article(path: Path) -> tuple[dict, str]:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(head), body.strip()


ARTICLES = {head["url"]: (head, body) for head, body in map(read_article, sample_articles_path().glob("*.md"))}


def write(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "facts.jsonl"
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
    return path


def row(**changes: object) -> dict:
    return {"id": "q1", "question": "Who won?", "answer": "Rovers", "kind": "fact"} | changes


def test_sample_articles_have_their_fields_and_a_news_story_length():
    assert 12 <= len(ARTICLES) <= 16
    for head, body in ARTICLES.values():
        assert set(head) == {"title", "date", "source", "authors", "url"}
        assert isinstance(head["date"], date)
        assert 200 <= len(body.split()) <= 450


def test_every_sample_article_has_its_own_address():
    assert len(ARTICLES) == len(list(sample_articles_path().glob("*.md")))


def test_one_sample_article_is_a_near_identical_copy_from_another_outlet():
    _, original = ARTICLES["https://example.org/northern-wire/2025/09/08/sorrel-floods-aldermere"]
    head, copy = ARTICLES["https://example.org/eastmarsh-ledger/2025/09/08/aldermere-under-water"]
    shared = set(original.split("\n\n")) & set(copy.split("\n\n"))
    assert head["source"] == "Eastmarsh Ledger"
    assert original != copy
    assert len(shared) >= 6


def test_one_sample_article_carries_a_hidden_instruction():
    assert sum("ignore all previous instructions" in body for _, body in ARTICLES.values()) == 1


@pytest.mark.parametrize("fact", ANSWERED, ids=lambda fact: fact.id)
def test_a_gold_fact_stands_verbatim_in_its_articles(fact: Fact):
    assert fact.evidence
    assert fact.article_urls
    assert all(fact.evidence in ARTICLES[url][1] for url in fact.article_urls)


def test_reading_the_sample_articles_keeps_their_fields_and_every_evidence():
    read = {found.item.url: found.item for found in read_articles([sample_articles_path()])}
    assert all(isinstance(article, Article) for article in read.values())
    assert {u: (a.source, a.published_at) for u, a in read.items()} == {
        url: (head["source"], head["date"]) for url, (head, _) in ARTICLES.items()
    }
    assert all(fact.evidence in read[url].text for fact in ANSWERED for url in fact.article_urls)


@pytest.mark.parametrize("fact", ANSWERED, ids=lambda fact: fact.id)
def test_the_evidence_holds_the_gold_answer_unless_it_must_be_worked_out(fact: Fact):
    assert fact.quotable is (fact.kind != "relative_date")


@pytest.mark.parametrize("fact", [f for f in ANSWERED if f.as_of], ids=lambda fact: fact.id)
def test_a_dated_question_is_answered_by_an_article_that_was_out_by_then(fact: Fact):
    assert all(ARTICLES[url][0]["date"] <= fact.as_of for url in fact.article_urls)


@pytest.mark.parametrize("fact", UNANSWERED, ids=lambda fact: fact.id)
def test_an_unanswerable_question_has_no_gold(fact: Fact):
    assert fact.golds == ()
    assert fact.kind in {"unanswerable", "near_miss"}


def test_a_quarter_of_the_sample_is_unanswerable_and_half_of_that_near_misses():
    near = [fact for fact in UNANSWERED if fact.kind == "near_miss"]
    assert 0.2 <= len(UNANSWERED) / len(SAMPLE.facts) <= 0.3
    assert 0.4 <= len(near) / len(UNANSWERED) <= 0.6


def test_the_same_question_has_another_answer_on_another_day():
    before, after = (
        fact
        for fact in ANSWERED
        if fact.kind == "time_sensitive" and fact.question.startswith("How much will the Quayside")
    )
    assert before.question == after.question
    assert not contains(before.answer, after.golds)


def test_example_questions_are_a_handful_with_answers():
    answered = {fact.question for fact in ANSWERED}
    assert 4 <= len(example_questions()) <= 8
    assert set(example_questions()) <= answered


def test_a_file_is_loaded_by_its_path(tmp_path: Path):
    dataset = load_dataset(write(tmp_path, row(aliases=["the Rovers"]), "", row(id="q2", answer=None)))
    assert [fact.golds for fact in dataset.facts] == [("Rovers", "the Rovers"), ()]
    assert re.fullmatch("[0-9a-f]{64}", dataset.sha256)


def test_realtime_qa_is_asked_two_days_after_and_without_its_choices(tmp_path: Path):
    quiz = {
        "id": "20250103_0",
        "question": "Who won?",
        "asked_at": "2025-02-27",
        "answer": "Rovers",
        "choices": ["Rovers", "Athletic"],
        "evidence": "",
        "search_urls": ["https://example.org/a"],
    }
    (fact,) = load_dataset(write(tmp_path, quiz)).facts
    assert fact.as_of == date(2025, 3, 1)
    assert fact.golds == ("Rovers",)
    assert "Athletic" not in fact.model_dump_json()


def test_a_realtime_qa_id_that_is_used_twice_gets_its_line_number(tmp_path: Path):
    quiz = {"id": "20230414_20", "question": "Who won?", "asked_at": "2023-04-14", "answer": "Rovers"}
    facts = load_dataset(write(tmp_path, quiz, quiz | {"asked_at": "2023-04-21"})).facts
    assert [fact.id for fact in facts] == ["20230414_20", "20230414_20@2"]


@pytest.mark.parametrize(
    ("question", "needs_choices"),
    [
        ("He won all of these except:", True),
        ("All of these EXCEPT...", True),
        ("Who won in all cities except Corvale?", False),
    ],
)
def test_a_question_for_the_odd_one_out_is_told_by_its_ending(question: str, needs_choices: bool):
    assert Fact(id="q", question=question, answer="x", kind="fact").needs_choices is needs_choices


def test_an_unknown_name_lists_the_bundled_datasets():
    with pytest.raises(DatasetError, match="no such dataset: nope; give sample, or a JSONL file"):
        load_dataset("nope")


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("{", "unreadable line: .*, line 2: "),
        ("[]", "not a JSON object: .*, line 2; "),
        (row(), r"id used twice: 'q1' in .*, lines 1 and 2; "),
        (row(id="q2", question=""), "not a question: .*, line 2: question: "),
        (row(id="q2", answr="x"), "not a question: .*, line 2: answr: "),
        (
            {"id": "q2", "question": "Who?", "kind": "fact"},
            "not a question: .*, line 2: answer: Field required",
        ),
        (row(id="q2", answer=None, aliases=["x"]), "not a question: .*, line 2: .*has no answer"),
        (
            {"id": "q2", "question": "Who?", "answer": "x", "asked_at": "soon"},
            "unreadable line: .*, line 2: ",
        ),
        ({"id": "q2", "question": "Who?", "answer": "x", "asked_at": None}, "unreadable line: .*, line 2: "),
    ],
)
def test_a_bad_line_is_one_line_of_error_that_names_it(tmp_path: Path, second: object, message: str):
    with pytest.raises(DatasetError, match=message) as caught:
        load_dataset(write(tmp_path, row(), second))
    assert "\n" not in str(caught.value)


def test_an_empty_file_is_refused(tmp_path: Path):
    with pytest.raises(DatasetError, match="no questions in dataset"):
        load_dataset(write(tmp_path, ""))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path):
    path = tmp_path / "facts.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DatasetError, match="cannot read dataset"):
        load_dataset(path)
