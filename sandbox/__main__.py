"""``python -m sandbox``: the workspace, its page, the partners' stand-ins, and the bot beside it."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated

import typer

from sandbox.emulator import Emulator
from sandbox.manifest import ManifestError, read_manifest
from sandbox.recording import Recording, RecordingError
from sandbox.saving import LoadError
from sandbox.seed import SeedError
from sandbox.server import LOOPBACK, Server, run
from sandbox.tokens import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET

READY_WITHIN = 60.0
"""Seconds the bot has from its start until its health page answers."""

ITS_SETTINGS = ("SLACK_", "DHL_", "OPERATION_", "DATABASE_")
"""How the names begin of what a bot is told in the environment, and ours is told by us alone."""

ENDS_WITHIN = 15.0
"""Seconds the bot has to end by itself once it is told to."""


def main(
    *,
    host: Annotated[
        str, typer.Option(help="Where to listen. Anything but loopback is open to your network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The sandbox's port; 0 takes any free one.")] = 3900,
    bot: Annotated[bool, typer.Option("--bot/--no-bot", help="Start the bot beside it.")] = True,
    bot_port: Annotated[int, typer.Option(help="The bot's port; 0 takes any free one.")] = 8000,
    bot_url: Annotated[str | None, typer.Option(help="Where a bot that you start yourself is.")] = None,
    socket_mode: Annotated[bool, typer.Option(help="Let the bot connect by Socket Mode.")] = False,
    seed: Annotated[
        str, typer.Option(help="default, demo (four weeks of an operation, some 300 flags), or a TOML file.")
    ] = "default",
    manifest: Annotated[Path, typer.Option(help="The Slack app's manifest.")] = Path("manifest.json"),
    operation: Annotated[Path, typer.Option(help="The operation file that the bot applies.")] = Path(
        "operation.example.toml"
    ),
    database_url: Annotated[
        str | None,
        typer.Option(help="The bot's database; without one, a SQLite file that goes with the sandbox."),
    ] = None,
) -> None:
    """A Slack workspace on loopback, and the bot in it. Ctrl-C ends both."""
    try:
        em = Emulator(seed, read_manifest(manifest))
    except (LoadError, ManifestError, RecordingError, SeedError) as error:
        raise typer.BadParameter(str(error)) from None
    with contextlib.ExitStack() as stack:
        server = _server(em, host, port)
        stack.callback(server.stop)
        own_port = _bot_port(bot_port) if bot else bot_port
        em.bot_url = bot_url or f"http://127.0.0.1:{own_port}"
        settings = bot_settings(em, own_port, operation, socket_mode=socket_mode)
        _greet(em, host, settings, bot=bot)
        if bot:
            settings["DATABASE_URL"] = (
                _from_here(database_url) if database_url else stack.enter_context(_own_database())
            )
        code = run(_run(server, em, settings if bot else None))
    raise typer.Exit(code)


def bot_settings(em: Emulator, port: int, operation: Path, *, socket_mode: bool) -> dict[str, str]:
    """The environment that points a bot at this sandbox."""
    settings = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"{em.address}/api/",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "OPERATION_FILE": str(operation.resolve()),
        "DHL_API_KEY": "sandbox-dhl-key",
        "DHL_API_URL": f"{em.address}/partners/dhl/track",
    }
    return settings | ({"SLACK_APP_TOKEN": APP_TOKEN} if socket_mode else {})


def _server(em: Emulator, host: str, port: int) -> Server:
    try:
        return Server(em, host, port, hosts=set() if host in LOOPBACK else {"*"})
    except OSError as error:
        _say_taken("--port", host, port, error)
        raise typer.Exit(1) from None


def _bot_port(port: int) -> int:
    """The port for the bot, looked at before it starts so that the answer is a sentence."""
    try:
        with socket.create_server(("127.0.0.1", port)) as probe:
            free: int = probe.getsockname()[1]
            return free
    except OSError as error:
        _say_taken("--bot-port", "127.0.0.1", port, error)
        raise typer.Exit(1) from None


def _say_taken(option: str, host: str, port: int, error: OSError) -> None:
    typer.echo(f"Port {port} on {host} cannot be used: {error.strerror}.", err=True)
    for other in range(port + 1, port + 100):
        with contextlib.suppress(OSError), socket.create_server((host, other)):
            typer.echo(f"Port {other} is free: start again with {option} {other}.", err=True)
            return


def _greet(em: Emulator, host: str, settings: dict[str, str], *, bot: bool) -> None:
    typer.echo(f"The workspace: {em.address}/")
    if host not in LOOPBACK:
        typer.echo(f"Careful: it listens on {host}, so everyone who reaches this machine can use it.")
    if not bot:
        typer.echo(
            f"Start a bot (python -m bot {' '.join(_bot_command(em.recording))}) with these settings:\n"
        )
        typer.echo("".join(f"  {name}={value}\n" for name, value in settings.items()))


@contextlib.contextmanager
def _own_database() -> Iterator[str]:
    """A database as short-lived as the workspace: both forget together."""
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        yield f"sqlite:///{Path(folder) / 'operation.db'}"


def _from_here(url: str) -> str:
    """The same database, wherever the bot runs."""
    file = url.removeprefix("sqlite:///")
    return url if file == url else f"sqlite:///{Path(file).resolve()}"


def _bot_command(recording: Recording | None) -> list[str]:
    """What the bot is told to do: to run, where the workspace is a recorded one upon its own half of the recording."""
    if recording is None:
        return ["run"]
    return ["demo", str(recording.operation.resolve()), "--days", str(recording.days)]


@contextlib.asynccontextmanager
async def _running_bot(settings: dict[str, str], recording: Recording | None) -> AsyncIterator[Process]:
    """The bot as a child of this process; it ends when the block does."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(ITS_SETTINGS)}
    own["PYTHONPATH"] = os.pathsep.join(filter(None, (own.get("PYTHONPATH"), str(Path.cwd()))))
    command = [sys.executable, "-m", "bot", *_bot_command(recording)]
    # In an empty folder: here may lie the .env of a real workspace, and the bot would read what we leave unsaid in it.
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        child = await asyncio.create_subprocess_exec(*command, env=own | settings, cwd=folder)
        try:
            yield child
        finally:
            await _ended(child)


async def _ended(child: Process) -> None:
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        try:
            await asyncio.wait_for(child.wait(), ENDS_WITHIN)
        except TimeoutError:
            child.kill()
            await child.wait()


async def _run(server: Server, em: Emulator, bot: dict[str, str] | None) -> int:
    """Until it is told to stop, or the bot (``bot``: its settings) ends by itself. The exit code."""
    for wish in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wish, server.end)
    if bot is None:
        await server.serve()
        return 0
    serving = asyncio.ensure_future(server.serve())
    async with _running_bot(bot, em.recording) as child:
        watching = asyncio.ensure_future(_watch(em, child))
        await asyncio.wait({serving, watching}, return_when=asyncio.FIRST_COMPLETED)
        by_itself = watching.done() and not em.closing
        watching.cancel()
    if by_itself:
        typer.echo(f"The bot ended with code {child.returncode}; the workspace ends with it.", err=True)
    server.end()
    await serving
    return 1 if by_itself else 0


async def _watch(em: Emulator, child: Process) -> None:
    """Say when the bot is ready; return when it ends."""
    if await _ready(em, child):
        typer.echo(f"The bot is ready. Open {em.address}/")
    elif child.returncode is None:
        typer.echo(f"The bot is not ready after {READY_WITHIN:g} s; the workspace goes on.", err=True)
    await child.wait()


async def _ready(em: Emulator, child: Process) -> bool:
    for _ in range(int(READY_WITHIN * 10)):
        if child.returncode is not None:
            return False
        if await em.deliverer.reaches_bot():
            return True
        await asyncio.sleep(0.1)
    return False


if __name__ == "__main__":
    typer.run(main)
