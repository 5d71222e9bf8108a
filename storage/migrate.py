"""Bringing a database to the newest tables, and saying whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection

from bot.domain.errors import SetupError
from storage.database import Database

MIGRATION_LOCK = 4_022_020
"""Any number, the same for all: PostgreSQL's advisory lock under which one process at a time migrates."""


async def migrate(database: Database) -> None:
    """Upgrade to the newest revision. Several may call it at once; one does it, the others find it done.

    Raises :class:`SetupError` where the database cannot be opened or written to.
    """
    await database.reach(make=True)
    async with database.begin() as tx:
        await tx.connection.run_sync(_upgrade)


async def is_at_head(database: Database) -> bool:
    """Whether the database has the tables that this version of the program expects."""
    async with database.read() as tx:
        return (
            await tx.connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())
            == head()
        )


async def require_head(database: Database) -> None:
    """Raise :class:`SetupError` unless the database can be opened and has the tables of this version."""
    await database.reach()
    if not await is_at_head(database):
        raise SetupError(
            ["DATABASE_URL: the database has other tables than this version; run python -m bot migrate"]
        )


def head() -> str | None:
    """The newest revision."""
    return ScriptDirectory.from_config(config()).get_current_head()


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file: the scripts lie beside this module."""
    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return made


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    command.upgrade(config(connection), "head")
