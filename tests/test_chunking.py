"""Chunks: they tile the article, fit the limit, and become nodes that know their place."""

import time
from datetime import date

import pytest
import tiktoken
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.article import Article
from index.chunking import CHUNK_TOKENS, ENCODING, chunk_article, chunk_spans, embedding_text
from index.sentences import sentence_spans

SENTENCE = "The ferry to the northern island was late again because of fog over the strait. "
PARAGRAPHS = "\n\n".join(SENTENCE * n for n in (2, 3, 1, 5, 2, 4, 3, 2, 6, 1))
ANY_TEXT = st.one_of(
    st.text(),
    st.text(alphabet="ab .\n\r\u00a0é\u0301👩\u200d한", max_size=300),
    st.lists(st.sampled_from([SENTENCE, "word ", "x" * 50, "\n", "👩\u200d👩\u200d👧", "e\u0301"])).map("".join),
)


def tokens(text):
    return len(tiktoken.get_encoding(ENCODING).encode_ordinary(text))


def chunks(text, **limit):
    return [text[start:end] for start, end in chunk_spans(text, **limit)]


@settings(deadline=None)
@given(ANY_TEXT, st.integers(8, 40))
@example("", 8)
@example("  \n ", 8)
@example("👩\u200d👩\u200d👧" * 20, 8)
def test_chunks_tile_any_text_and_never_exceed_the_limit(text, max_tokens):
    found = chunks(text, max_tokens=max_tokens)
    assert "".join(found) == text
    assert all(0 < tokens(chunk) <= max_tokens for chunk in found)


def test_a_short_text_is_one_chunk():
    assert chunks("One line.\n\nAnother line.") == ["One line.\n\nAnother line."]


def test_whole_paragraphs_are_packed_together():
    found = chunks(PARAGRAPHS)
    assert 1 < len(found) < PARAGRAPHS.count("\n\n") + 1
    assert all(chunk.endswith("\n\n") for chunk in found[:-1])


def test_a_long_paragraph_is_cut_at_sentence_ends():
    text = SENTENCE * 40
    ends = {end for _, end in sentence_spans(text)}
    assert all(end in ends for _, end in chunk_spans(text))


def test_a_long_sentence_is_cut_at_white_space():
    found = chunks("ferry " * 1000)
    assert all(chunk.endswith(" ") for chunk in found)
    assert min(map(tokens, found)) > CHUNK_TOKENS / 2


def test_an_accent_is_not_cut_off_its_letter():
    assert not any(chunk.startswith("\u0301") for chunk in chunks("e\u0301" * 2000))


def test_the_last_chunk_is_not_a_tiny_rest():
    for repeats in range(9, 60, 5):
        found = chunks(SENTENCE * repeats)
        assert tokens(found[-1]) > CHUNK_TOKENS / 3 or len(found) == 1


def test_a_heading_stays_with_what_it_heads():
    body = SENTENCE * 9
    found = chunks(f"{body}\nFares\n{body}\nFog\n{body}")
    assert not any(chunk.rstrip().endswith(("Fares", "Fog")) for chunk in found)


def test_a_limit_that_a_character_may_exceed_is_refused():
    with pytest.raises(ValueError, match="take at least 8"):
        chunk_spans("text", max_tokens=7)


@pytest.mark.parametrize("unit", ["a", " ", "\n", "a\n", "\u0301", "!?"])
def test_a_hostile_megabyte_is_chunked_in_seconds(unit):
    started = time.perf_counter()
    chunk_spans(unit * (1_000_000 // len(unit)))
    assert time.perf_counter() - started < 20


def test_nodes_are_slices_of_the_article_and_know_where():
    article = Article(text=PARAGRAPHS, title="Fog stops ferries", url="https://news.example/fog")
    nodes = chunk_article(article)
    assert "".join(node.text for node in nodes) == article.text
    assert all(node.text == article.text[node.start_char_idx : node.end_char_idx] for node in nodes)


def test_node_ids_are_unique_and_the_same_every_time():
    article = Article(text=PARAGRAPHS, url="https://news.example/fog")
    ids = [node.node_id for node in chunk_article(article)]
    assert ids == [node.node_id for node in chunk_article(article)]
    assert ids == [f"{article.id}:{i}" for i in range(len(ids))]


def test_metadata_hold_what_is_known_and_nothing_else():
    full = Article(text="Fog.", title="Ferries", source="The Tide", published_at=date(2025, 3, 9))
    known = {"article_id": full.id, "title": "Ferries", "source": "The Tide", "published_at": 20250309}
    bare = Article(text="Fog.")
    assert chunk_article(full)[0].metadata == known
    assert chunk_article(bare)[0].metadata == {"article_id": bare.id}


def test_the_title_is_embedded_with_the_chunk_and_no_other_metadata():
    titled = chunk_article(Article(text="Fog.", title="Ferries", source="The Tide"))[0]
    untitled = chunk_article(Article(text="Fog."))[0]
    assert embedding_text(titled) == "Ferries\nFog."
    assert embedding_text(untitled) == "Fog."
    assert titled.get_content(metadata_mode="embed") == "Fog."
