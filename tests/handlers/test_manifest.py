"""The app as it must be created in Slack, against what the program really listens for and calls."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.all import Services
from bot.transports.installation import Installation
from handlers.slack import register
from handlers.slack.dispatch import Dispatcher
from handlers.slack.inflight import Inflight

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""It has nothing to do with the database."""

ROOT = Path(__file__).parents[2]

SCOPES = {
    # A method's or an event's page on docs.slack.dev says which scope it takes.
    "auth.test": set[str](),
    "views.open": set[str](),
    "views.push": set[str](),
    "views.update": set[str](),
    "chat.postMessage": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.members": {"channels:read", "groups:read"},
    "app_mention": {"app_mentions:read"},
    "message.im": {"im:history"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
}


@pytest.fixture
def manifest() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / "manifest.json").read_text())
    return content


@pytest.fixture
def dispatcher(services: Services) -> Dispatcher:
    made = Dispatcher(services, Installation("xoxb-test"), AsyncWebClient(), Inflight())
    register(made)
    return made


def called_methods() -> Iterator[str]:
    """Every method of Slack's that a literal in our code names."""
    for file in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                if name in ("api_call", "_call", "_ask"):
                    yield str(node.args[0].value)


@ON_SQLITE
def test_it_has_every_command_and_no_other(manifest: dict[str, Any], dispatcher: Dispatcher) -> None:
    offered = {command["command"] for command in manifest["features"]["slash_commands"]}
    assert offered == set(dispatcher.commands)


@ON_SQLITE
def test_it_has_every_shortcut_and_no_other(manifest: dict[str, Any], dispatcher: Dispatcher) -> None:
    offered = {shortcut["callback_id"] for shortcut in manifest["features"]["shortcuts"]}
    assert offered == set(dispatcher.shortcuts)


@ON_SQLITE
def test_it_subscribes_to_every_event_and_no_other(manifest: dict[str, Any], dispatcher: Dispatcher) -> None:
    subscribed = {event.split(".")[0] for event in manifest["settings"]["event_subscriptions"]["bot_events"]}
    assert subscribed == set(dispatcher.events)


def test_fields_that_are_filled_by_typing_have_an_address(manifest: dict[str, Any]) -> None:
    interactivity = manifest["settings"]["interactivity"]
    assert interactivity["message_menu_options_url"] == interactivity["request_url"]


def test_it_asks_for_the_scopes_of_what_is_called_and_listened_for_and_no_other(
    manifest: dict[str, Any],
) -> None:
    used = {*called_methods(), *manifest["settings"]["event_subscriptions"]["bot_events"]}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set().union(
        {"commands"}, *(SCOPES[name] for name in used)
    )
