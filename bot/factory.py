"""The one place that builds everything, and closes it again."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import httpx
from slack_sdk.web.async_client import AsyncWebClient

from bot.clients.dhl import Dhl
from bot.config import Settings
from bot.services.access_requests import AccessRequests
from bot.services.alerts import Alerts, Transport
from bot.services.all import Services
from bot.services.amendments import Amendments
from bot.services.api_flags import ApiFlags
from bot.services.api_keys import ApiKeys
from bot.services.audiences import Audiences, ChannelDirectory
from bot.services.audit import Audit
from bot.services.cases import Cases
from bot.services.deconfliction import Deconfliction
from bot.services.digests import Digests
from bot.services.disclosures import Disclosures
from bot.services.flags import Flags
from bot.services.lookups import Lookups, PartnerClient
from bot.services.markings import Markings
from bot.services.members import Members
from bot.services.organisations import Organisations
from bot.services.recognising import Recognising
from bot.services.renderings import Renderings
from bot.services.suggestions import Suggestions
from bot.services.upkeep import Upkeep
from bot.transports.channels import SlackChannels
from bot.transports.installation import Installation
from bot.transports.slack import SlackTransport
from bot.wake import Wake
from storage.database import Database, utc_now
from storage.facts import Allowance

SLACK_TIMEOUT = aiohttp.ClientTimeout(total=6, connect=4)
"""Seconds. Shorter than a delivery's lease; with a session of our own, the SDK's timeout does not hold."""


@dataclass(frozen=True, slots=True)
class Program:
    """What lives as long as the process."""

    settings: Settings
    database: Database
    services: Services
    installation: Installation
    session: aiohttp.ClientSession
    """The one session in which everything is asked of Slack: a session of its own would be a handshake each call."""
    slack: AsyncWebClient
    """With the bot's token."""
    wake: Wake
    """Set whenever there is something for the worker to do at once."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Everything beyond the database that services speak to; tests put doubles in its place."""

    transport: Transport
    channels: ChannelDirectory
    partners: Sequence[PartnerClient]
    allowance: Allowance
    installed_team: Callable[[], str]


def services_on(
    database: Database,
    now: Callable[[], datetime],
    outside: Outside,
    wake: Callable[[], None],
    operation_key: bytes = b"",
) -> Services:
    """Every service, on one database, clock and world outside; without a key, deconfliction is off."""
    partners = frozenset(client.partner for client in outside.partners)
    digests = Digests(database, now, wake)
    audiences = Audiences(database, now, outside.channels, outside.installed_team, wake)
    disclosures = Disclosures(database, now)
    renderings = Renderings(database, digests, audiences, outside.installed_team, now)
    flags = Flags(database, now, partners, wake, outside.installed_team)
    markings = Markings(database, now, outside.installed_team, wake)
    return Services(
        flags=flags,
        suggestions=Suggestions(database),
        recognising=Recognising(database, now, outside.installed_team, wake),
        cases=Cases(database, now, partners, wake),
        markings=markings,
        amendments=Amendments(database, now, markings, wake),
        deconfliction=Deconfliction(database, now, operation_key, wake),
        members=Members(database, now, wake),
        organisations=Organisations(database, now, wake),
        access_requests=AccessRequests(database, now, outside.installed_team, wake),
        digests=digests,
        lookups=Lookups(database, now, outside.partners, outside.allowance, wake),
        alerts=Alerts(database, now, outside.transport, renderings, disclosures),
        disclosures=disclosures,
        audit=Audit(database, now),
        audiences=audiences,
        upkeep=Upkeep(database, now),
        api_keys=ApiKeys(database, now),
        api_flags=ApiFlags(database, flags, disclosures, wake),
    )


@asynccontextmanager
async def open_program(settings: Settings) -> AsyncIterator[Program]:
    """Everything, built; nothing is asked of Slack, of a partner or of the database yet."""
    database = Database(settings.database_url)
    wake = Wake()
    async with (
        aiohttp.ClientSession(timeout=SLACK_TIMEOUT) as session,
        httpx.AsyncClient(follow_redirects=False) as http,
    ):
        slack = slack_client(settings, session, settings.slack_bot_token.get_secret_value())
        installation = Installation(settings.slack_bot_token.get_secret_value())
        outside = Outside(
            transport=SlackTransport(slack),
            channels=SlackChannels(slack, installation),
            partners=partner_clients(settings, http),
            allowance=_allowance(settings),
            installed_team=lambda: installation.team_id,
        )
        key = settings.operation_key.get_secret_value().encode()
        services = services_on(database, utc_now, outside, wake.set, key)
        try:
            yield Program(settings, database, services, installation, session, slack, wake)
        finally:
            await database.close()


class _SlackClient(AsyncWebClient):
    """Takes an answer that is no object of JSON, and so none of Slack's, for an empty one: the SDK would stumble over it."""

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = await super()._request(http_verb=http_verb, api_url=api_url, req_args=req_args)
        except UnicodeDecodeError:
            return {"data": {}, "headers": {}, "status_code": 200}
        return answer if isinstance(answer["data"], dict) else answer | {"data": {}}


def slack_client(settings: Settings, session: aiohttp.ClientSession, token: str | None) -> AsyncWebClient:
    """A client of Slack's Web API. It repeats nothing by itself: a repeated post is a doubled message."""
    base_url = settings.slack_api_url.rstrip("/") + "/"
    return _SlackClient(token=token, base_url=base_url, session=session, retry_handlers=[])


def partner_clients(settings: Settings, http: httpx.AsyncClient) -> Sequence[PartnerClient]:
    """The partners whose credentials are set."""
    key = settings.dhl_api_key.get_secret_value()
    return [Dhl(http, settings.dhl_api_url, key)] if key else []


def _allowance(settings: Settings) -> Allowance:
    return Allowance(settings.dhl_calls_per_day, timedelta(seconds=settings.dhl_seconds_between_calls))
