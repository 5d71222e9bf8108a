"""Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.sandbox.bolt import BoltBot
from tests.sandbox.refusing import refused


@pytest.fixture
def app(sandbox: Sandbox) -> WebClient:
    return WebClient("xapp-sandbox", base_url=sandbox.api_url)


@pytest.fixture
def line(app: WebClient) -> Iterator[ClientConnection]:
    with connect(app.apps_connections_open(app_token="xapp-sandbox")["url"]) as connection:
        yield connection


def frame(line: ClientConnection) -> dict[str, Any]:
    received: dict[str, Any] = json.loads(line.recv(timeout=5))
    return received


def envelope(line: ClientConnection) -> dict[str, Any]:
    """The next frame that is one."""
    while True:
        received = frame(line)
        if "envelope_id" in received:
            return received


def acknowledge(line: ClientConnection, received: dict[str, Any], payload: object = None) -> None:
    answer = {"envelope_id": received["envelope_id"]} | ({"payload": payload} if payload is not None else {})
    line.send(json.dumps(answer))


def test_opening_needs_the_apps_token(web: WebClient) -> None:
    refused("not_allowed_token_type", web.api_call, api_method="apps.connections.open")


def test_a_connection_begins_with_hello(line: ClientConnection) -> None:
    hello = frame(line)
    assert list(hello) == ["type", "num_connections", "debug_info", "connection_info"]
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": "A0OFA"}


def test_a_ticket_opens_one_connection(app: WebClient) -> None:
    url = app.apps_connections_open(app_token="xapp-sandbox")["url"]
    with connect(url) as first:
        frame(first)
        with pytest.raises(Exception, match=r"403|4001"), connect(url) as second:
            second.recv(timeout=2)


def test_an_event_comes_in_an_envelope(analyst: Persona, line: ClientConnection) -> None:
    analyst.says("hello", channel="C0OPS")
    received = envelope(line)
    assert list(received) == [
        "envelope_id", "payload", "type", "accepts_response_payload", "retry_attempt", "retry_reason",
    ]  # fmt: skip
    assert (received["type"], received["accepts_response_payload"], received["retry_attempt"]) == (
        "events_api",
        False,
        0,
    )
    assert received["payload"]["event"]["text"] == "hello"
    acknowledge(line, received)


@pytest.mark.hasty
def test_what_is_not_acknowledged_comes_again(
    sandbox: Sandbox, analyst: Persona, line: ClientConnection
) -> None:
    analyst.says("hello", channel="C0OPS")
    first, second = envelope(line), envelope(line)
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert first["envelope_id"] != second["envelope_id"]
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
    acknowledge(line, second)
    assert [record["error"] for record in sandbox.awaits_traffic("message.channels", 2)] == [
        "operation_timeout",
        None,
    ]


def test_odd_frames_are_noted(sandbox: Sandbox, line: ClientConnection) -> None:
    line.send("nonsense")
    line.send(json.dumps({"envelope_id": "unknown"}))
    first, second = sandbox.awaits_traffic("frame", 2)
    assert "no ack" in first["notes"][0]
    assert "not waiting" in second["notes"][0]


def test_without_a_connection_a_command_fails(sandbox: Sandbox, analyst: Persona, app: WebClient) -> None:
    app.apps_connections_open(app_token="xapp-sandbox")
    analyst.types("/flag x", channel="C0OPS", expecting="dispatch_failed")
    assert "no connection open" in sandbox.refusals()[-1]["sentence"]


def test_payloads_take_turns_over_the_connections(sandbox: Sandbox, analyst: Persona, app: WebClient) -> None:
    urls = [app.apps_connections_open(app_token="xapp-sandbox")["url"] for _ in range(2)]
    with connect(urls[0]) as one, connect(urls[1]) as other:
        frame(one), frame(other)
        analyst.says("first", channel="C0OPS")
        analyst.says("second", channel="C0OPS")
        texts = []
        for line in (one, other):
            received = envelope(line)
            acknowledge(line, received)
            texts.append(received["payload"]["event"]["text"])
        assert sorted(texts) == ["first", "second"]
        (said,) = sandbox.traffic("connect")[-1]["notes"]
        assert said == "The app has 2 connections now; each payload goes to one of them in turn."


def test_an_ack_may_come_on_another_connection(sandbox: Sandbox, analyst: Persona, app: WebClient) -> None:
    urls = [app.apps_connections_open(app_token="xapp-sandbox")["url"] for _ in range(2)]
    with connect(urls[0]) as one, connect(urls[1]) as other:
        frame(one), frame(other)
        analyst.says("first", channel="C0OPS")
        analyst.says("second", channel="C0OPS")
        first, second = envelope(one), envelope(other)
        acknowledge(other, first)
        acknowledge(one, second)
        assert [record["ok"] for record in sandbox.awaits_traffic("message.channels", 2)] == [True, True]
    sandbox.check()


def test_what_a_lost_connection_did_not_acknowledge_comes_on_another(
    sandbox: Sandbox, analyst: Persona, app: WebClient
) -> None:
    urls = [app.apps_connections_open(app_token="xapp-sandbox")["url"] for _ in range(2)]
    with connect(urls[0]) as one:
        analyst.says("hello", channel="C0OPS")
        unanswered = envelope(one)
        with connect(urls[1]) as other:
            frame(other)
            one.close()
            again = envelope(other)
            assert again["payload"] == unanswered["payload"]
            assert again["retry_attempt"] == 1
            acknowledge(other, again)
            lost, arrived = sandbox.awaits_traffic("message.channels", 2)
    assert (lost["error"], arrived["ok"]) == ("dispatch_failed", True)
    assert "closed before the envelope was acknowledged" in lost["sentence"]


@pytest.mark.hasty
def test_a_late_ack_is_noted(sandbox: Sandbox, analyst: Persona, line: ClientConnection) -> None:
    analyst.types("/flag x", channel="C0OPS", expecting="operation_timeout")
    assert "not acknowledged within 1 s" in sandbox.refusals()[-1]["sentence"]
    acknowledge(line, envelope(line), {"text": "too late"})
    (record,) = sandbox.awaits_traffic("frame")
    assert "not waiting: too late" in record["notes"][0]
    analyst.does_not_see("too late")


def test_an_ack_that_comes_twice_does_not_stop_the_socket(
    sandbox: Sandbox, analyst: Persona, line: ClientConnection
) -> None:
    for text in ("first", "second"):
        analyst.says(text, channel="C0OPS")
        received = envelope(line)
        assert received["payload"]["event"]["text"] == text
        acknowledge(line, received)
        acknowledge(line, received)
    sandbox.awaits_traffic("frame", 2)
    sandbox.check()


def test_over_sockets_as_well_it_comes_again_after_one_and_after_five_minutes(
    sandbox: Sandbox, analyst: Persona, app: WebClient
) -> None:
    app.apps_connections_open(app_token="xapp-sandbox")
    analyst.says("hello", channel="C0OPS")
    sandbox.awaits_traffic("message.channels", 2)
    sandbox.advance(60)
    sandbox.awaits_traffic("message.channels", 3)
    with connect(app.apps_connections_open(app_token="xapp-sandbox")["url"]) as line:
        frame(line)
        sandbox.advance(300)
        received = envelope(line)
        assert (received["retry_attempt"], received["payload"]["event"]["text"]) == (3, "hello")
        acknowledge(line, received)
        assert sandbox.awaits_traffic("message.channels", 4)[-1]["ok"] is True


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled", "too_many_websockets"])
def test_a_connection_is_told_why_it_is_to_go(sandbox: Sandbox, line: ClientConnection, reason: str) -> None:
    frame(line)
    assert sandbox.post("/sandbox/socket", {"do": reason})["connections"] == 1
    assert frame(line) == {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}


def test_a_connection_that_is_to_refresh_is_sent_nothing_more_and_its_acks_count(
    sandbox: Sandbox, analyst: Persona, app: WebClient, line: ClientConnection
) -> None:
    frame(line)
    analyst.says("before", channel="C0OPS")
    before = envelope(line)
    sandbox.post("/sandbox/socket", {"do": "refresh_requested"})
    assert frame(line)["reason"] == "refresh_requested"
    with connect(app.apps_connections_open(app_token="xapp-sandbox")["url"]) as fresh:
        frame(fresh)
        analyst.says("after", channel="C0OPS")
        after = envelope(fresh)
        assert after["payload"]["event"]["text"] == "after"
        acknowledge(fresh, after)
        acknowledge(line, before)
        sandbox.awaits_traffic("message.channels", 2)
    sandbox.check()


def test_ten_connections_are_enough(app: WebClient) -> None:
    with ExitStack() as lines:
        for _ in range(10):
            frame(lines.enter_context(connect(app.apps_connections_open(app_token="xapp-sandbox")["url"])))
        one_more = lines.enter_context(connect(app.apps_connections_open(app_token="xapp-sandbox")["url"]))
        assert frame(one_more)["reason"] == "too_many_websockets"


def test_a_refresh_is_asked_for_and_the_line_ends(sandbox: Sandbox, line: ClientConnection) -> None:
    frame(line)
    sandbox.post("/sandbox/socket", {"do": "warning"})
    assert frame(line)["reason"] == "warning"
    sandbox.post("/sandbox/socket", {"do": "link_disabled"})
    assert frame(line) == {
        "type": "disconnect",
        "reason": "link_disabled",
        "debug_info": {"host": "applink-sandbox"},
    }
    with pytest.raises(ConnectionClosed):
        line.recv(timeout=5)


def test_a_bolt_app_is_served_over_sockets_through_a_refresh(sandbox: Sandbox, analyst: Persona) -> None:
    with BoltBot(sandbox.api_url, connections=2) as bot:
        answer = analyst.types("/flag earbuds, payload included", channel="C0AMAZON")
        assert [message.text for message in answer.messages] == ["Flagged: earbuds, payload included"]
        analyst.fills("Words", "no")
        assert analyst.submits().errors == {"words": "Say more."}
        first, _ = sandbox.get("/sandbox/bot")["connections"]
        sandbox.post("/sandbox/socket", {"do": "refresh_requested", "connection": first})
        analyst.fills("Words", "counterfeit")
        analyst.submits()
        analyst.sees("Alert: counterfeit", channel="C0AMAZON")
        sandbox.switch("deliver:event", "twice", times=1)
        analyst.says("heard twice", channel="C0AMAZON")
        sandbox.awaits_traffic("message.groups", 3)
        assert bot.told.count("heard twice") == 2
        sandbox.check()


def test_a_switch_has_the_app_reconnect_after_a_delivery(
    sandbox: Sandbox, analyst: Persona, line: ClientConnection
) -> None:
    sandbox.switch("deliver:event", "reconnect", times=1)
    analyst.says("hello", channel="C0OPS")
    acknowledge(line, envelope(line))
    assert frame(line)["reason"] == "refresh_requested"
    sandbox.check()
