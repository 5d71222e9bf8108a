"""The workspace and the bot's database as one state: saved, loaded and reset in one step, so that each fits the other.

Of a bot that the sandbox has started itself, on SQLite. Any other keeps what it knows, and whoever asked is told so.
"""

import asyncio
import sqlite3
import zlib
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sandbox import saving
from sandbox.own_bot import BotError, OwnBot, moved
from sandbox.saving import LoadError
from sandbox.state import Json

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

KEPT = "The bot still knows what it knew before: "
NOT_OURS = f"{KEPT}it was not started by this sandbox upon a file."
NOT_IN_IT = f"{KEPT}this file holds none of its database."


async def save(em: "Emulator") -> Json:
    """What ``load`` takes. Raises LoadError where the bot's database cannot be read.

    The bot is stopped for it: what it has just posted and not written down yet, it would post once more when it is loaded.
    """
    bot = _bot_of(em)
    if bot is None:
        return saving.saved(em)
    async with _exchanging(em, bot):
        state = saving.saved(em)
        try:
            content = bot.content()
        except sqlite3.Error as error:
            raise LoadError(f"The bot's database cannot be read: {error}.") from None
    packed = await asyncio.to_thread(zlib.compress, content)
    return {**state, "bot": {"database": b64encode(packed).decode()}}


async def load(em: "Emulator", state: Json) -> str | None:
    """What whoever loads should know, if there is something. Raises LoadError, and then all is as before."""
    loaded = saving.read(em, state)
    bot = _bot_of(em)
    if bot is None or "bot" not in state:
        saving.put(em, loaded)
        return NOT_OURS if bot is None else NOT_IN_IT
    content = await asyncio.to_thread(_unpacked, state["bot"])
    try:
        await bot.check(content)
    except BotError as error:
        raise LoadError(f"The bot's database in this file cannot be used: {error}.") from None
    if state["address"] != em.address:
        content = await asyncio.to_thread(moved, content, str(state["address"]), em.address)
    async with _exchanging(em, bot):
        before, known = saving.saved(em), bot.content()
        bot.put(content)
        saving.put(em, loaded)
        if not await bot.start():
            await bot.stop()
            bot.put(known)
            saving.put(em, saving.read(em, before))
            raise LoadError("The bot does not start upon the database in this file; all is as before.")
    return None


async def reset(em: "Emulator", seed: str | Json | None) -> str | None:
    """What whoever resets should know, if there is something. Raises what Emulator.beginning does: all is as before."""
    beginning = em.beginning(seed)
    bot = _bot_of(em)
    if bot is None:
        await em.begin(beginning)
        return NOT_OURS
    async with _exchanging(em, bot):
        bot.put(None)
        await em.begin(beginning)
        await bot.start(em.recording)
    return None


@asynccontextmanager
async def _exchanging(em: "Emulator", bot: OwnBot) -> AsyncIterator[None]:
    """Pages are told why nothing is answered meanwhile."""
    em.presence.starting()
    try:
        async with bot.stopped():
            yield
    finally:
        em.presence.found()


def _bot_of(em: "Emulator") -> OwnBot | None:
    return em.own_bot if em.own_bot is not None and em.own_bot.goes_along else None


def _unpacked(saved_bot: object) -> bytes:
    if not isinstance(saved_bot, dict) or not isinstance(saved_bot.get("database"), str):
        raise LoadError("The bot's database in this file cannot be used: `bot` has no `database`.")
    try:
        return zlib.decompress(b64decode(saved_bot["database"], validate=True))
    except (ValueError, zlib.error) as error:
        raise LoadError(f"The bot's database in this file cannot be used: {error}.") from None
