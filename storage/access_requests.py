"""Requests to be put on a list, and what became of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.access_requests import AccessRequest, Outcome
from bot.domain.people import Person
from storage.tables import access_requests


class AccessRequestStore:
    """One row for each request; none is ever removed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def last_at(self, person: Person) -> datetime | None:
        """When this person last asked. A second asker for the same person waits until the first has committed."""
        if self._connection.dialect.name == "postgresql":  # SQLite's writers queue anyway
            key = {"key": f"access request {person.key}"}
            await self._connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key
            )
        mine = (
            access_requests.c.slack_user == person.slack_user,
            access_requests.c.slack_team == person.slack_team,
        )
        newest: datetime | None = (
            await self._connection.execute(select(func.max(access_requests.c.at)).where(*mine))
        ).scalar_one()
        return newest

    async def add(self, person: Person, now: datetime) -> int:
        """Write a request down; its id."""
        statement = insert(access_requests).values(
            slack_team=person.slack_team, slack_user=person.slack_user, at=now
        )
        return int((await self._connection.execute(statement.returning(access_requests.c.id))).scalar_one())

    async def get(self, request_id: int) -> AccessRequest | None:
        """The request of that id."""
        query = select(access_requests).where(access_requests.c.id == request_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else _request(row)

    async def decide(self, request_id: int, outcome: Outcome, by: Person, now: datetime) -> bool:
        """Settle a request; False where somebody has been first."""
        undecided = (access_requests.c.id == request_id, access_requests.c.decided_at.is_(None))
        statement = (
            update(access_requests)
            .where(*undecided)
            .values(outcome=outcome.value, decided_by=by.slack_user, decided_at=now)
        )
        return (await self._connection.execute(statement)).rowcount == 1


def _request(row: Any) -> AccessRequest:
    return AccessRequest(
        id=row.id,
        person=Person(row.slack_team, row.slack_user),
        at=row.at,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        decided_by=row.decided_by or "",
    )
