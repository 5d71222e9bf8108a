"""Changes, over a WebSocket for pages, as server-sent events for programs and as a list for tests."""

import asyncio
import contextlib
import json
import math
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.changes import Change
from sandbox.reading import whole_number
from sandbox.state import Json

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

HEARTBEAT_SECONDS = 15.0
LONGEST_WAIT = 30.0


async def changes(em: "Emulator", request: Request) -> Json:
    """``GET /sandbox/changes``: at once if there are any, else when the first comes; without ``after`` only the version."""
    query = request.query_params
    if "after" not in query:
        return {"version": em.changes.version, "changes": [], "reset": False}
    after, user = whole_number(query, "after", 0), query.get("user")
    wait = float(query.get("wait", "0"))
    if math.isnan(wait):
        raise ValueError("`wait` must be seconds.")
    deadline = asyncio.get_running_loop().time() + min(wait, LONGEST_WAIT)
    while True:
        fresh = em.changes.since(after, user)
        remaining = deadline - asyncio.get_running_loop().time()
        if fresh is None:
            return {"version": em.changes.version, "changes": [], "reset": True}
        if fresh or remaining <= 0 or em.closing:
            shown = [{"version": c.version, "kind": c.kind, "data": c.data} for c in fresh]
            return {"version": em.changes.version, "changes": shown, "reset": False}
        await em.changes.wait(remaining)


async def events(em: "Emulator", request: Request) -> Response:
    """``GET /sandbox/stream``."""
    query = request.query_params
    after = _number(em, request.headers.get("last-event-id") or query.get("after"))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _events(em, after, query.get("user")), media_type="text/event-stream", headers=headers
    )


async def follow(em: "Emulator", websocket: WebSocket) -> None:
    """The same over a WebSocket: of requests without an end a browser has six to one address, for all its windows together."""
    query = websocket.query_params
    await websocket.accept()
    telling = asyncio.create_task(
        _tell(websocket, _told(em, _number(em, query.get("after")), query.get("user")))
    )
    try:
        while (await websocket.receive())["type"] != "websocket.disconnect":
            pass  # a page has nothing to say here
    finally:
        telling.cancel()


def _number(em: "Emulator", last: str | None) -> int:
    return int(last) if last and last.isdecimal() and len(last) < 19 else em.changes.version


async def _told(em: "Emulator", after: int, user: str | None) -> AsyncIterator[Change | None]:
    """What happens from ``after`` on until the sandbox ends; None is a sign of life where nothing does."""
    now = asyncio.get_running_loop().time
    said = now()
    while not em.closing:
        fresh = em.changes.since(after, user)
        if fresh is None:
            after = em.changes.version
            yield Change(after, "reset", {})
            continue
        seen = em.changes.version
        for change in fresh:
            yield change
        if fresh:
            said = now()
        elif now() - said >= HEARTBEAT_SECONDS:
            yield None
            said = now()
        after = seen
        if em.changes.version == seen:
            await em.changes.wait(HEARTBEAT_SECONDS)


async def _events(em: "Emulator", after: int, user: str | None) -> AsyncIterator[str]:
    yield ": here we are\n\n"
    async for change in _told(em, after, user):
        if change is None:
            yield "event: alive\ndata: {}\n\n"
        else:
            yield f"id: {change.version}\nevent: {change.kind}\ndata: {_line(change.data)}\n\n"


async def _tell(websocket: WebSocket, told: AsyncIterator[Change | None]) -> None:
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # the page has gone
        async for change in told:
            said = (
                {"kind": "alive"}
                if change is None
                else {"version": change.version, "kind": change.kind, "data": change.data}
            )
            await websocket.send_text(_line(said))
        await websocket.close()


def _line(data: Json) -> str:
    return json.dumps(data, separators=(",", ":"))
