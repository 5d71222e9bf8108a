"""``python -m tests.bench.slack SECONDS``: as much of Slack and of DHL as the bot calls, each call taking so long.

It checks nothing and remembers one number: how many messages it was sent, at ``/told``.
"""

import asyncio
import sys
from itertools import count

from aiohttp import web

from tests.bench.child import end_with_parent, loopback_socket

BOT = {
    "ok": True,
    "team_id": "T0OPS",
    "team": "Operation",
    "user_id": "U0BOT",
    "user": "bot",
    "bot_id": "B0BOT",
}


SHIPMENT = {
    "service": "express",
    "origin": {"address": {"addressLocality": "Shenzhen", "countryCode": "CN"}},
    "destination": {"address": {"addressLocality": "Newark", "countryCode": "US"}},
    "status": {
        "timestamp": "2026-01-05T09:30:00",
        "location": {"address": {"addressLocality": "Leipzig", "countryCode": "DE"}},
        "statusCode": "transit",
        "status": "Clearance processing complete",
        "description": "Clearance processing complete at Leipzig",
    },
}
"""In the shape of DHL Shipment Tracking – Unified; an answer like it is asked for again after half an hour."""


class SlowSlack:
    """Answers after ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._numbers = count(1)
        self._told = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.get("/told", self._how_many),
                web.post("/api/auth.test", self._auth_test),
                web.post("/api/conversations.members", self._members),
                web.post("/api/conversations.info", self._channel),
                web.post("/api/chat.postMessage", self._message),
                web.post("/api/chat.update", self._message),
                web.post("/response/{number}", self._respond),
                web.get("/track/shipments", self._shipment),
            ]
        )
        return app

    async def _how_many(self, _: web.Request) -> web.Response:
        return web.json_response(self._told)

    async def _auth_test(self, _: web.Request) -> web.Response:
        await asyncio.sleep(self._seconds)
        return web.json_response(BOT)

    async def _members(self, request: web.Request) -> web.Response:
        """The analyst of the organisation whose channel it is, as the example operation names both, and the bot."""
        await asyncio.sleep(self._seconds)
        analyst = f"U0{request.query['channel'].removeprefix('C0')}1"
        return web.json_response({"ok": True, "members": [analyst, BOT["user_id"]]})

    async def _channel(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self._seconds)
        return web.json_response({"ok": True, "channel": {"id": request.query["channel"], "is_member": True}})

    async def _message(self, request: web.Request) -> web.Response:
        sent = await request.json()
        await asyncio.sleep(self._seconds)
        self._told += 1
        ts = sent.get("ts") or f"1767614400.{next(self._numbers):06}"
        return web.json_response({"ok": True, "channel": sent["channel"], "ts": ts})

    async def _respond(self, _: web.Request) -> web.Response:
        await asyncio.sleep(self._seconds)
        return web.Response(text="ok")

    async def _shipment(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self._seconds)
        return web.json_response({"shipments": [{"id": request.query["trackingNumber"], **SHIPMENT}]})


async def _serve(seconds: float) -> None:
    runner = web.AppRunner(SlowSlack(seconds).app(), access_log=None)
    await runner.setup()
    await web.SockSite(runner, loopback_socket()).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    end_with_parent()
    asyncio.run(_serve(float(sys.argv[1])))
