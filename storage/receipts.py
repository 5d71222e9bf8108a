"""What has been received from Slack and done."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sql import insert, is_new
from storage.tables import receipts

KEPT_FOR = timedelta(hours=25)
"""Slack's "Delayed Events" repeat for 24 hours (docs.slack.dev/apis/events-api)."""


class ReceiptStore:
    """One row for each request that was done, written in the transaction that did it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, key: str, now: datetime) -> bool:
        """Write the receipt; False where it is there already. A second taker waits for the first to commit."""
        statement = insert(self._connection, receipts).values(key=key, at=now).on_conflict_do_nothing()
        return await is_new(self._connection, statement.returning(receipts.c.key))

    async def became(self, key: str, case_id: int) -> None:
        """Remember which case the request led to, so that a repeat is answered with it."""
        await self._connection.execute(update(receipts).where(receipts.c.key == key).values(case_id=case_id))

    async def case_of(self, key: str) -> int | None:
        """The case an earlier delivery of the same request led to."""
        query = select(receipts.c.case_id).where(receipts.c.key == key)
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def forget_old(self, now: datetime) -> None:
        """Drop what Slack will not deliver again."""
        await self._connection.execute(delete(receipts).where(receipts.c.at < now - KEPT_FOR))
