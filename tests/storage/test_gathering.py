"""Rows that are only written wait for what is asked next, and nobody can tell but by the time it takes."""

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import bindparam, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.tables import receipts
from tests.conftest import Postgres
from tests.factories import NOON
from tests.forwarding import line_to

NEW_RECEIPT = insert(receipts).inline()
COUNT = select(func.count()).select_from(receipts)


def rows(*keys: str) -> list[dict[str, Any]]:
    return [{"key": key, "at": NOON} for key in keys]


async def write(connection: AsyncConnection, *keys: str) -> None:
    for row in rows(*keys):
        await connection.execute(NEW_RECEIPT, row)


async def stored(database: Database) -> Sequence[str]:
    async with database.read() as tx:
        return (await tx.connection.execute(select(receipts.c.key).order_by(receipts.c.key))).scalars().all()


async def kept_back(connection: AsyncConnection) -> int:
    """How many statements the driver keeps back."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    return len(driver.waiting)


async def test_they_are_there_for_whatever_is_asked_next(database: Database) -> None:
    async with database.begin() as tx:
        await write(tx.connection, "1", "2")
        await tx.connection.execute(NEW_RECEIPT, rows("3", "4"))
        assert (await tx.connection.execute(COUNT)).scalar_one() == 4
        await write(tx.connection, "5")
    assert await stored(database) == ["1", "2", "3", "4", "5"]


async def test_they_are_sent_with_it_and_not_before(database: Database) -> None:
    async with database.begin() as tx:
        await tx.connection.execute(COUNT)
        await write(tx.connection, "1", "2")
        assert await kept_back(tx.connection) == 2
        await tx.connection.execute(COUNT)
        assert await kept_back(tx.connection) == 0


async def test_what_comes_after_them_finds_them_though_it_is_no_question(database: Database) -> None:
    async with database.begin() as tx:
        await write(tx.connection, "1", "2")
        gone = await tx.connection.execute(receipts.delete().where(receipts.c.key == "1"))
        assert gone.rowcount == 1
    assert await stored(database) == ["2"]


async def test_what_is_done_for_many_at_once_finds_them_too(database: Database) -> None:
    renamed = update(receipts).where(receipts.c.key == bindparam("old")).values(key=bindparam("new"))
    async with database.begin() as tx:
        await write(tx.connection, "1", "2", "3")
        many = [{"old": "1", "new": "4"}, {"old": "2", "new": "5"}]
        assert (await tx.connection.execute(renamed, many)).rowcount == 2
    assert await stored(database) == ["3", "4", "5"]


async def test_one_that_is_refused_is_told_by_what_comes_next_and_nothing_is_stored(
    database: Database,
) -> None:
    async def refused() -> None:
        async with database.begin() as tx:
            await write(tx.connection, "1", "1", "2")
            await tx.connection.execute(COUNT)

    with pytest.raises(IntegrityError):
        await refused()
    assert await stored(database) == []


async def test_one_that_is_refused_at_the_end_is_told_by_the_end(database: Database) -> None:
    async def refused() -> None:
        async with database.begin() as tx:
            await tx.connection.execute(COUNT)
            await write(tx.connection, "1", "1")

    with pytest.raises(IntegrityError):
        await refused()
    async with database.begin() as tx:
        await write(tx.connection, "2")
    assert await stored(database) == ["2"]


async def test_they_go_with_the_transaction_that_they_were_written_in(database: Database) -> None:
    async def broken_off() -> None:
        async with database.begin() as tx:
            await write(tx.connection, "1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken_off()
    async with database.begin() as tx:
        await write(tx.connection, "2")
    assert await stored(database) == ["2"]


async def test_where_there_are_no_transactions_a_row_is_stored_at_once(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    async with database.read() as tx:
        await write(tx.connection, "1")
        assert await stored(database) == ["1"]
    await database.close()


async def test_a_row_that_gives_back_its_number_is_not_kept_back(database: Database) -> None:
    async with database.begin() as tx:
        statement = NEW_RECEIPT.returning(receipts.c.key)
        assert (await tx.connection.execute(statement, rows("1")[0])).scalar_one() == "1"


async def test_a_statement_that_is_refused_leaves_what_was_refused_in_no_later_one(
    database: Database,
) -> None:
    async with database.begin() as tx:
        await write(tx.connection, "1")
        with pytest.raises(DBAPIError):
            await tx.connection.execute(text("SELECT nothing FROM nowhere"))
        await tx.connection.rollback()
        assert await kept_back(tx.connection) == 0
    assert await stored(database) == []


async def test_a_server_that_is_lost_with_them_is_told_of_and_another_connection_is_made(
    postgres: Postgres, postgresql_url: str
) -> None:
    database = Database(postgresql_url)
    name = database.url.database or ""

    async def lost() -> None:
        async with database.begin() as tx:
            await tx.connection.execute(COUNT)
            await write(tx.connection, "1")
            postgres.refuse(name, refuses=True)
            postgres.refuse(name, refuses=False)

    with pytest.raises(DBAPIError) as told:
        await lost()
    assert told.value.connection_invalidated
    async with database.begin() as tx:
        await write(tx.connection, "2")
    assert await stored(database) == ["2"]
    await database.close()


async def test_what_begins_a_transaction_is_not_waited_for(
    postgres: Postgres, postgresql_url: str, unused_tcp_port: int
) -> None:
    has_asked = asyncio.Event()
    has_asked.set()

    async def asked(piece: bytes) -> None:
        if b"count(*)" in piece:
            has_asked.set()

    async def answered(_piece: bytes) -> None:
        await has_asked.wait()

    async with line_to(postgres, unused_tcp_port, asked=asked, answered=answered) as line:
        name = urlsplit(postgresql_url).path.strip("/")
        database = Database(f"{line}/{name}")
        await database.ping()
        has_asked.clear()
        async with asyncio.timeout(5), database.begin() as tx:
            assert (await tx.connection.execute(COUNT)).scalar_one() == 0
        await database.close()
