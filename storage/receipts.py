"""What has been received and done."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.disclosures import Shown
from storage.sql import insert_new
from storage.tables import receipts

KEPT_FOR = timedelta(hours=25)
"""Slack's "Delayed Events" repeat for 24 hours (docs.slack.dev/apis/events-api)."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a request over HTTP was answered, kept so that a repeat is answered alike."""

    asked_digest: str
    """SHA-256 of what was asked: another question under the same name is no repeat."""
    status: int
    body: str
    shown: Shown | None
    """Of the case, as it was then; None where that was not kept."""


class ReceiptStore:
    """One row for each request that was done, written in the transaction that did it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, key: str, now: datetime) -> bool:
        """Write the receipt; False where it is there already. A second taker waits for the first to commit."""
        statement = insert_new(self._connection, receipts, receipts.c.key)
        return (await self._connection.execute(statement, {"key": key, "at": now})).first() is not None

    async def answered(self, key: str, answer: Answered) -> None:
        """Keep what the request is answered, in the transaction that does what it asks."""
        values = {
            "asked_digest": answer.asked_digest,
            "answer_status": answer.status,
            "answer_body": answer.body,
            "answer_shown": asdict(answer.shown) if answer.shown else None,
        }
        await self._connection.execute(update(receipts).where(receipts.c.key == key).values(values))

    async def answer_to(self, key: str) -> Answered | None:
        """What an earlier request of that name was answered."""
        row = (await self._connection.execute(select(receipts).where(receipts.c.key == key))).first()
        if row is None or row.answer_body is None:
            return None
        return Answered(row.asked_digest, row.answer_status, row.answer_body, _shown(row.answer_shown))

    async def forget_old(self, now: datetime) -> None:
        """Drop what will not come again: Slack repeats for a day, and over HTTP we promise as much."""
        await self._connection.execute(delete(receipts).where(receipts.c.at < now - KEPT_FOR))


def _shown(kept: dict[str, Any] | None) -> Shown | None:
    return Shown(kept["case_id"], kept["version"], tuple(kept["fields"])) if kept else None
