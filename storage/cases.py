"""Cases: opened once for each subject and circle, loaded whole, found only by those who may."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, union, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import DeliveryKind
from bot.domain.cases import (
    CLOSINGS,
    SHARED_CIRCLE,
    Case,
    Change,
    CloseReason,
    Status,
    as_part,
    circle_of,
    is_for_all,
    next_status,
)
from bot.domain.digests import Period
from bot.domain.flags import CorrectReason
from bot.domain.markings import Marking, Pap, Tlp, for_both, stored_pap, strictest_pap
from bot.domain.people import Person
from bot.domain.roles import Actor
from bot.domain.sharing import Reader, keys_of
from bot.domain.subjects import Subject
from storage.case_loading import load_cases
from storage.names import set_names
from storage.sql import insert, insert_new, is_new, marking_columns, marking_of, next_id, part_columns
from storage.tables import acknowledgements, case_readers, cases, deliveries, entries, flags, subjects
from storage.visibility import OPEN_LABELS, add_readers, set_readers, visible_to

ATTEMPTS_AT_A_REFERENCE = 20

NEW_ENTRY = plain_insert(entries).returning(entries.c.id)
FIRST_ENTRY = plain_insert(entries).inline()
"""Its id is drawn."""

FIRST_VERSION = 1
"""A case is opened by its first flag: that change is counted with it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a new case's first flag, and that flag's line in the timeline, will have as ids: nobody waits for them then."""

    flag_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What a change needs to know of a case, its row locked until the transaction ends."""

    id: int
    reference: str
    subject_id: int
    circle: str
    opened_at: datetime
    status: Status
    version: int
    owner: str
    opener: Person
    marking: Marking
    pap: Pap
    drawn: Drawn | None = None
    """Of a new case alone."""
    is_marked: bool = False
    """The flag that it was found for has changed its own labels: it is released further, or its PAP is stricter."""

    @property
    def is_new(self) -> bool:
        """It was opened by the flag that it was found for."""
        return self.drawn is not None


def shared_by_all(marking: Marking, owner: str, opener: Person) -> Marking:
    """The marking of what anybody adds to a case: whoever may see the case may see it, its owner and opener too."""
    if marking.tlp is Tlp.AMBER:
        return Marking(marking.tlp, marking.releases | {owner})
    if marking.tlp is Tlp.RED:
        return Marking(marking.tlp, frozenset(), marking.people | {opener})
    return marking


def _may_know(subject_id: int, circle: str) -> ColumnElement[bool]:
    """Cases that may know of what a circle has asked about the subject: its own; of what is shared, all."""
    about = cases.c.subject_id == subject_id
    return about if circle == SHARED_CIRCLE else and_(about, cases.c.circle == circle)


class CaseStore:
    """Reads and writes cases with their flags, acknowledgements and timelines."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # -- changing ---------------------------------------------------------------------------------------------

    async def open(
        self,
        subject: Subject,
        actor: Actor,
        marking: Marking,
        pap: Pap,
        new_reference: Callable[[], str],
        now: datetime,
    ) -> CaseHead:
        """The case that a flag of this marking belongs to, locked: one there is, a closed one, or a new one.

        Its own circle's open case goes first, then the shared one, which a strict flag joins as a strict part.
        Everyone who flags one subject queues at the subject's row, so that one second's fifty flags make one case.
        """
        subject_id, is_new_subject = await self._subject_id(subject)
        author = Person(actor.slack_team, actor.slack_user)
        circle = circle_of(marking.tlp, actor.organisation, author)
        known = None if is_new_subject else await self._in_circle(subject_id, circle, marking)
        if known is None:
            head = await self._new(subject_id, circle, actor, marking, pap, new_reference, now)
            await add_readers(self._connection, head.id, marking, actor.organisation, author)
            return head
        return await self._widen(await self.lock(known), marking, pap)

    async def _in_circle(self, subject_id: int, circle: str, marking: Marking) -> int | None:
        """The case to join, if there is one. A closed one is opened again only where all who may see it may see why."""
        is_closed = cases.c.status == Status.CLOSED.value
        mine = cases.c.circle == circle
        query = (
            select(cases.c.id, cases.c.status, cases.c.marking, cases.c.releases)
            .where(
                cases.c.subject_id == subject_id, or_(mine, and_(cases.c.circle == SHARED_CIRCLE, ~is_closed))
            )
            .order_by(is_closed, cases.c.circle != circle, cases.c.id.desc())
        )
        rows = (await self._connection.execute(query)).all()
        return next(
            (
                row.id
                for row in rows
                if row.status != Status.CLOSED.value or is_for_all(marking, marking_of(row))
            ),
            None,
        )

    async def _widen(self, head: CaseHead, marking: Marking, pap: Pap) -> CaseHead:
        """What a further flag does to a case's own labels: an AMBER one of the same owner releases it further, and a RED
        one of the same person names more people.
        """
        wider = head.marking
        if marking.tlp is wider.tlp:
            wider = for_both(wider, marking)
        stricter = strictest_pap(pap, head.pap) if is_for_all(marking, wider) else head.pap
        if (wider, stricter) == (head.marking, head.pap):
            return head
        return replace(await self.label(head, wider, stricter), is_marked=True)

    async def label(self, head: CaseHead, marking: Marking, pap: Pap) -> CaseHead:
        """Give a case other labels of its own, and leave its parts as they are marked."""
        values = {**marking_columns(marking), "pap": pap.value}
        await self._connection.execute(update(cases).where(cases.c.id == head.id).values(values))
        await set_readers(self._connection, head.id, marking, head.owner, head.opener)
        await set_names(self._connection, head.id)
        return await self.lock(head.id)

    async def _new(
        self,
        subject_id: int,
        circle: str,
        actor: Actor,
        marking: Marking,
        pap: Pap,
        new_reference: Callable[[], str],
        now: datetime,
    ) -> CaseHead:
        values = {
            "subject_id": subject_id,
            "circle": circle,
            "owner": actor.organisation,
            "status": Status.OPEN.value,
            "version": FIRST_VERSION,
            "opened_at": now,
            "changed_at": now,
            "pap": pap.value,
            "opener_team": actor.slack_team,
            "opener_user": actor.slack_user,
            **marking_columns(marking),
        }
        drawn = next_id(self._connection, flags), next_id(self._connection, entries)
        statement = insert_new(self._connection, cases, cases.c.id, *drawn)
        for _ in range(ATTEMPTS_AT_A_REFERENCE):
            reference = new_reference()
            found = (await self._connection.execute(statement, values | {"reference": reference})).first()
            if found is not None:
                return CaseHead(
                    found.id,
                    reference,
                    subject_id,
                    circle,
                    now,
                    Status.OPEN,
                    FIRST_VERSION,
                    actor.organisation,
                    Person(actor.slack_team, actor.slack_user),
                    marking,
                    pap,
                    drawn=Drawn(*found[1:]),
                )
        raise RuntimeError("no free case reference found")

    async def _subject_id(self, subject: Subject) -> tuple[int, bool]:
        """The id of the subject, its row locked, and whether nobody had heard of it before."""
        row = {
            "key": subject.key,
            "kind": subject.kind.value,
            "scheme": subject.scheme,
            "number": subject.number,
            "platform": subject.platform,
        }
        new = await self._connection.execute(insert_new(self._connection, subjects, subjects.c.id), row)
        subject_id: int | None = new.scalar_one_or_none()
        if subject_id is not None:
            return subject_id, True
        known = select(subjects.c.id).where(subjects.c.key == subject.key).with_for_update()
        return int((await self._connection.execute(known)).scalar_one()), False

    async def lock(self, case_id: int) -> CaseHead:
        """The case's head, with its row locked."""
        query = select(cases).where(cases.c.id == case_id).with_for_update(key_share=True)
        row = (await self._connection.execute(query)).one()
        status, marking, pap = Status(row.status), marking_of(row), stored_pap(row.pap)
        return CaseHead(
            row.id,
            row.reference,
            row.subject_id,
            row.circle,
            row.opened_at,
            status,
            row.version,
            row.owner,
            Person(row.opener_team, row.opener_user),
            marking,
            pap,
        )

    async def lock_with_subject(self, case_id: int) -> CaseHead:
        """The same with its subject's row, before which everyone queues who opens a case or moves one between circles."""
        subject = select(subjects.c.id).join(cases).where(cases.c.id == case_id)
        await self._connection.execute(subject.with_for_update(key_share=True, of=subjects))
        return await self.lock(case_id)

    async def reopen(self, head: CaseHead, now: datetime) -> None:
        """A case goes on, whether it was open or not, because of a flag that has come into it."""
        if head.status is Status.CLOSED:
            await self._ask_anew(head)
        await self._connection.execute(
            update(cases)
            .where(cases.c.id == head.id)
            .values(
                status=Status.OPEN.value,
                closed_at=None,
                reason=None,
                version=cases.c.version + 1,
                changed_at=now,
            )
        )

    async def lock_stricter(self, case_id: int, pap: Pap) -> CaseHead:
        """The case's head, locked; what may be done with it is bound by this label too from now on."""
        head = await self.lock(case_id)
        if strictest_pap(pap, head.pap) is head.pap:
            return head
        await self._connection.execute(update(cases).where(cases.c.id == case_id).values(pap=pap.value))
        return await self.lock(case_id)

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
        return await is_new(self._connection, statement.returning(acknowledgements.c.case_id))

    async def record(
        self,
        head: CaseHead,
        change: Change,
        actor: Actor,
        now: datetime,
        *,
        words: str = "",
        marking: Marking | None = None,
        reason: CloseReason | CorrectReason | None = None,
        flag_id: int | None = None,
    ) -> int:
        """Add a line to the timeline and move the case on; returns the entry's id."""
        status = next_status(head.status, change)
        shared = shared_by_all(head.marking, head.owner, head.opener)
        marked = shared if marking is None else as_part(marking, head.marking)
        if head.status is Status.CLOSED and status is Status.OPEN:
            await self._ask_anew(head)
        if change is Change.CLOSED_AGAIN:
            await self._restore_answers(head)
        row = {
            "case_id": head.id,
            "at": now,
            "change": change.value,
            "organisation": actor.organisation,
            "slack_team": actor.slack_team,
            "slack_user": actor.slack_user,
            "words": words,
            "reason": reason.value if reason else None,
            "flag_id": flag_id,
            **part_columns(marked),
        }
        if head.drawn:
            await self._connection.execute(FIRST_ENTRY, row | {"id": head.drawn.entry_id})
            return head.drawn.entry_id
        entry_id = int((await self._connection.execute(NEW_ENTRY, row)).scalar_one())
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

    async def _restore_answers(self, head: CaseHead) -> None:
        """What had been acknowledged when the case was last closed counts again, as if it had never been opened."""
        closings = select(entries.c.id).where(
            entries.c.case_id == head.id, entries.c.change.in_([change.value for change in CLOSINGS])
        )
        last = closings.order_by(entries.c.id.desc()).limit(1).scalar_subquery()
        before = select(func.coalesce(func.max(entries.c.id), 0)).where(
            entries.c.id.in_(closings), entries.c.id < last
        )
        columns = ("case_id", "organisation", "slack_team", "slack_user", "at")
        given = select(*(entries.c[name] for name in columns)).where(
            entries.c.case_id == head.id,
            entries.c.change == Change.ACKNOWLEDGED.value,
            entries.c.id > before.scalar_subquery(),
            entries.c.id < last,
        )
        restored = insert(self._connection, acknowledgements).from_select(columns, given)
        await self._connection.execute(restored.on_conflict_do_nothing())

    async def acknowledged_by(self, case_id: int) -> set[str]:
        """The organisations that have acknowledged the case as it stands."""
        query = select(acknowledgements.c.organisation).where(acknowledgements.c.case_id == case_id)
        return set((await self._connection.execute(query)).scalars())

    async def mark(self, case: Case, marking: Marking, circle: str) -> None:
        """Give a case another marking, and with it the flags that its owner had marked as the case was.

        What was marked stricter by itself stays as it is, though the case may have been as strict meanwhile; and so does
        what was released by itself to others than the case is now.
        """
        columns = marking_columns(marking)
        await self._connection.execute(
            update(cases).where(cases.c.id == case.id).values(circle=circle, **columns)
        )
        alike = [
            columns["releases"],
            marking_columns(shared_by_all(marking, case.owner, case.opener))["releases"],
        ]
        for table in (flags, entries):
            ours = and_(
                table.c.case_id == case.id,
                table.c.organisation == case.owner,
                ~table.c.apart,
            )
            goes_along = and_(ours, table.c.marking == case.marking.tlp.value)
            await self._connection.execute(update(table).where(goes_along).values(columns))
            for_others = and_(ours, table.c.marking == marking.tlp.value, table.c.releases.not_in(alike))
            await self._connection.execute(update(table).where(for_others).values(apart=True))
        await set_readers(self._connection, case.id, marking, case.owner, case.opener)
        await set_names(self._connection, case.id)

    async def open_in_circle(self, subject_id: int, circle: str) -> int | None:
        """The subject's open case in a circle, locked, if there is one."""
        query = (
            select(cases.c.id)
            .where(cases.c.subject_id == subject_id, cases.c.circle == circle)
            .where(cases.c.status != Status.CLOSED.value)
            .with_for_update(key_share=True)
        )
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def touch_open(self, subject_id: int, circle: str, now: datetime) -> list[int]:
        """Count the subject's open cases one version on that may know of what the circle asked; returns their ids."""
        statement = (
            update(cases)
            .where(_may_know(subject_id, circle), cases.c.status != Status.CLOSED.value)
            .values(version=cases.c.version + 1, changed_at=now)
            .returning(cases.c.id)
        )
        return list((await self._connection.execute(statement)).scalars())

    async def about(self, subject_id: int, circle: str) -> list[int]:
        """Every case about the subject that may know of what the circle asked, for the program's own use."""
        query = select(cases.c.id).where(_may_know(subject_id, circle))
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

    async def newest(self, reader: Reader, before: int | None, limit: int) -> list[int]:
        """Cases the reader may find, the newest first; ``before``: only those older than that case.

        One short list for each key, then the newest of those: each is read off an index, however many cases there are.
        """
        keys = keys_of(reader)[0]
        lists = [
            select(case_readers.c.case_id)
            .where(case_readers.c.reader == key, *([case_readers.c.case_id < before] if before else []))
            .order_by(case_readers.c.case_id.desc())
            .limit(limit)
            .subquery()
            for key in sorted(keys)
        ]
        if not lists:
            return []
        together = union(*(select(part.c.case_id) for part in lists)).subquery()
        query = select(together.c.case_id).order_by(together.c.case_id.desc()).limit(limit)
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
            flags.c.marking.in_(OPEN_LABELS),
        )
        waiting = (
            select(deliveries.c.id)
            .where(
                deliveries.c.case_id == cases.c.id,
                deliveries.c.kind == DeliveryKind.ALERT.value,
                deliveries.c.organisation.is_not(None),
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
        return await load_cases(self._connection, case_ids)

    async def flags_in(self, period: Period, reader: Reader) -> int:
        """How many flags the period brought on cases the reader may find."""
        query = (
            select(func.count(flags.c.id))
            .join(cases, cases.c.id == flags.c.case_id)
            .where(flags.c.raised_at >= period.start, flags.c.raised_at < period.end, visible_to(reader))
            # A stricter part, or a case whose label cannot be read, must not show in a number either.
            .where(flags.c.marking.in_(OPEN_LABELS), cases.c.marking.in_(OPEN_LABELS))
        )
        return int((await self._connection.execute(query)).scalar_one())
