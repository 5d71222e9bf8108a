"""Asking for a digest."""

from bot.domain.errors import InvalidInput
from bot.messages.digests import DIGEST_HELP, posting
from handlers.slack.asked import Answer, Asked, Reply


async def digest(asked: Asked) -> Answer:
    """``/digest now``, for coordinators."""
    if asked.text.lower() != "now":
        raise InvalidInput(DIGEST_HELP)
    plans = await asked.services.digests.post_now(asked.actor, received=asked.received)
    return Reply(posting([plan.channel for plan in plans]))


COMMANDS = {"/digest": digest}
