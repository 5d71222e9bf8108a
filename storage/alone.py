"""A row written by itself: the database's driver is told so without a word more."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn


class RowAlone:
    """Writes one row of a table at a time, each a transaction by itself.

    Whoever looks at a case waits for one such row. SQLAlchemy's own way is as long again as the writing, most of it
    spent in going from its side to ours and back.
    """

    def __init__(self, engine: AsyncEngine, table: Table) -> None:
        self._engine = engine
        dialect = engine.dialect
        self._errors = dialect.loaded_dbapi.Error
        mark = "?" if dialect.name == "sqlite" else "%s"
        columns = [column for column in table.columns if not column.primary_key]
        names = ", ".join(column.name for column in columns)
        marks = ", ".join(mark for _ in columns)
        self._statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608  # our own names
        self._columns = [
            (column.name, column.type.dialect_impl(dialect).bind_processor(dialect)) for column in columns
        ]

    async def write(self, row: Mapping[str, Any]) -> None:
        """Returns once it is stored. Raises :class:`sqlalchemy.exc.DBAPIError`."""
        values = [process(row[name]) if process else row[name] for name, process in self._columns]
        try:
            pooled = await self._engine.raw_connection()
        except self._errors as error:
            raise self._told(error) from error
        driver: Any = pooled.driver_connection
        try:
            await driver.write_alone(self._statement, values)
        except BaseException as error:
            await greenlet_spawn(pooled.invalidate)
            if isinstance(error, self._errors):
                raise self._told(error) from error
            raise
        await greenlet_spawn(pooled.close)

    def _told(self, error: Exception) -> Exception:
        """What the driver says, as SQLAlchemy tells it, without the values."""
        return DBAPIError.instance(self._statement, None, error, self._errors)
