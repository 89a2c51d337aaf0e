"""Saved mails and saved pages, both messages of parts, in; articles out."""

from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import mail
from index.article import Article
from index.readers import Failure, read_articles

BODY = "The harbour master said on Friday that the ferry would sail again within a week."
MORE = "Repairs to the hull had cost the town more than it had set aside for the year."
PAGE = f"""<html><head><title>Ferry sails again on Friday</title></head><body><nav><a href="/">Home</a></nav>
<article><h1>Ferry sails again on Friday</h1><p>{BODY}</p><p>{MORE}</p></article></body></html>"""


@pytest.fixture
def read(tmp_path):
    def read(data, name="a.eml"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        (found,) = read_articles([path])
        return found.item

    return read


def message(plain=BODY, page=None, **headers):
    made = EmailMessage()
    usual = {"Subject": "Ferry sails again", "From": "Ida Holm <ida@quay.example>"}
    usual["Date"] = "Tue, 30 Sep 2025 23:40:00 -0400"
    for name, value in (usual | headers).items():
        made[name.replace("_", "-")] = value
    made.set_content(plain)
    if page:
        made.add_alternative(page, subtype="html")
    return made


def test_a_mail_of_plain_text_gives_its_text_and_headers(read):
    article = read(bytes(message()))

    assert article.text == BODY
    assert article.title == "Ferry sails again"
    assert article.authors == ("Ida Holm",)
    assert article.published_at == date(2025, 9, 30)
    assert article.published_time == datetime(2025, 10, 1, 3, 40, tzinfo=UTC)
    assert article.published_time.utcoffset() == timedelta(hours=-4)
    assert {name for name, where in article.provenance.items() if where != "metadata"} <= {"language"}


def test_the_page_in_a_mail_is_read_rather_than_a_stub_beside_it(read):
    article = read(bytes(message("View this mail in your browser.", PAGE)))

    assert BODY in article.text.split("\n")
    assert "Home" not in article.text
    assert article.title == "Ferry sails again"


def test_the_plain_text_of_a_mail_is_read_where_its_page_says_nothing(read):
    assert read(bytes(message(BODY, "<html><body><img src='x'></body></html>"))).text == BODY


def test_a_mail_sent_to_many_is_of_an_outlet_and_not_of_a_person(read):
    article = read(
        bytes(message(From="The Quay Courier <news@quay.example>", List_Unsubscribe="<https://quay.example/u>"))
    )

    assert article.source == "The Quay Courier"
    assert article.authors == ()


def test_a_forwarded_mail_keeps_its_title(read):
    made = message()
    made.replace_header("Subject", "Fwd: RE: Ferry sails again")

    assert read(bytes(made)).title == "Ferry sails again"


def test_headers_and_bodies_in_other_character_sets_are_read(read):
    made = EmailMessage()
    made["Subject"] = "Паром снова выйдет в море"
    made.set_content("Паром снова выйдет в море на следующей неделе.", charset="koi8-r")
    article = read(bytes(made))

    assert article.title == "Паром снова выйдет в море"
    assert article.text == "Паром снова выйдет в море на следующей неделе."


def test_attached_files_are_not_the_article(read):
    made = message()
    made.add_attachment("A file of passwords.", subtype="plain", filename="secret.txt")

    assert read(bytes(made)).text == BODY


def test_a_mail_without_a_zone_or_a_date_has_no_moment(read):
    assert read(f"Subject: x y z\nDate: Tue, 30 Sep 2025 08:00:00 -0000\n\n{BODY}").published_time is None
    assert read(f"Subject: x y z\nDate: soon\n\n{BODY}").published_at is None


def mhtml(location="Snapshot-Content-Location: https://quay.example/2025/09/30/ferry\n", start=""):
    head = f"{location}Subject: Ferry sails\nDate: Sun, 5 Oct 2025 10:00:00 +0000\nMIME-Version: 1.0\n"
    head += f'Content-Type: multipart/related; type="text/html";{start} boundary="b"\n\n'
    frame = (
        "--b\nContent-Type: text/html\nContent-ID: <frame@x>\nContent-Location: https://ads.example/\n\n<p>Fish.</p>\n"
    )
    page = "--b\nContent-Type: text/html; charset=utf-8\nContent-ID: <page@x>\nContent-Transfer-Encoding: 8bit\n"
    page += f"Content-Location: https://quay.example/ferry\n\n{PAGE}\n"
    picture = "--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
    return head + (frame + page if start else page + frame) + picture + "--b--\n"


@pytest.mark.parametrize("name", ["a.mhtml", "a.mht"])
def test_a_saved_page_gives_its_article_and_its_address_but_not_the_day_it_was_saved(read, name):
    article = read(mhtml(), name)

    assert BODY in article.text.split("\n")
    assert "Fish" not in article.text
    assert article.url == "https://quay.example/2025/09/30/ferry"
    assert article.published_at == date(2025, 9, 30)


def test_the_part_that_a_saved_page_starts_with_is_its_page(read):
    article = read(mhtml(location="", start=' start="<page@x>";'), "a.mhtml")

    assert BODY in article.text.split("\n")
    assert article.url == "https://quay.example/ferry"
    assert article.published_at is None


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.eml", "", "empty"),
        ("a.mhtml", " \n", "empty"),
        ("a.eml", "no header at all\n\nbut words", "not a mail"),
        ("a.mhtml", "Subject: x\n\nno page\n", "no web page"),
        ("a.eml", "Subject: x\nContent-Type: image/png\n\nx", "no text in the mail"),
        ("a.eml", b"Subject: x\n\n" + bytes(range(256)) * 9, "not text"),
    ],
)
def test_what_is_no_message_is_one_failure(read, name, data, why):
    failed = read(data, name)

    assert isinstance(failed, Failure)
    assert why in failed.why


def test_a_mail_of_parts_in_parts_without_end_is_one_failure(read):
    nested = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(3000))

    assert isinstance(read(f"Subject: x\n{nested}"), Failure)


@pytest.mark.parametrize(
    "header", ["From: " + "(a" * 99_999, "Subject: " + "=?utf-8?q?x?= " * 99_999, "Date: " + "1 " * 99_999]
)
def test_a_header_without_end_does_not_hold_up_the_mail(read, header):
    assert read(f"X: y\n{header}\n\n{BODY}").text == BODY


def test_a_mail_of_too_many_lines_is_one_failure(read, monkeypatch):
    monkeypatch.setattr(mail, "MAX_LINES", 10)

    assert "more than 10 lines" in read("a: b\n" * 20 + "\nx").why


def test_a_mail_of_too_many_parts_is_one_failure(read, monkeypatch):
    monkeypatch.setattr(mail, "MAX_PARTS", 3)
    parts = "--b\n\nx\n" * 9

    assert "more than 3 parts" in read(f'Subject: x\nContent-Type: multipart/mixed; boundary="b"\n\n{parts}--b--\n').why


def test_a_mail_that_takes_too_long_is_one_failure(read, monkeypatch):
    monkeypatch.setattr(mail, "MAX_SECONDS", -1.0)

    assert "took longer" in read(bytes(message())).why


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.lists(
        st.sampled_from([
            *("Subject: ", "From: ", "Date: ", "Content-Type: text/html; charset=", "List-Id: "),
            *("Content-Type: multipart/mixed; boundary=", "Content-Transfer-Encoding: base64", "Content-Disposition: "),
        ]).flatmap(lambda name: st.binary(max_size=20).map(lambda value: name.encode() + value))
    ),
    body=st.binary(max_size=100),
    name=st.sampled_from(["a.eml", "a.mhtml"]),
)  # fmt: skip
def test_no_message_raises(read, head, body, name):
    assert isinstance(read(b"\n".join(head) + b"\n\n" + body, name), Article | Failure)
