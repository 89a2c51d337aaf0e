from datetime import date

import pytest
from reports import cited, report

from rag.citations import citations_of
from rag.newest import dated, led_by_newest

FIRST = report("The county counted 180 wet cellars.", day=date(2025, 9, 8), score=1.0)
LATER = report("The county counts 274 wet cellars.", day=date(2025, 9, 24), score=0.9, article="later")


def test_the_newest_report_leads_and_is_dated() -> None:
    lead, other = led_by_newest([cited(FIRST), cited(LATER)], "latest")
    assert lead.sentence.text == "The county counts 274 wet cellars (24 September 2025)."
    assert other.sentence.text == FIRST.quote


def test_citations_are_numbered_anew() -> None:
    answer = led_by_newest([cited(FIRST, n=1), cited(LATER, n=2)], "latest")
    assert [item.sentence.citations for item in answer] == [(1,), (2,)]
    assert [citation.quote for citation in citations_of(answer)] == [LATER.quote, FIRST.quote]


@pytest.mark.parametrize("asks", ["past", "change", None])
def test_other_questions_keep_their_order(asks: str | None) -> None:
    answer = [cited(FIRST, n=1), cited(LATER, n=2)]
    assert led_by_newest(answer, asks) == answer


def test_a_newer_sentence_that_is_less_close_does_not_lead() -> None:
    beside = report("The county has a new flag.", day=date(2025, 9, 25), score=0.5, article="flag")
    assert led_by_newest([cited(FIRST), cited(beside)], "latest")[0].evidence == (FIRST,)


def test_an_unsupported_sentence_does_not_lead() -> None:
    answer = [cited(FIRST), cited(LATER, verdict="unsupported")]
    assert led_by_newest(answer, "latest")[0].evidence == (FIRST,)


def test_a_sentence_that_names_its_day_is_left_alone() -> None:
    told = report("On 24 September 274 cellars were wet.", day=date(2025, 9, 24))
    assert led_by_newest([cited(told)], "latest")[0].sentence.text == told.quote


def test_a_weekday_alone_does_not_date_a_sentence() -> None:
    told = report("On Tuesday 274 cellars were wet.", day=date(2025, 9, 24))
    assert led_by_newest([cited(told)], "latest")[0].sentence.text.endswith("wet (24 September 2025).")


def test_a_sentence_of_an_undated_report_is_left_alone() -> None:
    told = report("274 cellars are wet.", day=None)
    assert led_by_newest([cited(told)], "latest")[0].sentence.text == told.quote


def test_no_sentences_stay_none() -> None:
    assert led_by_newest([], "latest") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The toll is 14.", "As of 3 May 2025, the toll is 14."),
        ("Inflation is 3%.", "Inflation is 3% (3 May 2025)."),
        ("The toll was 14.", "The toll was 14 (3 May 2025)."),
        ("It is said that it was 14.", "It is said that it was 14 (3 May 2025)."),
        ("WHO is here!", "WHO is here (3 May 2025)!"),
        ("US is here", "US is here (3 May 2025)"),
    ],
)
def test_a_date_stands_where_grammar_holds(text: str, expected: str) -> None:
    assert dated(text, date(2025, 5, 3)) == expected
