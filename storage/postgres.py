"""PostgreSQL's engine: connections that notice when their server is gone."""

from functools import partial
from time import monotonic
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

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
    engine = create_async_engine(
        url.set(query=LOST_SERVER | dict(url.query)),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_use_lifo=True,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "checkin", _note_use)
    event.listen(engine.sync_engine, "checkout", partial(_ping_the_idle, engine.sync_engine, ping_after))
    return engine


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used_at"] = monotonic()


def _ping_the_idle(engine: Engine, after: float, connection: Any, record: Any, _proxy: object) -> None:
    if monotonic() - record.info.get("used_at", 0.0) < after:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error  # the pool takes the next one, or makes it
