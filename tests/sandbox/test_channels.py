"""Channels that are archived, left or not for the bot, and people who are out of its reach: Slack's own names for each.

https://docs.slack.dev/reference/methods?family=conversations
"""

from typing import Any

import httpx
import pytest
from slack_sdk import WebClient

from sandbox.client import Sandbox
from tests.sandbox.refusing import refused


@pytest.fixture
def posted(sandbox: Sandbox, web: WebClient) -> str:
    """A message of the bot's in #operations."""
    ts: str = web.chat_postMessage(channel="C0OPS", text="Before")["ts"]
    return ts


@pytest.fixture
def far(sandbox: Sandbox) -> str:
    """Somebody of another workspace who shares no channel with the bot."""
    sandbox.post("/sandbox/teams", {"id": "T0BRAND", "name": "Brand", "domain": "brand"})
    sandbox.post("/sandbox/people", {"id": "U0BRAND1", "name": "brand-analyst-1", "team": "T0BRAND"})
    return "U0BRAND1"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"text": "x"}, "is_archived"),
        ("chat.postEphemeral", {"text": "x", "user": "U0DHL1"}, "is_archived"),
        ("chat.meMessage", {"text": "x"}, "is_archived"),
        ("chat.scheduleMessage", {"text": "x", "post_at": 4_000_000_000}, "is_archived"),
        ("chat.update", {"text": "x"}, "is_inactive"),
        ("reactions.add", {"name": "eyes"}, "is_archived"),
        ("conversations.archive", {}, "already_archived"),
        ("conversations.invite", {"users": "U0GUEST1"}, "is_archived"),
        ("conversations.join", {}, "is_archived"),
        ("conversations.leave", {}, "is_archived"),
        ("conversations.rename", {"name": "other"}, "is_archived"),
        ("conversations.setTopic", {"topic": "x"}, "is_archived"),
        ("conversations.setPurpose", {"purpose": "x"}, "is_archived"),
    ],
)
def test_nothing_changes_in_an_archived_channel(
    sandbox: Sandbox, web: WebClient, posted: str, method: str, arguments: dict[str, Any], error: str
) -> None:
    sandbox.patch("/sandbox/channels/C0OPS", {"is_archived": True})
    where = {"channel": "C0OPS", "ts": posted, "timestamp": posted}
    refused(error, web.api_call, api_method=method, json={**where, **arguments})


def test_an_archived_channel_can_still_be_read(sandbox: Sandbox, web: WebClient, posted: str) -> None:
    sandbox.patch("/sandbox/channels/C0OPS", {"is_archived": True})
    assert web.conversations_history(channel="C0OPS")["messages"][0]["text"] == "Before"
    assert web.reactions_get(channel="C0OPS", timestamp=posted)["message"]["text"] == "Before"
    assert web.conversations_info(channel="C0OPS")["channel"]["is_archived"] is True
    assert "C0OPS" not in [c["id"] for c in web.conversations_list(exclude_archived=True)["channels"]]


def test_no_file_goes_into_an_archived_channel(sandbox: Sandbox, web: WebClient) -> None:
    begun = web.files_getUploadURLExternal(filename="a.txt", length=1)
    httpx.post(begun["upload_url"], content=b"x")
    sandbox.patch("/sandbox/channels/C0OPS", {"is_archived": True})
    files = [{"id": begun["file_id"]}]
    refused("posting_to_channel_denied", web.files_completeUploadExternal, files=files, channel_id="C0OPS")


def test_a_public_channel_that_was_left_takes_nothing_more(web: WebClient, posted: str) -> None:
    web.conversations_leave(channel="C0OPS")
    refused("not_in_channel", web.chat_postMessage, channel="C0OPS", text="x")
    refused("not_in_channel", web.chat_postEphemeral, channel="C0OPS", user="U0DHL1", text="x")
    refused("not_in_channel", web.conversations_invite, channel="C0OPS", users="U0GUEST1")
    refused("not_in_channel", web.conversations_setTopic, channel="C0OPS", topic="x")
    refused("not_in_channel", web.conversations_history, channel="C0OPS")
    assert web.conversations_leave(channel="C0OPS")["not_in_channel"] is True


def test_a_private_channel_that_was_left_is_no_more_for_the_bot(sandbox: Sandbox, web: WebClient) -> None:
    ts = web.chat_postMessage(channel="C0DHL", text="x")["ts"]
    sandbox.person("U0DHL1").types("/remove @ofa", channel="C0DHL")
    for call in (web.conversations_info, web.conversations_members, web.conversations_history):
        refused("channel_not_found", call, channel="C0DHL")
    refused("channel_not_found", web.chat_postMessage, channel="C0DHL", text="x")
    refused("channel_not_found", web.chat_update, channel="C0DHL", ts=ts, text="x")
    refused("channel_not_found", web.chat_delete, channel="C0DHL", ts=ts)
    refused("channel_not_found", web.conversations_invite, channel="C0DHL", users="U0GUEST1")


def test_whom_the_bot_cannot_invite(sandbox: Sandbox, web: WebClient, far: str) -> None:
    sandbox.patch("/sandbox/people/U0CBP1", {"deleted": True})
    invite = web.conversations_invite
    refused("user_not_found", invite, channel="C0DHL", users="U0NOBODY")
    refused("cant_invite_self", invite, channel="C0DHL", users="U0OFABOT")
    refused("already_in_channel", invite, channel="C0DHL", users="U0DHL1")
    refused("cant_invite", invite, channel="C0DHL", users=far)
    refused("cant_invite", invite, channel="C0DHL", users="U0CBP1")
    refused("no_user", invite, channel="C0DHL", users="")
    refused("cant_invite", invite, channel="C0DHL", users=["U0GUEST1", far])
    assert "U0GUEST1" not in web.conversations_members(channel="C0DHL")["members"]


def test_whom_the_bot_cannot_remove(web: WebClient) -> None:
    kick = web.conversations_kick
    refused("user_not_found", kick, channel="C0DHL", user="U0NOBODY")
    refused("cant_kick_self", kick, channel="C0DHL", user="U0OFABOT")
    refused("not_in_channel", kick, channel="C0DHL", user="U0CBP1")
    assert kick(channel="C0DHL", user="U0DHL1").data == {"ok": True, "errors": {}}
    assert "U0DHL1" not in web.conversations_members(channel="C0DHL")["members"]


def test_a_stranger_is_out_of_reach_until_a_channel_is_shared(
    sandbox: Sandbox, web: WebClient, far: str
) -> None:
    refused("channel_not_found", web.chat_postMessage, channel=far, text="x")
    refused("user_not_visible", web.conversations_open, users=far)
    refused("user_not_in_channel", web.chat_postEphemeral, channel="C0OPS", user=far, text="x")
    sandbox.post("/sandbox/channels/C0OPS/share", {"team": "T0BRAND"})
    web.conversations_invite(channel="C0OPS", users=far)
    assert web.chat_postMessage(channel=far, text="x")["ok"]
    assert web.conversations_open(users=far)["already_open"] is True


def test_who_is_deactivated_is_written_to_no_more(sandbox: Sandbox, web: WebClient) -> None:
    sandbox.patch("/sandbox/people/U0DHL1", {"deleted": True})
    refused("channel_not_found", web.chat_postMessage, channel="U0DHL1", text="x")
    refused("user_disabled", web.conversations_open, users="U0DHL1")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("Operations", "invalid_name_specials"),
        ("two words", "invalid_name_specials"),
        ("--", "invalid_name_punctuation"),
        ("operations", "name_taken"),
    ],
)
def test_what_a_channel_cannot_be_called(web: WebClient, name: str, error: str) -> None:
    refused(error, web.conversations_create, name=name)
    refused(error, web.conversations_rename, channel="C0DHL", name=name)


@pytest.mark.parametrize(
    "method", ["archive", "unarchive", "join", "rename", "invite", "kick", "setTopic", "leave"]
)
def test_a_direct_conversation_is_no_channel(web: WebClient, method: str) -> None:
    direct = web.conversations_open(users="U0DHL1")["channel"]["id"]
    arguments = {"channel": direct, "name": "other", "users": "U0CBP1", "user": "U0DHL1", "topic": "x"}
    error = "method_not_supported_for_channel_type"
    refused(error, web.api_call, api_method=f"conversations.{method}", json=arguments)


def test_the_last_member_of_a_channel_cannot_leave_it(web: WebClient) -> None:
    alone = web.conversations_create(name="alone")["channel"]["id"]
    refused("last_member", web.conversations_leave, channel=alone)


def test_a_moment_that_is_none_is_not_marked_as_read(web: WebClient) -> None:
    refused("invalid_timestamp", web.conversations_mark, channel="C0OPS", ts="yesterday")
