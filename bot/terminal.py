"""What the operator's commands on the database have in common."""

import asyncio
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import typer

from bot.config import Settings, load_settings
from bot.domain.errors import BotError, SetupError
from bot.domain.operations import OperationPlan, read_operation
from storage.database import Database
from storage.migrate import require_head

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
        await require_head(database)
        return await job(database)
    finally:
        await database.close()


def operation_of(settings: Settings) -> OperationPlan | None:
    """What OPERATION_FILE says, where it is set. Raises :class:`SetupError` with every mistake, each with the setting's name."""
    if not settings.operation_file:
        return None
    try:
        return read_operation(read_toml(Path(settings.operation_file)))
    except SetupError as error:
        raise SetupError([f"OPERATION_FILE: {problem}" for problem in error.problems]) from error


def read_toml(file: Path) -> dict[str, object]:
    """The file's content, or :class:`SetupError` with what is wrong with it."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))  # Windows puts a mark before it
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError([f"{file}: cannot be read: {error}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise SetupError([f"{file}: is not TOML: {error}"]) from error
