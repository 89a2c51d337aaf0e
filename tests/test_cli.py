"""The `dateline` command: arguments in; stdout, stderr and an exit code out."""

import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from command_line import at_home, dateline, fails, json_of, only_line  # noqa: F401 - a fixture
from scripted_llm import KEY, MODEL, Fault
from tiny_articles import ARTICLES, BAKERY, DEARER, FESTIVAL, LIBRARY, LIGHTHOUSE, OBSERVER, POST, RACE
from typer.testing import CliRunner

import ui
from index import Article, ArticleIndex
from index.embedding import MINILM_MODEL
from ui.cli import app

WHO_WON = "Who won the Marsh Race?"
GOOD = "The windmill of Sandrey turned again on Friday, said miller Oda Pell, after nine still years."
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")


@pytest.fixture
def archive(monkeypatch, news):
    """The tiny archive as the index that every command takes."""
    monkeypatch.setenv("DATELINE_INDEX", str(news.path))


@pytest.fixture
def served(archive, monkeypatch, scripted_llm):
    """The scripted LLM as the one that answers."""
    scripted_llm.reply = lambda messages: "Pavo Drellin won the Marsh Race on Sunday [1]."
    monkeypatch.setenv("DATELINE_LLM", f"openai:{MODEL}")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", scripted_llm.base_url)
    return scripted_llm


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.txt"
    path.write_text(GOOD)
    return path


def started(*args, **options):
    """The command in a process of its own, installed or not."""
    path = os.pathsep.join([str(Path(ui.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", "from ui.cli import app; app()", *map(str, args)],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


# Wrong usage


def test_help_names_every_command():
    text = dateline("--help").stdout
    for command in "chat add list show remove ask info models doctor eval".split():
        assert re.search(rf"\b{command}\b", text)
    assert "--debug" in text


@pytest.mark.parametrize(
    "args",
    [
        ["nonsense"],
        ["ask"],
        ["ask", "--nonsense", "x"],
        ["ask", "--style", "long", "x"],
        ["add"],
        ["eval"],
        ["eval", "run", "--limit", "0"],
        ["eval", "gate", "run"],
        ["chat", "--port", "0"],
        ["list", "--since", "soon"],
        ["list", "--source", "The Nowhere Times"],
        ["ask", ""],
        ["ask", "a" * 2001],
        ["ask", WHO_WON, "--as-of", "2025-02-30"],
    ],
    ids=lambda args: " ".join(args)[:40],
)
def test_wrong_usage_is_one_line_and_exit_code_2(args, archive):
    fails(*args, exit_code=2)


@pytest.mark.parametrize("name", ["DATELINE_THREADS", "DATELINE_TIMEOUT"])
def test_a_setting_that_makes_no_sense_is_named(name, archive, monkeypatch):
    monkeypatch.setenv(name, "many")
    line = fails("ask", WHO_WON, exit_code=2)
    assert name in line
    assert "'many'" in line


# Adding


def test_articles_are_counted_and_adding_them_again_changes_nothing(good):
    assert dateline("add", good).stdout.startswith("1 added, 0 updated, 0 unchanged, 0 duplicate, 0 failed")
    assert dateline("add", good).stdout == "0 added, 0 updated, 1 unchanged, 0 duplicate, 0 failed\n"
    good.write_text(GOOD + " Tickets are free.")
    assert dateline("add", good).stdout.startswith("0 added, 1 updated")


def test_an_article_without_a_date_is_pointed_out(good):
    assert "1 without a date" in dateline("add", good).stdout


def test_add_as_json_names_ids_and_failures(good, tmp_path):
    report = json_of("add", good, tmp_path / "missing.txt")
    assert {name: len(ids) for name, ids in report.items()} == {
        "added": 1,
        "updated": 0,
        "unchanged": 0,
        "duplicate": 0,
        "failed": 1,
        "undated": 1,
        "mapped": 0,
    }
    assert set(report["failed"][0]) == {"where", "why", "remedy"}
    assert [article["id"] for article in json_of("list")] == report["added"]


def _broken_line(path):
    rows = [
        json.dumps({"text": f"The {name} of Sandrey was mended in June.", "title": name})
        for name in "pier jetty".split()
    ]
    path.write_text("\n".join([rows[0], '{"text": "cut of', rows[1]]))


BAD_INPUTS = {
    "empty.txt": lambda path: path.touch(),
    "empty.jsonl": lambda path: path.touch(),
    "empty.txt.gz": lambda path: path.touch(),
    "truncated.txt.gz": lambda path: path.write_bytes(gzip.compress((GOOD * 50).encode())[:-12]),
    "lines.jsonl": _broken_line,
    "binary.txt": lambda path: path.write_bytes(bytes(range(256)) * 64),
    "long.txt": lambda path: path.write_bytes(b"A sentence of no news at all. " * 1_000_000),
    "no_articles": lambda path: path.mkdir(),
    "missing.txt": lambda path: None,
    "missing\x1b[31m\nred.txt": lambda path: None,
}


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_a_bad_input_is_one_line_and_all_else_goes_in(name, good, tmp_path):
    bad = tmp_path / name
    BAD_INPUTS[name](bad)
    result = dateline("add", bad, good)
    line = only_line(result.stderr)
    assert not CONTROL.search(line)
    assert str(bad)[:20] in line
    added = 3 if name == "lines.jsonl" else 1
    assert result.stdout.startswith(f"{added} added, 0 updated, 0 unchanged, 0 duplicate, 1 failed")


def test_where_nothing_goes_in_the_work_failed(tmp_path):
    fails("add", tmp_path / "missing.txt")


def test_an_index_that_cannot_be_made_is_one_line(good):
    assert str(good) in fails("add", good, "--index", good / "index")


def test_a_damaged_model_file_is_one_line_and_never_run(good, monkeypatch, tmp_path):
    damage_the_model(monkeypatch, tmp_path)
    assert "model.onnx" in fails("add", good)
    assert json_of("list") == []


def damage_the_model(monkeypatch, tmp_path):
    """A package of the same name, found first, whose model differs in one byte."""
    package, file, *_ = MINILM_MODEL
    original = Path(find_spec(package).origin).parent
    copy = tmp_path / "damaged" / package
    shutil.copytree(original, copy, ignore=shutil.ignore_patterns("__pycache__"))
    content = bytearray((original / file).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / file).write_bytes(content)
    monkeypatch.setenv("DATELINE_THREADS", "3")  # a process loads the model once for each number of threads
    monkeypatch.syspath_prepend(str(copy.parent))


# Looking


def test_articles_are_listed_newest_first_undated_last(archive):
    listed = json_of("list")
    days = [article["published_at"] for article in listed]
    assert days[:-1] == sorted(days[:-1], reverse=True)
    assert days[-1] is None
    assert len(listed) == len(ARTICLES)
    assert all(set(article) >= {"id", "url", "title", "source", "authors", "published_at"} for article in listed)


def test_the_list_is_narrowed_by_day_and_outlet(archive):
    assert {a["id"] for a in json_of("list", "--since", "2025-10-02")} == {RACE.id, LIBRARY.id}
    assert {a["id"] for a in json_of("list", "--until", "2025-09-03", "--source", OBSERVER)} == {LIGHTHOUSE.id}
    lines = dateline("list", "--since", "2025-10-01", "--source", POST).stdout.splitlines()
    assert [line.split()[0] for line in lines] == [FESTIVAL.id]


def test_an_article_is_shown_whole(archive):
    assert LIGHTHOUSE.text in dateline("show", LIGHTHOUSE.id).stdout
    assert json_of("show", LIGHTHOUSE.id)["text"] == LIGHTHOUSE.text


def test_an_article_that_is_not_there_is_one_line(archive):
    assert "'nothing'" in fails("show", "nothing")


def test_articles_are_removed_all_or_none(tmp_path, good):
    dateline("add", good)
    (article,) = json_of("list")
    assert "'nothing'" in fails("remove", article["id"], "nothing")
    assert len(json_of("list")) == 1
    assert dateline("remove", article["id"]).stdout == "1 removed\n"
    assert json_of("list") == []


def test_info_masks_the_key_and_passwords(archive, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://user:hidden@127.0.0.1:9/v1")
    for output in (dateline("info").stdout, dateline("info", "--json").stdout):
        assert "sk-very-secret" not in output
        assert "hidden" not in output
        assert "127.0.0.1:9" in output


def test_info_counts(archive):
    facts = json_of("info")
    assert (facts["articles"], facts["undated"], facts["outlets"]) == (len(ARTICLES), 1, 2)
    assert (facts["oldest"], facts["newest"]) == ("2025-08-11", "2025-10-05")
    assert facts["settings"]["llm"] == "extractive"


def test_models_name_their_source_and_hash():
    models = json_of("models")
    assert {model["kind"] for model in models} == {"embedding", "LLM"}
    assert all(re.fullmatch("[0-9a-f]{64}", model["sha256"]) and model["source"] for model in models)
    assert models[0]["sha256"] in dateline("models").stdout


def test_doctor_finds_nothing_wrong_and_says_so_in_json(archive):
    assert all(finding["ok"] for finding in json_of("doctor"))
    assert "WRONG" not in dateline("doctor").stdout


def test_doctor_ends_with_1_where_something_is_wrong(archive, monkeypatch):
    monkeypatch.setenv("DATELINE_LLM", "nonsense")
    assert [f["subject"] for f in json_of("doctor", exit_code=1) if not f["ok"]] == ["LLM"]


@pytest.mark.parametrize("args", [["list"], ["info"], ["ask", WHO_WON], ["show", "x"], ["remove", "x"]])
def test_an_index_that_is_not_there_is_one_line_and_not_made(args, tmp_path):
    assert "dateline add" in fails(*args)
    assert not (tmp_path / "index").exists()


def test_the_index_may_be_named_before_the_command(news, monkeypatch):
    monkeypatch.setenv("DATELINE_INDEX", "/nowhere")
    assert len(json_of("--index", news.path, "list")) == len(ARTICLES)


def test_the_index_named_by_the_option_beats_the_environment(news, monkeypatch):
    monkeypatch.setenv("DATELINE_INDEX", "/nowhere")
    assert len(json_of("list", "--index", news.path)) == len(ARTICLES)


# Asking


def test_sources_come_before_the_answer_and_the_quotes_after(served):
    lines = dateline("ask", WHO_WON).stdout.splitlines()
    sources = next(i for i, line in enumerate(lines) if "Drellin wins the Marsh Race" in line)
    answer = lines.index("Pavo Drellin won the Marsh Race on Sunday [1].")
    quote = next(i for i, line in enumerate(lines) if "in 2 hours and 41 minutes." in line)
    assert sources < answer < quote


def test_ask_as_json_prints_the_answer_record(served, news):
    answer = json_of("ask", WHO_WON)
    (citation,) = answer["citations"]
    assert news.get(citation["article"]["id"]).text[citation["start"] : citation["end"]] == citation["quote"]
    assert answer["refusal"] is None
    assert answer["model"] == MODEL


def test_ask_keeps_to_its_bounds(served):
    bounds = ["--as-of", "2025-10-01", "--since", "2025-09-01", "--until", "2025-12-31", "--source", POST]
    answer = json_of("ask", "What happened?", *bounds)
    assert {passage["article_id"] for passage in answer["passages"]} == {DEARER.id, FESTIVAL.id}
    assert answer["as_of"] == "2025-10-01"


def test_ask_says_how_it_read_the_question(served):
    question = "What did the Tarn Observer say of the race since 1 October 2025?"
    assert (
        "Read as: “Tarn Observer”; “since 1 October 2025”; published since 30 September 2025"
        in dateline("ask", question).stdout
    )
    plan = json_of("ask", question, "--source", POST, "--source", OBSERVER)["plan"]
    assert [(words["kind"], words["state"]) for words in plan["words"]] == [
        ("outlet", "overridden"),
        ("time", "applied"),
    ]
    assert plan["since"] == "2025-09-30"


def test_ask_gives_the_bare_fact_in_the_short_style(served):
    served.reply = lambda messages: "Pavo Drellin"
    assert json_of("ask", WHO_WON, "--style", "short")["short"] == "Pavo Drellin"


def test_ask_tells_what_happened_day_by_day_in_the_timeline_style(served):
    served.reply = lambda messages: "- 2025-09-28: Pavo Drellin won the Marsh Race on Sunday [1]."
    answer = json_of("ask", WHO_WON, "--style", "timeline")
    assert [sentence["day"] for sentence in answer["sentences"]] == ["2025-09-28"]
    assert answer["text"].startswith("- 28 September 2025: Pavo Drellin won")


def test_a_refusal_is_an_answer_and_shows_the_nearest_articles(served):
    served.reply = lambda messages: "The mayor of Osterby is Gunnar Eklund."
    output = dateline("ask", "Who is the mayor of Osterby?").stdout
    assert "The articles do not say." in output
    assert BAKERY.title in output[output.index("Nearest articles:") :]
    assert "The newest article here is from" in output


def test_without_an_llm_answers_are_quotes_and_it_says_so(archive, monkeypatch):
    monkeypatch.setenv("DATELINE_LLM", "auto")
    monkeypatch.setattr("rag.llm.installed", list)
    result = dateline("ask", WHO_WON)
    assert "answers are quotes" in only_line(result.stderr)
    assert "Pavo Drellin won the Marsh Race on Sunday in 2 hours and 41 minutes" in result.stdout


def test_a_wrong_key_is_one_line_that_does_not_show_it_beside_the_articles_own_words(served, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-987654")
    result = dateline("ask", WHO_WON)
    assert "OPENAI_API_KEY" in only_line(result.stderr)
    assert "sk-wrong" not in result.output
    assert "Pavo Drellin won the Marsh Race on Sunday in 2 hours and 41 minutes" in result.stdout


def test_where_nobody_listens_it_is_one_line_beside_the_articles_own_words(served, monkeypatch, unused_port):
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{unused_port}/v1")
    result = dateline("ask", WHO_WON)
    assert str(unused_port) in only_line(result.stderr)
    assert "Pavo Drellin won the Marsh Race on Sunday in 2 hours and 41 minutes" in result.stdout


def test_an_llm_that_fails_is_on_the_record(served):
    served.reply = lambda messages: Fault.SERVER_ERROR
    answer = json_of("ask", WHO_WON)
    assert "the model crashed" in answer["llm_failure"]["message"]
    assert answer["refusal"] is None
    assert answer["citations"]


def test_where_the_llm_fails_and_no_sentence_will_do_the_exit_code_is_1(served):
    served.reply = lambda messages: Fault.SERVER_ERROR
    answer = json_of("ask", "Who won the Zanzibar Regatta?", exit_code=1)
    assert answer["refusal"]["reason"] == "llm_unavailable"
    assert answer["passages"]


@pytest.mark.parametrize("llm", ["nonsense", "local:nonsense", "local:/nowhere/x.gguf", "openai:"])
def test_an_llm_that_there_is_not_is_one_line(llm, archive, monkeypatch):
    monkeypatch.setenv("DATELINE_LLM", llm)
    fails("ask", WHO_WON)


def test_control_characters_of_an_article_do_not_reach_the_terminal(tmp_path):
    spiteful = Article(
        text="The \x1b[31mbell\x07 of Vell \x9b2J rang \u202ebackwards\r twice on Sunday, said ringer Ulf Brae.",
        title="\x1b]0;owned\x07Bell\x08 rings",
        source="Bell\x1b[2J Post",
        authors=("Eve \x1b[8m",),
    )
    index = ArticleIndex.open(tmp_path / "spiteful")
    index.add(spiteful)
    index.close()
    for args in (["list"], ["show", spiteful.id], ["ask", "Who rang the bell of Vell twice on Sunday?"]):
        output = dateline(*args, "--index", tmp_path / "spiteful").output
        assert "rings" in output
        assert not CONTROL.search(output)


def test_an_unforeseen_error_is_one_line_and_debug_shows_where(archive, monkeypatch):
    def broken(*_, **__):
        raise KeyError("surprise")

    monkeypatch.setattr("index.ArticleIndex.articles", broken)
    assert "unexpected KeyError: 'surprise'; --debug" in fails("list")
    assert isinstance(CliRunner().invoke(app, ["list", "--debug"]).exception, KeyError)


# The chat


def test_a_port_in_use_is_one_line(archive):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"port {port} is in use" in fails("chat", "--port", port)
        assert f"port {port} is in use" in fails("--port", port)


# In a process of its own


def test_help_loads_nothing_heavy():
    heavy = {"gradio", "chromadb", "llama_index", "onnxruntime", "openai", "trafilatura", "numpy", "sqlalchemy"}
    code = f"""import sys
from ui.cli import app
try:
    app(["--help"])
except SystemExit as end:
    print(end.code, sorted({heavy!r} & set(sys.modules)), file=sys.stderr)"""
    path = str(Path(ui.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    assert done.stderr == "0 []\n"


def test_an_error_is_one_line_and_with_debug_a_traceback():
    with started("list") as plain, started("list", "--debug") as debug:
        _, line = plain.communicate(timeout=60)
        _, trace = debug.communicate(timeout=60)
    assert (plain.returncode, debug.returncode) == (1, 1)
    only_line(line)
    assert trace.startswith("Traceback")


def test_sources_show_while_the_llm_is_silent_and_ctrl_c_ends_it_quietly(served):
    served.reply = lambda messages: Fault.HANG
    with started("ask", WHO_WON) as process:
        first = process.stdout.readline()
        while not served.requests:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
    assert first.startswith("Looking in")
    assert process.returncode == 130
    assert stderr == ""


def test_a_reader_that_leaves_early_gets_no_traceback(archive):
    with started("list") as process:
        process.stdout.close()
        assert process.stderr.read() == ""
