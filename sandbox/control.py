"""The control API under ``/sandbox/``: everything a person can do and see, and everything a tester turns (README)."""

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from sandbox import bench, stream
from sandbox.manifest import ManifestError
from sandbox.people import acting, forms, places, uploading, writing
from sandbox.people.deed import FIELDS, BadRequest, Deed, NotFound, body_of
from sandbox.reading import check_fields, whole_number
from sandbox.recording import RecordingError
from sandbox.saving import LoadError
from sandbox.seed import SeedError
from sandbox.shapes import channel_shape, message_shape, person_shape, sidebar_entry, view_shape
from sandbox.state import Json, Message, Person

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

DEEDS: dict[str, Callable[[Deed], Awaitable[Json]]] = {
    "type": writing.type_,
    "edit": writing.edit,
    "delete": writing.delete,
    "dismiss": writing.dismiss,
    "preview": writing.preview,
    "act": acting.act,
    "suggest": acting.suggest,
    "shortcut": acting.shortcut,
    "submit": forms.submit,
    "close": forms.close,
    "home": forms.home,
    "upload": uploading.upload,
    "react": places.react,
    "join": places.join,
    "leave": places.leave,
    "invite": places.invite,
    "remove": places.remove,
    "converse": places.converse,
    "read": places.read,
}

log = logging.getLogger(__name__)

Handler = Callable[["Emulator", Request], Awaitable[Json]]


def routes(em: "Emulator") -> list[BaseRoute]:
    def route(path: str, handler: Handler, *methods: str) -> Route:
        return Route(path, _guarded(em, handler), methods=list(methods or ("GET",)))

    async def streamed(request: Request) -> Response:
        return await stream.events(em, request)

    async def followed(websocket: WebSocket) -> None:
        await stream.follow(em, websocket)

    async def file(request: Request) -> Response:
        return await bench.file(em, request)

    return [
        route("/workspace", _workspace),
        route("/people/{user}", _person),
        route("/people/{user}/messages", _messages),
        route("/people/{user}/{deed}", _deed, "POST"),
        Route("/stream", streamed),
        WebSocketRoute("/stream", followed),
        route("/changes", stream.changes),
        route("/traffic", bench.traffic),
        route("/traffic", bench.forget_traffic, "DELETE"),
        route("/traffic/{id:int}", bench.traffic_record),
        *(route(path, handler, *methods) for path, handler, methods in bench.ROUTES),
        Route("/files/{id}", file),
    ]


def _guarded(em: "Emulator", handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await handler(em, request))
        except (BadRequest, LoadError, ManifestError, RecordingError, SeedError, ValueError) as error:
            return _refused(400, "bad_request", str(error))
        except NotFound as error:
            return _refused(404, "not_found", str(error))
        except Exception as error:
            log.exception("%s %s failed", request.method, request.url.path)
            return _refused(500, "internal_error", f"The sandbox itself failed, its own mistake: {error!r}.")

    return endpoint


def _refused(status: int, error: str, shown: str) -> Response:
    return JSONResponse({"ok": False, "error": error, "shown": shown}, status_code=status)


def _who(em: "Emulator", request: Request) -> Person:
    user = request.path_params["user"]
    person = em.workspace.people.get(user)
    if person is None:
        raise NotFound(f"There is no person {user}.")
    return person


async def _deed(em: "Emulator", request: Request) -> Json:
    deed = DEEDS.get(request.path_params["deed"])
    if deed is None:
        raise NotFound(f"People cannot {request.path_params['deed']} here; they can {', '.join(DEEDS)}.")
    body = await body_of(request)
    check_fields(body, FIELDS)
    answer = await deed(Deed(em, _who(em, request), body))
    return {**answer, "version": em.changes.version}


async def _workspace(em: "Emulator", _request: Request) -> Json:
    workspace, app = em.workspace, em.workspace.app
    teams = [{"id": t.id, "name": t.name, "domain": t.domain} for t in workspace.teams.values()]
    return {
        "ok": True,
        "version": em.changes.version,
        "team": teams[0],
        "teams": teams,
        "app": {
            "id": app.id,
            "name": app.name,
            "bot_id": app.bot_id,
            "bot_user": app.bot_user,
            "home": app.home_tab,
            "messages_tab": app.messages_tab,
            "messages_tab_read_only": app.messages_tab_read_only,
            "commands": [
                {"command": c.command, "description": c.description, "usage_hint": c.usage_hint}
                for c in app.commands
            ],
            "shortcuts": [
                {"type": s.type, "name": s.name, "description": s.description, "callback_id": s.callback_id}
                for s in app.shortcuts
            ],
            "scopes": list(app.scopes),
            "events": list(app.events),
        },
        "bot": em.presence.shape(),
        "people": [person_shape(person) for person in workspace.people.values()],
        "channels": [channel_shape(channel) for channel in workspace.channels.values()],
        "usergroups": [
            {"id": g.id, "handle": g.handle, "name": g.name, "users": list(g.users)}
            for g in workspace.usergroups.values()
        ],
        "clock": bench.clock_shape(em),
        **em.switches_shape(),
        "scheduled": [
            {"id": s.id, "channel": s.channel, "post_at": s.post_at, "text": s.body.get("text", "")}
            for s in workspace.scheduled.values()
        ],
    }


async def _person(em: "Emulator", request: Request) -> Json:
    person = _who(em, request)
    workspace = em.workspace
    home = workspace.homes.get(person.id)
    return {
        "ok": True,
        "version": em.changes.version,
        "person": person_shape(person),
        "channels": [
            sidebar_entry(c, person.id) for c in workspace.channels.values() if workspace.sees(person.id, c)
        ],
        "modals": [view_shape(workspace, view) for view in workspace.modals.get(person.id, [])],
        "home": view_shape(workspace, home) if home else None,
    }


async def _messages(em: "Emulator", request: Request) -> Json:
    person = _who(em, request)
    query = request.query_params
    channel = em.workspace.channels.get(query.get("channel", ""))
    if channel is None or not em.workspace.sees(person.id, channel):
        raise NotFound(f"{person.name} sees no channel {query.get('channel')!r}.")
    thread, before = query.get("thread_ts"), query.get("before")
    limit = max(1, whole_number(query, "limit", 200))
    found: list[Message] = []
    for message in reversed(channel.messages.values()):
        if len(found) > limit:
            break
        if before is not None and message.ts >= before:
            continue
        if message.only_visible_to in (None, person.id) and _stands_there(message, thread):
            found.append(message)
    shown = [message_shape(message, person.id) for message in reversed(found[:limit])]
    return {"ok": True, "version": em.changes.version, "messages": shown, "has_more": len(found) > limit}


def _stands_there(message: Message, thread: str | None) -> bool:
    if thread is not None:
        return thread in (message.ts, message.thread_ts)
    return not message.is_reply or message.body.get("subtype") == "thread_broadcast"
