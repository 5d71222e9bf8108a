"""Fingerprints of flags, and the meetings of those whose authors may not see each other's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import DeliveryKind
from bot.domain.deconfliction import WINDOW, Meeting, Outcome, Record, Spent
from bot.domain.people import Person
from storage.outbox import to_person
from storage.sql import marking_of
from storage.tables import cases, deliveries, flags, meetings, subjects


@dataclass(frozen=True, slots=True)
class Uncompared:
    """A flag that has no fingerprint yet."""

    flag_id: int
    subject: str
    """Key of what it is about."""
    raised_at: datetime
    record: Record | None
    """None where it does not stand."""


class MeetingStore:
    """What the worker compares. Whoever calls it holds the lists, so that one worker compares at a time."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def waiting(self) -> bool:
        """Whether a flag has no fingerprint yet."""
        query = select(flags.c.id).where(flags.c.fingerprint.is_(None)).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def forget_other_keys(self, key_name: str) -> None:
        """Drop the fingerprints that another key has made; they are made anew."""
        others = and_(
            flags.c.fingerprint.is_not(None), ~flags.c.fingerprint.startswith(f"{key_name}:", autoescape=True)
        )
        await self._connection.execute(update(flags).where(others).values(fingerprint=None))

    async def uncompared(self, limit: int) -> list[Uncompared]:
        """The flags without a fingerprint, the oldest first."""
        query = (
            _records()
            .add_columns(subjects.c.key.label("subject"), flags.c.raised_at, flags.c.withdrawn_at)
            .join(subjects, subjects.c.id == cases.c.subject_id)
            .where(flags.c.fingerprint.is_(None))
            .order_by(flags.c.id)
            .limit(limit)
        )
        return [
            Uncompared(
                row.flag_id,
                row.subject,
                row.raised_at,
                _record(row) if row.withdrawn_at is None else None,
            )
            for row in await self._connection.execute(query)
        ]

    async def give(self, flag_id: int, fingerprint: str) -> None:
        """Write down a flag's fingerprint."""
        statement = update(flags).where(flags.c.id == flag_id).values(fingerprint=fingerprint)
        await self._connection.execute(statement)

    async def alike(self, flag: Record, fingerprint: str) -> list[Record]:
        """The other organisations' flags of that fingerprint that stand, the oldest first: a closed case is a record too."""
        query = (
            _records()
            .where(
                flags.c.fingerprint == fingerprint,
                flags.c.organisation != flag.organisation,
                flags.c.withdrawn_at.is_(None),
            )
            .order_by(flags.c.id)
        )
        return [_record(row) for row in await self._connection.execute(query)]

    async def known(self, flag: Record, other: Record) -> bool:
        """Whether these two organisations' records have met, or this person has met the other's."""
        there = _between(flag.organisation, flag.case_id, other.organisation, other.case_id)
        back = _between(other.organisation, other.case_id, flag.organisation, flag.case_id)
        told = meetings.c.outcome == Outcome.TOLD.value
        mine = and_(
            meetings.c.slack_team == flag.author.slack_team, meetings.c.slack_user == flag.author.slack_user
        )
        query = select(meetings.c.id).where(or_(and_(or_(there, back), told), and_(there, mine))).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def spent(self, flag: Record, raised_at: datetime) -> Spent:
        """What the flagger and their organisation have used up when the flag was raised."""
        lately = and_(meetings.c.organisation == flag.organisation, meetings.c.at > raised_at - WINDOW)
        person = _is(meetings, flag.author)
        hour = and_(
            _is(flags, flag.author),
            flags.c.raised_at > raised_at - timedelta(hours=1),
            flags.c.raised_at <= raised_at,
        )
        return Spent(
            await self._count(select(func.count(meetings.c.id)).where(lately, person)),
            await self._count(
                select(func.count(meetings.c.id)).where(lately, meetings.c.outcome == Outcome.TOLD.value)
            ),
            await self._count(select(func.count(flags.c.id)).where(hour)),
        )

    async def is_reported(self, flag: Record, outcome: Outcome, raised_at: datetime) -> bool:
        """Whether the like has been kept from the same person, or organisation, within the window before."""
        lately = and_(meetings.c.organisation == flag.organisation, meetings.c.at > raised_at - WINDOW)
        query = select(meetings.c.id).where(lately, meetings.c.outcome == outcome.value)
        if outcome is not Outcome.ORGANISATION:
            query = query.where(_is(meetings, flag.author))
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def add(self, flag: Record, other: Record, outcome: Outcome, at: datetime) -> int:
        """Write a meeting down; its id."""
        statement = plain_insert(meetings).values(
            at=at,
            organisation=flag.organisation,
            slack_team=flag.author.slack_team,
            slack_user=flag.author.slack_user,
            case_id=flag.case_id,
            other_organisation=other.organisation,
            other_case_id=other.case_id,
            outcome=outcome.value,
        )
        return int((await self._connection.execute(statement.returning(meetings.c.id))).scalar_one())

    async def tell(
        self,
        kind: DeliveryKind,
        meeting_id: int,
        organisation: str,
        case_id: int | None,
        to: Sequence[Person],
        now: datetime,
    ) -> None:
        """Have each of these people hear of a meeting, on behalf of their organisation; ``case_id``: the record of their
        own that is named.
        """
        about = {"organisation": organisation, "case_id": case_id, "about": str(meeting_id)}
        rows = [to_person(kind, person, now) | about for person in to]
        if rows:
            await self._connection.execute(plain_insert(deliveries).values(rows))

    async def get(self, meeting_id: int) -> Meeting:
        """One meeting."""
        row = (await self._connection.execute(select(meetings).where(meetings.c.id == meeting_id))).one()
        return Meeting(
            row.id,
            row.organisation,
            Person(row.slack_team, row.slack_user),
            row.case_id,
            row.other_organisation,
            row.other_case_id,
            Outcome(row.outcome),
        )

    async def _count(self, query: Any) -> int:
        return int((await self._connection.execute(query)).scalar_one())


def _records() -> Select[Any]:
    return select(
        flags.c.id.label("flag_id"),
        flags.c.case_id,
        flags.c.organisation,
        flags.c.slack_team,
        flags.c.slack_user,
        flags.c.marking,
        flags.c.releases,
        cases.c.marking.label("case_marking"),
        cases.c.releases.label("case_releases"),
        cases.c.owner,
        cases.c.opener_team,
        cases.c.opener_user,
    ).join(cases, cases.c.id == flags.c.case_id)


@dataclass(frozen=True, slots=True)
class _Columns:
    """A case's marking, as :func:`marking_of` reads it."""

    marking: str
    releases: str


def _record(row: Any) -> Record:
    return Record(
        row.flag_id,
        row.case_id,
        row.organisation,
        Person(row.slack_team, row.slack_user),
        marking_of(row),
        marking_of(_Columns(row.case_marking, row.case_releases)),
        row.owner,
        Person(row.opener_team, row.opener_user),
    )


def _is(table: Any, person: Person) -> Any:
    return and_(table.c.slack_team == person.slack_team, table.c.slack_user == person.slack_user)


def _between(organisation: str, case_id: int, other: str, other_case_id: int) -> Any:
    return and_(
        meetings.c.organisation == organisation,
        meetings.c.case_id == case_id,
        meetings.c.other_organisation == other,
        meetings.c.other_case_id == other_case_id,
    )
