"""Whatever comes is answered: arguments of any type and form, bodies that are none, frames that are no acks."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient
from websockets.sync.client import connect

from sandbox.client import Sandbox
from sandbox.control import DEEDS
from sandbox.people.deed import FIELDS
from sandbox.persona import Persona
from sandbox.slack.methods import METHODS
from tests.sandbox.stub_bot import StubBot
from tests.sandbox.views import actions, menu

NAMES = [
    "alt_txt", "attachments", "blocks", "channel", "channel_id", "channels", "cursor", "email", "file", "filename",
    "files", "hash", "include_count", "initial_comment", "is_private", "latest", "length", "limit", "markdown_text",
    "message", "message_ts", "metadata", "name", "oldest", "post_at", "purpose", "reply_broadcast",
    "scheduled_message_id", "snippet_type", "source", "text", "thread_ts", "timestamp", "topic", "trigger_id", "ts",
    "types", "unfurl_id", "unfurls", "user", "user_id", "usergroup", "username", "users", "view", "view_id",
]  # fmt: skip

KNOWN = [
    "C0OPS", "C0AMAZON", "U0AMAZON1", "U0OFABOT", "S0COORD", "1.000001", "operations", "public_channel", "F1"
]  # fmt: skip
"""What leads further than a first refusal."""

ODD: list[Any] = [
    "", " ", "\0", "C0OPS\0", "[", "{", "[]", "{}", "null", "NaN", "1e999", "-1", "[" * 2000, '"\\ud800"', "é" * 300,
    "http://[", "<@U0DHL1>", "6e6578743a2d39", "2026-01-31", "x" * 41_000,
    None, True, 0, -1, 10**30, -1.5, [], {}, [None], [[]], [{}], ["U0DHL1", 7], {"id": []}, {"http://[": {"text": 1}},
]  # fmt: skip
SHAPES: list[Any] = [
    [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}],
    {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [{"type": "divider"}]},
    {"type": "home", "blocks": []},
    {"event_type": "sent", "event_payload": {}},
    [{"id": "F1"}],
]
values = st.sampled_from([*KNOWN, *ODD, *SHAPES]) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)
odd_ones = st.dictionaries(st.sampled_from(NAMES), values, min_size=1, max_size=4)

through_http = settings(
    max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def sent(http: httpx.Client, name: str, said: dict[str, Any], form: bool) -> httpx.Response:
    token = "xapp-sandbox" if METHODS[name].token == "xapp" else "xoxb-sandbox"
    headers = {"Authorization": f"Bearer {token}"}
    if form:
        fields = {key: value if isinstance(value, str) else json.dumps(value) for key, value in said.items()}
        return http.post(f"/api/{name}", headers=headers, data=fields)
    headers["Content-Type"] = "application/json; charset=utf-8"
    return http.post(f"/api/{name}", headers=headers, content=json.dumps(said))


@pytest.fixture
def http(sandbox: Sandbox) -> Iterator[httpx.Client]:
    sandbox.without_limits()
    with httpx.Client(base_url=sandbox.url) as client:
        yield client


@pytest.fixture
def usual(web: WebClient) -> dict[str, Any]:
    """Arguments with which most methods do something."""
    ts = web.chat_postMessage(channel="C0OPS", text="x")["ts"]
    begun = web.files_getUploadURLExternal(filename="a.txt", length=1)
    httpx.post(begun["upload_url"], content=b"x")
    link = web.chat_postMessage(channel="C0OPS", text="<https://cases.example/1>")["ts"]
    return {
        **dict.fromkeys(("ts", "timestamp", "message_ts"), ts),
        "channel": "C0OPS",
        "user": "U0DHL1",
        "user_id": "U0DHL1",
        "users": "U0GUEST1",
        "text": "x",
        "name": "eyes",
        "topic": "x",
        "view": SHAPES[2],
        "filename": "a.txt",
        "length": 1,
        "post_at": 4_000_000_000,
        "files": [{"id": begun["file_id"]}],
        "file": begun["file_id"],
        "usergroup": "S0COORD",
        "email": "x@y.z",
        "unfurls": {"https://cases.example/1": {"text": "x"}},
        "thread_ts": link,
    }


@pytest.mark.parametrize("name", [name for name in METHODS if name != "auth.revoke"])
@pytest.mark.long
@through_http
@example(odd={"blocks": 0}, form=False)
@example(odd={"blocks": {}, "attachments": False}, form=True)
@example(odd={"blocks": [], "attachments": True}, form=False)
@given(odd=odd_ones, form=st.booleans())
def test_a_method_answers_whatever_it_is_given(
    http: httpx.Client, usual: dict[str, Any], name: str, odd: dict[str, Any], form: bool
) -> None:
    if "markdown_text" in odd:
        usual = {key: usual[key] for key in usual if key != "text"}
    answer = sent(http, name, usual | odd, form)
    assert answer.status_code == 200
    assert answer.json().get("error") != "internal_error"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{", "invalid_json"),
        (b'{"text": NaN}', "invalid_json"),
        (b"[" * 100_000, "invalid_json"),
        (b'{"text": "\\ud800"}', "invalid_json"),
        (b"\xff\xfe", "invalid_json"),
        (b"[]", "json_not_object"),
        (b"null", "json_not_object"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(http: httpx.Client, body: bytes, error: str) -> None:
    headers = {"Authorization": "Bearer xoxb-sandbox", "Content-Type": "application/json; charset=utf-8"}
    answer = http.post("/api/chat.postMessage", headers=headers, content=body)
    assert (answer.status_code, answer.json()["error"]) == (200, error)


def test_what_fails_in_the_sandbox_itself_is_answered_and_recorded(sandbox: Sandbox, web: WebClient) -> None:
    broken = sandbox.get("/sandbox/save")
    broken["workspace"]["people"]["U0AMAZON1"]["tz"] = "Nowhere/None"
    sandbox.post("/sandbox/load", broken)
    address = f"{sandbox.api_url}users.info?user=U0AMAZON1"
    answer = httpx.post(address, headers={"Authorization": "Bearer xoxb-sandbox"})
    assert answer.json() == {"ok": False, "error": "internal_error"}
    (record,) = sandbox.traffic("users.info")
    assert "its own mistake: ZoneInfoNotFoundError(" in record["sentence"]


@pytest.mark.long
@through_http
@given(said=st.dictionaries(
    st.sampled_from(["text", "blocks", "thread_ts", "response_type", "replace_original", "delete_original", "attachments"]),
    values, max_size=5))  # fmt: skip
def test_a_response_url_answers_whatever_it_is_given(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, said: dict[str, Any]
) -> None:
    bot.received.clear()
    analyst.types("/flag x", channel="C0OPS")
    answer = httpx.post(bot.gets("command").payload["response_url"], json=said)
    assert answer.status_code in (200, 400)
    assert answer.json().get("error") != "internal_error"


def test_an_address_for_uploads_that_is_none_is_not_found(http: httpx.Client) -> None:
    for token in ("x", "%C3%A9", "%00"):
        assert http.post(f"/files/upload/{token}", content=b"x").status_code == 404
        assert http.get(f"/files/T0OPS-{token}/x").status_code == 302


@pytest.mark.parametrize(
    "frame",
    ["", "x", "[", "[" * 100_000, "null", "[]", "{}", '{"envelope_id": "unknown"}', '{"envelope_id": []}',
     '{"envelope_id": null, "payload": 1}', "\0", "é" * 500_000, b"", b"\xff\x00"],
    ids=lambda frame: repr(frame[:20]),
)  # fmt: skip
def test_a_frame_that_is_no_ack_does_not_stop_the_socket(
    sandbox: Sandbox, analyst: Persona, frame: str | bytes
) -> None:
    app = WebClient("xapp-sandbox", base_url=sandbox.api_url)
    with connect(app.apps_connections_open(app_token="xapp-sandbox")["url"], max_size=None) as socket:
        assert json.loads(socket.recv(5))["type"] == "hello"
        socket.send(frame)
        (record,) = sandbox.awaits_traffic("frame")
        assert "ack" in record["notes"][0]
        analyst.says("hello", channel="C0OPS")
        envelope = json.loads(socket.recv(5))
        assert envelope["payload"]["event"]["text"] == "hello"
        socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        sandbox.awaits_traffic("message.channels")
    sandbox.check()


DEED_FIELDS = [*FIELDS, "value"]
TURNS = {
    "bot": ["url", "mode"],
    "app": ["manifest", "scopes", "events", "commands", "shortcuts", "token_revoked"],
    "channels": ["id", "name", "kind", "members", "topic", "bot", "is_archived"],
    "channels/C0OPS/share": ["team", "stop"],
    "clock": ["advance"],
    "limits": ["enabled"],
    "load": ["format", "address", "workspace", "offset", "ids", "partners", "bot"],
    "partners/dhl/limits": ["enabled", "limit", "used", "calls", "seconds"],
    "partners/dhl/parcels": ["number", "like", "happened", "hours_ago", "service", "steps", "moments"],
    "partners/dhl/parcels/3318810025/event": ["status", "code", "description", "remark", "next_steps", "at"],
    "partners/dhl/parcels/3318810025/move": ["by"],
    "partners/dhl/switches": ["fault", "number", "status", "retry_after", "seconds", "times", "for_seconds"],
    "people": ["id", "name", "real_name", "team", "tz", "email", "is_guest"],
    "redeliver": ["traffic"],
    "reset": ["seed"],
    "socket": ["do", "connection"],
    "switches": [
        *("on", "fault", "error", "status", "retry_after", "seconds", "times", "for_seconds", "channel"),
    ],
    "teams": ["id", "name", "domain"],
}
WORDS = [
    "error", "chat.postMessage", "slow", "public", "type", "refresh_requested", "U0NEW", "Europe/Berlin", "#operations",
]  # fmt: skip
sensible = st.sampled_from([*KNOWN, *ODD, *WORDS, 1, 1e300]) | values


def bodies(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names), sensible, max_size=5)


def asked(control: httpx.Client, method: str, path: str, body: Any) -> None:
    """What one request to the control API answers, and that the workspace can still be looked at afterwards."""
    answer = control.request(method, f"/sandbox/{path}", content=json.dumps(body))
    assert answer.status_code in (200, 400, 404), answer.text
    assert answer.status_code == 200 or answer.json()["shown"]
    for place in ("workspace", "people/U0DHL1", "people/U0DHL1/messages?channel=C0DHL"):
        seen = control.get(f"/sandbox/{place}")
        assert seen.status_code in (200, 404), seen.text


@pytest.fixture
def control(sandbox: Sandbox, http: httpx.Client) -> Iterator[httpx.Client]:
    http.headers["Content-Type"] = "application/json"
    yield http
    sandbox.reset()


REQUESTS = [
    *(("POST", path, names) for path, names in TURNS.items()),
    *(("PATCH", path, TURNS[path.partition("/")[0]]) for path in ("people/U0DHL1", "channels/C0DHL")),
]


@pytest.mark.parametrize(("method", "path", "names"), REQUESTS)
@pytest.mark.long
@through_http
@given(data=st.data())
def test_the_bench_answers_whatever_it_is_told(
    control: httpx.Client, method: str, path: str, names: list[str], data: st.DataObject
) -> None:
    asked(control, method, path, data.draw(bodies(names)))


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.long
@through_http
@given(data=st.data())
def test_a_deed_answers_whatever_it_is_told(
    control: httpx.Client, web: WebClient, deed: str, data: st.DataObject
) -> None:
    ts = web.chat_postMessage(channel="C0DHL", text="x", blocks=[actions(menu("datepicker", "day"))])["ts"]
    there = {"channel": "C0DHL", "ts": ts, "block_id": "row", "action_id": "day", "text": "x", "name": "eyes"}
    asked(control, "POST", f"people/U0DHL1/{deed}", there | data.draw(bodies(DEED_FIELDS)))


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"7", b"[" * 100_000, b'{"advance": NaN}', b"\xff", b'"\\ud800"']
)
def test_a_body_that_is_none_is_told_so(control: httpx.Client, body: bytes) -> None:
    answer = control.post("/sandbox/clock", content=body)
    assert answer.status_code == 400
    assert answer.json()["shown"].startswith(("The body", "`advance`"))


@pytest.mark.parametrize("number", ["x", "nan", "1e9", "²", "9" * 30])
def test_a_number_that_is_none_is_told_so(control: httpx.Client, number: str) -> None:
    for path in (
        "traffic?after=",
        "traffic?limit=",
        "changes?after=",
        "people/U0DHL1/messages?channel=C0DHL&limit=",
    ):
        answer = control.get(f"/sandbox/{path}{number}")
        assert (answer.status_code, "must be a whole number" in answer.json()["shown"]) == (400, True)
