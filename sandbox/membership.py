"""People come into channels and leave them; channels are made, renamed, archived, shared. Told to pages and app."""

from typing import TYPE_CHECKING

from sandbox import events, messages
from sandbox.shapes import channel_shape
from sandbox.state import Channel, Json, Person
from sandbox.wire import user_object

if TYPE_CHECKING:
    from sandbox.emulator import Emulator


def join(em: "Emulator", channel: Channel, person: Person, inviter: str | None = None) -> None:
    """Put somebody into the channel, with the line that says so and the member event."""
    if person.id in channel.members:
        return
    channel.members.append(person.id)
    em.changes.publish(
        "member", {"what": "joined", "channel": channel.id, "user": person.id}, messages.audience(em, channel)
    )
    publish(em, channel)
    if channel.kind in ("public", "private"):
        subtype = "channel_join" if channel.kind == "public" else "group_join"
        body: Json = {
            "type": "message",
            "subtype": subtype,
            "ts": "",
            "user": person.id,
            "text": f"<@{person.id}> has joined the channel",
        }
        messages.post(em, channel, body | ({"inviter": inviter} if inviter else {}))
    _tell(em, channel, person, "member_joined_channel", {"inviter": inviter} if inviter else {})


def leave(em: "Emulator", channel: Channel, person: Person, by: str | None = None) -> None:
    """Take somebody out of the channel; ``by`` is who removed them, if they did not go by themselves."""
    if person.id not in channel.members:
        return
    audience = messages.audience(em, channel)
    event_channel = channel if person.id != em.workspace.app.bot_user else None
    channel.members.remove(person.id)
    em.changes.publish("member", {"what": "left", "channel": channel.id, "user": person.id}, audience)
    em.changes.publish("channel", {"channel": channel_shape(channel)}, audience)
    if channel.kind in ("public", "private"):
        subtype = "channel_leave" if channel.kind == "public" else "group_leave"
        body = {
            "type": "message",
            "subtype": subtype,
            "ts": "",
            "user": person.id,
            "text": f"<@{person.id}> has left the channel",
        }
        messages.post(em, channel, body)
    if event_channel is not None:
        _tell(em, channel, person, "member_left_channel", {})
    else:
        kind = "channel_left" if channel.kind == "public" else "group_left"
        left = {"type": kind, "channel": channel.id, "actor_id": by or person.id, "event_ts": em.now_ts()}
        events.tell(em, left)


def archive(em: "Emulator", channel: Channel, by: str, archived: bool) -> None:
    channel.is_archived = archived
    publish(em, channel)
    kind = "channel" if channel.kind == "public" else "group"
    word = "archive" if archived else "unarchive"
    event = {
        "type": f"{kind}_{word}",
        "channel": channel.id,
        "user": by,
        "is_moved": 0,
        "event_ts": em.now_ts(),
    }
    events.tell(em, event, channel, by)


def rename(em: "Emulator", channel: Channel, name: str) -> None:
    channel.name = name
    publish(em, channel)
    kind = "channel" if channel.kind == "public" else "group"
    shown = {
        "id": channel.id,
        "is_channel": kind == "channel",
        "is_mpim": False,
        "name": name,
        "name_normalized": name,
        "created": channel.created,
    }
    events.tell(em, {"type": f"{kind}_rename", "channel": shown, "event_ts": em.now_ts()}, channel)


def share(em: "Emulator", channel: Channel, team: str, stop: bool = False) -> None:
    """Slack Connect: https://docs.slack.dev/apis/slack-connect/"""
    if stop and team in channel.connected_teams:
        channel.connected_teams.remove(team)
        for user in [u for u in channel.members if em.workspace.people[u].team == team]:
            leave(em, channel, em.workspace.people[user])
    elif not stop and team not in channel.connected_teams:
        channel.connected_teams.append(team)
    else:
        return
    publish(em, channel)
    event: Json = {
        "type": "channel_unshared" if stop else "channel_shared",
        "connected_team_id" if not stop else "previously_connected_team_id": team,
        "channel": channel.id,
        **({"is_ext_shared": channel.is_ext_shared} if stop else {}),
        "event_ts": em.now_ts(),
    }
    events.tell(em, event, channel)


def tell_person(em: "Emulator", person: Person, kind: str) -> None:
    """``team_join`` or ``user_change``, with the person as they now are."""
    with_email = "users:read.email" in em.workspace.app.scopes
    shown = user_object(em.workspace, person, em.clock.now(), with_email=with_email)
    event = {"type": kind, "user": shown, "cache_ts": int(em.clock.now()), "event_ts": em.now_ts()}
    events.tell(em, event, None, person.id)


def publish(em: "Emulator", channel: Channel) -> None:
    em.changes.publish("channel", {"channel": channel_shape(channel)}, messages.audience(em, channel))


def _tell(em: "Emulator", channel: Channel, person: Person, kind: str, more: Json) -> None:
    if channel.kind not in ("public", "private"):
        return
    event = {
        "type": kind,
        "user": person.id,
        "channel": channel.id,
        "channel_type": "C",  # private ones as well: only those made before March 2021 have a G
        "team": person.team,
        **more,
        "event_ts": em.now_ts(),
    }
    events.tell(em, event, channel, person.id)
