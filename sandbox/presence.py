"""Whether the bot is there, as every page is told: noticed by what is delivered, and looked for once it is missed."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from sandbox.state import Json

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

LOOKS_AGAIN_AFTER = 0.5
"""Seconds, real ones: the bot does not live by the sandbox's clock."""


class Presence:
    """``state`` is ``there``, ``starting`` (the sandbox itself starts it) or ``gone``; nobody who was never missed is looked for."""

    def __init__(self, emulator: "Emulator") -> None:
        self._emulator = emulator
        self._looking: asyncio.Task[None] | None = None
        self.state = "there"

    def found(self) -> None:
        self._become("there")

    def starting(self) -> None:
        self._become("starting")

    def missed(self) -> None:
        """From now on it is looked for, until it is found."""
        if self.state == "there":
            self._become("gone")
            self._looking = asyncio.ensure_future(self._look())

    def shape(self) -> Json:
        em = self._emulator
        return {
            "url": em.bot_url,
            "mode": "socket" if em.uses_sockets else "http",
            "sockets": len(em.sockets.connections),
            "state": self.state,
            "token_revoked": em.workspace.app.token_revoked,
            "goes_along": em.own_bot is not None and em.own_bot.goes_along,
        }

    def tell(self) -> None:
        self._emulator.changes.publish("bot", self.shape())

    async def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking

    def _become(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.tell()

    async def _look(self) -> None:
        while self.state == "gone":
            if await self._emulator.deliverer.finds_bot():
                self.found()
            else:
                await asyncio.sleep(LOOKS_AGAIN_AFTER)
