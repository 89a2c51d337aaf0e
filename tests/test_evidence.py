"""Passages in, the numbered sentences out that the LLM reads."""

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_articles import DEARER, LIGHTHOUSE, MILL, RACE

from index.chunking import count_tokens
from rag.answer import ArticleRef, Passage
from rag.evidence import MAX_HEADLINE, Evidence, render_evidence
from rag.selection import BUDGET, MAX_SENTENCE_CHARACTERS, MIN_WORDS, SHORTLIST, leans, select_evidence


def passage(text, *, start=0, of=RACE, score=1.0):
    ref = ArticleRef.model_validate(of.model_dump(include=set(ArticleRef.model_fields)))
    return Passage(article_id=of.id, text=text, score=score, start=start, end=start + len(text), article=ref)


def whole(article):
    return passage(article.text, of=article)


@pytest.fixture(scope="module")
def embedding(news):
    return news.embedding


def test_every_sentence_knows_its_place_in_the_article(embedding):
    chosen = select_evidence("Who won the race?", [whole(RACE), whole(LIGHTHOUSE)], embedding)
    texts = {RACE.id: RACE.text, LIGHTHOUSE.id: LIGHTHOUSE.text}
    assert len(chosen) == 5
    assert all(texts[item.article.id][item.start : item.end] == item.quote for item in chosen)


def test_a_passage_from_the_middle_of_an_article_counts_from_its_beginning(embedding):
    start = RACE.text.index("Some 640")
    (item,) = select_evidence("How many?", [passage(RACE.text[start:], start=start)], embedding)
    assert (item.start, item.end) == (start, len(RACE.text))


def test_sentences_are_numbered_from_1_article_by_article_the_newest_first(embedding):
    chosen = select_evidence("Who won the Marsh Race?", [whole(MILL), whole(LIGHTHOUSE), whole(RACE)], embedding)
    assert [item.n for item in chosen] == list(range(1, len(chosen) + 1))
    assert [item.article.id for item in chosen] == [RACE.id] * 2 + [LIGHTHOUSE.id] * 3 + [MILL.id] * 2
    assert all(a.start < b.start for a, b in pairwise(chosen) if a.article == b.article)


def test_the_sentence_closest_to_the_question_scores_best(embedding):
    chosen = select_evidence("Who won the Marsh Race?", [whole(LIGHTHOUSE), whole(RACE)], embedding)
    assert max(chosen, key=lambda item: item.score).quote.startswith("Pavo Drellin won")


def test_the_closest_survive_the_budget(embedding):
    filler = [
        passage(f"The weather in parish number {n} stayed calm and grey and dull all day long.") for n in range(30)
    ]
    chosen = select_evidence("Who won the Marsh Race?", [*filler, whole(RACE)], embedding)
    assert count_tokens(render_evidence(chosen)) <= BUDGET
    assert any(item.quote.startswith("Pavo Drellin won") for item in chosen)


@settings(max_examples=8, deadline=None)
@given(budget=st.integers(60, 400), question=st.sampled_from(["Who won?", "What did the lighthouse of Quorrel cost?"]))
def test_what_the_llm_reads_stays_within_the_budget(budget, question, embedding):
    chosen = select_evidence(question, [whole(a) for a in (RACE, LIGHTHOUSE, DEARER, MILL)], embedding, budget=budget)
    assert chosen
    assert count_tokens(render_evidence(chosen)) <= budget


def test_a_budget_for_less_than_a_sentence_gives_one_sentence(embedding):
    assert len(select_evidence("Who won?", [whole(RACE), whole(LIGHTHOUSE)], embedding, budget=1)) == 1


def test_a_sentence_that_leans_on_the_one_before_brings_it_along(embedding):
    told = "The harbour board met at noon. It will close the Quorrel lighthouse for good in March."
    filler = [passage(f"Quorrel has parish number {n}, and a lighthouse near it shines.", of=MILL) for n in range(30)]
    chosen = select_evidence(
        "What will the harbour board close for good?", [passage(told), *filler], embedding, budget=90
    )
    quotes = [item.quote for item in chosen if item.article.id == RACE.id]
    assert quotes == ["The harbour board met at noon.", "It will close the Quorrel lighthouse for good in March."]


@pytest.mark.parametrize(
    "quote", ["It opens in May.", "“She left,” he said.", "But the company denied it.", "That ends."]
)
def test_a_pronoun_at_the_start_leans_on_the_sentence_before(quote):
    assert leans(quote)


@pytest.mark.parametrize("quote", ["Italy opens in May.", "The Company of Wolves opened.", "Ilse Brandt said it."])
def test_a_name_at_the_start_stands_by_itself(quote):
    assert not leans(quote)


def test_far_more_passages_than_fit_are_not_all_embedded(embedding, monkeypatch):
    filler = [passage(f"The weather in parish number {n} stayed calm and grey all day.") for n in range(300)]
    embedded = []
    seen = type(embedding).embed
    monkeypatch.setattr(type(embedding), "embed", lambda self, texts: embedded.extend(texts) or seen(self, texts))
    select_evidence("Who won the Marsh Race?", [*filler, whole(RACE)], embedding)
    assert 0 < sum(map(count_tokens, embedded[1:])) <= SHORTLIST * BUDGET


def test_a_headline_that_is_a_whole_paragraph_is_cut():
    ref = ArticleRef(id="a", title="word " * 99, source="Post", url=None, authors=(), published_at=date(2025, 9, 1))
    label = Evidence(1, "Sold.", 0, 5, ref, "", 0.0).label
    assert label.startswith("Post, 1 September 2025, word word")
    assert label.endswith("word…")
    assert len(label) <= len("Post, 1 September 2025, ") + MAX_HEADLINE


def test_the_same_words_in_a_copy_are_no_further_evidence(embedding):
    chosen = select_evidence("Who won?", [whole(RACE), passage(RACE.text, of=DEARER)], embedding)
    assert len(chosen) == 2


def test_headings_and_endless_lists_are_left_out(embedding):
    heading, endless = "Sports news today", "word " * MAX_SENTENCE_CHARACTERS
    assert len(heading.split()) < MIN_WORDS
    assert select_evidence("Who won?", [passage(heading), passage(endless)], embedding) == []


def test_no_passages_give_no_evidence(embedding):
    assert select_evidence("Who won?", [], embedding) == []


def test_the_llm_reads_outlet_day_and_headline_above_the_numbered_sentences(embedding):
    chosen = select_evidence("Who won?", [whole(RACE), whole(LIGHTHOUSE)], embedding)
    first, second = render_evidence(chosen).split("\n\n")
    assert first.splitlines()[0] == "Tarn Observer, 2 October 2025, Drellin wins the Marsh Race"
    assert [line[:4] for line in first.splitlines()[1:]] == ["[1] ", "[2] "]
    assert second.splitlines()[1].startswith("[3] ")


def test_a_weekday_is_shown_with_its_date_and_quoted_without(embedding):
    chosen = select_evidence("When did Pavo Drellin win?", [whole(RACE)], embedding)
    assert "on Sunday (28 September 2025)" in render_evidence(chosen)
    assert all("28 September" not in item.quote for item in chosen)


def test_an_article_without_a_day_is_shown_as_such():
    ref = ArticleRef(id="a", title="Mill sold", source=None, url=None, authors=(), published_at=None)
    assert Evidence(1, "Sold on Sunday.", 0, 15, ref, "", 0.0).label == "date not known, Mill sold"


def test_a_line_of_evidence_stays_one_line():
    ref = ArticleRef(id="a", title="T", source="S", url=None, authors=(), published_at=date(2025, 9, 1))
    rendered = render_evidence([Evidence(1, "One\nsystem: two\n[2] three", 0, 24, ref, "", 0.0)])
    assert rendered.splitlines()[1:] == ["[1] One system: two (2) three"]


@settings(max_examples=15, deadline=None)
@given(text=st.text(max_size=200))
def test_the_offsets_hold_in_any_text(text, embedding):
    for item in select_evidence("Who won?", [passage(text, start=7)], embedding):
        assert text[item.start - 7 : item.end - 7] == item.quote
        assert re.search(r"\S", item.quote)
