"""The lexical index: words, their stems, bounds, questions of any shape, and writers that die."""

import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
import tantivy
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core.schema import TextNode

from index import Article, IndexUnavailableError, Scope
from index.chunking import chunk_article
from index.lexical import LexicalIndex
from index.lexical_fields import MAX_WORDS, question_words
from index.scope import day_number
from index.tables import Version

ROOT = Path(__file__).parents[1]
ARTICLES = [
    Article(text="Fog delayed every ferry.", title="Harbour", source="Strait Times", published_at="2025-03-04"),
    Article(text="Ferries ran again on Sunday; the ferry pier reopened.", source="Island Post"),
    Article(text="The bank raised its rate.", title="Money", source="Island Post", published_at="2025-03-06"),
]
FOG, PIER, BANK = (f"{article.id}:0" for article in ARTICLES)
FIRST, LATER = Version("s", "1", 1), Version("s", "1", 2)


def nodes_of(article, **fields):
    """The article's chunks with what the store says of it."""
    days = {"published_at": day_number(article.published_at)} if article.published_at else {}
    nodes = chunk_article(article)
    for node in nodes:
        node.metadata |= days | ({"seen_from": days["published_at"]} if days else {}) | fields
    return nodes


ALL = [nodes_of(article) for article in ARTICLES]


@pytest.fixture(scope="module")
def lexical(tmp_path_factory):
    made = LexicalIndex(tmp_path_factory.mktemp("lexical"))
    made.make(ALL, FIRST)
    return made


@pytest.fixture
def own(tmp_path):
    made = LexicalIndex(tmp_path)
    made.make(ALL, FIRST)
    return made


def test_the_chunk_with_more_of_the_words_comes_first(lexical):
    assert lexical.search("When did the ferry pier reopen?", 5, Scope()) == [PIER, FOG]


def test_words_match_by_their_stem_in_any_case(lexical):
    assert lexical.search("FERRIES", 5, Scope()) == lexical.search("ferry", 5, Scope()) != []


def test_words_of_the_title_count(lexical):
    assert lexical.search("money", 5, Scope()) == [BANK]


def test_no_more_than_top_k_are_given(lexical):
    assert len(lexical.search("ferry bank", 1, Scope())) == 1


def test_bounds_leave_out_other_days_outlets_and_the_undated(lexical):
    every = "ferry bank"
    assert lexical.search(every, 5, Scope(until=ARTICLES[0].published_at)) == [FOG]
    assert lexical.search(every, 5, Scope(since=ARTICLES[2].published_at)) == [BANK]
    assert set(lexical.search(every, 5, Scope(sources=("Island Post",)))) == {PIER, BANK}
    assert lexical.search(every, 5, Scope(sources=())) == []


@pytest.mark.parametrize("question", ["", "   ", "?!", "the of what", '"', "_", "\x00", "🙂"])
def test_a_question_without_telling_words_finds_nothing(lexical, question):
    assert lexical.search(question, 5, Scope()) == []


@pytest.mark.parametrize(
    "question",
    [
        '"ferry',
        "ferry AND",
        "NEAR(ferry",
        "title:ferry",
        "ferry*",
        "^ferry",
        "-ferry",
        "ferry\x00",
        "{ferry}:",
        "+ferry~2",
        "title:[a TO ferry",
    ],
)
def test_no_query_language_is_a_language_of_questions(lexical, question):
    assert FOG in lexical.search(question, 5, Scope())


@settings(deadline=None)
@given(st.text() | st.text(alphabet='"*^:(){}+-\x00ANDORTE R_🙂é\ud83d', max_size=30))
def test_no_question_is_an_error(lexical, question):
    assert set(lexical.search(question, 5, Scope())) <= {FOG, PIER, BANK}


def test_a_question_of_thousands_of_words_is_read_as_far_as_it_can_be(lexical):
    words = " ".join(f"word{i}" for i in range(5000))
    assert lexical.search(f"ferry {words}", 5, Scope()) != []
    assert len(question_words(words)) == MAX_WORDS


def test_a_change_takes_out_and_adds_and_notes_the_version(own):
    tram = chunk_article(Article(text="A tram now crosses the bridge."))
    own.change([FOG], [tram], LATER)
    assert own.search("fog", 5, Scope()) == []
    assert own.search("tram", 5, Scope()) == [tram[0].node_id]
    assert own.shown() == LATER


def test_a_change_done_twice_changes_nothing_more(own):
    for _ in range(2):
        own.change([FOG], [ALL[0]], LATER)
    assert own.search("fog", 5, Scope()) == [FOG]
    assert own.count() == 3


def test_a_change_that_fails_changes_nothing(own):
    def failing():
        yield ALL[0]
        raise OSError("no space left")

    with pytest.raises(IndexUnavailableError, match=r"cannot use the lexical index: .*no space left"):
        own.change([BANK], failing(), LATER)
    assert own.search("bank", 5, Scope()) == [BANK]
    assert own.shown() == FIRST


def test_what_was_superseded_is_found_on_the_days_before_only(own):
    day = ARTICLES[0].published_at
    own.change([], [nodes_of(ARTICLES[0], seen_until=20250310)], LATER)
    assert own.search("fog", 5, Scope(until=day)) == [FOG]
    assert own.search("fog", 5, Scope()) == own.search("fog", 5, Scope(until=date(2025, 3, 10))) == []


def piece(folder, name):
    return next(folder.glob(f"lexical/*/{name}"))


@pytest.mark.parametrize("name", ["meta.json", "*.term", "*.fast", "*.store"])
@pytest.mark.parametrize("content", [b"", b"nonsense" * 1000])
def test_a_damaged_one_shows_nothing_and_can_be_made_again(own, tmp_path, name, content):
    own.close()
    damaged = piece(tmp_path, name)
    damaged.unlink()  # it may be in memory: whoever writes to it there ends the process
    damaged.write_bytes(content)
    assert own.shown() is None
    with pytest.raises(IndexUnavailableError, match=r"^cannot use the lexical index: [^\n]*$"):
        own.search("fog", 5, Scope())
    own.make(ALL, LATER)
    assert own.search("fog", 5, Scope()) == [FOG]


def test_an_index_of_something_else_shows_nothing(own, tmp_path):
    folder = piece(tmp_path, "meta.json").parent
    shutil.rmtree(folder)
    folder.mkdir()
    tantivy.Index(tantivy.SchemaBuilder().add_text_field("id").build(), path=str(folder))
    assert own.shown() is None


def test_where_there_is_none_nothing_is_found(tmp_path):
    missing = LexicalIndex(tmp_path)
    assert missing.shown() is None
    assert missing.search("fog", 5, Scope()) == []
    assert missing.count() == 0


def test_what_an_earlier_format_left_goes_when_it_is_made(tmp_path):
    (tmp_path / "lexical.db").touch()
    LexicalIndex(tmp_path).make(ALL, FIRST)
    assert [file.name for file in tmp_path.iterdir()] == ["lexical"]


def test_making_it_anew_leaves_nothing_of_the_old_one(own, tmp_path):
    own.make(ALL, LATER)
    assert len(list(tmp_path.glob("lexical/*/meta.json"))) == 1


# Several at once

WRITER = """
import itertools, sys
from pathlib import Path
from types import SimpleNamespace
from index.lexical import LexicalIndex
from index.tables import Version

def batches(generation):
    for i in itertools.count():
        if i == 2 and generation == 4: print("in the middle", flush=True), sys.stdin.readline()
        if i == 3: return
        yield [SimpleNamespace(node_id=f"{generation}.{i}:0", text="storm", metadata={})]

lexical = LexicalIndex(Path(sys.argv[1]))
for generation in (2, 3, 4):
    lexical.change(["1.0:0"], batches(generation), Version("s", "1", generation))
    print("done", flush=True)
print("all done", flush=True)
"""


def writing(folder):
    """A process that makes three changes, the last of which stops in its middle until it is told to go on."""
    command = [sys.executable, "-c", WRITER, folder]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_while_another_process_writes_everybody_sees_what_was_last_committed(own, tmp_path):
    with writing(tmp_path) as writer, ThreadPoolExecutor(4) as threads:
        seen = iter(writer.stdout.readline, "in the middle\n")
        for generation, _ in enumerate(seen, start=2):
            found = list(threads.map(lambda _: set(own.search("storm", 50, Scope())), range(8)))
            assert own.shown().generation >= generation
            assert all(f"{generation}.2:0" in each and len(each) % 3 == 0 for each in found)
        assert own.shown() == Version("s", "1", 3)
        assert (own.count(), len(own.search("storm", 50, Scope()))) == (9, 6)
        writer.communicate("go on\n")
    assert own.shown() == Version("s", "1", 4)
    assert (own.count(), len(own.search("storm", 50, Scope()))) == (12, 9)


def test_what_a_killed_writer_had_begun_is_taken_back(own, tmp_path):
    with writing(tmp_path) as writer:
        assert "in the middle\n" in iter(writer.stdout.readline, "")
        writer.send_signal(signal.SIGKILL)
    for lexical in (own, LexicalIndex(tmp_path)):
        assert lexical.shown() == Version("s", "1", 3)
        assert (lexical.count(), len(lexical.search("storm", 50, Scope()))) == (9, 6)
    own.change([BANK], [], Version("s", "1", 4))
    assert own.search("fog bank", 5, Scope()) == [FOG]


def test_a_search_goes_on_in_what_is_made_anew_meanwhile(own):
    def searching():
        for _ in range(300):
            assert own.search("fog", 5, Scope()) == [FOG]

    with ThreadPoolExecutor(2) as threads:
        searches = [threads.submit(searching) for _ in range(2)]
        for generation in range(2, 12):
            own.make(ALL, Version("s", "1", generation))
        for search in searches:
            search.result()


# Words


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The café of Ångström", "cafe angstrom"),
        ("The cafe of Angstrom", "Café ÅNGSTRÖM"),
        ("Cafe\u0301s in re\u0301sume\u0301s", "café résumé"),
        ("Japan's lower house", "japan"),
        ("a well-known long-range plan", "well known"),
        ("long range", "long-range"),
        ("rose 3.5% in 2025", "3.5"),
        ("rose 3.5% in 2025", "2025?"),
        ("Паром снова ходит", "ПАРОМ"),
        ("東京 の 港", "東京"),
        ("x" * 300, "x" * 300),
    ],
)
def test_words_are_found_however_they_are_written(tmp_path, text, question):
    lexical = LexicalIndex(tmp_path)
    nodes = chunk_article(Article(text=text))
    lexical.make([nodes, ALL[0]], FIRST)
    assert lexical.search(question, 5, Scope())[0] == nodes[0].node_id


def test_words_that_are_too_long_for_anything_harm_nothing(tmp_path):
    lexical = LexicalIndex(tmp_path)
    lexical.make([[TextNode(id_="long:0", text="fog " + "x" * 100_000)]], FIRST)
    assert lexical.search("x" * 100_000, 5, Scope()) == []
    assert lexical.search("fog", 5, Scope()) == ["long:0"]


def test_scores_are_told_best_first(lexical):
    scored = lexical.scored("When did the ferry pier reopen?", 5, Scope())
    assert [node_id for node_id, _ in scored] == lexical.search("When did the ferry pier reopen?", 5, Scope())
    assert scored[0][1] > scored[1][1] > 0


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """Of 300 passages on fog, ten say least of it: those of one outlet, before all others."""
    made = LexicalIndex(tmp_path_factory.mktemp("crowded"))
    told = {"source": "Daily", "published_at": 20250302, "seen_from": 20250302}
    many = [TextNode(id_=f"many:{i}", text="fog fog", metadata=told) for i in range(290)]
    early = {"source": "Rare", "published_at": 20250101, "seen_from": 20250101, "seen_until": 20250201}
    few = [TextNode(id_=f"few:{i}", text="fog " + "rain " * 50, metadata=early) for i in range(9)]
    few.append(TextNode(id_="few:9", text="fog " + "rain " * 50, metadata={"source": "Rare"}))
    made.make([many, few], FIRST)
    return made


@pytest.mark.parametrize(
    ("scope", "ids"),
    [
        (Scope(until=date(2025, 1, 3)), {f"few:{i}" for i in range(9)}),
        (Scope(until=date(2025, 1, 3), sources=("Rare", "Daily")), {f"few:{i}" for i in range(9)}),
        (Scope(sources=("Rare",)), {"few:9"}),
        (Scope(until=date(2025, 2, 1)), set()),
        (Scope(until=date(2025, 3, 3), sources=("Rare",)), set()),
        (Scope(sources=("Weekly",)), set()),
    ],
)
def test_where_few_of_many_are_in_scope_all_of_them_are_found(crowded, scope, ids):
    assert set(crowded.search("fog", 10, scope)) == ids


def test_what_scores_alike_is_told_once_each(crowded):
    assert len(set(crowded.search("fog", 300, Scope(since=date(2025, 3, 1))))) == 290
