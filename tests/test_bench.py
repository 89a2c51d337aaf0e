"""The benchmarks: what they measure is there, and a defect that is planted is reported."""

import json
import sqlite3

import numpy as np
import pytest
from typer.testing import CliRunner

from evals import bench_index, bench_ours, sample_articles_path, stock
from evals.bench_crash import bench_crash
from evals.bench_texts import perturbed, real_articles, write_parts
from evals.crash_state import Expected, Operation, after, article, carry_out, search_violations, store_violations
from evals.errors import EvalError
from evals.measured import in_child
from evals.stand_in import settings_of, standing_in
from index import ArticleIndex, shingles
from ui.cli import app

ADDED = Operation("add", tuple((number, 0) for number in range(4)))
TEXTS = after({}, ADDED)
FIRST = article(0, 0).id
LONG = max(TEXTS, key=lambda article_id: len(TEXTS[article_id]))


@pytest.fixture(scope="module")
def stand_in():
    with standing_in(embeds=False) as embedding:
        yield embedding


@pytest.fixture
def index(stand_in, tmp_path):
    opened = ArticleIndex.open(settings=settings_of(tmp_path / "index"))
    carry_out(opened, ADDED)
    yield opened
    opened.close()


def violations(index, texts=TEXTS, under_way=None):
    return [*store_violations(index._store, Expected(texts, under_way)), *search_violations(index, texts)]


def damage(index, statement):
    with sqlite3.connect(index.path / "articles.db") as db:
        db.execute(statement, {"id": LONG})
    db.close()


# Crashes


def test_an_index_that_holds_what_was_committed_has_no_violations(index):
    assert violations(index) == []


def test_killed_writers_leave_nothing_lost_and_the_report_says_what_they_did():
    report = bench_crash(3, seed=7)
    assert report["violations"] == []
    assert (report["runs"], report["seed"], report["indexes"], report["folder"]) == (3, 7, 1, None)
    assert sum(report["kills"].values()) == report["looks"]["store"] == 3
    assert report["looks"]["health"] >= 1
    assert report["hit_a_write"] <= 3
    assert report["seconds"] > 0


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM chunk WHERE article_id = :id AND position = 1", "chunks do not make up its text"),
        ("UPDATE chunk SET embedding = zeroblob(768) WHERE article_id = :id AND position = 0", "has no embedding"),
        ("UPDATE article SET text = text || ' more' WHERE id = :id", "has another text than was committed"),
        ("DELETE FROM article WHERE id = :id", "was committed and is lost"),
    ],
)
def test_a_defect_in_the_store_is_a_violation(index, statement, told):
    damage(index, statement)
    assert any(LONG in violation and told in violation for violation in violations(index))


def test_chunks_without_an_article_are_a_violation(index):
    damage(index, "DELETE FROM article WHERE id = :id")
    assert any("belong to no article" in violation for violation in violations(index))


def test_an_article_that_comes_back_is_a_violation(index):
    kept = {article_id: text for article_id, text in TEXTS.items() if article_id != FIRST}
    assert f"article {FIRST} was removed and is there" in violations(index, kept)


def test_what_the_lexical_index_lost_is_a_violation(index):
    lexical = index._derived.lexical_index
    lexical.change(index._store.chunks.ids([LONG]), [], lexical.shown())
    assert violations(index) == ["lexical search misses 1 and invents 0 of 4 articles"]


def test_what_the_vector_index_lost_is_a_violation(index):
    index._derived.vectors._collection.delete(ids=[f"{LONG}:0"])
    assert violations(index) == [f"dense search finds {index.info()['chunks'] - 1} of {index.info()['chunks']} chunks"]


def test_an_article_under_way_may_be_there_or_not(index):
    more = Operation("add", ((4, 0), (0, 1)))
    assert violations(index, under_way=more) == []
    carry_out(index, more)
    assert list(store_violations(index._store, Expected(TEXTS, more))) == []
    assert len(list(store_violations(index._store, Expected(TEXTS)))) == 2


def test_articles_removed_together_may_not_be_half_removed(index):
    carry_out(index, Operation("remove", ((0, 0),)))
    together = Operation("remove", ((0, 0), (1, 0)))
    found = list(store_violations(index._store, Expected(TEXTS, together)))
    assert found == ["1 of 2 articles that were to be removed together are left"]


# The cost of adding


def test_the_index_is_measured_in_every_respect(tmp_path, monkeypatch):
    monkeypatch.setattr(bench_ours, "OPENED", 1)
    monkeypatch.setattr(stock, "is_installed", lambda: False)
    told = []
    report = bench_index.bench_index(sample_articles_path(), [20], embed_up_to=4, announce=told.append)
    assert told[0] == "stock LlamaIndex is left out: it is not installed; run: pip install 'dateline[bench]'"
    assert (report["real_articles"], report["embed_up_to"]) == (20, 4)
    (row,) = report["sizes"]
    ours = row["dateline"]
    assert (row["size"], ours["articles"]) == (20, 20)
    assert ours["stories"] <= 20
    assert [(part["articles"], part["embedded"]) for part in ours["parts"]] == [(4, True)] + [(4, False)] * 4
    assert ours["chunks"] >= 20
    assert ours["again"]["unchanged"] == 20
    assert ours["characters_read_per_second"] == ours["characters_per_second"] > ours["chunks_per_second"] > 0
    assert all(ours[name] > 0 for name in ("seconds", "peak_mb", "disk_mb", "vectors_mb"))
    assert set(ours["open"]) == {"process", "import", "open", "search"}
    assert json.dumps(report)


def test_stock_llama_index_is_measured_on_the_same_texts(tmp_path):
    pytest.importorskip("llama_index.vector_stores.chroma")
    articles = real_articles(sample_articles_path(), 3)
    parts = write_parts(articles, [0, 3], tmp_path / "articles")
    found = stock.ingest(str(tmp_path / "stock"), parts, "alike", "onnxruntime")
    assert (found["articles"], found["characters"]) == (3, sum(len(one.text) for one in articles))
    assert found["chunks"] > 3
    assert 0 < found["characters_read"] <= found["characters"]
    assert all(found[name] > 0 for name in ("seconds", "peak_mb", "disk_mb"))


def test_every_stock_embedding_is_the_same_model(stand_in):
    text = "The ferry to Skerra sails twice a day in winter."
    ours = stand_in._model.embed([text])[0]
    for kind in stock.EMBEDDINGS.values():
        assert np.dot(ours, kind().get_text_embedding(text)) > 0.97


def test_a_copy_has_other_words_everywhere_and_is_no_copy_of_the_same_story():
    real = max(real_articles(sample_articles_path(), 99), key=lambda one: len(one.text))
    copies = [perturbed(real, number) for number in (1, 2)]
    assert copies[0] == perturbed(real, 1)
    assert len({real.id, *(copy.id for copy in copies)}) == 3
    assert [len(copy.text.splitlines()) for copy in copies] == [len(real.text.splitlines())] * 2
    first, second, third = (set(shingles(one.text).tolist()) for one in (real, *copies))
    assert len(first & second) + len(second & third) < len(first) / 10


def test_later_texts_get_the_vectors_of_earlier_ones_with_noise():
    with standing_in(embeds=True) as embedding:
        first = embedding.embed(["a storm", "a strike"])
        embedding.embeds = False
        later = embedding.embed(["rain", "wind", "hail"])
    nearness = later @ first.T
    assert nearness.argmax(axis=1).tolist() == [0, 1, 0]
    assert all(nearness.max(axis=1) > 0.9)
    assert nearness.max() < 0.99


def test_a_measurement_that_fails_gives_one_line():
    with pytest.raises(EvalError, match=r"^a measurement failed: .*no-such-module.*; try fewer articles$"):
        in_child("no-such-module", "ingest")


def test_no_articles_give_one_line(tmp_path):
    with pytest.raises(EvalError, match="no articles here: "):
        real_articles(tmp_path, 3)


@pytest.mark.parametrize("sizes", ["0", "many", "5,,6", "-3"])
def test_sizes_that_make_no_sense_are_refused(sizes):
    result = CliRunner().invoke(app, ["bench", "index", "--articles", sizes])
    assert result.exit_code == 2
    assert "not numbers of articles" in result.output
