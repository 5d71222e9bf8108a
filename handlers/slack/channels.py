"""What happens to channels we post in."""

from typing import Any

from bot.services.all import Services
from bot.transports.installation import Installation


async def member_joined(services: Services, installation: Installation, event: dict[str, Any]) -> None:
    """Somebody invited the bot: what could not be posted there goes out."""
    if event.get("user") == installation.bot_user_id:
        await services.alerts.resume(str(event.get("channel")))


EVENTS = {"member_joined_channel": member_joined}
