"""What Slack last said of who is in a channel."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audiences import Audience
from storage.sql import insert, joined, split
from storage.tables import audiences, members

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
OUTDATE = update(audiences).values(checked_at=LONG_AGO, changes=audiences.c.changes + 1)


class AudienceStore:
    """One row for each channel."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, channel: str, *, change: bool = False) -> Audience | None:
        """The last look, however old; ``change``: with its row locked."""
        query = select(audiences).where(audiences.c.channel == channel)
        row = (await self._connection.execute(query.with_for_update() if change else query)).first()
        return None if row is None else _audience(row)

    async def put(self, audience: Audience) -> None:
        """Keep a look. Who has left is no longer accepted: they would be asked about when they come again."""
        values: dict[str, Any] = {
            "organisations": joined(audience.organisations),
            "outsiders": audience.outsiders,
            "readable": audience.readable,
            "accepted": joined(audience.accepted & audience.organisations),
            "checked_at": audience.checked_at,
        }
        statement = insert(self._connection, audiences).values(channel=audience.channel, **values)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["channel"], set_=values)
        )

    async def accept(self, channel: str, organisations: frozenset[str]) -> None:
        """A coordinator has said yes to these organisations' reading along."""
        accepted = update(audiences).where(audiences.c.channel == channel)
        await self._connection.execute(accepted.values(accepted=joined(organisations)))

    async def outdate(self, channel: str) -> None:
        """Something has changed there: look again before the next message. A first look may be on its way as well."""
        values = {
            "organisations": "",
            "outsiders": False,
            "readable": False,
            "checked_at": LONG_AGO,
            "changes": 1,
        }
        statement = insert(self._connection, audiences).values(channel=channel, **values)
        again = {"checked_at": LONG_AGO, "changes": audiences.c.changes + 1}
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["channel"], set_=again)
        )

    async def outdate_all(self) -> None:
        """Something has changed that may concern any channel."""
        await self._connection.execute(OUTDATE)

    async def outdated(self) -> list[str]:
        """Channels in which something has changed since the last look."""
        query = select(audiences.c.channel).where(audiences.c.checked_at == LONG_AGO)
        return list((await self._connection.execute(query)).scalars())

    async def organisations_of(self, users: Iterable[str]) -> dict[str, str]:
        """User id to organisation, for those who are on a list; channels name no teams."""
        query = select(members.c.slack_user, members.c.organisation).where(
            members.c.slack_user.in_(list(users))
        )
        return {row.slack_user: row.organisation for row in await self._connection.execute(query)}


def _audience(row: Any) -> Audience:
    return Audience(
        channel=row.channel,
        organisations=split(row.organisations),
        outsiders=row.outsiders,
        readable=row.readable,
        accepted=split(row.accepted),
        checked_at=row.checked_at,
        changes=row.changes,
    )
