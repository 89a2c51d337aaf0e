"""The side column."""

import pytest
from rendered import Page, answer, citation, passage, said

from ui.cards import answer_cards, citation_cards, passage_cards, sources


def test_a_card_shows_the_words_that_a_long_passage_was_found_by():
    long = passage("The weather was calm. " * 30 + "The mayor resigned.")
    start = long.text.index("The mayor")
    found = long.model_copy(update={"best_chunk": (start, len(long.text))})
    assert "The mayor resigned." in passage_cards([found], heading="Found")
    assert "The mayor resigned." not in passage_cards([long], heading="Found")


def test_the_cards_of_an_answer_are_where_its_markers_lead():
    ready = answer(said("It was approved.", 1, 2), citations=(citation(1), citation(2)))
    assert Page(answer_cards(ready, turn=3)).ids == ["source-3-1", "source-3-2"]


def test_an_answer_without_citations_has_the_nearest_passages():
    assert "Nearest passages" in answer_cards(answer(passages=(passage(),)), turn=1)


def test_dates_are_written_out_and_missing_facts_are_named():
    assert "30 September 2025" in Page(citation_cards([citation()], turn=1)).text
    unknown = Page(citation_cards([citation(published_at=None, source=None, title="")], turn=1)).text
    assert "date not known" in unknown
    assert "outlet not known" in unknown
    assert "Untitled" in unknown


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("supported", "Supports the answer"),
        ("partly", "Supports part of it"),
        ("unsupported", "Does not support it"),
    ],
)
def test_a_verdict_is_said_in_words(verdict, words):
    assert words in citation_cards([citation(verdict=verdict)], turn=1)


def test_a_long_passage_is_cut_between_words_and_a_quote_never():
    words = "ferry " * 200
    cut = Page(passage_cards([passage(words)], heading="Found")).text
    assert cut.endswith("ferry …")
    assert len(cut) < 350
    assert words.strip() in Page(citation_cards([citation(quote=words)], turn=1)).text


def test_the_latest_sources_come_first_and_earlier_ones_are_folded():
    html = sources([("early?", "<ol>1</ol>"), ("none?", ""), ("late?", "<ol>2</ol>")])
    assert Page(html).text == "2Earlier questionsearly?1"
    assert html.count("<details>") == 1
