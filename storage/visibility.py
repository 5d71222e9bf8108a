"""What a reader may find: one condition, which every query for people goes through."""

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.markings import Marking
from bot.domain.people import Person
from bot.domain.sharing import Reader, keys_of, reader_keys
from storage.sql import insert
from storage.tables import case_readers, cases


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
    rows = [{"case_id": case_id, "reader": key} for key in sorted(reader_keys(marking, owner, author))]
    if rows:
        await connection.execute(insert(connection, case_readers).values(rows))
