"""Articles as they are put into the store: chunked, each chunk with a unit vector of its own."""

import numpy as np

from index.chunking import chunk_article
from index.store import Entry
from index.tables import Standing

DIM = 32


def unit(seed):
    """A vector of length 1, in the precision that the store keeps."""
    vector = np.random.default_rng(seed).normal(size=DIM)
    return (vector / np.linalg.norm(vector)).astype(np.float16)


def embedded(article, *, seed=None):
    """The article's chunks with embeddings: other ones for another seed."""
    nodes = chunk_article(article)
    for i, node in enumerate(nodes):
        node.embedding = unit((int(article.id, 16) % 2**32 if seed is None else seed) + i).tolist()
    return nodes


def entry(article, nodes=None, *, standing=None, **rest):
    """The article with its chunks, alone in its story."""
    standing = standing or Standing(article.id, article.published_at)
    return Entry(article, article.id, embedded(article) if nodes is None else nodes, standing, (), **rest)
