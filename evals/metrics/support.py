"""Whether words of an article are those that a question's gold support points to."""

import unicodedata
from urllib.parse import urlsplit

from evals.gold import Support
from evals.matching.text import normalize_answer
from rag.answer import ArticleRef

COPIED_WORDS = 4  # a shorter quote stands in reports on something else too; the bundled sets have none
OVERLAP = 0.5  # share of a quote's words that must stand in a passage that cuts the quote off
_STRAIGHT = str.maketrans("“”‘’‐‑–—", "\"\"''----")  # noqa: RUF001 (what an outlet and a person write differently)


def holds_support(article: ArticleRef, text: str, support: Support) -> bool:
    """Whether the text is the support: its quote in any article, as in a wire copy, or half of it in its own."""
    if support.quote is None:
        return is_article(article, support.article)
    quote, given = _comparable(support.quote), _comparable(text)
    if quote in given and len(quote.split()) >= COPIED_WORDS:
        return True
    return is_article(article, support.article) and (quote in given or _overlap(quote.split(), given.split()))


def is_of_support(article: ArticleRef, text: str, support: Support) -> bool:
    """Whether the text is of the support's article, or holds the support's words elsewhere."""
    return is_article(article, support.article) or holds_support(article, text, support)


def is_article(article: ArticleRef, name: str) -> bool:
    """Whether this is the article's id, URL or title."""
    if name == article.id or (article.url and _address(name) == _address(article.url)):
        return True
    return bool(normalize_answer(name)) and normalize_answer(name) == normalize_answer(article.title)


def _overlap(quote: list[str], given: list[str]) -> bool:
    """Whether the given words are part of the quote, or end in its start, or start with its end."""
    if f" {' '.join(given)} " in f" {' '.join(quote)} ":
        return len(given) >= OVERLAP * len(quote)
    shares = (n for n in range(len(quote), 0, -1) if n >= OVERLAP * len(quote))
    return any(given[-n:] == quote[:n] or given[:n] == quote[-n:] for n in shares)


def _comparable(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(_STRAIGHT).casefold().split())


def _address(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # a title may look like half an address
        return url
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}".casefold()
