"""The synchronous face of an asynchronous stream."""

from collections.abc import AsyncGenerator, Iterator
from typing import Generic, TypeVar

from anyio import CancelScope, sleep
from anyio.from_thread import start_blocking_portal

Item = TypeVar("Item")

POLL_S = 0.01  # seconds between two looks whether a cancelled step has ended, which takes about one


def iterate(stream: AsyncGenerator[Item, None]) -> Iterator[Item]:
    """The items of the stream, run in a thread of its own, so that it works where a loop already runs.

    Leaving the iteration early, also by Ctrl-C, closes the stream, and with it the request to the LLM.
    """
    steps = _Steps(stream)
    with start_blocking_portal() as portal:
        try:
            while (item := portal.call(steps.next)) is not None:
                yield item
        finally:
            portal.call(steps.close)


class _Steps(Generic[Item]):
    """The stream, step by step; everything here runs in the stream's own loop."""

    def __init__(self, stream: AsyncGenerator[Item, None]) -> None:
        self._stream = stream
        self._scope: CancelScope | None = None

    async def next(self) -> Item | None:
        """The next item; None after the last."""
        with CancelScope() as self._scope:
            return await anext(self._stream, None)
        return None

    async def close(self) -> None:
        """Close the stream; a step under way, left by an interrupt, is cancelled: a running one cannot be closed."""
        if self._scope:
            self._scope.cancel()
        while getattr(self._stream, "ag_running", False):
            await sleep(POLL_S)
        await self._stream.aclose()
