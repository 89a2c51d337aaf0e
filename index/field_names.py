"""The names that exports, news APIs and scrapers give to the fields of an article, and which of ours each is.

Names are compared by their letters alone, so that `publishDate`, `Publish Date` and `publish_date` are one.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from index.language import language_code

# Per field, the most telling name first: where a record has several, the first that holds a value counts.
# Names of machines' own times (crawled, fetched, scraped) are left out: they say nothing about the article.
NAMES = {
    "text": """
        text body content article full_text article_text article_body main_text body_text text_body
        article_content full_content full_article full_story story story_text story_body news_text news_body
        news_content plain_text raw_text text_content content_text content_body document_text post_content
        content_encoded body_html content_html article_html html""",
    # Not the article but what stands for it: its text only where a record has nothing else.
    "summary": "description summary abstract excerpt snippet lead_paragraph standfirst teaser trail_text",
    "url": """
        url link web_url article_url news_url story_url page_url post_url full_url canonical_url permalink href
        article_link news_link uri guid""",
    "title": """
        title headline heading article_title news_title story_title post_title page_title web_title
        article_headline headline_text head_line title_text news_headline""",
    "published_at": """
        published_at date published date_published published_on published_date publish_date publication_date
        publish_time publish_at published_time published_time_utc publication_time publication_date_time
        pub_date pub_time date_publish publish_date_time published_date_time first_published first_published_at
        first_publication_date web_publication_date date_of_publication date_posted posted_at posted_on posted_date
        post_date post_date_gmt article_date news_date story_date release_date released_at release_time issued
        issue_date date_time timestamp datestamp time created_at created created_date date_created creation_date
        display_date""",
    "modified_at": """
        modified_at updated_at modified updated date_modified date_updated last_modified last_updated last_update
        modified_date updated_date update_date modification_date modify_date modified_time updated_time
        last_modified_at last_updated_at last_modified_date date_modify modified_gmt revised_at""",
    "authors": """
        authors author byline bylines by_line writer writers author_name author_names authors_name article_author
        news_author creator creators dc_creator journalist journalists reporter reporters written_by by""",
    "source": """
        source outlet publisher site source_name outlet_name publisher_name publication publication_name newspaper
        newspaper_name site_name news_source news_outlet news_site media_name media_outlet media provider
        news_agency agency journal website website_name source_domain source_url domain domain_name source_website
        hostname host""",
    "language": "language lang language_code lang_code article_language in_language detected_language locale",
}
# A value of another type under one of these means that the record is something else; under any other name (a
# content system's `author: 7` or `created: false`) it means nothing.
OWN_NAMES = frozenset("url title publishedat date authors source".split())
# What a record may be packed in, with other things beside it: Elasticsearch, CMS and JSON:API exports.
WRAPPERS = frozenset("_source article fields attributes record node post item document doc data properties".split())
# Where the records of an export or a news API's answer stand.
LISTS = tuple(
    "articles data results items docs documents entries records news stories posts hits response rows feed".split()
)

_NO_LETTER = re.compile(r"[\W_]+")
# English names, and three-letter codes of ISO 639-2 (both forms), of the languages with most news online.
_LANGUAGES = {
    name: names.split()[0]
    for names in """
        ar arabic ara|bg bulgarian bul|bn bengali ben|ca catalan cat|cs czech ces cze|da danish dan|de german deu ger
        |el greek ell gre|en english eng|es spanish spa castilian|et estonian est|fa persian fas per farsi
        |fi finnish fin|fr french fra fre|he hebrew heb|hi hindi hin|hr croatian hrv|hu hungarian hun|id indonesian ind
        |it italian ita|ja japanese jpn|ko korean kor|lt lithuanian lit|lv latvian lav|ms malay msa may|nl dutch nld dut
        |no norwegian nor|pl polish pol|pt portuguese por|ro romanian ron rum|ru russian rus|sk slovak slk slo
        |sl slovenian slv|sr serbian srp|sv swedish swe|sw swahili swa|ta tamil tam|th thai tha|tr turkish tur
        |uk ukrainian ukr|ur urdu urd|vi vietnamese vie|zh chinese zho chi mandarin""".split("|")
    for name in names.split()
}


class Known(NamedTuple):
    """Which field a name stands for, and how telling it is: 0 is best."""

    field: str
    rank: int


@lru_cache(maxsize=4096)
def letters(name: str) -> str:
    """A name without case, underscores, hyphens, blanks and other punctuation."""
    return _NO_LETTER.sub("", name).casefold()


_KNOWN = {
    letters(name): Known(field, rank) for field, names in NAMES.items() for rank, name in enumerate(names.split())
}


def known(name: str) -> Known | None:
    """The field that a name stands for; None for a name that tells nothing."""
    return _KNOWN.get(letters(name))


def language_named(text: str) -> str | None:
    """The ISO 639-1 code in "en", "en-US", "eng" or "English"; None for what is no language."""
    return language_code(text) or _LANGUAGES.get(text.lower())
