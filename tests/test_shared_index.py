"""An index out of one machine: Chroma as a server, the article store in PostgreSQL, several machines on both."""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest
import trustme
from chroma_server import TOKEN, ChromaServer, Proxy
from test_index import BANK, EDITED, FERRY, ROOT, TRAM, dense, lexical

from index import Article, IndexLockedError, IndexSettings, IndexUnavailableError, Scope

pytestmark = pytest.mark.usefixtures("no_settings")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ChromaServer(tmp_path_factory.mktemp("server"), port)
    server.start()
    yield server
    server.stop()


def test_a_chroma_server_works_like_the_embedded_one(opened, tmp_path, running, monkeypatch):
    monkeypatch.setattr("index.derived.FEW_ARTICLES", 0)  # else so few would be compared in the store
    index = opened(tmp_path / "x", CHROMA_URL=running.url)
    other = opened(tmp_path / "x", CHROMA_URL=running.url)
    index.add(FERRY, BANK, TRAM)
    assert dense(other, "Why did the boat not sail?")[0] == FERRY.text
    assert dense(other, "anything", until="2025-03-04") == [FERRY.text]
    assert dense(other, "anything", source="strait times", since="2025-03-05") == []
    assert other.add(EDITED).updated == [FERRY.id]
    assert dense(index, "swimming in the sun")[0] == EDITED.text
    assert FERRY.text not in dense(index, "ferry")
    index.remove(BANK.id)
    assert BANK.text not in dense(other, "interest rate")
    assert not (tmp_path / "x" / "chroma").exists()


def test_two_indexes_share_a_server_without_mixing(opened, tmp_path, running):
    one, two = (opened(tmp_path / name, CHROMA_URL=running.url) for name in ("one", "two"))
    one.add(FERRY)
    two.add(BANK)
    assert dense(one, "news") == [FERRY.text]
    assert dense(two, "news") == [BANK.text]


def test_a_server_that_goes_away_loses_nothing(opened, tmp_path, running):
    index = opened(tmp_path / "x", CHROMA_URL=running.url)
    index.add(FERRY)
    batch = [Article(text=f"Filler {i} about nothing.") for i in range(15)]
    down = rf"Chroma does not answer: {running.url}: .*; start the server, or check CHROMA_URL"
    with pytest.raises(IndexUnavailableError, match=down) as caught:
        index.add(*batch, TRAM, BANK, progress=lambda *_: running.stop())
    assert "\n" not in str(caught.value)
    assert index.get(BANK.id) == BANK
    with pytest.raises(IndexUnavailableError, match=down):
        index.dense("bank", 1, Scope())
    assert lexical(index, "interest rate") == [BANK.text]
    running.start()
    assert index.add(BANK, EDITED).unchanged == [BANK.id]
    assert dense(index, "interest rate")[0] == BANK.text
    assert dense(index, "swimming in the sun")[0] == EDITED.text


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "localhost:8000", "ftp://x", "http://[::1", "http://h:99999"])
def test_a_server_that_was_never_there_gives_one_line(opened, tmp_path, url):
    index = opened(tmp_path / "x", CHROMA_URL=url)
    with pytest.raises(
        IndexUnavailableError, match=r"Chroma does not answer: .*; start the server, or check CHROMA_URL"
    ) as caught:
        index.add(FERRY)
    assert "\n" not in str(caught.value)


# Behind a proxy


@pytest.fixture
def guarded(running, tmp_path, monkeypatch):
    """The server behind TLS and a token, its authority trusted as the environment says."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with Proxy(running.url, authority.issue_cert("localhost")) as proxy:
        yield proxy


def test_a_server_behind_a_proxy_is_reached_with_the_headers_it_wants(opened, tmp_path, guarded):
    index = opened(tmp_path / "x", CHROMA_URL=guarded.url, CHROMA_HEADERS={"Authorization": TOKEN})
    index.add(FERRY, BANK)
    assert dense(index, "Why did the boat not sail?")[0] == FERRY.text


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Chroma leaves its socket open
def test_without_the_headers_it_wants_nothing_is_shown_but_one_line(opened, tmp_path, guarded):
    index = opened(tmp_path / "x", CHROMA_URL=guarded.url, CHROMA_HEADERS={"Authorization": "Bearer wrong-secret"})
    with pytest.raises(IndexUnavailableError, match=r"Chroma does not answer: .*; start the server") as caught:
        index.add(FERRY)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)
    del caught
    gc.collect()


def test_headers_are_read_from_the_environment_and_masked(monkeypatch):
    monkeypatch.setenv("CHROMA_HEADERS", json.dumps({"Authorization": TOKEN}))
    settings = IndexSettings()
    assert settings.headers == {"Authorization": TOKEN}
    assert TOKEN not in str(settings.model_dump(mode="json"))


# Several machines


@pytest.fixture
def machines(opened, tmp_path, postgresql, running):
    """Two machines with a folder each, one database and one Chroma server."""
    shared = {"DATELINE_STORE": postgresql.database(), "CHROMA_URL": running.url}
    return [opened(tmp_path / name, **shared) for name in ("here", "there")]


def test_every_machine_finds_what_any_of_them_changes(machines, monkeypatch):
    monkeypatch.setattr("index.derived.FEW_ARTICLES", 0)
    here, there = machines
    here.add(FERRY, BANK, TRAM)
    assert dense(there, "Why did the boat not sail?")[0] == FERRY.text
    assert lexical(there, "interest rate") == [BANK.text]
    assert there.add(EDITED).updated == [FERRY.id]
    assert dense(here, "swimming in the sun")[0] == EDITED.text
    assert lexical(here, "ferry fog") == []
    here.remove(BANK.id)
    assert lexical(there, "interest rate") == []
    assert BANK.text not in dense(there, "interest rate")


def test_a_machine_follows_by_what_changed_and_not_from_the_start(machines, caplog):
    here, there = machines
    here.add(FERRY, BANK)
    assert lexical(there, "ferry") == [FERRY.text]
    caplog.clear()
    here.add(TRAM)
    assert lexical(there, "tram") == [TRAM.text]
    assert "again" not in caplog.text


def test_a_second_machine_that_writes_is_told_and_can_still_search(machines, monkeypatch):
    monkeypatch.setattr("index.derived.WRITER_WAITS", 0.1)
    (here, there), seen = machines, []

    def meanwhile(*_):
        with pytest.raises(IndexLockedError, match=r"somebody else is writing to this index: the database is locked"):
            there.add(BANK)
        seen.extend(dense(there, "Why did the boat not sail?")[:1] + lexical(there, "ferry"))

    here.add(FERRY, progress=meanwhile)
    assert seen == [FERRY.text, FERRY.text]


@pytest.mark.parametrize("vectors", ["embedded", "server"])
def test_kill_9_of_one_machine_leaves_the_other_whatever_was_committed(opened, tmp_path, postgresql, running, vectors):
    shared = {"DATELINE_STORE": postgresql.database()} | ({"CHROMA_URL": running.url} if vectors == "server" else {})
    code = """
import sys
from index import Article, ArticleIndex
index = ArticleIndex.open(sys.argv[1])
for i in range(10_000):
    article = Article(text=f"Report {sys.argv[2]} number{i} of the harbour.", url=f"https://e/{sys.argv[2]}/{i}")
    print(index.add(article).added[0], flush=True)
"""
    added = []
    for run in range(2):
        writer = subprocess.Popen(
            [sys.executable, "-c", code, tmp_path / "there", str(run)],
            env={**os.environ, "PYTHONPATH": str(ROOT), **shared},
            stdout=subprocess.PIPE,
            text=True,
        )
        added += [writer.stdout.readline().strip() for _ in range(3)]
        time.sleep(0.02 * run)
        writer.send_signal(signal.SIGKILL)
        added += writer.communicate()[0].split()
        here = opened(tmp_path / "here", **shared)
        assert {here.get(article_id).id for article_id in added} == set(added)
        ids = here.dense("harbour report", 1000, Scope())
        assert len(set(ids)) == len(ids) == len(here) == here.info()["chunks"]
        assert set(here.lexical("harbour", 1000, Scope())) == set(ids)
        assert here.add(Article(text=f"After run {run} in the harbour.")).added
