"""Ingestion on Ray: the same chunks as without it, from workers that may die."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from types import ModuleType

import pytest
from tiny_articles import ARTICLES, FESTIVAL

from index import Article, EmbeddingError, IndexUnavailableError
from index.embedding import load_embedding
from index.ingestion import LocalIngestion
from index.onnx_embedding import OnnxEmbedding

pytest.importorskip("llama_index.ingestion.ray")

from index import ray_cluster, ray_ingestion
from index.ray_ingestion import EmbeddedChunks, RayIngestion

pytestmark = [
    pytest.mark.ray,
    # Ray sets its own deprecated settings when it makes its defaults.
    pytest.mark.filterwarnings("ignore:`use_.*` is deprecated:DeprecationWarning:ray.data.context"),
]
MINILM = load_embedding("minilm", threads=1)
PLAIN = {"RAY_ADDRESS", "RAY_AUTH_TOKEN", "RAY_BACKEND_LOG_LEVEL", "RAY_USAGE_STATS_ENABLED"}
TALES = [
    Article(
        text="\n".join(f"Report {tale}.{i}: the ferry to Vell waited {i} minutes for fog." for i in range(8 + tale)),
        title=f"Fog {tale}",
    )
    for tale in range(16)
]


@pytest.fixture(scope="module")
def on_ray():
    tests = Path(__file__).parent  # the workers look for what dies there
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYTHONPATH", os.pathsep.join([str(tests), str(tests.parent)]))
        ingestion = RayIngestion(MINILM, threads=2)
    yield ingestion
    ingestion.close()


class DyingChunks(EmbeddedChunks):
    """Chunks of a worker that dies whenever it comes to one article."""

    def __call__(self, nodes, **kwargs):
        if any(node.node_id == FESTIVAL.id for node in nodes):
            os._exit(1)
        return super().__call__(nodes, **kwargs)


def busy_workers():
    """The ids of the processes that embed for this one, and no other's."""
    processes = [path for path in Path("/proc").iterdir() if path.name.isdecimal()]
    mine = str(os.getpid())
    return [int(path.name) for path in processes if _is_busy(path) and _parent(Path("/proc", _parent(path))) == mine]


def _is_busy(process):
    return b"ray::MapWorker" in (command := _read(process / "cmdline")) and b".submit" in command


def _parent(process):
    fields = _read(process / "stat").rpartition(b")")[2].split()  # after the name: state, parent
    return fields[1].decode() if fields else "0"


def _read(file):
    try:
        return file.read_bytes()
    except OSError:  # the process has gone
        return b""


def test_ray_gives_the_same_chunks_and_embeddings_as_this_process(on_ray):
    articles = [*TALES, *ARTICLES]
    assert on_ray.embed(articles) == LocalIngestion(MINILM).embed(articles)


def test_no_articles_give_no_chunks(on_ray):
    assert on_ray.embed([]) == {}


def test_a_batch_is_large_enough_to_be_worth_starting_the_workers(on_ray):
    assert 100 <= on_ray.batch <= ray_ingestion.MAX_BATCH


def test_the_work_of_a_killed_worker_is_done_again(on_ray, capfd):
    killed = []

    def kill():
        while not killed:
            time.sleep(0.05)
            for worker in busy_workers()[:1]:
                os.kill(worker, signal.SIGKILL)
                killed.append(worker)

    thread = Thread(target=kill, daemon=True)
    thread.start()
    chunks = on_ray.embed(TALES)
    thread.join(timeout=1)
    assert killed
    assert chunks == LocalIngestion(MINILM).embed(TALES)
    assert capfd.readouterr() == ("", "")


def test_workers_that_die_again_and_again_end_in_one_line(on_ray, monkeypatch):
    monkeypatch.setattr(ray_ingestion, "EmbeddedChunks", DyingChunks)
    monkeypatch.setattr(ray_cluster, "STUCK_SECONDS", 8)
    with pytest.raises(EmbeddingError, match=r"^the Ray workers failed: .* no progress .*; add the articles again.*$"):
        on_ray.embed(ARTICLES)


def test_what_a_worker_cannot_embed_is_told_in_the_line_that_this_process_would_give(on_ray):
    broken = OnnxEmbedding(
        model_name="openai:", model_file=MINILM.model_file, tokenizer_file=MINILM.tokenizer_file, threads=1
    )
    with pytest.raises(EmbeddingError, match=r"^no such embedding: 'openai:'; .*$"):
        RayIngestion(broken).embed(ARTICLES)


def test_a_worker_with_another_model_is_refused(on_ray):
    other = OnnxEmbedding(
        model_name="minilm", model_file=MINILM.tokenizer_file, tokenizer_file=MINILM.tokenizer_file, threads=1
    )
    with pytest.raises(EmbeddingError, match=r"^a Ray worker has another embedding model or chunks: minilm, .*; .*$"):
        RayIngestion(other).embed(ARTICLES)


def test_workers_without_this_package_end_in_one_line_that_says_so(on_ray, monkeypatch):
    here_only = ModuleType("here_only")
    here_only.EmbeddedChunks = type("EmbeddedChunks", (EmbeddedChunks,), {"__module__": "here_only"})
    monkeypatch.setitem(sys.modules, "here_only", here_only)
    monkeypatch.setattr(ray_ingestion, "EmbeddedChunks", here_only.EmbeddedChunks)
    with pytest.raises(EmbeddingError, match=r"^the Ray workers cannot import dateline: .*here_only.*; install .*$"):
        on_ray.embed(ARTICLES)


SCRIPT = """
from tiny_articles import ARTICLES
from index.embedding import load_embedding
from index.ray_ingestion import RayIngestion

ingestion = RayIngestion(load_embedding("minilm", threads=1), threads=1)
assert len(ingestion.embed(ARTICLES)) == len(ARTICLES)
ingestion.close()
"""


def local_rays():
    """The folders of every local Ray."""
    return set(Path("/tmp").glob("dateline-ray-*"))  # noqa: S108 - where Ray's sockets must be


def run_alone(script, home, *options):
    """Run a script in a process of its own, with this home folder."""
    environment = {name: value for name, value in os.environ.items() if name not in PLAIN}
    tests = Path(__file__).parent
    environment |= {"HOME": str(home), "PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)])}
    command = [sys.executable, *options, "-c", script]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def processes_of(home):
    """The processes that were started with this home folder."""
    processes = (path for path in Path("/proc").iterdir() if path.name.isdecimal())
    return [path.name for path in processes if f"HOME={home}".encode() in _read(path / "environ").split(b"\0")]


def test_a_local_ray_is_silent_and_leaves_no_process_and_no_file(tmp_path):
    before = local_rays()
    done = run_alone(SCRIPT, tmp_path)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
    assert local_rays() <= before
    assert not (tmp_path / ".ray").exists()
    patience = time.monotonic() + 10  # s; workers see by themselves that their Ray has gone
    while processes_of(tmp_path) and time.monotonic() < patience:
        time.sleep(0.1)
    assert processes_of(tmp_path) == []


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("127.0.0.1:{port}", "cannot connect to Ray at 127.0.0.1:{port}: .*Connection refused; check .*"),
        ("ray://127.0.0.1:{port}", "cannot connect to Ray at ray://127.0.0.1:{port}: .*Connection refused; check .*"),
        ("newsroom", "no address of Ray: 'newsroom'; take auto, HOST:PORT or ray://HOST:PORT"),
    ],
)
def test_an_address_without_ray_is_told_in_one_line(address, line, unused_port, monkeypatch):
    monkeypatch.setattr("ray.is_initialized", lambda: False)
    with pytest.raises(IndexUnavailableError, match=f"^{line.format(port=unused_port)}$"):
        RayIngestion(MINILM, address=address.format(port=unused_port))


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "llama_index.ingestion.ray", None)
    with pytest.raises(IndexUnavailableError, match=r"^Ray is not installed: .*; run: pip install 'dateline\[ray\]'$"):
        RayIngestion(MINILM)
