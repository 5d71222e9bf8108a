"""What is written once stays as it was written: both databases refuse every change, by whichever way it comes."""
# ruff: noqa: S608  # the names of tables and columns are the test's own

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audit import AuditEntry
from storage.audit import APPEND_ONLY, AuditStore
from storage.database import Database
from storage.migrate import config
from tests.factories import tell_of_closing
from tests.transactions import done, undone

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)

ROWS = (
    (
        "INSERT INTO organisations (key, position, name, kind, slack_team, alerts_channel, default_marking)"
        " VALUES ('dhl', 0, 'DHL', 'carrier', '', '', 'green')"
    ),
    "INSERT INTO subjects (id, key, kind, scheme, number) VALUES (1, 'parcel:1', 'parcel', 'dhl', '1')",
    """INSERT INTO cases (id, reference, subject_id, circle, owner, marking, status, version, opened_at, changed_at)
       VALUES (1, 'OFA-1', 1, '*', 'dhl', 'green', 'open', 1, '2026-01-05', '2026-01-05')""",
    """INSERT INTO disclosures (id, at, case_id, version, organisations, slack_team, slack_user, channel, through,
       fields) VALUES (1, '2026-01-05', 1, 1, 'dhl', '', '', 'C1', 'card', 'subject')""",
)


async def chain_five(database: Database) -> None:
    async with database.begin() as tx:
        store = AuditStore(tx.connection)
        await store.write(*(AuditEntry(NOON, "case.flagged", f"OFA-{number}") for number in range(5)))
        await store.chain(5)


@pytest.fixture
async def trail(database: Database) -> Database:
    """A database with five entries in its chain."""
    await chain_five(database)
    return database


async def _fill(connection: AsyncConnection) -> None:
    """A row in each of the append-only tables that :func:`trail` leaves empty."""
    (second,) = await AuditStore(connection).links(1, 1)
    for statement in ROWS:
        await connection.execute(text(statement))
    await tell_of_closing(AuditStore(connection), 1, second.head)
    await AuditStore(connection).close_segment(1, second.head, NOON)


KEPT_ROWS = {
    "audit_entries": ("id", 4, "content"),
    "audit_chain": ("seq", 4, "entry_hash"),
    "audit_segments": ("last_seq", 2, "last_hash"),
    "disclosures": ("id", 1, "fields"),
}
"""For each table its key, one row of it, and a column somebody might want to change."""


def changes_of(table: str) -> dict[str, str]:
    key, number, column = KEPT_ROWS[table]
    return {
        "update": f"UPDATE {table} SET {column} = 'changed' WHERE {key} = {number}",
        "update of the key": f"UPDATE {table} SET {key} = 99 WHERE {key} = {number}",
        "delete": f"DELETE FROM {table} WHERE {key} = {number}",
        "delete all": f"DELETE FROM {table}",
        "on conflict": (
            f"INSERT INTO {table} SELECT * FROM {table} WHERE {key} = {number} "
            f"ON CONFLICT ({key}) DO UPDATE SET {column} = 'changed'"
        ),
    }


HOWS = ("update", "update of the key", "delete", "delete all", "on conflict")


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("how", HOWS)
async def test_a_row_is_neither_changed_nor_removed(trail: Database, table: str, how: str) -> None:
    statement = changes_of(table)[how]
    async with undone(trail) as connection:
        await _fill(connection)
        with pytest.raises(IntegrityError, match="never changed or removed"):
            await done(connection, connection.execute(text(statement)))


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("recursive_triggers", ["ON", "OFF"])
@pytest.mark.parametrize(
    "change", ["INSERT OR REPLACE INTO {0} SELECT * FROM {0}", "UPDATE OR REPLACE {0} SET {1} = 1"]
)
async def test_sqlite_does_not_replace_a_row_even_without_recursive_triggers(
    sqlite_url: str, table: str, recursive_triggers: str, change: str
) -> None:
    database = Database(sqlite_url)
    await chain_five(database)
    async with database.begin() as tx:
        await _fill(tx.connection)
    async with database.engine.connect() as connection:
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection
        await driver.execute(f"PRAGMA recursive_triggers = {recursive_triggers}")
        with pytest.raises(Exception, match="never changed or removed"):
            await driver.execute(change.format(table, KEPT_ROWS[table][0]))
    await database.close()


@pytest.mark.parametrize("same", ["seq", "entry_id", "previous_hash"])
async def test_sqlite_does_not_put_another_link_in_the_place_of_one_whichever_of_its_columns_they_share(
    sqlite_url: str, same: str
) -> None:
    database = Database(sqlite_url)
    await chain_five(database)
    columns = {"seq": "9", "entry_id": "6", "previous_hash": "'x'"} | {same: same}
    async with database.begin() as tx:
        await AuditStore(tx.connection).write(AuditEntry(NOON, "case.flagged", "OFA-6"))
    async with database.engine.connect() as connection:
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection
        await driver.execute("PRAGMA recursive_triggers = OFF")
        with pytest.raises(Exception, match="never changed or removed"):
            await driver.execute(
                f"INSERT OR REPLACE INTO audit_chain SELECT {', '.join(columns.values())}, 'x' "
                "FROM audit_chain WHERE seq = 3"
            )
    await database.close()


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "statements",
    [
        ["TRUNCATE {0} CASCADE"],
        ["TRUNCATE cases, subjects, organisations, audit_entries CASCADE"],
        ["SET LOCAL session_replication_role = replica", "DELETE FROM {0}"],
        ["SET LOCAL session_replication_role = replica", "UPDATE {0} SET {1} = 'changed'"],
    ],
)
async def test_postgresql_refuses_truncate_and_those_who_call_themselves_a_replica(
    postgresql_url: str, table: str, statements: list[str]
) -> None:
    database = Database(postgresql_url)
    await chain_five(database)
    async with undone(database) as connection:
        await _fill(connection)
        *before, last = statements
        for statement in before:
            await connection.execute(text(statement))
        with pytest.raises(IntegrityError, match="never changed or removed"):
            await connection.execute(text(last.format(table, KEPT_ROWS[table][2])))
    await database.close()


async def test_a_trigger_that_was_taken_away_is_named(trail: Database) -> None:
    async with trail.read() as tx:
        assert await AuditStore(tx.connection).missing_guards() == []
    async with undone(trail) as connection:
        if connection.dialect.name == "sqlite":
            await connection.execute(text("DROP TRIGGER audit_chain_no_update"))
        else:
            await connection.execute(text("ALTER TABLE audit_chain DISABLE TRIGGER audit_chain_no_update"))
        assert await AuditStore(connection).missing_guards() == ["audit_chain_no_update"]


async def test_the_migration_can_be_taken_back_and_done_again(trail: Database) -> None:
    def there_and_back(connection: Connection) -> None:
        command.downgrade(config(connection), "0002")
        command.upgrade(config(connection), "0003")

    async with trail.begin() as tx:
        await tx.connection.run_sync(there_and_back)
    async with trail.read() as tx:
        assert await AuditStore(tx.connection).missing_guards() == []
