"""``python -m sandbox``: the workspace, its page, the partners' stand-ins, and the bot beside it."""

import asyncio
import contextlib
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Annotated

try:
    import typer

    from sandbox.emulator import Emulator
    from sandbox.manifest import ManifestError, read_manifest
    from sandbox.own_bot import READY_WITHIN, OwnBot, command_for
    from sandbox.recording import RecordingError
    from sandbox.saving import LoadError
    from sandbox.seed import SeedError
    from sandbox.server import LOOPBACK, Server, run
    from sandbox.tokens import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
except KeyboardInterrupt:  # it takes a while to read all this
    raise SystemExit(128 + signal.SIGINT) from None


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
        own_port = _bot_port(bot_port, stack) if bot else bot_port
        em.bot_url = bot_url or f"http://127.0.0.1:{own_port}"
        settings = bot_settings(em, own_port, operation, socket_mode=socket_mode)
        _greet(em, host, settings, bot=bot)
        if bot:
            folder, empty = (
                Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sandbox-"))) for _ in range(2)
            )
            # A database as short-lived as the workspace, if none is given: both forget together.
            own = f"sqlite:///{folder / 'operation.db'}"
            settings["DATABASE_URL"] = _from_here(database_url) if database_url else own
            em.own_bot = OwnBot(settings, empty)
        code = run(_run(server, em, em.own_bot))
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


def _bot_port(port: int, stack: contextlib.ExitStack) -> int:
    """The port for the bot, looked at before it starts so that the answer is a sentence."""
    try:
        with socket.create_server(("127.0.0.1", port)) as probe:
            free: int = probe.getsockname()[1]
        if port == 0 and sys.platform == "linux":
            # Bound by a socket that does not listen: nobody else is given it, and the bot can listen there all the same.
            held = stack.enter_context(socket.socket())
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(("127.0.0.1", free))
    except OSError as error:
        _say_taken("--bot-port", "127.0.0.1", port, error)
        raise typer.Exit(1) from None
    return free


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
            f"Start a bot (python -m bot {' '.join(command_for(em.recording))}) with these settings:\n"
        )
        typer.echo("".join(f"  {name}={value}\n" for name, value in settings.items()))


def _from_here(url: str) -> str:
    """The same database, wherever the bot runs."""
    file = url.removeprefix("sqlite:///")
    return url if file == url else f"sqlite:///{Path(file).resolve()}"


async def _run(server: Server, em: Emulator, bot: OwnBot | None) -> int:
    """Until it is told to stop, or the bot ends by itself. The exit code."""
    for wish in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wish, server.end)
    if bot is None:
        em.presence.missed()
        await server.serve()
        return 0
    serving = asyncio.ensure_future(server.serve())
    starting = asyncio.ensure_future(_start(em, bot))
    ended = asyncio.ensure_future(bot.ended_by_itself.wait())
    await asyncio.wait({serving, ended}, return_when=asyncio.FIRST_COMPLETED)
    by_itself = ended.done() and not em.closing
    ended.cancel()
    await bot.close()
    await starting
    if by_itself:
        typer.echo(f"The bot ended with code {bot.exit_code}; the workspace ends with it.", err=True)
    server.end()
    await serving
    return 1 if by_itself else 0


async def _start(em: Emulator, bot: OwnBot) -> None:
    """Say when the bot is ready."""
    em.presence.starting()
    ready = await bot.begin(em.recording)
    if em.closing:
        return
    em.presence.found()
    if ready:
        typer.echo(f"The bot is ready. Open {em.address}/")
    elif bot.is_running:
        em.presence.missed()
        typer.echo(f"The bot is not ready after {READY_WITHIN:g} s; the workspace goes on.", err=True)


if __name__ == "__main__":
    typer.run(main)
