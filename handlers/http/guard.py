"""What every request to the API has to pass before anything of it is read: whose key it carries, and how much it brings."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from email.message import Message
from http import HTTPStatus
from typing import Any

from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.requests import Request
from starlette.responses import Response

from bot.domain.audit import AuditEntry
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.roles import Actor
from bot.services.all import Services
from bot.services.api_flags import THROUGH
from bot.services.api_keys import UNKNOWN_KEY
from handlers.bodies import TooLarge, whole
from handlers.http.problems import Problem

LARGEST_BODY = 64_000
"""Bytes. A flag with all the words it may have is a quarter of it."""

BEARER = HTTPBearer(
    scheme_name="API key",
    description="A key of your organisation, `ofa_…`. An admin of the operation makes it with `/op keys`.",
    auto_error=False,
)
"""For the description alone: :class:`GuardedRoute` has looked before it is asked."""


class GuardedRoute(APIRoute):
    """A route that nobody reaches without a key, and no body but a JSON of decent size."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            actor = request.state.caller = await _caller(request)
            try:
                return await handle(await _with_json(request) if request.method == "POST" else request)
            except (NotAllowed, NotFound) as refusal:
                what = type(refusal).__name__
                entry = AuditEntry.by(actor, "request.refused", THROUGH, datetime.now(UTC), why=what)
                await services(request).audit.record(entry)
                raise

        return guarded


def caller(request: Request) -> Actor:
    """Whom the request's key acts as."""
    actor: Actor = request.state.caller
    return actor


def services(request: Request) -> Services:
    """What the routes call."""
    found: Services = request.app.state.services
    return found


async def _caller(request: Request) -> Actor:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        headers = {"WWW-Authenticate": 'Bearer realm="operation"'}
        raise Problem(HTTPStatus.UNAUTHORIZED, UNKNOWN_KEY, headers=headers)
    return await services(request).api_keys.caller(token.strip())


async def _with_json(request: Request) -> Request:
    media_type = Message()
    media_type["content-type"] = request.headers.get("content-type", "")
    if media_type.get_content_type() != "application/json":
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "Send the flag as JSON, with the header Content-Type: application/json.",
            headers={"Accept-Post": "application/json"},
        )
    try:
        return _Read(request, await whole(request, LARGEST_BODY))
    except TooLarge:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The body is larger than {LARGEST_BODY} bytes. Send one flag in each request.",
        ) from None


class _Read(Request):
    """A request whose body has been read."""

    def __init__(self, request: Request, body: bytes) -> None:
        super().__init__(request.scope, request.receive)
        self._whole = body

    async def body(self) -> bytes:
        return self._whole
