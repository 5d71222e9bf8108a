"""Small things that every store needs."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.markings import Marking, Tlp, stored_tlp


def insert(connection: AsyncConnection, table: Table) -> PostgresInsert | SqliteInsert:
    """An INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``, which both databases spell alike."""
    make: Any = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    statement: PostgresInsert | SqliteInsert = make(table)
    return statement


def joined(keys: frozenset[str]) -> str:
    """A set of keys as one column."""
    return ",".join(sorted(keys))


def split(column: str) -> frozenset[str]:
    """The set back from its column."""
    return frozenset(filter(None, column.split(",")))


def marking_columns(marking: Marking) -> dict[str, str]:
    """A marking as its two columns."""
    return {"marking": marking.tlp.value, "releases": joined(marking.releases)}


def marking_of(row: Any) -> Marking:
    """A marking from its two columns; RED and released to nobody where the label cannot be read."""
    tlp = stored_tlp(row.marking)
    return Marking(tlp, split(row.releases) if tlp is not Tlp.RED else frozenset())
