"""Slack is away when the program starts: nobody knows yet which team the bot is installed in."""

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.factory import Outside, services_on
from bot.transports.installation import Installation
from storage.database import Database
from storage.facts import Allowance
from tests.desk import Desk, by_address
from tests.doubles import Clock, Nudges, RememberingChannels, RememberingPartner, RememberingTransport
from tests.factories import TEAM


async def test_what_waits_for_slack_to_say_whose_bot_it_is_is_no_failure_and_goes_out_at_once_then(
    desk: Desk,
    database: Database,
    clock: Clock,
    transport: RememberingTransport,
    channels: RememberingChannels,
    dhl: RememberingPartner,
    allowance: Allowance,
    caplog: pytest.LogCaptureFixture,
) -> None:
    installation = Installation("xoxb-1")
    outside = Outside(transport, channels, [dhl], allowance, lambda: installation.team_id)
    just_started = services_on(database, clock.now, outside, Nudges())
    await desk.flag("amazon")
    for _ in range(20):
        await just_started.alerts.deliver_due()
        clock.advance(seconds=5)
    assert not transport.sent
    assert not caplog.records

    async def auth_test(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "team_id": TEAM})

    slack = web.Application()
    slack.router.add_post("/api/auth.test", auth_test)
    async with TestServer(slack) as server, ClientSession() as session:
        client = AsyncWebClient(base_url=str(server.make_url("/api/")), session=session)
        async with installation.known(client):
            await just_started.alerts.deliver_due()
    assert {"C0AMAZON", "C0CBP", "C0DHL", "C0IPRC"} <= set(by_address(transport.sent))
