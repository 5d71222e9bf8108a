"""What comes over a socket that Slack would never send."""

import asyncio
import logging
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.transports.installation import Installation
from handlers.slack.bolt import bolt_app
from handlers.slack.inflight import Inflight
from handlers.slack.sockets import CONNECTIONS, Sockets

ENVELOPE = {"type": "slash_commands", "envelope_id": "E1", "accepts_response_payload": True}


async def acks_of(payload: dict[str, Any]) -> list[Any]:
    """What a program answers that gets this once by each of its connections."""
    acks: list[Any] = []
    all_answered = asyncio.Event()

    async def open_one(request: web.Request) -> web.Response:
        return web.json_response(
            {"ok": True, "url": str(server.make_url("/socket")).replace("http", "ws", 1)}
        )

    async def socket(request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        await connection.send_json({"type": "hello"})
        await connection.send_json(ENVELOPE | {"payload": payload})
        async for frame in connection:
            acks.append(frame.json())
            if len(acks) == CONNECTIONS:
                all_answered.set()
        return connection

    slack = web.Application()
    slack.router.add_post("/api/apps.connections.open", open_one)
    slack.router.add_get("/socket", socket)
    async with TestServer(slack) as server, ClientSession() as session:
        client = AsyncWebClient(base_url=str(server.make_url("/api/")), session=session)
        sockets = Sockets(bolt_app(client, Installation("xoxb-1")), "xapp-1", Inflight())
        sockets.open()
        try:
            async with asyncio.timeout(10):
                await all_answered.wait()
        finally:
            await sockets.close()
    return acks


async def test_what_can_never_be_read_is_acknowledged_so_that_slack_does_not_send_it_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, "handlers"):
        acks = await acks_of({"type": "view_submission", "view": "a-word-that-no-log-may-hold"})
    assert acks == [{"envelope_id": "E1"}] * CONNECTIONS
    assert caplog.messages == ["refused a request over a socket: garbled body"] * CONNECTIONS
