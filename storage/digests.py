"""When digests are due, and which have been sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.digests import DigestPlan, Period, next_due
from storage.tables import digest_runs, digests


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A digest, the end of what it last told of, and when it is next due."""

    plan: DigestPlan
    covered_until: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class DigestRun:
    """One digest that was asked for, by the clock or by a person."""

    id: int
    key: str
    period: Period


class DigestStore:
    """A digest's due time lives here and is claimed here, so that two workers send one digest."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> list[DueDigest]:
        """Every digest of the operation."""
        return [_due(row) for row in await self._connection.execute(select(digests).order_by(digests.c.key))]

    async def put(self, plan: DigestPlan, now: datetime) -> None:
        """Add or update a digest. A changed clock begins to count now; an unchanged one keeps its due time."""
        known = (await self._connection.execute(select(digests).where(digests.c.key == plan.key))).first()
        clock: dict[str, Any] = {"cron": plan.cron, "timezone": plan.timezone, "channel": plan.channel}
        if known is None:
            row = clock | {"key": plan.key, "covered_until": now}
            row |= {"due_at": next_due(plan.cron, plan.timezone, now)}
            await self._connection.execute(insert(digests).values(row))
            return
        changed = dict(clock)
        if (known.cron, known.timezone) != (plan.cron, plan.timezone):
            changed |= {"due_at": next_due(plan.cron, plan.timezone, now)}
        await self._connection.execute(update(digests).where(digests.c.key == plan.key).values(changed))

    async def remove(self, key: str) -> None:
        """Stop a digest."""
        await self._connection.execute(delete(digests).where(digests.c.key == key))

    async def claim(self, digest: DueDigest, now: datetime) -> bool:
        """Move the due time on; False where another worker was first. However many were missed, one is sent."""
        statement = (
            update(digests)
            .where(digests.c.key == digest.plan.key, digests.c.due_at == digest.due_at)
            .values(due_at=next_due(digest.plan.cron, digest.plan.timezone, now), covered_until=now)
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def add_run(self, key: str, period: Period, asked_by: str | None) -> int:
        """Write down that this digest is to be sent; returns the run's id."""
        statement = insert(digest_runs).values(
            key=key, period_start=period.start, period_end=period.end, asked_by=asked_by
        )
        return int((await self._connection.execute(statement.returning(digest_runs.c.id))).scalar_one())

    async def run(self, run_id: int) -> DigestRun:
        """One run."""
        row = (await self._connection.execute(select(digest_runs).where(digest_runs.c.id == run_id))).one()
        return DigestRun(row.id, row.key, Period(row.period_start, row.period_end))


def _due(row: Any) -> DueDigest:
    return DueDigest(DigestPlan(row.key, row.channel, row.cron, row.timezone), row.covered_until, row.due_at)
