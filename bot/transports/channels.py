"""Asking Slack who is in a channel."""

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.audiences import ChannelPeople
from bot.domain.errors import DeliveryError
from bot.transports.installation import Installation
from bot.transports.slack import delivery_error

PAGE = 200


class SlackChannels:
    """Reads members (conversations.members) and shared teams (conversations.info)."""

    def __init__(self, client: AsyncWebClient, installation: Installation) -> None:
        self._client = client
        self._installation = installation

    async def people_in(self, channel: str) -> ChannelPeople:
        """Everyone in the channel but our own bot."""
        users: set[str] = set()
        cursor = ""
        while True:
            page = await self._ask("conversations.members", channel=channel, limit=PAGE, cursor=cursor)
            users |= set(page.get("members") or [])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        info = (await self._ask("conversations.info", channel=channel)).get("channel") or {}
        teams = set(info.get("shared_team_ids") or []) | set(info.get("connected_team_ids") or [])
        return ChannelPeople(frozenset(users - {self._installation.bot_user_id}), frozenset(teams))

    async def _ask(self, method: str, **params: Any) -> Any:
        try:
            return await self._client.api_call(method, params={k: v for k, v in params.items() if v})
        except SlackApiError as error:
            raise delivery_error(error) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DeliveryError(type(error).__name__, passing=True) from error
