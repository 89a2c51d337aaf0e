"""Articles in, a searchable index out.

Files, folders, URLs and `Article` records flow in; they are read, cleaned, chunked and embedded. The
article store holds the truth; the Chroma collection and the lexical index are derived from it.
"""

from index.additions import AddReport
from index.article import Article
from index.duplicates import shingles
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
from index.failure import Failure
from index.health import Health
from index.index import ArticleIndex
from index.scope import Day, Scope, parse_day, read_day
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
    "Health",
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
    "read_day",
    "sentence_spans",
    "shingles",
    "trimmed",
]
