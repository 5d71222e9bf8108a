"""Bringing a database to the newest tables, and saying whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import SetupError
from storage.database import Database, words_of

MIGRATION_LOCK = 4_022_020
"""Any number, the same for all: PostgreSQL's advisory lock under which one process at a time migrates."""


async def migrate(database: Database) -> None:
    """Upgrade to the newest revision. Several may call it at once; one does it, the others find it done.

    Raises :class:`SetupError` where the database cannot be opened or written to, or is of a later version.
    """
    await database.reach(make=True)
    with _in_a_sentence():
        async with database.begin() as tx:
            await tx.connection.run_sync(_upgrade)


async def is_at_head(database: Database) -> bool:
    """Whether the database has the tables that this version of the program expects."""
    async with database.read() as tx:
        return await tx.connection.run_sync(_is_at_head)


async def require_head(database: Database) -> None:
    """Raise :class:`SetupError` unless the database can be opened and has the tables of this version."""
    await database.reach()
    with _in_a_sentence():
        at_head = await is_at_head(database)
    if not at_head:
        raise SetupError(
            ["DATABASE_URL: the database has other tables than this version; run python -m bot migrate"]
        )


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file: the scripts lie beside this module."""
    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return made


def _is_at_head(connection: Connection) -> bool:
    scripts = ScriptDirectory.from_config(config())
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None:
        scripts.get_revision(current)  # raises where no script of ours makes it
    return current == scripts.get_current_head()


@contextmanager
def _in_a_sentence() -> Iterator[None]:
    """What cannot be read or made, as :class:`SetupError`."""
    try:
        yield
    except CommandError as error:
        raise SetupError(
            ["DATABASE_URL: the database has the tables of a later version; run that version"]
        ) from error
    except DBAPIError as error:
        raise SetupError([f"DATABASE_URL: the database refuses: {words_of(error)}"]) from error


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    command.upgrade(config(connection), "head")
