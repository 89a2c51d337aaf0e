"""Titles, questions, chips and drafts; and that hostile words stay words wherever HTML is made."""

import re
from datetime import date

import pytest
from rendered import HOSTILE, TAGS, Page, answer, article, citation, passage, plan, said

from rag.answer import LLMFailure, QueryPlan, Refusal, Report
from ui import cards, render, replies


def answers_of(words):
    """Answers and refusals with these words wherever there are words in them."""
    spiteful = {"title": words, "source": words, "url": words}
    cited = {"citations": (citation(quote=words, **spiteful),)}
    doubtful = [said(words, 1, verdict=verdict, reasons=(words,)) for verdict in ("supported", "partly", "unsupported")]
    report = Report(said=words, citation=1, source=words, published_at=date(2025, 9, 30))
    nearest = (article(**spiteful),)
    return [
        answer(*doubtful, short=words, reports=(report,), **cited),
        answer(said(f"And {words} once more, said the harbour office in its report.", 1), short=words, **cited),
        answer(*doubtful, style="short", short=words, **cited),
        answer(*doubtful, style="timeline", **cited),
        answer(said(words, 1), llm_failure=LLMFailure(reason="unusable", message=words), **cited),
        answer(refusal=Refusal(reason="llm_unavailable", message=words, newest_article=None, nearest=nearest)),
    ]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words_wherever_they_stand(words):
    shown = [
        render.masthead(model=words, kind="openai", articles=1),
        render.conversation([(words, render.understood(words) + render.draft(words))]),
        *(replies.answer(ready, turn=1) for ready in answers_of(words)),
        render.notice(words),
        render.chips(plan(words), turn=1, removable=True),
        cards.passage_cards([passage(words, title=words, source=words, url=words)], heading=words),
        cards.citation_cards([citation(quote=words, title=words, source=words, url=words)], turn=1),
        cards.sources([(words, ""), (words, "<ol></ol>"), ("later", "<ol></ol>")]),
    ]
    for html in shown:
        page = Page(html)
        assert page.tags <= TAGS
        assert set(page.links) <= {"#source-1-1"}
        assert not re.search(r"[`${}!\n]|\[|\*", html)  # nothing for a template or Markdown to act on


def test_lines_become_paragraphs_and_dashes_a_list():
    html = render.draft("First.\n\nThen:\n- one\n- two\nLast.")
    assert re.sub(r"</?div[^>]*>", "", html) == (
        "<p>First.</p><p>Then&#58;</p><ul><li>one</li><li>two</li></ul><p>Last.</p>"
    )


def test_a_marker_in_a_draft_leads_nowhere():
    assert Page(render.draft("Approved [1].")).links == []


def test_how_a_follow_up_was_understood_is_quoted():
    assert Page(render.understood("Who won in May?")).text == "Understood as: Who won in May?"


def test_the_masthead_says_who_answers_from_how_many_articles():
    assert "qwen answers from 1,204 articles." in Page(render.masthead(model="qwen", kind="local", articles=1204)).text
    assert "from 1 article." in Page(render.masthead(model="qwen", kind="local", articles=1)).text


def test_the_masthead_says_what_to_do_when_something_is_missing():
    text = Page(render.masthead(model="extractive", kind="extractive", articles=0)).text
    assert "No LLM is configured" in text
    assert "OPENAI_API_KEY" in text
    assert "dateline add" in text


def test_words_that_bind_can_be_taken_out_of_the_question():
    html = render.chips(plan("in August", "applied", "relaxed", "overridden"), turn=2, removable=True)
    assert re.findall('data-chip="([^"]*)"', html) == ["2-0-9"]
    assert "Leave out &#8220;in August&#8221;" in html
    assert "<button" not in render.chips(plan(), turn=2, removable=False)


def test_words_that_do_not_bind_are_struck_with_the_reason():
    text = Page(render.chips(plan("Reuters", "relaxed"), turn=1, removable=True)).text
    assert text.endswith("Reuters nothing of theirs, so all outlets")
    assert "<s>" in render.chips(plan("Reuters", "relaxed"), turn=1, removable=True)


def test_words_that_were_taken_out_are_gone_and_a_bare_question_has_no_chips():
    assert render.chips(plan("in August", "ignored"), turn=1, removable=True) == ""
    assert render.chips(QueryPlan(standalone_question="?"), turn=1, removable=True) == ""
