"""Cases: opened once for each subject and circle, loaded whole, found only by those who may."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, false, func, or_, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import DeliveryKind
from bot.domain.cases import (
    SHARED_CIRCLE,
    Acknowledgement,
    Case,
    Change,
    CloseReason,
    Entry,
    Reached,
    Status,
    Told,
    next_status,
)
from bot.domain.digests import Period
from bot.domain.flags import Flag
from bot.domain.markings import Marking
from bot.domain.roles import Actor
from bot.domain.sharing import Person, Reader
from bot.domain.subjects import Subject, SubjectKind
from storage.facts import FactStore
from storage.sql import insert, marking_columns, marking_of
from storage.tables import acknowledgements, cases, deliveries, entries, flags, organisations, subjects

ATTEMPTS_AT_A_REFERENCE = 20


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What a change needs to know of a case, its row locked until the transaction ends."""

    id: int
    subject_id: int
    status: Status
    version: int
    marking: Marking
    is_new: bool = False


def visible_to(reader: Reader) -> ColumnElement[bool]:
    """The one condition on ``cases`` for what a reader may find; without an organisation, nothing.

    It leaves RED and releases to :func:`bot.domain.sharing.view_of`, which every case found passes next.
    """
    if not reader.organisations:
        return false()
    circles: list[ColumnElement[bool]] = [cases.c.circle == SHARED_CIRCLE]
    if reader.organisation is not None:
        circles.append(cases.c.circle == reader.organisation)
    circles += [cases.c.releases.contains(key, autoescape=True) for key in sorted(reader.organisations)]
    return or_(*circles)


class CaseStore:
    """Reads and writes cases with their flags, acknowledgements and timelines."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # -- changing ---------------------------------------------------------------------------------------------

    async def open(
        self,
        subject: Subject,
        circle: str,
        owner: str,
        marking: Marking,
        new_reference: Callable[[], str],
        now: datetime,
    ) -> CaseHead:
        """The subject's open case in this circle: the one there is, a closed one opened again, or a new one.

        Everyone who flags one subject queues at the subject's row, so that one second's fifty flags make one case.
        """
        subject_id = await self._subject_id(subject)
        found = (
            select(cases.c.id)
            .where(cases.c.subject_id == subject_id, cases.c.circle == circle)
            .order_by(cases.c.status == Status.CLOSED.value, cases.c.id.desc())
            .limit(1)
        )
        case_id = (await self._connection.execute(found)).scalar_one_or_none()
        if case_id is not None:
            return await self.lock(case_id)
        values = {
            "subject_id": subject_id,
            "circle": circle,
            "owner": owner,
            "status": Status.OPEN.value,
            "version": 0,
            "opened_at": now,
            "changed_at": now,
            **marking_columns(marking),
        }
        for _ in range(ATTEMPTS_AT_A_REFERENCE):
            statement = (
                insert(self._connection, cases)
                .values(reference=new_reference(), **values)
                .on_conflict_do_nothing(index_elements=["reference"])
                .returning(cases.c.id)
            )
            case_id = (await self._connection.execute(statement)).scalar_one_or_none()
            if case_id is not None:
                return CaseHead(case_id, subject_id, Status.OPEN, 0, marking, is_new=True)
        raise RuntimeError("no free case reference found")

    async def _subject_id(self, subject: Subject) -> int:
        statement = insert(self._connection, subjects).values(
            key=subject.key,
            kind=subject.kind.value,
            scheme=subject.scheme,
            number=subject.number,
            platform=subject.platform,
        )
        # DO UPDATE rather than DO NOTHING: it locks the row that is there, and returns its id.
        kept = statement.on_conflict_do_update(index_elements=["key"], set_={"key": subject.key})
        return int((await self._connection.execute(kept.returning(subjects.c.id))).scalar_one())

    async def lock(self, case_id: int) -> CaseHead:
        """The case's head, with its row locked."""
        query = select(cases).where(cases.c.id == case_id).with_for_update()
        row = (await self._connection.execute(query)).one()
        return CaseHead(row.id, row.subject_id, Status(row.status), row.version, marking_of(row))

    async def add_flag(
        self, head: CaseHead, actor: Actor, words: str, marking: Marking, now: datetime
    ) -> bool:
        """Store a flag; False where the same person's same flag stands there already."""
        statement = (
            insert(self._connection, flags)
            .values(
                case_id=head.id,
                organisation=actor.organisation,
                slack_team=actor.slack_team,
                slack_user=actor.slack_user,
                words=words,
                words_digest=hashlib.sha256(words.encode()).hexdigest(),
                raised_at=now,
                **marking_columns(marking),
            )
            .on_conflict_do_nothing()
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def withdraw_flag(self, flag_id: int, words: str, now: datetime) -> None:
        """Mark a flag as withdrawn; it stays in the case's history."""
        await self._connection.execute(
            update(flags).where(flags.c.id == flag_id).values(withdrawn_at=now, withdraw_words=words)
        )

    async def acknowledge(self, head: CaseHead, actor: Actor, now: datetime) -> bool:
        """Write the organisation's acknowledgement; False where it has one already."""
        statement = (
            insert(self._connection, acknowledgements)
            .values(
                case_id=head.id,
                organisation=actor.organisation,
                slack_team=actor.slack_team,
                slack_user=actor.slack_user,
                at=now,
            )
            .on_conflict_do_nothing()
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def record(
        self,
        head: CaseHead,
        change: Change,
        actor: Actor,
        now: datetime,
        *,
        words: str = "",
        marking: Marking | None = None,
        reason: CloseReason | None = None,
    ) -> int:
        """Add a line to the timeline and move the case on; returns the entry's id."""
        status = next_status(head.status, change)
        if head.status is Status.CLOSED and status is Status.OPEN:
            await self._ask_anew(head)
        entry = (
            plain_insert(entries)
            .values(
                case_id=head.id,
                at=now,
                change=change.value,
                organisation=actor.organisation,
                slack_team=actor.slack_team,
                slack_user=actor.slack_user,
                words=words,
                reason=reason.value if reason else None,
                **marking_columns(marking or head.marking),
            )
            .returning(entries.c.id)
        )
        entry_id = int((await self._connection.execute(entry)).scalar_one())
        moved: dict[str, Any] = {"version": cases.c.version + 1, "changed_at": now}
        if status is not head.status:
            closing = status is Status.CLOSED
            moved |= {
                "status": status.value,
                "closed_at": now if closing else None,
                "reason": reason.value if closing and reason else None,
            }
        await self._connection.execute(update(cases).where(cases.c.id == head.id).values(moved))
        return entry_id

    async def _ask_anew(self, head: CaseHead) -> None:
        """An answer given before the case was closed does not count for what has opened it again."""
        answers = acknowledgements.c.case_id == head.id
        await self._connection.execute(delete(acknowledgements).where(answers))

    async def touch_open(self, subject_id: int, now: datetime) -> list[int]:
        """Count the subject's open cases one version on, because a fact about it is new; returns their ids."""
        statement = (
            update(cases)
            .where(cases.c.subject_id == subject_id, cases.c.status != Status.CLOSED.value)
            .values(version=cases.c.version + 1, changed_at=now)
            .returning(cases.c.id)
        )
        return list((await self._connection.execute(statement)).scalars())

    async def about(self, subject_id: int) -> list[int]:
        """Every case about the subject, for the program's own use."""
        query = select(cases.c.id).where(cases.c.subject_id == subject_id)
        return list((await self._connection.execute(query)).scalars())

    # -- finding ----------------------------------------------------------------------------------------------

    async def find_reference(self, reference: str, reader: Reader) -> int | None:
        """The case of that reference, if this reader may find it."""
        query = select(cases.c.id).where(cases.c.reference == reference, visible_to(reader))
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def find_subjects(self, keys: Sequence[str], reader: Reader, limit: int = 10) -> list[int]:
        """Cases of these subjects that this reader may find: open ones first, then the newest."""
        query = (
            select(cases.c.id)
            .join(subjects, subjects.c.id == cases.c.subject_id)
            .where(subjects.c.key.in_(keys), visible_to(reader))
            .order_by(cases.c.status == Status.CLOSED.value, cases.c.id.desc())
            .limit(limit)
        )
        return list((await self._connection.execute(query)).scalars())

    async def opened_in(self, period: Period, reader: Reader) -> list[int]:
        """Cases opened in the period that the reader may find, oldest first."""
        return await self._ids(
            and_(cases.c.opened_at >= period.start, cases.c.opened_at < period.end), reader, cases.c.opened_at
        )

    async def closed_in(self, period: Period, reader: Reader) -> list[int]:
        """Cases closed in the period that the reader may find, oldest first."""
        return await self._ids(
            and_(cases.c.closed_at >= period.start, cases.c.closed_at < period.end), reader, cases.c.closed_at
        )

    async def unanswered(self, reader: Reader, before: datetime) -> list[int]:
        """Open cases with an alert that its organisation has neither acknowledged nor made its own, oldest first."""
        answered = select(acknowledgements.c.organisation).where(
            acknowledgements.c.case_id == deliveries.c.case_id,
            acknowledgements.c.organisation == deliveries.c.organisation,
        )
        flagged = select(flags.c.id).where(
            flags.c.case_id == deliveries.c.case_id,
            flags.c.organisation == deliveries.c.organisation,
            flags.c.withdrawn_at.is_(None),
        )
        waiting = (
            select(deliveries.c.id)
            .where(
                deliveries.c.case_id == cases.c.id,
                deliveries.c.kind == DeliveryKind.ALERT.value,
                ~answered.exists(),
                ~flagged.exists(),
            )
            .exists()
        )
        is_open = and_(cases.c.status != Status.CLOSED.value, cases.c.opened_at < before)
        return await self._ids(and_(is_open, waiting), reader, cases.c.opened_at)

    async def _ids(self, condition: ColumnElement[bool], reader: Reader, order: Any) -> list[int]:
        query = select(cases.c.id).where(condition, visible_to(reader)).order_by(order, cases.c.id)
        return list((await self._connection.execute(query)).scalars())

    # -- loading ----------------------------------------------------------------------------------------------

    async def get(self, case_id: int) -> Case:
        """One case, whole."""
        return (await self.get_many([case_id]))[0]

    async def get_many(self, case_ids: Sequence[int]) -> list[Case]:
        """Cases, whole, in the order asked for."""
        if not case_ids:
            return []
        query = (
            select(cases, subjects.c.kind, subjects.c.scheme, subjects.c.number, subjects.c.platform)
            .join(subjects, subjects.c.id == cases.c.subject_id)
            .where(cases.c.id.in_(case_ids))
        )
        rows = {row.id: row for row in await self._connection.execute(query)}
        flags_of = await self._by_case(flags, case_ids, flags.c.id)
        answers_of = await self._by_case(acknowledgements, case_ids, acknowledgements.c.at)
        entries_of = await self._by_case(entries, case_ids, entries.c.id)
        told_of = await self._told(case_ids)
        partners_of = await FactStore(self._connection).partners([row.subject_id for row in rows.values()])
        return [
            Case(
                id=row.id,
                reference=row.reference,
                subject_id=row.subject_id,
                subject=Subject(SubjectKind(row.kind), row.scheme, row.number, row.platform),
                circle=row.circle,
                owner=row.owner,
                marking=marking_of(row),
                status=Status(row.status),
                reason=CloseReason(row.reason) if row.reason else None,
                version=row.version,
                opened_at=row.opened_at,
                closed_at=row.closed_at,
                flags=tuple(map(_flag, flags_of[row.id])),
                acknowledgements=tuple(map(_acknowledgement, answers_of[row.id])),
                told=told_of[row.id],
                timeline=tuple(map(_entry, entries_of[row.id])),
                partners=partners_of.get(row.subject_id, ()),
            )
            for row in (rows[case_id] for case_id in case_ids)
        ]

    async def _by_case(self, table: Any, case_ids: Sequence[int], order: Any) -> defaultdict[int, list[Any]]:
        found = defaultdict[int, list[Any]](list)
        query = select(table).where(table.c.case_id.in_(case_ids)).order_by(order)
        for row in await self._connection.execute(query):
            found[row.case_id].append(row)
        return found

    async def _told(self, case_ids: Sequence[int]) -> defaultdict[int, tuple[Told, ...]]:
        reached = case(
            (deliveries.c.message_ts.is_not(None), Reached.TOLD.value),
            (deliveries.c.paused, Reached.NOT_REACHED.value),
            else_=Reached.BEING_TOLD.value,
        )
        query = (
            select(deliveries.c.case_id, deliveries.c.organisation, reached.label("reached"))
            .join(organisations, organisations.c.key == deliveries.c.organisation)
            .where(deliveries.c.case_id.in_(case_ids), deliveries.c.kind == DeliveryKind.ALERT.value)
            .order_by(organisations.c.position)
        )
        told = defaultdict[int, tuple[Told, ...]](tuple)
        for row in await self._connection.execute(query):
            told[row.case_id] += (Told(row.organisation, Reached(row.reached)),)
        return told

    async def flags_in(self, period: Period, reader: Reader) -> int:
        """How many flags the period brought on cases the reader may find."""
        query = (
            select(func.count(flags.c.id))
            .join(cases, cases.c.id == flags.c.case_id)
            .where(flags.c.raised_at >= period.start, flags.c.raised_at < period.end, visible_to(reader))
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def entry_person(self, entry_id: int) -> Person:
        """Who made the change that an entry tells of."""
        query = select(entries.c.slack_team, entries.c.slack_user).where(entries.c.id == entry_id)
        row = (await self._connection.execute(query)).one()
        return Person(row.slack_team, row.slack_user)


def _flag(row: Any) -> Flag:
    return Flag(
        id=row.id,
        organisation=row.organisation,
        slack_team=row.slack_team,
        slack_user=row.slack_user,
        words=row.words,
        marking=marking_of(row),
        raised_at=row.raised_at,
        withdrawn_at=row.withdrawn_at,
        withdraw_words=row.withdraw_words,
    )


def _acknowledgement(row: Any) -> Acknowledgement:
    return Acknowledgement(row.organisation, row.slack_team, row.slack_user, row.at)


def _entry(row: Any) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        change=Change(row.change),
        organisation=row.organisation,
        slack_team=row.slack_team,
        slack_user=row.slack_user,
        words=row.words,
        marking=marking_of(row),
        reason=CloseReason(row.reason) if row.reason else None,
    )
