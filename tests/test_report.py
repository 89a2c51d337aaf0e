import json
from datetime import date
from pathlib import Path

import pytest

from evals import RunError, load_dataset, run
from evals.report import Report, report
from rag.answer import Answer, ArticleRef, Citation, Passage, Refusal, Usage

REF = ArticleRef(id="a", title="", source=None, url=None, authors=(), published_at=None)
FACTS = [
    {"id": "right", "question": "Where in September?", "answer": "Busan", "kind": "fact"},
    {"id": "uncited", "question": "Where in August?", "answer": "Tokyo", "kind": "fact"},
    {"id": "refused", "question": "Who leads it?", "answer": "Noor Haddon", "kind": "fact"},
    {
        "id": "worked-out",
        "question": "When was the vote?",
        "answer": "16 September",
        "evidence": "on Tuesday",
        "kind": "date",
    },
    {"id": "except", "question": "She won all of these except:", "answer": "Oslo", "kind": "quiz"},
    {"id": "honest", "question": "How old is she?", "answer": None, "kind": "near_miss"},
    {"id": "made-up", "question": "Who is the captain?", "answer": None, "kind": "near_miss"},
    {"id": "broken", "question": "What broke?", "answer": "the pin", "kind": "fact"},
    {"id": "away", "question": "Is anybody there?", "answer": None, "kind": "near_miss"},
]


def an_answer(question: str, short: str, quote: str, *passages: str) -> Answer:
    return Answer(
        question=question,
        standalone_question=question,
        text=f"It was {short}. [1]",
        short=short,
        citations=(Citation(n=1, quote=quote, start=0, end=len(quote), verdict="supported", article=REF),),
        passages=tuple(
            Passage(article_id="a", text=text, score=1.0, start=0, end=len(text), article=REF) for text in passages
        ),
        usage=Usage(prompt_tokens=100),
        model="scripted",
    )


def a_refusal(question: str, reason: str = "not_in_articles") -> Answer:
    refusal = Refusal(reason=reason, message="The articles do not say.", newest_article=None)
    return Answer(question=question, standalone_question=question, text="", refusal=refusal, model="scripted")


ANSWERS = {
    answer.question: answer
    for answer in (
        an_answer("Where in September?", "Busan", "received him in Busan", "in Busan", *["other"] * 4),
        an_answer("Where in August?", "Tokyo city", "received him", "other", "in Tokyo"),
        a_refusal("Who leads it?"),
        an_answer("When was the vote?", "16 September", "on Tuesday"),
        an_answer("She won all of these except:", "Rome", "she won Rome"),
        a_refusal("How old is she?"),
        an_answer("Who is the captain?", "Magnus Rell", "Magnus Rell said"),
        a_refusal("Is anybody there?", "llm_unavailable"),
    )
}


class ScriptedEngine:
    """Knows its answers by heart, and fails on any other question."""

    def ask(self, question: str, *, as_of: date | None = None, style: str = "full") -> Answer:
        return ANSWERS[question]


def run_into(folder: Path, style: str, facts: list[dict] = FACTS) -> Path:
    path = folder / "facts.jsonl"
    path.write_text("".join(json.dumps(fact) + "\n" for fact in facts))
    run(load_dataset(path), ScriptedEngine(), out_dir=folder / "run", style=style)
    return folder / "run"


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_into(tmp_path_factory.mktemp("short"), "short")


@pytest.fixture(scope="module")
def scored(run_dir: Path) -> Report:
    return report(run_dir)


@pytest.mark.parametrize(
    ("name", "value", "n"),
    [
        ("answer_correct", 3 / 5, 5),
        ("cited_correct", 1 / 4, 4),  # the worked-out date stands in no quote and is not asked for there
        ("false_refusals", 1 / 5, 5),
        ("false_answers", 1 / 2, 2),
        ("refusal_precision", 1 / 2, 2),
        ("refusal_recall", 1 / 2, 2),
        ("em", 2 / 4, 4),  # without the question that ends in "except"
        ("f1", (1 + 2 / 3 + 0 + 1) / 4, 4),
        ("contains", 3 / 5, 5),
        ("hit@1", 1 / 5, 5),
        ("hit@5", 2 / 5, 5),
        ("prompt_tokens", 500 / 7, 7),
    ],
)
def test_a_score_is_the_mean_over_the_questions_that_it_counts(scored: Report, name: str, value: float, n: int):
    assert scored.scores[name].value == pytest.approx(value)
    assert scored.scores[name].n == n


def test_failures_are_excluded_and_counted(scored: Report):
    assert scored.excluded == {"error": 1, "llm_unavailable": 1}
    assert scored.n == 7


def test_every_mean_lies_in_its_interval(scored: Report):
    assert all(score.low <= score.value <= score.high for score in scored.scores.values())


def test_each_kind_counts_what_is_right_for_it(scored: Report):
    right = {kind: (score.value, score.n) for kind, score in scored.right_by_kind.items()}
    assert right == {"fact": (pytest.approx(2 / 3), 3), "date": (1, 1), "quiz": (0, 1), "near_miss": (0.5, 2)}


def test_what_was_not_right_is_listed(scored: Report):
    assert scored.wrong == ("refused", "except", "made-up")


def test_depths_beyond_what_was_retrieved_are_left_out(scored: Report):
    assert [name for name in scored.scores if name.startswith("hit@")] == ["hit@1", "hit@5"]


def test_full_style_has_no_short_answer_scores(tmp_path: Path):
    scores = report(run_into(tmp_path, "full")).scores
    assert not {"em", "f1", "contains"} & set(scores)
    assert scores["answer_correct"].value == pytest.approx(3 / 5)


def test_a_dataset_where_all_has_an_answer_has_no_false_answers_score(tmp_path: Path):
    assert "false_answers" not in report(run_into(tmp_path, "short", FACTS[:2])).scores


def test_scoring_twice_gives_the_same_report(run_dir: Path, scored: Report):
    assert report(run_dir) == scored


def test_the_report_goes_through_json(scored: Report):
    assert Report.model_validate_json(json.dumps(scored.as_dict())) == scored


def test_the_text_names_the_run_the_exclusions_and_the_scores(scored: Report):
    text = scored.text()
    assert "scored    7 of 9 questions; excluded: 1 error, 1 llm_unavailable" in text
    assert "model scripted" in text
    assert "not right: refused, except, made-up" in text
    (row,) = [line for line in text.splitlines() if line.startswith("answer_correct")]
    assert row.split()[1] == "0.600"


def test_questions_that_were_never_asked_are_counted(tmp_path: Path):
    folder = run_into(tmp_path, "short")
    path = folder / "predictions.jsonl"
    path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n")
    assert report(folder).excluded == {"not asked": 8}


def test_a_folder_without_a_run_says_how_to_make_one(tmp_path: Path):
    with pytest.raises(RunError, match=r"no run in this folder: .*; make one with dateline eval run"):
        report(tmp_path)


def test_a_run_without_answers_has_no_scores(tmp_path: Path):
    folder = run_into(tmp_path, "short", FACTS[7:])
    with pytest.raises(RunError, match="nothing to score"):
        report(folder)


def test_a_dataset_changed_after_the_run_is_refused(tmp_path: Path):
    folder = run_into(tmp_path, "short")
    with (folder / "dataset.jsonl").open("a") as file:
        file.write("\n")
    with pytest.raises(RunError, match="dataset was changed after the run"):
        report(folder)


def test_a_damaged_record_is_refused(tmp_path: Path):
    folder = run_into(tmp_path, "short")
    (folder / "run.json").write_text("{}")
    with pytest.raises(RunError, match="unreadable run"):
        report(folder)
