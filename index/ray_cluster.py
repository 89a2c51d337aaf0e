"""A connection to Ray: a local one that is started and stopped, or a cluster; and Ray kept quiet."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any, Final

from index.errors import IndexUnavailableError

STUCK_SECONDS: Final = 600  # without a task done; most take seconds, and a cluster that grows takes minutes
OBJECT_STORE_BYTES: Final = 512 * 2**20  # of a local Ray; 2,000 articles give an estimated 140 MB
CONNECT_SECONDS: Final = 10.0  # a node that does not answer by then will not work either

LOCAL: Final = "local"
AUTO: Final = "auto"  # the cluster that this machine is a node of, or that RAY_ADDRESS names
CLIENT: Final = "ray://"  # the protocol from outside a cluster
_REMEDY: Final = "check the address and the cluster, or add without Ray"
_SILENT: Final = logging.CRITICAL + 1


@contextmanager
def quiet_run() -> Iterator[None]:
    """While it lasts, Ray Data shows and logs nothing, raises what a worker raised, and gives up when it is stuck."""
    from ray.data import DataContext

    context = DataContext.get_current().copy()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.raise_original_map_exception = True
    context.execution_no_progress_timeout_s = STUCK_SECONDS
    logger = logging.getLogger("ray.data")
    level = logger.level
    logger.setLevel(_SILENT)
    try:
        with DataContext.current(context):
            yield
    finally:
        logger.setLevel(level)


@contextmanager
def connected(address: str | None, threads: int | None) -> Iterator[None]:
    """While it lasts, this process is connected to Ray; where it is already, nothing is started or stopped."""
    ray = _ray()
    if ray.is_initialized():
        yield
        return
    with ExitStack() as held:
        if address is None or address == LOCAL:
            # Ray's own choice is /tmp too: the paths of its sockets must not be longer than a hundred characters.
            place = "/tmp" if os.name == "posix" else None  # noqa: S108 - the folder in it has a random name
            folder = TemporaryDirectory(prefix="dateline-ray-", dir=place, ignore_cleanup_errors=True)
            options = {"num_cpus": threads, "object_store_memory": OBJECT_STORE_BYTES, "include_dashboard": False}
            _start(LOCAL, _temp_dir=held.enter_context(folder), **options)
            held.callback(ray.shutdown, wait_for_processes=True)
        else:
            _check_reachable(address)
            _start(address)
            held.callback(ray.shutdown)
        yield


def _ray() -> Any:  # noqa: ANN401 - a module
    try:
        import_module("llama_index.ingestion.ray")
        return import_module("ray")
    except ImportError as error:
        raise IndexUnavailableError(f"Ray is not installed: {error}; run: pip install 'dateline[ray]'") from error


def cores() -> int:
    """How many cores the cluster has."""
    return max(1, int(_ray().cluster_resources().get("CPU", 1)))


def _check_reachable(address: str) -> None:
    # Ray itself tries for more than a minute, and then may end the process.
    host, _, port = address.removeprefix(CLIENT).rpartition(":")
    try:
        if address != AUTO:
            socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    except ValueError as error:
        raise IndexUnavailableError(
            f"no address of Ray: {address!r}; take auto, HOST:PORT or ray://HOST:PORT"
        ) from error
    except OSError as error:
        raise _unreachable(address, error) from error


def _start(address: str, **options: Any) -> None:  # noqa: ANN401 - Ray's
    ray = _ray()
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    if address == LOCAL:
        # Ray would keep a token for this in the home folder, where not everyone can write.
        os.environ.setdefault("RAY_AUTH_TOKEN", token_hex())
    try:
        with _without_stderr():
            ray.init(address=address, log_to_driver=False, logging_level=_SILENT, **options)
    except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise _unreachable(address, error) from error
    # Else what Ray says of dead workers goes to standard output, whatever it was told above.
    ray._private.worker._worker_logs_enabled = False


def _unreachable(address: str, error: Exception) -> IndexUnavailableError:
    what = "start a local Ray" if address == LOCAL else f"connect to Ray at {address}"
    return IndexUnavailableError(f"cannot {what}: {' '.join(str(error).split())}; {_REMEDY}")


@contextmanager
def _without_stderr() -> Iterator[None]:
    """While it lasts, nothing reaches standard error: Ray's native part writes there what level it logs at."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
