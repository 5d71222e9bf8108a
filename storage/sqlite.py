"""SQLite's engine: writers that say so from the start, and statements that go to the driver's thread once."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Self
from urllib.parse import quote

import aiosqlite
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.sql import gives_nothing_back

BUSY_TIMEOUT_SECONDS = 10

READS = "BEGIN"
WRITES = "BEGIN IMMEDIATE"


def sqlite_engine(url: URL, pool_size: int) -> AsyncEngine:
    """Connections with the execution option ``writes`` begin as writers."""
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_use_lifo=True,  # the one used last still has in memory what it has read and written
        hide_parameters=True,
        connect_args={"async_creator_fn": _connect},
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def fresh_engine(url: URL) -> AsyncEngine:
    """Opens the file each time anew, and never makes one."""
    path = quote(url.database or "")  # "#" would end it, and "%" begin something else
    address = url.set(database=f"file:{path}", query={"mode": "rw", "uri": "true"})
    return create_async_engine(address, poolclass=NullPool, hide_parameters=True)


class OneTripConnection(aiosqlite.Connection):
    """Goes to the thread in which its database is open no more often than it must: each trip takes longer than most
    statements.

    aiosqlite goes there four times for a statement: for a cursor, the statement, the rows, and to close it. Here it is
    once; and what begins to read, and rows that are only written, wait and go along with what is asked next, or the end
    of the transaction. If the database refuses a row, that is told by the statement it went along with.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.waiting: list[Callable[[], object]] = []

    def cursor(self) -> "OneTripCursor":  # type: ignore[override]  # aiosqlite's has to be awaited
        return OneTripCursor(self, self._conn)

    async def run(self, statement: str, work: Callable[[], object]) -> None:
        """Do what a statement takes, now or, where nobody waits for what it gives back, later."""
        self.waiting.append(work)
        has_begun = self.in_transaction or len(self.waiting) > 1
        if not (statement == READS or (has_begun and gives_nothing_back(statement))):
            await self._do_what_waits()

    async def write_alone(self, statement: str, parameters: Sequence[Any]) -> None:
        """Write a row that is a transaction by itself."""
        await self.run(statement, partial(self._conn.execute, statement, parameters))

    async def commit(self) -> None:
        if self.in_transaction or self.waiting:
            self.waiting.append(self._conn.commit)
            await self._do_what_waits()

    async def rollback(self) -> None:
        self.waiting.clear()
        if self.in_transaction:
            await super().rollback()

    def stop(self) -> asyncio.Future[Any] | None:
        """Has the thread end, once: nobody would answer whoever waits for it to end a second time."""
        return super().stop() if self._running else None

    async def _do_what_waits(self) -> None:
        waiting, self.waiting = self.waiting, []
        await self._execute(_do_all, waiting)  # type: ignore[no-untyped-call]


def _do_all(waiting: Sequence[Callable[[], object]]) -> None:
    for work in waiting:
        work()


class OneTripCursor:
    """A statement and all of its rows. What is here is what SQLAlchemy asks of a cursor."""

    def __init__(self, connection: OneTripConnection, database: sqlite3.Connection) -> None:
        self._connection = connection
        self._database = database
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        await self._connection.run(
            operation, partial(self._keep, self._database.execute, operation, parameters)
        )

    async def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> None:
        await self._connection.run(
            operation, partial(self._keep, self._database.executemany, operation, parameters)
        )

    def _keep(
        self, execute: Callable[..., sqlite3.Cursor], operation: str, parameters: Sequence[Any]
    ) -> None:
        cursor = execute(operation, parameters)
        self._rows = cursor.fetchall()
        self.description, self.rowcount, self.lastrowid = (
            cursor.description,
            cursor.rowcount,
            cursor.lastrowid,
        )
        cursor.close()

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None: ...


def _connect(database: str, **options: Any) -> OneTripConnection:
    connection = OneTripConnection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    # As SQLAlchemy does with aiosqlite's own: a connection that nobody has closed does not keep the process from ending.
    connection._thread.daemon = True  # noqa: SLF001
    return connection


def _prepare(connection: Any, _record: object) -> None:
    # The driver would begin transactions by itself, and late; see _begin.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # what a person was told is stored survives a power cut
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}",
        "recursive_triggers = ON",  # so that INSERT OR REPLACE cannot go round a trigger
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A deferred transaction that turns into a write fails at once when another writer is there, whatever the
    # busy timeout: writers say so from the start.
    connection.exec_driver_sql(WRITES if connection.get_execution_options().get("writes") else READS)
