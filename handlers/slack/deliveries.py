"""Mending what does not arrive."""

from bot.domain.roles import Action
from bot.messages.alerts import RESUME
from bot.messages.blocks import Message, section
from bot.services.access import require
from handlers.slack.asked import Answer, Asked, Reply


async def resume(asked: Asked) -> Answer:
    """*Try again*, on the word that a channel cannot be reached."""
    require(asked.actor, Action.RESUME_DELIVERY)
    count = await asked.services.alerts.resume(asked.value)
    text = f"Trying again: {count} waiting." if count else "Nothing is waiting for that channel."
    return Reply(Message(text, [section(text)]))


ACTIONS = {RESUME: resume}
