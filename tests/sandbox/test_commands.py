"""Slash commands: https://docs.slack.dev/interactivity/implementing-slash-commands"""

import hashlib
import hmac

import httpx
import pytest

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.sandbox.stub_bot import Reply, StubBot

FIELDS = [
    "token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command", "text",
    "api_app_id", "is_enterprise_install", "response_url", "trigger_id",
]  # fmt: skip


def test_a_command_comes_with_the_documented_fields_in_their_order(analyst: Persona, bot: StubBot) -> None:
    analyst.types("/flag parcel 3318810025", channel="C0AMAZON")
    command = bot.gets("command").payload
    assert list(command) == FIELDS
    assert command["command"] == "/flag"
    assert command["text"] == "parcel 3318810025"
    assert command["user_id"] == "U0AMAZON1"
    assert command["channel_name"] == "privategroup"


def test_a_command_is_signed_over_its_raw_body(analyst: Persona, bot: StubBot) -> None:
    analyst.types("/flag ünïcode & more", channel="C0AMAZON")
    got = bot.gets("command")
    base = f"v0:{got.headers['X-Slack-Request-Timestamp']}:{got.body}"
    digest = hmac.new(b"sandbox-signing-secret", base.encode(), hashlib.sha256).hexdigest()
    assert got.headers["X-Slack-Signature"] == f"v0={digest}"


def test_all_that_is_sent_has_slacks_headers(analyst: Persona, bot: StubBot) -> None:
    analyst.types("/flag x", channel="C0OPS")
    analyst.says("hello", channel="C0OPS")
    command, event = bot.gets("command").headers, bot.gets("message").headers
    assert list(command) == list(event) == [
        "Host", "User-Agent", "Accept-Encoding", "Accept", "X-Slack-Signature", "X-Slack-Request-Timestamp",
        "Content-Type", "Content-Length",
    ]  # fmt: skip
    assert command["User-Agent"] == event["User-Agent"] == "Slackbot 1.0 (+https://api.slack.com/robots)"
    assert command["Content-Type"] == "application/x-www-form-urlencoded"
    assert (command["Accept"], event["Accept"]) == ("application/json,*/*", "*/*")
    assert event["Content-Type"] == "application/json"


def test_people_channels_and_links_are_escaped_where_the_manifest_asks_for_it(
    analyst: Persona, bot: StubBot
) -> None:
    analyst.types("/flag @dhl-analyst-1 #operations https://a.example/x?a=1&b=2 <b>", channel="C0AMAZON")
    text = bot.gets("command").payload["text"]
    assert text == ("<@U0DHL1|dhl-analyst-1> <#C0OPS|operations> <https://a.example/x?a=1&amp;b=2> &lt;b&gt;")


def test_without_should_escape_they_come_as_typed(analyst: Persona, bot: StubBot) -> None:
    analyst.types("/plain @dhl-analyst-1 #operations", channel="C0AMAZON")
    assert bot.gets("command").payload["text"] == "@dhl-analyst-1 #operations"


def test_text_in_the_ack_is_only_visible_to_who_typed(
    sandbox: Sandbox, analyst: Persona, bot: StubBot
) -> None:
    bot.answers["command"] = Reply({"response_type": "ephemeral", "text": "Flagged."})
    answer = analyst.types("/flag x", channel="C0AMAZON")
    assert [message.text for message in answer.messages] == ["Flagged."]
    assert analyst.sees("Flagged.", channel="C0AMAZON").only_visible_to == "U0AMAZON1"
    sandbox.person("U0AMAZON2").does_not_see("Flagged.")


def test_an_answer_in_the_channel_shows_what_was_typed_as_well(
    sandbox: Sandbox, analyst: Persona, bot: StubBot
) -> None:
    bot.answers["command"] = Reply({"response_type": "in_channel", "text": "Hello everyone."})
    analyst.types("/flag x", channel="C0AMAZON")
    colleague = sandbox.person("U0AMAZON2")
    colleague.sees("Hello everyone.", channel="C0AMAZON")
    colleague.sees("/flag x", channel="C0AMAZON")


@pytest.mark.hasty
def test_no_ack_within_the_time_is_an_operation_timeout(
    sandbox: Sandbox, analyst: Persona, bot: StubBot
) -> None:
    bot.answers["command"] = Reply(after=1.4)
    answer = analyst.types("/flag x", channel="C0AMAZON", expecting="operation_timeout")
    assert answer.shown == "/flag failed with the error “operation_timeout”"
    record = sandbox.traffic("/flag")[-1]
    assert record["sentence"] == "The bot did not acknowledge within 1 s."
    assert [refusal["error"] for refusal in sandbox.refusals()] == ["operation_timeout"]


def test_an_answer_other_than_2xx_is_no_ack(sandbox: Sandbox, analyst: Persona, bot: StubBot) -> None:
    bot.answers["command"] = Reply("oops", status=500)
    analyst.types("/flag x", channel="C0AMAZON", expecting="dispatch_failed")
    assert "500" in sandbox.traffic("/flag")[-1]["sentence"]


def test_a_bot_that_is_not_there_is_told_to_the_person(sandbox: Sandbox, analyst: Persona) -> None:
    sandbox.bot_is_at("http://127.0.0.1:9")
    analyst.types("/flag x", channel="C0AMAZON", expecting="dispatch_failed")
    assert "could not be reached" in sandbox.traffic("/flag")[-1]["sentence"]


def test_an_ack_with_blocks_that_slack_refuses_is_no_answer(
    sandbox: Sandbox, analyst: Persona, bot: StubBot
) -> None:
    bot.answers["command"] = Reply({"text": "x", "blocks": [{"type": "section"}]})
    analyst.types("/flag x", channel="C0AMAZON", expecting="invalid_command_response")
    assert [refusal["error"] for refusal in sandbox.refusals()] == ["invalid_blocks"]


def test_json_that_is_none_is_an_error_of_the_bot(sandbox: Sandbox, analyst: Persona, bot: StubBot) -> None:
    bot.answers["command"] = Reply("{not json", content_type="application/json")
    analyst.types("/flag x", channel="C0AMAZON", expecting="dispatch_unknown_error")
    assert sandbox.traffic("/flag")[-1]["sentence"] == "The ack says it is JSON and is not a message."


def test_a_command_nobody_registered_does_not_reach_the_bot(analyst: Persona, bot: StubBot) -> None:
    answer = analyst.types("/nothing x", channel="C0AMAZON", expecting="unknown_command")
    assert answer.shown is not None
    assert answer.shown.startswith("/nothing is not a valid command.")
    assert bot.received == []


def test_commands_do_not_work_in_threads(analyst: Persona, bot: StubBot) -> None:
    parent = analyst.says("a parcel", channel="C0AMAZON")
    analyst.types("/flag x", thread=parent, expecting="not_allowed")
    assert not any(received.kind == "command" for received in bot.received)


def test_a_response_url_answers_five_times_and_no_more(
    sandbox: Sandbox, analyst: Persona, bot: StubBot
) -> None:
    analyst.types("/flag x", channel="C0AMAZON")
    url = bot.gets("command").payload["response_url"]
    for number in range(5):
        assert httpx.post(url, json={"text": f"answer {number}"}).json() == {"ok": True}
    analyst.sees("answer 4", channel="C0AMAZON")
    with sandbox.expects_refusal("used_url"):
        refused = httpx.post(url, json={"text": "one more"})
    assert (refused.status_code, refused.json()["error"]) == (404, "used_url")
    sandbox.check()


def test_a_response_url_lives_thirty_minutes(sandbox: Sandbox, analyst: Persona, bot: StubBot) -> None:
    analyst.types("/flag x", channel="C0AMAZON")
    url = bot.gets("command").payload["response_url"]
    sandbox.advance(30 * 60 + 1)
    assert httpx.post(url, json={"text": "late"}).json()["error"] == "expired_url"


def test_a_response_url_says_what_it_cannot_read(sandbox: Sandbox, analyst: Persona, bot: StubBot) -> None:
    analyst.types("/flag x", channel="C0AMAZON")
    url = bot.gets("command").payload["response_url"]
    for body, sentence in (
        (b"{broken", "The body is not JSON"),
        (b"[]", "must be a JSON object"),
        (b"{}", "There is nothing to show"),
        (b'{"text": 7}', "must provide a string"),
    ):
        assert httpx.post(url, content=body).status_code == 400
        assert sentence in sandbox.refusals()[-1]["sentence"]


def test_a_response_url_can_answer_for_everyone(sandbox: Sandbox, analyst: Persona, bot: StubBot) -> None:
    analyst.types("/flag x", channel="C0AMAZON")
    url = bot.gets("command").payload["response_url"]
    httpx.post(url, json={"response_type": "in_channel", "text": "For all."})
    sandbox.person("U0AMAZON2").sees("For all.", channel="C0AMAZON")
