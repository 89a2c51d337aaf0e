"""The benchmark of questions: an index grows from size to size, is measured at each, and is kept where asked for."""

import json
from importlib import import_module

import numpy as np
import pytest
from typer.testing import CliRunner

from evals import bench_building, bench_query, bench_retrieval, sample_articles_path, stock
from evals.bench_query import questions_of, recall
from evals.bench_texts import real_articles, write_parts
from evals.errors import EvalError
from evals.stand_in import handing_out, standing_in
from ui.cli import app

OURS = ["retrieval, no bounds", "retrieval, as_of", "retrieval, one outlet", "dense search alone", "evidence"]


@pytest.fixture
def quick(monkeypatch):
    """Few questions, in this process: starting others is what takes the time."""

    def called(module, name, *told):
        found = getattr(import_module(module), name)(*json.loads(json.dumps(told)))
        return json.loads(json.dumps(found)) | {"process_seconds": 0.1}

    for module in (bench_query, bench_building):
        monkeypatch.setattr(module, "in_child", called)
    monkeypatch.setattr(bench_query, "QUESTIONS", 2)
    monkeypatch.setattr(bench_retrieval, "TOP_K", 3)
    for module in (bench_query, bench_retrieval):
        monkeypatch.setattr(module, "WARMING", 1)


def measured(sizes, **options):
    told = []
    report = bench_query.bench_query(sample_articles_path(), sizes, embed_up_to=1, announce=told.append, **options)
    return report, told


def test_one_index_grows_from_size_to_size_and_every_search_is_measured(quick):
    pytest.importorskip("llama_index.vector_stores.chroma")
    report, told = measured([24, 12], stock_up_to=12)
    small, large = report["sizes"]
    assert 12 <= small["chunks"] < 24 <= large["chunks"]
    assert small["articles"] < large["articles"]
    assert [row["name"] for row in small["measured"]] == [*OURS, "stock LlamaIndex"]
    for row in [*small["measured"], *large["measured"][:-1]]:
        assert row["questions"] == 2
        assert 0 < row["p50_ms"] <= row["p95_ms"]
        assert row["memory_mb"] > 0
    assert [row["recall_at_10"] for row in small["measured"] if "recall_at_10" in row] == [1.0, 1.0]
    assert large["measured"][-1]["not_measured"] == "not asked for beyond 12 chunks"
    assert any(line.startswith("12 chunks, evidence: p50 ") for line in told)
    assert set(report["bounds"]) == {"no bounds", "as_of", "one outlet"}
    assert json.dumps(report)


def test_what_was_kept_is_measured_again_without_building(quick, monkeypatch, tmp_path):
    monkeypatch.setattr(stock, "is_installed", lambda: False)
    _, first = measured([10], keep=tmp_path / "kept")
    report, again = measured([10], keep=tmp_path / "kept")
    assert any(" of 10 chunks, " in line for line in first)
    assert not any(" of 10 chunks, " in line for line in again)
    assert [row["name"] for row in report["sizes"][0]["measured"]] == [*OURS, "stock LlamaIndex"]
    assert again[0] == report["sizes"][0]["measured"][-1]["not_measured"] == bench_query.INSTALL


def test_a_folder_with_other_articles_is_refused(quick, tmp_path):
    (tmp_path / "20").mkdir()
    (tmp_path / "20" / "state.json").write_text('{"data": "elsewhere", "embed_up_to": 1, "articles": 3, "chunks": 30}')
    with pytest.raises(EvalError, match=r"^the folder holds an index of other articles: .*; choose another folder$"):
        measured([20], keep=tmp_path)


def test_a_damaged_state_and_a_folder_that_cannot_be_made_give_one_line(quick, tmp_path):
    (tmp_path / "20").mkdir()
    (tmp_path / "20" / "state.json").write_text("{")
    with pytest.raises(EvalError, match=r"^a file that was kept is damaged: .*state\.json"):
        measured([20], keep=tmp_path)
    with pytest.raises(EvalError, match=r"^cannot keep anything here: "):
        measured([20], keep=tmp_path / "20" / "state.json")


def test_the_truly_nearest_chunks_are_found_and_those_equally_near_with_them(quick, tmp_path):
    articles = real_articles(sample_articles_path(), 2)
    (part,) = write_parts(articles, [0, 2], tmp_path / "articles")
    bench_building.grow(str(tmp_path), part, True)
    question = articles[0].text.splitlines()[0]
    bench_retrieval.embed([question, articles[1].title], str(tmp_path / "questions.npz"))
    found = bench_retrieval.exact(str(tmp_path), str(tmp_path / "questions.npz"))
    assert f"{articles[0].id}:0" in found["nearest"][0]
    assert [len(near) for near in found["nearest"]] == [min(3, found["chunks"])] * 2


def test_questions_are_headlines_and_sentences_of_the_articles_and_always_the_same():
    articles = real_articles(sample_articles_path(), 5)
    questions = questions_of(articles, 20)
    assert questions == questions_of(articles, 20)
    assert len(questions) == 20
    assert all(1 <= len(question.split()) <= 16 for question in questions)
    said = " ".join(word for one in articles for word in f"{one.title} {one.text}".split())
    assert all(question in said for question in questions)
    assert {one.title for one in articles} & set(questions)


def test_recall_is_the_share_of_the_ten_nearest_whatever_is_equally_near():
    ten = [f"a:{number}" for number in range(10)]
    assert recall([ten, ten[:5]], [ten, ten]) == 0.75
    assert recall([ten], [[*ten, "b:0"], ten]) == 1.0
    assert recall([["a:0"]], [["a:0", "a:1"]]) == 0.5


def test_known_questions_are_handed_out_and_others_embedded_on_a_clock_of_their_own():
    known = [1.0] + [0.0] * 383
    with handing_out({"a storm": known}) as embedding:
        assert embedding.get_query_embedding("a storm") == known
        handed_out = embedding.seconds
        other = embedding.get_query_embedding("a strike")
        assert embedding.seconds > handed_out > 0
        assert np.allclose(other, embedding.embed(["a strike"])[0])


def test_vectors_that_were_kept_are_those_of_later_texts(tmp_path):
    with standing_in(embeds=True, seen=tmp_path / "seen") as embedding:
        first = embedding.embed(["a storm", "a strike"])
    with standing_in(embeds=False, seen=tmp_path / "seen") as embedding:
        later = embedding.embed(["rain", "wind", "hail"])
    assert (later @ first.T).argmax(axis=1).tolist() == [0, 1, 0]


def test_the_command_prints_a_row_a_measurement_and_recall_to_three_digits(monkeypatch):
    search = {"questions": 200, "p50_ms": 1.5, "p95_ms": 2.5, "memory_mb": 300.0, "load_before": 0.1}
    rows = [
        {"name": "dense search alone", "recall_at_10": 0.994} | search,
        {"name": "stock LlamaIndex", "not_measured": "too many"},
    ]
    size = {"chunks": 1009, "articles": 80, "building_seconds": 9.0, "disk_mb": 7.5, "measured": rows}
    found = {"embed_up_to": 5, "bounds": {"no bounds": {}, "as_of": {"as_of": "2025-02-03"}}, "sizes": [size]}
    monkeypatch.setattr(bench_query, "bench_query", lambda *_args, **_options: found)
    lines = CliRunner().invoke(app, ["bench", "query", "--chunks", "1000"]).output.splitlines()
    assert lines[:2] == [
        "5 articles embedded; bounds: 2025-02-03",
        "1009 chunks of 80 articles: added in 9 s, 8 MB on disk",
    ]
    assert lines[-2].split() == ["1009", "dense", "search", "alone", "200", "1.5", "2.5", "0.994", "300.0", "0.1"]
    assert lines[-1].split() == ["1009", "stock", "LlamaIndex:", "too", "many"]


def test_sizes_that_make_no_sense_are_refused():
    result = CliRunner().invoke(app, ["bench", "query", "--chunks", "few"])
    assert result.exit_code == 2
    assert "not numbers of chunks" in result.output
