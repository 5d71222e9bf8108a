"""Flags that wait for their author to say yes."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import drafts

KEPT_FOR = timedelta(days=1)


class DraftStore:
    """A draft belongs to one person; nobody else can take it up, whatever a button says."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, slack_team: str, slack_user: str, content: dict[str, Any], now: datetime) -> str:
        """Store ``content`` and return the id to ask for it by."""
        key = str(uuid4())
        values = {
            "id": key,
            "slack_team": slack_team,
            "slack_user": slack_user,
            "content": content,
            "at": now,
        }
        await self._connection.execute(plain_insert(drafts).values(values))
        return key

    async def of(self, key: str, slack_team: str, slack_user: str) -> dict[str, Any] | None:
        """The person's draft, or None where there is none of theirs by that id."""
        query = select(drafts.c.content).where(
            drafts.c.id == key, drafts.c.slack_team == slack_team, drafts.c.slack_user == slack_user
        )
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def forget_old(self, now: datetime) -> None:
        """Drop drafts that nobody took up within a day."""
        await self._connection.execute(delete(drafts).where(drafts.c.at < now - KEPT_FOR))
