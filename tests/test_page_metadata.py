"""Which of the things that a page says about its article are believed, in every shape they are written in."""

import json
from datetime import UTC, date, datetime

import pytest

from index.metadata import settle
from index.names import people
from index.page_metadata import page_clues


def fields_of(*head, body="<h1>Fish market to close</h1>", lang=""):
    from lxml import html

    title = "<title>Fish market to close - The Quay Courier</title>"
    page = f"<html{lang}><head>{title}{''.join(head)}</head><body>{body}</body></html>"
    return settle(page_clues(html.document_fromstring(page)))


def linked(data):
    return f'<script type="application/ld+json">{data if isinstance(data, str) else json.dumps(data)}</script>'


def meta(name, content):
    return f'<meta property="{name}" content="{content}">'


ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Fish market closes",
    "datePublished": "2025-03-04T21:30:00Z",
    "author": {"@type": "Person", "name": "Tove Karlan"},
    "publisher": {"@type": "Organization", "name": "Tideway Tribune"},
    "inLanguage": "en-GB",
}
BY_REFERENCE = [
    ARTICLE | {"author": [{"@id": "#1"}], "publisher": {"@id": "#2"}},
    {"@type": "Person", "@id": "#1", "name": "Tove Karlan"},
    {"@type": "Organization", "@id": "#2", "name": "Tideway Tribune"},
]


@pytest.mark.parametrize(
    "data",
    [
        ARTICLE,
        [{"@type": "BreadcrumbList"}, ARTICLE],
        {"@graph": BY_REFERENCE},
        {"@type": "WebPage", "name": "Another name", "mainEntity": ARTICLE},
        ARTICLE | {"@type": ["Article", "https://schema.org/ReportageNewsArticle"]},
        ARTICLE | {"author": "Tove Karlan"},
        ARTICLE
        | {"author": [{"@type": "Person", "name": ["By Tove Karlan"]}, {"@type": "Organization", "name": "AFP"}]},
        ARTICLE | {"author": {"@type": "Person", "givenName": "Tove", "familyName": "Karlan"}},
        ARTICLE
        | {"@type": "LiveBlogPosting", "liveBlogUpdate": [ARTICLE | {"headline": "An entry", "author": "Ida Holm"}]},
        f"<!-- {json.dumps(ARTICLE)} -->",
        json.dumps(ARTICLE)[:-1] + ",}",
        json.dumps(ARTICLE).replace("Fish market", "Fish\nmarket"),
    ],
)
def test_linked_data_tells_the_fields_in_any_shape_before_the_meta_tags(data):
    fields = fields_of(meta("og:title", "Something else"), meta("article:published_time", "2020-01-01"), linked(data))

    assert fields["title"] == "Fish market closes"
    assert fields["authors"] == ("Tove Karlan",)
    assert fields["source"] == "Tideway Tribune"
    assert fields["published_at"] == date(2025, 3, 4)
    assert fields["published_time"] == datetime(2025, 3, 4, 21, 30, tzinfo=UTC)
    assert fields["language"] == "en"
    assert set(fields["provenance"].values()) == {"metadata"}


@pytest.mark.parametrize(
    "data", ["", "{", "[" * 50_000, '{"@type": 7}', "null", '{"@type": "NewsArticle", "author": [[]]}']
)
def test_linked_data_that_cannot_be_read_says_nothing(data):
    assert fields_of(linked(data))["title"] == "Fish market to close"


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Fish market to close | The Quay Courier", "Fish market to close"),
        ("Fish market to close | Local | The Quay Courier", "Fish market to close"),
        ("Quay Courier: Fish market to close", "Fish market to close"),
        ("Rot, &amp;quot;unsafe&amp;quot; since 2019 – Quay Courier", 'Rot, "unsafe" since 2019'),
        ("Fish market to close - The Quay Courier - Local", "Fish market to close"),
        ("Fish market - a history", "Fish market - a history"),
    ],
)
def test_a_title_is_kept_without_the_name_of_the_site(title, kept):
    assert fields_of(meta("og:title", title), meta("og:site_name", "The Quay Courier"), body="")["title"] == kept


def test_a_site_that_is_named_only_in_the_title_is_the_outlet():
    assert fields_of()["source"] == "The Quay Courier"


def test_a_known_host_is_called_as_people_call_it():
    fields = fields_of('<link rel="canonical" href="https://www.bbc.co.uk/news/1">', meta("og:site_name", "BBC Online"))

    assert fields["source"] == "BBC News"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("article:published_time", "2025-03-04T21:30:00+00:00"),
        ("parsely-pub-date", "2025-03-04T21:30:00Z"),
        ("sailthru.date", "2025-03-04 21:30:00 +0000"),
        ("DC.date.issued", "2025-03-04"),
        ("pdate", "20250304"),
        ("date", "Tue, 04 Mar 2025 21:30:00 GMT"),
    ],
)
def test_the_date_stands_in_meta_tags_of_many_names(name, content):
    fields = fields_of(f'<meta name="{name}" content="{content}">')

    assert fields["published_at"] == date(2025, 3, 4)
    assert fields.get("published_time") in {None, datetime(2025, 3, 4, 21, 30, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("changed", "day"),
    [("2025-03-06T08:00:00Z", date(2025, 3, 6)), ("2025-03-05T01:00:00Z", None), ("2025-03-03T08:00:00Z", None)],
)
def test_a_change_on_a_later_day_makes_another_version(changed, day):
    assert fields_of(linked(ARTICLE | {"dateModified": changed})).get("modified_at") == day


def test_a_moment_in_utc_is_of_the_day_that_it_was_at_the_outlet():
    late = linked(ARTICLE | {"datePublished": "2025-03-05T02:30:00Z"})

    fields = fields_of(
        late, body='<header><h1>Market</h1><time datetime="2025-03-04T21:30:00-05:00">March 4</time></header>'
    )

    assert fields["published_at"] == date(2025, 3, 4)


@pytest.mark.parametrize(
    ("shown", "day"),
    [
        ("<time datetime='2025-03-04T10:00:00Z'>4 Mar</time>", date(2025, 3, 4)),
        ("<time class='published updated' datetime='2025-03-04T10:00:00Z'>4 Mar</time>", date(2025, 3, 4)),
        ("<div>Published 10:15 AM EST, Tue March 4, 2025</div>", date(2025, 3, 4)),
        (
            "<div>Updated <time datetime='2025-03-06'>6 Mar</time></div><time datetime='2025-03-04'>4 Mar</time>",
            date(2025, 3, 4),
        ),
        ("<p>2025年3月4日 18時10分</p>", date(2025, 3, 4)),
        ("<p>The hall burned down on 3 May 1885 and was rebuilt within two years of that date.</p>", None),
    ],
)
def test_a_date_near_the_headline_is_that_of_publication(shown, day):
    assert fields_of(body=f"<main><h1>Fish market to close</h1>{shown}</main>").get("published_at") == day


def test_todays_date_in_the_page_header_and_the_dates_of_other_stories_are_not_believed():
    others = (
        "<aside><time datetime='2025-09-09'>9 Sept</time></aside><ul><li><time datetime='2025-09-08'>x</time></li></ul>"
    )

    assert "published_at" not in fields_of(
        body=f"<p class='today'>November 21, 2025</p><main><h1>Market</h1>{others}</main>"
    )


@pytest.mark.parametrize(
    "mark",
    [
        "<a rel='author' href='/x'>Tove Karlan</a>",
        "<div class='b-byline'>By <span>Tove Karlan</span></div>",
        "<div data-component='byline-block'><p>By Tove Karlan</p><p>Harbour correspondent</p></div>",
        "<span itemprop='author'>By <b itemprop='name'>Tove Karlan</b></span>",
        "<div>Posted by <b>Tove Karlan</b> on May 7, 2019</div>",
    ],
)
def test_a_byline_near_the_headline_names_the_author(mark):
    assert fields_of(body=f"<main><h1>Fish market to close</h1>{mark}</main>")["authors"] == ("Tove Karlan",)


def test_the_writer_of_a_comment_and_an_organisation_are_no_authors():
    comment = "<div class='comments'><span rel='author'>Tide Watcher</span></div>"
    agency = linked(ARTICLE | {"author": {"@type": "NewsMediaOrganization", "name": "Tideway Tribune"}})

    assert "authors" not in fields_of(agency, meta("author", "Associated Press"), body=comment)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("By JANE DOE and John Roe, Harbour Correspondent", ("Jane Doe", "John Roe")),
        ("Von Jörg Brandt, Küstenblatt", ("Jörg Brandt",)),
        ("Par Élodie Marchand avec AFP", ("Élodie Marchand",)),
        ("Ida Holm, BBC News, New York", ("Ida Holm",)),
        ("Ida Holm in Oslo; Per van der Lund in Bergen", ("Ida Holm", "Per van der Lund")),
        ("Caleb Stone, @cstone", ("Caleb Stone",)),
        ("ida@quay.example Ida Holm | Staff Writer", ("Ida Holm",)),
        ("HOLM, Ida", ("Ida Holm",)),
        ("By Ida Holm Updated 3 hours ago", ("Ida Holm",)),
        ("李在明", ("李在明",)),
        ("Associated Press", ()),
        ("Staff and agencies", ()),
        ("https://www.facebook.com/quay", ()),
        ("By the numbers", ()),
        ("No Author", ()),
        ("", ()),
    ],
)
def test_people_are_named_without_roles_agencies_places_and_addresses(written, names):
    assert people(written) == names


def test_the_language_is_the_one_declared():
    assert fields_of(lang=' lang="de-CH"')["language"] == "de"
    assert fields_of(meta("og:locale", "pt_BR"))["language"] == "pt"
    assert "language" not in fields_of(lang=' lang="english please"')
