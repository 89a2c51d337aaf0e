"""What a web page says about its article in its head: in JSON-LD and in meta tags.

Clues come in order of trust, so that the first to a field wins; what the layout shows is in `page_marks.py`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index import linked_data
from index.dates import read_date, read_moment
from index.furniture import is_section
from index.language import language_code
from index.linked_data import Node, plain, text_of
from index.metadata import Clue
from index.names import people
from index.outlets import host_of, known_host, outlet
from index.page_marks import byline_clues, date_clues, headings, microdata_clues

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

MAX_METAS = 2000  # meta tags; the pages with most have some hundred
MAX_TITLE_CHARS = 300  # characters; the longest headlines have about 200
MAX_SITE_CHARS = 60  # characters; a longer "site name" is a slogan
MAX_SITE_WORDS = 5  # words; what follows a headline in <title> and has more is a second headline
SAME_MOMENT = timedelta(minutes=1)  # seconds are left out in some of a page's dates
MIN_HEADLINE_WORDS = 3  # words; "Live" and "Opinion" in a heading do not tell where the headline in <title> ends

# The names of meta tags, in small letters, best first.
_TITLES = """og:title headline dcterms.title dc.title parsely-title sailthru.title citation_title twitter:title
    title""".split()
_AUTHORS = """article:author_name author authors article:author byl parsely-author sailthru.author dcterms.creator
    dc.creator dc:creator citation_author og:article:author og:author creator cxenseparse:author""".split()
_PUBLISHED = """article:published_time og:article:published_time article:published og:published_time datepublished
    date_published parsely-pub-date sailthru.date dcterms.issued dc.date.issued citation_publication_date
    publish-date publishdate publish_date published_date published-date pubdate pdate article.published
    originalpublicationdate cxenseparse:recs:publishtime release_date dcterms.created dc.date.created dcterms.date
    dc.date dc:date date""".split()
_MODIFIED = """article:modified_time og:updated_time og:modified_time article:modified datemodified
    dcterms.modified dc.date.modified last-modified lastmod""".split()
_SITES = """og:site_name sitename dcterms.publisher dc.publisher application-name apple-mobile-web-app-title
    al:android:app_name""".split()
_LANGUAGES = "og:locale inlanguage dcterms.language dc.language language content-language".split()
_ADDRESSES = "og:url twitter:url parsely-link".split()

_COMPANY = re.compile(r".*\b(?:group|holdings?|limited|ltd|inc|llc|corp(?:oration)?|company|publishing|gmbh)\b.?", re.I)
_BREAK = re.compile(
    r"\s*[|\uff5c]\s*|\s+[-\u2013\u2014\u2022\u00b7\u2039\u203a\u00ab\u00bb>]\s+|\s*:{1,2}\s+|\s+::?\s*"
)
_CUT_OFF = re.compile(r"\s*(?:\.\.\.|\u2026)$")


def page_clues(tree: "HtmlElement") -> Iterator[Clue]:
    """Every clue to a field that the page holds, in order of trust."""
    metas = _metas(tree)
    nodes = linked_data.articles(str(script) for script in tree.xpath('//script[contains(@type, "ld+json")]/text()'))
    url = _address(tree, metas, nodes)
    titles = _titles(tree, metas, nodes)
    site = _site(metas, nodes, url, titles) or _site_in_title(tree, titles)
    if url:
        yield Clue("url", url, "metadata")
    if titles:
        yield Clue("title", _headline(titles, site, headings(tree)), "metadata")
    if site:
        yield Clue("source", outlet(site), "metadata")
    yield from _author_clues(metas, nodes, site)
    yield from _in_local_time([*_date_clues(metas, nodes), *microdata_clues(tree), *date_clues(tree)])
    yield from byline_clues(tree, site)
    yield from _language_clues(tree, metas, nodes)


def _metas(tree: "HtmlElement") -> Mapping[str, list[str]]:
    """The contents of the meta tags, by name; those inside of a microdata item speak for that alone."""
    found: dict[str, list[str]] = {}
    for meta in tree.xpath("//meta[@content][not(ancestor::*[@itemscope])]")[:MAX_METAS]:
        content = plain(meta.get("content"))
        for key in ("property", "name", "itemprop", "http-equiv"):
            if content and meta.get(key):
                found.setdefault(meta.get(key).strip().lower(), []).append(content)
    return found


def _address(tree: "HtmlElement", metas: Mapping[str, list[str]], nodes: list[Node]) -> str | None:
    """The page's own address; some pages name the site's front page as theirs, which tells them from no other."""
    linked = [link.get("href", "") for link in tree.xpath('//link[@rel="canonical"]')]
    pages = [node.get(key) for node in nodes for key in ("url", "mainEntityOfPage")]
    ids = [page.get("@id") if isinstance(page, dict) else page for page in pages]
    for url in (*_all(metas, _ADDRESSES[:1]), *linked, *_all(metas, _ADDRESSES[1:]), *ids):
        if isinstance(url, str) and host_of(url.strip()) and urlsplit(url.strip()).path.strip("/"):
            return url.strip()
    return None


def _all(metas: Mapping[str, list[str]], names: list[str]) -> Iterator[str]:
    for name in names:
        yield from metas.get(name, ())


def _titles(tree: "HtmlElement", metas: Mapping[str, list[str]], nodes: list[Node]) -> list[str]:
    linked = [text_of(node.get("headline")) for node in nodes]
    shown = headings(tree)
    own = [plain(title.text_content()) for title in tree.xpath("//head/title[1]")]
    titles = [*linked, *_all(metas, _TITLES), *(shown if len(shown) == 1 else ()), *own, *shown]
    return [title for title in titles if 0 < len(title) <= MAX_TITLE_CHARS]


def _headline(titles: list[str], site: str, shown: list[str]) -> str:
    """The best title, whole, without the site's name."""
    title = _without_site(titles[0], site, shown)
    stem = _CUT_OFF.sub("", title)
    return title if stem == title else next((whole for whole in titles if whole.startswith(stem)), title)


def _without_site(title: str, site: str, shown: list[str]) -> str:
    """The title without " | Section | The Site" at its end, or "The Site: " at its beginning."""
    names = {_folded(site), _folded(outlet(site))} if site else set()
    headlines = {_folded(text) for text in shown if len(text.split()) >= MIN_HEADLINE_WORDS}
    for at in _BREAK.finditer(title):
        before, after = title[: at.start()], title[at.end() :]
        if before and (_folded(_BREAK.split(after)[0]) in names or _folded(before) in headlines):
            return before.split(" | ")[0]
        if after and (_folded(before) in names or _folded(after) in headlines):
            return after
    return title


def _folded(text: str) -> str:
    return text.casefold().removeprefix("the ").removeprefix("www.").strip()


def _site(metas: Mapping[str, list[str]], nodes: list[Node], url: str | None, titles: list[str]) -> str:
    """The outlet: by its address if that is known, else as the page names it, its company and its host last."""
    if url and (name := known_host(url)):
        return name
    named = [text_of(node.get("publisher")) for node in nodes] + list(_all(metas, _SITES))
    names = [name for name in (_BREAK.split(name)[0] for name in named) if name and len(name) <= MAX_SITE_CHARS]
    names = [name for name in names if name[0] != "@" and not host_of(name) and name not in titles]
    plain = (name for name in names if not _COMPANY.fullmatch(name) and "." not in name.strip("."))
    return next(plain, next(iter(names), ""))


def _site_in_title(tree: "HtmlElement", titles: list[str]) -> str:
    """What stands beside the headline in <title>: "Headline | Section | The Site"."""
    title = next((plain(title.text_content()) for title in tree.xpath("//head/title[1]")), "")
    headlines = {_folded(text) for text in [*titles, *headings(tree)] if text != title}
    for at in _BREAK.finditer(title):
        before, after = title[: at.start()], title[at.end() :]
        name = (
            _BREAK.split(after)[-1] if _folded(before) in headlines else before if _folded(after) in headlines else ""
        )
        if name and len(name.split()) <= MAX_SITE_WORDS and len(name) <= MAX_SITE_CHARS and not is_section(name):
            return name
    return ""


def _author_clues(metas: Mapping[str, list[str]], nodes: list[Node], site: str) -> Iterator[Clue]:
    linked = [
        persons for node in nodes for key in ("author", "creator") if (persons := linked_data.persons(node.get(key)))
    ]
    for written, min_words in ((linked, 1), ([metas[name] for name in _AUTHORS if name in metas], 2)):
        for field in written:
            names = [name for value in field for name in people(value, min_words=min_words)]
            if named := tuple(dict.fromkeys(name for name in names if _folded(name) != _folded(site))):
                yield Clue("authors", named, "metadata")


def _date_clues(metas: Mapping[str, list[str]], nodes: list[Node]) -> Iterator[Clue]:
    for field, key, names in (
        ("published_at", "datePublished", _PUBLISHED),
        ("modified_at", "dateModified", _MODIFIED),
    ):
        for written in (*(text_of(node.get(key)) for node in nodes), *_all(metas, names)):
            if moment := _moment_or_day(written):
                yield Clue(field, moment, "metadata")


def _in_local_time(clues: list[Clue]) -> list[Clue]:
    """The clues, those to a moment in UTC in the outlet's own time where another clue has the same moment in that."""
    moments = [clue.value for clue in clues if isinstance(clue.value, datetime) and clue.value.utcoffset()]
    for at, (field, value, where) in enumerate(clues):
        if isinstance(value, datetime) and value.tzinfo and not value.utcoffset():
            local = (moment for moment in moments if abs(moment - value) < SAME_MOMENT)
            clues[at] = Clue(field, next(local, value), where)
    return clues


def _moment_or_day(written: str) -> datetime | date | None:
    """The moment that is written, where its zone stands with it, else the day, else None."""
    return read_moment(written) or read_date(written)


def _language_clues(tree: "HtmlElement", metas: Mapping[str, list[str]], nodes: list[Node]) -> Iterator[Clue]:
    page = [str(value) for value in tree.xpath("/html/@lang | /html/@*[name()='xml:lang']")]
    linked = [text_of(node.get("inLanguage")) for node in nodes]
    for declared in (*page, *linked, *_all(metas, _LANGUAGES)):
        if code := language_code(declared):
            yield Clue("language", code, "metadata")
