"""What partners have told us, and the questions still to ask them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import BindParameter, and_, bindparam, func, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.cases import SHARED_CIRCLE, Case, Status
from bot.domain.facts import (
    NO_QUESTIONS,
    Fact,
    Happening,
    Outcome,
    ParcelStatus,
    Partner,
    PartnerView,
    known_to,
)
from bot.domain.markings import Pap
from bot.domain.subjects import Subject, SubjectKind
from storage.sql import insert
from storage.tables import cases, facts, lookups, partners, subjects

ABOUT: BindParameter[Sequence[int]] = bindparam("subject_ids", expanding=True)
CIRCLES: BindParameter[Sequence[str]] = bindparam("circles", expanding=True)

# Asked with every case that is loaded: put together once, and not each time anew.
NEWEST = select(facts).where(
    facts.c.id.in_(
        select(func.max(facts.c.id))
        .where(facts.c.subject_id.in_(ABOUT), facts.c.circle.in_(CIRCLES))
        .group_by(facts.c.subject_id, facts.c.circle, facts.c.partner)
    )
)
ASKED = select(lookups).where(lookups.c.subject_id.in_(ABOUT), lookups.c.circle.in_(CIRCLES))


@dataclass(frozen=True, slots=True)
class Lookup:
    """A question to a partner, claimed by one worker."""

    subject_id: int
    subject: Subject
    circle: str
    """Who asks, and who will know of the answer."""
    partner: Partner
    attempts: int
    trouble: Outcome | None
    """What was wrong the last time."""


@dataclass(frozen=True, slots=True)
class Question:
    """What waits to be asked of a partner: about which subject, and for whom."""

    subject_id: int
    circle: str


ALLOWING_LOOK_UPS = [pap.value for pap in Pap if pap is not Pap.RED]
"""Labels with which a partner may be asked; one that cannot be read is none of them."""


class Asking(Protocol):
    """What decides what a case knows from partners: a case, its head, or its row."""

    @property
    def subject_id(self) -> int: ...

    @property
    def circle(self) -> str: ...

    @property
    def opened_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much a partner lets us ask."""

    calls_a_day: int
    between_calls: timedelta


class FactStore:
    """Facts are added and never changed; the question to a partner is one row that comes due again."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ask(self, subject_id: int, circle: str, partner: Partner, now: datetime) -> None:
        """Have the partner asked about the subject. Whether that is needed, the case that asks knows."""
        statement = insert(self._connection, lookups).values(
            subject_id=subject_id, circle=circle, partner=partner.value, due_at=now, attempts=0
        )
        again = {"due_at": now, "attempts": 0}
        target = ["subject_id", "circle", "partner"]
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
        await self._drop_forbidden(partner)
        due = (
            select(lookups.c.subject_id, lookups.c.circle)
            .where(
                lookups.c.partner == partner.value,
                lookups.c.due_at <= now,
                (lookups.c.leased_until.is_(None)) | (lookups.c.leased_until <= now),
            )
            .order_by(lookups.c.due_at)
            .limit(1)
        )
        asked = (await self._connection.execute(due)).first()
        if asked is None:
            return None
        claimed = (
            update(lookups)
            .where(
                lookups.c.subject_id == asked.subject_id,
                lookups.c.circle == asked.circle,
                lookups.c.partner == partner.value,
            )
            .values(leased_until=now + lease, attempts=lookups.c.attempts + 1)
            .returning(lookups.c.attempts, lookups.c.trouble)
        )
        claim = (await self._connection.execute(claimed)).one()
        about = select(subjects).where(subjects.c.id == asked.subject_id)
        row = (await self._connection.execute(about)).one()
        subject = Subject(SubjectKind(row.kind), row.scheme, row.number, row.platform)
        trouble = Outcome(claim.trouble) if claim.trouble else None
        return Lookup(asked.subject_id, subject, asked.circle, partner, claim.attempts, trouble)

    async def _drop_forbidden(self, partner: Partner) -> None:
        """Take the questions off the list that a PAP:RED case forbids which has come since they were put.

        A case binds its own circle, and a shared one everybody: who may not know of it must not learn of it by an answer
        that does not come.
        """
        red = (
            select(cases.c.id)
            .where(
                cases.c.subject_id == lookups.c.subject_id,
                cases.c.circle.in_([lookups.c.circle, SHARED_CIRCLE]),
                cases.c.status != Status.CLOSED.value,
                cases.c.pap.not_in(ALLOWING_LOOK_UPS),
            )
            .exists()
        )
        waiting = and_(lookups.c.partner == partner.value, lookups.c.due_at.is_not(None))
        await self._connection.execute(update(lookups).where(waiting, red).values(due_at=None))

    async def without_turn(self, partner: Partner, now: datetime, allowed: Allowance) -> list[Question]:
        """Put off what waits where the partner takes no questions now, whatever they are about; what was put off."""
        return await self._out_of_quota(partner, now, allowed) or await self._on_hold(partner, now)

    async def _out_of_quota(self, partner: Partner, now: datetime, allowed: Allowance) -> list[Question]:
        """Put off what waits until the day's quota begins anew, where it is used up; what was put off."""
        query = select(partners.c.day, partners.c.calls).where(partners.c.partner == partner.value)
        row = (await self._connection.execute(query)).one()
        today = now.astimezone(UTC).date().isoformat()
        if row.day != today or row.calls < allowed.calls_a_day:
            return []
        return await self.put_off(partner, Outcome.QUOTA, now, _midnight_after(now))

    async def _on_hold(self, partner: Partner, now: datetime) -> list[Question]:
        """Put off what has come while the partner takes no questions at all; what was put off."""
        held = (
            select(lookups.c.trouble, lookups.c.due_at)
            .join(partners, partners.c.partner == lookups.c.partner)
            .where(
                lookups.c.partner == partner.value,
                partners.c.next_call_at > now,
                lookups.c.due_at == partners.c.next_call_at,
                lookups.c.trouble.in_([trouble.value for trouble in NO_QUESTIONS]),
            )
            .limit(1)
        )
        row = (await self._connection.execute(held)).first()
        return [] if row is None else await self.put_off(partner, Outcome(row.trouble), now, row.due_at)

    async def ask_again(self, partner: Partner, trouble: Outcome, now: datetime) -> None:
        """Have what waits because of this trouble asked at once."""
        waiting = and_(
            lookups.c.partner == partner.value, lookups.c.trouble == trouble.value, lookups.c.due_at > now
        )
        asked = await self._connection.execute(update(lookups).where(waiting).values(due_at=now))
        if asked.rowcount:
            await self.hold(partner, now)

    async def put_off(
        self, partner: Partner, trouble: Outcome, now: datetime, until: datetime
    ) -> list[Question]:
        """Say on every question that is due what is wrong with the partner; they keep their turn. Which they are."""
        waiting = (
            update(lookups)
            .where(lookups.c.partner == partner.value, lookups.c.due_at <= now)
            .values(
                due_at=until,
                trouble=trouble.value,
                trouble_since=func.coalesce(lookups.c.trouble_since, now),
            )
        )
        rows = await self._connection.execute(waiting.returning(lookups.c.subject_id, lookups.c.circle))
        return [Question(row.subject_id, row.circle) for row in rows]

    async def answered(self, lookup: Lookup, fact: Fact) -> None:
        """Keep the fact and take the question off the list."""
        await self._keep(lookup.subject_id, lookup.circle, fact)
        await self._settle(lookup, due_at=None, attempts=0, trouble=None, trouble_since=None)

    async def _keep(self, subject_id: int, circle: str, fact: Fact) -> None:
        await self._connection.execute(
            plain_insert(facts).values(
                subject_id=subject_id,
                circle=circle,
                partner=fact.partner.value,
                outcome=fact.outcome.value,
                told_at=fact.told_at,
                content=_content(fact),
            )
        )

    async def carry(self, case: Case, circle: str, now: datetime) -> None:
        """Have a circle know of a subject what a case knows that joins it, and ask what the case is asking."""
        before = (await self._by_circle([(case.subject_id, circle)])).get((case.subject_id, circle), ())
        told = {view.partner: view.fact.told_at for view in before if view.fact}
        for view in case.partners:
            if view.fact and (view.partner not in told or told[view.partner] < view.fact.told_at):
                await self._keep(case.subject_id, circle, view.fact)
            if view.asking:
                await self.ask(case.subject_id, circle, view.partner, now)

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
            .where(
                lookups.c.subject_id == lookup.subject_id,
                lookups.c.circle == lookup.circle,
                lookups.c.partner == lookup.partner.value,
            )
            .values(leased_until=None, **values)
        )

    async def known(self, cases: Sequence[Asking]) -> list[tuple[PartnerView, ...]]:
        """What each of these cases knows from partners, in their order."""
        views = await self._by_circle([(case.subject_id, case.circle) for case in cases])
        return [
            known_to(
                views.get((case.subject_id, SHARED_CIRCLE), ()),
                () if case.circle == SHARED_CIRCLE else views.get((case.subject_id, case.circle), ()),
                case.opened_at,
            )
            for case in cases
        ]

    async def _by_circle(
        self, pairs: Sequence[tuple[int, str]]
    ) -> dict[tuple[int, str], tuple[PartnerView, ...]]:
        """What these circles and the shared one have asked of each subject and been told, partner by partner."""
        circles = {SHARED_CIRCLE, *(circle for _, circle in pairs)}
        wanted = {"subject_ids": list({subject for subject, _ in pairs}), "circles": list(circles)}
        told = {_asked(row): _fact(row) for row in await self._connection.execute(NEWEST, wanted)}
        asked = {_asked(row): row for row in await self._connection.execute(ASKED, wanted)}
        views = defaultdict[tuple[int, str], tuple[PartnerView, ...]](tuple)
        for key in dict.fromkeys([*told, *asked]):
            lookup = asked.get(key)
            views[key[:2]] += (
                PartnerView(
                    partner=Partner(key[2]),
                    fact=told.get(key),
                    asking=lookup is not None and lookup.due_at is not None,
                    trouble=Outcome(lookup.trouble) if lookup is not None and lookup.trouble else None,
                    trouble_since=lookup.trouble_since if lookup is not None else None,
                ),
            )
        return dict(views)


def _asked(row: Any) -> tuple[int, str, str]:
    return row.subject_id, row.circle, row.partner


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
