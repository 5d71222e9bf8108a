"""PostgreSQL's engine: connections that notice when their server is gone, and go there no more often than they must."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from time import monotonic
from typing import Any, Self

from psycopg import AsyncConnection, AsyncCursor, Error
from psycopg.pq import TransactionStatus
from sqlalchemy import event
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.sql import gives_nothing_back

LOST_SERVER = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""When a PostgreSQL that says nothing any more counts as gone (postgresql.org/docs/current/libpq-connect.html): without
these whoever waits for an answer of a machine that is lost waits for hours. An address may say otherwise."""


def postgres_engine(url: URL, pool_size: int, ping_after: float) -> AsyncEngine:
    """``ping_after``: seconds that a connection may lie idle before it is asked whether it still holds."""
    # Of a connection that is lost it would tell beside the error that tells of it.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    engine = create_async_engine(
        url.set(query=LOST_SERVER | dict(url.query)),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={"async_creator_fn": GatheringConnection.connect},
    )
    event.listen(engine.sync_engine, "checkin", _note_use)
    event.listen(engine.sync_engine, "checkout", partial(_ping_the_idle, engine.sync_engine, ping_after))
    return engine


class GatheringConnection(AsyncConnection[Any]):
    """Within a transaction, rows that are only written wait, and are sent together with what is asked next, or the end.

    Each way to the server and back takes longer than most statements, and so does what begins and ends a transaction.
    What waits keeps its order and its transaction. If the server refuses a row, that is told by the statement that it
    was sent with (psycopg.org/psycopg3/docs/advanced/pipeline.html).
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.cursor_factory = GatheringCursor
        self.waiting: list[tuple[Any, Any]] = []

    @property
    def has_more_to_send(self) -> bool:
        """Something waits, or the transaction has not begun."""
        return bool(self.waiting) or self.info.transaction_status is TransactionStatus.IDLE

    async def send(self, ask: Callable[[], Awaitable[object]]) -> None:
        """What waits, and behind it what is asked next."""
        waiting, self.waiting = self.waiting, []
        if self.info.transaction_status is TransactionStatus.IDLE:
            waiting.insert(0, (self._get_tx_start_command(), None))
        async with self.pipeline():
            self._autocommit = True  # or psycopg would begin the transaction by itself, and wait until it has
            try:
                for each in waiting:
                    await AsyncCursor(self).execute(*each)
                await ask()
            finally:
                self._autocommit = False

    async def wait(self, *args: Any, **options: Any) -> Any:
        """What psycopg does everything with. An error tells what is wrong, and not in its DETAIL what stood in the row,
        which may be anybody's words: errors reach a log.
        """
        try:
            return await super().wait(*args, **options)
        except Error as error:
            if error.diag.message_primary:
                error.args = (error.diag.message_primary,)
            raise

    async def write_alone(self, statement: str, parameters: Sequence[Any]) -> None:
        """Write a row that is a transaction by itself."""
        await self.set_autocommit(True)
        await AsyncCursor(self).execute(statement, parameters)
        await self.set_autocommit(False)

    async def commit(self) -> None:
        """Send what waits, and end the transaction."""
        if self.waiting:
            await self.send(partial(AsyncCursor(self).execute, "COMMIT"))
        else:
            await super().commit()

    async def rollback(self) -> None:
        """Forget what waits, and end the transaction."""
        self.waiting.clear()
        await super().rollback()


class GatheringCursor(AsyncCursor[Any]):
    """A cursor of a :class:`GatheringConnection`."""

    _conn: GatheringConnection

    async def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        connection = self._conn
        if connection.autocommit:  # there is no transaction that it could wait in
            await super().execute(query, params, **options)
        elif gives_nothing_back(query):
            connection.waiting.append((query, params))
        elif connection.has_more_to_send:
            await connection.send(partial(super().execute, query, params))
        else:
            await super().execute(query, params, **options)
        return self

    async def executemany(self, query: Any, params_seq: Iterable[Any], *, returning: bool = False) -> None:
        connection = self._conn
        if gives_nothing_back(query) and not connection.autocommit:
            connection.waiting.extend((query, params) for params in params_seq)
        elif connection.waiting:
            await connection.send(partial(super().executemany, query, params_seq, returning=returning))
        else:
            await super().executemany(query, params_seq, returning=returning)


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used_at"] = monotonic()


def _ping_the_idle(engine: Engine, after: float, connection: Any, record: Any, _proxy: object) -> None:
    if monotonic() - record.info.get("used_at", 0.0) < after:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error  # the pool takes the next one, or makes it
