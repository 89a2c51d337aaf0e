"""Plain text out of the markup that the records of news APIs and content systems hold as an article's text."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.decoding import tidy
from index.metadata import Clue
from index.page_furniture import drop_hidden
from index.pages import read_page

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_MARKUP = re.compile(
    r"\s*(?:<!--.{0,300}?-->\s*)*<(?:!doctype|html|body|head|p|div|h[1-6]|article|section|main|figure|span|ul|ol|"
    r"blockquote|strong|em|b|i|a|img|table|center|font)\b[^>]{0,2000}>",
    re.IGNORECASE | re.DOTALL,
)
_PAGE = re.compile(r"<(?:html|body)\b", re.IGNORECASE)
_BLOCKS = frozenset(
    "p div h1 h2 h3 h4 h5 h6 article section main figure figcaption ul ol li blockquote table tr br hr header footer"
    " aside pre dl dt dd".split()
)
_UNSEEN = ".//script | .//style | .//noscript | .//template | .//iframe | .//svg"
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f]")  # lxml takes no control characters
BREAK = "\x1e"  # the record separator: no text has it after tidying


def is_markup(text: str) -> bool:
    """Whether a text is HTML: it begins with a tag of an article's, and closes one."""
    return bool(_MARKUP.match(text)) and "</" in text


def text_of(markup: str) -> tuple[str, list[Clue]]:
    """The text in HTML, a paragraph a line: of a whole page its article, of a fragment all of it.

    Raises:
        RejectedError: it is a page without an article.
    """
    if _PAGE.search(markup):
        return read_page(markup.encode("utf-8", "replace"), "utf-8")
    from lxml import html  # type: ignore[import-untyped]

    root = html.fragment_fromstring(_FORBIDDEN.sub("", tidy(markup)), create_parent="div")
    for unseen in root.xpath(_UNSEEN):
        unseen.drop_tree()
    drop_hidden(root)
    lines = (" ".join(line.split()) for line in "".join(_pieces(root)).split(BREAK))
    return "\n".join(line for line in lines if line), []


def _pieces(root: "HtmlElement") -> Iterator[str]:
    """The strings in it, with a break where a block begins or ends."""
    from lxml.etree import iterwalk  # type: ignore[import-untyped]

    for event, element in iterwalk(root, events=("start", "end")):
        yield BREAK if element.tag in _BLOCKS else ""
        yield (element.text if event == "start" and isinstance(element.tag, str) else "") or ""
        yield (element.tail if event == "end" and element is not root else "") or ""
