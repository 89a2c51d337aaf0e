"""The embedded LLM: a GGUF file in, the address of a loopback server that speaks the OpenAI protocol out."""

import asyncio
import atexit
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Self

from rag.errors import LLMUnavailableError, WeightsError

N_CTX = 4096  # tokens; a prompt and its answer take about 1,200, and 4,096 cost 117 MB with the 1.5B model
GGUF_MAGIC = b"GGUF"
REASON_LENGTH = 200  # characters of llama.cpp's own words
# Waiting threads that spin starve the working one when another program wants a core: on two cores
# with two busy neighbours, writing fell to 0.9 tokens/s, and was 12 with this; alone it costs nothing.
GENTLE_WAITING = {"GOMP_SPINCOUNT": "1000", "KMP_BLOCKTIME": "0"}
SCRIPT = Path(__file__).with_name("llama_server.py")

# Load of the last minute, per core, above which half the cores are left to others. Our own indexing
# and answering make about 1; with two busy neighbours on two cores, one thread read faster than two.
BUSY = 1.5

POLL_S = 0.02  # seconds between two looks whether it is one's turn, which takes seconds to come

_running: dict[tuple[Path, int | None, int], "LocalLLM"] = {}
_lock = threading.RLock()
_queues = defaultdict[str, deque[object]](deque)  # who waits to ask, by the server's address


class LocalLLM:
    """A running llama.cpp server; one per file and setting, shared by everybody in the process."""

    def __init__(self, process: "subprocess.Popen[str]", address: str, api_key: str) -> None:
        self._process = process
        self.base_url = f"{address}/v1"
        self.api_key = api_key

    @classmethod
    def start(cls, path: Path, *, threads: int | None = None, n_ctx: int = N_CTX) -> "LocalLLM":
        """The running server for this file, started where there is none.

        Without `threads` it takes the cores there are, half of them when others keep them busy.

        Raises:
            WeightsError: the file is not there or llama.cpp cannot load it.
            LLMUnavailableError: llama.cpp is not installed or does not run on this machine.
        """
        key = (path.resolve(), threads, n_ctx)
        with _lock:
            server = _running.get(key)
            if server and server.is_running:
                return server
            if server:
                server.close()
            _require_gguf(path)
            _running[key] = cls._launch(*key)
            return _running[key]

    @property
    def is_running(self) -> bool:
        """Whether the server can still answer."""
        return self._process.poll() is None

    def close(self) -> None:
        """Stop the server at once, whatever it is doing; a later `start` starts another."""
        with _lock:
            self._process.kill()
            self._process.communicate()

    def __enter__(self) -> Self:
        """The server itself: `with LocalLLM.start(path) as server`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server."""
        self.close()

    @classmethod
    def _launch(cls, path: Path, threads: int | None, n_ctx: int) -> "LocalLLM":
        api_key = secrets.token_urlsafe(32)
        threads = threads or default_threads(usable_cores(), _load())
        request = {"path": str(path), "threads": threads, "n_ctx": n_ctx, "api_key": api_key}
        with TemporaryFile("w+", errors="replace") as log:
            process = _spawn(log)
            reply = _exchange(process, json.dumps(request))
            if reply is None:
                process.communicate()
                raise _failure(path, process.returncode, log)
        return cls(process, json.loads(reply)["address"], api_key)


@asynccontextmanager
async def in_turn(base_url: str) -> AsyncGenerator[None, None]:
    """Lets those in who ask this server, one after the other in the order they came, from any loop or thread.

    The server answers in turn by itself, but whoever waits there hears nothing, as if it were dead.
    """
    queue, ticket = _queues[base_url], object()
    queue.append(ticket)
    try:
        while queue[0] is not ticket:
            await asyncio.sleep(POLL_S)
        yield
    finally:
        queue.remove(ticket)


def default_threads(cores: int, load: float) -> int:
    """The threads to compute with, given the load average of the last minute."""
    return max(1, cores // 2) if load > BUSY * cores else cores


def usable_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _load() -> float:
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def _spawn(log: IO[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-P", str(SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        env=_environment(os.environ),
        start_new_session=True,  # Ctrl-C in the terminal stops an answer, not the server
    )


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    return dict(environ) if "OMP_WAIT_POLICY" in environ else GENTLE_WAITING | dict(environ)


def _exchange(process: "subprocess.Popen[str]", request: str) -> str | None:
    assert process.stdin  # noqa: S101 - it is a pipe
    assert process.stdout  # noqa: S101 - it is a pipe
    try:
        process.stdin.write(f"{request}\n")
        process.stdin.flush()
        return process.stdout.readline() or None
    except BrokenPipeError:
        return None
    except BaseException:  # interrupted while it loads: nobody will own it
        process.kill()
        raise


def _require_gguf(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(len(GGUF_MAGIC))
    except OSError as error:
        raise WeightsError(f"cannot read the weights: {path}: {error.strerror}; check the path") from error
    if magic != GGUF_MAGIC:
        raise WeightsError(f"not a GGUF file: {path}; get the weights again")


def _failure(path: Path, status: int, log: IO[str]) -> Exception:
    log.seek(0)
    lines = [line.strip() for line in log if line.strip()]
    imports = [line for line in lines if line.startswith(("ImportError", "ModuleNotFoundError"))]
    if imports:
        return LLMUnavailableError(f"llama.cpp cannot start: {imports[0]}; run: pip install 'dateline[local]'")
    if status == -signal.SIGILL:
        return LLMUnavailableError("llama.cpp cannot start: this CPU lacks AVX2; set DATELINE_LLM=extractive")
    reason = _reason(lines) or f"it ended with status {status}"
    return WeightsError(f"llama.cpp cannot load the weights: {path}: {reason}; get them again")


def _reason(lines: list[str]) -> str:
    """llama.cpp's first complaint, which names the cause; the file's own words may be quoted in it."""
    line = next((line for line in lines if " E " in line), lines[-1] if lines else "")
    reason = line.partition("error loading model: ")[2] or line.partition(" E ")[2] or line
    return "".join(c for c in reason if c.isprintable())[:REASON_LENGTH]


def _close_all() -> None:
    for server in _running.values():
        server.close()


atexit.register(_close_all)
