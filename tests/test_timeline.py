from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports import report

from prompts import load_prompt
from rag.answer import Sentence
from rag.citations import citations_of
from rag.evidence import Evidence, render_evidence
from rag.timeline import TimelineDraft, parse_timeline, timeline_of, timeline_text
from rag.timeline_evidence import MAX_LINES, timeline_evidence, timeline_quotes

NEWEST = date(2025, 10, 1)
AGROUND = report("The ferry Alma ran aground off Tarn on Tuesday.", day=date(2025, 9, 24))
FREED = report("Divers freed the Alma.", day=date(2025, 9, 26), source="Tarn Echo", score=0.8)
SAILED = report("The Alma sailed again on Monday after repairs for 2 million crowns.", day=NEWEST, score=0.9)
TOWNS = ("Aal", "Brim", "Corr", "Dunn", "Elv", "Fosk", "Gorm", "Hask", "Ilm")


def numbered(*reports: Evidence) -> list[Evidence]:
    return [Evidence(n, r.quote, r.start, r.end, r.article, r.context, r.score) for n, r in enumerate(reports, start=1)]


@pytest.mark.parametrize(
    "line",
    [
        "- 2025-09-30: The Alma sailed [2].",
        "* **30 September 2025** – The Alma sailed [2].",
        "1. 30 September: The Alma sailed [2].",
        "• Sept 30 - The Alma sailed [2].",
        "- [2025-09-30]: The Alma sailed [2].",
        "### September 30, 2025: The Alma sailed [2].",
        "- On Tuesday, 30 September 2025: The Alma sailed [2].",
        "**30 September 2025**\n- The Alma sailed [2].",
        "**30 September 2025:**\n\n- The Alma sailed [2].",
    ],
)
def test_a_line_is_read_however_its_day_is_written(line: str) -> None:
    assert parse_timeline(line, NEWEST)[-1] == TimelineDraft(date(2025, 9, 30), "The Alma sailed [2].")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("- The Alma sailed [2].", "The Alma sailed [2]."),
        ("- September 2025: The Alma sailed.", "The Alma sailed."),
        ("- Tarn: the Alma sailed.", "Tarn: the Alma sailed."),
        ("- Unknown date - The Alma sailed.", "Unknown date - The Alma sailed."),
    ],
)
def test_a_line_may_have_no_day(line: str, text: str) -> None:
    assert parse_timeline(line, NEWEST) == [TimelineDraft(None, text)]


def test_an_introduction_is_no_line() -> None:
    assert parse_timeline("Here is the timeline:\n\n- The Alma sailed.") == [TimelineDraft(None, "The Alma sailed.")]


@settings(deadline=None, max_examples=50)  # the first text compiles what all are read with
@given(st.text())
def test_any_text_can_be_read_as_a_timeline(text: str) -> None:
    timeline_of("What?", parse_timeline(text, NEWEST), numbered(AGROUND, FREED))


def test_lines_are_cited_dated_and_in_the_order_of_time() -> None:
    drafts = parse_timeline(
        "- 2025-09-29: The Alma sailed after repairs for 2 million crowns.\n- 2025-09-23: The ferry Alma ran aground.",
        NEWEST,
    )
    lines = timeline_of("What happened to the Alma?", drafts, numbered(AGROUND, FREED, SAILED))
    assert [(line.sentence.day, line.evidence[0].quote) for line in lines] == [
        (date(2025, 9, 23), AGROUND.quote),
        (date(2025, 9, 29), SAILED.quote),
    ]
    assert [citation.n for citation in citations_of(lines)] == [1, 2]


@pytest.mark.parametrize("day", ["2025-08-01", "2019-09-23"])
def test_a_day_that_the_cited_words_do_not_tell_is_put_right(day: str) -> None:
    drafts = parse_timeline(f"- {day}: The ferry Alma ran aground off Tarn.", NEWEST)
    (line,) = timeline_of("What happened?", drafts, numbered(AGROUND))
    assert line.sentence.day == date(2025, 9, 23)


def test_a_report_that_names_no_day_gives_its_own() -> None:
    (line,) = timeline_of("What happened?", parse_timeline("- Divers freed the Alma."), numbered(FREED))
    assert line.sentence.day == date(2025, 9, 26)


def test_a_line_that_nothing_bears_out_is_dropped() -> None:
    drafts = parse_timeline("- The Alma sank with 40 passengers.\n- Divers freed the Alma.")
    assert [line.sentence.text for line in timeline_of("What?", drafts, numbered(FREED))] == ["Divers freed the Alma."]


def test_an_event_is_told_once() -> None:
    drafts = parse_timeline("- Divers freed the Alma.\n- The Alma was freed by divers.")
    assert len(timeline_of("What happened?", drafts, numbered(FREED))) == 1


def test_figures_that_differ_are_told_each() -> None:
    first = report("The number of stranded passengers is 40.", day=date(2025, 9, 24))
    later = report("The number of stranded passengers is 65.", day=date(2025, 9, 25))
    assert len(timeline_quotes("How many passengers are stranded?", [first, later])) == 2


def test_quotes_make_a_timeline_without_an_llm() -> None:
    lines = timeline_quotes("What happened to the Alma?", [SAILED, FREED, AGROUND])
    assert timeline_text([line.sentence for line in lines]) == (
        "- 23 September 2025: The ferry Alma ran aground off Tarn on Tuesday [1].\n"
        "- 26 September 2025: Divers freed the Alma [2].\n"
        "- 29 September 2025: The Alma sailed again on Monday after repairs for 2 million crowns [3]."
    )


def test_a_line_without_a_day_shows_none() -> None:
    assert timeline_text([Sentence(text="It closed in 1953.", citations=(1,), verdict="supported")]) == (
        "- It closed in 1953 [1]."
    )


def test_what_is_not_close_is_left_out() -> None:
    aside = report("A market opened in Lunde.", day=date(2025, 9, 25), score=0.1, article="aside")
    assert len(timeline_quotes("What happened to the Alma?", [AGROUND, aside])) == 1


def test_a_timeline_has_a_bounded_number_of_lines() -> None:
    many = [report(f"Boat{n} sank off Cape{n}.", day=date(2025, 9, n + 1)) for n in range(20)]
    assert len(timeline_quotes("What happened?", many)) == MAX_LINES


def test_no_evidence_makes_no_timeline() -> None:
    assert timeline_quotes("What happened?", []) == []
    assert timeline_evidence("What happened?", [], budget=100) == []
    assert timeline_text([]) == ""


def test_a_sentence_with_a_figure_is_preferred_where_one_is_asked_for() -> None:
    plain = [report(f"{town} cheered.", day=date(2025, 9, 1)) for town in TOWNS]
    figure = report("Winners got 500 crowns.", day=date(2025, 8, 1), score=0.7)
    asked, told = "How did the prize change?", "What happened in Tarn?"
    assert figure.quote in [line.sentence.text for line in timeline_quotes(asked, [*plain, figure])]
    assert figure.quote not in [line.sentence.text for line in timeline_quotes(told, [*plain, figure])]


def test_evidence_for_an_llm_is_oldest_first_numbered_and_within_the_budget() -> None:
    evidence = timeline_evidence("What happened to the Alma?", [SAILED, FREED, AGROUND], budget=500)
    assert [(item.n, item.quote) for item in evidence] == [(1, AGROUND.quote), (2, FREED.quote), (3, SAILED.quote)]
    few = timeline_evidence("What happened to the Alma?", [SAILED, FREED, AGROUND], budget=30)
    assert 0 < len(few) < 3
    assert render_evidence(few).startswith("Harbour Post")


def test_the_prompt_takes_nothing_and_is_small() -> None:
    assert len(load_prompt("answer_timeline").render().split()) < 130
