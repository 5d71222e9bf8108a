"""Limits, switches and the clock: what goes wrong, by rule or on purpose."""

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.client import Sandbox
from sandbox.limits import POST_BURST
from sandbox.persona import Persona
from tests.sandbox.refusing import refused
from tests.sandbox.stub_bot import StubBot

BEARER = {"Authorization": "Bearer xoxb-sandbox"}


def test_a_channel_takes_one_message_a_second_after_a_short_burst(sandbox: Sandbox, web: WebClient) -> None:
    for _ in range(POST_BURST):
        web.chat_postMessage(channel="C0OPS", text="x")
    with pytest.raises(SlackApiError) as refusal:
        web.chat_postMessage(channel="C0OPS", text="x")
    assert (refusal.value.response.status_code, refusal.value.response["error"]) == (429, "ratelimited")
    assert refusal.value.response.headers["Retry-After"] == "1"
    web.chat_postMessage(channel="C0DHL", text="another channel")
    sandbox.advance(1)
    web.chat_postMessage(channel="C0OPS", text="x")


def test_a_method_is_called_as_often_as_its_tier_allows(sandbox: Sandbox, web: WebClient) -> None:
    for _ in range(20):
        web.users_list()
    with pytest.raises(SlackApiError) as refusal:
        web.users_list()
    assert refusal.value.response.status_code == 429
    wait = int(refusal.value.response.headers["Retry-After"])
    assert 0 < wait <= 60
    web.users_info(user="U0DHL1")
    sandbox.advance(wait)
    web.users_list()


def test_limits_can_be_switched_off_for_load(sandbox: Sandbox, web: WebClient) -> None:
    sandbox.without_limits()
    for _ in range(30):
        web.users_list()
    sandbox.check()


def test_a_method_answers_an_error_once(sandbox: Sandbox, web: WebClient) -> None:
    sandbox.switch("chat.postMessage", "error", error="internal_error", times=1)
    refused("internal_error", web.chat_postMessage, channel="C0OPS", text="x")
    web.chat_postMessage(channel="C0OPS", text="x")
    sandbox.check()


def test_a_switch_can_be_for_a_time_and_for_a_channel(sandbox: Sandbox, web: WebClient) -> None:
    sandbox.switch("*", "error", error="fatal_error", channel="C0DHL", for_seconds=60)
    refused("fatal_error", web.chat_postMessage, channel="C0DHL", text="x")
    web.chat_postMessage(channel="C0OPS", text="x")
    sandbox.advance(61)
    web.chat_postMessage(channel="C0DHL", text="x")


def test_a_rate_limit_can_be_had_on_demand(sandbox: Sandbox, web: WebClient) -> None:
    sandbox.switch("chat.update", "error", error="ratelimited", retry_after=7, times=1)
    with pytest.raises(SlackApiError) as refusal:
        web.chat_update(channel="C0OPS", ts="1.000001", text="x")
    assert (refusal.value.response.status_code, refusal.value.response.headers["Retry-After"]) == (429, "7")


def test_a_proxys_page_and_an_empty_answer(sandbox: Sandbox) -> None:
    sandbox.switch("auth.test", "html", times=1)
    page = httpx.post(f"{sandbox.api_url}auth.test", headers=BEARER)
    assert (page.status_code, page.headers["content-type"]) == (502, "text/html; charset=utf-8")
    sandbox.switch("auth.test", "empty", times=1)
    assert httpx.post(f"{sandbox.api_url}auth.test", headers=BEARER).content == b""


def test_a_connection_is_reset_and_the_message_posted_all_the_same(
    sandbox: Sandbox, analyst: Persona
) -> None:
    sandbox.switch("chat.postMessage", "reset", times=1, carried_out=True)
    with pytest.raises(httpx.TransportError):
        httpx.post(
            f"{sandbox.api_url}chat.postMessage",
            headers=BEARER,
            data={"channel": "C0AMAZON", "text": "Posted"},
        )
    analyst.sees("Posted", channel="C0AMAZON")
    sandbox.check()


def test_a_reset_without_being_carried_out_posts_nothing(sandbox: Sandbox, analyst: Persona) -> None:
    sandbox.switch("chat.postMessage", "reset", times=1)
    with pytest.raises(httpx.TransportError):
        httpx.post(
            f"{sandbox.api_url}chat.postMessage", headers=BEARER, data={"channel": "C0AMAZON", "text": "Lost"}
        )
    analyst.does_not_see("Lost")


def test_no_answer_at_all(sandbox: Sandbox) -> None:
    sandbox.switch("auth.test", "nothing", times=1)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{sandbox.api_url}auth.test", headers=BEARER, timeout=0.2)


def test_a_slow_answer_comes_in_the_end(sandbox: Sandbox) -> None:
    sandbox.switch("auth.test", "slow", seconds=0.2, times=1)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{sandbox.api_url}auth.test", headers=BEARER, timeout=0.1)
    sandbox.switch("auth.test", "slow", seconds=0.05, times=1)
    assert httpx.post(f"{sandbox.api_url}auth.test", headers=BEARER).json()["ok"]


def test_a_response_url_can_fail_too(sandbox: Sandbox, analyst: Persona, bot: StubBot) -> None:
    analyst.types("/flag x", channel="C0OPS")
    url = bot.gets("command").payload["response_url"]
    sandbox.switch("response_url", "html", times=1)
    assert httpx.post(url, json={"text": "x"}).status_code == 502
    assert httpx.post(url, json={"text": "y"}).json() == {"ok": True}
    sandbox.check()


def test_a_bot_can_be_made_unreachable(sandbox: Sandbox, analyst: Persona, bot: StubBot) -> None:
    sandbox.switch("deliver:command", "unreachable", times=1)
    analyst.types("/flag x", channel="C0OPS", expecting="dispatch_failed")
    analyst.types("/flag x", channel="C0OPS")
    assert len([received for received in bot.received if received.kind == "command"]) == 1


def test_switches_are_shown_and_taken_away(sandbox: Sandbox, web: WebClient) -> None:
    number = sandbox.switch("auth.test", "error")
    (shown,) = sandbox.get("/sandbox/switches")["switches"]
    assert (shown["id"], shown["on"], shown["fault"], shown["hits"]) == (number, "auth.test", "error", 0)
    sandbox.switch_off(number)
    web.auth_test()


def test_the_clock_does_not_go_back(sandbox: Sandbox) -> None:
    with pytest.raises(AssertionError, match="does not go back"):
        sandbox.advance(-1)


def test_a_seed_can_bring_switches(sandbox: Sandbox) -> None:
    seed = {
        "team": {"id": "T0OPS", "name": "Ops", "domain": "ops"},
        "app": {"id": "A0", "name": "App", "bot_id": "B0", "bot_user": "U0BOT"},
        "switches": [{"on": "auth.test", "fault": "error", "error": "account_inactive"}],
    }
    sandbox.post("/sandbox/reset", {"seed": seed})
    refused("account_inactive", WebClient("xoxb-sandbox", base_url=sandbox.api_url).auth_test)
    sandbox.post("/sandbox/reset", {"seed": "default"})


SEED = {
    "team": {"id": "T0OPS", "name": "Ops", "domain": "ops"},
    "app": {"id": "A0OFA", "name": "App", "bot_id": "B0OFA", "bot_user": "U0OFABOT"},
    "people": [{"id": "U0ONE", "name": "one"}],
    "channels": [{"id": "C0ONE", "name": "one", "members": ["U0ONE"]}],
}


@pytest.mark.parametrize(
    ("fault", "received"),
    [("twice", 2), ("lost_ack", 2), ("unreachable", 1), ("slow", 1), ("reconnect", 1)],
)
def test_a_seed_can_disturb_deliveries(sandbox: Sandbox, bot: StubBot, fault: str, received: int) -> None:
    switch = {"on": "deliver:event", "fault": fault, "times": 1, "seconds": 0.01}
    sandbox.post("/sandbox/reset", {"seed": {**SEED, "switches": [switch]}})
    sandbox.person("U0ONE").says("hello", channel="C0ONE")
    assert bot.gets("message", received).payload["event"]["text"] == "hello"
    assert sandbox.get("/sandbox/switches")["switches"] == []
    sandbox.post("/sandbox/reset", {"seed": "default"})


@pytest.mark.parametrize(
    "switch",
    [
        {"on": "auth.test", "fault": "gone"},
        {"fault": "error"},
        "error",
        {"on": "*", "fault": "slow", "seconds": "x"},
    ],
)
def test_a_seed_with_a_switch_that_is_none_changes_nothing(sandbox: Sandbox, switch: object) -> None:
    with pytest.raises(AssertionError, match="switches 1: "):
        sandbox.post("/sandbox/reset", {"seed": {**SEED, "switches": [switch]}})
    assert len(sandbox.get("/sandbox/workspace")["people"]) == 13


def test_a_seed_that_does_not_fit_says_where_and_changes_nothing(sandbox: Sandbox) -> None:
    with pytest.raises(AssertionError, match="people 1: nme is not known"):
        sandbox.post("/sandbox/reset", {"seed": {"team": {"id": "T0OPS", "name": "Ops", "domain": "ops"},
            "app": {"id": "A0", "name": "App", "bot_id": "B0", "bot_user": "U0BOT"}, "people": [{"id": "U1", "nme": "x"}]}})  # fmt: skip
    assert len(sandbox.get("/sandbox/workspace")["people"]) == 13
