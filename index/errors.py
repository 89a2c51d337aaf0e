"""What can go wrong with articles and the index.

    ArticleIndexError
    ├── ReadError            an input cannot be read as articles
    ├── IndexLockedError     another process is writing to this index
    ├── IndexUnavailableError  the folder, store or vector index cannot be opened
    ├── StaleIndexError      the index was made with another embedding model
    ├── ArticleNotFoundError  no article has this id
    ├── ScopeError           a date or an outlet that an article is asked by makes no sense
    ├── EmbeddingError       texts cannot be embedded
    └── ModelFileError       a model file is missing or is not the file it should be

Every message is one line: what happened: value; what to do.
"""


class ArticleIndexError(Exception):
    """Anything that goes wrong in `index`."""


class ReadError(ArticleIndexError):
    """An input cannot be read as articles."""


class IndexLockedError(ArticleIndexError):
    """Another process is writing to this index."""


class IndexUnavailableError(ArticleIndexError):
    """The folder, the store or the vector index cannot be opened."""


class StaleIndexError(ArticleIndexError):
    """The index was made with another embedding model."""


class ArticleNotFoundError(ArticleIndexError):
    """No article has this id."""


class ScopeError(ArticleIndexError):
    """A date or an outlet that articles are asked by makes no sense."""


class EmbeddingError(ArticleIndexError):
    """Texts cannot be embedded: no such embedding, or its server gives none."""


class ModelFileError(ArticleIndexError):
    """A model file is missing, or is not the file it should be."""
