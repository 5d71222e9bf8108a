"""The migrations give the tables, up and down and up again, whoever calls them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from bot.domain.errors import SetupError
from storage.database import Database
from storage.migrate import config, is_at_head, migrate, require_head
from storage.tables import metadata
from tests.conftest import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'empty.db'}")
        yield opened
        await opened.close()
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    name = postgres.create("template0")
    opened = Database(postgres.url(name))
    yield opened
    await opened.close()
    postgres.drop(name)


async def tables_of(database: Database) -> set[str]:
    async with database.read() as tx:
        return set(await tx.connection.run_sync(lambda connection: inspect(connection).get_table_names()))


async def test_the_migrations_give_the_tables_that_the_program_speaks_of(database: Database) -> None:
    def differences(connection: Connection) -> object:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    async with database.read() as tx:
        assert await tx.connection.run_sync(differences) == []


async def test_a_new_database_is_brought_to_the_newest_tables(empty: Database) -> None:
    assert not await is_at_head(empty)
    await migrate(empty)
    assert await is_at_head(empty)
    assert await tables_of(empty) == {*metadata.tables, "alembic_version"}


async def test_migrating_twice_changes_nothing(empty: Database) -> None:
    await migrate(empty)
    await migrate(empty)
    assert await is_at_head(empty)


async def test_several_that_start_together_migrate_once(empty: Database) -> None:
    others = [Database(str(empty.url.render_as_string(hide_password=False))) for _ in range(3)]
    await asyncio.gather(*map(migrate, [empty, *others]))
    assert await is_at_head(empty)
    for other in others:
        await other.close()


async def test_the_way_back_leaves_nothing_and_the_way_up_works_again(database: Database) -> None:
    async with database.begin() as tx:
        await tx.connection.run_sync(lambda connection: command.downgrade(config(connection), "base"))
    assert await tables_of(database) == {"alembic_version"}
    assert not await is_at_head(database)
    await migrate(database)
    assert await is_at_head(database)


async def test_a_database_of_a_later_version_is_said_to_be_one(database: Database) -> None:
    async with database.begin() as tx:
        await tx.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for opening in (migrate, require_head):
        with pytest.raises(SetupError, match="has the tables of a later version"):
            await opening(database)


async def test_tables_that_are_not_ours_are_left_alone_and_named(empty: Database) -> None:
    await empty.reach(make=True)
    async with empty.begin() as tx:
        await tx.connection.execute(text("CREATE TABLE cases (name TEXT)"))
    with pytest.raises(SetupError, match=r"DATABASE_URL: the database refuses: .*cases.* already exists$"):
        await migrate(empty)
    assert await tables_of(empty) == {"cases"}


async def test_a_database_that_takes_no_tables_is_said_to_be_one(postgres: Postgres) -> None:
    name = postgres.create("template0")
    standby = Database(f"{postgres.url(name)}&options=-c%20default_transaction_read_only%3Don")
    with pytest.raises(SetupError, match="DATABASE_URL: the database refuses: cannot execute CREATE TABLE"):
        await migrate(standby)
    await standby.close()
    postgres.drop(name)
