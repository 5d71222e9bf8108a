"""The carrier's own API on the wire, whole and broken."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from sandbox.partners.dhl import TOO_MANY, UNAUTHORISED, Answer, Dhl, problem
from sandbox.partners.faults import Switch
from sandbox.partners.hangup import hang_up

MAINTENANCE: Final = "<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>"


def answered(answer: Answer, correlation: str) -> Response:
    headers = {"correlation-id": correlation, **answer.headers}
    return JSONResponse(answer.body, answer.status, headers, media_type=answer.media_type)


class Reset(Response):
    """Not a response: the connection is reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        await hang_up(receive, send)


def tracking(dhl: Dhl) -> list[BaseRoute]:
    """``GET /dhl/track/shipments``, to be mounted under ``/partners``."""

    async def shipments(request: Request) -> Response:
        query = request.query_params
        switch = dhl.fault(query.get("trackingNumber", ""))
        if switch is not None and switch.fault != "slow":
            return _broken(dhl, request, switch)
        if switch is not None and not await _waits(request, switch.seconds):
            dhl.remember(query, None, switch.fault)
            return Response()
        answer = dhl.track(query, request.headers)
        fault = None if switch is None else switch.fault
        return answered(answer, dhl.remember(query, answer.status, fault))

    async def unknown(request: Request) -> Response:
        # The gateway before DHL's APIs says so in words and a shape of its own.
        says = f"Unable to identify proxy for host: default and url: {request.url.path}"
        code = "messaging.adaptors.http.flow.ApplicationNotFound"
        answer = Answer(404, {"fault": {"faultstring": says, "detail": {"errorcode": code}}})
        return answered(answer, dhl.remember(request.query_params, 404, None))

    return [
        Route("/dhl/track/shipments", shipments, methods=["GET"]),
        Route("/dhl/{path:path}", unknown, methods=["GET", "POST", "PUT", "DELETE"]),
    ]


async def _waits(request: Request, seconds: float) -> bool:
    """Whether the asker was still there after so long."""

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    leaving = asyncio.create_task(gone())
    left, _ = await asyncio.wait({leaving}, timeout=seconds)
    leaving.cancel()
    return not left


def _broken(dhl: Dhl, request: Request, switch: Switch) -> Response:
    query = request.query_params
    answer = {
        "quota": Answer(429, TOO_MANY.body, _retry_after(switch)),
        "bad_key": UNAUTHORISED,
        "server_error": problem(switch.status, "Internal Server Error", "An unexpected error occurred."),
    }.get(switch.fault)
    if answer is not None:
        return answered(answer, dhl.remember(query, answer.status, switch.fault))
    if switch.fault == "reset":
        dhl.remember(query, None, switch.fault)
        return Reset()
    page = MAINTENANCE if switch.fault == "not_json" else ""
    return HTMLResponse(page, headers={"correlation-id": dhl.remember(query, 200, switch.fault)})


def _retry_after(switch: Switch) -> dict[str, str]:
    return {} if switch.retry_after is None else {"Retry-After": str(switch.retry_after)}
