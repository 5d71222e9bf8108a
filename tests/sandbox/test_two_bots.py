"""Two bots with one token: Slack serves them both, and the record says that there are two."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_sdk import WebClient
from websockets.sync.client import connect

from sandbox.client import Sandbox
from sandbox.persona import Persona
from sandbox.programs import socket_in
from tests.sandbox.stub_bot import StubBot

OTHER_BOT = """
import sys
from slack_sdk import WebClient
from websockets.sync.client import connect
api, what = sys.argv[1:]
web = WebClient("xoxb-sandbox", base_url=api)
print(web.auth_test()["user_id"], flush=True)
if what == "listens":
    line = connect(web.apps_connections_open(app_token="xapp-sandbox")["url"])
    print(line.recv(5), flush=True)
sys.stdin.read()
"""


@contextmanager
def another_bot(sandbox: Sandbox, what: str = "asks") -> Iterator["subprocess.Popen[str]"]:
    """Another program with the same token, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER_BOT, sandbox.api_url, what],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "U0OFABOT\n"
        if what == "listens":
            assert json.loads(process.stdout.readline())["type"] == "hello"
        yield process
    finally:
        process.kill()
        process.communicate()


def notes_of_last(sandbox: Sandbox, name: str) -> str:
    notes: list[Any] = sandbox.traffic(name)[-1]["notes"]
    return " ".join(notes)


def test_a_second_program_with_the_token_is_served_and_named(
    sandbox: Sandbox, web: WebClient, analyst: Persona, bot: StubBot
) -> None:
    web.auth_test()
    with another_bot(sandbox) as other:
        said = notes_of_last(sandbox, "auth.test")
        assert "Other programs use the same token: process" in said
        assert f"sends what happens only to {bot.url}." in said
        web.auth_test()
        assert f"process {other.pid}." in notes_of_last(sandbox, "auth.test")
        analyst.says("hello", channel="C0OPS")
        bot.gets("message", text="hello")
        sandbox.check()


TABLE = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0F3C 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
   1: 0100007F:9C40 0100007F:1F40 06 00000000:00000000 03:000004B1 00000000     0        0 0 3 0
   2: 0100007F:9C40 0100007F:0F3C 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1
"""
"""What Linux says of a server at 3900, a client of it at port 40000, and one that had this port a moment before."""


def test_a_port_that_was_another_s_a_moment_before_is_read_rightly() -> None:
    assert socket_in(TABLE, ("127.0.0.1", 40000)) == "4712"
    assert socket_in(TABLE, ("127.0.0.1", 40001)) is None
    assert socket_in(TABLE, ("no address", 40000)) is None


def test_a_bot_that_is_started_again_is_no_second_one(sandbox: Sandbox) -> None:
    for _ in range(2):
        with another_bot(sandbox):
            assert notes_of_last(sandbox, "auth.test") == ""


def test_a_program_is_no_second_one_to_itself(sandbox: Sandbox, web: WebClient) -> None:
    for _ in range(2):
        web.auth_test()
        assert notes_of_last(sandbox, "auth.test") == ""


def test_two_programs_with_connections_hear_a_part_each_and_the_record_says_so(
    sandbox: Sandbox, web: WebClient, analyst: Persona
) -> None:
    app = WebClient("xapp-sandbox", base_url=sandbox.api_url)
    with connect(app.apps_connections_open(app_token="xapp-sandbox")["url"]) as line:
        assert json.loads(line.recv(5))["type"] == "hello"
        assert notes_of_last(sandbox, "connect") == ""
        with another_bot(sandbox, "listens"):
            said = notes_of_last(sandbox, "connect")
            assert "The app has 2 connections now; each payload goes to one of them in turn." in said
            assert "Other programs use the same token: process" in said
            assert "to each of their connections in turn." in said
            for text in ("first", "second"):
                analyst.says(text, channel="C0OPS")
            heard = json.loads(line.recv(5))
            line.send(json.dumps({"envelope_id": heard["envelope_id"]}))
            assert heard["payload"]["event"]["text"] in ("first", "second")


def test_a_connection_takes_what_happens_away_from_the_bot_that_has_an_address(
    sandbox: Sandbox, web: WebClient, analyst: Persona, bot: StubBot
) -> None:
    web.auth_test()
    analyst.says("before", channel="C0OPS")
    sandbox.awaits_traffic("message.channels")
    with another_bot(sandbox, "listens"):
        said = notes_of_last(sandbox, "apps.connections.open")
        assert f"and no more to {bot.url}" in said
        assert "Other programs use the same token" in said
        analyst.says("after", channel="C0OPS")
        assert sandbox.awaits_traffic("message.channels", 2)[-1]["method"] == "WS"
    assert [got.payload["event"]["text"] for got in bot.received] == ["before"]
