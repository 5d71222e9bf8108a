"""Mending what does not arrive."""

from bot.messages.alerts import RESUME, TRYING_AGAIN
from handlers.slack.asked import Answer, Asked, Reply


async def resume(asked: Asked) -> Answer:
    """*Try again*, on the word that a channel cannot be reached."""
    await asked.services.alerts.try_again(asked.actor, asked.value)
    return Reply(TRYING_AGAIN)


ACTIONS = {RESUME: resume}
