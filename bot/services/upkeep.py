"""Housekeeping: what nobody needs any more goes."""

from collections.abc import Callable
from datetime import datetime

from storage.database import Database


class Upkeep:
    """Runs now and then in the worker."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def tidy(self) -> None:
        """Forget receipts that Slack will not repeat and drafts that nobody took up."""
        async with self._database.begin() as tx:
            await tx.receipts.forget_old(self._now())
            await tx.drafts.forget_old(self._now())
            await tx.sending.forget_cards(self._now())
