"""What happens to channels we post in."""

from typing import Any

from bot.messages.alerts import ACCEPT, read_acceptance
from bot.messages.blocks import Message, section
from bot.services.all import Services
from bot.transports.installation import Installation
from handlers.slack.asked import Answer, Asked, Reply


async def member_joined(services: Services, installation: Installation, event: dict[str, Any]) -> None:
    """Somebody came: our bot, and what could not be posted there goes out; or somebody who reads along now."""
    channel = str(event.get("channel"))
    if event.get("user") == installation.bot_user_id:
        await services.alerts.resume(channel)
    await services.audiences.outdate(channel)


async def audience_changed(services: Services, _installation: Installation, event: dict[str, Any]) -> None:
    """Somebody left, or the channel is shared with others or no longer."""
    await services.audiences.outdate(str(event.get("channel")))


async def accept(asked: Asked) -> Answer:
    """*Accept*, on the note that others read along."""
    await asked.services.audiences.accept(asked.actor, *read_acceptance(asked.value))
    text = "Accepted. What every one of you may see comes here from now on."
    return Reply(Message(text, [section(text)]))


ACTIONS = {ACCEPT: accept}
EVENTS = {
    "member_joined_channel": member_joined,
    "member_left_channel": audience_changed,
    "channel_shared": audience_changed,
    "channel_unshared": audience_changed,
}
