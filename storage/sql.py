"""Small things that every store needs."""

from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, Table, func, literal_column, select
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.markings import Marking, stored_tlp
from bot.domain.people import Person


def insert(connection: AsyncConnection, table: Table) -> PostgresInsert | SqliteInsert:
    """An INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``, which both databases spell alike."""
    make: Any = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    statement: PostgresInsert | SqliteInsert = make(table)
    return statement


def insert_new(connection: AsyncConnection, table: Table, *returning: ColumnElement[Any]) -> Executable:
    """An INSERT that gives back columns of its row, and nothing where it meets a row that is there.

    Put together once for each table: a flag is a dozen of these, and putting them together cost as much as sending them.
    """
    return _insert_new(connection.dialect.name == "sqlite", table, *returning)


@cache
def _insert_new(on_sqlite: bool, table: Table, *returning: ColumnElement[Any]) -> Executable:
    make: Any = sqlite_insert if on_sqlite else postgres_insert
    statement: Executable = make(table).on_conflict_do_nothing().returning(*returning)
    return statement


def next_id(connection: AsyncConnection, table: Table) -> ColumnElement[int]:
    """The id of a row that is written later in the transaction, so that nobody waits for it then; no other gets it.

    For tables of which nothing is ever deleted: on SQLite, which has one writer at a time, it is the one behind the last.
    """
    return _next_id(connection.dialect.name == "sqlite", table)


@cache
def _next_id(on_sqlite: bool, table: Table) -> ColumnElement[int]:
    if on_sqlite:
        return select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
    return literal_column(f"nextval('{table.name}_id_seq')", table.c.id.type)


def gives_nothing_back(statement: str) -> bool:
    """Whether a statement only writes rows; psycopg counts none of an INSERT, so nobody asks how many."""
    return statement.startswith("INSERT") and "RETURNING" not in statement


async def is_new(connection: AsyncConnection, statement: Executable) -> bool:
    """Whether an INSERT with RETURNING wrote its row; psycopg counts no rows of an INSERT."""
    return (await connection.execute(statement)).first() is not None


def joined(keys: frozenset[str]) -> str:
    """A set of keys as one column."""
    return ",".join(sorted(keys))


def split(column: str) -> frozenset[str]:
    """The set back from its column."""
    return frozenset(filter(None, column.split(",")))


def marking_columns(marking: Marking) -> dict[str, str]:
    """A marking as its two columns; people stand among the releases by their keys, which have a slash in them."""
    opened = marking.releases | {person.key for person in marking.people}
    return {"marking": marking.tlp.value, "releases": joined(opened)}


def marking_of(row: Any) -> Marking:
    """A marking from its two columns; RED and released to nobody where the label cannot be read."""
    tlp = stored_tlp(row.marking)
    opened = split(row.releases) if row.marking == tlp.value else frozenset[str]()
    people = frozenset(Person(*key.split("/", 1)) for key in opened if "/" in key)
    return Marking(tlp, frozenset(key for key in opened if "/" not in key), people)


def part_columns(marking: Marking) -> dict[str, str | bool]:
    """The marking of a part of a case, as its columns."""
    return {**marking_columns(marking), "apart": marking.apart}


def part_marking_of(row: Any) -> Marking:
    """The same back from them."""
    return replace(marking_of(row), apart=row.apart)
