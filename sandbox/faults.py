"""Carries out a switch on Slack's side of the wire: errors, proxies' pages, silence, resets."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.partners.hangup import hang_up
from sandbox.switches import Switch
from sandbox.traffic import Record

_PROXY_PAGE = """<html><head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>envoy</center></body></html>
"""


class Reset(Response):
    """No response: the connection is reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await hang_up(receive, send)


async def through(
    request: Request, record: Record, switch: Switch | None, serve: Callable[[], Response]
) -> Response:
    """The true answer (``serve`` makes it and notes a refusal in ``record``), late, or another one in its place."""
    if switch is None:
        return serve()
    if switch.fault == "slow":
        await asyncio.sleep(switch.seconds or 1.0)
    if switch.fault == "slow" or switch.carried_out:
        true = serve()
        if record.error is not None:
            return true
    record.meant, record.sentence = True, f"A switch: {switch.fault}."
    if switch.fault == "slow":
        return true
    record.error = switch.error if switch.fault == "error" else switch.fault
    return await _instead(request, switch)


async def _instead(request: Request, switch: Switch) -> Response:
    if switch.fault == "html":
        return HTMLResponse(_PROXY_PAGE, status_code=502)
    if switch.fault == "empty":
        return Response(b"", status_code=200)
    if switch.fault == "error":
        return _error(switch)
    if switch.fault == "nothing":
        await _until_the_caller_gives_up(request)
    return Reset()


async def _until_the_caller_gives_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _error(switch: Switch) -> Response:
    limited = switch.error in ("ratelimited", "rate_limited")
    status = 429 if limited and switch.status == 200 else switch.status
    headers = {"Retry-After": str(switch.retry_after or 1)} if limited or switch.retry_after else {}
    return JSONResponse({"ok": False, "error": switch.error}, status_code=status, headers=headers)
