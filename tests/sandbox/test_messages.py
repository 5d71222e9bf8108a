"""Messages: https://docs.slack.dev/messaging/"""

import httpx
import pytest
from slack_sdk import WebClient

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.sandbox.refusing import refused
from tests.sandbox.stub_bot import Reply, StubBot
from tests.sandbox.views import actions, button, section

DAY = 86400


def test_a_posted_message_has_the_documented_fields(web: WebClient) -> None:
    answer = web.chat_postMessage(channel="C0AMAZON", text="Alert", blocks=[section("An *alert*")])
    assert list(answer.data) == ["ok", "channel", "ts", "message"]
    assert list(answer["message"]) == [
        "user", "type", "ts", "bot_id", "app_id", "text", "team", "bot_profile", "blocks",
    ]  # fmt: skip
    assert answer["message"]["blocks"][0]["block_id"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0GENERAL", "text": "x"}, "not_in_channel"),
        ({"channel": "C0OPS"}, "no_text"),
        ({"channel": "C0OPS", "text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"channel": "C0OPS", "text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"channel": "C0OPS", "text": "x", "metadata": {"event_type": "t"}}, "invalid_metadata_schema"),
        ({"channel": "C0OPS", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"text": "x", "channel": ""}, "invalid_arguments"),
    ],
)
def test_what_slack_would_not_post(
    sandbox: Sandbox, web: WebClient, arguments: dict[str, object], error: str
) -> None:
    refused(error, web.api_call, api_method="chat.postMessage", json=arguments)
    (refusal,) = sandbox.refusals()
    assert refusal["error"] == error
    assert refusal["sentence"], "it is said in words"


def test_a_public_channel_needs_no_membership_with_the_scope_for_it(sandbox: Sandbox, web: WebClient) -> None:
    sandbox.post("/sandbox/app", {"scopes": ["chat:write", "chat:write.public"]})
    assert web.chat_postMessage(channel="#general", text="Hello")["channel"] == "C0GENERAL"


def test_an_archived_channel_takes_nothing(sandbox: Sandbox, web: WebClient) -> None:
    sandbox.patch("/sandbox/channels/C0OPS", {"is_archived": True})
    refused("is_archived", web.chat_postMessage, channel="C0OPS", text="x")


def test_a_message_without_text_is_posted_with_a_warning(web: WebClient) -> None:
    answer = web.api_call("chat.postMessage", json={"channel": "C0OPS", "blocks": [section("only blocks")]})
    assert "missing_text_in_message" in answer["response_metadata"]["warnings"]


def test_every_way_to_write_warns_of_a_missing_text(sandbox: Sandbox, web: WebClient) -> None:
    blocks = [section("only blocks")]
    ts = web.chat_postMessage(channel="C0OPS", text="x")["ts"]
    soon = int(sandbox.get("/sandbox/clock")["now"]) + 600
    for method, more in (
        ("chat.update", {"ts": ts}),
        ("chat.postEphemeral", {"user": "U0DHL1"}),
        ("chat.scheduleMessage", {"post_at": soon}),
    ):
        answer = web.api_call(method, json={"channel": "C0OPS", "blocks": blocks, **more})
        assert answer["warning"] == "missing_text_in_message", method
        assert "screen readers" in answer["response_metadata"]["messages"][0], method


def test_where_slack_has_no_place_for_a_warning_the_record_says_it(
    sandbox: Sandbox, analyst: Persona, bot: StubBot
) -> None:
    bot.answers["command"] = Reply({"blocks": [section("only blocks")]})
    analyst.types("/flag x", channel="C0AMAZON")
    assert "`text` argument is missing" in sandbox.traffic("/flag")[-1]["notes"][0]
    httpx.post(bot.gets("command").payload["response_url"], json={"blocks": [section("only blocks")]})
    assert "`text` argument is missing" in sandbox.traffic("response_url")[-1]["notes"][0]


def test_the_bots_own_message_comes_back_to_it_with_its_ids(web: WebClient, bot: StubBot) -> None:
    ts = web.chat_postMessage(channel="C0OPS", text="Alert")["ts"]
    told = bot.gets("message", text="Alert").payload["event"]
    web.chat_update(channel="C0OPS", ts=ts, text="Alert, changed")
    changed = bot.gets("message", subtype="message_changed").payload["event"]
    (stored,) = web.conversations_history(channel="C0OPS")["messages"]
    for message in (told, changed["message"], changed["previous_message"], stored):
        ids = (message["user"], message["bot_id"], message["app_id"])
        assert ids == ("U0OFABOT", "B0OFA", "A0OFA")


def test_a_person_is_written_to_by_their_id(sandbox: Sandbox, web: WebClient) -> None:
    answer = web.chat_postMessage(channel="U0DHL1", text="Between us")
    assert answer["channel"].startswith("D")
    sandbox.person("U0DHL1").sees("Between us", channel=answer["channel"])


def test_raw_ampersands_are_escaped_as_slack_keeps_them(analyst: Persona, web: WebClient) -> None:
    answer = web.chat_postMessage(channel="C0AMAZON", text="Fish & chips &lt;b&gt; <https://a.example|here>")
    assert answer["message"]["text"] == "Fish &amp; chips &lt;b&gt; <https://a.example|here>"
    assert analyst.sees("Fish & chips", channel="C0AMAZON").text == "Fish & chips <b> here"


def test_an_update_replaces_and_marks_the_message(analyst: Persona, web: WebClient) -> None:
    ts = web.chat_postMessage(channel="C0AMAZON", text="Old", blocks=[section("Old")])["ts"]
    answer = web.chat_update(channel="C0AMAZON", ts=ts, text="New", blocks=[section("New")])
    assert list(answer.data) == ["ok", "channel", "ts", "text", "message"]
    message = analyst.sees("New", channel="C0AMAZON")
    assert message.raw["edited"]["user"] == "U0OFABOT"
    analyst.does_not_see("Old")


def test_an_update_with_text_alone_keeps_the_blocks_and_says_so(
    sandbox: Sandbox, analyst: Persona, web: WebClient
) -> None:
    ts = web.chat_postMessage(channel="C0AMAZON", text="Old", blocks=[section("Old")])["ts"]
    web.chat_update(channel="C0AMAZON", ts=ts, text="New")
    analyst.sees("Old", channel="C0AMAZON")
    assert "keeps its blocks" in sandbox.traffic("chat.update")[-1]["notes"][0]
    web.chat_update(channel="C0AMAZON", ts=ts, text="New", blocks=[])
    analyst.sees("New", channel="C0AMAZON")


def test_only_the_bots_own_lasting_messages_can_be_changed(
    sandbox: Sandbox, analyst: Persona, web: WebClient
) -> None:
    theirs = analyst.says("mine", channel="C0AMAZON")
    refused("cant_update_message", web.chat_update, channel="C0AMAZON", ts=theirs.ts, text="x")
    refused("cant_delete_message", web.chat_delete, channel="C0AMAZON", ts=theirs.ts)
    ephemeral = web.chat_postEphemeral(channel="C0AMAZON", user=analyst.id, text="for you")["message_ts"]
    refused("message_not_found", web.chat_update, channel="C0AMAZON", ts=ephemeral, text="x")
    refused("message_not_found", web.chat_delete, channel="C0AMAZON", ts="1.000001")
    ts = web.chat_postMessage(channel="C0AMAZON", text="x")["ts"]
    refused("msg_too_long", web.chat_update, channel="C0AMAZON", ts=ts, text="x" * 4001)
    assert len(sandbox.refusals()) == 5


def test_a_long_text_is_cut_or_refused_by_the_method(sandbox: Sandbox, web: WebClient) -> None:
    soon = int(sandbox.get("/sandbox/clock")["now"]) + 600
    most, beyond = "x" * 40_000, "x" * 40_001
    posted = web.chat_postMessage(channel="C0OPS", text=beyond)
    assert (len(posted["message"]["text"]), posted["warning"]) == (40_000, "message_truncated")
    web.chat_postEphemeral(channel="C0OPS", user="U0COORD1", text=most)
    web.chat_scheduleMessage(channel="C0OPS", post_at=soon, text=most)
    web.chat_meMessage(channel="C0OPS", text=most)
    refused("msg_too_long", web.chat_postEphemeral, channel="C0OPS", user="U0COORD1", text=beyond)
    refused("msg_too_long", web.chat_scheduleMessage, channel="C0OPS", post_at=soon, text=beyond)
    refused("msg_too_long", web.chat_meMessage, channel="C0OPS", text=beyond)
    refused("no_text", web.api_call, api_method="chat.meMessage", json={"channel": "C0OPS"})


def test_an_ephemeral_message_is_for_one_person_in_the_channel(sandbox: Sandbox, web: WebClient) -> None:
    web.chat_postEphemeral(channel="C0AMAZON", user="U0AMAZON1", text="only you")
    sandbox.person("U0AMAZON1").sees("only you", channel="C0AMAZON")
    sandbox.person("U0AMAZON2").does_not_see("only you")
    refused("user_not_in_channel", web.chat_postEphemeral, channel="C0AMAZON", user="U0DHL1", text="x")


def test_a_deleted_message_is_gone(analyst: Persona, web: WebClient) -> None:
    ts = web.chat_postMessage(channel="C0AMAZON", text="Gone soon")["ts"]
    analyst.sees("Gone soon")
    web.chat_delete(channel="C0AMAZON", ts=ts)
    analyst.does_not_see("Gone soon")


def test_replies_stand_in_their_thread_and_broadcasts_in_both(analyst: Persona, web: WebClient) -> None:
    parent = web.chat_postMessage(channel="C0AMAZON", text="Parent")["ts"]
    web.chat_postMessage(channel="C0AMAZON", text="Reply", thread_ts=parent)
    web.chat_postMessage(channel="C0AMAZON", text="Broadcast", thread_ts=parent, reply_broadcast=True)
    channel = analyst.messages("C0AMAZON")
    assert [message.text for message in channel] == ["Parent", "Broadcast"]
    assert channel[0].raw["reply_count"] == 2
    thread = analyst.messages("C0AMAZON", thread=channel[0])
    assert [message.text for message in thread] == ["Parent", "Reply", "Broadcast"]
    assert thread[1].raw["parent_user_id"] == "U0OFABOT"
    replies = web.conversations_replies(channel="C0AMAZON", ts=parent)["messages"]
    assert [message["text"] for message in replies] == ["Parent", "Reply", "Broadcast"]
    history = web.conversations_history(channel="C0AMAZON")
    assert [message["text"] for message in history["messages"]] == ["Parent"]
    assert list(history.data) == [
        "ok", "messages", "has_more", "pin_count", "channel_actions_ts", "channel_actions_count", "response_metadata",
    ]  # fmt: skip


def test_a_parent_with_replies_leaves_a_tombstone(analyst: Persona, web: WebClient) -> None:
    parent = web.chat_postMessage(channel="C0AMAZON", text="Parent")["ts"]
    web.chat_postMessage(channel="C0AMAZON", text="Reply", thread_ts=parent)
    web.chat_delete(channel="C0AMAZON", ts=parent)
    (left,) = analyst.messages("C0AMAZON")
    assert left.raw["subtype"] == "tombstone"


def test_a_scheduled_message_comes_when_it_is_due(sandbox: Sandbox, analyst: Persona, web: WebClient) -> None:
    now = int(sandbox.get("/sandbox/clock")["now"])
    planned = web.chat_scheduleMessage(channel="C0AMAZON", post_at=now + 3600, text="Good morning")
    assert planned["message"]["type"] == "delayed_message"
    waiting = web.chat_scheduledMessages_list(channel="C0AMAZON")["scheduled_messages"]
    assert [one["id"] for one in waiting] == [planned["scheduled_message_id"]]
    analyst.does_not_see("Good morning")
    sandbox.advance(3600)
    analyst.sees("Good morning", channel="C0AMAZON")
    assert web.chat_scheduledMessages_list()["scheduled_messages"] == []


def test_a_scheduled_message_is_told_and_posted_in_its_thread(
    sandbox: Sandbox, web: WebClient, bot: StubBot
) -> None:
    now = int(sandbox.get("/sandbox/clock")["now"])
    parent = web.chat_postMessage(channel="C0OPS", text="Parent")["ts"]
    web.chat_scheduleMessage(channel="C0OPS", post_at=now + 60, text="Reply", thread_ts=parent)
    sandbox.advance(60)
    told = bot.gets("message", text="Reply").payload["event"]
    assert (told["thread_ts"], told["bot_id"]) == (parent, "B0OFA")
    replies = web.conversations_replies(channel="C0OPS", ts=parent)["messages"]
    assert [message["text"] for message in replies] == ["Parent", "Reply"]


def test_a_scheduled_message_can_be_called_off(sandbox: Sandbox, web: WebClient) -> None:
    now = int(sandbox.get("/sandbox/clock")["now"])
    planned = web.chat_scheduleMessage(channel="C0OPS", post_at=now + 60, text="x")["scheduled_message_id"]
    web.chat_deleteScheduledMessage(channel="C0OPS", scheduled_message_id=planned)
    refused(
        "invalid_scheduled_message_id",
        web.chat_deleteScheduledMessage,
        channel="C0OPS",
        scheduled_message_id=planned,
    )


def test_scheduling_has_its_bounds(sandbox: Sandbox, web: WebClient) -> None:
    now = int(sandbox.get("/sandbox/clock")["now"])
    refused("time_in_past", web.chat_scheduleMessage, channel="C0OPS", post_at=now - 10, text="x")
    refused("time_too_far", web.chat_scheduleMessage, channel="C0OPS", post_at=now + 121 * DAY, text="x")
    for _ in range(30):
        web.chat_scheduleMessage(channel="C0OPS", post_at=now + 600, text="x")
    refused("restricted_too_many", web.chat_scheduleMessage, channel="C0OPS", post_at=now + 700, text="x")


def test_a_click_on_a_button_comes_with_the_documented_payload(
    analyst: Persona, bot: StubBot, web: WebClient
) -> None:
    pressable = button("Acknowledge", value="case-1", style="primary")
    web.chat_postMessage(channel="C0AMAZON", text="Alert", blocks=[section("Alert"), actions(pressable)])
    analyst.clicks("Acknowledge")
    payload = bot.gets("block_actions").payload
    assert list(payload) == [
        "type", "user", "api_app_id", "token", "container", "trigger_id", "team", "enterprise",
        "is_enterprise_install", "channel", "message", "state", "response_url", "actions",
    ]  # fmt: skip
    assert list(payload["container"]) == ["type", "message_ts", "channel_id", "is_ephemeral"]
    (action,) = payload["actions"]
    assert list(action) == ["action_id", "block_id", "text", "value", "style", "type", "action_ts"]
    assert action["value"] == "case-1"
    assert payload["message"]["blocks"][1]["block_id"] == "row"


def test_a_click_on_an_ephemeral_message_brings_no_message(
    analyst: Persona, bot: StubBot, web: WebClient
) -> None:
    web.chat_postEphemeral(channel="C0AMAZON", user=analyst.id, text="x", blocks=[actions(button("Press"))])
    analyst.clicks("Press")
    payload = bot.gets("block_actions").payload
    assert "message" not in payload
    assert payload["container"]["is_ephemeral"] is True


def test_a_button_that_asks_once_more_is_confirmed_or_not(
    analyst: Persona, bot: StubBot, web: WebClient
) -> None:
    def words(text: str) -> dict[str, str]:
        return {"type": "plain_text", "text": text}

    sure = {
        "title": words("Close it?"),
        "text": words("Everyone is told."),
        "confirm": words("Close"),
        "deny": words("No"),
    }
    web.chat_postMessage(channel="C0AMAZON", text="x", blocks=[actions(button("Close case", confirm=sure))])
    analyst.clicks("Close case")
    analyst.sees("Everyone is told.")
    analyst.denies()
    assert "block_actions" not in [received.kind for received in bot.received]
    analyst.clicks("Close case")
    analyst.confirms()
    analyst.clicks("Close case", confirm=True)
    assert bot.gets("block_actions", 2).payload["actions"][0]["confirm"]["title"]["text"] == "Close it?"


def test_a_response_url_of_a_click_replaces_or_deletes_the_original(
    analyst: Persona, bot: StubBot, web: WebClient
) -> None:
    web.chat_postEphemeral(channel="C0AMAZON", user=analyst.id, text="x", blocks=[actions(button("Press"))])
    analyst.clicks("Press")
    url = bot.gets("block_actions").payload["response_url"]
    httpx.post(url, json={"replace_original": True, "text": "Replaced."})
    seen = analyst.sees("Replaced.", channel="C0AMAZON")
    assert seen.blocks == []
    httpx.post(url, json={"delete_original": True})
    analyst.does_not_see("Replaced.")


def test_choices_in_a_message_are_its_state(analyst: Persona, bot: StubBot, web: WebClient) -> None:
    picker = {"type": "datepicker", "action_id": "day"}
    web.chat_postMessage(channel="C0AMAZON", text="x", blocks=[actions(picker, button("Press"))])
    analyst.fills("day", "2026-01-31")
    analyst.clicks("Press")
    state = bot.gets("block_actions", 2).payload["state"]
    assert state == {"values": {"row": {"day": {"type": "datepicker", "selected_date": "2026-01-31"}}}}


def test_an_overflow_menu_tells_which_option(analyst: Persona, bot: StubBot, web: WebClient) -> None:
    entries = [
        {"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("Edit", "Withdraw")
    ]
    more = {"type": "overflow", "action_id": "more", "options": entries}
    web.chat_postMessage(channel="C0AMAZON", text="x", blocks=[section("A flag", more)])
    analyst.chooses("more", "Withdraw")
    (action,) = bot.gets("block_actions").payload["actions"]
    assert list(action) == ["type", "action_id", "block_id", "selected_option", "action_ts"]
    assert action["selected_option"]["value"] == "withdraw"


def test_a_message_shortcut_brings_the_message(analyst: Persona, bot: StubBot) -> None:
    message = analyst.says("look at 3318810025", channel="C0AMAZON")
    analyst.uses_shortcut("Flag this", on=message)
    payload = bot.gets("message_action").payload
    assert list(payload) == [
        "type", "token", "action_ts", "team", "user", "channel", "is_enterprise_install", "enterprise", "callback_id",
        "trigger_id", "response_url", "message_ts", "message",
    ]  # fmt: skip
    assert payload["message"]["text"] == "look at 3318810025"


def test_a_global_shortcut_brings_only_who_and_which(analyst: Persona, bot: StubBot) -> None:
    analyst.uses_shortcut("flag_form")
    payload = bot.gets("shortcut").payload
    assert list(payload) == [
        "type", "token", "action_ts", "team", "user", "is_enterprise_install", "enterprise", "callback_id",
        "trigger_id",
    ]  # fmt: skip


def test_reactions_are_counted_once_each(analyst: Persona, bot: StubBot, web: WebClient) -> None:
    ts = web.chat_postMessage(channel="C0AMAZON", text="x")["ts"]
    web.reactions_add(channel="C0AMAZON", timestamp=ts, name="eyes")
    refused("already_reacted", web.reactions_add, channel="C0AMAZON", timestamp=ts, name="eyes")
    refused("invalid_name", web.reactions_add, channel="C0AMAZON", timestamp=ts, name="no such thing")
    refused("message_not_found", web.reactions_add, channel="C0AMAZON", timestamp="1.000001", name="eyes")
    analyst.reacts("eyes", analyst.messages("C0AMAZON")[0])
    assert bot.gets("reaction_added", user=analyst.id).payload["event"]["reaction"] == "eyes"
    assert web.reactions_get(channel="C0AMAZON", timestamp=ts)["message"]["reactions"][0]["count"] == 2
    web.reactions_remove(channel="C0AMAZON", timestamp=ts, name="eyes")
    refused("no_reaction", web.reactions_remove, channel="C0AMAZON", timestamp=ts, name="eyes")


def test_a_permalink_leads_to_the_message(web: WebClient) -> None:
    ts = web.chat_postMessage(channel="C0AMAZON", text="x")["ts"]
    link = web.chat_getPermalink(channel="C0AMAZON", message_ts=ts)["permalink"]
    assert link == f"https://fulfilled-action.slack.com/archives/C0AMAZON/p{ts.replace('.', '')}"


def test_metadata_stays_with_the_message(web: WebClient) -> None:
    about = {"event_type": "delivery", "event_payload": {"id": "42"}}
    ts = web.chat_postMessage(channel="C0AMAZON", text="x", metadata=about)["ts"]
    answer = web.chat_update(channel="C0AMAZON", ts=ts, text="y")
    assert answer["message"]["metadata"] == about


def test_a_name_of_ones_own_needs_its_scope(sandbox: Sandbox, web: WebClient) -> None:
    assert web.chat_postMessage(channel="C0OPS", text="x", username="Desk")["message"]["username"] == "Desk"
    sandbox.post("/sandbox/app", {"scopes": ["chat:write"]})
    data = refused("missing_scope", web.chat_postMessage, channel="C0OPS", text="x", username="Desk")
    assert data["needed"] == "chat:write.customize"
