"""What a reader may find: one condition, which every query for people goes through."""

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.markings import Marking, Tlp
from bot.domain.people import Person
from bot.domain.sharing import Reader, keys_of, reader_keys
from storage.tables import case_readers, cases, entries, flags

OPEN_LABELS = [tlp.value for tlp in Tlp if tlp.is_shared]
"""What every organisation may see; whatever else stands in a label's column, some may not."""


NEW_READER = insert(case_readers)


def holds_something_strict() -> ColumnElement[bool]:
    """The condition on ``cases`` that something of a case is not for every organisation."""
    parts = (
        select(table.c.id).where(table.c.case_id == cases.c.id, table.c.marking.not_in(OPEN_LABELS)).exists()
        for table in (flags, entries)
    )
    return or_(cases.c.marking.not_in(OPEN_LABELS), *parts)


def visible_to(reader: Reader) -> ColumnElement[bool]:
    """The one condition on ``cases`` for what a reader may find: a key for every organisation that reads along.

    Default deny: a reader of no organisation has no keys. What is in a case that was found, part by part, is for
    :func:`bot.domain.sharing.view_of` to say.
    """
    return and_(
        *(
            select(case_readers.c.case_id)
            .where(case_readers.c.case_id == cases.c.id, case_readers.c.reader.in_(keys))
            .exists()
            for keys in keys_of(reader)
        )
    )


async def set_readers(
    connection: AsyncConnection, case_id: int, marking: Marking, owner: str, author: Person
) -> None:
    """Write down which keys open the case, in place of those that did."""
    await connection.execute(delete(case_readers).where(case_readers.c.case_id == case_id))
    await add_readers(connection, case_id, marking, owner, author)


async def add_readers(
    connection: AsyncConnection, case_id: int, marking: Marking, owner: str, author: Person
) -> None:
    """Write down which keys open a new case."""
    rows = [{"case_id": case_id, "reader": key} for key in sorted(reader_keys(marking, owner, author))]
    if rows:
        await connection.execute(NEW_READER, rows)
