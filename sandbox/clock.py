"""The workspace's own time: real time, plus whatever somebody hurried it by."""

import asyncio
import time


class Clock:
    """Unix seconds, UTC. Retries, scheduled messages, expiries and rate limits all read it, so all can be hurried."""

    def __init__(self) -> None:
        self.offset = 0.0
        self._moved = asyncio.Event()

    def now(self) -> float:
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds`` and wake everyone who sleeps by this clock."""
        self.offset += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep_until(self, moment: float) -> None:
        while (remaining := moment - self.now()) > 0:
            moved = self._moved
            try:
                async with asyncio.timeout(remaining):
                    await moved.wait()
            except TimeoutError:
                continue
