"""What comes out of feeds that were saved to disk."""

import io
import json
import time
import tracemalloc
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import feed_xml, feeds
from index.decoding import RejectedError
from index.feed_entries import Entry
from index.feeds import is_feed, read_entries, read_feed

LEAD = "The harbour master said on Friday that the ferry would sail again within a week."
MORE = "Repairs to the hull had cost the town more than it had set aside for the year."

RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<?xml-stylesheet href="x.xsl"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
<channel><atom:link rel="self" href="https://www.quaycourier.example/rss"/>
<title>World news | The Quay Courier</title><link>https://www.quaycourier.example/</link><language>en-gb</language>
<image><title>Logo</title><link>https://www.quaycourier.example/logo</link></image>
<item><title>Ferry &amp;amp; crew to &lt;b&gt;sail&lt;/b&gt; again</title>
<link>https://quaycourier.example/ferry?id=1&amp;utm_source=rss&amp;page=2</link>
<guid isPermaLink="false">quay-1</guid><dc:creator><![CDATA[Ida Holm and Per Lund]]></dc:creator>
<pubDate>Tue, 30 Sep 2025 23:40:00 +0900</pubDate><description>{LEAD}</description>
<content:encoded><![CDATA[<p>{LEAD}</p><figure><img src="a"></figure><p>{MORE} R&amp;D &nbsp;too.</p>
<p>The post <a href="b">Ferry</a> appeared first on <a href="c">The Quay Courier</a>.</p>]]></content:encoded>
<media:title>A picture</media:title><media:content url="x.jpg"/></item>
<item><title>Second</title><link>https://quaycourier.example/second</link><author>desk@quay.example (Ida Holm)</author>
<description>&lt;p&gt;{MORE}&lt;/p&gt;</description></item>
<item><title>Empty</title><guid>https://quaycourier.example/empty</guid></item>
</channel></rss>"""

ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title type="text">Le Quai</title>
<link rel="self" href="https://le-quai.example/atom"/><link href="https://le-quai.example/"/>
<updated>2025-10-02T08:00:00Z</updated>
<entry><id>tag:1</id><title type="html">Ferry &amp;amp; crew</title><link rel="enclosure" href="https://le-quai.example/a.mp3"/>
<link href="/2025/a"/><author><name>Ida Holm</name><email>a@b.example</email></author>
<author><name>Per Lund</name></author>
<published>2025-09-30T23:40:00+09:00</published><updated>2025-10-02T08:00:00Z</updated><summary>Short.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{LEAD}</p>
<p>1 &lt; 2. <b>{MORE}</b> End.</p></div></content></entry>
<entry xml:lang="de-DE"><id>tag:2</id><title>Zwei</title><link href="https://le-quai.example/b"/>
<updated>2025-10-01T08:00:00Z</updated><content type="html">&lt;p&gt;{LEAD}&lt;/p&gt;</content>
<source><title>Other Paper</title></source></entry>
<entry><id>tag:3</id><title>Drei</title><content type="text">1 &lt; 2 &amp;amp; 3.</content></entry></feed>"""

RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://quay.example/"><title>Quay</title>
<link>https://quay.example/</link><items><rdf:Seq><rdf:li resource="https://quay.example/a"/></rdf:Seq></items></channel>
<item rdf:about="https://quay.example/a"><title>Ferry</title><link>https://quay.example/a</link>
<description>{LEAD}</description><dc:date>2025-09-30T08:40:00+09:00</dc:date></item></rdf:RDF>"""

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "The Quay Courier",
    "home_page_url": "https://quaycourier.example/",
    "language": "en",
    "items": [
        {
            "id": "1",
            "url": "https://quaycourier.example/a",
            "title": "Ferry",
            "content_html": f"<p>{LEAD}</p><p>{MORE}</p>",
            "date_published": "2025-09-30T08:40:00+09:00",
            "date_modified": "2025-10-01T08:40:00+09:00",
            "authors": [{"name": "Ida Holm"}],
        },
        {"id": 2, "content_text": MORE, "author": {"name": "Per Lund"}, "language": "de"},
    ],
}


def items(data):
    return list(read_feed(io.BytesIO(data if isinstance(data, bytes) else data.encode()), lambda: 0))


def fields(item):
    first = {}
    for clue in item.found.clues:
        assert clue.where == "metadata"
        first.setdefault(clue.field, clue.value)
    return first


def refusal(data):
    with pytest.raises(RejectedError) as rejected:
        items(data)
    assert "\n" not in str(rejected.value)
    return rejected.value.why


def rss(*entries, head=""):
    return f"{head}<rss version='2.0'><channel><title>Quay</title>{''.join(entries)}</channel></rss>"


def entry(**parts):
    return f"<item>{''.join(f'<{name}>{text}</{name}>' for name, text in parts.items())}</item>"


def test_an_rss_entry_has_its_whole_text_and_its_fields():
    first, *_ = items(RSS)

    assert first.found.text == f"{LEAD}\n{MORE} R&D too."
    assert fields(first) | {"published_time": None} == {
        "title": "Ferry & crew to sail again",
        "url": "https://quaycourier.example/ferry?id=1&page=2",
        "authors": ("Ida Holm", "Per Lund"),
        "published_at": date(2025, 9, 30),
        "published_time": None,
        "source": "The Quay Courier",
        "language": "en",
    }
    assert (first.record, first.place) == ("#quay-1", "#1")


def test_an_rss_entry_with_a_summary_alone_has_that():
    _, second, _ = items(RSS)

    assert second.found.text == MORE
    assert fields(second)["authors"] == ("Ida Holm",)
    assert second.record == "#https://quaycourier.example/second"


def test_an_entry_without_a_text_fails_alone_and_says_where_it_is():
    *_, third = items(RSS)

    assert third.found.why == "no text in the entry"
    assert third.found.remedy == "add its address: https://quaycourier.example/empty"


@pytest.mark.parametrize(
    ("end", "is_full"),
    [
        ("", True),
        ("He said: “Read on.” And left.", True),
        (" ...", False),
        (" […]", False),
        (" [...]\n", False),
        ("…", False),
        ("\nContinue reading →", False),
        ("\nRead the full story", False),
    ],
)
def test_a_content_that_goes_on_elsewhere_is_not_the_whole_article(end, is_full):
    content = (LEAD + " " + MORE) * 4 + end

    assert Entry("1", None, content, "", []).is_full is is_full
    assert not Entry("1", None, LEAD + end, "", []).is_full


def test_an_atom_entry_has_its_whole_text_and_its_fields():
    first, *_ = items(ATOM)

    assert first.found.text == f"{LEAD}\n1 < 2. {MORE} End."
    assert fields(first) | {"published_time": None} == {
        "title": "Ferry & crew",
        "url": "https://le-quai.example/2025/a",
        "authors": ("Ida Holm", "Per Lund"),
        "published_at": date(2025, 9, 30),
        "published_time": None,
        "modified_at": date(2025, 10, 2),
        "source": "Le Quai",
        "language": "fr",
    }


def test_an_atom_entry_without_a_publication_date_is_of_the_day_of_its_update():
    _, second, third = items(ATOM)

    assert second.found.text == LEAD
    assert fields(second)["published_at"] == date(2025, 10, 1)
    assert "modified_at" not in fields(second)
    assert (fields(second)["source"], fields(second)["language"]) == ("Other Paper", "de")
    assert third.found.text == "1 < 2 &amp; 3."
    assert "published_at" not in fields(third)


def test_an_rss_1_entry_beside_its_channel_is_read():
    (only,) = items(RDF)

    assert only.found.text == LEAD
    assert (fields(only)["title"], fields(only)["published_at"]) == ("Ferry", date(2025, 9, 30))


def test_a_json_feed_is_read():
    first, second = items(json.dumps(JSON_FEED))

    assert first.found.text == f"{LEAD}\n{MORE}"
    assert fields(first)["url"] == "https://quaycourier.example/a"
    assert (fields(first)["published_at"], fields(first)["modified_at"]) == (date(2025, 9, 30), date(2025, 10, 1))
    assert (fields(first)["source"], fields(first)["authors"]) == ("The Quay Courier", ("Ida Holm",))
    assert second.found.text == MORE
    assert (fields(second)["authors"], fields(second)["language"]) == (("Per Lund",), "de")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_a_feed_is_read_in_its_encoding(encoding):
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    feed = rss(entry(title="Café", description="Thé."), head=f'<?xml version="1.0" encoding="{declared}"?>')

    (only,) = items(feed.encode(encoding))

    assert (fields(only)["title"], only.found.text) == ("Café", "Thé.")
    assert is_feed(feed.encode(encoding))


def test_what_feeds_get_wrong_is_mended():
    feed = rss(
        "<item><title>Ferry & crew&nbsp;sail</title><link>https://quay.example/?a=1&b=2</link>"
        f"<content:encoded><![CDATA[<p>{LEAD}]]></content:encoded><description>AT&T \x01 says</description></item>",
        head="\n\n",
    )
    (only,) = items(feed)

    assert only.found.text == LEAD
    assert fields(only)["title"].split() == "Ferry & crew sail".split()
    assert fields(only)["url"] == "https://quay.example/?a=1&b=2"


def test_plain_text_in_a_feed_keeps_its_paragraphs():
    (only,) = items(rss(entry(description=f"{LEAD}\n\n{MORE}")))

    assert only.found.text == f"{LEAD}\n\n{MORE}"


@pytest.mark.parametrize(
    ("title", "site", "outlet"),
    [
        ("BBC News - World", "https://www.bbc.co.uk/news", "BBC News"),
        ("World news | The Guardian", "https://www.theguardian.com/world", "The Guardian"),
        ("The Quay Courier", "https://courier.example/", "The Quay Courier"),
        ("Quay Courier: Sport", "https://www.quay-courier.example/sport", "Quay Courier"),
        ("Sport - Ports and Ships", "https://pands.example/", "Sport - Ports and Ships"),
    ],
)
def test_the_outlet_is_the_part_of_the_feeds_title_that_names_its_site(title, site, outlet):
    feed = f"<rss><channel><title>{title}</title><link>{site}</link>{entry(description=LEAD)}</channel></rss>"

    assert fields(items(feed)[0])["source"] == outlet


def test_a_feed_does_not_lend_its_name_to_articles_of_other_sites():
    feed = rss("<link>https://planet.example/</link>", entry(description=LEAD, link="https://quay.example/a"))

    assert "source" not in fields(items(feed)[0])


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://[", "data:text/html,x", "ftp://quay.example/"])
def test_a_link_that_is_no_web_address_is_none(link):
    assert "url" not in fields(items(rss(entry(description=LEAD, link=link)))[0])


def test_a_web_page_saved_as_xml_is_read_as_one():
    page = f'<?xml version="1.0"?><!DOCTYPE html><html><head><title>Ferry</title></head><body><article><p>{LEAD}</p>'
    (only,) = items(f"{page}<p>{MORE}</p></article></body></html>")

    assert only.found.text.split("\n") == [LEAD, MORE]
    assert only.record == ""


@pytest.mark.parametrize("data", [b"", b" \n"])
def test_an_empty_file_is_an_empty_document(data):
    assert items(data)[0].found.text == ""


@pytest.mark.parametrize("root", ["nitf", "NewsML", "urlset", "opml", "svg"])
def test_xml_of_another_kind_is_refused_by_its_name(root):
    assert refusal(f"<?xml version='1.0'?><{root} xmlns='x'><a>{LEAD}</a></{root}>") == (
        f"no feed but XML of another kind (<{root.lower()}>)"
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (rss(), "no entries"),
        ('{"version": "https://jsonfeed.org/version/1"}', "no entries"),
        ('{"version": "https://jsonfeed.org/version/1", "items": ', "not valid JSON"),
        ("[" * 100_000, "neither a feed"),
        ('{"items":' + "[" * 100_000, "not valid JSON"),
        (LEAD, "neither a feed"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20, "not text"),
    ],
)
def test_what_is_no_feed_is_refused(data, why):
    assert why in refusal(data)


def test_a_feed_that_breaks_off_gives_its_whole_entries_and_one_failure():
    reads = read_feed(io.BytesIO(RSS[: RSS.index("<item><title>Empty")].encode()), lambda: 0)

    assert [next(reads).found.text[:20], next(reads).found.text[:20]] == [LEAD[:20], MORE[:20]]
    with pytest.raises(RejectedError, match="broken off"):
        next(reads)


BILLION_LAUGHS = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    ("declared", "used"),
    [
        (f'<!ENTITY a0 "ha">{BILLION_LAUGHS}', "&a9;"),
        (f'<!ENTITY a "{"x" * 100_000}">', "&a;" * 30_000),
        ('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"),
        ('<!ENTITY a SYSTEM "http://127.0.0.1:1/">', "&a;"),
        ('<!ENTITY % a SYSTEM "http://127.0.0.1:1/"> %a;', "x"),
    ],
    ids=["billion laughs", "quadratic", "file", "address", "parameter"],
)
def test_a_feed_that_declares_entities_is_refused(declared, used):
    for text in (entry(title=used, description=used), f"<item a='{used}'><description>x</description></item>"):
        start = time.monotonic()
        assert "declares entities" in refusal(rss(text, head=f"<!DOCTYPE rss [{declared}]>"))
        assert time.monotonic() - start < 1


def test_an_external_document_type_is_not_fetched():
    head = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss-0.91.dtd">'

    assert items(rss(entry(description=LEAD), head=head))[0].found.text == LEAD


@pytest.mark.parametrize(
    ("inside", "why"),
    [("<a>" * 200_000, "nested too deeply"), ("<a/>" * 200_000, "elements in one entry")],
)
def test_a_feed_of_very_many_elements_is_refused(inside, why):
    assert why in refusal(rss(f"<item>{inside}</item>"))


def test_a_feed_over_the_limit_is_refused_and_not_read_whole(monkeypatch):
    monkeypatch.setattr(feeds, "MAX_FEED_BYTES", 1_000_000)
    stream = io.BytesIO(rss(entry(description=LEAD * 20_000)).encode())

    with pytest.raises(RejectedError, match="larger than 1 MB"):
        list(read_feed(stream, lambda: 0))
    assert stream.tell() < 1_100_000


def test_a_feed_of_very_many_entries_gives_the_first_and_one_failure(monkeypatch):
    monkeypatch.setattr(feeds, "MAX_FEED_ENTRIES", 3)
    entries = read_entries(rss(*["<item/>"] * 9).encode())

    assert [next(entries).text for _ in range(3)] == ["", "", ""]
    with pytest.raises(RejectedError, match="more than 3 entries"):
        next(entries)


def test_memory_stays_flat_in_the_number_of_entries(monkeypatch):
    monkeypatch.setattr(feed_xml, "PIECE_CHARS", 10_000)
    data = rss(*[entry(title=f"{n}", description=LEAD * 10) for n in range(3_000)]).encode()
    tracemalloc.start()
    try:
        before = len(data) * 3  # as bytes, as text, and as text that is mended
        assert sum(1 for _ in read_entries(data)) == 3_000
        assert tracemalloc.get_traced_memory()[1] < before + 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    [
        "a" * 300_000,
        "1 " * 150_000,
        "<![CDATA[" * 30_000,
        "&lt;a " * 50_000,
        "&#" * 100_000,
        "a@" * 100_000,
        "<" * 50_000,
    ],
)
@pytest.mark.parametrize("name", ["title", "author", "pubDate", "link", "description", "guid"])
def test_no_text_in_a_feed_takes_long(name, text):
    start = time.monotonic()
    with suppress(RejectedError):
        list(read_entries(rss(entry(**{name: text})).encode()))
    assert time.monotonic() - start < 2


_PIECES = st.sampled_from(
    [
        *"<rss> <channel> <item> </item> <entry> <title> </title> <link/> <link> <![CDATA[ ]]>".split(),
        *"&amp; & < > &nbsp; </content> <p> </p> <description> </description> <!-- --> <?x ?> é \0 \x01 {".split(),
        *["<content type='xhtml'>", "<link href='http://['/>", "<pubDate>1</pubDate>", '{"items": [1, {}]}', "<feed>"],
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(_PIECES).map("".join), st.sampled_from(["", "<rss><channel>", "<feed>", "<rss><item>"]))
def test_no_bytes_raise_anything_but_a_rejection(text, start):
    for encoding in ("utf-8", "utf-16"):
        with suppress(RejectedError):
            for item in items((start + text).encode(encoding)):
                assert isinstance(item.found, RejectedError) or item.found.text is not None


@settings(max_examples=50, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(list(JSON_FEED["items"][0])), inner),
        max_leaves=8,
    )
)
def test_no_json_raises_anything_but_a_rejection(loaded):
    feed = json.dumps({"version": "https://jsonfeed.org/version/1", "items": [loaded], "language": loaded})
    with suppress(RejectedError):
        items(feed)
