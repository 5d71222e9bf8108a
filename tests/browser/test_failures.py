"""What goes wrong on purpose is set, seen and taken off on the page."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect
from slack_sdk import WebClient
from websockets.sync.client import connect

from sandbox.client import Sandbox
from tests.browser.windows import Window
from tests.sandbox.refusing import refused
from tests.sandbox.stub_bot import StubBot

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.xdist_group("browser")]

OpenWindow = Callable[[str], Window]


@pytest.fixture
def address(sandbox: Sandbox) -> str:
    return f"{sandbox.url}/"


@pytest.fixture
def panel(window: OpenWindow) -> Locator:
    page = window("amazon-analyst-1").page
    page.get_by_role("button", name="Failures", exact=True).click()
    opened = page.get_by_role("complementary", name="Failures")
    expect(opened.get_by_role("listitem").filter(has_text="Everything works as it should")).to_be_visible()
    return opened


def lets_fail(panel: Locator, what: str, how: str, *lasts: str) -> None:
    """``lasts``: how long, and how many."""
    form = panel.get_by_role("form", name="Let something fail")
    form.get_by_label("What", exact=True).select_option(what)
    form.get_by_label("How", exact=True).select_option(label=how)
    if lasts:
        form.get_by_label("How long").select_option(label=lasts[0])
    for many in lasts[1:]:
        form.get_by_label("How many").fill(many)
    form.get_by_role("button", name="Let it fail").click()


def now(panel: Locator) -> Locator:
    return panel.get_by_role("list", name="What fails now").get_by_role("listitem")


def test_a_method_fails_once_and_the_page_sees_that_it_is_over(panel: Locator, web: WebClient) -> None:
    lets_fail(panel, "chat.postMessage", "Error")
    expect(now(panel)).to_contain_text("chat.postMessage: error internal_error")
    expect(now(panel)).to_contain_text("once")
    refused("internal_error", web.chat_postMessage, channel="C0OPS", text="x")
    expect(now(panel)).to_have_text(["Nothing. Everything works as it should."])
    web.chat_postMessage(channel="C0OPS", text="x")


def test_every_method_fails_for_a_time_of_the_sandboxs_clock(
    panel: Locator, sandbox: Sandbox, web: WebClient
) -> None:
    lets_fail(panel, "*", "Error", "so many seconds", "60")
    expect(now(panel)).to_contain_text("Every method: error internal_error")
    refused("internal_error", web.users_list)
    sandbox.advance(61)
    expect(now(panel)).to_have_text(["Nothing. Everything works as it should."])
    web.users_list()


def test_what_fails_until_it_is_taken_off_is_taken_off_one_by_one_or_all(
    panel: Locator, sandbox: Sandbox, web: WebClient
) -> None:
    faults = ("Slow", "HTML of a proxy", "Nothing in the answer", "No answer at all", "Connection reset")
    for fault in faults:
        lets_fail(panel, "chat.update", fault, "until it is taken off")
    expect(now(panel).filter(has_text="until it is taken off")).to_have_count(len(faults))
    panel.get_by_role("button", name="Take off chat.update: slow").click()
    expect(now(panel).filter(has_text="until it is taken off")).to_have_count(len(faults) - 1)
    lets_fail(panel, "dhl", "Server error", "until it is taken off")
    expect(now(panel).filter(has_text="DHL Shipment Tracking: Server error")).to_be_visible()
    panel.get_by_role("button", name="Take all off").click()
    expect(now(panel)).to_have_text(["Nothing. Everything works as it should."])
    assert sandbox.get("/sandbox/switches")["switches"] == []
    assert sandbox.get("/sandbox/partners/dhl")["switches"] == []


def test_a_command_is_delivered_twice_and_an_ack_is_lost(
    panel: Locator, window: OpenWindow, stub: StubBot, sandbox: Sandbox
) -> None:
    analyst = window("amazon-liaison-1")
    lets_fail(panel, "deliver:command", "Delivered twice")
    expect(now(panel)).to_contain_text("command: delivered twice")
    analyst.write("amazon-alerts", "/flag once")
    stub.gets("command", 2)
    lets_fail(panel, "deliver:command", "The ack is lost")
    expect(now(panel)).to_contain_text("command: the ack is lost")
    analyst.composer("amazon-alerts").fill("/flag again")
    analyst.composer("amazon-alerts").press("Enter")
    expect(analyst.page.get_by_role("alert").filter(has_text="/flag")).to_be_visible()
    stub.gets("command", 3)


def test_what_the_bot_was_sent_last_is_sent_once_more(
    panel: Locator, window: OpenWindow, stub: StubBot
) -> None:
    window("amazon-liaison-1").write("amazon-alerts", "/flag once")
    stub.gets("command")
    panel.get_by_role("button", name="Send the bot the last thing again").click()
    assert stub.gets("command", 2).payload["text"] == "once"


def test_the_token_is_revoked_and_given_back(panel: Locator, web: WebClient, sandbox: Sandbox) -> None:
    def awaits(revoked: bool) -> None:
        """The box shows at once what was asked for; the workspace has it a moment later."""
        there = "/sandbox/bot"
        sandbox.until(lambda: sandbox.get(there)["token_revoked"] is revoked or None, 5, lambda: "as before")

    revoked = panel.get_by_role("switch", name="Token revoked")
    revoked.check()
    awaits(revoked=True)
    with sandbox.expects_refusal("token_revoked"):
        expect(revoked).to_be_focused()
        refused("token_revoked", web.users_list)
    revoked.uncheck()
    awaits(revoked=False)
    expect(revoked).not_to_be_checked()
    web.users_list()


def test_somebody_of_a_second_workspace_comes_into_a_channel_and_goes(
    panel: Locator, stub: StubBot, web: WebClient
) -> None:
    panel.get_by_label("Channel", exact=True).select_option(label="#operations")
    panel.get_by_role("button", name="Share it").click()
    expect(panel.get_by_role("button", name="Stop sharing #operations")).to_be_visible()
    stub.gets("channel_shared")
    stub.gets("member_joined_channel")
    assert web.conversations_info(channel="C0OPS")["channel"]["is_ext_shared"]
    who = panel.page.get_by_role("navigation", name="Who you are")
    expect(who.get_by_role("button", name="elsewhere-analyst-1")).to_be_visible()
    panel.get_by_role("button", name="Stop sharing #operations").click()
    stub.gets("channel_unshared")
    expect(panel.get_by_role("button", name="Stop sharing #operations")).to_have_count(0)


def test_the_traffic_panel_sends_one_request_again(window: OpenWindow, stub: StubBot) -> None:
    analyst = window("amazon-analyst-1")
    analyst.page.get_by_role("button", name="Traffic", exact=True).click()
    analyst.write("amazon-alerts", "/flag once")
    traffic = analyst.page.get_by_role("complementary", name="Traffic")
    traffic.get_by_text("/flag").click()
    traffic.get_by_role("button", name="Send again").click()
    assert stub.gets("command", 2).payload["text"] == "once"


def test_a_parcel_moves_on_a_step_and_a_day_and_the_button_keeps_the_focus(
    window: OpenWindow, sandbox: Sandbox
) -> None:
    page = window("amazon-analyst-1").page
    page.get_by_role("button", name="Partners", exact=True).click()
    parcel = (
        page.get_by_role("complementary", name="Partners")
        .get_by_role("listitem")
        .filter(has_text="3318810025")
    )
    before = sandbox.get("/sandbox/partners/dhl/parcels/3318810025")["parcel"]["happened"]
    for by in ("step", "day"):
        button = parcel.get_by_role("button", name=f"Move 3318810025 on a {by}")
        button.press("Enter")
        before += 1
        expect(parcel.get_by_role("progressbar", name=f"{before} of")).to_be_visible()
        expect(button).to_be_focused()
        before = sandbox.get("/sandbox/partners/dhl/parcels/3318810025")["parcel"]["happened"]


def test_the_quota_is_used_up_and_given_back(window: OpenWindow) -> None:
    page = window("amazon-analyst-1").page
    page.get_by_role("button", name="Partners", exact=True).click()
    panel = page.get_by_role("complementary", name="Partners")
    expect(panel).to_contain_text("250 of 250 calls left today")
    panel.get_by_role("button", name="Use it up").click()
    expect(panel).to_contain_text("0 of 250 calls left today – refused until midnight GMT")
    panel.get_by_role("button", name="Give it back").click()
    expect(panel).to_contain_text("250 of 250 calls left today")


def test_sockets_are_told_to_reconnect(window: OpenWindow, sandbox: Sandbox, web: WebClient) -> None:
    page = window("amazon-analyst-1").page
    page.get_by_role("button", name="Failures", exact=True).click()
    panel = page.get_by_role("complementary", name="Failures")
    expect(panel.get_by_role("button", name="Reconnect")).to_be_disabled()
    url = WebClient("xapp-sandbox", base_url=sandbox.api_url).apps_connections_open(app_token="xapp-sandbox")[
        "url"
    ]
    with connect(url) as app:
        assert json.loads(app.recv())["type"] == "hello"
        expect(panel).to_contain_text("Socket Mode, 1 open")
        panel.get_by_label("Reconnect").select_option("refresh_requested")
        panel.get_by_role("button", name="Reconnect").click()
        assert json.loads(app.recv())["reason"] == "refresh_requested"
    expect(panel).to_contain_text("Socket Mode, 0 open")
