"""What flags that came over HTTP are called there, and finding them by it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.sharing import Reader
from storage.sql import insert, is_new
from storage.tables import api_flags, cases, flags
from storage.visibility import visible_to


@dataclass(frozen=True, slots=True)
class FoundFlag:
    """Where a flag is, by the database's own numbers."""

    flag_id: int
    case_id: int


class ApiFlagStore:
    """One row for each flag that came over HTTP."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def name(self, flag_id: int, new_name: str) -> tuple[str, bool]:
        """The flag's name, ``new_name`` where it has none yet, and whether that is so."""
        statement = insert(self._connection, api_flags).values(flag_id=flag_id, name=new_name)
        kept = statement.on_conflict_do_nothing(index_elements=["flag_id"]).returning(api_flags.c.name)
        if await is_new(self._connection, kept):
            return new_name, True
        query = select(api_flags.c.name).where(api_flags.c.flag_id == flag_id)
        return (await self._connection.execute(query)).scalar_one(), False

    async def find(self, name: str, reader: Reader) -> FoundFlag | None:
        """The flag of that name, if this reader may find its case."""
        query = (
            select(flags.c.id, flags.c.case_id)
            .join(api_flags, api_flags.c.flag_id == flags.c.id)
            .join(cases, cases.c.id == flags.c.case_id)
            .where(api_flags.c.name == name, visible_to(reader))
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else FoundFlag(row.id, row.case_id)
