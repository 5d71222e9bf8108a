"""The web application: Slack's door, the HTTP API and health, and the process that serves it."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack, nullcontext

import uvicorn
from fastapi import FastAPI
from starlette.exceptions import HTTPException

from bot.domain.errors import SetupError
from bot.factory import Program, slack_client
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
        app.add_route("/slack/events", slack_door.__call__, methods=["POST"])
    return app


async def serve(program: Program, stop: asyncio.Event, ready: Callable[[str], None] = lambda _: None) -> None:
    """Serve until ``stop`` is set; ``ready`` gets the address. Returns when what is in work has been finished."""
    settings = program.settings
    listening = _bind(settings.host, settings.port)
    async with AsyncExitStack() as stack:
        inflight = Inflight()
        client = slack_client(settings, program.session, token=None)
        app = bolt_app(client, program.installation)
        dispatcher = Dispatcher(program.services, program.installation, program.slack, inflight)
        register(dispatcher)
        dispatcher.register(app)
        if settings.socket_mode:
            sockets = Sockets(app, settings.slack_app_token.get_secret_value(), inflight)
            sockets.open()
            stack.push_async_callback(sockets.close)
        # Last in, first out: a socket stays open until what came by it is answered.
        stack.push_async_callback(inflight.drain, DRAIN_SECONDS)
        door = (
            None if settings.socket_mode else SlackDoor(app, settings.slack_signing_secret.get_secret_value())
        )
        host, port = listening.getsockname()[:2]
        await _serve_http(
            create_web_app(program, door), listening, stop, lambda: ready(f"http://{host}:{port}")
        )


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


def _bind(host: str, port: int) -> socket.socket:
    """The listening socket; a taken port is said in a sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise SetupError(
            [f"PORT: {port} on {host} cannot be used: {error.strerror}. Set another."]
        ) from error
    return listening
