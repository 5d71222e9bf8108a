"""API keys: their digests, whose they are, and when they were last used."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.api_keys import ApiKey
from bot.domain.people import Person
from storage.tables import api_keys, organisations


class KeyStore:
    """One row for each key; a revoked one stays, so that its name is not given again."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, name: str, organisation: str, digest: str, hint: str, made_by: Person | None, now: datetime
    ) -> None:
        """Store a new key's digest. The name has to be free."""
        values = {
            "name": name,
            "organisation": organisation,
            "digest": digest,
            "hint": hint,
            "made_by_team": made_by.slack_team if made_by else "",
            "made_by_user": made_by.slack_user if made_by else "",
            "made_at": now,
        }
        await self._connection.execute(insert(api_keys).values(values))

    async def all(self) -> tuple[ApiKey, ...]:
        """Every key: those in use first, each group by organisation and name."""
        order = (api_keys.c.revoked_at.is_not(None), organisations.c.position, api_keys.c.name)
        rows = await self._connection.execute(_keys().order_by(*order))
        return tuple(map(_key, rows))

    async def named(self, name: str) -> ApiKey | None:
        """The key of that name, revoked or not."""
        row = (await self._connection.execute(_keys().where(api_keys.c.name == name))).first()
        return None if row is None else _key(row)

    async def of_digest(self, digest: str) -> ApiKey | None:
        """The key whose digest this is, revoked or not."""
        query = _keys().where(api_keys.c.digest == digest)
        row = (await self._connection.execute(query)).first()
        return None if row is None else _key(row)

    async def budget(self, key_id: int) -> datetime | None:
        """Until when the key's requests are paid for; who reads it next waits until this transaction has ended."""
        query = select(api_keys.c.paid_until).where(api_keys.c.id == key_id).with_for_update(key_share=True)
        paid_until: datetime | None = (await self._connection.execute(query)).scalar_one()
        return paid_until

    async def used(self, key_id: int, paid_until: datetime, now: datetime) -> None:
        """Count one more request of the key."""
        values = {"paid_until": paid_until, "last_used_on": now.date()}
        await self._connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(values))

    async def revoke(self, names: Sequence[str], now: datetime) -> None:
        """End these keys: the next request with one is a stranger's."""
        revoked = update(api_keys).where(api_keys.c.name.in_(names), api_keys.c.revoked_at.is_(None))
        await self._connection.execute(revoked.values(revoked_at=now, paid_until=None))

    async def refused(self, key_id: int, told_until: datetime) -> None:
        """Remember until when the trail says enough of requests with a revoked key; it has no budget any more."""
        values = {"paid_until": told_until}
        await self._connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(values))

    async def forget_organisation(self, organisation: str) -> list[str]:
        """Remove the keys of an organisation that is about to go and has no part in any case; those that were in use."""
        statement = delete(api_keys).where(api_keys.c.organisation == organisation)
        gone = await self._connection.execute(statement.returning(api_keys.c.name, api_keys.c.revoked_at))
        return sorted(row.name for row in gone if row.revoked_at is None)


def _keys() -> Select[Any]:
    return select(api_keys, organisations.c.name.label("organisation_name")).join(
        organisations, organisations.c.key == api_keys.c.organisation
    )


def _key(row: Any) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        organisation=row.organisation,
        organisation_name=row.organisation_name,
        hint=row.hint,
        made_by=Person(row.made_by_team, row.made_by_user) if row.made_by_user else None,
        made_at=row.made_at,
        last_used_on=row.last_used_on,
        revoked_at=row.revoked_at,
    )
