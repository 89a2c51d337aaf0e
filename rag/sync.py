"""The synchronous face of an asynchronous stream."""

from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import Future
from typing import TypeVar

from anyio import sleep
from anyio.from_thread import BlockingPortal, start_blocking_portal

Item = TypeVar("Item")

POLL_S = 0.01  # seconds between two looks whether a cancelled step has ended, which takes about one


def iterate(stream: AsyncGenerator[Item, None]) -> Iterator[Item]:
    """The items of the stream, run in a thread of its own, so that it works where a loop already runs.

    Leaving the iteration early, also by Ctrl-C, closes the stream, and with it the request to the LLM.
    """
    with start_blocking_portal() as portal:
        try:
            while (item := _next(portal, stream)) is not None:
                yield item
        finally:
            portal.call(_close, stream)


def _next(portal: BlockingPortal, stream: AsyncGenerator[Item, None]) -> Item | None:
    coming: Future[Item | None] = portal.start_task_soon(anext, stream, None)
    try:
        return coming.result()
    finally:
        coming.cancel()  # interrupted while it waits: a stream cannot be closed while it runs


async def _close(stream: AsyncGenerator[Item, None]) -> None:
    while getattr(stream, "ag_running", False):
        await sleep(POLL_S)
    await stream.aclose()
