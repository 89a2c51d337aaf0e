"""The commands that measure answers: from a folder of articles to a report, a comparison and a gate."""

import json
import signal
import subprocess
import sys
import time

import pytest
from command_line import at_home, dateline, fails, json_of  # noqa: F401 - a fixture

from index import ArticleIndex, IndexSettings
from rag.local_llm import usable_cores
from ui.options import settings_to_measure

ARTICLES = {
    "strike": "OSTERBY - The bus strike in Osterby ended on 3 May 2025 after nine days, the drivers' union said.",
    "bridge": "WESTERBY - The new bridge at Westerby cost 14 million crowns and opened on 2 June 2025, the mayor said.",
}
QUESTIONS = [
    {
        "id": "days",
        "question": "How long did the bus strike in Osterby last?",
        "facts": ["nine days"],
        "slices": ["number"],
    },
    {"id": "cost", "question": "What did the bridge at Westerby cost?", "facts": ["14 million"], "slices": ["number"]},
    {"id": "none", "question": "Who won the chess cup of Norhaven?", "answerable": False},
]
SLOW = """
import time

def answer(question):
    time.sleep(0.3)
    return "I cannot answer that."
"""
COUNTING = """
from pathlib import Path

def answer(question):
    asked = Path("asked.txt")
    asked.write_text((asked.read_text() if asked.exists() else "") + "x")
    return "Perhaps."
"""


@pytest.fixture
def gold(tmp_path):
    """A file of gold facts, with the articles beside it."""
    folder = tmp_path / "news"
    (folder / "articles").mkdir(parents=True)
    for name, text in ARTICLES.items():
        (folder / "articles" / f"{name}.txt").write_text(f"{name.title()}\n\n{text}\n")
    (folder / "questions.jsonl").write_text("".join(json.dumps(question) + "\n" for question in QUESTIONS))
    return folder / "questions.jsonl"


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """A Python function to measure, in the working folder."""

    def made(code):
        (tmp_path / "other.py").write_text(code)
        monkeypatch.chdir(tmp_path)
        monkeypatch.delitem(sys.modules, "other", raising=False)
        return "python:other:answer"

    return made


def test_a_run_answers_over_the_articles_beside_the_questions_and_is_reported_again(gold, tmp_path):
    run = tmp_path / "run"
    made = json_of("eval", "run", gold, "--out", run)
    assert made["n"] == 3
    assert made["scores"]["correct"]["value"] == 1.0
    assert json_of("eval", "report", run)["scores"] == made["scores"]
    assert "correct" in dateline("eval", "report", run).stdout
    assert (run / "report.md").read_text().startswith("#")
    assert "</html>" in (run / "report.html").read_text()


def test_the_articles_of_a_data_set_do_not_go_where_people_keep_theirs(gold, tmp_path):
    dateline("eval", "run", gold, "--out", tmp_path / "run")
    assert not (tmp_path / "index").exists()


def test_an_index_can_be_named_instead(gold, tmp_path):
    dateline("add", gold.parent / "articles", "--index", tmp_path / "mine")
    run = json_of("eval", "run", gold, "--index", tmp_path / "mine", "--out", tmp_path / "run")
    assert run["scores"]["correct"]["value"] == 1.0


def test_a_limit_and_a_seed_draw_the_same_questions_each_time(gold, tmp_path):
    for name in ("a", "b"):
        dateline("eval", "run", gold, "--limit", 2, "--sample", 7, "--out", tmp_path / name)
    asked = [(tmp_path / name / "dataset.jsonl").read_text() for name in ("a", "b")]
    assert asked[0] == asked[1]
    assert len(asked[0].splitlines()) == 2


def test_a_function_of_somebody_elses_is_measured_by_the_same_rules(gold, engine, tmp_path):
    spec = engine('def answer(question):\n    return "It lasted nine days."\n')
    run = json_of("eval", "run", gold, "--engine", spec, "--out", tmp_path / "run")
    assert run["run"]["engine"] == "other:answer"
    assert run["scores"]["correct"]["value"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("engine_name", ["nonsense", "python:nowhere:answer", "python:json:nothing", "python:json"])
def test_an_engine_that_is_not_there_is_one_line(gold, engine_name):
    fails("eval", "run", gold, "--engine", engine_name)


def test_the_newest_run_of_the_same_kind_is_resumed(gold, engine, tmp_path):
    spec = engine(COUNTING)
    assert "no run of this kind to continue" in fails("eval", "run", gold, "--engine", spec, "--resume")
    dateline("eval", "run", gold, "--engine", spec)
    assert "correct" in dateline("eval", "run", gold, "--engine", spec, "--resume").stdout
    assert (tmp_path / "asked.txt").read_text() == "xxx"


def test_ctrl_c_leaves_a_run_that_can_be_reported_and_gone_on_with(gold, engine, tmp_path):
    spec, run = engine(SLOW), tmp_path / "run"
    command = [
        sys.executable,
        "-c",
        "from ui.cli import app; app()",
        "eval",
        "run",
        str(gold),
        "--engine",
        spec,
        "--out",
        str(run),
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    predictions = run / "predictions.jsonl"
    for _ in range(600):
        if predictions.exists() and predictions.read_text():
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "stopped, and what was answered is kept" in stderr
    assert "Traceback" not in stderr
    assert 1 <= json_of("eval", "report", run)["n"] < 3
    assert json_of("eval", "run", gold, "--engine", spec, "--out", run)["n"] == 3


def test_what_an_engine_prints_does_not_mix_with_the_json(gold, engine, tmp_path):
    spec = engine('print("loaded")\n\ndef answer(question):\n    print("asked")\n    return "It lasted nine days."\n')
    assert json_of("eval", "run", gold, "--engine", spec, "--out", tmp_path / "run")["n"] == 3


def test_an_engine_that_always_fails_is_told_with_its_first_error(gold, engine, tmp_path):
    spec = engine('def answer(question):\n    raise OSError("no model\\nhere")\n')
    told = dateline("eval", "run", gold, "--engine", spec, "--out", tmp_path / "run", exit_code=1).stderr
    assert "none of 3 questions was answered, the first for this: OSError: no model here; mend that" in told


def test_a_run_over_no_articles_is_refused(gold, tmp_path):
    for article in (gold.parent / "articles").iterdir():
        article.unlink()
    assert "questions brings none that can be read" in dateline("eval", "run", gold, exit_code=1).stderr
    ArticleIndex.open(settings=IndexSettings(DATELINE_INDEX=tmp_path / "bare")).close()
    assert "is empty; fill it with dateline add" in fails("eval", "run", gold, "--index", tmp_path / "bare")


@pytest.mark.parametrize("price", [(-1, 2), (1, "nan"), ("inf", 2)])
def test_a_price_that_is_none_is_a_misuse(gold, price):
    assert "no price" in fails("eval", "run", gold, "--price", *price, exit_code=2)


def test_the_help_says_what_the_styles_are():
    assert "full|short" in dateline("eval", "run", "--help").stdout


def test_two_runs_are_compared(gold, engine, tmp_path):
    dateline(
        "eval",
        "run",
        gold,
        "--engine",
        engine('def answer(question):\n    return "Perhaps."\n'),
        "--out",
        tmp_path / "a",
    )
    dateline("eval", "run", gold, "--out", tmp_path / "b")
    found = json_of("eval", "compare", tmp_path / "a", tmp_path / "b")
    assert {change["id"] for change in found["improved"]} == {"days", "cost", "none"}
    assert "got better: 3" in dateline("eval", "compare", tmp_path / "a", tmp_path / "b").stdout


def test_the_gate_passes_what_set_its_floors_and_stops_what_is_worse(gold, engine, tmp_path):
    good, bad, floors = tmp_path / "good", tmp_path / "bad", tmp_path / "floors.json"
    dateline("eval", "run", gold, "--out", good)
    dateline("eval", "run", gold, "--engine", engine('def answer(question):\n    return "Perhaps."\n'), "--out", bad)
    assert "correct: 1.0000" in dateline("eval", "gate", good, "--baseline", floors, "--raise").stdout
    dateline("eval", "gate", good, "--baseline", floors)
    assert (
        "correct: 0.0000, worst that passes 1.0000"
        in dateline("eval", "gate", bad, "--baseline", floors, exit_code=1).stdout
    )


def test_without_a_run_the_gate_takes_the_newest(gold, tmp_path):
    floors = tmp_path / "floors.json"
    assert "no run here" in fails("eval", "gate", "--baseline", floors)
    dateline("eval", "run", gold)
    assert "passed: " in dateline("eval", "gate", "--baseline", floors, "--raise").stderr


def test_every_mistake_of_a_file_is_told(gold, tmp_path):
    assert "3 questions without a mistake" in dateline("eval", "check", gold).stderr
    gold.write_text(gold.read_text() + '{"id": "x"}\nnonsense\n')
    told = dateline("eval", "check", gold, exit_code=1).stdout.splitlines()
    assert [line.partition(":")[0] for line in told] == ["line 4, question", "line 5"]


def test_drafts_can_be_checked_and_run_but_pass_no_gate(gold, tmp_path):
    drafts, run = gold.parent / "drafts.jsonl", tmp_path / "run"
    dateline("eval", "new", gold.parent / "articles", "--out", drafts, "--limit", 2)
    assert "2 of them drafts" in dateline("eval", "check", drafts).stderr
    dateline("eval", "run", drafts, "--out", run)
    assert "2 questions are drafts" in fails("eval", "gate", run, "--baseline", tmp_path / "floors.json", "--raise")


def test_a_judge_is_an_llm(gold, tmp_path):
    dateline("eval", "run", gold, "--out", tmp_path / "run")
    assert "no LLM is configured" in dateline("eval", "judge", tmp_path / "run", exit_code=1).stderr


@pytest.mark.parametrize("command", [["report"], ["gate", "--baseline", "floors.json"], ["judge"]])
def test_a_folder_that_is_no_run_is_one_line(command, tmp_path):
    fails("eval", command[0], tmp_path, *command[1:])


def test_a_data_set_that_is_not_there_is_one_line(tmp_path):
    assert "no such dataset: nonsense" in fails("eval", "run", "nonsense")
    fails("eval", "run", "nonsense", "--data", tmp_path)
    fails("eval", "run", "squad", "--data", tmp_path / "nowhere")
    assert "no files of squad; give the folder that holds them with --data" in fails("eval", "run", "squad")


def test_an_llm_that_is_measured_has_all_cores_however_busy_they_are(monkeypatch):
    assert settings_to_measure(None).threads == usable_cores()
    monkeypatch.setenv("DATELINE_THREADS", "1")
    assert settings_to_measure("extractive").threads == 1
