"""The tester's bench of the control API: clock, switches, limits, traffic, the bot's address, people and channels."""

from collections.abc import Awaitable, Callable
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from sandbox import manifest as manifests
from sandbox import membership, seed, together
from sandbox.delivery import Delivery
from sandbox.people.deed import BadRequest, NotFound, body_of
from sandbox.reading import check_fields, whole_number
from sandbox.shapes import channel_shape, person_shape
from sandbox.slack.methods import METHODS
from sandbox.state import Channel, Command, Json, Shortcut, Team
from sandbox.switches import DELIVERIES
from sandbox.traffic import Record

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

Handler = Callable[["Emulator", Request], Awaitable[Json]]

T = TypeVar("T")

FURTHEST = 10 * 366 * 86400
"""Seconds that the clock goes on at a time."""

APP_FIELDS = {
    "manifest": "an object",
    "scopes": "a list of strings",
    "events": "a list of strings",
    "commands": "a list of objects",
    "shortcuts": "a list of objects",
    "token_revoked": "true or false",
}

MODES = ("auto", "http", "socket")
DISCONNECTS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets", "drop")


def clock_shape(em: "Emulator") -> Json:
    return {"now": em.clock.now(), "offset": em.clock.offset}


async def traffic(em: "Emulator", request: Request) -> Json:
    query = request.query_params
    records = em.traffic.list(
        after=whole_number(query, "after", 0),
        limit=whole_number(query, "limit", 200),
        name=query.get("name"),
        refused=query.get("refused") in ("1", "true"),
    )
    whole = query.get("whole") in ("1", "true")
    return {"ok": True, "traffic": [r.whole() if whole else r.summary() for r in records]}


async def traffic_record(em: "Emulator", request: Request) -> Json:
    return {"ok": True, "record": _record(em, request.path_params["id"]).whole()}


async def forget_traffic(em: "Emulator", _request: Request) -> Json:
    em.traffic.clear()
    return {"ok": True}


async def file(em: "Emulator", request: Request) -> Response:
    found = em.workspace.files.get(request.path_params["id"])
    if found is None:
        return Response("no such file", status_code=404)
    # A page shows pictures; anything else is handed over as a download and never run.
    disposition = "inline" if found.mimetype in ("image/png", "image/jpeg", "image/gif") else "attachment"
    headers = {
        "Content-Disposition": disposition,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
    }
    return Response(found.content, media_type=found.mimetype, headers=headers)


async def _reset(em: "Emulator", request: Request) -> Json:
    wanted = (await body_of(request)).get("seed")
    if wanted is not None and not isinstance(wanted, str | dict):
        raise BadRequest("`seed` must be the name of a seed, or a seed.")
    return {"ok": True, "shown": await together.reset(em, wanted)}


async def _save(em: "Emulator", _request: Request) -> Json:
    return await together.save(em)


async def _load(em: "Emulator", request: Request) -> Json:
    return {"ok": True, "shown": await together.load(em, await body_of(request))}


async def _clock(em: "Emulator", _request: Request) -> Json:
    return {"ok": True, **clock_shape(em)}


async def _advance(em: "Emulator", request: Request) -> Json:
    body = await body_of(request)
    check_fields(body, {"advance": "a number"})
    seconds = body.get("advance")
    if seconds is None or not 0 <= seconds <= FURTHEST:
        raise BadRequest(f"`advance` must be 0 to {FURTHEST} seconds: the clock does not go back.")
    em.clock.advance(seconds)
    em.changes.publish("clock", clock_shape(em))
    return {"ok": True, **clock_shape(em)}


async def _switches(em: "Emulator", _request: Request) -> Json:
    targets = {
        "methods": ["*", *METHODS],
        "others": ["response_url", "files"],
        "deliveries": ["deliver:*", *(f"deliver:{kind}" for kind in DELIVERIES)],
    }
    return {"ok": True, **em.switches_shape(), "targets": targets}


async def _switch_on(em: "Emulator", request: Request) -> Json:
    switch = em.switches.add(await body_of(request))
    em.tell_switches()
    return {"ok": True, "switch": switch.shown()}


async def _switch_off(em: "Emulator", request: Request) -> Json:
    em.switches.remove(request.path_params.get("id"))
    em.tell_switches()
    return {"ok": True}


async def _limits(em: "Emulator", request: Request) -> Json:
    body = await body_of(request)
    check_fields(body, {"enabled": "true or false"})
    em.limits.enabled = body.get("enabled") is not False
    em.partners.dhl.set_limits({"enabled": em.limits.enabled})
    em.tell_switches()
    return {"ok": True, **em.switches_shape()}


async def _bot(em: "Emulator", _request: Request) -> Json:
    connections = list(em.sockets.connections)
    return {
        "ok": True,
        **em.presence.shape(),
        "connections": connections,
        "reachable": await em.deliverer.reaches_bot(),
    }


async def _set_bot(em: "Emulator", request: Request) -> Json:
    body = await body_of(request)
    check_fields(body, {"url": "a string", "mode": "a string"})
    mode = body.get("mode", em.mode)
    if mode not in MODES:
        raise BadRequest(f"`mode` must be one of {', '.join(MODES)}.")
    em.mode, em.bot_url = mode, body.get("url", em.bot_url)
    em.presence.found()  # by who says where it is
    em.presence.tell()
    return {"ok": True, **em.presence.shape()}


async def _app(em: "Emulator", request: Request) -> Json:
    body = {name: given for name, given in (await body_of(request)).items() if given is not None}
    check_fields(body, APP_FIELDS)
    app = replace(em.workspace.app)  # whole or not at all
    if "manifest" in body:
        manifests.install(app, body["manifest"])
    app.scopes = body.get("scopes", app.scopes)
    app.events = body.get("events", app.events)
    if "commands" in body:
        app.commands = [_of(Command, entry, "command") for entry in body["commands"]]
    if "shortcuts" in body:
        app.shortcuts = [_of(Shortcut, entry, "shortcut") for entry in body["shortcuts"]]
    app.token_revoked = body.get("token_revoked", app.token_revoked)
    em.workspace.app = app
    em.presence.tell()
    return {"ok": True}


def _of(kind: type[T], entry: Json, what: str) -> T:
    try:
        return kind(**entry)
    except TypeError:
        known = ", ".join(field.name for field in fields(kind))  # type: ignore[arg-type]
        raise BadRequest(f"A {what} has {known}, not {', '.join(entry) or 'nothing'}.") from None


async def _redeliver(em: "Emulator", request: Request) -> Json:
    record_id = (await body_of(request)).get("traffic")
    record = _record(em, record_id if isinstance(record_id, int) else 0)
    if record.direction != "to_bot":
        raise BadRequest("Only what the bot was sent can be sent again.")
    payload = record.payload()
    retry = 1 if record.kind == "event" else 0
    ack = await em.deliverer.deliver(
        Delivery(record.kind, record.name, payload, record.user, retry, "http_timeout" if retry else "")
    )
    return {
        "ok": ack.error is None,
        "error": ack.error,
        "shown": ack.record.sentence,
        "traffic": ack.record.id,
    }


async def _socket(em: "Emulator", request: Request) -> Json:
    body = await body_of(request)
    check_fields(body, {"connection": "a whole number"})
    if body.get("do") not in DISCONNECTS:
        raise BadRequest(f"`do` must be one of {', '.join(DISCONNECTS)}.")
    return {"ok": True, "connections": await em.sockets.disconnect(body["do"], body.get("connection"))}


async def _add_team(em: "Emulator", request: Request) -> Json:
    body = await body_of(request)
    check_fields(body, dict.fromkeys(("id", "name", "domain"), "a string"))
    if missing := [key for key in ("id", "name", "domain") if not body.get(key)]:
        raise BadRequest(f"A team needs id, name and domain; {missing[0]} is missing.")
    team = Team(body["id"], body["name"], body["domain"])
    em.workspace.teams[team.id] = team
    return {"ok": True}


async def _add_person(em: "Emulator", request: Request) -> Json:
    person = seed.add_person(em.workspace, await body_of(request))
    em.changes.publish("person", {"person": person_shape(person)})
    membership.tell_person(em, person, "team_join")
    return {"ok": True, "person": person_shape(person)}


async def _change_person(em: "Emulator", request: Request) -> Json:
    person = em.workspace.people.get(request.path_params["user"])
    if person is None:
        raise NotFound(f"There is no person {request.path_params['user']}.")
    body = await body_of(request)
    check_fields(body, seed.PERSON_FIELDS)
    _set(person, body, ("name", "real_name", "tz", "email", "is_guest", "is_stranger", "deleted", "is_admin"))
    em.changes.publish("person", {"person": person_shape(person)})
    membership.tell_person(em, person, "user_change")
    return {"ok": True, "person": person_shape(person)}


async def _add_channel(em: "Emulator", request: Request) -> Json:
    body = {"bot": False, **await body_of(request)}
    channel = seed.add_channel(em.workspace, body, em.clock.now(), em.ids)
    membership.publish(em, channel)
    return {"ok": True, "channel": channel_shape(channel)}


async def _change_channel(em: "Emulator", request: Request) -> Json:
    channel = _channel(em, request)
    body = await body_of(request)
    check_fields(body, seed.CHANNEL_FIELDS)
    by = channel.creator
    _set(channel, body, ("topic", "purpose"))
    if body.get("is_archived") not in (None, channel.is_archived):
        membership.archive(em, channel, by, body["is_archived"])
    if body.get("name") not in (None, channel.name):
        membership.rename(em, channel, body["name"])
    membership.publish(em, channel)
    return {"ok": True, "channel": channel_shape(channel)}


async def _share(em: "Emulator", request: Request) -> Json:
    channel = _channel(em, request)
    body = await body_of(request)
    check_fields(body, {"team": "a string", "stop": "true or false"})
    team = body.get("team") or ""
    if team not in em.workspace.teams or team == em.workspace.team.id:
        raise BadRequest(f"`team` must be another team of the workspace's teams, not {team!r}.")
    membership.share(em, channel, team, stop=bool(body.get("stop", False)))
    return {"ok": True, "channel": channel_shape(channel)}


ROUTES: list[tuple[str, Handler, tuple[str, ...]]] = [
    ("/reset", _reset, ("POST",)),
    ("/save", _save, ("GET",)),
    ("/load", _load, ("POST",)),
    ("/clock", _clock, ("GET",)),
    ("/clock", _advance, ("POST",)),
    ("/switches", _switches, ("GET",)),
    ("/switches", _switch_on, ("POST",)),
    ("/switches", _switch_off, ("DELETE",)),
    ("/switches/{id:int}", _switch_off, ("DELETE",)),
    ("/limits", _limits, ("POST",)),
    ("/bot", _bot, ("GET",)),
    ("/bot", _set_bot, ("POST",)),
    ("/app", _app, ("POST",)),
    ("/redeliver", _redeliver, ("POST",)),
    ("/socket", _socket, ("POST",)),
    ("/teams", _add_team, ("POST",)),
    ("/people", _add_person, ("POST",)),
    ("/people/{user}", _change_person, ("PATCH",)),
    ("/channels", _add_channel, ("POST",)),
    ("/channels/{id}", _change_channel, ("PATCH",)),
    ("/channels/{id}/share", _share, ("POST",)),
]


def _record(em: "Emulator", record_id: int) -> Record:
    record = em.traffic.find(record_id)
    if record is None:
        raise NotFound(f"There is no record {record_id}.")
    return record


def _channel(em: "Emulator", request: Request) -> Channel:
    channel = em.workspace.channels.get(request.path_params["id"])
    if channel is None:
        raise NotFound(f"There is no channel {request.path_params['id']}.")
    return channel


def _set(thing: Any, body: Json, names: tuple[str, ...]) -> None:
    for name in names:
        if body.get(name) is not None or (name == "email" and name in body):
            setattr(thing, name, body[name])
