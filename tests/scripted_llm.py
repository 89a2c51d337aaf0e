"""A small real HTTP server on loopback that speaks the OpenAI chat-completions protocol, as scripted.

    scripted_llm.reply = lambda messages: "The port opened in May. [1]"     # what it writes
    scripted_llm.reply = lambda messages: Fault.OVERFLOW                    # how it fails
    scripted_llm.reply = Rejection(429, "slow down", {"Retry-After": "2"})  # ... in which words
    scripted_llm.reply = in_turn(Fault.DROP_MIDWAY, "It opened in May.")    # one after the other, the last for ever
    QueryEngine(index, settings=scripted_llm.settings())                    # or, with pauses that take no time:
    QueryEngine(index, llm=scripted_llm.llm())
    scripted_llm.requests[-1]["messages"]                                   # what it was asked

A wrong key gets a real 401, an unknown model a real 404. `pace` is the seconds between two words, `silence` those
before a connection dies without a word.
"""

import json
import re
import threading
import time
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from rag.llm import choose_llm
from rag.retries import Retries
from rag.settings import RagSettings

KEY = "sk-scripted-0123456789"
MODEL = "scripted"


class Fault(Enum):
    """The ways in which it can fail."""

    OVERFLOW = auto()  # 400: the prompt is longer than the context window
    RATE_LIMIT = auto()  # 429
    SERVER_ERROR = auto()  # 500
    ECHOED_KEY = auto()  # 401 whose message repeats the key, after control characters and before more lines
    NO_MAX_TOKENS = auto()  # 400 until the request says `max_completion_tokens` and no `temperature`
    HANG = auto()  # says nothing until the client goes or the server stops
    PINGS = auto()  # keeps the line open, and says nothing
    THOUGHTS = auto()  # thinks aloud without end, in a field of its own
    SILENCE_THEN_DEATH = auto()  # says nothing, then the connection is cut
    DROP_MIDWAY = auto()  # a word and a half, then the connection is cut
    CUT_EVENT = auto()  # a word and a half, then the connection is cut in the middle of an event and of a character
    STOP_MIDWAY = auto()  # two words, then an orderly end without finish_reason
    ERROR_MIDWAY = auto()  # two words, then an error event
    BROKEN_JSON = auto()  # an event that is no JSON
    ODD_JSON = auto()  # events that are JSON, but of no shape that the protocol knows
    HTML = auto()  # 200 with a web page
    NO_USAGE = auto()  # a whole answer without usage
    BABBLE = auto()  # 10,000 words, whatever the request allows


BABBLE = " ".join(f"{word} banana" for word in ("purple", "seventeen", "nonetheless", "tractor", "ja") * 1000)


@dataclass
class Rejection:
    """An error reply in a server's own words; as a `reply` it is the answer to every request."""

    status: int
    message: str
    headers: dict[str, str] | None = None
    details: dict[str, object] = field(default_factory=dict)

    def __call__(self, messages):
        return self


REJECTIONS = {
    Fault.OVERFLOW: Rejection(
        400, "the request exceeds the available context size", details={"type": "exceed_context_size_error"}
    ),
    Fault.RATE_LIMIT: Rejection(429, "Rate limit reached"),
    Fault.SERVER_ERROR: Rejection(500, "the model crashed"),
    Fault.ECHOED_KEY: Rejection(401, f"\x1b[31mno such key: {KEY}\x07 {'x' * 5000}\nsecond line"),
}


def in_turn(*replies):
    """A `reply` that gives these one after the other, and then the last one for ever."""
    rest = list(replies)
    return lambda messages: rest.pop(0) if len(rest) > 1 else rest[0]


class Clock:
    """A clock on which pauses are only noted."""

    def __init__(self):
        self.now = 0.0
        self.pauses = []

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds


class ScriptedLLM(ThreadingHTTPServer):
    """The server; use it as a context manager, or take the fixture `scripted_llm`."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), _Handler)
        self.reply = lambda messages: "Nothing was scripted."
        self.pace = 0.0
        self.silence = 0.05
        self.clock = Clock()
        self.models = [MODEL]
        self.requests = []
        self.client_left = threading.Event()
        self.stopping = threading.Event()
        self.base_url = f"http://127.0.0.1:{self.server_port}/v1"

    def settings(self, **changes):
        """Settings that reach this server, whatever the environment says."""
        given = {"llm": f"openai:{MODEL}", "api_key": KEY, "base_url": self.base_url, "timeout": 10.0}
        return RagSettings(**(given | changes))

    def llm(self, **changes):
        """The LLM at this server, and a client whose pauses take no time."""
        return replace(choose_llm(self.settings(**changes)), retries=Retries(clock=self.clock, sleep=self.clock.sleep))

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """A client that leaves is part of the script."""
        self.client_left.set()


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedLLM

    def log_message(self, *_):
        """Nothing on stderr."""

    def do_GET(self):
        if self._is_allowed():
            self._json(200, {"object": "list", "data": [{"id": m, "object": "model"} for m in self.server.models]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._is_allowed():
            return
        if body["model"] not in self.server.models:
            self._error(404, f"The model `{body['model']}` does not exist", code="model_not_found")
            return
        self.server.requests.append(body)
        reply = self.server.reply(body["messages"])
        reply = REJECTIONS.get(reply, reply) if isinstance(reply, Fault) else reply
        if isinstance(reply, Rejection):
            self._error(reply.status, reply.message, headers=reply.headers, **reply.details)
        elif reply is Fault.BABBLE:
            self._answer(BABBLE, body | {"max_tokens": None}, counts=True)
        elif not (isinstance(reply, Fault) and self._fails(reply, body)):
            self._answer(reply if isinstance(reply, str) else "A whole answer.", body, counts=reply != Fault.NO_USAGE)

    def _is_allowed(self):
        allowed = self.headers["Authorization"] == f"Bearer {KEY}"
        if not allowed:
            self._error(401, "Incorrect API key provided", code="invalid_api_key")
        return allowed

    def _fails(self, fault, body):
        """Fail so; False where the fault shows, if at all, in the answer."""
        match fault:
            case Fault.NO_MAX_TOKENS if "max_tokens" in body:
                self._error(400, "Use 'max_completion_tokens' instead", param="max_tokens")
            case Fault.NO_MAX_TOKENS if "temperature" in body:
                self._error(400, "Only the default (1) is supported", param="temperature")
            case Fault.HANG:
                self.server.stopping.wait(30)
            case Fault.SILENCE_THEN_DEATH:
                time.sleep(self.server.silence)
            case Fault.HTML:
                self._send(200, "text/html", b"<html><body>Welcome to the router</body></html>")
            case Fault.NO_MAX_TOKENS | Fault.NO_USAGE:
                return False
            case _:
                self._breaks(fault)
        return True

    def _breaks(self, fault):
        self._start_stream(length=10_000 if fault in {Fault.DROP_MIDWAY, Fault.CUT_EVENT} else None)
        if fault is Fault.BROKEN_JSON:
            self.wfile.write(b"data: {not json\n\n")
            return
        if fault is Fault.ODD_JSON:
            self.wfile.write(b'data: {"choices": "many"}\n\ndata: [1]\n\ndata: {"choices": [{"delta": 7}]}\n\n')
            return
        while fault is Fault.PINGS and not self.server.stopping.wait(0.02):
            self.wfile.write(b": still there\n\n")
        while fault is Fault.THOUGHTS:
            self._event({"choices": [{"index": 0, "delta": {"reasoning_content": "hm"}, "finish_reason": None}]})
        for word in ("Half an", " ans"):
            self._event({"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]})
        if fault is Fault.ERROR_MIDWAY:
            self._event({"error": {"message": "out of memory", "code": 500}})
        if fault is Fault.CUT_EVENT:
            self.wfile.write(b'data: {"choices": [{"index": 0, "delta": {"content": "w\xc3')

    def _answer(self, text, body, *, counts):
        words = re.findall(r"\s*\S+|\s+$", text)[: body.get("max_tokens")]
        usage = {"prompt_tokens": sum(len(m["content"].split()) for m in body["messages"])}
        usage |= {"completion_tokens": len(words), "total_tokens": usage["prompt_tokens"] + len(words)}
        if not body.get("stream"):
            message = {"role": "assistant", "content": "".join(words)}
            choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
            self._json(200, self._envelope("chat.completion") | {"choices": choices, "usage": usage})
            return
        self._start_stream()
        for word in words:
            self._event({"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]})
            time.sleep(self.server.pace)
        cut = len(words) < len(text.split())
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "length" if cut else "stop"}]})
        if counts and body.get("stream_options", {}).get("include_usage"):
            self._event({"choices": [], "usage": usage})
        self.wfile.write(b"data: [DONE]\n\n")

    def _start_stream(self, length=None):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        if length:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _event(self, payload):
        event = self._envelope("chat.completion.chunk") | payload
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()

    def _envelope(self, kind):
        return {"id": "chatcmpl-1", "object": kind, "created": 0, "model": MODEL}

    def _error(self, status, message, *, headers=None, **details):
        """An error reply; unless told otherwise, its headers keep a retry quick."""
        error = {"message": message, "type": "invalid_request_error", "code": None, "param": None} | details
        self._json(status, {"error": error}, {"retry-after-ms": "10"} if headers is None else headers)

    def _json(self, status, payload, headers=None):
        self._send(status, "application/json", json.dumps(payload).encode(), headers or {})

    def _send(self, status, kind, content, headers=None):
        self.send_response(status)
        for name, value in ((headers or {}) | {"Content-Type": kind, "Content-Length": len(content)}).items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)
