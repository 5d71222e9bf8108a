"""Names by their beginnings, for fields that are filled by typing: a row for each key by which a name may be found."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from sqlalchemy import Select, TextClause, and_, delete, func, literal, or_, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.offered_names import Field, Saying, folded, keys_for_beginnings
from bot.domain.people import Person
from bot.domain.sharing import Reader, keys_of
from bot.domain.subjects import Subject, SubjectKind
from storage.flag_columns import flag_of
from storage.sql import marking_of
from storage.tables import case_names, cases, flags, subjects

BEHIND_ALL = "\U0010ffff"
"""No text that begins with another comes after that other with this behind it."""
AT_ONCE = 500
ROWS = 50
"""Of one statement."""


class NameStore:
    """Finds the cases in which a name stands that begins as somebody has typed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def cases_with(
        self, field: Field, typed: str, reader: Reader, newest: Collection[int], limit: int
    ) -> list[int]:
        """For each name its newest case, the newest first: all names in the ``newest`` cases, and ``limit`` others.

        ``limit`` names for each key are read off an index one after the other, however often each stands there.
        """
        keys = sorted(keys_of(reader)[0])
        if not keys:
            return []
        typed = folded(typed)
        # With nothing put behind them, the columns would be looked up in the other index, where all cases may stand.
        beginning, reader_key = case_names.c.beginning + "", case_names.c.reader + ""
        lately = (
            select(case_names.c.beginning, func.max(case_names.c.case_id).label("case_id"))
            .where(case_names.c.case_id.in_(newest), reader_key.in_(keys), case_names.c.field == field.value)
            .where(beginning >= typed, beginning < typed + BEHIND_ALL)
            .group_by(case_names.c.beginning)
        )
        others = union_all(*(_one_after_another(key, field, typed, limit) for key in keys))
        found: dict[str, int] = {}
        for query in (lately, others):
            for row in await self._connection.execute(query):
                found[row.beginning] = max(row.case_id, found.get(row.beginning, 0))
        return sorted(set(found.values()), reverse=True)


def _one_after_another(key: str, field: Field, typed: str, limit: int) -> Select[Any]:
    """Different beginnings in their order, with the newest case of each: a step down the index for each of them."""
    beginning = case_names.c.beginning
    here = and_(case_names.c.reader == key, case_names.c.field == field.value)
    next_one = select(beginning).where(here, beginning < typed + BEHIND_ALL).order_by(beginning).limit(1)
    first = next_one.where(beginning >= typed).scalar_subquery()
    steps = select(first.label("beginning"), literal(1).label("place")).cte(recursive=True)
    # Of two lower ends SQLite would begin at the first, and read all that lies between.
    following = next_one.where(beginning > steps.c.beginning).correlate(steps).scalar_subquery()
    goes_on = and_(steps.c.beginning.is_not(None), steps.c.place < limit)
    steps = steps.union_all(select(following, steps.c.place + 1).where(goes_on))
    newest = (
        select(case_names.c.case_id)
        .where(here, beginning == steps.c.beginning)
        .order_by(case_names.c.case_id.desc())
        .limit(1)
        .correlate(steps)
        .scalar_subquery()
    )
    return select(steps.c.beginning, newest.label("case_id")).where(steps.c.beginning.is_not(None))


async def add_names(
    connection: AsyncConnection, case_id: int, found: Iterable[tuple[str, Field, str]]
) -> None:
    """Have names of a case be found; what is there already stays."""
    rows = sorted(found)
    for at in range(0, len(rows), ROWS):
        part = rows[at : at + ROWS]
        given: dict[str, Any] = {"case_id": case_id}
        for place, (reader, field, beginning) in enumerate(part):
            given |= {f"reader{place}": reader, f"field{place}": field.value, f"beginning{place}": beginning}
        await connection.execute(_new_names(len(part)), given)


@cache
def _new_names(rows: int) -> TextClause:
    """One statement for so many rows, put together once: a flag waits for its way to the server and back."""
    places = ", ".join(
        f"(:reader{place}, :field{place}, :beginning{place}, :case_id)" for place in range(rows)
    )
    return text(
        f"INSERT INTO case_names (reader, field, beginning, case_id) VALUES {places} ON CONFLICT DO NOTHING"  # noqa: S608  # our own
    )


async def set_names(connection: AsyncConnection, *case_ids: int) -> None:
    """Have the names of these cases be found as cases and flags are marked now, and no others of them."""
    await connection.execute(delete(case_names).where(case_names.c.case_id.in_(case_ids)))
    heads = select(cases, subjects.c.kind, subjects.c.scheme, subjects.c.number, subjects.c.platform)
    of_these = heads.join(subjects, subjects.c.id == cases.c.subject_id).where(cases.c.id.in_(case_ids))
    named = or_(flags.c.brand != "", flags.c.port != "")
    said: dict[int, list[Saying]] = {}
    for row in await connection.execute(select(flags).where(flags.c.case_id.in_(case_ids), named)):
        flag = flag_of(row)
        if flag.was_undone:  # nobody reads it any more but who said it
            continue
        author = Person(flag.slack_team, flag.slack_user)
        saying = Saying(flag.details, flag.marking, flag.organisation, author)
        said.setdefault(row.case_id, []).append(saying)
    for row in (await connection.execute(of_these)).all():
        subject = Subject(SubjectKind(row.kind), row.scheme, row.number, row.platform)
        opener = Person(row.opener_team, row.opener_user)
        found = keys_for_beginnings(subject, marking_of(row), row.owner, opener, said.get(row.id, ()))
        await add_names(connection, row.id, found)


async def set_all_names(connection: AsyncConnection) -> None:
    """The same for every case there is."""
    ids = list((await connection.execute(select(cases.c.id).order_by(cases.c.id))).scalars())
    for at in range(0, len(ids), AT_ONCE):
        await set_names(connection, *ids[at : at + AT_ONCE])
