"""The process around llama.cpp's OpenAI server: one line of JSON in, one line out, then it serves.

It is a process of its own because llama.cpp holds Python's global lock while it loads (seconds) and
while it stops with an answer under way (half a minute was measured), prints as it likes, and can abort.
It is run as a script and imports nothing of this project. It ends when its standard input does or when it
is orphaned, and so with the process that started it, however that one ended.
"""

import json
import os
import sys
from threading import Thread
from time import sleep
from typing import Any

ONE_ANSWER_AT_A_TIME = 1  # on few cores, answers in parallel are each slower and none is done sooner
BATCH_TOKENS = 128  # read between two looks at who has left: about 1.5 s on two cores; 64 read 6 % slower
PROMPT_CACHE_MIB = 256  # some 9,000 tokens of the 1.5B model; llama.cpp itself would take 8 GB
ERRORS_ONLY = 1  # llama.cpp's log level
ORPHAN_S = 0.5  # seconds between two looks whether the process that started this one is still there


def main() -> None:
    """Serve as the first line of standard input says, until standard input ends."""
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # llama.cpp's prints must not pass for a reply
    server = _start(json.loads(sys.stdin.readline()))
    print(json.dumps({"address": server.listening_address}), file=replies, flush=True)
    sys.stdin.read()
    os._exit(0)  # llama.cpp's own way out waits for the answer under way


def _end_with(parent: int) -> None:
    """End when the parent has: a copy of it, made by a fork, may hold our standard input open for ever."""
    while os.getppid() == parent:
        sleep(ORPHAN_S)
    os._exit(0)


def _start(request: dict[str, Any]) -> Any:  # noqa: ANN401 - the library has no types
    from xllamacpp import CommonParams, Server  # type: ignore[import-untyped]

    params = CommonParams()
    params.model.path = request["path"]
    params.n_ctx = request["n_ctx"]
    params.cpuparams.n_threads = request["threads"]
    params.api_keys = [request["api_key"]]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_batch = BATCH_TOKENS
    params.n_parallel = ONE_ANSWER_AT_A_TIME
    params.cache_ram_mib = PROMPT_CACHE_MIB
    params.no_extra_bufts = True  # repacked weights took 600 MB more and read prompts 20 % slower
    params.warmup = False
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = ERRORS_ONLY
    return Server(params)


if __name__ == "__main__":
    main()
