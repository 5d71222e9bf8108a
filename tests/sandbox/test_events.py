"""The Events API: https://docs.slack.dev/apis/events-api/"""

import pytest
from slack_sdk import WebClient

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.sandbox.manifest import EVENTS
from tests.sandbox.stub_bot import Reply, StubBot

FIELDS = {
    "app_mention": "user type ts client_msg_id text team blocks channel event_ts",
    "reaction_added": "type user reaction item_user item event_ts",
    "reaction_removed": "type user reaction item_user item event_ts",
    "pin_added": "type user channel_id item event_ts",
    "pin_removed": "type user channel_id item event_ts",
    "file_shared": "type channel_id file_id user_id file event_ts",
    "member_joined_channel": "type user channel channel_type team inviter event_ts",
    "user_change": "type user cache_ts event_ts",
    "team_join": "type user cache_ts event_ts",
    "channel_rename": "type channel event_ts",
    "channel_archive": "type channel user is_moved event_ts",
}
"""docs.slack.dev/reference/events"""

SUBTYPES = {
    "message_changed": "type subtype message previous_message channel hidden ts event_ts channel_type",
    "message_deleted": "type subtype previous_message channel hidden deleted_ts ts event_ts channel_type",
    "file_share": "user type ts client_msg_id text team blocks subtype files upload channel event_ts channel_type",
}

ENVELOPE = [
    "token", "team_id", "context_team_id", "context_enterprise_id", "api_app_id", "event", "type", "event_id",
    "event_time", "authorizations", "is_ext_shared_channel", "event_context",
]  # fmt: skip


def test_a_message_is_told_with_the_documented_fields(analyst: Persona, bot: StubBot) -> None:
    analyst.says("see https://a.example :eyes:", channel="C0OPS")
    envelope = bot.gets("message").payload
    assert list(envelope) == ENVELOPE
    event = envelope["event"]
    assert list(event) == [
        "user", "type", "ts", "client_msg_id", "text", "team", "blocks", "channel", "event_ts", "channel_type",
    ]  # fmt: skip
    assert event["text"] == "see <https://a.example> :eyes:"
    assert event["channel_type"] == "channel"
    assert event["blocks"][0]["type"] == "rich_text"
    assert envelope["authorizations"] == [
        {
            "enterprise_id": None,
            "team_id": "T0OPS",
            "user_id": "U0OFABOT",
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ]


def test_each_event_has_the_fields_of_its_page_in_their_order(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient
) -> None:
    sandbox.post("/sandbox/app", {"events": [*EVENTS, "pin_added", "pin_removed"]})
    message = analyst.says("hello @ofa", channel="C0OPS")
    analyst.reacts("eyes", message)
    analyst.reacts("eyes", message, remove=True)
    web.pins_add(channel="C0OPS", timestamp=message.ts)
    web.pins_remove(channel="C0OPS", timestamp=message.ts)
    analyst.uploads("label.png", b"\x89PNG", channel="C0OPS")
    analyst.edits(message, "hello")
    analyst.deletes(message)
    analyst.invites("U0GUEST1", into="C0AMAZON")
    sandbox.patch("/sandbox/people/U0DHL1", {"tz": "Europe/Berlin"})
    sandbox.post("/sandbox/people", {"id": "U0NEW", "name": "new"})
    sandbox.patch("/sandbox/channels/C0OPS", {"name": "operation", "is_archived": True})
    for kind, fields in FIELDS.items():
        event = bot.gets(kind).payload["event"]
        assert " ".join(event) == fields, kind
    for subtype, fields in SUBTYPES.items():
        assert " ".join(bot.gets("message", subtype=subtype).payload["event"]) == fields, subtype
    assert list(bot.gets("reaction_added").payload["event"]["item"]) == [
        "type",
        "channel",
        "ts",
        "channel_type",
    ]
    assert bot.gets("member_joined_channel").payload["event"]["channel_type"] == "C"


def test_what_happens_where_the_bot_is_not_stays_unknown_to_it(analyst: Persona, bot: StubBot) -> None:
    analyst.says("not for the bot", channel="C0GENERAL")
    analyst.says("for the bot", channel="C0OPS")
    bot.gets("message", text="for the bot")
    assert [received.payload["event"].get("text") for received in bot.received] == ["for the bot"]


def test_what_the_manifest_does_not_subscribe_to_is_not_told(
    sandbox: Sandbox, analyst: Persona, bot: StubBot
) -> None:
    sandbox.post("/sandbox/app", {"events": ["app_mention"]})
    analyst.says("hello @ofa", channel="C0OPS")
    bot.gets("app_mention")
    assert [received.kind for received in bot.received] == ["app_mention"]


def test_without_the_scope_an_event_is_not_told(sandbox: Sandbox, analyst: Persona, bot: StubBot) -> None:
    sandbox.post("/sandbox/app", {"scopes": ["app_mentions:read"]})
    analyst.says("hello @ofa", channel="C0OPS")
    bot.gets("app_mention")
    assert [received.kind for received in bot.received] == ["app_mention"]


@pytest.mark.parametrize(("scope", "told"), [("channels:read", "C0GENERAL"), ("groups:read", "C0DHL")])
def test_who_comes_is_told_with_the_scope_of_the_kind_of_channel(
    sandbox: Sandbox, bot: StubBot, scope: str, told: str
) -> None:
    sandbox.person("U0DHL1").types("/invite @ofa", channel="C0GENERAL")
    bot.gets("member_joined_channel")
    bot.received.clear()
    sandbox.post("/sandbox/app", {"scopes": [scope, "app_mentions:read"]})
    for channel in ("C0GENERAL", "C0DHL"):
        sandbox.person("U0DHL1").types("/remove @cbp-liaison-1", channel=channel)
        sandbox.person("U0DHL1").types("/invite @cbp-liaison-1", channel=channel)
    sandbox.person("U0DHL1").says("@ofa", channel="C0DHL")
    bot.gets("app_mention")
    joined = bot.gets("member_joined_channel").payload["event"]
    assert joined["channel"] == told
    assert {got.payload["event"]["channel"] for got in bot.received if "member" in got.kind} == {told}


def test_a_direct_message_is_told_as_one(analyst: Persona, bot: StubBot) -> None:
    channel = analyst.converses_with("U0OFABOT")
    analyst.says("help", channel=channel)
    event = bot.gets("message").payload["event"]
    assert (event["channel_type"], event["channel"]) == ("im", channel)


def test_a_conversation_of_several_is_told_as_one(analyst: Persona, bot: StubBot) -> None:
    channel = analyst.converses_with("U0OFABOT", "U0DHL1")
    analyst.says("help us", channel=channel)
    event = bot.gets("message").payload["event"]
    assert (event["channel_type"], event["channel"]) == ("mpim", channel)


def test_a_reply_is_told_with_its_thread_and_a_broadcast_as_one(
    sandbox: Sandbox, analyst: Persona, bot: StubBot
) -> None:
    parent = analyst.says("parent", channel="C0OPS")
    analyst.types("reply", channel="C0OPS", thread=parent)
    reply = bot.gets("message", text="reply").payload["event"]
    assert (reply["thread_ts"], reply["parent_user_id"]) == (parent.ts, analyst.id)
    said = {"channel": "C0OPS", "text": "to all", "thread_ts": parent.ts, "broadcast": True}
    sandbox.post(f"/sandbox/people/{analyst.id}/type", said)
    broadcast = bot.gets("message", text="to all").payload["event"]
    assert (broadcast["subtype"], broadcast["root"]["text"]) == ("thread_broadcast", "parent")


def test_who_is_named_is_told_by_id(analyst: Persona, bot: StubBot) -> None:
    analyst.says("@coordinators @dhl-analyst-1 #operations @here", channel="C0OPS")
    event = bot.gets("message").payload["event"]
    assert event["text"] == ("<!subteam^S0COORD|@coordinators> <@U0DHL1> <#C0OPS|operations> <!here>")
    elements = event["blocks"][0]["elements"][0]["elements"]
    assert [element["type"] for element in elements if element["type"] != "text"] == [
        "usergroup", "user", "channel", "broadcast",
    ]  # fmt: skip


def test_edits_and_deletions_are_told(analyst: Persona, bot: StubBot) -> None:
    message = analyst.says("frist", channel="C0OPS")
    analyst.edits(message, "first")
    changed = bot.gets("message", subtype="message_changed").payload["event"]
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("first", "frist")
    analyst.deletes(message)
    deleted = bot.gets("message", subtype="message_deleted").payload["event"]
    assert deleted["deleted_ts"] == message.ts


def test_coming_and_going_is_told(sandbox: Sandbox, analyst: Persona, bot: StubBot) -> None:
    analyst.invites("U0STRANGER1", into="C0OPS")
    joined = bot.gets("member_joined_channel").payload["event"]
    assert list(joined) == ["type", "user", "channel", "channel_type", "team", "inviter", "event_ts"]
    assert (joined["user"], joined["inviter"]) == ("U0STRANGER1", "U0AMAZON1")
    sandbox.person("U0STRANGER1").leaves("C0OPS")
    left = bot.gets("member_left_channel").payload["event"]
    assert list(left) == ["type", "user", "channel", "channel_type", "team", "event_ts"]


def test_the_bot_is_told_when_it_is_invited_and_removed_itself(
    sandbox: Sandbox, analyst: Persona, bot: StubBot
) -> None:
    sandbox.post("/sandbox/app", {"events": ["member_joined_channel", "channel_left"]})
    analyst.types("/invite @ofa", channel="C0GENERAL")
    assert bot.gets("member_joined_channel").payload["event"]["user"] == "U0OFABOT"
    analyst.types("/remove @ofa", channel="C0GENERAL")
    left = bot.gets("channel_left").payload["event"]
    assert list(left) == ["type", "channel", "actor_id", "event_ts"]
    assert (left["channel"], left["actor_id"]) == ("C0GENERAL", "U0AMAZON1")


def test_a_channel_that_is_renamed_or_archived_is_told(sandbox: Sandbox, bot: StubBot) -> None:
    sandbox.patch("/sandbox/channels/C0OPS", {"name": "operation"})
    assert bot.gets("channel_rename").payload["event"]["channel"]["name"] == "operation"
    sandbox.patch("/sandbox/channels/C0OPS", {"is_archived": True})
    assert bot.gets("channel_archive").payload["event"]["channel"] == "C0OPS"


def test_somebody_who_changes_is_told(sandbox: Sandbox, bot: StubBot) -> None:
    sandbox.patch("/sandbox/people/U0DHL1", {"deleted": True})
    user = bot.gets("user_change").payload["event"]["user"]
    assert (user["id"], user["deleted"]) == ("U0DHL1", True)


def test_an_event_without_an_ack_comes_again_at_once_after_one_and_after_five_minutes(
    sandbox: Sandbox, analyst: Persona, bot: StubBot
) -> None:
    bot.answers["message"] = Reply(status=503)
    analyst.says("hello", channel="C0OPS")
    first, second = bot.gets("message"), bot.gets("message", 2)
    assert "X-Slack-Retry-Num" not in first.headers
    assert (second.headers["X-Slack-Retry-Num"], second.headers["X-Slack-Retry-Reason"]) == (
        "1",
        "http_error",
    )
    assert first.payload["event_id"] == second.payload["event_id"]
    assert len(sandbox.awaits_traffic("message.channels", 2)) == 2
    sandbox.advance(60)
    assert bot.gets("message", 3).headers["X-Slack-Retry-Num"] == "2"
    sandbox.awaits_traffic("message.channels", 3)
    sandbox.advance(300)
    assert bot.gets("message", 4).headers["X-Slack-Retry-Num"] == "3"
    sandbox.awaits_traffic("message.channels", 4)
    sandbox.advance(24 * 3600)
    analyst.says("next", channel="C0OPS")
    bot.gets("message", 5)
    assert [received.payload["event"]["text"] for received in bot.received[:5]] == ["hello"] * 4 + ["next"]


def test_an_event_does_not_come_again_before_its_time(
    sandbox: Sandbox, analyst: Persona, bot: StubBot
) -> None:
    bot.answers["message"] = lambda got: Reply(status=503 if got.payload["event"]["text"] == "hello" else 200)

    def meanwhile(text: str) -> int:
        """How often it has come, when something that happens now has arrived."""
        analyst.says(text, channel="C0OPS")
        bot.gets("message", text=text)
        return sum(got.payload["event"]["text"] == "hello" for got in bot.received)

    analyst.says("hello", channel="C0OPS")
    sandbox.awaits_traffic("message.channels", 2)
    sandbox.advance(55)
    assert meanwhile("55 seconds later") == 2
    sandbox.advance(5)
    bot.gets("message", 3, text="hello")
    sandbox.awaits_traffic("message.channels", 4)
    sandbox.advance(295)
    assert meanwhile("295 seconds later") == 3
    sandbox.advance(5)
    bot.gets("message", 4, text="hello")


@pytest.mark.hasty
def test_a_slow_ack_is_retried_as_a_timeout(analyst: Persona, bot: StubBot) -> None:
    bot.answers["message"] = lambda got: Reply(after=0.0 if "X-Slack-Retry-Num" in got.headers else 1.4)
    analyst.says("hello", channel="C0OPS")
    assert bot.gets("message", 2).headers["X-Slack-Retry-Reason"] == "http_timeout"


def test_two_redirects_are_followed_and_a_third_is_retried_as_too_many(
    sandbox: Sandbox, analyst: Persona, bot: StubBot
) -> None:
    further = Reply(status=307, headers={"Location": f"{bot.url}/slack/events"})
    bot.answers["message"] = lambda _: further if len(bot.received) <= 2 else Reply()
    analyst.says("twice", channel="C0OPS")
    (record,) = sandbox.awaits_traffic("message.channels")
    assert record["ok"] is True
    bot.answers["message"] = lambda got: Reply() if "X-Slack-Retry-Num" in got.headers else further
    analyst.says("for ever", channel="C0OPS")
    again = bot.gets("message", 7)
    assert again.headers["X-Slack-Retry-Reason"] == "too_many_redirects"


@pytest.mark.parametrize(("scheme", "reason"), [("http", "connection_failed"), ("https", "ssl_error")])
def test_a_bot_that_cannot_be_reached_is_told_why_once_it_can(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, scheme: str, reason: str
) -> None:
    nowhere = "http://127.0.0.1:9" if scheme == "http" else bot.url.replace("http", "https", 1)
    sandbox.bot_is_at(nowhere)
    analyst.says("hello", channel="C0OPS")
    sandbox.awaits_traffic("message.channels", 2)
    sandbox.bot_is_at(bot.url)
    sandbox.advance(60)
    assert bot.gets("message").headers["X-Slack-Retry-Reason"] == reason


def test_the_bot_can_ask_not_to_be_told_again(sandbox: Sandbox, analyst: Persona, bot: StubBot) -> None:
    bot.answers["message"] = Reply(status=500, headers={"X-Slack-No-Retry": "1"})
    analyst.says("hello", channel="C0OPS")
    sandbox.awaits_traffic("message.channels")
    sandbox.advance(3600)
    bot.answers["message"] = Reply()
    analyst.says("next", channel="C0OPS")
    assert bot.gets("message", 2).payload["event"]["text"] == "next"


def test_a_lost_ack_brings_the_event_again(sandbox: Sandbox, analyst: Persona, bot: StubBot) -> None:
    sandbox.switch("deliver:event", "lost_ack", times=1)
    analyst.says("hello", channel="C0OPS")
    assert bot.gets("message", 2).payload["event_id"] == bot.gets("message").payload["event_id"]
    sandbox.check()


def test_anything_can_be_delivered_twice(sandbox: Sandbox, analyst: Persona, bot: StubBot) -> None:
    sandbox.switch("deliver:command", "twice", times=1)
    analyst.types("/flag x", channel="C0OPS")
    assert bot.gets("command").payload == bot.gets("command", 2).payload
    sandbox.check()


def test_what_was_delivered_can_be_delivered_again_later(
    sandbox: Sandbox, analyst: Persona, bot: StubBot
) -> None:
    analyst.says("hello", channel="C0OPS")
    (record,) = sandbox.awaits_traffic("message.channels")
    sandbox.post("/sandbox/redeliver", {"traffic": record["id"]})
    again = bot.gets("message", 2)
    assert again.payload == bot.gets("message").payload
    assert again.headers["X-Slack-Retry-Num"] == "1"


def test_a_link_of_the_apps_domains_is_told_and_unfurled(
    sandbox: Sandbox, analyst: Persona, bot: StubBot
) -> None:
    message = analyst.says("see https://cases.example/1 and https://other.example/2", channel="C0OPS")
    event = bot.gets("link_shared").payload["event"]
    assert list(event) == [
        "type", "channel", "is_bot_user_member", "user", "message_ts", "unfurl_id", "source", "links", "event_ts",
    ]  # fmt: skip
    assert event["links"] == [{"url": "https://cases.example/1", "domain": "cases.example"}]
    assert event["message_ts"] == message.ts


def test_who_mentions_somebody_who_is_not_there_is_told_how_to_invite_them(
    sandbox: Sandbox, analyst: Persona, bot: StubBot
) -> None:
    analyst.says("@ofa and @dhl-analyst-1, look", channel="C0GENERAL")
    told = analyst.sees("You mentioned", channel="C0GENERAL")
    assert told.raw["only_visible_to"] == analyst.id
    assert told.raw["text"].endswith("To invite them: `/invite @ofa`")
    sandbox.person("U0DHL1").does_not_see("You mentioned", channel="C0GENERAL")
    analyst.types("/invite @ofa", channel="C0GENERAL")
    analyst.says("@ofa, look again", channel="C0GENERAL")
    assert "look again" in bot.gets("app_mention").payload["event"]["text"]
