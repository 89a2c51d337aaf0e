from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports import cited, report

from rag.citations import citations_of
from rag.disagreement import Said, differing, reports_of, stated, with_reports

QUESTION = "How many people were injured in the Orvik tram crash?"
POST = report("The Orvik tram crash injured 14 people.", day=date(2025, 9, 3))
ECHO = report(
    "In Orvik, 17 people were injured in the tram crash.", day=date(2025, 9, 3), source="Orvik Echo", score=0.9
)


def said(question: str, *reports) -> list[tuple[str, str | None]]:
    """What differs, with its outlet, where the first report is what the answer rests on."""
    return [(item.said, item.evidence.article.source) for item in differing(question, [cited(reports[0])], reports)]


def test_two_outlets_with_two_figures_differ() -> None:
    assert said(QUESTION, POST, ECHO) == [("14", "Harbour Post"), ("17", "Orvik Echo")]


def test_a_figure_that_grew_is_told_in_the_order_of_time() -> None:
    later = report("The number of people injured in the Orvik tram crash rose to 21.", day=date(2025, 9, 5))
    assert [figure for figure, _ in said(QUESTION, later, ECHO, POST)] == ["14", "17", "21"]


def test_a_figure_is_told_once_by_the_first_outlet_that_gives_it() -> None:
    same = report("14 people were injured in the Orvik tram crash.", day=date(2025, 9, 4), source="Northern Wire")
    assert said(QUESTION, same, ECHO, POST) == [("14", "Harbour Post"), ("17", "Orvik Echo")]


@pytest.mark.parametrize(
    "other",
    [
        "In Orvik, fourteen people were injured in the tram crash.",
        "In Orvik, about 14 people were injured in the tram crash.",
        "In Orvik, more than 10 people were injured in the tram crash.",
        "In Orvik, 3 people were killed in the tram crash.",
        "In Orvik, 17 trams were in service at the time of the crash.",
        "In Orvik, 17 people had been injured in a bus crash in 2019.",
        "In Lunde, 17 people were injured in the ferry fire.",
    ],
)
def test_what_is_the_same_or_of_something_else_does_not_differ(other: str) -> None:
    assert said(QUESTION, POST, report(other, day=date(2025, 9, 3), source="Orvik Echo")) == []


def test_equal_sums_do_not_differ_however_they_are_written() -> None:
    asked = "How much did the harbour of Tarn cost?"
    one = report("The harbour of Tarn cost $550bn.", day=date(2025, 3, 1))
    other = report("Tarn's harbour cost 550 billion dollars.", day=date(2025, 3, 2), source="Orvik Echo")
    assert said(asked, one, other) == []


def test_different_sums_differ() -> None:
    asked = "How much did the harbour of Tarn cost?"
    one = report("The harbour of Tarn cost 2 million crowns.", day=date(2025, 3, 1))
    other = report("Tarn's harbour cost 3 million crowns.", day=date(2025, 3, 2), source="Orvik Echo")
    assert said(asked, one, other) == [("2 million crowns", "Harbour Post"), ("3 million crowns", "Orvik Echo")]


def test_a_figure_that_a_later_report_replaces_differs_however_that_is_told() -> None:
    asked = "How many cellars were flooded in Tarn?"
    first = report("Early counts put the number of flooded cellars in Tarn at 180.", day=date(2025, 3, 1))
    later = report("Tarn's mayor spoke of 310 cellars, up from 180.", day=date(2025, 3, 20), score=0.3)
    assert [figure for figure, _ in said(asked, first, later)] == ["180", "310"]


def test_reports_of_the_same_article_do_not_differ() -> None:
    other = report("In Orvik, 17 people were injured in the tram crash.", day=date(2025, 9, 3))
    assert said(QUESTION, POST, other) == []


def test_reports_far_apart_are_of_different_events() -> None:
    other = report("In Orvik, 17 people were injured in the tram crash.", day=date(2025, 12, 24))
    assert said(QUESTION, POST, other) == []


def test_reports_of_different_months_do_not_differ() -> None:
    asked = "What is the rate of inflation in Tarn?"
    march = report("Inflation in Tarn was 3.1 per cent in March.", day=date(2025, 4, 2))
    april = report("Inflation in Tarn was 2.8 per cent in April.", day=date(2025, 5, 2))
    assert said(asked, march, april) == []


@pytest.mark.parametrize(
    "question",
    [
        "Who was injured in the Orvik tram crash?",
        "When were 14 people injured in Orvik?",
        "How many people were injured, and how many trams were there in Orvik?",
    ],
)
def test_a_question_for_no_one_figure_has_no_differing_ones(question: str) -> None:
    assert said(question, POST, ECHO) == []


def test_an_answer_that_is_not_borne_out_has_none() -> None:
    assert differing(QUESTION, [cited(POST, verdict="unsupported")], [POST, ECHO]) == []
    assert differing(QUESTION, [], [POST, ECHO]) == []


def test_each_report_is_stated_with_outlet_and_day_and_cited() -> None:
    answer = stated([Said("14", POST), Said("17", ECHO)])
    assert [item.sentence.text for item in answer] == [
        "Harbour Post (3 September 2025): The Orvik tram crash injured 14 people.",
        "Orvik Echo (3 September 2025): In Orvik, 17 people were injured in the tram crash.",
    ]
    assert [citation.quote for citation in citations_of(answer)] == [POST.quote, ECHO.quote]


def test_an_answer_in_its_own_words_is_followed_by_the_reports() -> None:
    answer = with_reports([cited(POST, text="There were 14 injured.")], [Said("14", POST), Said("17", ECHO)])
    assert [item.sentence.citations for item in answer] == [(1,), (1,), (2,)]
    assert answer[0].sentence.text == "There were 14 injured."


def test_a_quote_of_a_report_is_not_told_twice() -> None:
    answer = with_reports([cited(POST)], [Said("14", POST), Said("17", ECHO)])
    assert [item.sentence.text.partition(" (")[0] for item in answer] == ["Harbour Post", "Orvik Echo"]


def test_an_answer_without_differences_stays_as_it_is() -> None:
    assert with_reports([cited(POST)], []) == [cited(POST)]


def test_the_reports_name_their_citation_outlet_and_day() -> None:
    differences = [Said("14", POST), Said("17", ECHO)]
    reports = reports_of(differences, with_reports([cited(ECHO, text="It was 17.")], differences))
    assert [(r.said, r.citation, r.source, r.published_at) for r in reports] == [
        ("14", 2, "Harbour Post", date(2025, 9, 3)),
        ("17", 1, "Orvik Echo", date(2025, 9, 3)),
    ]


def test_a_report_without_outlet_or_day_is_stated_all_the_same() -> None:
    unknown = report("It hurt 9 people.", day=None, source=None, article="x")
    assert stated([Said("9", unknown)])[0].sentence.text == "Another report: It hurt 9 people."


def test_a_long_quote_is_cut_after_the_clause_with_the_figure() -> None:
    rest = "while the council of the town went on to talk about the price of bread until late that night"
    long = report(f"The tram crash in the old town of Orvik injured 14 people on their way to work, {rest}.", day=None)
    (told,) = stated([Said("14", long)])
    assert (
        told.sentence.text
        == "Harbour Post: The tram crash in the old town of Orvik injured 14 people on their way to work."
    )


@settings(deadline=None, max_examples=50)  # the first text compiles what all are read with
@given(st.text(), st.text(), st.text())
def test_any_words_can_be_compared(question: str, one: str, other: str) -> None:
    first = report(one or "x", day=date(2025, 9, 3), article="a")
    second = report(other or "x", day=date(2025, 9, 3), article="b")
    stated(differing(question, [cited(first)], [first, second]))
