"""Where title, outlet, authors and date are found, and where they are not invented."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import read_date, stamps
from index.decoding import RejectedError
from index.dumps import byline, credit_clues, dateline_clues, lift
from index.metadata import Clue, known_year, name_clues, settle, url_clues
from index.outlets import outlet
from index.records import record_clues

BODY = "The harbour master said on Friday that the ferry would sail again within a week."

days = st.dates(min_value=date(1800, 1, 1), max_value=datetime.now(UTC).date())


def ordinal(day):
    ending = "th" if day % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


FORMS = [
    lambda day: day.isoformat(),
    lambda day: f"{day:%Y/%m/%d}",
    lambda day: f"{day.year:04}{day:%m%d}",
    lambda day: f"{day.isoformat()}T08:40:12.123Z",
    lambda day: f"{day.isoformat()}T23:59:59+09:00",
    lambda day: f"{day.isoformat()} 08:40",
    lambda day: f"{day:%B} {day.day}, {day.year}",
    lambda day: f"{day:%b} {day.day}, {day.year}",
    lambda day: f"{day:%b}. {day.day}, {day.year}" if day.month != 5 else day.isoformat(),
    lambda day: f"{day:%B} {ordinal(day.day)} {day.year}",
    lambda day: f"{day.day} {day:%b} {day.year}",
    lambda day: f"{ordinal(day.day)} {day:%B}, {day.year}",
    lambda day: f"{day:%A}, {day:%B} {day.day}, {day.year}",
    lambda day: f"{day:%a}, {day.day:02} {day:%b} {day.year} 08:40:00 GMT",
    lambda day: f"{day:%B} {day.day}, {day.year} 08:40 IST",
    lambda day: f"{day:%B} {day.day}, {day.year} at 8:40 p.m. ET",
    lambda day: f"{day.day}/{day.month}/{day.year}" if day.day > 12 else day.isoformat(),
    lambda day: f"{day.month}/{day.day}/{day.year}" if day.day > 12 else day.isoformat(),
]


@given(days, st.sampled_from(FORMS))
def test_a_date_in_any_supported_form_reads_back_as_itself(day, form):
    assert read_date(form(day)) == day


@given(
    days,
    st.sampled_from(FORMS[6:16]),
    st.sampled_from(["", "Published: ", "Updated on ", "First published "]),
)
def test_a_labelled_date_line_reads_back_as_itself(day, form, label):
    assert [stamp.day for stamp in stamps(f"{label}{form(day)}")] == [day]


@given(st.text())
def test_any_text_reads_as_a_day_of_the_past_or_as_none(text):
    day = read_date(text)

    assert day is None or date(1800, 1, 1) <= day <= datetime.now(UTC).date() + timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    [
        "may",
        "march",
        "2 million",
        "Tuesday",
        "May 2025",
        "2025",
        "October 2",
        "03/04/2025",
        "4.3.2025",
        "February 30, 2024",
        "2025-13-01",
        "2999-01-01",
        "1799-12-31",
        "October 2, 2025 was a Thursday",
        "between 2024-01-01 and 2024-02-01",
        "",
    ],
)
def test_what_is_not_plainly_one_past_day_is_no_date(text):
    assert read_date(text) is None


def test_the_first_clue_to_a_field_wins_and_its_place_is_kept():
    fields = settle([Clue("source", "A", "given"), Clue("source", "B", "metadata"), Clue("title", "T", "text")])

    assert fields == {"source": "A", "title": "T", "provenance": {"source": "given", "title": "text"}}


def clues_of(record):
    return settle(record_clues(record, "given"))


def test_a_record_tells_its_fields_under_their_usual_names():
    fields = clues_of(
        {
            "headline": " Ferry\n sails ",
            "link": "https://quay.example/1",
            "datePublished": "2025-09-30T23:30:00-04:00",
            "author": "By Ida Holm and Per Lund",
            "publisher": {"name": "The Quay Courier"},
            "shoe_size": 43,
        }
    )

    assert fields["title"] == "Ferry sails"
    assert fields["url"] == "https://quay.example/1"
    assert fields["published_at"] == date(2025, 9, 30)
    assert fields["authors"] == ("Ida Holm", "Per Lund")
    assert fields["source"] == "The Quay Courier"


def test_authors_may_be_a_list_of_names_or_of_records_with_a_name():
    assert clues_of({"authors": ["Ida Holm", {"name": "Per Lund"}]})["authors"] == ("Ida Holm", "Per Lund")
    assert clues_of({"author": "Holm, Ida"})["authors"] == ("Holm, Ida",)


@pytest.mark.parametrize("record", [{"title": 7}, {"url": ["x"]}, {"authors": [3]}, {"date": 17}, {"source": {}}])
def test_a_field_of_the_wrong_type_rejects_the_record(record):
    with pytest.raises(RejectedError, match="is no text"):
        clues_of(record)


@pytest.mark.parametrize("record", [{"title": None}, {"url": "javascript:alert(1)"}, {"date": "soon"}, {"authors": []}])
def test_a_field_without_a_usable_value_is_not_known(record):
    assert clues_of(record) == {"provenance": {}}


@pytest.mark.parametrize(
    ("name", "known_as"),
    [
        ("www.reuters.com", "Reuters"),
        ("edition.cnn.com", "CNN"),
        ("www.quay-courier.example", "quay-courier.example"),
        ("AP", "Associated Press"),
        ("The Quay Courier", "The Quay Courier"),
    ],
)
def test_an_outlet_is_called_as_people_call_it(name, known_as):
    assert outlet(name) == known_as


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://quay.example/2025/09/30/ferry", date(2025, 9, 30)),
        ("https://quay.example/news/2025-09-30/ferry", date(2025, 9, 30)),
        ("https://quay.example/world/2025/sep/30/ferry", date(2025, 9, 30)),
        ("https://quay.example/2025/09/ferry", None),
        ("https://quay.example/2999/09/30/ferry", None),
        ("https://quay.example/?d=/2025/09/30/", None),
    ],
)
def test_the_date_in_the_path_of_an_address_is_believed(url, day):
    fields = settle(url_clues(url))

    assert fields.get("published_at") == day
    assert fields["source"] == "quay.example"


@pytest.mark.parametrize("url", ["http://[", "ftp://quay.example/2025/09/30/x", "", None, "http://127.0.0.1/x"])
def test_an_address_that_is_none_says_nothing(url):
    assert list(url_clues(url)) == []


@pytest.mark.parametrize(
    ("stem", "day"),
    [
        ("2025-09-30-ferry.txt", date(2025, 9, 30)),
        ("ferry_20250930.txt", date(2025, 9, 30)),
        ("2025_09_30.html", date(2025, 9, 30)),
        ("2025-09-01_2025-09-30.txt", None),
        ("a20250930b.txt", None),
        ("1234567890.txt", None),
    ],
)
def test_a_file_name_with_exactly_one_date_tells_it(stem, day):
    assert settle(name_clues(stem)).get("published_at") == day


def lifted(text):
    kept, clues = lift(text)
    return kept, settle(clues)


def test_an_inline_date_prefix_leaves_the_text():
    kept, fields = lifted(f" date 2025-09-30 {BODY}")

    assert kept == BODY
    assert fields["published_at"] == date(2025, 9, 30)


@pytest.mark.parametrize(
    "line", ["October 2, 2025", "2 Oct 2025", "2025-10-02", "Published: Oct. 2, 2025 8:40 a.m. ET"]
)
def test_a_first_line_that_is_only_a_date_leaves_the_text(line):
    kept, fields = lifted(f"{line}\n{BODY}")

    assert kept == BODY
    assert fields["published_at"] == date(2025, 10, 2)
    assert fields["provenance"]["published_at"] == "text"


def test_a_byline_with_agency_and_date_tells_both_and_leaves_the_text():
    kept, fields = lifted(
        f"Ferry to sail again within a week\n\nBy IANS | Updated: August 24, 2025 08:40 IST\n\n{BODY}"
    )

    assert kept == f"Ferry to sail again within a week\n\n{BODY}"
    assert fields["published_at"] == date(2025, 8, 24)
    assert fields["source"] == "IANS"
    assert fields["title"] == "Ferry to sail again within a week"
    assert "authors" not in fields


def test_the_day_of_publication_counts_before_that_of_an_update():
    _, fields = lifted(f"Updated: August 24, 2025\nPublished: August 23, 2025\n{BODY}")

    assert fields["published_at"] == date(2025, 8, 23)


def test_a_label_at_the_end_tells_the_date_and_a_bare_date_there_does_not():
    long = "\n".join([BODY] * 7)

    assert lifted(f"{long}\nFirst published: 3 Oct 2025")[1]["published_at"] == date(2025, 10, 3)
    assert "published_at" not in lifted(f"{long}\nOctober 3, 2025")[1]


@pytest.mark.parametrize(
    "text",
    [
        f"{BODY} The first ferry sailed on October 2, 2025.",
        f"{BODY}\nOctober 2, 2025",
        f"Dec. 25, 2019:\n{BODY}",
        f"October 2, 2999\n{BODY}",
        f"03/04/2025\n{BODY}",
        "By Friday the ferry may sail.",
    ],
)
def test_a_date_that_the_text_mentions_is_not_its_date_and_stays(text):
    assert lifted(text) == (text, {"provenance": {}})


@pytest.mark.parametrize(
    ("line", "authors", "source"),
    [
        ("By JANE DOE", ("Jane Doe",), None),
        ("By Ida Holm and Per Lund, Associated Press", ("Ida Holm", "Per Lund"), "Associated Press"),
        ("By IDA HOLM AP Business Writer", ("Ida Holm",), None),
        ("Written by Ludwig van der Berg | Staff Writer", ("Ludwig van der Berg",), None),
        ("By Reuters", None, "Reuters"),
    ],
)
def test_a_byline_names_authors_and_agencies(line, authors, source):
    fields = settle(byline(line) or [])

    assert fields.get("authors") == authors
    assert fields.get("source") == source


@pytest.mark.parametrize(
    "line", ["By Friday Evening", "By the numbers", "By far the best", "Bygone Days Return", "By 2030"]
)
def test_a_line_that_names_nobody_is_no_byline(line):
    assert byline(line) is None


@pytest.mark.parametrize(
    ("text", "source", "where"),
    [
        ("TOKYO (AP) — The ferry sailed.", "Associated Press", "text"),
        ("(Reuters) - The ferry sailed.", "Reuters", "text"),
        ("BERGEN, Norway, Oct 2 (Reuters) - The ferry sailed.", "Reuters", "text"),
        ("Bergen CNN — The ferry sailed.", "CNN", "text"),
        (
            f"{BODY}\nAssociated Press writer Ida Holm contributed to this report.",
            "Associated Press",
            "text",
        ),
        (f"{BODY}\nEIN Presswire provides this news content as it is.", "EIN Presswire", "text"),
    ],
)
def test_a_credit_names_the_agency(text, source, where):
    assert next(credit_clues(text)) == Clue("source", source, where)


@pytest.mark.parametrize("text", ["BERGEN (Tuesday) — It sailed.", "The ferry (AP) sailed.", "Reuters reported it."])
def test_a_mention_of_an_agency_or_of_anything_in_brackets_is_no_credit(text):
    assert list(credit_clues(text)) == []


def test_a_dateline_counts_only_with_a_year_known_elsewhere():
    text = f"Tokyo, Aug 24 {BODY}"

    assert known_year("https://quay.example/2025/ferry", "") == 2025
    assert known_year(None, "story-2025-x.txt") == 2025
    assert known_year("https://quay.example/2024/ferry", "2025.txt") is None
    assert settle(dateline_clues(text, 2025))["published_at"] == date(2025, 8, 24)
    assert list(dateline_clues(text, None)) == []


def test_a_headline_is_a_short_first_line_over_a_body():
    assert lifted(f"Ferry to sail again within a week\n{BODY}")[1]["title"] == "Ferry to sail again within a week"
    assert "title" not in lifted(f"{BODY}\n{BODY}")[1]
    assert "title" not in lifted("Ferry to sail again\nwithin a week")[1]
