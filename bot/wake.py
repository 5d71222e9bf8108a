"""A nudge from the doors to the worker in the same process, so that nobody waits for the next tick."""

import asyncio


class Wake:
    """Set by whoever has left work; waited for by the worker. In another process, the worker's ticks do."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        """There is something to do."""
        self._event.set()

    async def wait(self) -> None:
        """Until there is something to do."""
        await self._event.wait()
        self._event.clear()
