"""Articles in, a searchable index out.

Files, folders, URLs and `Article` records flow in; they are read, cleaned, chunked and embedded. The
article store holds the truth; the Chroma collection and the lexical index are derived from it.
"""

from index.article import Article
from index.errors import (
    ArticleIndexError,
    ArticleNotFoundError,
    EmbeddingError,
    IndexLockedError,
    IndexUnavailableError,
    ModelFileError,
    ReadError,
    ScopeError,
    StaleIndexError,
)
from index.index import AddReport, ArticleIndex
from index.readers import Failure
from index.scope import Day, Scope, parse_day
from index.sentences import Span, sentence_spans, trimmed
from index.settings import IndexSettings

__all__ = [
    "AddReport",
    "Article",
    "ArticleIndex",
    "ArticleIndexError",
    "ArticleNotFoundError",
    "Day",
    "EmbeddingError",
    "Failure",
    "IndexLockedError",
    "IndexSettings",
    "IndexUnavailableError",
    "ModelFileError",
    "ReadError",
    "Scope",
    "ScopeError",
    "Span",
    "StaleIndexError",
    "parse_day",
    "sentence_spans",
    "trimmed",
]
