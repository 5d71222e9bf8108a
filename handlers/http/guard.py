"""What every request to the API has to pass before anything of it is read: whose key it carries, and how much it brings."""

import json
from collections.abc import Callable, Coroutine
from contextlib import suppress
from email.message import Message
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.requests import Request
from starlette.responses import Response

from bot.domain.audit import MARKING_FIELDS, goes_into_the_trail
from bot.domain.errors import BotError
from bot.domain.people import Person
from bot.domain.roles import Actor
from bot.services.all import Services
from bot.services.api_flags import THROUGH
from bot.services.api_keys import UNKNOWN_KEY
from handlers.bodies import TooLarge, storable, whole
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
            except BotError as refusal:
                if goes_into_the_trail(refusal):
                    await _keep(request, actor, type(refusal).__name__, getattr(refusal, "field", None))
                raise
            except RequestValidationError as error:
                for field in sorted(
                    MARKING_FIELDS & {str(each["loc"][1]) for each in error.errors() if each["loc"][1:]}
                ):
                    await _keep(request, actor, "InvalidInput", field)
                raise

        return guarded


async def _keep(request: Request, actor: Actor, why: str, field: str | None) -> None:
    who = Person(actor.slack_team, actor.slack_user)
    await services(request).audit.refused(who, actor.organisation, THROUGH, why, field)


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
        body = await whole(request, LARGEST_BODY)
    except TooLarge:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The body is larger than {LARGEST_BODY} bytes. Send one flag in each request.",
        ) from None
    _refuse_names_twice(body)
    return _Read(request, body)


def _refuse_names_twice(body: bytes) -> None:
    """Of two values under one name nobody can say which was meant: of a marking, it may be the stricter one."""
    with suppress(ValueError, RecursionError):  # what is no JSON is said to be none where it is read
        json.loads(body, object_pairs_hook=_named_once)


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for name, value in pairs:
        if name in named:
            detail = f"“{storable(name)[:40]}” stands there twice. Send each name once."
            raise Problem(HTTPStatus.BAD_REQUEST, detail)
        named[name] = value
    return named


class _Read(Request):
    """A request whose body has been read."""

    def __init__(self, request: Request, body: bytes) -> None:
        super().__init__(request.scope, request.receive)
        self._whole = body

    async def body(self) -> bytes:
        return self._whole
