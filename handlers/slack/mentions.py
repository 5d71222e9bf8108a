"""Somebody writes to the bot: by a mention in a channel, or in their conversation with it."""

import re
from typing import Any

from bot.domain.people import Person
from bot.domain.text import as_typed
from bot.services.all import Services
from bot.services.recognising import Written
from bot.transports.installation import Installation


async def written(services: Services, installation: Installation, event: dict[str, Any]) -> None:
    """Answer what a person has written; what programs write, and edits, are nothing to answer."""
    by_program = event.get("bot_id") or event.get("subtype") not in (None, "file_share", "thread_broadcast")
    user, channel, ts = (str(event.get(name) or "") for name in ("user", "channel", "ts"))
    if by_program or user in ("", installation.bot_user_id):
        return
    team = str(event.get("user_team") or event.get("team") or installation.team_id)
    said = _read(event, installation)
    await services.recognising.answer(Person(team, user), said, received=f"message {channel} {ts}")


def _read(event: dict[str, Any], installation: Installation) -> Written:
    to_us = re.compile(rf"<@{re.escape(installation.bot_user_id)}(?:\|[^<>]*)?>\s*")
    return Written(
        channel=str(event.get("channel") or ""),
        thread_ts=str(event.get("thread_ts") or ""),
        words=as_typed(to_us.sub("", str(event.get("text") or ""))).strip(),
        message=event,
    )


EVENTS = {"app_mention": written, "message": written}
