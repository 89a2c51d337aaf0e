"""Fixtures that several test modules share."""

import socket

import pytest
from postgresql import PostgreSQL
from scripted_llm import ScriptedLLM
from tiny_articles import ARTICLES

from index import ArticleIndex, IndexSettings


@pytest.fixture
def scripted_llm():
    """A real server on loopback that speaks the OpenAI protocol and answers as the test says."""
    with ScriptedLLM() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql():
    """A real PostgreSQL server."""
    with PostgreSQL() as server:
        yield server


@pytest.fixture(scope="session")
def news(tmp_path_factory):
    """The tiny archive in a real index: to be asked, not to be changed."""
    index = ArticleIndex.open(settings=index_settings(tmp_path_factory.mktemp("news")))
    report = index.add(*ARTICLES)
    assert len(report.added) == len(ARTICLES)
    yield index
    index.close()


@pytest.fixture
def no_settings(monkeypatch):
    """An environment that sets nothing about the index."""
    for name in ("DATELINE_STORE", "DATELINE_EMBED", "DATELINE_INDEX", "CHROMA_URL", "CHROMA_HEADERS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def opened():
    """Opens indexes, and closes them after the test."""
    indexes = []

    def open_index(path, **settings):
        indexes.append(ArticleIndex.open(path, settings=IndexSettings(**settings)))
        return indexes[-1]

    yield open_index
    for index in indexes:
        index.close()


@pytest.fixture
def empty_index(tmp_path):
    """A real index without articles."""
    index = ArticleIndex.open(settings=index_settings(tmp_path / "empty"))
    yield index
    index.close()


def index_settings(folder):
    """Settings of an index in this folder, whatever the environment says."""
    return IndexSettings(index=folder, embed="minilm", store=None, chroma_url=None, threads=None)


@pytest.fixture
def unused_port():
    """A port on loopback where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
