"""The chat's web server: a socket first, so that a port in use is known before anything is built.

Uvicorn serves the page instead of Gradio's own launcher, which prints, offers public links and looks
at its own address through whatever proxy is set. Every response carries a policy by which the
browser loads nothing from elsewhere, whatever an article or an LLM managed to put into the page.
"""

import errno
import socket
from collections.abc import Callable
from typing import Any

import uvicorn

SHUTDOWN_SECONDS = 1  # open pages keep a connection; Ctrl-C should not wait for them
# Gradio needs inline styles and scripts, and compiles templates in the browser; nothing needs another host.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class AddressError(Exception):
    """The chat cannot listen at this address."""


class PortInUseError(AddressError):
    """Something else listens on the port."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        PortInUseError: something else does.
        AddressError: this machine has no such address, or the port is not for everyone.
    """
    try:
        family, *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(f"port {port} is in use: {host}; choose another with --port") from error
        reason = error.strerror or "not an address"
        raise AddressError(
            f"cannot listen there: {host} port {port} ({reason}); choose others with --host, --port"
        ) from error


def address(listener: socket.socket) -> str:
    """The URL that a browser on this machine opens."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - shown, not listened on
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def make_server(web: Callable[..., Any]) -> uvicorn.Server:
    """A quiet server for the ASGI app `web`: `run(sockets=[listener])` it."""
    config = uvicorn.Config(
        web,
        log_config=None,
        log_level="critical",  # a page closed midway is no news
        access_log=False,
        server_header=False,
        headers=[("Content-Security-Policy", POLICY), ("Referrer-Policy", "no-referrer")],
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    return uvicorn.Server(config)
