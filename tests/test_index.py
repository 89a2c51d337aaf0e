"""The index as a whole: what was added is found, by everybody, whatever happened in between."""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import chromadb
import pytest
from llama_index.core.schema import TextNode

from index import (
    Article,
    ArticleIndex,
    ArticleNotFoundError,
    IndexLockedError,
    IndexUnavailableError,
    Scope,
    ScopeError,
    StaleIndexError,
)
from index.lexical import LexicalIndex

ROOT = Path(__file__).parents[1]
FERRY = Article(
    text="Fog kept the ferry in the harbour all morning.",
    url="https://strait.example/ferry",
    source="Strait Times",
    published_at="2025-03-04",
)
BANK = Article(
    text="The central bank raised its interest rate.",
    url="https://island.example/bank",
    source="island-post.com",
    published_at="2025-03-06",
)
TRAM = Article(text="A new tram line crosses the old bridge.", url="https://strait.example/tram")
EDITED = Article(text="Sunshine brought the swimmers back to the beach.", url=FERRY.url, source="Strait Times")


pytestmark = pytest.mark.usefixtures("no_settings")


@pytest.fixture
def index(opened, tmp_path):
    made = opened(tmp_path / "news.index")
    made.add(FERRY, BANK, TRAM)
    return made


def dense(index, question, **bounds):
    """The texts that are found, nearest first."""
    return [node.text for node in index.nodes(index.dense(question, 10, index.scope(**bounds)))]


def lexical(index, question, **bounds):
    """The texts that share words, best first."""
    return [node.text for node in index.nodes(index.lexical(question, 10, index.scope(**bounds)))]


def in_another_process(code, *arguments, **options):
    """A process that runs the code with `index` opened on its first argument."""
    start = "import sys; from index import *; index = ArticleIndex.open(sys.argv[1])\n"
    return subprocess.Popen(
        [sys.executable, "-c", start + code, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


# What goes in


def test_what_was_added_is_found_by_meaning_and_by_words(index):
    assert dense(index, "Why did the boat not sail?")[0] == FERRY.text
    assert lexical(index, "interest rates") == [BANK.text]
    assert index.get(TRAM.id) == TRAM
    assert len(index) == 3


def test_adding_twice_changes_nothing(index):
    before = index._store.version
    report = index.add(FERRY, BANK, TRAM)
    assert set(report.unchanged) == {FERRY.id, BANK.id, TRAM.id}
    assert not report.added + report.updated + report.duplicate + report.failed
    assert index._store.version == before


def test_the_report_names_undated_articles(opened, tmp_path):
    assert opened(tmp_path / "x").add(FERRY, TRAM).undated == [TRAM.id]


def test_an_edited_article_is_found_by_its_new_words_only(index):
    assert index.add(EDITED).updated == [FERRY.id]
    assert dense(index, "swimming in the sun")[0] == EDITED.text
    assert FERRY.text not in dense(index, "ferry in the fog")
    assert lexical(index, "ferry fog") == []
    assert index.get(FERRY.id) == EDITED
    assert len(index) == 3


def test_of_two_records_of_an_article_the_later_one_counts(opened, tmp_path):
    index = opened(tmp_path / "x")
    assert index.add(FERRY, EDITED).added == [FERRY.id]
    assert index.get(FERRY.id) == EDITED


def test_a_copy_of_the_same_outlet_is_a_duplicate_and_of_another_is_kept(index):
    same = FERRY.model_copy(update={"url": "https://strait.example/again"})
    same, other = (
        Article(**{**same.model_dump(exclude={"id"}), "source": source}) for source in ("Strait Times", "Mirror")
    )
    other = Article(**{**other.model_dump(exclude={"id"}), "url": "https://mirror.example/ferry"})
    report = index.add(same, other)
    assert report.duplicate == [same.id]
    assert report.added == [other.id]


def test_copies_within_one_batch_are_duplicates_too(opened, tmp_path):
    again = Article(text=TRAM.text, url="https://strait.example/tram-2")
    report = opened(tmp_path / "x").add(TRAM, again)
    assert (report.added, report.duplicate) == ([TRAM.id], [again.id])


def test_an_article_that_was_edited_into_a_copy_is_updated(index):
    report = index.add(Article(text=TRAM.text, url=FERRY.url))
    assert report.updated == [FERRY.id]
    assert lexical(index, "ferry") == []


def test_files_and_folders_go_in_and_failures_stop_nothing(opened, tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "one.txt").write_text("Snow closed the mountain pass for three days.")
    (tmp_path / "articles" / "two.txt").write_text("")
    steps = []
    index = opened(tmp_path / "x")
    report = index.add(
        tmp_path / "articles",
        str(tmp_path / "none.txt"),
        TRAM,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert len(report.added) == 2
    assert len(report.failed) == 2
    assert steps[-1][0] == steps[-1][1] > 0
    assert lexical(index, "mountain snow")


def test_a_removed_article_is_found_no_more(index):
    index.remove(FERRY.id)
    assert FERRY.text not in dense(index, "ferry in the fog")
    assert lexical(index, "ferry fog") == []
    assert len(index) == 2


def test_nothing_is_removed_when_one_of_the_ids_is_unknown(index):
    with pytest.raises(ArticleNotFoundError, match=r"'nobody'"):
        index.remove(FERRY.id, "nobody")
    assert len(index) == 3


def test_every_chunk_stands_at_its_offsets(opened, tmp_path):
    text = "\n".join(f"On day {i} the harbour reported {i} ships and {i * 7} tonnes of herring." for i in range(80))
    index = opened(tmp_path / "x")
    (article_id,) = index.add(Article(text=text, title="Herring")).added
    nodes = index.nodes(index.dense("tonnes of herring", 50, Scope()))
    assert len(nodes) > 3
    assert all(n.text == index.get(article_id).text[n.start_char_idx : n.end_char_idx] for n in nodes)


# What is asked for


@pytest.mark.parametrize("search", [dense, lexical])
def test_bounds_leave_out_other_days_and_the_undated(index, search):
    every = "ferry bank tram"
    assert search(index, every, until="2025-03-04") == [FERRY.text]
    assert search(index, every, since=BANK.published_at) == [BANK.text]
    assert set(search(index, every, since="2025-03-04", until="2025-03-06")) == {FERRY.text, BANK.text}
    assert set(search(index, every)) == {FERRY.text, BANK.text, TRAM.text}
    assert search(index, every, since="2026-01-01") == []


@pytest.mark.parametrize("name", ["Strait Times", "strait times", " STRAIT TIMES "])
def test_an_outlet_is_known_in_any_case(index, name):
    assert [article.id for article in index.articles(source=name)] == [FERRY.id]
    assert dense(index, "bank", source=name) == [FERRY.text]
    assert lexical(index, "bank ferry", source=name) == [FERRY.text]


def test_an_outlet_is_known_without_its_com(index):
    assert index.scope(source="www.Island-Post").sources == ("island-post.com",)


def test_an_unknown_outlet_gives_one_line_with_the_known_ones(index):
    message = "no article is of this outlet: 'Moon Herald'; outlets are: Strait Times, island-post.com"
    with pytest.raises(ScopeError, match=message):
        index.articles(source="Moon Herald")


def test_an_empty_index_answers_too(opened, tmp_path):
    empty = opened(tmp_path / "x")
    assert dense(empty, "anything") == lexical(empty, "anything") == []
    assert (len(empty), empty.newest(), empty.sources()) == (0, None, [])
    assert empty.info()["embedding"] == "none yet"


def test_info_tells_what_the_index_holds(index):
    info = index.info()
    assert (info["articles"], info["undated"], info["chunks"], info["outlets"]) == (3, 1, 3, 2)
    assert (info["oldest"], info["newest"]) == (FERRY.published_at, BANK.published_at)
    assert info["embedding"] == "minilm"
    assert index.newest() == BANK.published_at


# What is derived can be lost


@pytest.mark.parametrize("lost", ["chroma", "lexical"])
def test_a_lost_index_is_filled_from_the_store_without_embedding(index, opened, lost, monkeypatch, caplog):
    index.close()
    path = index.path / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    again = opened(index.path)
    question = again.embedding.get_query_embedding("Why did the boat not sail?")
    monkeypatch.setattr(type(again.embedding), "embed", None)  # whoever embeds now fails
    monkeypatch.setattr(type(again.embedding), "get_query_embedding", lambda *_: question)
    with caplog.at_level(logging.WARNING):
        assert dense(again, "Why did the boat not sail?")[0] == FERRY.text
        assert lexical(again, "ferry") == [FERRY.text]
    assert f"{lost} from the article store again: 3 chunks" in caplog.text


def test_an_index_may_be_moved(index, opened, tmp_path, caplog):
    index.close()
    moved = opened(index.path.rename(tmp_path / "elsewhere"))
    assert dense(moved, "boat")[0] == FERRY.text
    assert lexical(moved, "ferry") == [FERRY.text]
    assert "again" not in caplog.text


@pytest.mark.parametrize("place", ["vectors", "lexical_index"])
def test_control_c_between_store_and_derived_loses_nothing(index, opened, place, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(getattr(index._derived, place), "change", interrupted)
        with pytest.raises(KeyboardInterrupt):
            index.add(EDITED)
    for whichever in (index, opened(index.path)):
        assert dense(whichever, "swimming in the sun")[0] == EDITED.text
        assert lexical(whichever, "ferry") == []
        assert lexical(whichever, "sunshine") == [EDITED.text]


def test_kill_9_during_adds_loses_nothing_that_was_added(opened, tmp_path):
    code = """
sys.stdin.readline()
for i in range(10_000):
    article = Article(text=f"Report {sys.argv[2]} number{i} of the harbour.", url=f"https://e/{sys.argv[2]}/{i}")
    print(index.add(article).added[0], flush=True)
"""
    path = tmp_path / "x"
    writers = [in_another_process(code, path, i) for i in range(3)]
    added = []
    for i, writer in enumerate(writers):
        writer.stdin.write("go\n")
        writer.stdin.flush()
        added += [writer.stdout.readline().strip() for _ in range(5)]
        time.sleep(0.013 * i)  # not always at the same step
        writer.send_signal(signal.SIGKILL)
        added += writer.communicate()[0].split()
        index = opened(path)
        assert {index.get(article_id).id for article_id in added} == set(added)
        found = index.dense("harbour report", 1000, Scope())
        assert len(index.nodes(found)) == len(set(found)) == len(index) == index.info()["chunks"]
        assert lexical(index, f"report {i} number4")[0] == f"Report {i} number4 of the harbour."
        assert set(index.lexical("harbour", 1000, Scope())) == set(found)
        index.close()


# Several at once


def test_two_indexes_on_one_folder_see_each_others_changes(index, opened):
    other = opened(index.path)
    assert dense(other, "swimming in the sun")[0] != EDITED.text
    index.add(EDITED)
    assert dense(other, "swimming in the sun")[0] == EDITED.text
    other.remove(BANK.id)
    assert BANK.text not in dense(index, "interest rate") + lexical(index, "interest rate")
    index.add(BANK)
    assert lexical(other, "interest rate") == dense(other, "interest rate")[:1] == [BANK.text]


def test_an_open_index_sees_what_another_process_adds(index):
    assert dense(index, "swimming in the sun")[0] != EDITED.text
    process = in_another_process(
        "index.add(Article.model_validate_json(sys.argv[2]))", index.path, EDITED.model_dump_json()
    )
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert dense(index, "swimming in the sun")[0] == EDITED.text
    assert lexical(index, "sunshine") == [EDITED.text]


def test_a_second_writer_is_told_in_one_line_and_readers_go_on(index, opened, monkeypatch):
    monkeypatch.setattr("index.derived.WRITER_WAITS", 0.1)
    other, seen = opened(index.path), []

    def meanwhile(*_):
        with pytest.raises(IndexLockedError, match=r"somebody else is writing to this index: .*; try again") as caught:
            other.add(BANK)
        assert "\n" not in str(caught.value)
        with pytest.raises(IndexLockedError):
            other.remove(BANK.id)
        seen.extend(dense(other, "swimming in the sun")[:1] + lexical(other, "sunshine"))

    index.add(EDITED, progress=meanwhile)
    assert seen == [EDITED.text, EDITED.text]


def test_threads_search_while_another_adds(opened, tmp_path):
    index = opened(tmp_path / "x")
    index.add(FERRY)
    batches = [[Article(text=f"Bulletin {b} {i} on the weather.") for i in range(4)] for b in range(6)]

    def searching(_):
        for _ in range(15):
            assert FERRY.text in dense(index, "Why did the boat not sail?")
            assert lexical(index, "ferry") == [FERRY.text]

    with ThreadPoolExecutor(4) as pool:
        searches = [pool.submit(searching, i) for i in range(3)]
        for batch in batches:
            index.add(*batch)
        assert [search.result() for search in searches] == [None] * 3
    assert len(lexical(index, "bulletin")) == 10
    assert len(index.dense("weather", 100, Scope())) == 25


# What cannot be used


def test_an_index_of_another_embedding_is_refused(index, opened, tmp_path):
    folder = tmp_path / "other model"
    folder.mkdir()
    shutil.copy(index.embedding.model_file, folder / "model.onnx")
    (folder / "tokenizer.json").write_text(index.embedding.tokenizer_file.read_text() + "\n")
    other = opened(index.path, DATELINE_EMBED=str(folder))
    for use in (lambda: other.dense("x", 1, Scope()), lambda: other.add(EDITED)):
        with pytest.raises(
            StaleIndexError, match=r"made with another embedding model: minilm, not .*; set DATELINE_EMBED"
        ):
            use()
    assert lexical(other, "ferry") == [FERRY.text]


def test_a_folder_that_cannot_be_made_gives_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "x"):
        with pytest.raises(IndexUnavailableError, match=r"cannot make the index folder: .*; choose another") as caught:
            ArticleIndex.open(path)
        assert "\n" not in str(caught.value)


def test_an_index_that_may_only_be_read_is_searched_and_refuses_articles():
    code = """
index.add(Article(text="loads what is needed")), index.dense("x", 1, Scope())
if not os.getuid(): os.setuid(65534)  # root may write everywhere
index = ArticleIndex.open(sys.argv[2])
print(json.dumps([[n.text for n in index.nodes(index.dense("boat", 1, Scope()))],
                  [n.text for n in index.nodes(index.lexical("ferry", 1, Scope()))], len(index)]))
try: index.add(Article(text="x"))
except IndexUnavailableError as error: print(error)
"""
    # Not under tmp_path, which nobody but its owner may enter.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "news.index"
        made = ArticleIndex.open(path)
        made.add(FERRY, BANK)
        made.close()
        for each in (path, *path.rglob("*")):
            each.chmod(0o555 if each.is_dir() else 0o444)
        process = in_another_process("import os, json\n" + code, Path(folder) / "own", path)
        answers, refusal = process.communicate(timeout=60)[0].splitlines()
        path.chmod(0o755)
        for each in path.rglob("*"):
            each.chmod(0o755)
    assert json.loads(answers) == [[FERRY.text], [FERRY.text], 2]
    assert refusal.startswith("cannot write to the index: ")


# What is made anew


@pytest.fixture
def other_model(index, tmp_path):
    """A folder with an embedding that is not the one of the index."""
    folder = tmp_path / "other model"
    folder.mkdir()
    shutil.copy(index.embedding.model_file, folder / "model.onnx")
    (folder / "tokenizer.json").write_text(index.embedding.tokenizer_file.read_text() + "\n")
    return folder


def test_an_index_is_made_anew_with_another_embedding(index, opened, other_model):
    other = opened(index.path, DATELINE_EMBED=str(other_model))
    assert other.reindex() == 3
    assert other.info()["embedding"] == str(other_model)
    assert dense(other, "Why did the boat not sail?")[0] == FERRY.text
    assert lexical(other, "ferry") == [FERRY.text]
    assert other.add(EDITED).updated == [FERRY.id]
    with pytest.raises(StaleIndexError, match=r"made with another embedding model: .*; set DATELINE_EMBED to it, or"):
        dense(index, "boat")


def test_an_index_of_other_chunks_is_searched_but_takes_articles_only_when_made_anew(index, opened, monkeypatch):
    for module in ("index.making", "index.chunking"):
        monkeypatch.setattr(f"{module}.CHUNKING", "other chunks", raising=False)
    again = opened(index.path)
    assert dense(again, "Why did the boat not sail?")[0] == FERRY.text
    with pytest.raises(StaleIndexError, match=r"made with other chunks: .*, not other chunks; .*: dateline reindex"):
        again.add(EDITED)
    again.reindex()
    assert again.add(EDITED).updated == [FERRY.id]


def test_an_index_whose_making_was_broken_off_is_what_it_was_and_goes_on(index, opened, other_model, monkeypatch):
    other = opened(index.path, DATELINE_EMBED=str(other_model))

    def breaking_off(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("index.making.BATCH", 1)
    with pytest.raises(KeyboardInterrupt):
        other.reindex(progress=breaking_off)
    assert dense(index, "Why did the boat not sail?")[0] == FERRY.text
    assert index.info()["chunks"] == 3
    done = []
    other.reindex(progress=lambda at, total: done.append((at, total)))
    assert done[-1] == (2, 2)  # the first was done already
    assert dense(other, "Why did the boat not sail?")[0] == FERRY.text


def test_a_sound_index_is_found_sound(index):
    assert [health.wrong for health in index.health()] == [None, None, None]


def test_an_index_that_was_emptied_is_sound(index):
    index.remove(FERRY.id, BANK.id, TRAM.id)
    assert [health.wrong for health in index.health()] == [None, None, None]


def _lose_vectors(path):
    client = chromadb.PersistentClient(str(next(path.glob("chroma/*/"))))
    collection = client.get_collection("chunks", embedding_function=None)
    ids = collection.get()["ids"]
    collection.update(ids=ids, embeddings=[[1.0, *[0.0] * 383] for _ in ids])  # as many, but others
    client.close()


def _lose_words(path):
    lexical = LexicalIndex(path)
    other = [TextNode(id_=f"other:{i}", text="other words") for i in range(lexical.count())]  # as many, but others
    lexical.make([other], lexical.shown())


@pytest.mark.parametrize(("damage", "part"), [(_lose_vectors, "chroma"), (_lose_words, "lexical")])
def test_a_damaged_part_is_named_and_made_anew(index, opened, damage, part):
    index.add(*(Article(text=f"Bulletin {i} on the weather in town {i}.") for i in range(20)))
    index.close()
    damage(index.path)
    again = opened(index.path)
    assert [health.part for health in again.health() if health.wrong] == [str(index.path / part)]
    assert [health.part for health in again.repair() if health.wrong] == [str(index.path / part)]
    assert [health.wrong for health in again.health()] == [None, None, None]
    assert dense(again, "Why did the boat not sail?")[0] == FERRY.text
    assert lexical(again, "ferry") == [FERRY.text]


def test_a_vector_index_that_crashes_whoever_opens_it_is_made_anew(index, opened, monkeypatch):
    monkeypatch.setattr("index.health._LOOK", "import os; os.abort()")
    wrong = {health.part: health.wrong for health in index.repair()}
    assert wrong[str(index.path / "chroma")] == "opening it crashes"
    monkeypatch.undo()
    assert [health.wrong for health in opened(index.path).health()] == [None, None, None]


# What is chosen


def test_articles_are_chosen_by_address_outlet_and_days(index):
    assert index.ids(url=FERRY.url) == [FERRY.id]
    assert index.ids(url="https://nowhere.example/") == []
    assert index.ids(source="island-post") == [BANK.id]
    assert index.ids(since="2025-03-05") == [BANK.id]
    assert set(index.ids(until="2025-03-06")) == {FERRY.id, BANK.id}
    assert set(index.ids()) == {FERRY.id, BANK.id, TRAM.id}


def test_the_same_words_are_not_embedded_again_when_only_a_date_changes(index, monkeypatch):
    _ = index.embedding.fingerprint
    monkeypatch.setattr(type(index.embedding), "embed", None)  # whoever embeds now fails
    dated = Article(text=TRAM.text, url=TRAM.url, published_at="2025-04-01")
    assert index.add(dated).updated == [TRAM.id]
    assert [a.id for a in index.articles(since="2025-04-01")] == [TRAM.id]
