"""A Chroma server of the tests' own, and a proxy in front of it that wants a token."""

import ssl
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import httpx

TOKEN = "Bearer let-me-in"


class ChromaServer:
    """A Chroma server on loopback that can be stopped and started."""

    def __init__(self, folder, port):
        self.port, self._folder, self._process = port, folder, None
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        command = [
            Path(sys.executable).with_name("chroma"),
            "run",
            "--path",
            self._folder,
            "--port",
            str(self.port),
        ]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen([*command, "--host", "127.0.0.1"], cwd=self._folder, **quiet)
        for _ in range(600):
            try:
                urlopen(f"{self.url}/api/v2/heartbeat", timeout=1).close()  # noqa: S310
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError(self.url)

    def stop(self):
        self._process.kill()
        self._process.wait()


class Proxy:
    """What people put before `chroma run`, which has no authentication: TLS, and a token in a header."""

    def __init__(self, target, certificate):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def forward(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                if self.headers.get("authorization") != TOKEN:
                    return self.give(401, b'{"error": "Unauthorized"}', {})
                sent = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                with httpx.Client(trust_env=False, timeout=30) as client:
                    got = client.request(self.command, target + self.path, content=body, headers=sent)
                return self.give(got.status_code, got.content, {"content-type": got.headers.get("content-type", "")})

            def give(self, status, body, headers):
                self.send_response(status)
                for name, value in (headers | {"content-length": str(len(body))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = forward  # noqa: N815 - as the base class calls them

            def log_message(self, *_):
                """Tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://localhost:{self._server.server_port}"

    def __enter__(self):
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
