"""``python -m bot check``: one line for each thing that must be right."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import httpx
from slack_sdk.errors import SlackApiError

from bot.app import bind
from bot.config import Need, Settings, load_settings
from bot.domain.alerts import REMEDIES
from bot.domain.errors import ClientError, SetupError
from bot.domain.facts import Outcome
from bot.domain.identifiers import identify
from bot.domain.subjects import SubjectKind
from bot.factory import Program, open_program, partner_clients
from bot.terminal import operation_of
from bot.transports.installation import UNREADABLE, reason_of
from storage.database import utc_now
from storage.migrate import require_head

MANIFEST = Path(__file__).parent.parent / "manifest.json"

PROBE = "7777777770"
"""DHL's own sample number."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``mend`` is empty where it is right."""

    what: str
    mend: str = ""

    @property
    def line(self) -> str:
        return f"wrong  {self.what}: {self.mend}" if self.mend else f"ok     {self.what}"


async def check_everything(tell: Callable[[str], None]) -> bool:
    """Look at everything, telling each line as it is known; whether all is right."""
    try:
        settings = load_settings(Need.SLACK, Need.SLACK_REQUESTS)
    except SetupError as error:
        for problem in error.problems:
            tell(_named(problem).line)
        return False
    tell(Finding("settings").line)
    right = True
    async with open_program(settings) as program:
        async for finding in _findings(program):
            tell(finding.line)
            right = right and not finding.mend
    return right


def _named(problem: str) -> Finding:
    """A line that begins with a setting's name, as a finding."""
    name, _, mend = problem.partition(": ")
    return Finding(name, mend)


async def _findings(program: Program) -> AsyncIterator[Finding]:
    yield _host(program.settings)
    for finding in _operation_file(program.settings):
        yield finding
    database = await _database(program)
    yield database
    slack, answer = await _ask_slack(program)
    yield slack
    if answer is not None:
        yield _scopes(answer)
        if not database.mend:
            async for finding in _channels(program):
                yield finding
    if program.settings.socket_mode:
        yield await _sockets(program)
    if not database.mend:
        yield await _deconfliction(program)
    async for finding in _partners(program):
        yield finding


async def _database(program: Program) -> Finding:
    try:
        await require_head(program.database)
    except SetupError as error:
        return Finding("database", "; ".join(error.problems))
    return Finding("database")


def _operation_file(settings: Settings) -> list[Finding]:
    try:
        wanted = operation_of(settings)
    except SetupError as error:
        return [_named(problem) for problem in error.problems]
    return [Finding(f"OPERATION_FILE: {settings.operation_file}")] if wanted else []


def _host(settings: Settings) -> Finding:
    """Any port will do: on its own the bot may be running."""
    try:
        bind(settings.host, 0).close()
    except SetupError as error:
        return _named(error.problems[0])
    return Finding(f"HOST: {settings.host}")


async def _ask_slack(program: Program) -> tuple[Finding, Any]:
    try:
        answer = await program.slack.api_call("auth.test")
    except SlackApiError as error:
        return Finding("auth.test", f"Slack says {_refusal(error, 'SLACK_BOT_TOKEN')}"), None
    except (aiohttp.ClientError, TimeoutError) as error:
        return Finding(
            "auth.test", f"Slack does not answer ({type(error).__name__}); look at SLACK_API_URL"
        ), None
    return Finding(f"auth.test: {answer.get('user')} in {answer.get('team')}"), answer


async def _sockets(program: Program) -> Finding:
    what = "apps.connections.open"
    try:
        await program.slack.apps_connections_open(
            app_token=program.settings.slack_app_token.get_secret_value()
        )
    except SlackApiError as error:
        told = _refusal(error, "SLACK_APP_TOKEN: it begins with xapp- and needs connections:write")
        return Finding(what, f"Slack says {told}")
    except (aiohttp.ClientError, TimeoutError) as error:
        return Finding(what, f"Slack does not answer ({type(error).__name__}); look at SLACK_API_URL")
    return Finding(what)


def _refusal(error: SlackApiError, setting: str) -> str:
    """What Slack says of a token, and where to look; what is not in Slack's words is another's."""
    reason = reason_of(error)
    return f"{reason}; look at {'SLACK_API_URL' if reason == UNREADABLE else setting}"


def _scopes(answer: Any) -> Finding:
    wanted = set(json.loads(MANIFEST.read_text())["oauth_config"]["scopes"]["bot"])
    headers = {name.lower(): value for name, value in answer.headers.items()}
    if "x-oauth-scopes" not in headers:
        return Finding("scopes", "Slack did not say which scopes the token has")
    missing = wanted - {scope.strip() for scope in headers["x-oauth-scopes"].split(",")}
    return Finding(
        "scopes", f"missing: {', '.join(sorted(missing))}; reinstall from manifest.json" if missing else ""
    )


async def _channels(program: Program) -> AsyncIterator[Finding]:
    named = defaultdict[str, list[str]](list)
    async with program.database.read() as tx:
        for organisation in await tx.members.organisations():
            named[organisation.alerts_channel].append(organisation.name)
        for due in await tx.digests.all():
            named[due.plan.channel].append(f"digest {due.plan.key}")
    if not named:
        yield Finding("operation", "none is loaded; run python -m bot apply FILE")
    for channel, users in named.items():
        what = f"channel {channel} ({', '.join(users)})"
        try:
            answer: Any = await program.slack.api_call("conversations.info", params={"channel": channel})
        except SlackApiError as error:
            yield Finding(what, _mended(reason_of(error)))
        except (aiohttp.ClientError, TimeoutError) as error:
            yield Finding(what, f"Slack does not answer ({type(error).__name__})")
        else:
            yield Finding(what, _not_posted_to(answer["channel"]))


def _not_posted_to(channel: Any) -> str:
    """Why the bot cannot post in a channel, and how that is mended; empty where it can."""
    if channel.get("is_archived"):
        return _mended("is_archived")
    return "" if channel.get("is_member") else "the bot is not in it; type /invite there"


def _mended(reason: str) -> str:
    """What Slack says, and how a person mends it."""
    remedy = REMEDIES.get(reason)
    return f"{remedy.meaning} ({reason}). {remedy.mend}" if remedy else f"Slack says {reason}"


async def _deconfliction(program: Program) -> Finding:
    async with program.database.read() as tx:
        willing = [each.name for each in await tx.members.organisations() if each.deconfliction]
    if program.services.deconfliction.is_on:
        return Finding(f"deconfliction: on for {', '.join(willing) or 'no organisation yet'}")
    if willing:
        return Finding(
            "deconfliction", f"{', '.join(willing)} switched it on, but no OPERATION_KEY is set; it is off"
        )
    return Finding("deconfliction: off, no OPERATION_KEY is set")


async def _partners(program: Program) -> AsyncIterator[Finding]:
    async with httpx.AsyncClient(follow_redirects=False) as http:
        clients = partner_clients(program.settings, http)
        if not clients:
            yield Finding("DHL: off, no DHL_API_KEY is set; parcels are not looked up")
        for client in clients:
            try:
                await client.look_up(identify(SubjectKind.PARCEL, PROBE).subject, utc_now())
            except ClientError as error:
                yield Finding(str(client.partner), f"{error.outcome} ({error.detail}); {_hint(error)}")
            else:
                yield Finding(str(client.partner))


def _hint(error: ClientError) -> str:
    if error.outcome == Outcome.BAD_KEY:
        return "look at DHL_API_KEY"
    return "DHL_API_URL is wrong" if error.permanent else "look at DHL_API_URL, or wait"
