"""``python -m tests.bench.floor``: the least a command can cost with Bolt, which this project is compared with.

Bolt's ``AsyncApp`` as its documentation shows it, behind Starlette and uvicorn, with one command that only acks.
With ``--no-poll`` it has ``process_before_response``, as this project has: without, Bolt looks for the ack every
10 ms, which is all that one person at a time can see of it.
"""

import os
import sys

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.bench.child import end_with_parent, loopback_socket


def make_app(*, no_poll: bool) -> Starlette:
    token = os.environ["SLACK_BOT_TOKEN"]
    bolt = AsyncApp(
        token=token,
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        client=AsyncWebClient(token=token, base_url=os.environ["SLACK_API_URL"]),
        process_before_response=no_poll,
    )
    handler = AsyncSlackRequestHandler(bolt)

    @bolt.command("/floor")
    async def floor(ack: AsyncAck) -> None:
        await ack("ok")

    async def slack(request: Request) -> Response:
        return await handler.handle(request)

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(
        routes=[Route("/slack/events", slack, methods=["POST"]), Route("/healthz", healthz, methods=["GET"])]
    )


if __name__ == "__main__":
    end_with_parent()
    listening = loopback_socket()
    app = make_app(no_poll="--no-poll" in sys.argv[1:])
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[listening])
