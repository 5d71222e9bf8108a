"""What happened, numbered: pages follow it, tests wait on it."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

KEPT = 20_000
"""A page that is further behind than this reads the workspace anew."""


@dataclass(frozen=True, slots=True)
class Change:
    version: int
    kind: str
    data: dict[str, Any]
    audience: frozenset[str] | None = field(default=None)
    """Who notices; None is everybody."""

    def concerns(self, user: str | None) -> bool:
        return user is None or self.audience is None or user in self.audience


class Changes:
    def __init__(self) -> None:
        self.version = 0
        self._kept: deque[Change] = deque(maxlen=KEPT)
        self._came = asyncio.Event()

    def publish(self, kind: str, data: dict[str, Any], audience: frozenset[str] | None = None) -> None:
        self.version += 1
        self._kept.append(Change(self.version, kind, data, audience))
        self._came.set()
        self._came = asyncio.Event()

    def since(self, version: int, user: str | None = None) -> list[Change] | None:
        """The changes after ``version``, or None if some of them are no longer kept."""
        oldest = self._kept[0].version if self._kept else self.version + 1
        if version > self.version or version + 1 < oldest:
            return None
        fresh: list[Change] = []
        for change in reversed(self._kept):
            if change.version <= version:
                break
            if change.concerns(user):
                fresh.append(change)
        fresh.reverse()
        return fresh

    async def wait(self, seconds: float) -> None:
        """Return at the next change, or after ``seconds``."""
        came = self._came
        try:
            async with asyncio.timeout(seconds):
                await came.wait()
        except TimeoutError:
            return
