"""What the records of exports and news APIs say, under whatever names they say it."""

from datetime import UTC, date, datetime

import pytest

from index.decoding import RejectedError
from index.field_names import NAMES, known, language_named
from index.metadata import settle
from index.records import read_record

BODY = "The harbour master said on Friday that the ferry would sail again within a week."
MORE = "Repairs to the hull had cost the town more than it had set aside for the year."


def fields_of(**record):
    return settle(read_record({"text": BODY} | record, "given").clues)


@pytest.mark.parametrize(
    "name",
    [
        "body",
        "Content",
        "articleText",
        "ARTICLE_BODY",
        "Main-Text",
        "maintext",
        "full text",
        "news_content",
        "description",
    ],
)
def test_a_text_is_known_by_its_usual_names_however_they_are_spelled(name):
    document = read_record({name: BODY}, "given")

    assert document.text == BODY
    assert document.mapped == {name: "text"}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("publishedAt", "published_at"),
        ("pub_date", "published_at"),
        ("Date Published", "published_at"),
        ("created-at", "published_at"),
        ("web_url", "url"),
        ("href", "url"),
        ("Headline", "title"),
        ("writer", "authors"),
        ("by_line", "authors"),
        ("newspaper", "source"),
        ("source_domain", "source"),
        ("lang", "language"),
        ("lastModified", "modified_at"),
        ("dateUpdated", "modified_at"),
    ],
)
def test_a_field_is_known_by_its_usual_names_however_they_are_spelled(name, field):
    assert known(name).field == field


def test_no_name_stands_for_two_fields():
    names = [name for listed in NAMES.values() for name in listed.split()]

    assert len(names) == len(set(names))


def test_what_a_crawler_says_of_its_own_visit_is_no_field_of_the_article():
    assert fields_of(crawled_at="2025-09-30", date_download="2025-09-30", scraped="2025-09-30") == {"provenance": {}}


def test_the_names_that_differ_from_ours_are_told_and_the_others_are_not():
    record = {"body": BODY, "title": "Ferry", "pubDate": "2025-09-30", "url": "https://quay.example/1", "shoe": 43}

    assert read_record(record, "given").mapped == {"body": "text", "pubDate": "published_at"}


def test_the_longest_of_several_texts_is_the_article_and_a_summary_is_only_its_stand_in():
    assert read_record({"content": BODY[:20] + "…", "full_text": BODY, "summary": BODY * 2}, "given").text == BODY
    assert read_record({"content": None, "description": BODY}, "given").text == BODY
    assert read_record({"content": "", "description": BODY}, "given").text == BODY


def test_plain_text_is_preferred_to_its_own_markup():
    assert read_record({"body_html": f"<p>{BODY}</p>", "body_text": BODY}, "given").text == BODY


def test_markup_in_a_record_becomes_paragraphs():
    markup = f"<p>{BODY}</p><script>steal()</script>\n<p>Fish &amp; <b>chips</b>,<br>hot</p>"

    assert read_record({"content": {"rendered": markup}}, "given").text == f"{BODY}\nFish & chips,\nhot"


def test_a_whole_page_in_a_record_gives_its_article_and_what_it_says_of_itself():
    page = "<html><head><title>Ferry sails on Friday</title></head><body><article><h1>Ferry sails on Friday</h1>"
    page += f"<p>{BODY}</p><p>{MORE}</p></article></body></html>"
    document = read_record({"html": page}, "given")

    assert BODY in document.text.split("\n")
    assert settle(document.clues)["title"] == "Ferry sails on Friday"


def test_a_text_that_merely_mentions_a_tag_stays_as_it_is():
    assert read_record({"text": "The <p> element </p> is old."}, "given").text == "The <p> element </p> is old."


def test_paragraphs_in_a_list_are_joined():
    assert read_record({"paragraphs": 1, "body": [BODY, {"text": MORE}]}, "given").text == f"{BODY}\n{MORE}"


def test_the_record_of_a_news_api_is_understood():
    fields = fields_of(
        source={"id": None, "name": "The Quay Courier"},
        author={"name": "Ida Holm"},
        publishedAt="2025-09-30T08:40:00Z",
        language="en-GB",
    )

    assert fields["source"] == "The Quay Courier"
    assert fields["authors"] == ("Ida Holm",)
    assert fields["published_at"] == date(2025, 9, 30)
    assert fields["published_time"] == datetime(2025, 9, 30, 8, 40, tzinfo=UTC)
    assert fields["language"] == "en"


def test_a_record_wrapped_in_others_is_found_in_them():
    document = read_record({"_id": 7, "_source": {"webTitle": "Ferry", "fields": {"bodyText": BODY}}}, "given")

    assert document.text == BODY
    assert document.mapped == {"_source.fields.bodyText": "text", "_source.webTitle": "title"}


def test_the_record_of_a_content_system_is_understood():
    fields = fields_of(title={"rendered": "Ferry &#8217;s back"}, author=7, date="2025-09-30T08:40:00", created=False)

    assert fields["title"] == "Ferry ’s back"
    assert fields["published_at"] == date(2025, 9, 30)
    assert "authors" not in fields
    assert "published_time" not in fields


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (1759190400, date(2025, 9, 30)),
        (1759190400000, date(2025, 9, 30)),
        ("1759190400", date(2025, 9, 30)),
        (20250930, date(2025, 9, 30)),
        ({"$date": "2025-09-30T00:00:00Z"}, date(2025, 9, 30)),
    ],
)
def test_a_number_may_be_a_day_or_a_moment(value, day):
    assert fields_of(timestamp=value)["published_at"] == day


def test_the_first_name_with_a_usable_value_counts():
    fields = fields_of(date="soon", pub_date="2025-09-30", created_at="2025-10-04")

    assert fields["published_at"] == date(2025, 9, 30)


@pytest.mark.parametrize(
    "value",
    [["Ida Holm", {"name": "Per Lund"}], "['Ida Holm', \"Per Lund\"]", "By Ida Holm and Per Lund", "Ida Holm|Per Lund"],
)
def test_authors_are_told_apart_however_they_are_listed(value):
    assert fields_of(authors=value)["authors"] == ("Ida Holm", "Per Lund")


@pytest.mark.parametrize("value", ["", " ", "nan", "None", "N/A", "null"])
def test_a_word_for_nothing_is_no_value(value):
    assert fields_of(title=value, author=value, date=value, source=value) == {"provenance": {}}


def test_an_address_as_outlet_is_known_by_its_host():
    assert fields_of(website="https://www.quay.example/")["source"] == "quay.example"


@pytest.mark.parametrize(
    ("said", "code"), [("en", "en"), ("en_US", "en"), ("eng", "en"), ("English", "en"), ("zz9", None)]
)
def test_a_language_is_a_code_of_two_letters(said, code):
    assert language_named(said) == code


def test_a_record_without_a_known_text_names_what_it_has_and_what_to_write():
    with pytest.raises(RejectedError, match=r"no text in the record \(it has: foo, bar\); name its text one of: text"):
        read_record({"foo": BODY, "bar": 1}, "given")


@pytest.mark.parametrize("record", [{"text": 7}, {"text": {}}, {"text": BODY, "title": 7}, {"text": BODY, "date": 17}])
def test_a_field_of_the_wrong_type_rejects_the_record(record):
    with pytest.raises(RejectedError, match="is no text"):
        read_record(record, "given")
