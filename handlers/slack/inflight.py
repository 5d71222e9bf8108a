"""What is still being done when the program is told to stop."""

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

log = logging.getLogger(__name__)


class Inflight:
    """Counts requests in work and owns the tasks that go on after an ack, so that stopping can wait for both."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._requests = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @contextmanager
    def request(self) -> Iterator[None]:
        """One request, from its arrival to its ack."""
        self._requests += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._requests -= 1
            self._settle()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something after the ack. Its task is kept: the loop alone would hold it only weakly."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        self._idle.clear()
        task.add_done_callback(self._done)

    async def drain(self, seconds: float) -> None:
        """Wait until nothing is in work, for a bounded time."""
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            log.warning("stopped with %d requests and %d tasks in work", self._requests, len(self._tasks))

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("work after an ack failed", exc_info=task.exception())
        self._settle()

    def _settle(self) -> None:
        if not self._requests and not self._tasks:
            self._idle.set()
