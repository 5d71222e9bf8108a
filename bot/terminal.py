"""What the operator's commands on the database have in common."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import typer

from bot.config import load_settings
from bot.domain.errors import BotError, SetupError
from storage.database import Database
from storage.migrate import is_at_head

Result = TypeVar("Result")


@contextmanager
def explaining() -> Iterator[None]:
    """What is wrong is said line by line, and the command ends with 1."""
    try:
        yield
    except SetupError as error:
        for problem in error.problems:
            typer.echo(problem, err=True)
        raise typer.Exit(1) from error
    except BotError as error:
        typer.echo(error.sentence, err=True)
        raise typer.Exit(1) from error


def on_database(job: Callable[[Database], Awaitable[Result]]) -> Result:
    """Do the job on the database of the settings; they need name nothing else."""
    return asyncio.run(_on_database(job))


async def _on_database(job: Callable[[Database], Awaitable[Result]]) -> Result:
    database = Database(load_settings().database_url)
    try:
        await _require_head(database)
        return await job(database)
    finally:
        await database.close()


async def _require_head(database: Database) -> None:
    try:
        at_head = await is_at_head(database)
    except Exception as error:
        raise SetupError([f"DATABASE_URL: the database does not answer ({type(error).__name__})"]) from error
    if not at_head:
        raise SetupError(
            ["DATABASE_URL: the database has other tables than this version; run python -m bot migrate"]
        )
