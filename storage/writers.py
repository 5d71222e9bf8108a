"""SQLite's one writer: who is next, decided in the process; the database's own waiting sleeps and is unfair."""

import asyncio
from collections import deque
from contextvars import ContextVar
from types import TracebackType

BACKGROUND: ContextVar[bool] = ContextVar("BACKGROUND", default=False)
"""Whether the running task works in the background: people who wait for an answer write before it."""

TURNS = 4
"""Of so many turns in a row the background has one, so that people at their busiest do not keep alerts from going out."""


class Writers:
    """``async with writers:`` waits for one's turn to write."""

    def __init__(self) -> None:
        self._taken = False
        self._people = deque[asyncio.Future[None]]()
        self._background = deque[asyncio.Future[None]]()
        self._turns = 0

    async def __aenter__(self) -> None:
        if not self._taken:
            self._taken = True
            return
        turn = asyncio.get_running_loop().create_future()
        (self._background if BACKGROUND.get() else self._people).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_on()  # it was our turn already
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._give_on()

    def _give_on(self) -> None:
        while (queue := self._next_queue()) is not None:
            turn = queue.popleft()
            if not turn.done():  # who has been cancelled waits no more
                turn.set_result(None)
                return
        self._taken = False

    def _next_queue(self) -> deque[asyncio.Future[None]] | None:
        self._turns += 1
        first, second = self._people, self._background
        if self._turns % TURNS == 0:
            first, second = second, first
        return first or second or None
