"""Cases out of their rows: whole, as the domain knows them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import DeliveryKind
from bot.domain.cases import Acknowledgement, Case, Change, CloseReason, Entry, Reached, Status, Told
from bot.domain.facts import known_since
from bot.domain.markings import stored_pap
from bot.domain.people import Person
from bot.domain.subjects import Subject, SubjectKind
from storage.facts import FactStore
from storage.flag_columns import flag_of
from storage.sql import marking_of
from storage.tables import acknowledgements, cases, deliveries, entries, flags, organisations, subjects


async def load_cases(connection: AsyncConnection, case_ids: Sequence[int]) -> list[Case]:
    """Cases, whole, in the order asked for."""
    if not case_ids:
        return []
    query = (
        select(cases, subjects.c.kind, subjects.c.scheme, subjects.c.number, subjects.c.platform)
        .join(subjects, subjects.c.id == cases.c.subject_id)
        .where(cases.c.id.in_(case_ids))
    )
    rows = {row.id: row for row in await connection.execute(query)}
    flags_of = await _by_case(connection, flags, case_ids, flags.c.id)
    answers_of = await _by_case(connection, acknowledgements, case_ids, acknowledgements.c.at)
    entries_of = await _by_case(connection, entries, case_ids, entries.c.id)
    told_of = await _told(connection, case_ids)
    partners_of = await FactStore(connection).partners([row.subject_id for row in rows.values()])
    return [
        Case(
            id=row.id,
            reference=row.reference,
            subject_id=row.subject_id,
            subject=Subject(SubjectKind(row.kind), row.scheme, row.number, row.platform),
            circle=row.circle,
            owner=row.owner,
            opener=Person(row.opener_team, row.opener_user),
            marking=marking_of(row),
            pap=stored_pap(row.pap),
            status=Status(row.status),
            reason=CloseReason(row.reason) if row.reason else None,
            version=row.version,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            flags=tuple(map(flag_of, flags_of[row.id])),
            acknowledgements=tuple(map(_acknowledgement, answers_of[row.id])),
            told=told_of[row.id],
            timeline=tuple(map(_entry, entries_of[row.id])),
            partners=known_since(partners_of.get(row.subject_id, ()), row.opened_at),
        )
        for row in (rows[case_id] for case_id in case_ids)
    ]


async def _by_case(
    connection: AsyncConnection, table: Any, case_ids: Sequence[int], order: Any
) -> defaultdict[int, list[Any]]:
    found = defaultdict[int, list[Any]](list)
    query = select(table).where(table.c.case_id.in_(case_ids)).order_by(order)
    for row in await connection.execute(query):
        found[row.case_id].append(row)
    return found


async def _told(connection: AsyncConnection, case_ids: Sequence[int]) -> defaultdict[int, tuple[Told, ...]]:
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
    for row in await connection.execute(query):
        told[row.case_id] += (Told(row.organisation, Reached(row.reached)),)
    return told


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
        flag_id=row.flag_id,
    )
