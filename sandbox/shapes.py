"""The control API's shapes (README): Slack's objects, and what a page needs besides."""

from sandbox.elements import state_of
from sandbox.state import Channel, Json, Message, Person, View, Workspace
from sandbox.wire import message_object, view_object


def person_shape(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "team": person.team,
        "tz": person.tz,
        "is_bot": person.is_bot,
        "is_guest": person.is_guest,
        "is_stranger": person.is_stranger,
        "deleted": person.deleted,
        "organisation": person.organisation,
        "role": person.role,
    }


def channel_shape(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "members": list(channel.members),
        "topic": channel.topic,
        "purpose": channel.purpose,
        "is_archived": channel.is_archived,
        "teams": [channel.team, *channel.connected_teams],
        "is_ext_shared": channel.is_ext_shared,
    }


def message_shape(message: Message, viewer: str | None) -> Json:
    entered = message.entered.get(viewer, {}) if viewer else {}
    return {
        **message_object(message),
        "channel": message.channel,
        "only_visible_to": message.only_visible_to,
        "deleted": message.deleted,
        "state": state_of(message.body.get("blocks", []), entered),
        "command": message.source.get("command"),
    }


def view_shape(workspace: Workspace, view: View) -> Json:
    return {**view_object(workspace, view), "user": view.user, "errors": dict(view.errors)}


def unread(channel: Channel, viewer: str) -> tuple[int, int]:
    """(messages the person has not read, those that mention them)."""
    read = channel.last_read.get(viewer, "")
    count = mentions = 0
    for message in reversed(channel.messages.values()):
        if message.ts <= read:
            break
        if message.deleted or message.is_reply or message.only_visible_to not in (None, viewer):
            continue
        if message.body.get("user") == viewer:
            continue
        count += 1
        mentions += _mentions(message, viewer, channel)
    return count, mentions


def _mentions(message: Message, viewer: str, channel: Channel) -> bool:
    text = message.body.get("text", "")
    everyone = any(word in text for word in ("<!channel>", "<!here>", "<!everyone>"))
    return channel.kind == "im" or f"<@{viewer}>" in text or everyone


def sidebar_entry(channel: Channel, viewer: str) -> Json:
    count, mentions = unread(channel, viewer)
    latest = next((m.ts for m in reversed(channel.messages.values()) if not m.deleted), None)
    return {
        **channel_shape(channel),
        "is_member": viewer in channel.members,
        "unread": count,
        "mentions": mentions,
        "latest": latest,
    }
