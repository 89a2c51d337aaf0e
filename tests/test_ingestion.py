"""Ingestion in this process: articles in, embedded chunks out."""

import numpy as np
import pytest
from tiny_articles import ARTICLES, FESTIVAL, RACE

from index import Article
from index.chunking import chunk_article, embedding_text
from index.embedding import load_embedding
from index.ingestion import LocalIngestion

MINILM = load_embedding("minilm", threads=2)
LONG = Article(
    text="\n".join(f"Paragraph {i}: the ferry to Vell waited {i} minutes for the fog to lift." for i in range(80)),
    title="Fog",
)


@pytest.fixture
def ingestion():
    opened = LocalIngestion(MINILM)
    yield opened
    opened.close()


def test_the_chunks_of_each_article_come_in_order_and_tile_its_text(ingestion):
    chunks = ingestion.embed([*ARTICLES, LONG])
    assert list(chunks) == [article.id for article in [*ARTICLES, LONG]]
    assert len(chunks[LONG.id]) > 1
    for article in [*ARTICLES, LONG]:
        assert "".join(node.text for node in chunks[article.id]) == article.text
        assert [node.node_id for node in chunks[article.id]] == [node.node_id for node in chunk_article(article)]


def test_each_chunk_is_embedded_with_its_title_as_precisely_as_the_store_keeps_it(ingestion):
    [node] = ingestion.embed([RACE])[RACE.id]
    exact = MINILM.embed([embedding_text(node)])[0]
    assert node.embedding == exact.astype(np.float16).tolist()


def test_an_article_gets_the_same_chunks_whatever_articles_are_beside_it(ingestion):
    together = ingestion.embed([*ARTICLES, LONG])
    assert all(ingestion.embed([article])[article.id] == together[article.id] for article in [FESTIVAL, RACE, LONG])


def test_no_articles_give_no_chunks(ingestion):
    assert ingestion.embed([]) == {}
