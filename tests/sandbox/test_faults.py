"""Limits, switches and the clock: what goes wrong, by rule or on purpose."""

from pathlib import Path

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.client import Sandbox
from sandbox.limits import POST_BURST
from sandbox.persona import Persona
from tests.sandbox.manifest import MANIFEST
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


@pytest.mark.parametrize(
    ("method", "allowed"), [("users.list", 20), ("team.info", 50), ("users.info", 100)], ids=["2", "3", "4"]
)
def test_a_method_is_called_as_often_as_its_tier_allows(
    sandbox: Sandbox, web: WebClient, method: str, allowed: int
) -> None:
    def call() -> None:
        web.api_call(method, params={"user": "U0DHL1"})

    for _ in range(allowed):
        call()
    with pytest.raises(SlackApiError) as refusal:
        call()
    assert refusal.value.response.status_code == 429
    wait = int(refusal.value.response.headers["Retry-After"])
    assert 0 < wait <= 60
    web.users_profile_get(user="U0DHL1")
    sandbox.advance(wait)
    call()


def test_a_workspace_takes_three_hundred_messages_a_minute(sandbox: Sandbox, web: WebClient) -> None:
    channels = [f"C0MANY{number}" for number in range(301 // POST_BURST + 1)]
    for channel in channels:
        sandbox.post("/sandbox/channels", {"id": channel, "name": channel.lower(), "bot": True})
    for number in range(300):
        web.chat_postMessage(channel=channels[number // POST_BURST], text="x")
    with pytest.raises(SlackApiError) as refusal:
        web.chat_postMessage(channel=channels[-1], text="x")
    assert refusal.value.response.status_code == 429
    sandbox.advance(int(refusal.value.response.headers["Retry-After"]))
    web.chat_postMessage(channel=channels[-1], text="x")


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


def test_what_was_meant_to_fail_is_said_in_the_record(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient
) -> None:
    analyst.types("/flag x", channel="C0OPS")
    address = web.files_getUploadURLExternal(filename="a.txt", length=1)["upload_url"]
    for on, url in (
        ("auth.test", f"{sandbox.api_url}auth.test"),
        ("response_url", bot.gets("command").payload["response_url"]),
        ("files", address),
    ):
        for fault, said in (("html", "html"), ("error", "fatal_error"), ("slow", None)):
            sandbox.switch(on, fault, times=1, seconds=0.001, error="fatal_error")
            json = {**BEARER, "Content-Type": "application/json; charset=utf-8"}
            httpx.post(url, headers=json, content=b"x" if on == "files" else b'{"text": "x"}')
            record = sandbox.traffic()[-1]
            told = record["meant"], record["sentence"], record["error"]
            assert told == (True, f"A switch: {fault}.", said), (on, fault)


def test_uploads_and_downloads_fail_too(sandbox: Sandbox, web: WebClient) -> None:
    begun = web.files_getUploadURLExternal(filename="a.txt", length=1)
    sandbox.switch("files", "html", times=1)
    assert httpx.post(begun["upload_url"], content=b"x").status_code == 502
    refused("file_not_found", web.files_completeUploadExternal, files=[{"id": begun["file_id"]}])
    sandbox.switch("files", "empty", times=1, carried_out=True)
    assert httpx.post(begun["upload_url"], content=b"x").content == b""
    web.files_completeUploadExternal(files=[{"id": begun["file_id"]}])
    url = web.files_info(file=begun["file_id"])["file"]["url_private"]
    sandbox.switch("files", "error", error="internal_error", status=500, times=1)
    assert httpx.get(url, headers=BEARER).status_code == 500
    assert httpx.get(url, headers=BEARER).content == b"x"


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


SEED = {
    "team": {"id": "T0OPS", "name": "Ops", "domain": "ops"},
    "app": {"id": "A0OFA", "name": "App", "bot_id": "B0OFA", "bot_user": "U0OFABOT"},
    "people": [{"id": "U0ONE", "name": "one"}],
    "channels": [{"id": "C0ONE", "name": "one", "members": ["U0ONE"]}],
}


def asks_who_it_is(sandbox: Sandbox, timeout: float = 5.0) -> str:
    """How ``auth.test`` ends: ok, or by which fault."""
    try:
        answer = httpx.post(f"{sandbox.api_url}auth.test", headers=BEARER, timeout=timeout)
    except httpx.ReadTimeout:
        return "no answer in time"
    except httpx.TransportError:
        return "reset"
    if answer.status_code != 200 or not answer.content:
        return f"{answer.status_code} {answer.headers.get('content-type', 'without a body')}"
    return "ok" if answer.json()["ok"] else str(answer.json()["error"])


@pytest.fixture
def seed_file(tmp_path: Path) -> Path:
    return tmp_path / "seed.toml"


FAULTS_OF_SLACK = [
    ('fault = "error"\nerror = "account_inactive"', "account_inactive"),
    ('fault = "error"\nerror = "ratelimited"\nretry_after = 7', "429 application/json"),
    ('fault = "html"', "502 text/html; charset=utf-8"),
    ('fault = "empty"', "200 without a body"),
    ('fault = "nothing"', "no answer in time"),
    ('fault = "reset"', "reset"),
    ('fault = "slow"\nseconds = 5', "no answer in time"),
]


@pytest.mark.parametrize(("fault", "ending"), FAULTS_OF_SLACK)
def test_a_seed_file_brings_a_fault_that_comes_once(
    sandbox: Sandbox, seed_file: Path, fault: str, ending: str
) -> None:
    seed_file.write_text(f'like = "default"\n[[switches]]\non = "auth.test"\ntimes = 1\n{fault}\n')
    sandbox.post("/sandbox/reset", {"seed": str(seed_file)})
    assert asks_who_it_is(sandbox, timeout=0.2 if ending == "no answer in time" else 5.0) == ending
    assert asks_who_it_is(sandbox) == "ok"
    sandbox.post("/sandbox/reset", {"seed": "default"})


@pytest.mark.parametrize(("fault", "ending"), FAULTS_OF_SLACK)
def test_a_seed_file_brings_a_fault_that_lasts_for_a_time(
    sandbox: Sandbox, seed_file: Path, fault: str, ending: str
) -> None:
    seed_file.write_text(f'like = "default"\n[[switches]]\non = "*"\nfor_seconds = 60\n{fault}\n')
    sandbox.post("/sandbox/reset", {"seed": str(seed_file)})
    patience = 0.2 if ending == "no answer in time" else 5.0
    assert [asks_who_it_is(sandbox, patience) for _ in range(2)] == [ending] * 2
    sandbox.advance(61)
    assert asks_who_it_is(sandbox) == "ok"
    sandbox.post("/sandbox/reset", {"seed": "default"})


def test_a_sandbox_starts_with_the_faults_of_its_seed_file(seed_file: Path) -> None:
    seed_file.write_text('like = "default"\n[[switches]]\non = "auth.test"\nfault = "reset"\ntimes = 1\n')
    with Sandbox.start(MANIFEST, seed=str(seed_file)) as started:
        assert [asks_who_it_is(started) for _ in range(2)] == ["reset", "ok"]


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
