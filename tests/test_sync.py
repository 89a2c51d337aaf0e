"""An asynchronous stream in, its items one by one out, wherever the caller runs."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from signal import SIGINT, pthread_kill
from time import monotonic

import pytest

from rag.sync import iterate

PATIENCE_S = 20


class Counter:
    """Counts to `end`, one number a step, and remembers that it was closed."""

    def __init__(self, end=3):
        self.end = end
        self.steps = 0
        self.waiting = threading.Event()
        self.closed = threading.Event()

    async def count(self, *, then=None):
        try:
            for n in range(self.end):
                self.steps += 1
                yield n
            if then:
                await then(self)
        finally:
            self.closed.set()


async def wait_for_ever(counter):
    counter.waiting.set()
    await asyncio.sleep(PATIENCE_S)


async def fail(_):
    raise ValueError("midway")


def test_the_items_come_in_order_and_the_stream_is_closed():
    counter = Counter()
    assert list(iterate(counter.count())) == [0, 1, 2]
    assert counter.closed.is_set()


def test_an_empty_stream_gives_nothing():
    assert list(iterate(Counter(0).count())) == []


def test_a_step_is_taken_only_when_it_is_asked_for():
    counter = Counter()
    items = iterate(counter.count())
    assert counter.steps == 0
    next(items)
    assert counter.steps == 1
    items.close()


def test_leaving_early_closes_the_stream():
    counter = Counter()
    items = iterate(counter.count())
    next(items)
    items.close()
    assert counter.closed.is_set()
    assert counter.steps == 1


def test_a_failure_of_the_stream_reaches_the_caller_after_its_items():
    items = iterate(Counter(1).count(then=fail))
    assert next(items) == 0
    with pytest.raises(ValueError, match="midway"):
        next(items)


def test_it_works_where_an_event_loop_runs():
    async def inside():
        return list(iterate(Counter().count()))

    assert asyncio.run(inside()) == [0, 1, 2]


def test_many_threads_may_iterate_at_once():
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: list(iterate(Counter().count())), range(8))) == [[0, 1, 2]] * 8


def test_ctrl_c_while_it_waits_closes_the_stream_and_stays_an_interrupt():
    counter = Counter(0)
    caller = threading.get_ident()

    def interrupt():
        counter.waiting.wait(5)
        pthread_kill(caller, SIGINT)

    threading.Thread(target=interrupt).start()
    started = monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(iterate(counter.count(then=wait_for_ever)))
    assert counter.closed.is_set()
    assert monotonic() - started < PATIENCE_S / 2
