"""What is wrong with an installation, and what to do about it; which models there are."""

import shutil
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

import ui.doctor
from index.embedding import MINILM_MODEL
from rag.weights import KNOWN, assembled_path
from ui.doctor import examine, known_models


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch, tmp_path):
    for name in ("DATELINE_EMBED", "DATELINE_STORE", "DATELINE_THREADS", "CHROMA_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATELINE_LLM", "extractive")
    monkeypatch.setenv("DATELINE_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def wrong(index=None):
    """Subject -> text of what is wrong."""
    findings = examine(index)
    assert all(finding.text and "\n" not in str(finding) for finding in findings)
    return {finding.subject: finding.text for finding in findings if not finding.ok}


def test_nothing_is_wrong_with_a_working_installation(news):
    assert wrong(news.path) == {}


def test_everything_looked_at_is_named(news):
    assert [f.subject for f in examine(news.path)] == ["packages", "embedding model", "LLM", "index"]


def test_no_index_yet_is_nothing_wrong_and_makes_none(tmp_path):
    assert wrong() == {}
    assert not (tmp_path / "index").exists()


def test_an_index_that_cannot_be_opened_is_wrong(tmp_path):
    (tmp_path / "index").write_text("not a folder")
    assert str(tmp_path / "index") in wrong()["index"]


def test_a_store_that_is_no_database_is_wrong(tmp_path):
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "articles.db").write_text("not a database " * 100)
    assert "article store" in wrong()["index"]


def test_derived_indexes_that_were_lost_are_filled_again(tmp_path, news):
    copy = tmp_path / "copy"
    shutil.copytree(news.path, copy)
    shutil.rmtree(copy / "chroma")
    assert wrong(copy) == {}
    assert (copy / "chroma").exists()


@pytest.mark.parametrize("llm", ["nonsense", "local:nonsense", "local:/nowhere/x.gguf", "openai:"])
def test_an_llm_that_there_is_not_is_wrong(llm, monkeypatch, tmp_path):
    monkeypatch.setenv("DATELINE_LLM", llm)
    assert set(wrong()) == {"LLM"}


def test_no_llm_is_nothing_wrong_but_said(tmp_path):
    (llm,) = (finding for finding in examine(None) if finding.subject == "LLM")
    assert llm.ok
    assert "answers are quotes" in llm.text


def test_a_setting_that_makes_no_sense_is_wrong(monkeypatch):
    monkeypatch.setenv("DATELINE_THREADS", "many")
    assert {text.partition(":")[0] for text in wrong().values()} == {"DATELINE_THREADS makes no sense"}


def test_an_embedding_that_there_is_not_is_wrong(monkeypatch):
    monkeypatch.setenv("DATELINE_EMBED", "nonsense")
    assert "'nonsense'" in wrong()["embedding model"]


def test_another_package_of_one_of_our_names_is_wrong(monkeypatch, tmp_path):
    other = tmp_path / "rag.py"
    other.touch()
    hidden = SimpleNamespace(origin=str(other))
    monkeypatch.setattr(ui.doctor, "find_spec", lambda name: hidden if name == "rag" else find_spec(name))
    assert "'rag'" in wrong()["packages"]
    assert "own environment" in wrong()["packages"]


def test_every_known_model_is_named_with_source_licence_and_hash():
    models = known_models()
    assert [model["name"] for model in models] == ["minilm", *(weights.name for weights in KNOWN)]
    assert all(model["license"] == "Apache-2.0" and len(model["sha256"]) == 64 for model in models)
    assert all(str(model["source"]).startswith("https://") for model in models)


def test_the_embedding_model_is_where_its_package_is():
    minilm, *_ = known_models()
    assert minilm["state"] == "here"
    assert Path(minilm["file"]).name == MINILM_MODEL[1]


def test_weights_that_are_not_the_file_they_should_be_are_told():
    path = assembled_path(KNOWN[0])
    path.parent.mkdir(parents=True)
    path.write_bytes(b"GGUF and not much more")
    assert "not the file" in str(known_models()[1]["state"])
