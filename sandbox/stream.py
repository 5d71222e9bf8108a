"""Changes, as server-sent events for pages and as a list for tests."""

import asyncio
import json
import math
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

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
    last = request.headers.get("last-event-id") or query.get("after")
    after = int(last) if last and last.isdecimal() and len(last) < 19 else em.changes.version
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _events(em, after, query.get("user")), media_type="text/event-stream", headers=headers
    )


async def _events(em: "Emulator", after: int, user: str | None) -> AsyncIterator[str]:
    yield ": here we are\n\n"
    now = asyncio.get_running_loop().time
    said = now()
    while not em.closing:
        fresh = em.changes.since(after, user)
        if fresh is None:
            after = em.changes.version
            yield _event(after, "reset", {})
            continue
        seen = em.changes.version
        for change in fresh:
            yield _event(change.version, change.kind, change.data)
        if fresh:
            said = now()
        elif now() - said >= HEARTBEAT_SECONDS:
            yield "event: alive\ndata: {}\n\n"
            said = now()
        after = seen
        if em.changes.version == seen:
            await em.changes.wait(HEARTBEAT_SECONDS)


def _event(version: int, kind: str, data: Json) -> str:
    return f"id: {version}\nevent: {kind}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
