"""Transactions that tests look into."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database


@asynccontextmanager
async def undone(database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction that is rolled back."""
    async with database.begin() as tx:
        yield tx.connection
        await tx.connection.rollback()


async def done(connection: AsyncConnection, writing: Awaitable[object]) -> None:
    """Returns once the database has done it: rows that are only written go along with what is asked next."""
    await writing
    await connection.execute(text("SELECT 1"))
