"""The web application: Slack's door, the HTTP API and health, and the process that serves it."""

import asyncio
import errno
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack, nullcontext

import uvicorn
from fastapi import FastAPI
from starlette.exceptions import HTTPException

from bot.domain.errors import SetupError
from bot.factory import Program, slack_client
from bot.transports.installation import confirm_app_token
from handlers.http import routes
from handlers.http.problems import on_problem
from handlers.slack import register
from handlers.slack.bolt import bolt_app
from handlers.slack.dispatch import Dispatcher
from handlers.slack.door import SlackDoor
from handlers.slack.inflight import Inflight
from handlers.slack.sockets import Sockets

DRAIN_SECONDS = 10.0


def create_web_app(program: Program, slack_door: SlackDoor | None) -> FastAPI:
    """The routes. Without a door Slack's requests come by Socket Mode."""
    app = FastAPI(title="Operation bot", openapi_url=None, exception_handlers={HTTPException: on_problem})
    app.router.routes.extend(routes(program.database, program.services))
    if slack_door is not None:
        app.add_route("/slack/events", slack_door.__call__, methods=["GET", "POST"])
    return app


async def serve(
    program: Program, listening: socket.socket, stop: asyncio.Event, ready: Callable[[str], None]
) -> None:
    """Serve until ``stop`` is set; ``ready`` gets the address. Returns when what is in work has been finished.

    Raises :class:`SetupError` where Slack does not let the app open sockets.
    """
    settings = program.settings
    async with AsyncExitStack() as stack:
        inflight = Inflight()
        client = slack_client(settings, program.session, token=None)
        app = bolt_app(client, program.installation)
        dispatcher = Dispatcher(program.services, program.installation, program.slack, inflight)
        register(dispatcher)
        dispatcher.register(app)
        if settings.socket_mode:
            app_token = settings.slack_app_token.get_secret_value()
            await confirm_app_token(program.slack, app_token)
            sockets = Sockets(app, app_token, inflight)
            sockets.open()
            stack.push_async_callback(sockets.close)
        # Last in, first out: a socket stays open until what came by it is answered.
        stack.push_async_callback(inflight.drain, DRAIN_SECONDS)
        door = (
            None if settings.socket_mode else SlackDoor(app, settings.slack_signing_secret.get_secret_value())
        )
        host, port = listening.getsockname()[:2]
        await _serve_http(
            create_web_app(program, door), listening, stop, lambda: ready(address_of(host, port))
        )


def address_of(host: str, port: int) -> str:
    """Where it is to be opened."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """Leaves signals to the program: uvicorn would raise them again before we have finished."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_started = started

    def capture_signals(self) -> nullcontext[None]:  # type: ignore[override]  # a context manager, as uvicorn's is
        return nullcontext()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._when_started()


async def _serve_http(
    app: FastAPI, listening: socket.socket, stop: asyncio.Event, started: Callable[[], None]
) -> None:
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=int(DRAIN_SECONDS),
    )
    server = _Server(config, started)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    await serving


def bind(host: str, port: int) -> socket.socket:
    """The socket to listen on. Raises :class:`SetupError` that names HOST or PORT, whichever it is."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small parts at once (TCP_NODELAY) only where the protocol is named: else answers wait 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, UnicodeError) as error:
        listening.close()
        said = getattr(error, "strerror", None) or "it is no address"
        if isinstance(error, OSError) and error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise SetupError([f"PORT: {port} on {host} cannot be used: {said}. Set another."]) from error
        raise SetupError([f"HOST: {host} is no address of this machine: {said}."]) from error
    return listening
