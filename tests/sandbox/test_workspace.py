"""The workspace as a whole: Slack Connect, guests, saving, the stream of changes, the page."""

import json
import re
from pathlib import Path

import httpx
import pytest
from slack_sdk import WebClient
from websockets.sync.client import connect

from sandbox import events
from sandbox.client import Sandbox
from sandbox.emulator import Emulator
from sandbox.persona import Persona
from sandbox.slack.methods import METHODS, PAGE
from sandbox.switches import API_FAULTS, DELIVERY_FAULTS
from tests.sandbox.manifest import MANIFEST
from tests.sandbox.refusing import refused
from tests.sandbox.stub_bot import Reply, StubBot
from tests.sandbox.views import actions, button, field, home, menu, modal, options, section


@pytest.fixture
def outsider(sandbox: Sandbox) -> Persona:
    """Somebody of another workspace, in #operations by Slack Connect."""
    sandbox.post("/sandbox/teams", {"id": "T0BRAND", "name": "Brand", "domain": "brand"})
    sandbox.post("/sandbox/people", {"id": "U0BRAND1", "name": "brand-analyst-1", "team": "T0BRAND"})
    sandbox.post("/sandbox/channels/C0OPS/share", {"team": "T0BRAND"})
    sandbox.person("U0AMAZON1").invites("U0BRAND1", into="C0OPS")
    return sandbox.person("U0BRAND1")


@pytest.mark.parametrize("seed", ["default", "demo"])
def test_organisations_known_by_their_initials_are_written_so_in_names(seed: str) -> None:
    people = Emulator(seed, MANIFEST).workspace.people.values()
    initials = [person.real_name.split()[0] for person in people if person.organisation in ("dhl", "cbp")]
    assert set(initials) == {"DHL", "CBP"}


def test_a_shared_channel_is_told_and_marked(outsider: Persona, bot: StubBot, web: WebClient) -> None:
    shared = bot.gets("channel_shared").payload
    assert list(shared["event"]) == ["type", "connected_team_id", "channel", "event_ts"]
    assert shared["event"]["connected_team_id"] == "T0BRAND"
    channel = web.conversations_info(channel="C0OPS")["channel"]
    assert channel["is_ext_shared"] is True
    assert channel["shared_team_ids"] == ["T0OPS", "T0BRAND"]
    assert bot.gets("member_joined_channel").payload["event"]["team"] == "T0BRAND"


def test_what_somebody_of_another_workspace_does_carries_their_team(
    outsider: Persona, bot: StubBot, web: WebClient
) -> None:
    outsider.says("hello", channel="C0OPS")
    envelope = bot.gets("message", text="hello").payload
    assert (envelope["event"]["user_team"], envelope["is_ext_shared_channel"]) == ("T0BRAND", True)
    assert envelope["team_id"] == "T0OPS"
    web.chat_postMessage(channel="C0OPS", text="x", blocks=[actions(button("Press"))])
    outsider.clicks("Press")
    payload = bot.gets("block_actions").payload
    assert (payload["user"]["team_id"], payload["team"]["id"]) == ("T0BRAND", "T0BRAND")


def test_all_that_happens_in_a_shared_channel_says_that_it_is_shared(
    sandbox: Sandbox, outsider: Persona, bot: StubBot
) -> None:
    colleague = sandbox.person("U0AMAZON1")
    message = colleague.says("see https://cases.example/1", channel="C0OPS")
    outsider.reacts("eyes", message)
    colleague.uploads("label.png", b"\x89PNG", channel="C0OPS")
    for kind in ("message", "link_shared", "reaction_added", "file_shared", "member_joined_channel"):
        assert bot.gets(kind).payload["is_ext_shared_channel"] is True, kind
    colleague.says("https://cases.example/2", channel="C0AMAZON")
    assert bot.gets("link_shared", 2).payload["is_ext_shared_channel"] is False


def test_a_link_is_told_where_the_bot_is_not(analyst: Persona, bot: StubBot) -> None:
    analyst.says("see https://cases.example/1", channel="C0GENERAL")
    assert bot.gets("link_shared").payload["event"]["is_bot_user_member"] is False


def test_commands_and_shortcuts_are_for_members_of_the_installing_workspace(outsider: Persona) -> None:
    outsider.types("/flag x", channel="C0OPS", expecting="unknown_command")
    outsider.uses_shortcut("Flag something", expecting="not_allowed")


def test_a_modal_for_somebody_of_another_workspace_says_where_the_app_is_installed(
    outsider: Persona, bot: StubBot, web: WebClient
) -> None:
    web.chat_postMessage(channel="C0OPS", text="x", blocks=[actions(button("Press"))])
    outsider.clicks("Press")
    web.views_open(trigger_id=bot.gets("block_actions").payload["trigger_id"], view=modal(section("Hello")))
    outsider.submits()
    payload = bot.gets("view_submission").payload
    assert payload["team"]["id"] == "T0BRAND"
    assert payload["view"]["app_installed_team_id"] == "T0OPS"


def test_people_of_another_workspace_are_known_without_their_address(
    outsider: Persona, web: WebClient
) -> None:
    user = web.users_info(user="U0BRAND1")["user"]
    assert (user["team_id"], user["is_stranger"]) == ("T0BRAND", False)
    assert "email" not in user["profile"]
    assert "U0BRAND1" not in [member["id"] for member in web.users_list()["members"]]


def test_who_shares_no_channel_with_the_bot_is_a_stranger(
    sandbox: Sandbox, outsider: Persona, web: WebClient
) -> None:
    assert web.users_info(user=outsider.id)["user"]["is_stranger"] is False
    outsider.leaves("C0OPS")
    assert web.users_info(user=outsider.id)["user"]["is_stranger"] is True
    assert "is_stranger" not in web.users_info(user="U0STRANGER1")["user"]


def test_sharing_ends_and_takes_their_people_along(sandbox: Sandbox, outsider: Persona, bot: StubBot) -> None:
    sandbox.post("/sandbox/channels/C0OPS/share", {"team": "T0BRAND", "stop": True})
    unshared = bot.gets("channel_unshared").payload["event"]
    assert list(unshared) == [
        "type", "previously_connected_team_id", "channel", "is_ext_shared", "event_ts",
    ]  # fmt: skip
    assert (unshared["previously_connected_team_id"], unshared["is_ext_shared"]) == ("T0BRAND", False)
    assert bot.gets("member_left_channel").payload["event"]["user"] == outsider.id
    with pytest.raises(AssertionError, match="sees no channel"):
        outsider.says("still here?", channel="C0OPS")


def test_nobody_writes_to_an_app_whose_messages_tab_is_read_only(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient
) -> None:
    home_ = {"messages_tab_enabled": True, "messages_tab_read_only_enabled": True}
    sandbox.post(
        "/sandbox/app", {"manifest": {**MANIFEST, "features": {**MANIFEST["features"], "app_home": home_}}}
    )
    assert sandbox.get("/sandbox/workspace")["app"]["messages_tab_read_only"] is True
    direct = web.chat_postMessage(channel=analyst.id, text="Between us")["channel"]
    analyst.sees("Between us", channel=direct)
    analyst.types("a question", channel=direct, expecting="not_allowed")
    analyst.types("/flag x", channel=direct, expecting="not_allowed")
    uploaded = {"name": "a.txt", "content": "eA==", "channel": direct}
    assert sandbox.post(f"/sandbox/people/{analyst.id}/upload", uploaded)["error"] == "not_allowed"
    analyst.says("elsewhere", channel="C0OPS")
    bot.gets("message", text="elsewhere")
    assert {got.payload["event"]["text"] for got in bot.received} == {"Between us", "elsewhere"}


def test_without_a_messages_tab_nobody_writes_to_anybody(
    sandbox: Sandbox, analyst: Persona, web: WebClient
) -> None:
    direct = web.chat_postMessage(channel=analyst.id, text="Between us")["channel"]
    off = {"app_home": {"messages_tab_enabled": False}}
    sandbox.post("/sandbox/app", {"manifest": {**MANIFEST, "features": off}})
    refused("messages_tab_disabled", web.chat_postMessage, channel=analyst.id, text="x")
    refused("messages_tab_disabled", web.chat_postMessage, channel=direct, text="x")
    analyst.types("a question", channel=direct, expecting="not_allowed")


def test_a_guest_sees_only_the_channels_they_are_in(sandbox: Sandbox) -> None:
    guest = sandbox.person("U0GUEST1")
    guest.says("hello", channel="C0GENERAL")
    with pytest.raises(AssertionError, match="sees no channel C0OPS"):
        guest.says("hello", channel="C0OPS")


def test_a_saved_workspace_comes_back_whole(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient
) -> None:
    web.chat_postMessage(channel="C0AMAZON", text="Kept", blocks=[actions(menu("datepicker", "day"))])
    analyst.fills("day", "2026-01-31")
    analyst.uploads("label.png", b"\x89PNG", channel="C0AMAZON")
    analyst.types("/flag", channel="C0AMAZON")
    form = modal(field("Kind", menu("static_select", options=options("Parcel"))))
    web.views_open(trigger_id=bot.gets("command").payload["trigger_id"], view=form)
    analyst.chooses("Kind", "Parcel")
    web.views_publish(user_id=analyst.id, view=home(section("Cases")))
    soon = int(sandbox.get("/sandbox/clock")["now"]) + 600
    web.chat_scheduleMessage(channel="C0AMAZON", post_at=soon, text="Still comes")
    before = json.loads(json.dumps(sandbox.get("/sandbox/save")))
    sandbox.reset()
    assert analyst.messages("C0AMAZON") == []
    sandbox.post("/sandbox/load", before)
    assert sandbox.get("/sandbox/save")["workspace"] == before["workspace"]
    sandbox.bot_is_at(bot.url)
    analyst.submits()
    values = bot.gets("view_submission").payload["view"]["state"]["values"]
    assert values["kind"]["choice"]["selected_option"]["value"] == "parcel"
    sandbox.advance(600)
    analyst.sees("Still comes", channel="C0AMAZON")


def test_a_bot_that_the_sandbox_has_not_started_keeps_what_it_knows_and_that_is_said(
    sandbox: Sandbox,
) -> None:
    state = sandbox.get("/sandbox/save")
    assert "bot" not in state
    assert sandbox.get("/sandbox/bot")["goes_along"] is False
    for deed, body in (("load", state), ("reset", {})):
        assert "still knows what it knew" in sandbox.post(f"/sandbox/{deed}", body)["shown"]


def test_without_limits_the_partners_set_none_either(sandbox: Sandbox) -> None:
    sandbox.without_limits()
    assert sandbox.get("/sandbox/partners/dhl")["limits"]["enabled"] is False
    sandbox.post("/sandbox/limits", {"enabled": True})
    assert sandbox.get("/sandbox/partners/dhl")["limits"]["enabled"] is True


def test_what_is_no_saved_workspace_is_refused(sandbox: Sandbox, analyst: Persona) -> None:
    analyst.says("still here", channel="C0AMAZON")
    with pytest.raises(AssertionError, match="no saved workspace"):
        sandbox.post("/sandbox/load", {"anything": 1})
    broken = {**sandbox.get("/sandbox/save"), "workspace": {"team": 3}}
    with pytest.raises(AssertionError, match="cannot be read"):
        sandbox.post("/sandbox/load", broken)
    state = sandbox.get("/sandbox/save")
    later = {**state, "workspace": {**state["workspace"], "huddles": []}}
    with pytest.raises(
        AssertionError, match="knows no `huddles` of a Workspace; a later one may have saved it"
    ):
        sandbox.post("/sandbox/load", later)
    del state["workspace"]["people"]
    with pytest.raises(AssertionError, match="the app is not among its people"):
        sandbox.post("/sandbox/load", state)
    analyst.sees("still here")


def test_changes_are_streamed_to_those_they_concern(sandbox: Sandbox, analyst: Persona) -> None:
    with httpx.stream("GET", f"{sandbox.url}/sandbox/stream", params={"user": "U0DHL1"}, timeout=5) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith(":")
        analyst.says("for Amazon", channel="C0AMAZON")
        analyst.says("for all", channel="C0OPS")
        kinds = []
        for line in lines:
            if line.startswith("event: "):
                kinds.append(line.removeprefix("event: "))
            if line.startswith("data: ") and kinds[-1] == "message":
                assert json.loads(line.removeprefix("data: "))["message"]["text"] == "for all"
                break


def test_a_stream_goes_on_where_it_was_left(sandbox: Sandbox, analyst: Persona) -> None:
    version = sandbox.get("/sandbox/changes")["version"]
    analyst.says("meanwhile", channel="C0OPS")
    headers = {"Last-Event-ID": str(version)}
    with httpx.stream("GET", f"{sandbox.url}/sandbox/stream", headers=headers, timeout=5) as stream:
        seen = []
        for line in stream.iter_lines():
            seen.append(line)
            if "meanwhile" in line:
                break
    assert f"id: {version + 1}" in seen


def test_each_change_is_streamed_once(sandbox: Sandbox, analyst: Persona) -> None:
    with httpx.stream(
        "GET", f"{sandbox.url}/sandbox/stream", params={"user": analyst.id}, timeout=5
    ) as stream:
        lines = stream.iter_lines()
        seen = []
        for text in ("first", "second", "third"):
            analyst.says(text, channel="C0OPS")
            for line in lines:
                seen += [line] if line.startswith("data: ") and '"what":"posted"' in line else []
                if f'"text":"{text}"' in line:
                    break
    texts = [json.loads(line.removeprefix("data: "))["message"]["text"] for line in seen]
    assert texts == ["first", "second", "third"]


def test_a_page_is_told_the_same_by_a_websocket(sandbox: Sandbox, analyst: Persona) -> None:
    version = sandbox.get("/sandbox/changes")["version"]
    analyst.says("for Amazon", channel="C0AMAZON")
    address = f"{sandbox.url.replace('http', 'ws')}/sandbox/stream?user=U0DHL1&after={version}"
    with connect(address) as followed:
        analyst.says("for all", channel="C0OPS")
        while (told := json.loads(followed.recv(5)))["kind"] != "message":
            pass
    assert told["data"]["message"]["text"] == "for all"
    assert told["version"] > version + 1


def test_unread_messages_are_counted_until_they_are_read(
    sandbox: Sandbox, analyst: Persona, web: WebClient
) -> None:
    def entry() -> tuple[int, int]:
        channels = sandbox.get(f"/sandbox/people/{analyst.id}")["channels"]
        found = next(channel for channel in channels if channel["id"] == "C0AMAZON")
        return found["unread"], found["mentions"]

    web.chat_postMessage(channel="C0AMAZON", text="Alert")
    web.chat_postMessage(channel="C0AMAZON", text=f"<@{analyst.id}> look")
    assert entry() == (2, 1)
    sandbox.post(f"/sandbox/people/{analyst.id}/read", {"channel": "C0AMAZON"})
    assert entry() == (0, 0)


def test_long_channels_are_paged_backwards(sandbox: Sandbox, analyst: Persona) -> None:
    for number in range(7):
        analyst.says(f"message {number}", channel="C0AMAZON")
    path = f"/sandbox/people/{analyst.id}/messages"
    newest = sandbox.get(path, {"channel": "C0AMAZON", "limit": "3"})
    assert [message["text"] for message in newest["messages"]] == ["message 4", "message 5", "message 6"]
    assert newest["has_more"] is True
    query = {"channel": "C0AMAZON", "limit": "10", "before": newest["messages"][0]["ts"]}
    older = sandbox.get(path, query)
    assert [message["text"] for message in older["messages"]] == [f"message {number}" for number in range(4)]
    assert older["has_more"] is False


def test_buttons_of_the_home_tab_work(analyst: Persona, bot: StubBot, web: WebClient) -> None:
    web.views_publish(user_id=analyst.id, view=home(actions(button("Flag something"))))
    analyst.opens_home()
    analyst.clicks("Flag something")
    payload = bot.gets("block_actions").payload
    assert payload["view"]["type"] == "home"
    web.views_open(trigger_id=payload["trigger_id"], view=modal(section("A form")))
    analyst.sees_modal("A form")


def test_without_interactivity_buttons_do_nothing(sandbox: Sandbox, analyst: Persona, web: WebClient) -> None:
    sandbox.post("/sandbox/app", {"manifest": {"oauth_config": {"scopes": {"bot": ["chat:write"]}}}})
    web.chat_postMessage(channel="C0AMAZON", text="x", blocks=[actions(button("Press"))])
    answer = analyst.clicks("Press", expecting="dispatch_failed")
    assert answer.shown == "This app is not configured to handle interactive responses."


def test_a_body_in_the_ack_of_a_click_is_noted(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient
) -> None:
    bot.answers["block_actions"] = Reply({"text": "Nobody sees this"})
    web.chat_postMessage(channel="C0AMAZON", text="x", blocks=[actions(button("Press"))])
    analyst.clicks("Press")
    analyst.does_not_see("Nobody sees this")
    assert "Slack ignores it" in sandbox.traffic("press")[-1]["notes"][0]


def test_the_bot_manages_channels(sandbox: Sandbox, web: WebClient) -> None:
    sandbox.without_limits()
    made = web.conversations_create(name="case-1", is_private=True)["channel"]["id"]
    refused("name_taken", web.conversations_create, name="case-1")
    refused("invalid_name_specials", web.conversations_create, name="Case 1")
    web.conversations_invite(channel=made, users="U0DHL1")
    refused("already_in_channel", web.conversations_invite, channel=made, users="U0DHL1")
    web.conversations_setTopic(channel=made, topic="Earbuds")
    assert web.conversations_info(channel=made)["channel"]["topic"]["value"] == "Earbuds"
    web.conversations_kick(channel=made, user="U0DHL1")
    web.conversations_archive(channel=made)
    refused("already_archived", web.conversations_archive, channel=made)
    web.conversations_join(channel="C0GENERAL")
    refused("cant_leave_general", web.conversations_leave, channel="C0GENERAL")
    refused("method_not_supported_for_channel_type", web.conversations_join, channel="C0AMAZON")


def test_pins_are_kept(web: WebClient) -> None:
    ts = web.chat_postMessage(channel="C0OPS", text="Pinned")["ts"]
    web.pins_add(channel="C0OPS", timestamp=ts)
    refused("already_pinned", web.pins_add, channel="C0OPS", timestamp=ts)
    assert web.pins_list(channel="C0OPS")["items"][0]["message"]["text"] == "Pinned"
    web.pins_remove(channel="C0OPS", timestamp=ts)
    refused("no_pin", web.pins_remove, channel="C0OPS", timestamp=ts)


def test_tokens_are_shortened_in_the_record(sandbox: Sandbox) -> None:
    secret = "xoxb-123456789-" + "a" * 24
    httpx.post(
        f"{sandbox.api_url}auth.test", data={"token": secret}, headers={"Authorization": f"Bearer {secret}"}
    )
    assert secret not in json.dumps(sandbox.traffic("auth.test"))


def test_the_page_comes_with_a_strict_policy(sandbox: Sandbox) -> None:
    answer = httpx.get(f"{sandbox.url}/")
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["content-security-policy"]


RATES = {"t2": "2", "t3": "3", "t4": "4", "special": "special", "posting": "1/s and channel"}


def test_the_readme_lists_every_method_with_its_page_and_rate() -> None:
    text = (Path(__file__).parents[2] / "sandbox" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[`([\w.]+)`\]\(([^)]+)\) \| ([^|]+) \|", text, re.MULTILINE)
    assert rows == [
        (name, f"{PAGE}{name}", RATES[method.tier])
        for name, method in sorted(METHODS.items(), key=lambda item: item[0].lower())
    ]


def test_the_readme_lists_every_event_and_every_fault() -> None:
    text = (Path(__file__).parents[2] / "sandbox" / "README.md").read_text(encoding="utf-8")
    listed = re.search(r"^Events: (.+?)\n\n", text, re.MULTILINE | re.DOTALL)
    assert listed is not None
    told = set(re.findall(r"`([\w.]+)`", listed[1]))
    assert told == {"app_home_opened", *events._SCOPES}
    described = re.search(r"^`on`: (.+?)\n\n", text, re.MULTILINE | re.DOTALL)
    assert described is not None
    assert {*API_FAULTS, *DELIVERY_FAULTS} <= set(re.findall(r"`(\w+)`", described[1]))


def test_a_seed_can_bring_another_workspace(sandbox: Sandbox, bot: StubBot) -> None:
    seed = {
        "team": {"id": "T0OPS", "name": "Ops", "domain": "ops"},
        "teams": [{"id": "T0BRAND", "name": "Brand", "domain": "brand"}],
        "app": {"id": "A0OFA", "name": "App", "bot_id": "B0OFA", "bot_user": "U0OFABOT"},
        "people": [
            {"id": "U0ONE", "name": "one"},
            {"id": "U0BRAND1", "name": "brand-analyst-1", "team": "T0BRAND"},
        ],
        "channels": [
            {"id": "C0BOTH", "name": "both", "members": ["U0ONE", "U0BRAND1"], "shared_with": ["T0BRAND"]}
        ],
    }
    sandbox.post("/sandbox/reset", {"seed": seed})
    sandbox.person("brand-analyst-1").says("hello from outside", channel="C0BOTH")
    envelope = bot.gets("message", text="hello from outside").payload
    assert envelope["is_ext_shared_channel"] is True
    sandbox.post("/sandbox/reset", {"seed": "default"})
