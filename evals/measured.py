"""Figures of a process, of a folder, and of work in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from evals.errors import EvalError

MB: Final = 1_000_000
KB: Final = 1024  # bytes; what Linux calls kB in /proc, and the unit of its ru_maxrss
BLOCK: Final = 512  # bytes; the unit of st_blocks
_CALL: Final = """
import json, sys
from importlib import import_module
module, name, told = json.load(sys.stdin)
print(json.dumps(getattr(import_module(module), name)(*told)))
"""


def in_child(module: str, name: str, *told: object) -> dict[str, Any]:
    """What a function returns in a fresh process.

    Raises:
        EvalError: it fails there.
    """
    return run_python(_CALL, [module, name, told])


def run_python(code: str, told: object) -> dict[str, Any]:
    """What a program prints last, as JSON, and how long its process ran as `process_seconds`.

    Raises:
        EvalError: it fails.
    """
    started = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code], input=json.dumps(told), capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["killed, perhaps for memory"])[-1]
        raise EvalError(f"a measurement failed: {reason}; try fewer articles")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result | {"process_seconds": round(seconds, 2)}


def peak_mb() -> float:
    """The most memory that this process has had."""
    # Linux gives a process the ru_maxrss of the one that started it, if that is higher; the kernel's VmHWM is its own.
    return _status_mb("VmHWM")


def now_mb() -> float:
    """The memory that this process has; where the system does not tell, the most that it has had."""
    return _status_mb("VmRSS")


def _status_mb(name: str) -> float:
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) * KB / MB
    except (OSError, StopIteration):
        return _max_rss_mb()


def _max_rss_mb() -> float:
    if sys.platform == "win32":
        return float("nan")
    from resource import RUSAGE_SELF, getrusage

    return getrusage(RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else KB) / MB


def disk_mb(folder: Path) -> float:
    """What the files of a folder take on disk."""
    return sum(_bytes_on_disk(path.stat()) for path in _files(folder)) / MB


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _bytes_on_disk(status: os.stat_result) -> int:
    return status.st_blocks * BLOCK if hasattr(status, "st_blocks") else status.st_size


def load() -> float:
    """How many processes want a core, on average over the last minute."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else float("nan")
