"""A web server on loopback that answers as a test says, and remembers what it was asked."""

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LoopbackSite(ThreadingHTTPServer):
    """`pages`: path -> (content type, body), or a function that writes the whole answer to the handler."""

    daemon_threads = True
    block_on_close = False  # an answer without end may still be under way

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answer)
        self.pages = {}
        self.asked = []  # (path, Host header)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        pass  # clients here go away in the middle


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Host"]))
        page = self.server.pages.get(self.path)
        if callable(page):
            page(self)
        else:
            answer(self, *(page or ("text/html", b"gone")), status=200 if page else 404)

    def log_message(self, *args):
        pass


def answer(handler, kind, body, *, status=200, **headers):
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def redirect(target, body=b""):
    return lambda handler: answer(handler, "text/html", body, status=302, Location=target)


@contextmanager
def loopback_site():
    site = LoopbackSite()
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        thread.join()
        site.server_close()


def no_proxies(monkeypatch):
    """Takes out what the environment says about proxies."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def resolver(monkeypatch, answers):
    """Makes each name in `answers` resolve to the next list of numbers there; returns the names asked for."""
    real, names = socket.getaddrinfo, []

    def getaddrinfo(host, port, *args, **options):
        if host not in answers:
            return real(host, port, *args, **options)
        names.append(host)
        return [entry for number in answers[host].pop(0) for entry in real(number, port, *args, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return names
