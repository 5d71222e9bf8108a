"""What partners have told us, and the questions still to ask them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.facts import Fact, Happening, Outcome, ParcelStatus, Partner, PartnerView
from bot.domain.subjects import Subject, SubjectKind
from storage.sql import insert
from storage.tables import facts, lookups, partners, subjects


@dataclass(frozen=True, slots=True)
class Lookup:
    """A question to a partner, claimed by one worker."""

    subject_id: int
    subject: Subject
    partner: Partner
    attempts: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much a partner lets us ask."""

    calls_a_day: int
    between_calls: timedelta


class FactStore:
    """Facts are added and never changed; the question to a partner is one row that comes due again."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ask(self, subject_id: int, partner: Partner, now: datetime) -> None:
        """Have the partner asked about the subject. Whether that is needed, the case that asks knows."""
        statement = insert(self._connection, lookups).values(
            subject_id=subject_id, partner=partner.value, due_at=now, attempts=0
        )
        again = {"due_at": now, "attempts": 0}
        target = ["subject_id", "partner"]
        await self._connection.execute(statement.on_conflict_do_update(index_elements=target, set_=again))

    async def any_due(self, partner: Partner, now: datetime) -> bool:
        """Whether there is a question to ask; a look that locks nothing."""
        due = select(lookups.c.subject_id).where(lookups.c.partner == partner.value, lookups.c.due_at <= now)
        return (await self._connection.execute(due.limit(1))).first() is not None

    async def claim(
        self, partner: Partner, now: datetime, lease: timedelta, allowed: Allowance
    ) -> Lookup | None:
        """The next question that may be asked now, if any. Counts the call against the partner's quota.

        The quota's day is GMT, as DHL's is. Locking the partner's row keeps two workers from asking at once.
        """
        today = now.astimezone(UTC).date().isoformat()
        first = insert(self._connection, partners).values(
            partner=partner.value, day=today, calls=0, next_call_at=now
        )
        kept = first.on_conflict_do_update(index_elements=["partner"], set_={"partner": partner.value})
        row = (await self._connection.execute(kept.returning(partners))).one()
        calls = row.calls if row.day == today else 0
        if row.next_call_at > now:
            return None
        if calls >= allowed.calls_a_day:
            await self._trouble_for_all(partner, now)
            return None
        lookup = await self._claim_one(partner, now, lease)
        if lookup is None:
            return None
        await self._connection.execute(
            update(partners)
            .where(partners.c.partner == partner.value)
            .values(day=today, calls=calls + 1, next_call_at=now + allowed.between_calls)
        )
        return lookup

    async def _claim_one(self, partner: Partner, now: datetime, lease: timedelta) -> Lookup | None:
        due = (
            select(lookups.c.subject_id)
            .where(
                lookups.c.partner == partner.value,
                lookups.c.due_at <= now,
                (lookups.c.leased_until.is_(None)) | (lookups.c.leased_until <= now),
            )
            .order_by(lookups.c.due_at)
            .limit(1)
        )
        subject_id = (await self._connection.execute(due)).scalar_one_or_none()
        if subject_id is None:
            return None
        claimed = (
            update(lookups)
            .where(lookups.c.subject_id == subject_id, lookups.c.partner == partner.value)
            .values(leased_until=now + lease, attempts=lookups.c.attempts + 1)
            .returning(lookups.c.attempts)
        )
        attempts = int((await self._connection.execute(claimed)).scalar_one())
        row = (await self._connection.execute(select(subjects).where(subjects.c.id == subject_id))).one()
        subject = Subject(SubjectKind(row.kind), row.scheme, row.number, row.platform)
        return Lookup(subject_id, subject, partner, attempts)

    async def _trouble_for_all(self, partner: Partner, now: datetime) -> None:
        """Say on every waiting question that today's quota is used up; they keep their turn for tomorrow."""
        await self._connection.execute(
            update(lookups)
            .where(lookups.c.partner == partner.value, lookups.c.due_at <= now)
            .values(
                due_at=_midnight_after(now),
                trouble=Outcome.QUOTA.value,
                trouble_since=func.coalesce(lookups.c.trouble_since, now),
            )
        )

    async def answered(self, lookup: Lookup, fact: Fact) -> bool:
        """Keep the fact and take the question off the list; whether it says something new."""
        before = (await self.partners([lookup.subject_id])).get(lookup.subject_id, ())
        await self._connection.execute(
            plain_insert(facts).values(
                subject_id=lookup.subject_id,
                partner=fact.partner.value,
                outcome=fact.outcome.value,
                told_at=fact.told_at,
                content=_content(fact),
            )
        )
        await self._settle(lookup, due_at=None, attempts=0, trouble=None, trouble_since=None)
        known = next((view.fact for view in before if view.partner is fact.partner), None)
        return known is None or known != fact

    async def failed(
        self, lookup: Lookup, trouble: Outcome, now: datetime, again_at: datetime | None
    ) -> None:
        """Keep the question for later (or give it up), with what is wrong and since when."""
        since = func.coalesce(lookups.c.trouble_since, now)
        await self._settle(lookup, due_at=again_at, trouble=trouble.value, trouble_since=since)

    async def hold(self, partner: Partner, until: datetime) -> None:
        """Ask the partner nothing before ``until``."""
        await self._connection.execute(
            update(partners).where(partners.c.partner == partner.value).values(next_call_at=until)
        )

    async def _settle(self, lookup: Lookup, **values: Any) -> None:
        await self._connection.execute(
            update(lookups)
            .where(lookups.c.subject_id == lookup.subject_id, lookups.c.partner == lookup.partner.value)
            .values(leased_until=None, **values)
        )

    async def partners(self, subject_ids: Sequence[int]) -> dict[int, tuple[PartnerView, ...]]:
        """What is known of each subject, partner by partner."""
        newest = (
            select(func.max(facts.c.id))
            .where(facts.c.subject_id.in_(subject_ids))
            .group_by(facts.c.subject_id, facts.c.partner)
        )
        told = {
            (row.subject_id, row.partner): _fact(row)
            for row in await self._connection.execute(select(facts).where(facts.c.id.in_(newest)))
        }
        asked = {
            (row.subject_id, row.partner): row
            for row in await self._connection.execute(
                select(lookups).where(lookups.c.subject_id.in_(subject_ids))
            )
        }
        views = defaultdict[int, tuple[PartnerView, ...]](tuple)
        for key in dict.fromkeys([*told, *asked]):
            lookup = asked.get(key)
            views[key[0]] += (
                PartnerView(
                    partner=Partner(key[1]),
                    fact=told.get(key),
                    asking=lookup is not None and lookup.due_at is not None,
                    trouble=Outcome(lookup.trouble) if lookup is not None and lookup.trouble else None,
                    trouble_since=lookup.trouble_since if lookup is not None else None,
                ),
            )
        return dict(views)


def _midnight_after(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _content(fact: Fact) -> dict[str, Any]:
    latest = fact.latest
    return {
        "latest": latest
        and {
            "status": latest.status.value,
            "words": latest.words,
            "place": latest.place,
            "time": latest.time,
        },
        "origin": fact.origin,
        "destination": fact.destination,
        "service": fact.service,
        "returning": fact.returning,
        "customs_hint": fact.customs_hint,
    }


def _fact(row: Any) -> Fact:
    content = row.content
    latest = content["latest"]
    return Fact(
        partner=Partner(row.partner),
        outcome=Outcome(row.outcome),
        told_at=row.told_at,
        latest=latest
        and Happening(ParcelStatus(latest["status"]), latest["words"], latest["place"], latest["time"]),
        origin=content["origin"],
        destination=content["destination"],
        service=content["service"],
        returning=content["returning"],
        customs_hint=content["customs_hint"],
    )
