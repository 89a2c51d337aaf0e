"""Tables in, an article a row out."""

import io
import tracemalloc
from contextlib import suppress
from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import tabular
from index.decoding import RejectedError
from index.metadata import settle
from index.tabular import read_table

BODY = "The harbour master said on Friday that the ferry would sail again within a week."
MORE = "Repairs to the hull had cost the town more than it had set aside for the year."


def rows(data):
    raw = data if isinstance(data, bytes) else data.encode()
    return list(read_table(io.BufferedReader(io.BytesIO(raw)), lambda: len(raw)))


def texts(data):
    return [item.found if isinstance(item.found, RejectedError) else item.found.text for item in rows(data)]


def test_each_row_is_a_document_with_the_fields_of_its_columns():
    (item,) = rows(f'Headline,Article_Text,pub date,id\n"Ferry, at last","{BODY}",2025-09-30,7\n')
    fields = settle(item.found.clues)

    assert item.found.text == BODY
    assert (fields["title"], fields["published_at"]) == ("Ferry, at last", date(2025, 9, 30))
    assert item.found.mapped == {"Article_Text": "text", "Headline": "title", "pub date": "published_at"}
    assert (item.record, item.place) == ("#1", ":2")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_names_of_the_first_row(delimiter):
    assert texts(f"title{delimiter}text\nx, y; z|{delimiter}Fish and chips\n".replace("x, y; z|", "x")) == [
        "Fish and chips"
    ]


def test_the_first_line_of_a_spreadsheet_may_name_the_delimiter():
    assert texts(f"sep=#\ntitle#text\nx#{BODY}\n") == [BODY]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm():
    assert texts(f"text,title\r\n{BODY},x\r\n".encode("utf-8-sig")) == [BODY]


def test_a_table_in_another_character_set_is_read():
    assert texts("text;title\nPrzewóz znów działa, mówi żeglarz z łodzi.;x\n".encode("cp1250")) == [
        "Przewóz znów działa, mówi żeglarz z łodzi."
    ]


def test_a_cell_may_hold_lines_and_quotation_marks_and_rows_are_counted_by_their_first_line():
    items = rows(f'text,title\n"{BODY}\n\nHe said ""no"".",x\n{MORE.replace(",", "")},y\n')

    assert items[0].found.text == f'{BODY}\n\nHe said "no".'
    assert [item.place for item in items] == [":2", ":5"]


def test_a_row_with_too_many_cells_fails_alone():
    first, second = texts(f"title,text\nx,Fish, chips and peas\ny,{BODY}\n")

    assert str(first).startswith("3 cells under 2 columns")
    assert second == BODY


def test_a_row_with_fewer_cells_or_empty_ones_beyond_is_read():
    assert texts(f"text,title,author\n{BODY}\n{BODY},x,y,,\n") == [BODY, BODY]


def test_a_quotation_mark_that_nothing_closes_spoils_its_own_row_alone():
    items = rows(f'text,title\n"{BODY},x\n{BODY},y\n{MORE},z\n')

    assert "nothing closes" in str(items[0].found)
    assert [item.found.text for item in items[1:]] == [BODY, MORE]
    assert [item.place for item in items] == [":2", ":3", ":4"]


def test_a_cell_over_the_limit_spoils_its_own_row_alone(monkeypatch):
    monkeypatch.setattr(tabular, "MAX_LINE_CHARS", 500)
    items = rows(f'text,title\n"{BODY},x\n' + f"{MORE},y\n" * 20)

    assert "nothing closes" in str(items[0].found)
    assert len(items) == 21


def test_a_table_without_a_known_text_is_refused_with_its_columns():
    with pytest.raises(
        RejectedError, match=r"it has: id, prose\); name the column of the text one of: text"
    ) as refused:
        rows(f"id,prose\n1,{BODY}\n")
    assert "\n" not in str(refused.value)


def test_an_empty_table_and_one_of_a_header_alone_are_told():
    assert texts("\n\n") == [""]
    with pytest.raises(RejectedError, match="no rows"):
        rows("text,title\n")


def test_a_field_larger_than_the_csv_module_takes_by_default_is_read():
    assert texts(f'text\n"{BODY * 3000}"\n') == [BODY * 3000]


def test_rows_come_one_by_one_in_flat_memory():
    class Endless(io.RawIOBase):
        count = 0

        def readable(self):
            return True

        def readinto(self, buffer):
            line = f"{BODY},x\n".encode() if self.count else b"text,title\n"
            self.count += 1
            buffer[: len(line)] = line
            return len(line)

    items = read_table(io.BufferedReader(Endless()), lambda: 10**9)
    next(items)
    tracemalloc.start()
    assert sum(1 for _ in islice(items, 3000)) == 3000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 1_000_000


@given(st.text(alphabet='text,;"\n\r\t|x ', max_size=200))
def test_no_table_raises_anything_but_a_rejection(table):
    with suppress(RejectedError):
        assert rows(f"text,title\n{table}")
