"""What is in a web page and not in its article, out of the page's tree: hidden text, boxes, lists of other stories."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from index.furniture import is_related_heading

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

MIN_PROSE_CHARS = 80  # characters; shorter paragraphs are captions, labels and menus
MAX_HIDDEN_SHARE = 0.5  # of the page's prose; what holds more is the article, hidden until it has loaded or is paid
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
# No design needs these, however much of the page they hide: outside the window, clipped to nothing, too small to read,
# in the colour of their ground. Screen readers' labels are hidden so too, and are no part of an article.
_OUT_OF_SIGHT = re.compile(
    r"""(?:left|right|top|bottom|text-indent|margin(?:-left|-top)?)\s*:\s*-\s*\d{3,}(?:\.\d+)?(?:px|em|rem|vw|vh|pt|%)
    |clip-path\s*:\s*(?:inset\(\s*(?:50|100)%|circle\(\s*0|polygon\(\s*0\s+0\s*,\s*0\s+0)
    |clip\s*:\s*rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?\s*\)
    |transform\s*:\s*scale[xy]?\(\s*0(?:\.0+)?\s*[,)]
    |font-size\s*:\s*(?:0|0?\.\d+|1)(?:\.0+)?(?:px|pt)|(?<![-\w])color\s*:\s*(?:transparent|rgba\([^()]*,\s*0(?:\.0+)?\s*\))""",
    re.IGNORECASE | re.VERBOSE,
)
_COLOUR = re.compile(
    r"(?<![-\w])(background(?:-color)?|color)\s*:\s*(#[0-9a-f]{3,8}|[a-z]+|rgb\([^()]*\))", re.IGNORECASE
)
_NAMES_OF_WHITE = frozenset({"#fff", "#ffffff", "rgb(255,255,255)"})
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]*)\}")
_SELECTOR = re.compile(r"\s*(?:[a-z][a-z0-9]*)?([.#])([\w-]+)\s*", re.IGNORECASE)
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
    styled = tree.xpath(".//*[@style]")
    _drop([e for e in styled if is_out_of_sight(e.get("style", ""))] + list(_out_of_sight_by_name(tree)))
    hidden = [element for element in tree.xpath(_MAYBE_HIDDEN) if _is_hidden(element)]
    marked = set(hidden)
    outermost = [element for element in hidden if not marked.intersection(element.iterancestors())]
    if sum(map(_prose, outermost)) <= MAX_HIDDEN_SHARE * _prose(tree):
        _drop(outermost)


def is_out_of_sight(style: str) -> bool:
    """Whether a style keeps text from everybody who looks, yet not from a program that reads the page.

    >>> is_out_of_sight("position:absolute; left:-9999px"), is_out_of_sight("color:#fff; background:white")
    (True, True)
    """
    colours = {name[:5].lower(): _colour(value) for name, value in _COLOUR.findall(style)}
    on_its_own = "color" in colours and colours.get("backg") == colours["color"]
    return on_its_own or _OUT_OF_SIGHT.search(style) is not None


def _colour(value: str) -> str:
    written = "".join(value.lower().split())
    return "white" if written in _NAMES_OF_WHITE else written


def _out_of_sight_by_name(tree: "HtmlElement") -> Iterator["HtmlElement"]:
    """Elements that a rule of the page's own style sheets puts out of sight, by their class or id."""
    sheets = " ".join(sheet.text or "" for sheet in tree.iter("style"))
    named = {".": set[str](), "#": set[str]()}
    for selectors, style in _RULE.findall(sheets):
        if is_out_of_sight(style):
            for match in filter(None, map(_SELECTOR.fullmatch, selectors.split(","))):
                named[match[1]].add(match[2])
    if any(named.values()):
        for element in tree.xpath("//body//*[@class or @id]"):
            if element.get("id") in named["#"] or not named["."].isdisjoint(element.get("class", "").split()):
                yield element


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
