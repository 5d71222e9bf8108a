"""conversations.*, reading: https://docs.slack.dev/reference/methods?family=conversations"""

import re

from sandbox import messages
from sandbox.refusal import Refusal
from sandbox.slack.call import Call, missing_scope, page_of
from sandbox.state import Channel, Json, Message
from sandbox.wire import channel_object, message_object

_TYPES = {"public_channel": "public", "private_channel": "private", "mpim": "mpim", "im": "im"}
_TYPE_SCOPES = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}
_HISTORY_SCOPES = {
    "public": "channels:history",
    "private": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}


def info(call: Call) -> Json:
    channel = call.channel()
    call.reads(channel)
    shown = shown_channel(call, channel)
    if call.flag("include_num_members") and channel.kind != "im":
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


def list_(call: Call) -> Json:
    page, metadata = page_of(call, [c for c in listed_channels(call) if call.knows(c)])
    return {"channels": [shown_channel(call, channel) for channel in page], "response_metadata": metadata}


def members(call: Call) -> Json:
    channel = call.channel()
    call.reads(channel)
    page, metadata = page_of(call, channel.members)
    return {"members": page, "response_metadata": metadata}


def history(call: Call) -> Json:
    channel = call.member_channel()
    call.needs(_HISTORY_SCOPES[channel.kind])
    seen = [m for m in channel.messages.values() if m.only_visible_to is None and not m.is_reply]
    found = [message_object(m) for m in reversed(seen) if _within(call, m)]
    page, metadata = page_of(call, found, most=999)
    return {
        "messages": page,
        "has_more": bool(metadata["next_cursor"]),
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
        "response_metadata": metadata,
    }


def replies(call: Call) -> Json:
    channel = call.member_channel()
    call.needs(_HISTORY_SCOPES[channel.kind])
    ts = call.required("ts")
    asked = channel.messages.get(ts)
    if asked is None or asked.only_visible_to is not None:
        raise Refusal("thread_not_found", sentence=f"There is no message {ts} in {channel.id}.")
    parent_ts = asked.thread_ts or asked.ts
    thread = [
        m for m in channel.messages.values() if parent_ts in (m.ts, m.thread_ts) and m.only_visible_to is None
    ]
    page, metadata = page_of(
        call, [message_object(m) for m in thread if m.ts == parent_ts or _within(call, m)]
    )
    return {"messages": page, "has_more": bool(metadata["next_cursor"]), "response_metadata": metadata}


def open_(call: Call) -> Json:
    """A direct conversation, by its id or with up to eight people."""
    if (known := call.text("channel")) is not None:
        channel = call.channel()
        if channel.kind not in ("im", "mpim"):
            raise Refusal(
                "method_not_supported_for_channel_type", sentence=f"{known} is no direct conversation."
            )
        return {"no_op": True, "already_open": True, "channel": _opened(call, channel)}
    users = call.words("users")
    if not users:
        raise Refusal("users_list_not_supplied", sentence="conversations.open needs `users` or `channel`.")
    if len(users) > 8:
        raise Refusal(
            "too_many_users", sentence=f"{len(users)} people; at most 8 fit in a group conversation."
        )
    for user in users:
        person = call.workspace.people.get(user)
        if person is None:
            raise Refusal("user_not_found", sentence=f"There is no person {user} here.")
        if person.deleted:
            raise Refusal("user_disabled", sentence=f"{person.name} is deactivated.")
        if not call.reaches(person):
            raise Refusal(
                "user_not_visible",
                sentence=f"{person.name} is of another workspace and shares no channel with the bot.",
            )
    call.needs("im:write" if len(set(users)) == 1 else "mpim:write")
    before = len(call.workspace.channels)
    channel = messages.direct_channel(call.em, frozenset({*users, call.app.bot_user}))
    existed = len(call.workspace.channels) == before
    answer: Json = {"no_op": True, "already_open": True} if existed else {}
    return {**answer, "channel": _opened(call, channel)}


def close(call: Call) -> Json:
    channel = call.channel()
    if channel.kind not in ("im", "mpim"):
        raise Refusal(
            "method_not_supported_for_channel_type", sentence=f"{channel.id} is no direct conversation."
        )
    call.needs(f"{channel.kind}:write")
    return {}


def listed_channels(call: Call) -> list[Channel]:
    """The conversations of the ``types`` asked for; refused unless each type may be read."""
    names = call.words("types") or ["public_channel"]
    unknown = [name for name in names if name not in _TYPES]
    if unknown:
        raise Refusal("invalid_types", sentence=f"{', '.join(unknown)}: types are {', '.join(_TYPES)}.")
    kinds = {_TYPES[name] for name in names}
    lacking = tuple(sorted({_TYPE_SCOPES[kind] for kind in kinds} - set(call.app.scopes)))
    if lacking:
        raise missing_scope(lacking, call.app.scopes)
    hidden = call.flag("exclude_archived")
    return [c for c in call.workspace.channels.values() if c.kind in kinds and not (hidden and c.is_archived)]


def _within(call: Call, message: Message) -> bool:
    oldest, latest, inclusive = _moment(call, "oldest"), _moment(call, "latest"), call.flag("inclusive")
    at = float(message.ts)
    if oldest is not None and (at < oldest or (at == oldest and not inclusive)):
        return False
    return latest is None or at < latest or (at == latest and inclusive)


def _moment(call: Call, name: str) -> float | None:
    said = call.text(name)
    if said is not None and not re.fullmatch(r"[0-9]+(\.[0-9]+)?", said):
        raise Refusal(f"invalid_ts_{name}", sentence=f"`{name}` must be a ts, not {said!r}.")
    return None if said is None else float(said)


def _opened(call: Call, channel: Channel) -> Json:
    return shown_channel(call, channel) if call.flag("return_im") else {"id": channel.id}


def shown_channel(call: Call, channel: Channel) -> Json:
    return channel_object(call.workspace, channel, call.app.bot_user)
