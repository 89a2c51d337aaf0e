"""Connections for `fetch.py`: checked, pinned to what was checked, and over by the deadline.

Each connection goes to the very number that `addresses.py` has checked, after a redirect too: a name that
answers with another number the second time gains nothing. A proxy that the environment names (HTTP_PROXY,
HTTPS_PROXY, ALL_PROXY, except for NO_PROXY) looks names up itself: what can be checked here is then only an
address that is a number, or a name of this machine; keeping out of its own network is up to the proxy.
"""

import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from ssl import SSLContext
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from index.addresses import check_number, numbers_of
from index.decoding import RejectedError


class Deadline:
    """When a fetch is to be over, whatever it is waiting for."""

    def __init__(self) -> None:
        self._seconds = self._end = float("inf")

    def start(self, seconds: float) -> None:
        """Counts from now."""
        self._seconds, self._end = seconds, time.monotonic() + seconds

    @contextmanager
    def step(self, timeout: float | None) -> Iterator[float]:
        """The seconds that one step may take.

        Raises:
            RejectedError: the time is over, before or after it.
        """
        left = self._left()
        try:
            yield left if timeout is None else min(timeout, left)
        except httpcore.TimeoutException:
            self._left()
            raise

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise RejectedError(f"took longer than {self._seconds:.0f} s", "save the page and add the file")
        return left


class _TimedStream(httpcore.NetworkStream):
    """A connection that no slow drip keeps open past the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with self._deadline.step(timeout) as seconds:
            return self._inner.read(max_bytes, seconds)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with self._deadline.step(timeout) as seconds:
            self._inner.write(buffer, seconds)

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with self._deadline.step(timeout) as seconds:
            return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, seconds), self._deadline)

    def close(self) -> None:
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore declares it
        return self._inner.get_extra_info(info)


class _TimedBackend(httpcore.SyncBackend):
    """Opens connections within the deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        with self._deadline.step(timeout) as seconds:
            return _TimedStream(super().connect_tcp(host, port, seconds, local_address, socket_options), self._deadline)


class _CheckedBackend(_TimedBackend):
    """Opens connections to the numbers that were checked, and to no name."""

    def __init__(self, deadline: Deadline, private_hosts: Collection[str]) -> None:
        super().__init__(deadline)
        self._private_hosts = private_hosts

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        *others, last = numbers_of(host, port, self._private_hosts)
        for number in others:
            try:
                return super().connect_tcp(number, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return super().connect_tcp(last, port, timeout, local_address, socket_options)


class _Body(httpx.SyncByteStream):
    """An answer's bytes as they come."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class CheckedTransport(httpx.BaseTransport):
    """Takes requests to where they may go, by the proxy that the environment names for them if there is one."""

    def __init__(self, deadline: Deadline, private_hosts: Collection[str]) -> None:
        self._deadline = deadline
        self._private_hosts = private_hosts
        self._context = httpx.create_ssl_context()
        self._direct = httpcore.ConnectionPool(self._context, network_backend=_CheckedBackend(deadline, private_hosts))
        self._proxies: dict[str, httpcore.ConnectionPool] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body not read yet."""
        url = request.url
        if url.scheme not in {"http", "https"}:
            raise RejectedError(f"leads to a {url.scheme}: address", "give one that starts with https://")
        proxy = _proxy_for(url)
        if proxy:
            check_number(url.host, self._private_hosts)
        response = (self._by(proxy) if proxy else self._direct).handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        """Closes the connections that are kept open."""
        for pool in (self._direct, *self._proxies.values()):
            pool.close()

    def _by(self, proxy: str) -> httpcore.ConnectionPool:
        if proxy not in self._proxies:
            self._proxies[proxy] = self._opened(proxy)
        return self._proxies[proxy]

    def _opened(self, proxy: str) -> httpcore.ConnectionPool:
        try:
            named = httpx.Proxy(proxy if "://" in proxy else f"http://{proxy}")
        except (ValueError, httpx.InvalidURL) as error:
            raise _bad_proxy(proxy) from error
        if named.url.scheme not in {"http", "https"}:
            raise _bad_proxy(proxy)
        return httpcore.HTTPProxy(
            str(named.url),
            proxy_auth=named.raw_auth,
            ssl_context=self._context,
            network_backend=_TimedBackend(self._deadline),
        )


def _proxy_for(url: httpx.URL) -> str | None:
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    return proxy if proxy and not proxy_bypass(url.host) else None


def _bad_proxy(proxy: str) -> RejectedError:
    kind = proxy.partition("://")[0] if "://" in proxy else "unknown"
    return RejectedError(f"the proxy that the environment names is no HTTP proxy ({kind})", "set HTTPS_PROXY to one")
