"""Slack's requests over Socket Mode, for those who cannot open a port to the world."""

import asyncio
import logging

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from handlers.bodies import storable
from handlers.slack.inflight import Inflight
from handlers.slack.shapes import has_shape

log = logging.getLogger(__name__)

CONNECTIONS = 2
"""Slack renews a connection every few hours, and closes the old one first: two leave no gap
(docs.slack.dev/apis/events-api/using-socket-mode)."""

DEADLINE_SECONDS = 10.0
"""``connect_async`` waits for ever where nobody answers."""

LONGEST_WAIT_SECONDS = 30.0


class _Handler(AsyncSocketModeHandler):
    """Counts a request as in work until its envelope is acknowledged; takes from it what the door over HTTP takes."""

    def __init__(self, app: AsyncApp, app_token: str, inflight: Inflight) -> None:
        super().__init__(app, app_token)
        self._inflight = inflight

    async def handle(  # type: ignore[override]  # the SDK's own narrows it alike
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        if not has_shape(req.payload):
            log.warning("refused a request over a socket: garbled body")
            # Else Slack would send it again, and it would be no more readable.
            await client.send_socket_mode_response(SocketModeResponse(req.envelope_id))
            return
        req.payload = storable(req.payload)
        with self._inflight.request():
            await super().handle(client, req)


class Sockets:
    """Opens the connections and keeps trying; once open, the SDK renews them by itself."""

    def __init__(self, app: AsyncApp, app_token: str, inflight: Inflight) -> None:
        self._app = app
        self._token = app_token
        self._inflight = inflight
        self._handlers: list[AsyncSocketModeHandler] = []
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Begin to connect, in the background."""
        self._handlers = [_Handler(self._app, self._token, self._inflight) for _ in range(CONNECTIONS)]
        self._tasks = [asyncio.create_task(self._connect(handler)) for handler in self._handlers]

    async def close(self) -> None:
        """Take no more requests."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for handler in self._handlers:
            await handler.client.close()  # type: ignore[no-untyped-call]  # the SDK says nothing of it

    async def _connect(self, handler: AsyncSocketModeHandler) -> None:
        wait = 1.0
        while True:
            try:
                async with asyncio.timeout(DEADLINE_SECONDS):
                    await handler.client.connect()  # type: ignore[no-untyped-call]  # as below
            except Exception as error:  # noqa: BLE001  # whatever it is, the answer is to try again
                log.warning("socket not connected (%s); next try in %.0f s", type(error).__name__, wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
            else:
                log.info("socket connected")
                return
