"""Reactions: on the message for pages, as events for the app."""

from typing import TYPE_CHECKING

from sandbox import events, messages
from sandbox.state import Channel, Json, Message

if TYPE_CHECKING:
    from sandbox.emulator import Emulator


def set_reaction(
    em: "Emulator", channel: Channel, message: Message, user: str, name: str, remove: bool
) -> bool:
    """Add or take away; False if it was so already."""
    reactions: list[Json] = [dict(one) for one in message.body.get("reactions", [])]
    one = next((r for r in reactions if r["name"] == name), None)
    there = one is not None and user in one["users"]
    if there != remove:
        return False
    if one is None:
        one = {"name": name, "users": [], "count": 0}
        reactions.append(one)
    one["users"] = [u for u in one["users"] if u != user] if remove else [*one["users"], user]
    one["count"] = len(one["users"])
    left = [r for r in reactions if r["count"]]
    if left:
        message.body["reactions"] = left
    else:
        message.body.pop("reactions", None)
    messages.publish(em, channel, message, "changed")
    event = {
        "type": "reaction_removed" if remove else "reaction_added",
        "user": user,
        "reaction": name,
        "item_user": message.body.get("user", ""),
        "item": {
            "type": "message",
            "channel": channel.id,
            "ts": message.ts,
            "channel_type": events.CHANNEL_TYPES[channel.kind],
        },
        "event_ts": em.now_ts(),
    }
    events.tell(em, event, channel, user)
    return True
