"""What the layout of a web page shows about its article: microdata, times, bylines, headings."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from index.dates import Stamp, read_date, read_moment, stamps
from index.metadata import Clue
from index.names import people
from index.page_furniture import MIN_PROSE_CHARS

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

MAX_MARKS = 200  # elements; what comes after the first of a kind belongs to teasers and comments
MAX_BYLINE_CHARS = 250  # characters; a longer one is the author's biography
MAX_TIME_CHARS = 120  # characters; "Published ... | Updated ..." with both times has about 90
MAX_TIME_LABEL_CHARS = 30  # characters; "Last updated on: " has 17
MAX_BESIDE_CHARS = 50  # characters beside the date in its line; more is a sentence
MAX_HEADINGS = 5  # h1 elements; a page has one, some have one a teaser
MAX_STEPS = 4  # elements up from the headline; the date of publication stands near it, today's date does not

_ELSEWHERE = (
    "ancestor::aside or ancestor::nav or ancestor::footer or ancestor::*[contains(@itemtype, 'Comment')"
    " or contains(@class, 'comment') or contains(@class, 'Comment') or starts-with(@id, 'comment')"
    " or contains(@class, 'related') or contains(@class, 'sidebar')]"
)
_ITEM = "//*[contains(concat(' ', normalize-space(@itemprop), ' '), ' {} ')][not(" + _ELSEWHERE + ")]"
_NAMED = "contains(concat(@class, ' ', @data-component, ' ', @data-testid), '{}')"
_AUTHOR = f"{_NAMED.format('author')} or {_NAMED.format('Author')} or @id='author' or self::address"
_BYLINES = (
    f"//body//*[contains(concat(' ', @rel, ' '), ' author ')][not({_ELSEWHERE})]",
    f"//body//*[{_NAMED.format('byline')} or {_NAMED.format('Byline')}][not({_ELSEWHERE})]",
    f"//body//*[{_AUTHOR}][not({_ELSEWHERE})]",
)
_DATED = f"//body//*[contains(@class, 'publish') and contains(@class, 'date')][not({_ELSEWHERE})]"
_TIMES = "descendant-or-self::time[not(ancestor::aside or ancestor::li)]"
_BY = re.compile(r"\s*(?:(?:posted|written|story|words|text|reported)\s+)?(?:by|von|por|par|door)\b", re.IGNORECASE)
_BY_NAME = re.compile(rf"{_BY.pattern}[\s:]+(?-i:[^\W\d_a-z])", re.IGNORECASE)
_CHANGED = re.compile(r"updat|modif|edit|chang", re.IGNORECASE)


def headings(tree: "HtmlElement") -> list[str]:
    """The texts of the page's main headings; of whatever is set in bold where it has none, as in old pages."""
    for path in ("//body//h1", "//body//*[self::h2 or self::b or self::strong or self::font]"):
        texts = (" ".join(heading.text_content().split()) for heading in tree.xpath(path)[:MAX_MARKS])
        if found := [text for text in texts if text]:
            return found
    return []


def microdata_clues(tree: "HtmlElement") -> Iterator[Clue]:
    """The headline, dates, authors, publisher and language of the page's microdata."""
    for field, name in (("published_at", "datePublished"), ("modified_at", "dateModified")):
        for element in tree.xpath(_ITEM.format(name))[:MAX_MARKS]:
            if moment := _written(_value(element)):
                yield Clue(field, moment, "metadata")
    for element in tree.xpath(_ITEM.format("author"))[:MAX_MARKS]:
        if names := _people_in(element):
            yield Clue("authors", names, "metadata")
    for element in tree.xpath("//*[@itemprop='publisher']//*[@itemprop='name']")[:1]:
        if name := _value(element):
            yield Clue("source", name, "metadata")


def date_clues(tree: "HtmlElement") -> Iterator[Clue]:
    """The dates that the page shows near its headline, or marks as its publication date."""
    for element in tree.xpath("//time[@pubdate][@datetime]")[:1]:
        if moment := _written(element.get("datetime")):
            yield Clue("published_at", moment, "metadata")
    for around in _near_heading(tree):
        found = [*_times(around)] or [*_stamped(around)]
        yield from found
        if any(clue.field == "published_at" for clue in found):
            break
    shown = {day for element in tree.xpath(_DATED)[:MAX_MARKS] if (day := read_date(element.text_content()))}
    if len(shown) == 1:  # several belong to the teasers around the article
        yield Clue("published_at", shown.pop(), "metadata")


def byline_clues(tree: "HtmlElement", site: str) -> Iterator[Clue]:
    """The authors in the first element that is marked as a byline and names people."""
    for path in _BYLINES:
        for element in tree.xpath(path)[:MAX_MARKS]:
            if names := tuple(name for name in _people_in(element) if name.casefold() != site.casefold()):
                yield Clue("authors", names, "metadata")
                return
    for around in _near_heading(tree):
        for element in takewhile(_is_above_prose, around.iter()):
            if _signs(element) and (names := _people_in(element)):
                yield Clue("authors", names, "metadata")
                return


def _is_above_prose(element: "HtmlElement") -> bool:
    """Whether an element is no paragraph: a byline below the first one is that of a box in the article."""
    return element.tag != "p" or len(element.text_content()) < MIN_PROSE_CHARS or bool(_BY.match(element.text or ""))


def _signs(element: "HtmlElement") -> bool:
    """Whether an element begins with "By" and a name."""
    if not isinstance(element.tag, str) or not element.text or not _BY.match(element.text):
        return False
    return bool(_BY_NAME.match(" ".join(element.text_content()[:MAX_BYLINE_CHARS].split())))


def _people_in(element: "HtmlElement") -> tuple[str, ...]:
    """The people named in an element, whose parts may stand in lines of their own or in one."""
    if element.get("content"):
        return people(element.get("content"))
    named = element.xpath(".//*[@itemprop='name']")
    if named:
        return tuple(dict.fromkeys(name for item in named for name in people(_value(item))))
    pieces = [text.strip() for text in element.itertext() if text.strip()]
    if sum(map(len, pieces)) > MAX_BYLINE_CHARS:
        return ()
    return people("\n".join(pieces)) or people(" ".join(pieces))


def _value(element: "HtmlElement") -> str:
    written = element.get("content") or element.get("datetime") or element.text_content()
    return " ".join(written.split())


def _written(text: str) -> datetime | date | None:
    return read_moment(text) or read_date(text)


def _near_heading(tree: "HtmlElement") -> Iterator["HtmlElement"]:
    """The parts of the page around its headline: those below it, then those that hold it; the body is no such part."""
    for heading in (tree.xpath("//body//h1") or tree.xpath("//body//h2"))[:MAX_HEADINGS]:
        yield from islice(takewhile(_holds_no_prose, heading.itersiblings()), MAX_STEPS)
        for around in islice(heading.iterancestors(), MAX_STEPS):
            if around.tag in {"body", "html"}:
                break
            yield around


def _holds_no_prose(element: "HtmlElement") -> bool:
    return all(len(paragraph.text_content()) < MIN_PROSE_CHARS for paragraph in element.iter("p"))


def _times(around: "HtmlElement") -> Iterator[Clue]:
    for element in around.xpath(_TIMES)[:MAX_MARKS]:
        moment = _written(element.get("datetime", "")) or _written(" ".join(element.text_content().split()))
        label = f"{element.get('class', '')} {element.get('itemprop', '')} {_before(element)}"
        if moment:
            is_changed = _CHANGED.search(label) and "publish" not in label  # WordPress writes "published updated"
            yield Clue("modified_at" if is_changed else "published_at", moment, "metadata")


def _before(element: "HtmlElement") -> str:
    """The label right before an element, in its parent; an element with a time of its own is none."""
    previous = element.getprevious()
    if previous is None:
        return str(element.getparent().text or "")[-MAX_TIME_LABEL_CHARS:]
    label = previous.tail or ("" if previous.xpath("descendant-or-self::time") else previous.text_content())
    return str(label)[-MAX_TIME_LABEL_CHARS:]


def _stamped(around: "HtmlElement") -> Iterator[Clue]:
    for text in around.itertext():
        line = " ".join(text.split())
        if len(line) > MAX_TIME_CHARS or not any(char.isdigit() for char in line):
            continue
        found = list(stamps(line))
        if found and len(line) - sum(stamp.end - stamp.start for stamp in found) <= MAX_BESIDE_CHARS:
            yield from (_clue(stamp) for stamp in found)


def _clue(stamp: Stamp) -> Clue:
    return Clue(
        "modified_at" if _CHANGED.search(stamp.label) else "published_at", stamp.moment or stamp.day, "metadata"
    )
