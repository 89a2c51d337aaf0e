"""Checked answers in each style, their doubts and disagreements, and refusals."""

import re
from datetime import date

import pytest
from rendered import Page, answer, article, citation, said, text_of

from rag.answer import LLMFailure, Refusal, Report
from ui.replies import answer as shown

VOTE = said("The council voted nine to four for the ferry.", 1)
COST = said("It costs 50 million crowns.", 2, verdict="partly", reasons=("'50 million' is not in the cited words",))
COURT = said("A court has to decide.", 1, verdict="unsupported", reasons=("'court' is not in the cited words",))
CITED = (citation(1), citation(2))
SEPTEMBER, OCTOBER = date(2025, 9, 30), date(2025, 10, 2)


def test_every_sentence_is_followed_by_markers_that_lead_to_its_cards_in_the_same_turn():
    html = shown(answer(VOTE, said("It sails in spring.", 2, 1), citations=CITED), turn=3)
    assert Page(html).links == ["#source-3-1", "#source-3-1", "#source-3-2"]
    assert text_of(html) == "The council voted nine to four for the ferry. 1 It sails in spring. 12"


def test_what_looks_like_a_marker_in_quoted_words_stays_text():
    page = Page(shown(answer(said("Approved [1], they say."), citations=CITED), turn=1))
    assert page.links == []
    assert "[1]" in page.text


def test_a_supported_sentence_carries_no_label():
    html = shown(answer(VOTE, citations=CITED), turn=1)
    assert "dl-doubt" not in html
    assert Page(html).titles == []


def test_a_partly_supported_sentence_is_underlined_and_says_why():
    html = shown(answer(COST, citations=CITED), turn=1)
    assert '<span class="dl-partly"' in html
    assert Page(html).titles == ["'50 million' is not in the cited words"]
    assert re.search(r"<details.*<summary.*partly supported</summary>.*is not in the cited words.*</details>", html)


def test_an_unsupported_sentence_is_struck_and_called_so_in_words():
    html = shown(answer(VOTE, COURT, citations=CITED), turn=1)
    assert re.search(r'<s class="dl-unsupported"[^>]*>A court has to decide\.</s>', html)
    assert "not in the articles" in text_of(html)


@pytest.mark.parametrize(("verdict", "label"), [("partly", "partly supported"), ("unsupported", "not in the articles")])
def test_a_doubt_without_reasons_is_a_label_without_anything_to_open(verdict, label):
    html = shown(answer(said("It sails.", 1, verdict=verdict), citations=CITED), turn=1)
    assert label in text_of(html)
    assert "<details" not in html


def test_the_bare_fact_is_bold_where_it_stands_in_a_sentence():
    html = shown(answer(VOTE, short="nine to four", citations=CITED), turn=1)
    assert "The council voted <b>nine to four</b> for the ferry." in html
    assert text_of(html).count("nine to four") == 1


def test_a_fact_that_is_part_of_a_word_is_not_found_in_it():
    assert "Nineteen voted for it." in shown(answer(said("Nineteen voted for it.", 1), short="nine"), turn=1)


def test_a_bare_fact_in_other_words_stands_above_the_answer():
    html = shown(answer(VOTE, short="9–4", citations=CITED), turn=1)
    assert text_of(html).startswith("9–4The council")


def test_a_sentence_that_is_hardly_more_than_the_fact_is_not_bold():
    html = shown(answer(said("Nine to four.", 1), short="nine to four", citations=CITED), turn=1)
    assert "<b>" not in html
    assert text_of(html) == "Nine to four. 1"


def test_the_short_style_is_the_bare_fact_with_the_citations_of_the_sentence_that_holds_it():
    html = shown(answer(COST, VOTE, style="short", short="nine to four", citations=CITED), turn=1)
    assert text_of(html) == "nine to four 1"


def test_a_doubtful_bare_fact_says_so():
    html = shown(answer(COST, style="short", short="50 million crowns", citations=CITED), turn=1)
    assert text_of(html).startswith("50 million crowns 2 partly supported")


def test_the_short_style_without_a_bare_fact_is_the_sentences():
    assert text_of(shown(answer(VOTE, style="short", citations=CITED), turn=1)).startswith("The council voted")


def test_a_timeline_is_a_list_of_days_each_with_what_happened_and_its_markers():
    told = [
        VOTE.model_copy(update={"day": SEPTEMBER}),
        COST.model_copy(update={"day": OCTOBER}),
        said("It sails.", 1, day=OCTOBER),
    ]
    html = shown(answer(*told, style="timeline", citations=CITED), turn=1)
    days = re.findall(r'<li><time datetime="([^"]*)">', html)
    assert days == ["2025-09-30", "2025-10-02"]
    assert text_of(html).startswith("30 September 2025The council voted nine to four for the ferry. 12 October 2025It")
    assert Page(html).links == ["#source-1-1", "#source-1-2", "#source-1-1"]
    assert "partly supported" in html


def test_where_reports_differ_each_is_told_with_its_outlet_day_and_marker():
    reports = (
        Report(said="48 million", citation=2, source="Northern Courier", published_at=OCTOBER),
        Report(said="61 million", citation=1, source=None, published_at=None),
    )
    html = shown(answer(VOTE, reports=reports, citations=CITED), turn=2)
    table = html[html.index("<table") :]
    assert text_of(table) == (
        "Reports differNorthern Courier2 October 202548 million 2outlet not knowndate not known61 million 1"
    )
    assert Page(table).links == ["#source-2-2", "#source-2-1"]


def test_a_refusal_shows_its_message_the_nearest_articles_and_the_newest_date():
    nearest = (article(), article(title="Harbour closed", url="javascript:alert(1)"))
    refusal = Refusal(
        reason="not_in_articles", message="The articles do not say.", newest_article=OCTOBER, nearest=nearest
    )
    html = shown(answer(refusal=refusal), turn=1)
    assert text_of(html) == (
        "The articles do not say.Nearest articles:Ferry line approved The Harbour Post 30 September 2025"
        "Harbour closed The Harbour Post 30 September 2025The newest article here is from 2 October 2025."
    )
    assert Page(html).links == ["https://harbour.example/1"]


def test_a_refusal_with_nothing_near_is_its_message_alone():
    refusal = Refusal(reason="no_articles", message="There are no articles.", newest_article=None)
    assert text_of(shown(answer(refusal=refusal), turn=1)) == "There are no articles."


def test_an_answer_without_the_llm_says_first_that_it_failed_and_whose_words_these_are():
    failure = LLMFailure(reason="unavailable", message="nobody answers: <there>; start it")
    text = text_of(shown(answer(VOTE, llm_failure=failure, citations=CITED), turn=1))
    assert text.startswith(
        "No answer by the LLM, so these are the articles' own words: nobody answers: <there>; start itThe council"
    )


def test_an_answer_as_of_a_day_says_so():
    assert "As of 2 October 2025" in text_of(shown(answer(VOTE, as_of=OCTOBER), turn=1))
