"""Carries out a switch on Slack's side of the wire: errors, proxies' pages, silence, resets."""

import asyncio

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.partners.hangup import hang_up
from sandbox.switches import Switch

_PROXY_PAGE = """<html><head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>envoy</center></body></html>
"""


class Reset(Response):
    """No response: the connection is reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await hang_up(receive, send)


async def answer(request: Request, switch: Switch) -> Response:
    """The answer instead of the true one. ``slow`` is not among them: there the true one comes late (``pause``)."""
    if switch.fault == "html":
        return HTMLResponse(_PROXY_PAGE, status_code=502)
    if switch.fault == "empty":
        return Response(b"", status_code=200)
    if switch.fault == "error":
        return _error(switch)
    if switch.fault == "nothing":
        await _until_the_caller_gives_up(request)
    return Reset()


async def pause(switch: Switch) -> None:
    await asyncio.sleep(switch.seconds or 1.0)


async def _until_the_caller_gives_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _error(switch: Switch) -> Response:
    limited = switch.error in ("ratelimited", "rate_limited")
    status = 429 if limited and switch.status == 200 else switch.status
    headers = {"Retry-After": str(switch.retry_after or 1)} if limited or switch.retry_after else {}
    return JSONResponse({"ok": False, "error": switch.error}, status_code=status, headers=headers)
