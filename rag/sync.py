"""The synchronous face of an asynchronous stream."""

from collections.abc import AsyncGenerator, Iterator
from typing import TypeVar

from anyio.from_thread import start_blocking_portal

Item = TypeVar("Item")


def iterate(stream: AsyncGenerator[Item, None]) -> Iterator[Item]:
    """The items of the stream, run in a thread of its own, so that it works where a loop already runs.

    Leaving the iteration early closes the stream, and with it the request to the LLM.
    """
    with start_blocking_portal() as portal:
        try:
            while (item := portal.call(anext, stream, None)) is not None:
                yield item
        finally:
            portal.call(stream.aclose)
