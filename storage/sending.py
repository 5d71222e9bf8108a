"""Sending: deliveries are handed out to workers, and what became of each is remembered.

A worker claims a row with a lease, sends it with no transaction open, and settles it; a worker that dies lets the lease
run out, and another sends the row under the same id.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import Delivery, DeliveryKind
from storage.tables import deliveries


@dataclass(frozen=True, slots=True)
class StandingAlert:
    """An organisation's copy of an alert: the message it is, once posted, or that it cannot be."""

    message_ts: str | None
    paused: bool


class Sending:
    """What a worker does with deliveries that :class:`storage.outbox.Outbox` has added."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def any_due(self, now: datetime, busy: Collection[str]) -> bool:
        """Whether ``claim`` would find anything; a look that locks nothing."""
        query = select(deliveries.c.id).where(_is_due(now, busy)).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def claim(
        self, now: datetime, lease: timedelta, limit: int, busy: Collection[str] = ()
    ) -> list[Delivery]:
        """Take up to ``limit`` deliveries that are due; no other worker gets them while the lease runs.

        ``busy``: channels in which nothing may be posted yet; what stands there may be edited.
        """
        due = (
            select(deliveries.c.id)
            .where(_is_due(now, busy))
            .order_by(deliveries.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claimed = (
            update(deliveries)
            .where(deliveries.c.id.in_(due))
            .values(leased_until=now + lease, attempts=deliveries.c.attempts + 1)
            .returning(deliveries)
        )
        rows = (await self._connection.execute(claimed)).all()
        return sorted(map(_delivery, rows), key=_age)

    async def standing_alert(self, case_id: int, organisation: str | None) -> StandingAlert:
        """How far an organisation's alert has come; what is told below it has to wait for it."""
        query = select(deliveries.c.message_ts, deliveries.c.paused).where(
            deliveries.c.case_id == case_id,
            deliveries.c.organisation == organisation,
            deliveries.c.kind == DeliveryKind.ALERT.value,
        )
        row = (await self._connection.execute(query)).one()
        return StandingAlert(row.message_ts, row.paused)

    async def settle(self, delivery: Delivery, message_ts: str | None, digest: str = "") -> None:
        """It has arrived. Due again at once only where something newer was asked for meanwhile.

        ``digest`` is of what was shown, so that the same is not sent again.
        """
        await self._update(
            delivery,
            # Where it stands, whatever channel its organisation was given meanwhile: there it is edited.
            address=delivery.address,
            message_ts=message_ts,
            sent_version=delivery.wanted_version,
            sent_digest=digest,
            times_sent=deliveries.c.times_sent + 1,
            attempts=0,
            last_error=None,
        )
        await self._done(delivery)

    async def drop(self, delivery: Delivery, why: str) -> None:
        """There is nothing left to tell: nobody reads it any more. What was asked for meanwhile stays due."""
        await self._update(delivery, last_error=why, attempts=0)
        await self._done(delivery)

    async def give_up(self, delivery: Delivery, why: str) -> None:
        """What one person was to see cannot be shown any more, now or later."""
        await self._update(delivery, due_at=None, expires_at=delivery.created_at, last_error=why)

    async def bring_by_message(self, delivery: Delivery, now: datetime) -> None:
        """Have a card that can no longer be shown where it was asked for come as a direct message."""
        await self._update(
            delivery,
            kind=DeliveryKind.CARD_BY_MESSAGE.value,
            address=delivery.slack_user,
            due_at=now,
            expires_at=None,
            attempts=0,
        )

    async def retry(self, delivery: Delivery, at: datetime, error: str, *, counts: bool = True) -> None:
        """Try again later; ``counts``: as one more failure."""
        attempts = delivery.attempts if counts else delivery.attempts - 1
        await self._update(delivery, due_at=at, attempts=attempts, last_error=error)

    async def defer(self, early: Sequence[Delivery], until: datetime) -> None:
        """Give back what was claimed before its turn; that is no failure."""
        if early:
            ids = [delivery.id for delivery in early]
            await self._connection.execute(
                update(deliveries)
                .where(deliveries.c.id.in_(ids))
                .values(leased_until=None, due_at=until, attempts=deliveries.c.attempts - 1)
            )

    async def pause(self, delivery: Delivery, reason: str) -> None:
        """Stop trying until somebody has mended what is wrong."""
        await self._update(delivery, paused=True, last_error=reason)

    async def any_paused(self, address: str, *, but_for: str) -> bool:
        """Whether anything to an address is paused, for another reason than this one."""
        paused = and_(
            deliveries.c.address == address, deliveries.c.paused, deliveries.c.last_error != but_for
        )
        query = select(deliveries.c.id).where(paused).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def forget_cards(self, now: datetime) -> None:
        """Drop cards that Slack no longer lets us redraw, with the addresses they were behind."""
        over = and_(deliveries.c.expires_at < now, ~_still_to_come())
        await self._connection.execute(delete(deliveries).where(over))

    async def waiting(self) -> int:
        """How many deliveries are still to be made."""
        query = select(deliveries.c.id).where(deliveries.c.due_at.is_not(None), ~deliveries.c.paused)
        return len((await self._connection.execute(query)).all())

    async def _done(self, delivery: Delivery) -> None:
        """Nothing is due any more, unless something newer has been asked for since the delivery was claimed."""
        same = deliveries.c.wanted_version <= delivery.wanted_version
        done = update(deliveries).where(deliveries.c.id == delivery.id, same).values(due_at=None)
        await self._connection.execute(done)

    async def _update(self, delivery: Delivery, **values: Any) -> None:
        await self._connection.execute(
            update(deliveries).where(deliveries.c.id == delivery.id).values(leased_until=None, **values)
        )


def _age(delivery: Delivery) -> tuple[datetime, bool]:
    """The oldest first, and of one moment's an alert before what stands below it."""
    return delivery.created_at, delivery.kind is DeliveryKind.NOTE


def _is_due(now: datetime, busy: Collection[str]) -> ColumnElement[bool]:
    return and_(
        deliveries.c.due_at <= now,
        ~deliveries.c.paused,
        or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now),
        or_(deliveries.c.expires_at.is_(None), deliveries.c.expires_at > now, _still_to_come()),
        or_(deliveries.c.message_ts.is_not(None), deliveries.c.address.not_in(list(busy))),
    )


def _still_to_come() -> ColumnElement[bool]:
    """A card that a person has yet to get: where Slack no longer takes it, as after a long standstill, it comes by message."""
    return and_(deliveries.c.kind == DeliveryKind.NEW_CARD.value, deliveries.c.due_at.is_not(None))


def _delivery(row: Any) -> Delivery:
    return Delivery(
        id=row.id,
        kind=DeliveryKind(row.kind),
        address=row.address,
        organisation=row.organisation,
        case_id=row.case_id,
        entry_id=row.entry_id,
        digest_run_id=row.digest_run_id,
        slack_team=row.slack_team,
        slack_user=row.slack_user,
        wanted_version=row.wanted_version,
        sent_version=row.sent_version,
        message_ts=row.message_ts,
        attempts=row.attempts,
        created_at=row.created_at,
        was_late=row.last_error is not None,
        sent_digest=row.sent_digest,
        about=row.about,
    )
