"""The rows of a flag, inserted bare: what the same would cost if there were nothing but the driver and the database."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
from sqlalchemy import Table, create_engine, make_url, select

from storage.tables import audit_pending, cases, deliveries, metadata, receipts, subjects

Row = tuple[Table, dict[str, Any]]
Seen = dict[Table, frozenset[tuple[Any, ...]]]

# A trigger's rows are left out, for it inserts the copies' too.
LOOKED_AT = [table for table in metadata.sorted_tables if table is not audit_pending]

FIRST_NUMBER = 500_000_000
"""Added to the copies' ids: behind every number that the bench gives out otherwise."""

UNIQUE = {subjects: "key", cases: "reference", receipts: "key", deliveries: "id"}
"""The texts that no two rows of a table may share."""


def seen_in(url: str) -> Seen:
    """Every row of a PostgreSQL database, to find out later what is new."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        seen = {table: frozenset(map(_row, connection.execute(select(table)))) for table in LOOKED_AT}
    engine.dispose()
    return seen


def new_rows(before: Seen, after: Seen) -> list[Row]:
    """The rows that are there now and were not before, in an order in which they can be inserted."""
    return [
        (table, dict(zip(table.c.keys(), row, strict=True)))
        for table in LOOKED_AT
        for row in after[table] - before[table]
    ]


class BareRows:
    """Inserts copies of rows, one statement a row, each copy in one transaction."""

    def __init__(self, connection: psycopg.Connection, rows: Sequence[Row], at_a_turn: int) -> None:
        self._connection = connection
        self._rows = rows
        self._numbers = count(FIRST_NUMBER)
        self._at_a_turn = at_a_turn

    def turn(self) -> list[float]:
        """The seconds that each transaction took."""
        return [self._time(next(self._numbers)) for _ in range(self._at_a_turn)]

    def _time(self, number: int) -> float:
        statements = [_insert(table, _copied(table, row, number)) for table, row in self._rows]
        began = time.perf_counter()
        for statement, values in statements:
            self._connection.execute(statement, values)
        self._connection.commit()
        return time.perf_counter() - began


@contextmanager
def bare_rows(url: str, rows: Sequence[Row], at_a_turn: int) -> Iterator[BareRows]:
    """On a connection of their own, for as long as the block lasts."""
    with psycopg.connect(url) as connection:
        yield BareRows(connection, rows, at_a_turn)


def _row(row: Iterable[Any]) -> tuple[Any, ...]:
    """What can be compared: JSON as it is written."""
    return tuple(json.dumps(value) if isinstance(value, dict | list) else value for value in row)


def _copied(table: Table, row: dict[str, Any], number: int) -> dict[str, Any]:
    """The row under other numbers; one flag's rows all refer to each other."""
    copy = dict(row)
    for column in table.columns:
        refers = column.name in ("id", "case_id") or bool(column.foreign_keys)
        if refers and isinstance(copy[column.name], int):
            copy[column.name] += number
    if table in UNIQUE:
        copy[UNIQUE[table]] = f"{number} {copy[UNIQUE[table]]}"[:36]
    return copy


def _insert(table: Table, row: dict[str, Any]) -> tuple[Any, list[Any]]:
    places = ", ".join(["%s"] * len(row))
    return f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({places})", list(row.values())  # noqa: S608  # our own
