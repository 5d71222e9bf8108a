"""The commands of the program; each says at ``--help`` what it does."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from bot.app import bind, serve
from bot.audit_cli import audit as audit_commands
from bot.check import check_everything
from bot.config import Need, Settings, load_settings
from bot.domain.errors import SetupError
from bot.domain.operations import read_operation
from bot.domain.plans import Plan
from bot.factory import Program, open_program
from bot.keys_cli import keys as keys_commands
from bot.logs import set_up_logging
from bot.services.members import Taking
from bot.terminal import operation_of, read_toml
from bot.worker import working
from storage.migrate import migrate, require_head
from storage.recordings import read_recording, replayed

program = typer.Typer(
    help="The bot of a joint operation against counterfeit goods.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


program.add_typer(audit_commands, name="audit")
program.add_typer(keys_commands, name="keys")


@program.command()
def run() -> None:
    """Everything in one process, for a small operation: migrates, applies OPERATION_FILE, serves and works."""
    _start(_run, Need.SLACK, Need.SLACK_REQUESTS)


@program.command()
def demo(
    file: Annotated[Path, typer.Argument(help="A recorded operation, JSON compressed by xz.")],
    days: Annotated[int, typer.Option(help="By how many days its times are moved.")] = 0,
) -> None:
    """Run upon a recorded operation: an empty database is filled with it first. For the sandbox."""

    async def job(opened: Program, stop: asyncio.Event) -> None:
        await migrate(opened.database)
        async with opened.database.begin() as tx:
            await replayed(tx, read_recording(file), days)
        await _run(opened, stop)

    _start(job, Need.SLACK, Need.SLACK_REQUESTS)


@program.command()
def web() -> None:
    """Slack's requests, the HTTP API and /healthz alone; a worker has to run beside it."""
    _start(_web, Need.SLACK, Need.SLACK_REQUESTS)


@program.command()
def worker() -> None:
    """What is done by the clock alone: deliveries, look-ups, digests. Several may run."""
    _start(_work, Need.SLACK)


@program.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest tables."""
    _start(_migrate)


@program.command()
def apply(
    file: Annotated[Path, typer.Argument(help="The operation file, TOML.")],
    yes: Annotated[bool, typer.Option("--yes", help="Also where somebody loses access by it.")] = False,
) -> None:
    """Make the operation what the file says, and show each change: + added, ~ changed, - taken away.

    Where somebody would lose access by it, nothing at all is changed without --yes.
    """

    async def job(opened: Program, _: asyncio.Event) -> None:
        wanted = read_operation(read_toml(file))
        await migrate(opened.database)
        plan = await opened.services.members.apply(wanted, Taking.YES if yes else Taking.ASK)
        typer.echo("\n".join(change.line for change in plan.changes) or "nothing to change")
        if plan.takes_access and not yes:
            raise SetupError(
                [f"{file}: somebody would lose access by this, so nothing was changed; add --yes to do it"]
            )
        typer.echo(f"{file}: is applied")

    _start(job)


@program.command()
def check() -> None:
    """One line for each thing that must be right: ok, or what is wrong and how to mend it."""
    healthy = asyncio.run(check_everything(typer.echo))
    raise typer.Exit(0 if healthy else 1)


async def _run(opened: Program, stop: asyncio.Event) -> None:
    with bind(opened.settings.host, opened.settings.port) as listening:
        wanted = operation_of(opened.settings)
        await migrate(opened.database)
        if wanted is not None:
            plan = await opened.services.members.apply(wanted, Taking.NEVER)
            typer.echo(_added(plan, opened.settings.operation_file))
        async with opened.installation.known(opened.slack), working(opened):
            await serve(opened, listening, stop, _announce)


async def _web(opened: Program, stop: asyncio.Event) -> None:
    with bind(opened.settings.host, opened.settings.port) as listening:
        await require_head(opened.database)
        async with opened.installation.known(opened.slack):
            await serve(opened, listening, stop, _announce)


async def _work(opened: Program, stop: asyncio.Event) -> None:
    await require_head(opened.database)
    async with opened.installation.known(opened.slack), working(opened):
        typer.echo("working")
        await stop.wait()


async def _migrate(opened: Program, _: asyncio.Event) -> None:
    await migrate(opened.database)
    typer.echo("the database is at the newest tables")


def _added(plan: Plan, file: str) -> str:
    """What a start has added and updated, and what it has kept though the file says otherwise."""
    lines = [change.line for change in plan.changes]
    lines += [f"kept, though the file says otherwise: {change.text}" for change in plan.kept]
    if plan.kept:
        lines.append(f"to take this away: python -m bot apply {file} --yes")
    return "\n".join([*lines, f"{file}: is applied"])


def _announce(address: str) -> None:
    typer.echo(f"listening on {address}")
    sys.stdout.flush()


def _start(job: Callable[[Program, asyncio.Event], Awaitable[None]], *needs: Need) -> None:
    """Read the settings, build everything, do the job; whatever is set up wrong is said line by line."""
    try:
        settings = load_settings(*needs)
        set_up_logging(settings.log_level, settings.log_format)
        uvloop.run(_until_signalled(settings, job))
    except SetupError as error:
        for problem in error.problems:
            typer.echo(problem, err=True)
        raise typer.Exit(1) from error


async def _until_signalled(
    settings: Settings, job: Callable[[Program, asyncio.Event], Awaitable[None]]
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_program(settings) as opened:
        await job(opened, stop)
