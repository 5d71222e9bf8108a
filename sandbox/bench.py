"""The tester's bench of the control API: clock, switches, limits, traffic, the bot's address, people and channels."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox import manifest as manifests
from sandbox import membership, saving, seed
from sandbox.delivery import Delivery
from sandbox.people.deed import BadRequest, NotFound, body_of
from sandbox.shapes import channel_shape, person_shape
from sandbox.state import Channel, Command, Json, Shortcut, Team
from sandbox.traffic import Record

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

Handler = Callable[["Emulator", Request], Awaitable[Json]]

MODES = ("auto", "http", "socket")
DISCONNECTS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets", "drop")


def bot_shape(em: "Emulator") -> Json:
    return {
        "url": em.bot_url,
        "mode": "socket" if em.uses_sockets else "http",
        "sockets": len(em.sockets.connections),
    }


def clock_shape(em: "Emulator") -> Json:
    return {"now": em.clock.now(), "offset": em.clock.offset}


def switches_shape(em: "Emulator") -> Json:
    return {"switches": em.switches.shown(), "limits": {"enabled": em.limits.enabled}}


async def traffic(em: "Emulator", request: Request) -> Json:
    query = request.query_params
    records = em.traffic.list(
        after=int(query.get("after", "0")),
        limit=int(query.get("limit", "200")),
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
    body = await body_of(request)
    await em.reset(body.get("seed"))
    return {"ok": True}


async def _save(em: "Emulator", _request: Request) -> Json:
    return saving.saved(em)


async def _load(em: "Emulator", request: Request) -> Json:
    try:
        saving.load(em, await body_of(request))
    except saving.LoadError as error:
        raise BadRequest(str(error)) from None
    return {"ok": True}


async def _clock(em: "Emulator", _request: Request) -> Json:
    return {"ok": True, **clock_shape(em)}


async def _advance(em: "Emulator", request: Request) -> Json:
    seconds = (await body_of(request)).get("advance")
    if not isinstance(seconds, int | float) or seconds < 0:
        raise BadRequest("`advance` must be seconds, zero or more: the clock does not go back.")
    em.clock.advance(seconds)
    em.changes.publish("clock", clock_shape(em))
    return {"ok": True, **clock_shape(em)}


async def _switches(em: "Emulator", _request: Request) -> Json:
    return {"ok": True, **switches_shape(em)}


async def _switch_on(em: "Emulator", request: Request) -> Json:
    switch = em.switches.add(await body_of(request))
    em.changes.publish("switches", switches_shape(em))
    return {"ok": True, "switch": switch.shown()}


async def _switch_off(em: "Emulator", request: Request) -> Json:
    em.switches.remove(request.path_params.get("id"))
    em.changes.publish("switches", switches_shape(em))
    return {"ok": True}


async def _limits(em: "Emulator", request: Request) -> Json:
    em.limits.enabled = bool((await body_of(request)).get("enabled", True))
    em.partners.dhl.set_limits({"enabled": em.limits.enabled})
    em.changes.publish("switches", switches_shape(em))
    return {"ok": True, **switches_shape(em)}


async def _bot(em: "Emulator", _request: Request) -> Json:
    connections = list(em.sockets.connections)
    return {
        "ok": True,
        **bot_shape(em),
        "connections": connections,
        "reachable": await em.deliverer.reaches_bot(),
    }


async def _set_bot(em: "Emulator", request: Request) -> Json:
    body = await body_of(request)
    mode = body.get("mode", em.mode)
    if mode not in MODES:
        raise BadRequest(f"`mode` must be one of {', '.join(MODES)}.")
    em.mode, em.bot_url = mode, body.get("url", em.bot_url)
    em.changes.publish("bot", bot_shape(em))
    return {"ok": True, **bot_shape(em)}


async def _app(em: "Emulator", request: Request) -> Json:
    body = await body_of(request)
    app = em.workspace.app
    if "manifest" in body:
        manifests.install(app, body["manifest"])
    if "scopes" in body:
        app.scopes = list(body["scopes"])
    if "events" in body:
        app.events = list(body["events"])
    if "commands" in body:
        app.commands = [Command(**entry) for entry in body["commands"]]
    if "shortcuts" in body:
        app.shortcuts = [Shortcut(**entry) for entry in body["shortcuts"]]
    app.token_revoked = bool(body.get("token_revoked", app.token_revoked))
    return {"ok": True}


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
    if body.get("do") not in DISCONNECTS:
        raise BadRequest(f"`do` must be one of {', '.join(DISCONNECTS)}.")
    return {"ok": True, "connections": await em.sockets.disconnect(body["do"], body.get("connection"))}


async def _add_team(em: "Emulator", request: Request) -> Json:
    body = await body_of(request)
    try:
        team = Team(**{key: str(body[key]) for key in ("id", "name", "domain")})
    except KeyError as error:
        raise BadRequest(f"A team needs id, name and domain; {error} is missing.") from None
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
    _set(
        person,
        await body_of(request),
        ("name", "real_name", "tz", "email", "is_guest", "is_stranger", "deleted", "is_admin"),
    )
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
    by = channel.creator
    _set(channel, body, ("topic", "purpose"))
    if "is_archived" in body and bool(body["is_archived"]) != channel.is_archived:
        membership.archive(em, channel, by, bool(body["is_archived"]))
    if "name" in body and body["name"] != channel.name:
        membership.rename(em, channel, str(body["name"]))
    membership.publish(em, channel)
    return {"ok": True, "channel": channel_shape(channel)}


async def _share(em: "Emulator", request: Request) -> Json:
    channel = _channel(em, request)
    body = await body_of(request)
    team = str(body.get("team", ""))
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
        if name in body:
            setattr(thing, name, body[name])
