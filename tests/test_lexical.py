"""The lexical index: words, their stems, bounds, and questions of any shape."""

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Article, IndexUnavailableError, Scope
from index.chunking import chunk_article
from index.lexical import LexicalIndex, match_expression
from index.scope import day_number
from index.tables import Version

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
    ],
)
def test_the_query_language_of_fts5_is_no_language_of_questions(lexical, question):
    assert FOG in lexical.search(question, 5, Scope())


@settings(deadline=None)
@given(st.text() | st.text(alphabet='"*^:(){}+-\x00ANDORTE R_🙂é\ud83d', max_size=30))
def test_no_question_is_an_error(lexical, question):
    assert set(lexical.search(question, 5, Scope())) <= {FOG, PIER, BANK}


def test_a_question_of_thousands_of_words_is_read_as_far_as_it_can_be(lexical):
    words = " ".join(f"word{i}" for i in range(5000))
    assert lexical.search(f"ferry {words}", 5, Scope()) != []
    assert match_expression(words).count(" OR ") == 199


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


def test_a_damaged_file_shows_nothing_and_can_be_made_again(own, tmp_path):
    (tmp_path / "lexical.db").write_bytes(b"not a database, though long enough to be taken for one" * 100)
    assert own.shown() is None
    own.make(ALL, LATER)
    assert own.search("fog", 5, Scope()) == [FOG]


def test_where_there_is_no_file_nothing_is_found(tmp_path):
    missing = LexicalIndex(tmp_path)
    assert missing.shown() is None
    assert missing.search("fog", 5, Scope()) == []


def left_behind(folder):
    """The file as a writer leaves it that is killed in the middle of a change, with the journal that undoes it."""
    code = (
        "import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('PRAGMA cache_size = 1'); "
        "db.execute('DELETE FROM node'); "
        "db.executemany('INSERT INTO node (id) VALUES (?)', [(str(i) * 500,) for i in range(500)]); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, folder / "lexical.db"], check=False)
    assert (folder / "lexical.db-journal").stat().st_size


def test_what_a_killed_writer_had_begun_is_taken_back(own, tmp_path):
    left_behind(tmp_path)
    assert own.shown() == FIRST
    assert own.search("fog", 5, Scope()) == [FOG]
    assert own.count() == 3


def test_what_a_killed_writer_had_begun_does_not_reach_what_is_made_anew(own, tmp_path):
    left_behind(tmp_path)
    own.make(ALL, LATER)
    own.change([BANK], [], Version("s", "1", 3))
    assert own.search("fog bank", 5, Scope()) == [FOG]
