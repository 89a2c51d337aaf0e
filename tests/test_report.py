import json
from datetime import date
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reported_runs import FERRY, OTHER, citation, passage, question, refused, said, unanswerable, write_run

from evals import RunError
from evals.report import Report, report, write_reports
from evals.report.causes import CAUSES
from evals.report.markdown import escaped, figure, one_line
from evals.report.tables import web_address
from evals.scored import measure_named, scored

NEAR = passage("The ferry is blue.")
LATER = FERRY.model_copy(update={"id": "later", "published_at": date(2025, 12, 16)})
BOTH = [
    {"statement": "It sails twice a day.", "accept": ["twice"]},
    {"statement": "It costs nine crowns.", "accept": [{"number": 9, "tolerance": 0.5, "unit": "crowns"}]},
]


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory):
    asked = [
        question("right", slices=["number"]),
        question("half", slices=["number", "list"], facts=BOTH),
        question("refused", slices=["list"]),
        unanswerable("honest", slices=["off-topic"]),
        unanswerable("made up", slices=["off-topic"]),
        question("broken"),
        question("away"),
        question("never asked"),
    ]
    answers = [said(), said(), refused(), refused(), said("Tarn. [1]"), "TimeoutError: silence"]
    return write_run(tmp_path_factory.mktemp("report") / "run", asked, [*answers, refused("llm_unavailable"), None])


@pytest.fixture(scope="module")
def found(run_dir):
    return report(run_dir)


def written(folder):
    """The files of a run's report."""
    return write_reports(report(folder), folder)


@pytest.fixture
def failure(tmp_path):
    """The one failure of a run of one question."""

    def of(asked, answer, **changes):
        failures = report(write_run(tmp_path / "run", [asked], [answer], **changes)).failures
        return failures[0] if failures else None

    return of


@pytest.mark.parametrize(
    ("name", "value", "n"),
    [
        ("correct", 2 / 5, 5),
        ("fact_recall", (1 + 0.5 + 0) / 3, 3),
        ("false_refusal", 1 / 3, 3),
        ("false_answer", 1 / 2, 2),
        ("refusal_precision", 1 / 2, 2),
        ("hit@1", 1.0, 3),
        ("seconds", 1.5, 5),
        ("retrieve_s", 0.02, 5),
    ],
)
def test_a_score_is_the_mean_over_the_questions_that_it_applies_to(found, name, value, n):
    assert found.scores[name].value == pytest.approx(value)
    assert found.scores[name].n == n


def test_every_mean_lies_in_its_interval(found):
    slices = [score for one in found.slices.values() for score in one.scores.values()]
    assert all(score.low <= score.value <= score.high for score in [*found.scores.values(), *slices])


def test_scores_come_in_the_order_of_the_table(found):
    groups = [measure_named(name).group for name in found.scores]
    assert groups == sorted(groups, key=list(dict.fromkeys(groups)).index)


def test_a_slice_has_the_scores_of_its_questions(found):
    correct = {name: (one.n, one.scores["correct"].value) for name, one in found.slices.items()}
    assert correct == {"number": (2, 0.5), "list": (2, 0.0), "off-topic": (2, 0.5)}
    assert "hit@5" not in found.slices["off-topic"].scores


def test_what_says_nothing_about_quality_is_excluded_counted_and_named(found):
    assert found.n == 5
    assert found.excluded == {"error": 1, "llm_unavailable": 1, "not asked": 1}
    assert {one.id: one.why for one in found.unscored} == {
        "broken": "TimeoutError: silence",
        "away": "llm_unavailable",
        "never asked": "not asked",
    }


def test_retrieval_is_followed_passage_by_passage(tmp_path):
    answer = said(passages=[NEAR, passage(), NEAR])
    curves = report(write_run(tmp_path / "run", [question()], [answer])).retrieval
    assert {k: score.value for k, score in curves["hit@k"].items()} == {1: 0.0, 2: 1.0, 3: 1.0}
    assert curves["recall@k"] == curves["hit@k"]


def test_the_risk_coverage_curve_ends_where_the_run_stood(found):
    assert found.risk_coverage[-1] == (pytest.approx(3 / 5), pytest.approx(2 / 3))


def test_without_failures_nothing_went_wrong(tmp_path):
    assert report(write_run(tmp_path / "run", [question()], [said()])).failures == ()


@pytest.mark.parametrize(
    ("cause", "asked", "answer"),
    [
        ("not-found", question(), said("It is blue. [1]", passages=[NEAR], citations=[citation("is blue")])),
        ("not-found", question(), refused(passages=[NEAR])),
        ("refused", question(), refused()),
        ("not-cited", question(), said("It is blue. [1]", citations=[citation("The ferry is blue", OTHER)])),
        ("not-stated", question(), said("It sails often. [1]")),
        ("forbidden", question(forbidden=["hourly"]), said("It sails twice a day, or hourly. [1]")),
        ("not-refused", unanswerable(), said("Tarn. [1]")),
        ("leaked", question(as_of="2025-11-01"), said(passages=[passage(), passage(article=LATER)])),
        ("obeyed", question(slices=["hostile"], forbidden=["buy Tarn"]), said("Twice a day; buy Tarn. [1]")),
    ],
)
def test_a_failure_is_counted_under_the_stage_that_failed(failure, cause, asked, answer):
    assert failure(asked, answer).cause == cause


def test_a_right_answer_with_words_that_stand_elsewhere_is_a_failure_of_its_citations(failure):
    wrong = failure(question(), said(), exact=(False,))
    assert wrong.cause == "inexact"
    assert wrong.reasons == ("the words of [1] do not stand at their place in the article",)
    assert wrong.cited[0].exact is False


def test_without_gold_support_a_passage_that_states_the_fact_is_the_support(failure):
    asked = question(support=[])
    assert failure(asked, said("It is blue. [1]", passages=[NEAR])).cause == "not-found"
    assert failure(asked, said("It is blue. [1]", citations=[citation("is blue")])).cause == "not-cited"


def test_only_the_support_of_what_is_not_stated_is_asked_for(failure):
    support = [{"article": "ferry", "quote": "twice a day"}, {"article": "other", "quote": "costs nine crowns"}]
    wrong = failure(question(facts=BOTH, support=support), said())
    assert wrong.cause == "not-found"
    assert [fact.stated for fact in wrong.facts] == [True, False]
    assert wrong.facts[1].accepted == ("9 ± 0.5 crowns",)


@pytest.mark.parametrize(
    ("reason", "asked", "answer"),
    [
        (
            "does not state: It sails twice a day (the passage was found but not cited)",
            question(),
            said("Blue.", citations=[]),
        ),
        ("does not state: It sails twice a day (the words were cited)", question(), said("It is blue. [1]")),
        (
            "does not state: It sails twice a day (retrieval did not find the supporting passage)",
            question(),
            said("Blue.", passages=[NEAR], citations=[]),
        ),
        ("states what is forbidden: hourly", question(forbidden=["hourly"]), said("Twice, or hourly. [1]")),
        ("refused (low_confidence) though the articles say it", question(), refused()),
        ("answered though the articles do not say", unanswerable(), said("Tarn. [1]")),
        (
            "uses an article of 2025-12-16, later than 2025-11-01: Ferry to sail twice a day",
            question(as_of="2025-11-01"),
            said(citations=[citation(article=LATER)]),
        ),
    ],
)
def test_a_failure_says_why_in_plain_words(failure, reason, asked, answer):
    assert reason in failure(asked, answer).reasons


def test_a_failure_shows_what_was_asked_answered_cited_and_found(failure):
    history = [{"question": "Is there a ferry?", "answer": "Yes, to Skerra."}]
    answer = said("It is blue. [1]", passages=[NEAR, passage()], standalone_question="How often does it go to Skerra?")
    wrong = failure(question(history=history, as_of="2025-11-01", slices=["follow-up"]), answer)
    assert wrong.understood_as == "How often does it go to Skerra?"
    assert wrong.history[0].answer == "Yes, to Skerra."
    assert (wrong.answer, wrong.as_of, wrong.slices) == ("It is blue. [1]", date(2025, 11, 1), ("follow-up",))
    assert wrong.cited[0].article.source == "Harbour Courier"
    assert [(found.rank, found.holds_support) for found in wrong.found] == [(1, False), (2, True)]


def test_every_cause_is_explained():
    assert all(cause.stage and cause.what for cause in CAUSES.values())


def test_scoring_twice_gives_the_same_report(run_dir, found):
    assert report(run_dir) == found


def test_the_report_goes_through_json(found):
    assert Report.model_validate_json(json.dumps(found.as_dict())) == found


def test_a_benchmark_is_scored_by_its_own_arithmetic_too(tmp_path):
    run = write_run(tmp_path / "run", [question()], [said(short="twice")], official="squad", style="short")
    assert report(run).scores["squad_exact"].value == 1.0
    assert list(scored(run).measures)[-1].startswith("squad_")
    assert measure_named("squad_exact").group == "official"


def test_retrieval_alone_is_reported_without_answers(tmp_path):
    asked = {"id": "q", "question": "ferries", "support": [{"article": "ferry", "grade": 2}]}
    run = write_run(tmp_path / "run", [asked], [said("", citations=[], sentences=())], task="retrieval")
    found = report(run)
    assert found.scores["ndcg@10"].value == 1.0
    assert found.failures == found.risk_coverage == ()
    assert "retrieval alone" in found.text()


def test_the_terminal_is_told_the_run_the_scores_and_the_causes(found):
    text = found.text()
    assert "5 of 8 questions; excluded: 1 error, 1 llm_unavailable, 1 not asked" in text
    assert "made" in text
    (row,) = [line for line in text.splitlines() if line.startswith("correct")]
    assert row.split()[:3] == ["correct", "↑", "0.400"]
    assert "went wrong: 3 of 5" in text
    assert "1  Answered, though the articles do not say (refusal)" in text


def test_both_reports_are_written_into_the_folder_and_are_the_same_each_time(run_dir):
    paths = written(run_dir)
    assert [path.name for path in paths] == ["report.md", "report.html"]
    first = [path.read_bytes() for path in paths]
    written(run_dir)
    assert [path.read_bytes() for path in paths] == first


def test_markdown_tells_each_failure_under_its_cause(run_dir):
    text = written(run_dir)[0].read_text(encoding="utf-8")
    assert "| correct | ↑ | 0.400 |" in text
    assert "| list | 2 | 0.000 (0.000 to 0.000) |" in text
    assert "### Answered, though the articles do not say (1)" in text
    assert "- right: It costs nine crowns. (9 ± 0.5 crowns)" in text
    assert "- cited: \\[1\\] “The ferry will sail twice a day from Skerra” [Ferry to sail twice a day]" in text
    assert "(Harbour Courier, 2025-10-09), **holds the support**" in text


def test_markdown_makes_nothing_of_what_articles_and_models_write(tmp_path):
    hostile = FERRY.model_copy(update={"title": "a](javascript:alert(1)) <img src=x>", "url": "https://e.org/)[x"})
    answer = said("| a\n\n# Title <script>alert(1)</script> `x` **bold** [1]", citations=[citation(article=hostile)])
    asked = question(question="Is *this* <b>bold</b>?\x1b[31m")
    text = written(write_run(tmp_path / "run", [asked], [answer]))[0].read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "<img" not in text
    assert "\x1b" not in text
    assert "\n# Title" not in text
    assert "[a\\](javascript:alert(1)) &lt;img src=x&gt;](https://e.org/%29%5Bx)" in text
    assert "Is \\*this\\* &lt;b&gt;bold" in text


@given(st.text())
def test_one_line_holds_nothing_that_steers_a_terminal(text):
    assert not {"Cc", "Cf", "Zl", "Zp"} & {category(character) for character in one_line(text)}
    assert not set(escaped(text)) & set("<>\n")


@pytest.mark.parametrize(
    "url", [None, "", "javascript:alert(1)", "data:text/html,x", "//e.org", "http://[", "ftp://e.org"]
)
def test_only_addresses_of_the_web_become_links(url):
    assert web_address(url) is None


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0.000"), (0.25, "0.250"), (1234.5, "1234.5"), (0.0000204, "2.0e-05"), (-0.25, "-0.250")]
)
def test_a_figure_has_the_places_that_say_something(value, shown):
    assert figure(value) == shown


def test_a_folder_without_a_run_says_how_to_make_one(tmp_path):
    with pytest.raises(RunError, match=r"no run in this folder: .*; make one with dateline eval run"):
        report(tmp_path)


def test_a_run_without_answers_has_no_scores(tmp_path):
    with pytest.raises(RunError, match=r"none of 1 questions was answered, the first for this: TimeoutError: silence;"):
        report(write_run(tmp_path / "run", [question()], ["TimeoutError: silence"]))


def test_a_dataset_changed_after_the_run_is_refused(tmp_path):
    folder = write_run(tmp_path / "run", [question()], [said()])
    with (folder / "dataset.jsonl").open("a") as file:
        file.write("\n")
    with pytest.raises(RunError, match="dataset was changed after the run"):
        report(folder)


def test_a_dataset_that_is_gone_is_named(tmp_path):
    folder = write_run(tmp_path / "run", [question()], [said()])
    (folder / "dataset.jsonl").unlink()
    with pytest.raises(RunError, match=r"cannot read the run's questions: .*dataset.jsonl"):
        report(folder)


def test_a_damaged_record_is_refused(tmp_path):
    folder = write_run(tmp_path / "run", [question()], [said()])
    (folder / "run.json").write_text("{}")
    with pytest.raises(RunError, match="unreadable run"):
        report(folder)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    folder = write_run(tmp_path / "run", [question()], [said()])
    (folder / "report.md").mkdir()
    with pytest.raises(RunError, match="cannot write the report"):
        written(folder)


def test_what_only_retrieved_has_scores_of_retrieval_only(tmp_path):
    folder = write_run(tmp_path / "run", [question()], [said()])
    record = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(record | {"task": "retrieval"}))
    found = scored(folder).scores[question()["id"]]
    assert "hit@1" in found
    assert not {"correct", "fact_recall", "false_refusal", "citation_recall"} & set(found)


def test_the_risk_of_answering_is_told_with_its_area(found, tmp_path):
    assert 0 <= found.risk_area <= 1
    silent = report(write_run(tmp_path / "run", [question()], [refused()]))
    assert silent.risk_area is None
