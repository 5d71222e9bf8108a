"""Flags that wait for their author to say yes."""

from collections.abc import Sequence
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
        return (await self.keep_all(slack_team, slack_user, [content], now))[0]

    async def keep_all(
        self, slack_team: str, slack_user: str, contents: Sequence[dict[str, Any]], now: datetime
    ) -> list[str]:
        """The same of several at once, in their order."""
        keys = [str(uuid4()) for _ in contents]
        rows = [
            {"id": key, "slack_team": slack_team, "slack_user": slack_user, "content": content, "at": now}
            for key, content in zip(keys, contents, strict=True)
        ]
        if rows:
            await self._connection.execute(plain_insert(drafts), rows)
        return keys

    async def of(self, key: str, slack_team: str, slack_user: str) -> dict[str, Any] | None:
        """The person's draft, or None where there is none of theirs by that id."""
        return (await self.all_of([key], slack_team, slack_user)).get(key)

    async def all_of(
        self, keys: Sequence[str], slack_team: str, slack_user: str
    ) -> dict[str, dict[str, Any]]:
        """Those of the person's drafts that there are by these ids."""
        query = select(drafts.c.id, drafts.c.content).where(
            drafts.c.id.in_(keys), drafts.c.slack_team == slack_team, drafts.c.slack_user == slack_user
        )
        return {row.id: row.content for row in await self._connection.execute(query)}

    async def forget_old(self, now: datetime) -> None:
        """Drop drafts that nobody took up within a day."""
        await self._connection.execute(delete(drafts).where(drafts.c.at < now - KEPT_FOR))
