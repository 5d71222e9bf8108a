"""What is sent to Slack beside its Web API."""

from dataclasses import replace

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.messages.blocks import Message
from bot.transports.slack import SlackTransport
from tests.desk import Desk

HOOK = "http://hooks.slack.example/commands/T0OPS/1/abc"


async def test_a_response_url_is_reached_through_the_proxy_that_slacks_other_addresses_are_reached_through(
    desk: Desk,
) -> None:
    asked: list[str] = []

    async def forward(request: web.Request) -> web.Response:
        asked.append(request.raw_path)
        return web.Response(text="ok")

    await desk.flag("amazon")
    card, *_ = await desk.deliver_all()
    proxy = web.Application()
    proxy.router.add_post("/{anything:.*}", forward)
    async with TestServer(proxy) as server, ClientSession() as session:
        transport = SlackTransport(AsyncWebClient("xoxb-1", proxy=str(server.make_url("/")), session=session))
        await transport.respond(replace(card.delivery, address=HOOK), Message("Hello.", []), replace=False)
    assert asked == [HOOK]
