"""The Web API's own manners: https://docs.slack.dev/apis/web-api/"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from sandbox.client import Sandbox
from sandbox.slack.methods import METHODS
from tests.sandbox.manifest import MANIFEST
from tests.sandbox.refusing import refused

BEARER = {"Authorization": "Bearer xoxb-sandbox"}


@pytest.fixture
def http(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.url, trust_env=False) as client:
        yield client


def with_scopes(sandbox: Sandbox, *scopes: str) -> None:
    sandbox.post("/sandbox/app", {"scopes": list(scopes)})


def test_it_says_who_the_bot_is(web: WebClient) -> None:
    answer = web.auth_test()
    assert list(answer.data) == [
        "ok", "url", "team", "user", "team_id", "user_id", "bot_id", "is_enterprise_install",
    ]  # fmt: skip
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0OPS", "U0OFABOT", "B0OFA")


def test_it_names_the_scopes_in_its_headers(web: WebClient, sandbox: Sandbox) -> None:
    with_scopes(sandbox, "chat:write", "users:read")
    headers = web.users_info(user="U0DHL1").headers
    assert headers["x-oauth-scopes"] == "chat:write,users:read"
    assert headers["x-accepted-oauth-scopes"] == "users:read"


def test_an_unknown_method_is_named(sandbox: Sandbox, http: httpx.Client) -> None:
    with sandbox.expects_refusal("unknown_method"):
        answer = http.post("/api/chat.postMesage", headers=BEARER)
    assert answer.json() == {"ok": False, "error": "unknown_method", "req_method": "chat.postMesage"}
    sandbox.check()


@pytest.mark.parametrize(
    ("headers", "content", "error"),
    [
        ({}, b"{}", "not_authed"),
        ({"Authorization": "Bearer xoxb-wrong"}, b"{}", "invalid_auth"),
        ({"Authorization": "Bearer xapp-sandbox"}, b"{}", "not_allowed_token_type"),
        (BEARER, b"{broken", "invalid_json"),
        (BEARER, b"[1]", "json_not_object"),
    ],
)
def test_it_looks_at_the_token_and_the_body_first(
    sandbox: Sandbox, http: httpx.Client, headers: dict[str, str], content: bytes, error: str
) -> None:
    answer = http.post(
        "/api/auth.test", headers={"Content-Type": "application/json", **headers}, content=content
    )
    assert (answer.status_code, answer.json()["error"]) == (200, error)
    assert sandbox.refusals()[-1]["sentence"], "it is said in words"


def test_a_token_in_a_json_body_is_not_read(http: httpx.Client) -> None:
    assert http.post("/api/auth.test", json={"token": "xoxb-sandbox"}).json()["error"] == "not_authed"


def test_a_token_in_a_form_is_read(http: httpx.Client) -> None:
    assert http.post("/api/auth.test", data={"token": "xoxb-sandbox"}).json()["ok"] is True


def test_a_body_without_a_type_is_refused(http: httpx.Client) -> None:
    assert http.post("/api/auth.test", headers=BEARER, content=b"x=1").json()["error"] == "missing_post_type"
    wrong = {"Content-Type": "text/plain", **BEARER}
    assert http.post("/api/auth.test", headers=wrong, content=b"x=1").json()["error"] == "invalid_post_type"


def test_json_without_a_charset_is_warned_about(http: httpx.Client) -> None:
    answer = http.post("/api/chat.postMessage", headers=BEARER, json={"channel": "C0OPS", "text": "x"}).json()
    assert answer["warning"] == "missing_charset"
    assert answer["response_metadata"]["warnings"] == ["missing_charset"]


def test_a_form_with_a_charset_is_warned_about(http: httpx.Client) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8", **BEARER}
    answer = http.post("/api/chat.postMessage", headers=headers, content="channel=C0OPS&text=x").json()
    assert answer["warning"] == "superfluous_charset"


def test_a_method_that_takes_forms_only_does_not_read_json(sandbox: Sandbox, http: httpx.Client) -> None:
    answer = http.post("/api/users.info", headers=BEARER, json={"user": "U0DHL1"}).json()
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]
    assert "takes no JSON body" in sandbox.traffic("users.info")[-1]["notes"][0]


def test_blocks_come_as_json_in_a_form_as_well(http: httpx.Client) -> None:
    blocks = '[{"type":"section","text":{"type":"mrkdwn","text":"*x*"}}]'
    answer = http.post(
        "/api/chat.postMessage", headers=BEARER, data={"channel": "C0OPS", "text": "x", "blocks": blocks}
    )
    assert answer.json()["message"]["blocks"][0]["text"] == {
        "type": "mrkdwn",
        "text": "*x*",
        "verbatim": False,
    }


def test_blocks_that_are_no_json_are_refused(http: httpx.Client) -> None:
    answer = http.post(
        "/api/chat.postMessage", headers=BEARER, data={"channel": "C0OPS", "text": "x", "blocks": "[oops"}
    )
    assert answer.json()["error"] == "invalid_blocks_format"


def test_a_missing_scope_is_named_with_those_there_are(sandbox: Sandbox, web: WebClient) -> None:
    with_scopes(sandbox, "users:read", "commands")
    data = refused("missing_scope", web.chat_postMessage, channel="C0OPS", text="x")
    assert (data["needed"], data["provided"]) == ("chat:write", "users:read,commands")


@pytest.mark.parametrize(("channel", "scope"), [("C0OPS", "channels:read"), ("C0AMAZON", "groups:read")])
def test_reading_needs_the_scope_of_the_kind_of_channel(
    sandbox: Sandbox, web: WebClient, channel: str, scope: str
) -> None:
    with_scopes(sandbox, "im:read")
    assert refused("missing_scope", web.conversations_info, channel=channel)["needed"] == scope
    with_scopes(sandbox, scope)
    assert web.conversations_info(channel=channel)["channel"]["id"] == channel


@pytest.mark.parametrize(
    ("method", "arguments", "needed"),
    [
        ("conversations.open", {"users": "U0DHL1"}, "im:write"),
        ("conversations.open", {"users": "U0DHL1,U0CBP1"}, "mpim:write"),
        ("conversations.kick", {"channel": "C0OPS", "user": "U0DHL1"}, "channels:manage"),
        ("conversations.invite", {"channel": "C0DHL", "users": "U0CBP1"}, "groups:write.invites"),
        ("conversations.setTopic", {"channel": "C0DHL", "topic": "x"}, "groups:write.topic"),
    ],
)
def test_changing_needs_the_scope_of_the_kind_of_channel(
    sandbox: Sandbox, web: WebClient, method: str, arguments: dict[str, str], needed: str
) -> None:
    others = {"channels:manage", "groups:write", "im:write", "mpim:write"} - {
        needed,
        needed.partition(".")[0],
    }
    with_scopes(sandbox, *sorted(others))
    assert needed in refused("missing_scope", web.api_call, api_method=method, json=arguments)[
        "needed"
    ].split(",")
    with_scopes(sandbox, needed)
    assert web.api_call(method, json=arguments)["ok"]


def test_what_every_method_may_do_with_is_named_as_on_its_page(sandbox: Sandbox, web: WebClient) -> None:
    with_scopes(sandbox)
    for method, needed in {
        "conversations.close": "channels:manage channels:write groups:write im:write mpim:write",
        "conversations.invite": "channels:manage channels:write.invites groups:write groups:write.invites im:write"
        " mpim:write",
        "conversations.kick": "channels:manage groups:write",
        "conversations.open": "channels:manage groups:write im:write mpim:write",
        "conversations.setTopic": "channels:manage channels:write.topic groups:write groups:write.topic im:write"
        " im:write.topic mpim:write mpim:write.topic",
    }.items():
        told = refused("missing_scope", web.api_call, api_method=method)["needed"]
        assert sorted(told.split(",")) == needed.split(), method


def test_a_revoked_token_is_no_token(web: WebClient) -> None:
    web.auth_revoke()
    refused("token_revoked", web.auth_test)


def test_what_slack_refused_fails_the_check_at_the_end(sandbox: Sandbox, web: WebClient) -> None:
    refused("channel_not_found", web.chat_postMessage, channel="C0NOWHERE", text="x")
    with pytest.raises(
        AssertionError, match=r"chat.postMessage: channel_not_found \(There is no channel C0NOWHERE"
    ):
        sandbox.check()


def test_an_expected_refusal_that_does_not_come_is_a_failure(sandbox: Sandbox) -> None:
    with (
        pytest.raises(AssertionError, match="Slack did not refuse with channel_not_found"),
        sandbox.expects_refusal("channel_not_found", within=0.05),
    ):
        pass


def test_pages_lead_on_with_a_cursor(web: WebClient) -> None:
    first = web.conversations_list(types="public_channel,private_channel", limit=2)
    second = web.conversations_list(
        types="public_channel,private_channel", limit=2, cursor=first["response_metadata"]["next_cursor"]
    )
    ids = [channel["id"] for channel in [*first["channels"], *second["channels"]]]
    assert ids == ["C0AMAZON", "C0DHL", "C0CBP", "C0IPRC"]
    refused("invalid_cursor", web.conversations_list, cursor="nonsense")


def test_private_channels_the_bot_is_not_in_do_not_exist_for_it(sandbox: Sandbox, web: WebClient) -> None:
    sandbox.post(
        "/sandbox/channels", {"id": "C0SECRET", "name": "secret", "kind": "private", "members": ["U0DHL1"]}
    )
    refused("channel_not_found", web.conversations_info, channel="C0SECRET")
    refused("channel_not_found", web.chat_postMessage, channel="C0SECRET", text="x")
    listed = web.conversations_list(types="private_channel")["channels"]
    assert "C0SECRET" not in [channel["id"] for channel in listed]


def test_people_are_told_with_what_the_scopes_allow(sandbox: Sandbox, web: WebClient) -> None:
    user = web.users_info(user="U0GUEST1")["user"]
    assert (user["name"], user["is_restricted"], user["team_id"]) == ("guest-1", True, "T0OPS")
    assert user["profile"]["email"] == "guest-1@fulfilled-action.example"
    with_scopes(sandbox, "users:read")
    assert "email" not in web.users_info(user="U0GUEST1")["user"]["profile"]
    refused("user_not_found", web.users_info, user="U0NOBODY")


def test_somebody_is_found_by_address(web: WebClient) -> None:
    assert web.users_lookupByEmail(email="DHL-analyst-1@fulfilled-action.example")["user"]["id"] == "U0DHL1"
    refused("users_not_found", web.users_lookupByEmail, email="nobody@example.org")


def test_members_and_groups_are_listed(web: WebClient) -> None:
    assert web.conversations_members(channel="C0DHL")["members"] == ["U0DHL1", "U0DHL2", "U0OFABOT"]
    assert web.usergroups_list()["usergroups"][0]["handle"] == "coordinators"
    assert web.usergroups_users_list(usergroup="S0COORD")["users"] == ["U0COORD1"]
    assert web.team_info()["team"]["domain"] == "fulfilled-action"
    mine = web.users_conversations(types="public_channel,private_channel")["channels"]
    assert "C0GENERAL" not in [channel["id"] for channel in mine]


def test_a_user_group_comes_with_what_was_asked_for(web: WebClient) -> None:
    (group,) = web.usergroups_list()["usergroups"]
    assert not {"users", "user_count"} & group.keys()
    (group,) = web.usergroups_list(include_users=True, include_count=True)["usergroups"]
    assert (group["id"], group["users"], group["user_count"]) == ("S0COORD", ["U0COORD1"], 1)
    refused("no_such_subteam", web.usergroups_users_list, usergroup="S0NOBODY")


def test_a_team_is_its_own_or_another_one_known_here(sandbox: Sandbox, web: WebClient) -> None:
    sandbox.post("/sandbox/teams", {"id": "T0BRAND", "name": "Brand", "domain": "brand"})
    own = web.team_info()["team"]
    assert (own["id"], own["name"], own["email_domain"]) == ("T0OPS", "Fulfilled Action", "")
    assert web.team_info(team="T0BRAND")["team"]["domain"] == "brand"
    refused("team_not_found", web.team_info, team="T0NOBODY")


def test_a_direct_conversation_is_opened_once(web: WebClient) -> None:
    first = web.conversations_open(users="U0DHL1")
    again = web.conversations_open(users=["U0DHL1"])
    assert first["channel"]["id"] == again["channel"]["id"]
    assert "already_open" not in first
    assert again["already_open"] is True
    group = web.conversations_open(users="U0DHL1,U0CBP1", return_im=True)["channel"]
    assert group["is_mpim"] is True
    refused("users_list_not_supplied", web.conversations_open, users="")
    refused("too_many_users", web.conversations_open, users=[f"U{number}" for number in range(9)])


def test_every_method_of_the_table_answers(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.without_limits()
    for name, method in METHODS.items():
        token = "xapp-sandbox" if method.token == "xapp" else "xoxb-sandbox"
        answer = http.post(f"/api/{name}", headers={"Authorization": f"Bearer {token}"}, data={"token": ""})
        assert answer.status_code == 200, name
        body: dict[str, Any] = answer.json()
        assert body["ok"] or body["error"] != "unknown_method", name
        if name == "auth.revoke":
            sandbox.post("/sandbox/app", {"token_revoked": False})


def test_blocks_can_be_validated_without_a_token(sandbox: Sandbox) -> None:
    web = WebClient(base_url=sandbox.api_url)
    good = [{"type": "divider"}]
    assert web.api_call("blocks.validate", json={"blocks": good})["ok"]
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        web.api_call("blocks.validate", json={"blocks": [{"type": "nothing"}]})


def test_what_is_wrong_with_blocks_is_said_twice_as_slack_does(web: WebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_blocks") as refusal:
        web.chat_postMessage(channel="C0OPS", text="x", blocks=[{"type": "nothing"}])
    (error,) = refusal.value.response["errors"]
    assert refusal.value.response["response_metadata"]["messages"] == [f"[ERROR] {error}"]


def test_another_sites_page_may_not_use_the_control_api(http: httpx.Client) -> None:
    answer = http.post("/sandbox/reset", headers={"Origin": "https://evil.example"}, json={})
    assert answer.status_code == 403
    rebound = http.get("/sandbox/workspace", headers={"Host": "evil.example"})
    assert rebound.status_code == 403


def test_another_sites_page_may_not_follow_what_happens(sandbox: Sandbox) -> None:
    address = f"{sandbox.url.replace('http', 'ws')}/sandbox/stream"
    with pytest.raises(InvalidStatus, match="403"):
        connect(address, origin=Origin("https://evil.example"))
    with connect(address, origin=Origin(sandbox.url)):
        pass


def test_control_requests_that_make_no_sense_are_told_what_to_send(http: httpx.Client) -> None:
    answer = http.post("/sandbox/people/U0DHL1/type", json={"text": "x"})
    assert answer.status_code == 400
    assert answer.json()["shown"] == "`channel` is missing: a string is needed."
    assert http.post("/sandbox/people/U0NOBODY/type", json={}).status_code == 404
    assert http.post("/sandbox/people/U0DHL1/fly", json={}).status_code == 404
    assert http.post("/sandbox/switches", json={"on": "chat.postMessage", "fault": "gone"}).status_code == 400


def test_the_manifest_decides_what_the_app_may(sandbox: Sandbox) -> None:
    sandbox.post("/sandbox/app", {"manifest": {**MANIFEST, "features": {}}})
    app = sandbox.get("/sandbox/workspace")["app"]
    assert app["commands"] == []
    assert app["home"] is False
