"""What the text of an article says about it: datelines, bylines, dates of publication and of changes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from index.dates import read_date, read_moment, stamps
from index.dumps import dateline_clues, lift
from index.metadata import settle

BODY = "The harbour master said on Friday that the ferry would sail again within a week."


def lifted(text):
    kept, clues = lift(text)
    return kept, settle(clues)


@pytest.mark.parametrize(
    "dateline",
    [
        "Tokyo, Aug 24 South Korean",
        "TOKYO, Aug. 24 (AP) —",
        "SEOUL, South Korea, August 24 —",
        "NEW DELHI, 24 August (PTI)",
        "LINDVIK, Aug. 24, 2025 /PRNewswire/ --",
        "Bergen, 24 August 2025 —",
    ],
)
def test_a_dateline_tells_the_day(dateline):
    assert settle(dateline_clues(f"{dateline} {BODY}", 2025))["published_at"] == date(2025, 8, 24)


def test_a_dateline_with_its_year_needs_no_other():
    text = f"LINDVIK, Aug. 24, 2025 /PRNewswire/ -- {BODY}"

    assert settle(dateline_clues(text, None))["published_at"] == date(2025, 8, 24)


@pytest.mark.parametrize(
    "text",
    [
        f"Tokyo, Aug 24 {BODY}",
        f"Bergen, August 24, 2025 was a day of rain. {BODY}",
        f"Lindvik, may 7 {BODY}".replace("may 7", "maybe 7"),
        f"{BODY} Tokyo, Aug 24, 2025 —",
    ],
)
def test_what_is_no_dateline_or_leaves_the_year_open_tells_no_day(text):
    assert list(dateline_clues(text, None)) == []


def test_a_dateline_tells_publication_where_only_a_change_is_dated():
    _, fields = lifted(f"Ferry to sail again soon\nUpdated: August 26, 2025\nTokyo, Aug 24 {BODY}")

    assert fields["published_at"] == date(2025, 8, 24)
    assert fields["modified_at"] == date(2025, 8, 26)


def test_a_dateline_of_another_month_is_not_believed_for_that():
    _, fields = lifted(f"Ferry to sail again soon\nUpdated: August 26, 2025\nTokyo, Aug 28 {BODY}")

    assert fields["published_at"] == date(2025, 8, 26)


def test_publication_and_a_later_change_are_told_apart():
    _, fields = lifted(f"Ferry to sail again soon\nPublished: June 3, 2021 | Updated: June 5, 2021\n{BODY}")

    assert fields["published_at"] == date(2021, 6, 3)
    assert fields["modified_at"] == date(2021, 6, 5)


def test_a_time_with_its_zone_is_a_moment():
    kept, fields = lifted(f"Published 10:15 AM EDT, Mon August 25, 2025\n{BODY}")

    assert kept == BODY
    assert fields["published_at"] == date(2025, 8, 25)
    assert fields["published_time"] == datetime(2025, 8, 25, 14, 15, tzinfo=UTC)


def test_a_time_without_a_known_zone_is_a_day_alone():
    _, fields = lifted(f"By IANS | Updated: August 24, 2025 08:40 IST\n{BODY}")

    assert fields["published_at"] == date(2025, 8, 24)
    assert "published_time" not in fields


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-04T21:30:00Z", datetime(2025, 3, 4, 21, 30, tzinfo=UTC)),
        ("2025-03-04T21:30:00.123456+01:00", datetime(2025, 3, 4, 20, 30, 0, 123456, tzinfo=UTC)),
        ("2025-03-04 21:30 -0500", datetime(2025, 3, 5, 2, 30, tzinfo=UTC)),
        ("Tue, 04 Mar 2025 21:30:00 GMT", datetime(2025, 3, 4, 21, 30, tzinfo=UTC)),
        ("Tue Mar 04 2025 21:30:00 GMT+0100 (Central European Time)", datetime(2025, 3, 4, 20, 30, tzinfo=UTC)),
        ("March 4, 2025 at 12:05 a.m. EST", datetime(2025, 3, 4, 5, 5, tzinfo=UTC)),
        ("July 4, 2025 at 8 pm ET", datetime(2025, 7, 5, 0, 0, tzinfo=UTC)),
        ("9:15 PM JST, March 4, 2025", datetime(2025, 3, 4, 12, 15, tzinfo=UTC)),
    ],
)
def test_a_moment_with_its_zone_is_read(text, moment):
    assert read_moment(text) == moment
    assert abs(read_date(text) - moment.date()) <= timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-04",
        "2025-03-04T21:30:00",
        "March 4, 2025 08:40 IST",
        "March 4, 2025 08:40 CST",
        "2025-03-04T25:30:00Z",
        "2025-03-04T21:30:00+99:00",
        "it was 2025-03-04T21:30:00Z",
        "21:30 UTC",
        "",
    ],
)
def test_a_day_alone_or_an_open_zone_is_no_moment(text):
    assert read_moment(text) is None


@pytest.mark.parametrize("text", ["2025年9月30日", "2025년 9월 30일", "2025. 9. 30.", "2025.09.30"])
def test_dates_of_east_asia_are_read(text):
    assert read_date(text) == date(2025, 9, 30)


def test_a_time_before_the_date_belongs_to_its_stamp():
    line = "Updated 11:06 PM EDT, Tue August 26, 2025"

    (stamp,) = stamps(line)

    assert (stamp.label, line[stamp.start : stamp.end]) == ("updated", line)
