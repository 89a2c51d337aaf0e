"""What web addresses bring: pages, feeds and what they lead to, from a real server on loopback."""

import json
import time
from datetime import date, datetime

import pytest
from loopback_site import loopback_site, no_proxies, redirect, resolver

from index import web
from index.decoding import RejectedError
from index.web import read_url

LEAD = "The harbour master said on Friday that the ferry would sail again within a week."
MORE = "Repairs to the hull had cost the town more than it had set aside for the year."
LONG = "".join(f"<p>{LEAD} {MORE} It is part {number} of the story.</p>" for number in range(4))
PAGE = f"""<!doctype html><html lang="en"><head><title>Ferry to sail again</title>
<meta property="og:site_name" content="The Quay Courier">
<meta property="article:published_time" content="2025-09-30T08:40:00+09:00"></head>
<body><nav><a href="/">Home</a></nav><article><h1>Ferry to sail again</h1><p>{LEAD}</p><p>{MORE}</p></article></body>
</html>"""


@pytest.fixture
def site(monkeypatch):
    no_proxies(monkeypatch)
    with loopback_site() as site:
        yield site


def read(url):
    return read_url(url, private_hosts=["127.0.0.1", "quay.example"])


def only(url):
    (item,) = read(url)
    assert (item.record, item.place) == ("", "")
    return item.found


def refusal(url):
    with pytest.raises(RejectedError) as rejected:
        read(url)
    assert "\n" not in str(rejected.value)
    return rejected.value.why


def fields(document):
    first = {}
    for clue in document.clues:
        first.setdefault(clue.field, clue)
    values = {name: clue.value for name, clue in first.items()}
    return {name: value.date() if isinstance(value, datetime) else value for name, value in values.items()}


def rss(*entries, link=""):
    return (
        "application/rss+xml",
        f"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
        <channel><title>The Courier</title><link>{link}</link>{"".join(entries)}</channel></rss>""".encode(),
    )


def entry(number, link, *, summary="", content=""):
    return f"""<item><guid isPermaLink="false">id-{number}</guid><title>Entry {number}</title><link>{link}</link>
        <pubDate>Wed, 01 Oct 2025 08:00:00 +0900</pubDate><description>{summary}</description>
        <content:encoded><![CDATA[{content}]]></content:encoded></item>"""


def test_a_page_is_one_article_with_its_address_as_given(site):
    site.pages |= {"/from": redirect("/ferry#part"), "/ferry": ("text/html; charset=utf-8", PAGE.encode())}

    page = only(f"{site.url}/from")

    assert [line for line in page.text.split("\n") if line in {LEAD, MORE}] == [LEAD, MORE]
    assert fields(page)["title"] == "Ferry to sail again"
    assert fields(page)["published_at"] == date(2025, 9, 30)
    assert [(clue.value, clue.where) for clue in page.clues if clue.field == "url"] == [(f"{site.url}/ferry", "given")]


def test_a_page_may_not_speak_for_another_site(site):
    spoof = PAGE.replace("<title>", '<link rel="canonical" href="https://other.example/a/b"><title>')
    site.pages["/"] = ("text/html", spoof.encode())

    assert [clue.value for clue in only(f"{site.url}/").clues if clue.field == "url"] == [f"{site.url}/"]


def test_plain_text_is_read_in_its_charset(site):
    site.pages["/"] = ("text/plain; charset=iso-8859-1", f"Café. {LEAD}".encode("latin-1"))

    assert only(f"{site.url}/").text == f"Café. {LEAD}"


def test_a_file_that_is_one_article_is_read_as_one(site):
    site.pages["/"] = ("text/markdown", f"---\ntitle: Ferry\n---\n**{LEAD}**".encode())

    assert (only(f"{site.url}/").text, fields(only(f"{site.url}/"))["title"]) == (LEAD, "Ferry")


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (("image/png", b"\x89PNG"), "neither a web page nor plain text (image/png)"),
        (("application/json", b"{}"), "neither a web page nor plain text (application/json)"),
        (("text/html", b"<html><body><script>1</script></body></html>"), "no article text in the page"),
        (("text/xml", b"<nitf><body/></nitf>"), "no feed but XML of another kind (<nitf>)"),
        (rss(), "no entries in the feed"),
        (("text/xml", b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><a/></rss>'), "declares entities"),
    ],
)
def test_what_is_no_article_is_refused(site, page, why):
    site.pages["/"] = page

    assert why in refusal(f"{site.url}/")


@pytest.mark.parametrize("url", ["http://", "http://[", "file:///etc/passwd", "ftp://quay.example/", "quay.example"])
def test_what_is_no_web_address_is_refused(url):
    assert refusal(url)


def test_private_hosts_are_refused_unless_named(site):
    with pytest.raises(RejectedError, match="private network"):
        read_url(f"{site.url}/")

    assert site.asked == []


def test_a_feed_brings_its_whole_texts_and_the_pages_of_the_others(site):
    site.pages = {
        "/rss": rss(
            entry(1, f"{site.url}/1?utm_source=rss", content=LONG),
            entry(2, "/2", summary=LEAD),
            entry(3, f"{site.url}/3", content=LONG + "<p>Read more</p>"),
        ),
        "/2": ("text/html", PAGE.replace("article:published_time", "x").encode()),
        "/3": ("text/html", PAGE.encode()),
    }
    first, second, third = read(f"{site.url}/rss")

    assert [path for path, _ in site.asked] == ["/rss", "/2", "/3"]
    assert first.found.text.count(LEAD) == 4
    assert fields(first.found)["url"] == f"{site.url}/1"
    assert MORE in second.found.text
    assert fields(second.found)["url"] == f"{site.url}/2"
    assert {clue.where for clue in second.found.clues} == {"metadata"}
    assert fields(second.found)["title"] == "Ferry to sail again"
    assert fields(second.found)["published_at"] == date(2025, 10, 1)  # the page has none, the feed does
    assert fields(third.found)["published_at"] == date(2025, 9, 30)
    assert fields(third.found).get("published_time") in {None, date(2025, 9, 30)}  # of the same moment
    assert [item.record for item in (first, second, third)] == ["#id-1", "#id-2", "#id-3"]
    assert first.place == f"#1 ({site.url}/1)"


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/octet-stream", "application/xml", ""])
def test_a_feed_is_known_by_its_content_too(site, kind):
    _, body = rss(entry(1, f"{site.url}/1", content=LONG))
    site.pages["/"] = (kind, body)

    assert read(f"{site.url}/")[0].record == "#id-1"


@pytest.mark.parametrize("kind", ["application/feed+json", "application/json"])
def test_a_json_feed_brings_its_entries(site, kind):
    item = {"id": "1", "url": f"{site.url}/1", "title": "Ferry", "content_html": LONG}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "The Courier", "items": [item]}
    site.pages["/"] = (kind, json.dumps(feed).encode())

    (first,) = read(f"{site.url}/")

    assert first.found.text.count(LEAD) == 4
    assert fields(first.found)["url"] == f"{site.url}/1"


def test_an_entry_whose_page_cannot_be_had_is_its_summary_or_fails_alone(site):
    site.pages = {
        "/": rss(
            entry(1, f"{site.url}/gone", summary=f"{LEAD} {MORE} That is all."),
            entry(2, f"{site.url}/gone", summary=LEAD),
            entry(3, "", summary=LEAD),
            entry(4, f"{site.url}/", summary=LEAD),
            entry(5, "http://169.254.169.254/latest", summary=LEAD),
            entry(6, "file:///etc/passwd", summary=LEAD),
            entry(7, f"{site.url}/7", summary=LEAD),
        ),
        "/7": ("text/html", PAGE.encode()),
    }
    first, *failed, last = read(f"{site.url}/")

    assert first.found.text == f"{LEAD} {MORE} That is all."
    assert [item.found.why for item in failed] == [
        "the server answered 404",
        "neither a text nor a link in the entry",
        "a feed, not an article",
        "leads into a private network (169.254.169.254)",
        "neither a text nor a link in the entry",
    ]
    assert MORE in last.found.text


def test_a_feed_may_not_speak_for_another_site(site, monkeypatch):
    resolver(monkeypatch, {"quay.example": [["127.0.0.1"], ["127.0.0.1"]]})
    other = f"http://quay.example:{site.server_port}"
    site.pages = {
        "/rss": rss(entry(1, f"{other}/there", content=LONG), entry(2, f"{other}/gone", content=LONG)),
        "/there": ("text/html", PAGE.encode()),
    }
    there, gone = read(f"{site.url}/rss")

    assert MORE in there.found.text
    assert "part 3" not in there.found.text
    assert fields(there.found)["url"] == f"{other}/there"
    assert gone.found.text.count(LEAD) == 4
    assert "url" not in fields(gone.found)


def test_a_feed_of_very_many_entries_brings_the_first_and_says_so(site, monkeypatch):
    monkeypatch.setattr(web, "MAX_ENTRIES", 3)
    site.pages["/"] = rss(*[entry(number, f"{site.url}/{number}", content=LONG) for number in range(9)])

    *first, rest = read(f"{site.url}/")

    assert [item.record for item in first] == ["#id-0", "#id-1", "#id-2"]
    assert (rest.found.why, rest.place) == ("more than 3 entries", "#4")


def test_a_feed_that_breaks_off_brings_its_whole_entries_and_says_so(site):
    kind, body = rss(entry(1, f"{site.url}/1", content=LONG), entry(2, f"{site.url}/2", content=LONG))
    site.pages["/"] = (kind, body[:-100])

    first, rest = read(f"{site.url}/")

    assert first.found.text.count(LEAD) == 4
    assert "broken off" in rest.found.why


def test_a_feed_of_slow_pages_is_over_in_time(site, monkeypatch):
    monkeypatch.setattr(web, "MAX_FEED_SECONDS", 0.5)
    site.pages = {
        "/": rss(*[entry(number, f"{site.url}/slow", summary=LEAD) for number in range(9)]),
        "/slow": _slow,
    }
    found = [item.found.why for item in read(f"{site.url}/")]

    assert found[0].startswith("took longer than")
    assert set(found[1:]) == {"not fetched after 0 s with the feed"}
    assert len(site.asked) == 2


def _slow(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(300):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.01)
