"""Text and records in, the smallest pieces of the page out: escaped words, notes, days, headlines, markers.

Articles, their URLs and the LLM's words are untrusted. They pass through `plain`, which leaves
nothing that HTML, Markdown or a template could act on.
"""

import re
from collections.abc import Iterable
from datetime import date

from rag.answer import ArticleRef
from rag.dates import long_date

_ACTIVE = re.compile(r"[^\w\s.,-]|_")
_WEB_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)


def plain(text: str) -> str:
    """The text on one line, with every character that could act written as a numeric entity.

    One line, because a blank line would hand the rest of an HTML block back to the Markdown reader.
    """
    return _ACTIVE.sub(lambda match: f"&#{ord(match[0])};", " ".join(text.split()))


def spaced(text: str) -> str:
    """The text as `plain` has it, with the spaces at its ends, which a piece of a sentence needs."""
    return " " * text[:1].isspace() + plain(text) + " " * (text[-1:].isspace() and not text.isspace())


def note(text: str) -> str:
    """A quiet line below or above an answer."""
    return f'<p class="dl-note">{plain(text)}</p>'


def day_of(day: date | None) -> str:
    """The day written out, in a form that programs read too."""
    return f'<time datetime="{day}">{long_date(day)}</time>' if day else f"<span>{long_date(day)}</span>"


def outlet_of(source: str | None) -> str:
    """The name of the outlet, or that it is not known."""
    return f"<b>{plain(source or 'outlet not known')}</b>"


def headline(article: ArticleRef) -> str:
    """The title, which leads to the article where its URL is a web address; nothing else is ever linked to."""
    title = plain(article.title) or "Untitled"
    if not article.url or not _WEB_ADDRESS.fullmatch(article.url):
        return title
    return f'<a href="{plain(article.url)}" target="_blank" rel="noopener noreferrer">{title}</a>'


def anchor(turn: int, n: int) -> str:
    """The id of the card with the n-th citation of a turn."""
    return f"source-{turn}-{n}"


def markers(numbers: Iterable[int], *, turn: int) -> str:
    """The markers behind a sentence, each leading to its card; they start no line of their own."""
    linked = "".join(
        f'<a class="dl-marker" href="#{anchor(turn, n)}" aria-label="source {n}">{n}</a>' for n in sorted(numbers)
    )
    return f"&#160;{linked}" if linked else ""
