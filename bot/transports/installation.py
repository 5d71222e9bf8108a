"""Whose bot this is: the team it is installed in, asked of Slack once."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import NotReady, SetupError

log = logging.getLogger(__name__)

FIRST_PATIENCE_SECONDS = 5.0
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0

REFUSED_FOR_GOOD = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
        "missing_scope",
    }
)
"""What Slack says of a token that no patience mends (docs.slack.dev/reference/methods/auth.test,
docs.slack.dev/reference/methods/apps.connections.open)."""


UNREADABLE = "nothing readable"
"""In place of a name, where an answer has none."""


class Installation:
    """What ``auth.test`` says of our token. Empty until it has answered."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.bot_user_id = ""
        self.bot_id = ""
        self._team_id = ""

    @property
    def is_known(self) -> bool:
        """Whether Slack has told us."""
        return bool(self._team_id)

    @property
    def team_id(self) -> str:
        """The team the bot is installed in. Raises :class:`NotReady` before Slack has told us."""
        if not self._team_id:
            raise NotReady(
                "I am just starting and cannot tell yet who you are. Please try again in a moment."
            )
        return self._team_id

    @asynccontextmanager
    async def known(self, client: AsyncWebClient) -> AsyncIterator[None]:
        """Know whose bot we are: at once, or, where Slack does not answer, as soon as it does.

        Raises :class:`SetupError` where Slack does not accept the token: that no patience mends. Where it says so only
        later, the log does.
        """
        await self._learn(client, FIRST_PATIENCE_SECONDS)
        asking = None if self.is_known else asyncio.create_task(self._learn_later(client))
        try:
            yield
        finally:
            if asking is not None:
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)

    async def _learn_later(self, client: AsyncWebClient) -> None:
        try:
            await self._learn(client, None)
        except SetupError as error:
            log.critical("%s; set a valid one, then restart", "; ".join(error.problems))

    async def _learn(self, client: AsyncWebClient, patience: float | None) -> None:
        """Ask Slack, again and again for ``patience`` seconds (None: for ever) where it does not answer."""
        wait = FIRST_WAIT_SECONDS
        try:
            async with asyncio.timeout(patience):
                while not await self._ask(client):
                    await asyncio.sleep(wait)
                    wait = min(wait * 2, LONGEST_WAIT_SECONDS)
        except TimeoutError:
            log.warning("Slack has not told us who we are")

    async def _ask(self, client: AsyncWebClient) -> bool:
        try:
            answer: Any = await client.api_call("auth.test")
        except SlackApiError as error:
            _end_where_refused("SLACK_BOT_TOKEN", error)
            log.warning("auth.test failed: %s", reason_of(error))
            return False
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("auth.test failed: %s", type(error).__name__)
            return False
        self._team_id = answer["team_id"]
        self.bot_user_id = answer.get("user_id") or ""
        self.bot_id = answer.get("bot_id") or ""
        return True


async def confirm_app_token(client: AsyncWebClient, app_token: str) -> None:
    """Ask Slack whether sockets may be opened; the address that it gives is not used.

    Raises :class:`SetupError` where Slack does not accept the token. Where Slack does not answer, whoever opens the
    sockets goes on trying.
    """
    try:
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        _end_where_refused("SLACK_APP_TOKEN", error)
        log.warning("apps.connections.open failed: %s", reason_of(error))
    except (aiohttp.ClientError, TimeoutError) as error:
        log.warning("apps.connections.open failed: %s", type(error).__name__)


def reason_of(error: SlackApiError) -> str:
    """Slack's name for what is wrong; :data:`UNREADABLE` where it is not Slack that answers."""
    data = getattr(error.response, "data", None)  # what could not be parsed comes as aiohttp has it
    reason = data.get("error") if isinstance(data, dict) else None
    return str(reason or UNREADABLE)


def _end_where_refused(setting: str, error: SlackApiError) -> None:
    reason = reason_of(error)
    if reason in REFUSED_FOR_GOOD:
        raise SetupError([f"{setting}: Slack does not accept it ({reason})"]) from error
