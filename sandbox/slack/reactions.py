"""reactions.* and pins.*: https://docs.slack.dev/reference/methods?family=reactions"""

import re

from sandbox import events
from sandbox.reactions import set_reaction
from sandbox.refusal import Refusal
from sandbox.slack.call import Call
from sandbox.state import Channel, Json, Message
from sandbox.wire import message_object

MOST_REACTIONS = 23
"""Of one person on one message; https://docs.slack.dev/reference/methods/reactions.add#errors (too_many_reactions)."""


def add(call: Call) -> Json:
    channel, message = _message(call, "timestamp")
    if channel.is_archived:
        raise Refusal("is_archived", sentence=f"#{channel.name} is archived.")
    name = _name(call)
    mine = [r for r in message.body.get("reactions", []) if call.app.bot_user in r["users"]]
    if len(mine) >= MOST_REACTIONS:
        raise Refusal("too_many_reactions", sentence=f"The bot has {MOST_REACTIONS} reactions there already.")
    if not set_reaction(call.em, channel, message, user=call.app.bot_user, name=name, remove=False):
        raise Refusal("already_reacted", sentence="The bot has reacted so already.")
    return {}


def remove(call: Call) -> Json:
    channel, message = _message(call, "timestamp")
    if not set_reaction(call.em, channel, message, user=call.app.bot_user, name=_name(call), remove=True):
        raise Refusal("no_reaction", sentence="The bot has not reacted so.")
    return {}


def get(call: Call) -> Json:
    channel, message = _message(call, "timestamp")
    return {"type": "message", "channel": channel.id, "message": message_object(message)}


def pin(call: Call) -> Json:
    channel, message = _message(call, "timestamp")
    if message.ts in channel.pins:
        raise Refusal("already_pinned", sentence="The message is pinned already.")
    channel.pins.append(message.ts)
    _tell_pin(call, channel, message, "pin_added")
    return {}


def unpin(call: Call) -> Json:
    channel, message = _message(call, "timestamp")
    if message.ts not in channel.pins:
        raise Refusal("no_pin", sentence="The message is not pinned.")
    channel.pins.remove(message.ts)
    _tell_pin(call, channel, message, "pin_removed")
    return {}


def pins(call: Call) -> Json:
    channel = call.member_channel()
    there = [channel.messages[ts] for ts in channel.pins if ts in channel.messages]
    items = [
        {
            "type": "message",
            "channel": channel.id,
            "message": message_object(m),
            "created": int(float(m.ts)),
            "created_by": call.app.bot_user,
        }
        for m in there
    ]
    return {"items": items}


def _message(call: Call, name: str) -> tuple[Channel, Message]:
    channel = call.member_channel()
    ts = call.text(name)
    if ts is None:
        raise Refusal("no_item_specified", sentence=f"`{name}` says which message is meant.")
    if not re.fullmatch(r"\d+\.\d+", ts):
        raise Refusal("bad_timestamp", sentence=f"{ts!r} is no ts of a message.")
    message = channel.messages.get(ts)
    if message is None or message.only_visible_to is not None:
        raise Refusal("message_not_found", sentence=f"There is no message {ts} in {channel.id}.")
    return channel, message


def _name(call: Call) -> str:
    name = call.required("name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise Refusal("invalid_name", sentence=f"{name!r} is no emoji's name.")
    return name


def _tell_pin(call: Call, channel: Channel, message: Message, kind: str) -> None:
    item = {"type": "message", "channel": channel.id, "message": message_object(message)}
    event = {
        "type": kind,
        "user": call.app.bot_user,
        "channel_id": channel.id,
        "item": item,
        "event_ts": call.em.now_ts(),
    }
    events.tell(call.em, event, channel)
