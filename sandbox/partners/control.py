"""The control API of the partners: what a tester turns. The package's docstring says what each route does."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.partners.dhl import Dhl
from sandbox.partners.faults import FAULTS
from sandbox.partners.parcels import Json, Parcel
from sandbox.reading import read_json

log = logging.getLogger(__name__)

Turn = Callable[[Dhl, Request, Json], Json | None]


class NotThereError(Exception):
    """There is no such parcel or switch; the message is the sentence shown."""


def overview(dhl: Dhl, _request: Request, _body: Json) -> Json:
    limits = dhl.shown()["limits"]
    return {"partners": [{"key": "dhl", "name": "DHL Shipment Tracking – Unified", "limits": limits}]}


def state(dhl: Dhl, _request: Request, _body: Json) -> Json:
    return {"partner": "dhl", "faults": FAULTS, **dhl.shown()}


def reset(dhl: Dhl, _request: Request, _body: Json) -> None:
    dhl.reset()
    dhl.changed()


def limits(dhl: Dhl, _request: Request, body: Json) -> Json:
    dhl.set_limits(body)
    return {"limits": dhl.shown()["limits"]}


def switch_on(dhl: Dhl, _request: Request, body: Json) -> Json:
    return {"switch": dhl.add_switch(body).shown()}


def switch_off(dhl: Dhl, request: Request, _body: Json) -> None:
    switch_id = request.path_params.get("switch")
    if not dhl.switches.remove(switch_id):
        raise NotThereError(f"There is no switch {switch_id}.")
    dhl.changed()


def add(dhl: Dhl, _request: Request, body: Json) -> Json:
    return {"parcel": dhl.parcel_shown(dhl.add(body))}


def parcel(dhl: Dhl, request: Request, _body: Json) -> Json:
    return {"parcel": dhl.parcel_shown(_named(dhl, request))}


def remove(dhl: Dhl, request: Request, _body: Json) -> None:
    dhl.parcels.remove(_named(dhl, request))
    dhl.changed()


def move(dhl: Dhl, request: Request, body: Json) -> Json:
    moving = _named(dhl, request)
    moved = dhl.move(moving, str(body.get("by", "step")))
    return {"moved": moved, "parcel": dhl.parcel_shown(moving)}


def event(dhl: Dhl, request: Request, body: Json) -> Json:
    happening = _named(dhl, request)
    dhl.add_event(happening, body)
    return {"parcel": dhl.parcel_shown(happening)}


TURNS: Final[tuple[tuple[str, str, Turn], ...]] = (
    ("GET", "/", overview),
    ("GET", "/dhl", state),
    ("POST", "/dhl/reset", reset),
    ("POST", "/dhl/limits", limits),
    ("POST", "/dhl/switches", switch_on),
    ("DELETE", "/dhl/switches", switch_off),
    ("DELETE", "/dhl/switches/{switch:int}", switch_off),
    ("POST", "/dhl/parcels", add),
    ("GET", "/dhl/parcels/{number}", parcel),
    ("DELETE", "/dhl/parcels/{number}", remove),
    ("POST", "/dhl/parcels/{number}/move", move),
    ("POST", "/dhl/parcels/{number}/event", event),
)


def control(dhl: Dhl) -> list[BaseRoute]:
    """To be mounted under ``/sandbox/partners``."""
    return [Route(path, _turned(turn, dhl), methods=[method]) for method, path, turn in TURNS]


def _turned(turn: Turn, dhl: Dhl) -> Callable[[Request], Awaitable[Response]]:
    """Reads the body, and tells what is wrong with it in a sentence."""

    async def endpoint(request: Request) -> Response:
        try:
            raw = await request.body()
            body = read_json(raw) if raw else {}
            if not isinstance(body, dict):
                return _refused(400, "bad_request", "Send a JSON object.")
            return JSONResponse({"ok": True, **(turn(dhl, request, body) or {})})
        except NotThereError as error:
            return _refused(404, "not_found", str(error))
        except ValueError as error:
            return _refused(400, "bad_request", str(error))
        except Exception as error:
            log.exception("%s %s failed", request.method, request.url.path)
            return _refused(500, "internal_error", f"The sandbox itself failed, its own mistake: {error!r}.")

    return endpoint


def _refused(status: int, error: str, shown: str) -> Response:
    return JSONResponse({"ok": False, "error": error, "shown": shown}, status)


def _named(dhl: Dhl, request: Request) -> Parcel:
    number, service = request.path_params["number"], request.query_params.get("service")
    found = dhl.found(number, service)
    if not found:
        raise NotThereError(f"There is no parcel {number}; GET /sandbox/partners/dhl lists them.")
    return found[0]
