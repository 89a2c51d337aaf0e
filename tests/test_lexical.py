"""The lexical index: words, their stems, bounds, and questions of any shape."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Article, IndexUnavailableError, Scope
from index.chunking import chunk_article
from index.lexical import LexicalIndex, match_expression

ARTICLES = [
    Article(text="Fog delayed every ferry.", title="Harbour", source="Strait Times", published_at="2025-03-04"),
    Article(text="Ferries ran again on Sunday; the ferry pier reopened.", source="Island Post"),
    Article(text="The bank raised its rate.", title="Money", source="Island Post", published_at="2025-03-06"),
]
NODES = {article.text: chunk_article(article)[0] for article in ARTICLES}
FOG, PIER, BANK = (node.node_id for node in NODES.values())


class Store:
    """As much of the article store as a lexical index looks at."""

    version = "v1"

    def embedded_nodes(self):
        yield list(NODES.values())


@pytest.fixture(scope="module")
def lexical(tmp_path_factory):
    made = LexicalIndex(tmp_path_factory.mktemp("lexical"))
    made.make(Store())
    return made


@pytest.fixture
def own(tmp_path):
    made = LexicalIndex(tmp_path)
    made.make(Store())
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


def test_an_update_takes_out_and_adds_and_notes_the_version(own):
    tram = chunk_article(Article(text="A tram now crosses the bridge."))
    own.update([FOG], tram, "v2")
    assert own.search("fog", 5, Scope()) == []
    assert own.search("tram", 5, Scope()) == [tram[0].node_id]
    assert own.shows("v2")
    assert not own.shows("v1")


def test_an_update_that_fails_changes_nothing(own):
    with pytest.raises(IndexUnavailableError, match="cannot use the lexical index"):
        own.update([BANK], [NODES[ARTICLES[0].text]], "v2")  # it is there already
    assert own.search("bank", 5, Scope()) == [BANK]
    assert own.shows("v1")


def test_a_damaged_file_shows_nothing_and_can_be_made_again(own, tmp_path):
    (tmp_path / "lexical.db").write_bytes(b"not a database, though long enough to be taken for one" * 100)
    assert not own.shows("v1")
    own.make(Store())
    assert own.search("fog", 5, Scope()) == [FOG]


def test_where_there_is_no_file_nothing_is_found(tmp_path):
    missing = LexicalIndex(tmp_path)
    assert not missing.shows("v1")
    assert missing.search("fog", 5, Scope()) == []
