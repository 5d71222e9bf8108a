"""The sandbox on the wire: one ASGI application on loopback."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Coroutine, Generator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from sandbox import control, partners
from sandbox.answers import response_url
from sandbox.emulator import Emulator
from sandbox.slack import files
from sandbox.slack.endpoint import web_api

T = TypeVar("T")

PAGE = Path(__file__).parent / "page"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Guard:
    """Lets the control API and the page be used from this machine's own pages only.

    Any web page may send requests to loopback; its ``Origin`` and a rebound ``Host`` give it away.
    """

    def __init__(self, app: ASGIApp, hosts: set[str]) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A program's own connection (Socket Mode) is no page's, and may have any host.
        by_page = scope["type"] == "websocket" and scope["path"].startswith("/sandbox/")
        refusal = self._refusal(scope) if by_page or scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
        elif by_page:
            await WebSocketClose(1008, refusal)(scope, receive, send)
        else:
            answer = JSONResponse({"ok": False, "error": "forbidden", "shown": refusal}, status_code=403)
            await answer(scope, receive, send)

    def _refusal(self, scope: Scope) -> str | None:
        headers = dict(scope["headers"])
        host = urlsplit(f"//{headers.get(b'host', b'').decode('latin-1')}")
        if "*" not in self._hosts and host.hostname not in self._hosts:
            return "The sandbox answers to a loopback name only."
        origin = headers.get(b"origin")
        if (
            origin
            and scope["path"].startswith("/sandbox/")
            and urlsplit(origin.decode("latin-1")).netloc != host.netloc
        ):
            return "Another site's page may not use the control API."
        return None


def create_app(em: Emulator, hosts: set[str] | None = None) -> ASGIApp:
    """``hosts``: names it answers to besides loopback's, ``*`` for any."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await em.close()

    async def api(request: Request) -> Response:
        return await web_api(em, request)

    async def response(request: Request) -> Response:
        return await response_url(em, request)

    async def upload(request: Request) -> Response:
        return await files.upload(em, request)

    async def download(request: Request) -> Response:
        return await files.download(em, request)

    app = Starlette(
        routes=[
            Route("/api/{method:path}", api, methods=["GET", "POST"]),
            Route("/response/{token}", response, methods=["POST"]),
            Route("/files/upload/{token}", upload, methods=["POST", "PUT"]),
            Route("/files/{id}/{name}", download, methods=["GET"]),
            WebSocketRoute("/socket/{ticket}", em.sockets.serve),
            Mount("/sandbox/partners", routes=partners.control_routes(em.partners)),
            Mount("/partners", routes=partners.routes(em.partners)),
            Mount("/sandbox", routes=control.routes(em)),
            Mount("/page", _Page(directory=PAGE)),
            Route("/", _index),
        ],
        lifespan=lifespan,
    )
    return Guard(app, LOOPBACK | (hosts or set()))


async def _index(_request: Request) -> Response:
    page = PAGE / "index.html"
    if not page.exists():
        return PlainTextResponse(
            "The sandbox is running; it has no page here. Its control API is under /sandbox/."
        )
    headers = {
        "Content-Security-Policy": CONTENT_POLICY,
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(page.read_bytes(), media_type="text/html; charset=utf-8", headers=headers)


class _Page(StaticFiles):
    """The page's files, always fresh, under the same strict policy."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = CONTENT_POLICY
        return response


class _Uvicorn(uvicorn.Server):
    """Leaves signals to the program: it has a bot to end before it goes."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def run(main: Coroutine[Any, Any, T]) -> T:
    """``main`` in a loop of its own, of the kind that takes the least time for each answer."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


class Server:
    """Runs the sandbox in a thread of its own, or in the caller's loop by ``serve``."""

    def __init__(
        self, em: Emulator, host: str = "127.0.0.1", port: int = 0, hosts: set[str] | None = None
    ) -> None:
        """Binds at once. Raises OSError if the port is taken."""
        self.em = em
        self._socket = _bound(host, port)
        self.port: int = self._socket.getsockname()[1]
        em.settle(f"http://{host}:{self.port}")
        config = uvicorn.Config(
            create_app(em, hosts),
            log_level="warning",
            access_log=False,
            lifespan="on",
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
            timeout_keep_alive=60,
        )
        self._server = _Uvicorn(config)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._server.serve(sockets=[self._socket])

    def start(self) -> None:
        """Run in a background thread. The port is bound already, so requests may come at once."""
        self._thread = threading.Thread(target=lambda: run(self.serve()), name="sandbox", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Let ``serve`` return; from any thread."""
        self._server.should_exit = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.em.begin_closing)

    def stop(self) -> None:
        """End the background thread of ``start``."""
        self.end()
        if self._thread is not None:
            self._thread.join(5)
        self._socket.close()


def _bound(host: str, port: int) -> socket.socket:
    # Named as TCP: asyncio sends small answers at once (TCP_NODELAY) only on sockets that say so.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen()  # who knows the address may call at once
    except OSError:
        bound.close()
        raise
    return bound
