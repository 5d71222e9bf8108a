"""Cases out of their rows: whole, as the domain knows them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import DeliveryKind
from bot.domain.cases import Acknowledgement, Case, Change, CloseReason, Entry, Reached, Status, Told
from bot.domain.flags import CorrectReason
from bot.domain.markings import stored_pap
from bot.domain.people import Person
from bot.domain.subjects import Subject, SubjectKind
from storage.facts import FactStore
from storage.flag_columns import flag_of
from storage.sql import marking_of, part_marking_of
from storage.tables import acknowledgements, cases, deliveries, entries, flags, organisations, subjects

ASKED_FOR: BindParameter[Sequence[int]] = bindparam("case_ids", expanding=True)

# Every command loads a case: what it asks is put together once, and not each time anew.
HEADS = (
    select(cases, subjects.c.kind, subjects.c.scheme, subjects.c.number, subjects.c.platform)
    .join(subjects, subjects.c.id == cases.c.subject_id)
    .where(cases.c.id.in_(ASKED_FOR))
)
FLAGS = select(flags).where(flags.c.case_id.in_(ASKED_FOR)).order_by(flags.c.id)
ANSWERS = (
    select(acknowledgements).where(acknowledgements.c.case_id.in_(ASKED_FOR)).order_by(acknowledgements.c.at)
)
ENTRIES = select(entries).where(entries.c.case_id.in_(ASKED_FOR)).order_by(entries.c.id)
TOLD = (
    select(
        deliveries.c.case_id,
        deliveries.c.organisation,
        case(
            (deliveries.c.message_ts.is_not(None), Reached.TOLD.value),
            (deliveries.c.paused, Reached.NOT_REACHED.value),
            else_=Reached.BEING_TOLD.value,
        ).label("reached"),
    )
    .join(organisations, organisations.c.key == deliveries.c.organisation)
    .where(deliveries.c.case_id.in_(ASKED_FOR), deliveries.c.kind == DeliveryKind.ALERT.value)
    .order_by(organisations.c.position)
)


async def load_cases(connection: AsyncConnection, case_ids: Sequence[int]) -> list[Case]:
    """Cases, whole, in the order asked for."""
    if not case_ids:
        return []
    rows = {row.id: row for row in await connection.execute(HEADS, {"case_ids": case_ids})}
    flags_of = await _by_case(connection, FLAGS, case_ids)
    answers_of = await _by_case(connection, ANSWERS, case_ids)
    entries_of = await _by_case(connection, ENTRIES, case_ids)
    told_of = await _by_case(connection, TOLD, case_ids)
    known = await FactStore(connection).known(list(rows.values()))
    partners_of = dict(zip(rows, known, strict=True))
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
            told=tuple(Told(each.organisation, Reached(each.reached)) for each in told_of[row.id]),
            timeline=tuple(map(_entry, entries_of[row.id])),
            partners=partners_of[row.id],
        )
        for row in (rows[case_id] for case_id in case_ids)
    ]


async def _by_case(
    connection: AsyncConnection, query: Select[Any], case_ids: Sequence[int]
) -> defaultdict[int, list[Any]]:
    found = defaultdict[int, list[Any]](list)
    for row in await connection.execute(query, {"case_ids": case_ids}):
        found[row.case_id].append(row)
    return found


def _acknowledgement(row: Any) -> Acknowledgement:
    return Acknowledgement(row.organisation, row.slack_team, row.slack_user, row.at)


def _entry(row: Any) -> Entry:
    change = Change(row.change)
    corrects = change is Change.CORRECTED
    return Entry(
        id=row.id,
        at=row.at,
        change=change,
        organisation=row.organisation,
        slack_team=row.slack_team,
        slack_user=row.slack_user,
        words=row.words,
        marking=part_marking_of(row),
        reason=CloseReason(row.reason) if row.reason and not corrects else None,
        flag_id=row.flag_id,
        correction=CorrectReason(row.reason) if row.reason and corrects else None,
    )
