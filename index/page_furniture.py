"""What is in a web page and not in its article, out of the page's tree: hidden text, boxes, lists of other stories."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from index.furniture import is_related_heading

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

MIN_PROSE_CHARS = 80  # characters; shorter paragraphs are captions, labels and menus
MAX_HIDDEN_SHARE = 0.25  # of the page's prose; what holds more is the article, hidden until it has loaded or is paid
MAX_BOX_SHARE = 0.2  # of the page's prose; what holds more is the article, whatever its name
MIN_LINKS = 2  # items; a list of one link may be anything
MIN_LINKED_SHARE = 0.9  # of an item's characters; the rest is punctuation
MAX_NAME_CHARS = 300  # characters of one attribute; the longest lists of classes have about 400, the telling come first
MIN_HEADLINE_WORDS = 4  # words; shorter links are names of things that the article lists

_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:font-size|opacity)\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)
_MAYBE_HIDDEN = ".//*[@hidden or @style or self::template]"
_NAMING = ("class", "id", "data-component", "data-testid", "data-gu-name", "data-spacefinder-type", "aria-label")
_NAMED = f"//body//*[{' or '.join('@' + key for key in _NAMING)}][not(self::main)]"
_BOX = re.compile(
    r"""(?<![a-z])(?:
    (?:newsletter|sign-?up|subscri(?:be|ption))s?(?![a-z])
    |news-?letter|related-?(?:content|articles?|stor(?:y|ies)|links?|posts?|news|topics?|items?|reads?|coverage|media)
    |(?:jp-)?relatedposts|read-?(?:more|next|also)(?![a-z])|most-?(?:read|viewed|popular|watched|shared|commented)
    |popular-?(?:stories|posts|articles|news)|trending|recommend(?:ed|ations?)|recirc(?:ulation)?|you-?may-?(?:also-?)?like
    |more-?(?:stories|news|articles|coverage|on-?this|like-?this|from)|also-?(?:read|like)|outbrain|taboola
    |(?:social|share|sharing)-?(?:share|tools?|bar|buttons?|links?|icons?|media|list|container|box|wrap(?:per)?)
    |addthis|sharedaddy|follow-?us|cookies?-?(?:banner|notice|consent|bar|popup|message|policy)|gdpr|onetrust
    |comments?-?(?:section|area|list|thread|form|box|wrap(?:per)?|container|count|policy|block)|disqus|commentary-?box
    |author-?(?:bio(?:graphy)?|box|info|card|details|description|footer)|about-?(?:the-)?author
    |ad-?(?:unit|slot|container|wrapper|label|placeholder)|advert(?:isement|ising|s)?|sponsor(?:ed|ship)?
    |donat(?:e|ion)s?(?:-?(?:box|banner|form))|contribution-?epic|pay-?wall-?(?:offer|prompt|banner|message|modal)
    |breadcrumbs?|skip-?links?|links-?block|topic-?list|tag-?list|results-?list
    )""",
    re.VERBOSE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SEPARATORS = re.compile(r"[_\s]+")
_LISTS = frozenset(["ul", "ol", "div", "section"])
_LABEL = re.compile(r"[A-Z][A-Z0-9 &/'\u2019-]{2,30}:\s+")  # "EXPLAINED: " before a link
_HEADINGS = "//body//*[self::h2 or self::h3 or self::h4 or self::h5 or self::h6 or self::legend]"


def drop_hidden(tree: "HtmlElement") -> None:
    """Takes out what a reader of the page would not see."""
    hidden = [element for element in tree.xpath(_MAYBE_HIDDEN) if _is_hidden(element)]
    marked = set(hidden)
    outermost = [element for element in hidden if not marked.intersection(element.iterancestors())]
    if sum(map(_prose, outermost)) <= MAX_HIDDEN_SHARE * _prose(tree):
        _drop(outermost)


def drop_furniture(tree: "HtmlElement") -> None:
    """Takes out boxes and lists that lead away from the article, as their names, headings and links tell."""
    most = MAX_BOX_SHARE * _prose(tree)
    for found in (_boxes(tree), _under_related_headings(tree), _link_lists(tree), _related_lines(tree)):
        _drop(element for element in found if _prose(element) <= most and not element.xpath("descendant-or-self::h1"))


def _is_hidden(element: "HtmlElement") -> bool:
    is_marked = element.tag == "template" or "hidden" in element.attrib
    return is_marked or bool(_HIDDEN_STYLE.search(element.get("style", "")))


def _drop(elements: Iterable["HtmlElement"]) -> None:
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()


def _prose(element: "HtmlElement") -> int:
    """The characters in it that stand in paragraphs of running text."""
    lengths = (len(" ".join(paragraph.text_content().split())) for paragraph in element.iter("p"))
    return sum(length for length in lengths if length >= MIN_PROSE_CHARS)


def _boxes(tree: "HtmlElement") -> list["HtmlElement"]:
    return [element for element in tree.xpath(_NAMED) if _BOX.search(_name(element))]


def _name(element: "HtmlElement") -> str:
    """What an element is called, in one spelling: "relatedStories" and "related_stories" are "related-stories"."""
    names = " . ".join(element.get(key, "")[:MAX_NAME_CHARS] for key in _NAMING)
    return _SEPARATORS.sub("-", _CAMEL.sub("-", names)).lower()


def _under_related_headings(tree: "HtmlElement") -> Iterator["HtmlElement"]:
    """The part of the page under a heading such as "Related stories"; links alone where it is the article's part."""
    most = MAX_BOX_SHARE * _prose(tree)
    for heading in tree.xpath(_HEADINGS):
        if not _is_related(_text(heading)):
            continue
        parent = heading.getparent()
        if parent.tag != "body" and _prose(parent) <= most and not parent.xpath(".//h1"):
            yield parent
            continue
        yield heading
        for below in heading.itersiblings():
            if below.tag not in _LISTS or not below.xpath(".//a"):
                break
            yield below


def _link_lists(tree: "HtmlElement") -> list["HtmlElement"]:
    """Lists of headlines that are nothing but links."""
    return [listed for listed in tree.xpath("//body//ul") if _is_link_list(listed)]


def _is_link_list(listed: "HtmlElement") -> bool:
    items = [(_text(item), "".join(map(_text, item.iter("a")))) for item in listed.iterchildren("li")]
    return len(items) >= MIN_LINKS and all(
        len(text.split()) >= MIN_HEADLINE_WORDS and len(linked) >= MIN_LINKED_SHARE * len(_LABEL.sub("", text))
        for text, linked in items
    )


def _related_lines(tree: "HtmlElement") -> Iterator["HtmlElement"]:
    """Paragraphs such as "Read more: A headline" whose headline is a link."""
    for paragraph in tree.xpath("//body//p[.//a] | //body//div[a or strong or b][not(.//p)]"):
        text, linked = _text(paragraph), " ".join(map(_text, paragraph.iter("a")))
        if text.endswith(linked) and _is_related(text.removesuffix(linked).strip(" :|\u00bb>\u2013\u2014-")):
            yield paragraph


def _is_related(label: str) -> bool:
    """Whether a heading, or what stands before a link, leads to other stories; there "Related" alone does."""
    return is_related_heading(label) or is_related_heading(f"{label}:")


def _text(element: "HtmlElement") -> str:
    return " ".join(element.text_content().split())
