"""A GGUF file in, a loopback server out; most tests use a model of 60 kB that speaks nonsense."""

import asyncio
import json
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from rag import local_llm
from rag.endpoint import Endpoint
from rag.errors import LLMError, LLMUnavailableError, WeightsError
from rag.generation import Completion, StartOver, stream_chat
from rag.llm import LLM, choose_llm
from rag.local_llm import POLL_S, LocalLLM, default_threads, in_turn
from rag.retries import Retries
from rag.settings import RagSettings
from rag.weights import KNOWN, is_installed

pytest.importorskip("xllamacpp", reason="the embedded LLM is an extra")

WIDTH, VOCABULARY = 32, 259  # numbers in a vector; tokens: unknown, start, end and one for each byte
TURN_S = 2.0  # seconds of silence that a caller bears; an answer of 1,000 tokens takes about one
HI = [{"role": "user", "content": "Hi"}]
UINT32, FLOAT32, STRING, ARRAY, INT32 = 4, 6, 8, 9, 5  # type numbers of the GGUF format


def text(value):
    return struct.pack("<Q", len(value)) + value.encode()


def scalar(kind, value):
    packed = text(value) if kind == STRING else struct.pack("<f" if kind == FLOAT32 else "<I", value)
    return struct.pack("<I", kind) + packed


def array(kind, values):
    packed = b"".join(text(v) if kind == STRING else struct.pack("<f" if kind == FLOAT32 else "<i", v) for v in values)
    return struct.pack("<IIQ", ARRAY, kind, len(values)) + packed


def tiny_gguf(architecture="llama"):
    """The bytes of a one-layer model with random weights. Format: github.com/ggml-org/ggml, docs/gguf.md."""
    sizes = {
        "context_length": 65_536,
        "embedding_length": WIDTH,
        "block_count": 1,
        "feed_forward_length": WIDTH,
    }
    sizes |= {"attention.head_count": 2, "attention.head_count_kv": 2}
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    metadata = {
        "general.architecture": scalar(STRING, architecture),
        **{f"{architecture}.{name}": scalar(UINT32, size) for name, size in sizes.items()},
        f"{architecture}.attention.layer_norm_rms_epsilon": scalar(FLOAT32, 1e-5),
        "tokenizer.ggml.model": scalar(STRING, "llama"),
        "tokenizer.ggml.tokens": array(STRING, tokens),
        "tokenizer.ggml.scores": array(FLOAT32, [0.0] * VOCABULARY),
        "tokenizer.ggml.token_type": array(INT32, [2, 3, 3, *[6] * 256]),
    }
    square, vector = (WIDTH, WIDTH), (WIDTH,)
    tensors = {"token_embd": (WIDTH, VOCABULARY), "output": (WIDTH, VOCABULARY), "output_norm": vector}
    tensors |= {f"blk.0.{name}_norm": vector for name in ("attn", "ffn")}
    parts = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    tensors |= {f"blk.0.{name}": square for name in parts}
    head, body = b"", b""
    rng = random.Random(7)
    for name, shape in tensors.items():
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        head += text(f"{name}.weight") + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, len(body))
        body += struct.pack(f"<{count}f", *(rng.gauss(0, 1) for _ in range(count)))
    start = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
    start += b"".join(text(key) + value for key, value in metadata.items()) + head
    return start + bytes(-len(start) % 32) + body


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "tiny.gguf"
    path.write_bytes(tiny_gguf())
    return path


@pytest.fixture
def server(tiny):
    with LocalLLM.start(tiny, threads=1, n_ctx=512) as running:
        yield running


def ask(llm, *, max_tokens=5):
    async def run():
        return [piece async for piece in stream_chat(llm, HI, max_tokens=max_tokens)]

    return asyncio.run(run())


def local(path, **settings):
    return choose_llm(RagSettings(llm=f"local:{path}", threads=1, **settings))


def test_a_model_file_is_served_and_counts_its_tokens(tiny):
    completion = ask(local(tiny))[-1]
    assert isinstance(completion, Completion)
    assert completion.completion_tokens == 5
    assert completion.prompt_tokens > 0


def test_another_key_is_refused(server):
    assert len(server.api_key) > 30
    stranger = LLM("tiny", "openai", 512, RagSettings(api_key="guess", base_url=server.base_url))
    with pytest.raises(LLMUnavailableError, match="refused the key"):
        ask(stranger)


def test_it_listens_on_loopback_only(server):
    assert Endpoint(server.base_url, "tiny").is_loopback


def test_threads_that_start_it_at_once_share_one_server(tiny):
    with ThreadPoolExecutor(8) as pool:
        servers = set(pool.map(lambda _: LocalLLM.start(tiny, threads=1), range(8)))
    assert len(servers) == 1
    servers.pop().close()


def test_after_close_or_death_the_next_start_gives_a_new_server(tiny, server):
    server.close()
    second = LocalLLM.start(tiny, threads=1, n_ctx=512)
    assert second is not server
    second._process.send_signal(signal.SIGKILL)
    second._process.wait()
    assert LocalLLM.start(tiny, threads=1, n_ctx=512).is_running
    LocalLLM.start(tiny, threads=1, n_ctx=512).close()


def test_closing_in_mid_answer_is_quick_and_the_reader_is_told(tiny):
    long_context = 65_536  # tokens: room for an answer that is still under way when the server is closed
    llm = LLM("tiny", "local", long_context, RagSettings(threads=1), tiny, retries=Retries(attempts=1))

    async def close_after_one_piece():
        async with aclosing(stream_chat(llm, HI, max_tokens=100_000)) as stream:
            await anext(stream)
            started = time.perf_counter()
            LocalLLM.start(tiny, threads=1, n_ctx=long_context).close()
            assert time.perf_counter() - started < 2
            async for _ in stream:
                pass

    with pytest.raises(LLMUnavailableError, match="broke off"):
        asyncio.run(close_after_one_piece())


def test_a_server_that_dies_in_mid_answer_is_started_anew(tiny):
    llm = LLM("tiny", "local", 4096, RagSettings(threads=1), tiny)

    async def kill_after_one_piece():
        async with aclosing(stream_chat(llm, HI, max_tokens=1000)) as stream:
            await anext(stream)
            os.kill(LocalLLM.start(tiny, threads=1, n_ctx=4096)._process.pid, signal.SIGKILL)
            return [piece async for piece in stream]

    pieces = asyncio.run(kill_after_one_piece())
    LocalLLM.start(tiny, threads=1, n_ctx=4096).close()
    assert StartOver() in pieces
    assert pieces[-1].completion_tokens == 1000


def test_a_prompt_longer_than_the_context_is_said(tiny, server):
    llm = LLM("tiny", "openai", 512, RagSettings(api_key=server.api_key, base_url=server.base_url))

    async def ask_at_length():
        return [p async for p in stream_chat(llm, [{"role": "user", "content": "Hi " * 500}], max_tokens=5)]

    with pytest.raises(LLMUnavailableError, match="the prompt is too long"):
        asyncio.run(ask_at_length())


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda whole: b"", "not a GGUF file"),
        (lambda whole: b"<html>" + whole, "not a GGUF file"),
        (lambda whole: whole[:4], "cannot load the weights"),
        (lambda whole: whole[:3000], "cannot load the weights"),
        (lambda whole: whole[:-100], "not within the file bounds"),
        (lambda whole: whole[:8] + b"\xff" * 16 + whole[24:], "cannot load the weights"),
        (lambda whole: tiny_gguf("teapot"), "unknown model architecture: 'teapot'"),
    ],
    ids=["empty", "page", "magic", "header", "tail", "counts", "architecture"],
)
def test_a_damaged_file_is_one_line_and_nobody_dies(tmp_path, tiny, damage, said):
    path = tmp_path / "damaged.gguf"
    path.write_bytes(damage(tiny.read_bytes()))
    with pytest.raises(WeightsError) as caught:
        LocalLLM.start(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_random_damage_never_takes_the_process_along(tmp_path, tiny):
    whole, rng, messages = tiny.read_bytes(), random.Random(11), []
    for n in range(6):
        broken = bytearray(whole)
        for _ in range(30):
            broken[rng.randrange(8, 6000)] = rng.randrange(256)
        path = tmp_path / f"{n}.gguf"
        path.write_bytes(broken)
        try:
            LocalLLM.start(path, threads=1).close()
        except LLMError as error:
            messages.append(str(error))
    assert messages
    assert not any("\n" in message for message in messages)


def test_a_file_that_is_not_there_is_a_weights_error(tmp_path):
    with pytest.raises(WeightsError, match=r"cannot read the weights: .*No such file"):
        LocalLLM.start(tmp_path / "none.gguf")


def test_a_missing_library_is_said_with_its_remedy(tiny, tmp_path, monkeypatch):
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('libgomp.so.1: cannot open shared object file')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(LLMUnavailableError, match=r"libgomp.so.1.*; run: pip install 'dateline\[local\]'"):
        LocalLLM.start(tiny, n_ctx=128)


@contextmanager
def started(tiny, tmp_path, then="sys.stdin.read()"):
    """A process of its own that runs the LLM, the id of the server's process, and its port."""
    code = f"""
import json, os, sys, time
from pathlib import Path
from rag.local_llm import LocalLLM
server = LocalLLM.start(Path({str(tiny)!r}), threads=1)
print(json.dumps([server._process.pid, server.base_url]), flush=True)
{then}
"""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", code], text=True, env=environment, **pipes) as run:
        pid, base_url = json.loads(run.stdout.readline())
        yield run, pid, urlsplit(base_url).port
        run.kill()


def is_gone(pid, *, within=3.0):
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def is_closed(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_the_interpreters_exit_stops_it_and_llama_cpp_prints_nothing(tiny, tmp_path):
    with started(tiny, tmp_path, then="") as (run, pid, port):
        assert run.communicate(timeout=10) == ("", "")
        assert run.returncode == 0
        assert is_gone(pid)
        assert is_closed(port)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name)
def test_however_its_process_ends_nothing_is_left(tiny, tmp_path, sent):
    with started(tiny, tmp_path) as (run, pid, port):
        run.send_signal(sent)
        run.wait(timeout=10)
        assert is_gone(pid)
        assert is_closed(port)
        assert list(tmp_path.iterdir()) == []


def test_a_copy_of_the_killed_process_does_not_keep_it_alive(tiny, tmp_path):
    copy = "print(os.fork() or '', flush=True); time.sleep(20)"
    with started(tiny, tmp_path, then=copy) as (run, pid, _):
        child = next(int(line) for line in run.stdout if line.strip())
        run.kill()
        run.wait(timeout=10)
        assert is_gone(pid)
        os.kill(child, signal.SIGKILL)


def test_turns_come_in_the_order_of_asking_and_who_leaves_holds_nobody_up():
    async def ask_and_leave():
        order = []

        async def caller(n):
            async with in_turn("http://somewhere"):
                order.append(n)
                await asyncio.sleep(0)

        async with in_turn("http://somewhere"):
            callers = [asyncio.create_task(caller(n)) for n in range(5)]
            await asyncio.sleep(0)
            callers[1].cancel()
            await asyncio.sleep(2 * POLL_S)
            assert order == []
        await asyncio.gather(*callers, return_exceptions=True)
        return order

    assert asyncio.run(ask_and_leave()) == [0, 2, 3, 4]


def test_callers_are_answered_in_turn_however_long_the_queue(tiny):
    llm = replace(LLM("tiny", "local", 8192, RagSettings(threads=1, timeout=TURN_S), tiny), retries=Retries(attempts=1))
    with LocalLLM.start(tiny, threads=1, n_ctx=8192), ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(ask, llm, max_tokens=1000) for _ in range(8)]
        assert [call.result()[-1].completion_tokens for call in waiting] == [1000] * 8


def test_waiting_threads_yield_to_others_unless_told_otherwise():
    assert local_llm._environment({"A": "1"}) == {"A": "1", **local_llm.GENTLE_WAITING}
    assert local_llm._environment({"GOMP_SPINCOUNT": "7"})["GOMP_SPINCOUNT"] == "7"
    assert local_llm._environment({"OMP_WAIT_POLICY": "active"}) == {"OMP_WAIT_POLICY": "active"}


def test_all_cores_compute_unless_others_keep_them_busy():
    assert default_threads(cores=8, load=0.0) == 8
    assert default_threads(cores=8, load=8.0) == 8
    assert default_threads(cores=8, load=13.0) == 4
    assert default_threads(cores=1, load=9.0) == 1


@pytest.mark.llm
@pytest.mark.skipif(not is_installed(KNOWN[0]), reason="the weights are an extra")
def test_the_real_embedded_llm_reads_a_date_and_frees_its_server_at_once():
    llm = choose_llm(RagSettings(llm=f"local:{KNOWN[0].name}"))
    question = "The ferry to Norrhamn first sailed on 4 May 2031. When did it first sail? Answer with the date only."

    async def leave_early_then_ask():
        story = [{"role": "user", "content": "Tell a very long story about a ferry."}]
        async with aclosing(stream_chat(llm, story, max_tokens=2000)) as stream:
            await anext(stream)
        left = time.perf_counter()
        asked = stream_chat(llm, [{"role": "user", "content": question}], max_tokens=30)
        pieces = [piece async for piece in asked]
        return pieces[-1], time.perf_counter() - left

    completion, seconds = asyncio.run(leave_early_then_ask())
    assert "2031" in completion.text
    assert completion.finish_reason == "stop"
    assert seconds < 30
