"""The outbox's rows for flaggers: what became of their flags, one row a person and kind of news, gathered."""

from datetime import datetime

from sqlalchemy import and_, func, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import DeliveryKind
from bot.domain.cases import CLOSINGS
from bot.domain.news import GATHERED_FOR, News
from bot.domain.people import Person
from storage.outbox import stands_soon, to_person
from storage.tables import deliveries, entries, flags


class NewsStore:
    """Tells flaggers; whoever calls it holds the case's row."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def flaggers(self, case_id: int) -> list[tuple[str, Person]]:
        """Everybody whose flag stands on the case, with the organisation they flagged for."""
        query = select(flags.c.organisation, flags.c.slack_team, flags.c.slack_user).where(
            flags.c.case_id == case_id, flags.c.withdrawn_at.is_(None)
        )
        rows = await self._connection.execute(query.distinct())
        return [(row.organisation, Person(row.slack_team, row.slack_user)) for row in rows]

    async def tell(
        self, case_id: int, entry_id: int, news: News, to: frozenset[Person], now: datetime
    ) -> None:
        """Have these people hear of an entry. Where they have been told of the like since the case was last closed,
        that message is edited.
        """
        told = frozenset[Person]() if news is News.CLOSED else await self._edit(case_id, news, to, now)
        new = [
            to_person(DeliveryKind.FLAG_NEWS, person, now)
            | {"case_id": case_id, "entry_id": entry_id, "about": news.value}
            for person in sorted(to - told, key=lambda person: person.key)
        ]
        if new:
            await self._connection.execute(plain_insert(deliveries).values(new))

    async def _edit(
        self, case_id: int, news: News, to: frozenset[Person], now: datetime
    ) -> frozenset[Person]:
        """Bring the messages that these people have up to date, a while later; who has one."""
        last_closing = (
            select(func.coalesce(func.max(entries.c.id), 0))
            .where(entries.c.case_id == case_id, entries.c.change.in_([change.value for change in CLOSINGS]))
            .scalar_subquery()
        )
        query = select(deliveries.c.id, deliveries.c.slack_team, deliveries.c.slack_user).where(
            deliveries.c.case_id == case_id,
            deliveries.c.kind == DeliveryKind.FLAG_NEWS.value,
            deliveries.c.about == news.value,
            deliveries.c.entry_id > last_closing,
        )
        rows = await self._connection.execute(query)
        theirs = {row.id: Person(row.slack_team, row.slack_user) for row in rows}
        ids = [delivery for delivery, person in theirs.items() if person in to]
        if ids:
            later = func.coalesce(deliveries.c.due_at, now + GATHERED_FOR)
            await self._connection.execute(
                update(deliveries)
                .where(deliveries.c.id.in_(ids))
                .values(wanted_version=deliveries.c.wanted_version + 1, due_at=later, attempts=0)
            )
        return frozenset(theirs.values()) & to

    async def refresh(self, case_id: int, now: datetime) -> None:
        """Have what was told of the case say what became of it."""
        theirs = and_(
            deliveries.c.case_id == case_id,
            deliveries.c.kind == DeliveryKind.FLAG_NEWS.value,
            stands_soon(),
        )
        await self._connection.execute(
            update(deliveries)
            .where(theirs)
            .values(wanted_version=deliveries.c.wanted_version + 1, due_at=now, attempts=0)
        )
