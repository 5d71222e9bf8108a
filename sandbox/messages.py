"""Messages come, change and go: kept in their channel, told to pages and to the app."""

import re
from typing import TYPE_CHECKING

from sandbox import events
from sandbox.shapes import channel_shape, message_shape
from sandbox.state import Channel, File, Json, Message, Person
from sandbox.wire import bot_profile, message_object

if TYPE_CHECKING:
    from sandbox.emulator import Emulator


def post(
    em: "Emulator",
    channel: Channel,
    body: Json,
    *,
    only_visible_to: str | None = None,
    source: Json | None = None,
) -> Message:
    """Put a message into the channel. ``body`` comes without ``ts``; a ``thread_ts`` in it makes it a reply."""
    ts = em.now_ts()
    message = Message(ts, channel.id, _stamped(body, ts), only_visible_to, source=source or {})
    channel.messages[ts] = message
    if only_visible_to is None and message.is_reply:
        _count_reply(em, channel, message)
    if only_visible_to is None and (author := body.get("user")):
        channel.last_read[author] = ts
    publish(em, channel, message, "posted")
    if only_visible_to is None:
        _tell_posted(em, channel, message)
    return message


def change(em: "Emulator", channel: Channel, message: Message, fields: Json, *, editor: str | None) -> None:
    """Set ``fields`` of the message (None takes one away). ``editor`` marks it as edited, None does not (unfurls)."""
    before = message_object(message)
    for key, value in fields.items():
        if value is None:
            message.body.pop(key, None)
        else:
            message.body[key] = value
    ts = em.now_ts()
    if editor is not None:
        message.body["edited"] = {"user": editor, "ts": ts}
    publish(em, channel, message, "changed")
    if message.only_visible_to is None:
        event = {
            "type": "message",
            "subtype": "message_changed",
            "message": message_object(message),
            "previous_message": before,
            "channel": channel.id,
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
            "channel_type": events.CHANNEL_TYPES[channel.kind],
        }
        events.tell(em, event, channel, editor)


def delete(em: "Emulator", channel: Channel, message: Message) -> None:
    """Take it away. A parent with replies stays as a tombstone, as in Slack."""
    before = message_object(message)
    if message.body.get("reply_count"):
        keep = {
            k: v
            for k, v in message.body.items()
            if k in ("ts", "thread_ts", "reply_count", "latest_reply", "reply_users", "reply_users_count")
        }
        message.body = {
            "type": "message",
            "subtype": "tombstone",
            "text": "This message was deleted.",
            "user": "USLACKBOT",
            **keep,
        }
    else:
        del channel.messages[message.ts]
        message.deleted = True
        _uncount_reply(em, channel, message)
    publish(em, channel, message, "deleted")
    if message.only_visible_to is None:
        ts = em.now_ts()
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "previous_message": before,
            "channel": channel.id,
            "hidden": True,
            "deleted_ts": message.ts,
            "ts": ts,
            "event_ts": ts,
            "channel_type": events.CHANNEL_TYPES[channel.kind],
        }
        events.tell(em, event, channel)


def share_file(em: "Emulator", channel: Channel, message: Message, file: File, user: str) -> None:
    """Note that the message shows the file, and tell it: https://docs.slack.dev/reference/events/file_shared"""
    file.shares.append((channel.id, message.ts))
    if channel.id not in file.channels:
        file.channels.append(channel.id)
    event = {
        "type": "file_shared",
        "channel_id": channel.id,
        "file_id": file.id,
        "user_id": user,
        "file": {"id": file.id},
        "event_ts": em.now_ts(),
    }
    events.tell(em, event, channel, user)


def publish(em: "Emulator", channel: Channel, message: Message, what: str) -> None:
    """Tell the pages of those who see it."""
    data = {
        "what": what,
        "channel": channel.id,
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "message": message_shape(message, message.only_visible_to),
    }
    em.changes.publish("message", data, audience(em, channel, message))


def audience(em: "Emulator", channel: Channel, message: Message | None = None) -> frozenset[str]:
    if message is not None and message.only_visible_to is not None:
        return frozenset({message.only_visible_to})
    if channel.kind != "public":
        return frozenset(channel.members)
    return frozenset(user for user in em.workspace.people if em.workspace.sees(user, channel))


def bot_message(em: "Emulator", fields: Json) -> Json:
    """The body of a message that the app posts: ``fields`` are text, blocks, attachments, thread_ts …"""
    app = em.workspace.app
    text = fields.pop("text", "")
    return {
        "user": app.bot_user,
        "type": "message",
        "ts": "",
        "bot_id": app.bot_id,
        "app_id": app.id,
        "text": text,
        "team": em.workspace.team.id,
        "bot_profile": bot_profile(em.workspace, em.address),
        **fields,
    }


def person_message(em: "Emulator", person: Person, text: str, blocks: list[Json]) -> Json:
    body: Json = {
        "user": person.id,
        "type": "message",
        "ts": "",
        "client_msg_id": em.ids.token(),
        "text": text,
        "team": person.team,
        "blocks": blocks,
    }
    if person.team != em.workspace.team.id:
        body |= {"user_team": person.team, "source_team": person.team}
    return body


def _stamped(body: Json, ts: str) -> Json:
    return {**body, "ts": ts} if "ts" in body else {"type": "message", "ts": ts, **body}


def _count_reply(em: "Emulator", channel: Channel, reply: Message) -> None:
    parent = channel.messages.get(reply.thread_ts or "")
    if parent is None:
        return
    reply.body["parent_user_id"] = parent.body.get("user", "")
    users = list(parent.body.get("reply_users", []))
    if reply.body.get("user") not in users:
        users.append(reply.body.get("user", ""))
    parent.body |= {
        "thread_ts": parent.ts,
        "reply_count": parent.body.get("reply_count", 0) + 1,
        "reply_users_count": len(users),
        "latest_reply": reply.ts,
        "reply_users": users,
        "is_locked": False,
        "subscribed": False,
    }
    publish(em, channel, parent, "changed")


def _uncount_reply(em: "Emulator", channel: Channel, reply: Message) -> None:
    parent = channel.messages.get(reply.thread_ts or "") if reply.is_reply else None
    if parent is None:
        return
    replies = [
        m
        for m in channel.messages.values()
        if m.is_reply and m.thread_ts == parent.ts and m.only_visible_to is None
    ]
    if replies:
        users = list(dict.fromkeys(m.body.get("user", "") for m in replies))
        parent.body |= {
            "reply_count": len(replies),
            "reply_users_count": len(users),
            "latest_reply": replies[-1].ts,
            "reply_users": users,
        }
    else:
        for key in (
            "thread_ts",
            "reply_count",
            "reply_users_count",
            "latest_reply",
            "reply_users",
            "is_locked",
            "subscribed",
        ):
            parent.body.pop(key, None)
    publish(em, channel, parent, "changed")


def _tell_posted(em: "Emulator", channel: Channel, message: Message) -> None:
    kind = events.CHANNEL_TYPES[channel.kind]
    event = message_object(message)
    event |= {"channel": channel.id, "event_ts": message.ts, "channel_type": kind}
    author = message.body.get("user")
    events.tell(em, event, channel, author)
    app = em.workspace.app
    if f"<@{app.bot_user}>" in message.body.get("text", "") and author != app.bot_user and kind != "im":
        mention = {k: v for k, v in event.items() if k != "channel_type"}
        events.tell(em, {**mention, "type": "app_mention"}, channel, author)


def direct_channel(em: "Emulator", users: frozenset[str]) -> Channel:
    """The direct conversation of exactly these, made if there is none."""
    found = em.workspace.direct_channel(users)
    if found is not None:
        return found
    kind = "im" if len(users) <= 2 else "mpim"
    names = sorted(em.workspace.people[user].name for user in users)
    channel = Channel(
        id=em.ids.new("D" if kind == "im" else "G"),
        name="" if kind == "im" else f"mpdm-{'--'.join(names)}-1",
        kind=kind,
        team=em.workspace.team.id,
        members=sorted(users),
        created=int(em.clock.now()),
    )
    em.workspace.channels[channel.id] = channel
    em.changes.publish("channel", {"channel": channel_shape(channel)}, audience(em, channel))
    return channel


_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
_BARE_LESS = re.compile(r"<(?![@#!]|https?:|mailto:|tel:|slack:)")


def escaped(text: str) -> str:
    """An app's text as Slack keeps it: what is neither an escape nor a link, mention or date is made harmless."""
    return _BARE_LESS.sub("&lt;", _BARE_AMPERSAND.sub("&amp;", text))
