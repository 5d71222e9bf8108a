"""A bot that is away or answers rubbish, and a page without its sandbox: shown for what it is, and over when it is over."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from slack_sdk import WebClient

from sandbox.client import Sandbox
from tests.browser.conftest import workspace
from tests.browser.windows import Window, open_window
from tests.sandbox.stub_bot import Received, Reply, StubBot
from tests.sandbox.views import actions, button, field, menu, modal, options, text_input

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.xdist_group("browser")]

Json = dict[str, Any]
OpenWindow = Callable[[str], Window]

SERVER_ERROR = (Reply(status=500), "dispatch_failed")
NO_JSON = (Reply("{", content_type="application/json"), "dispatch_unknown_error")
WRONG_JSON = "dispatch_unknown_error"


@pytest.fixture
def address(sandbox: Sandbox) -> str:
    return f"{sandbox.url}/"


def bar(page: Page, text: str) -> Locator:
    return page.get_by_role("status").filter(has_text=text)


def sent_by_return(analyst: Window, text: str) -> None:
    analyst.composer("amazon-alerts").fill(text)
    analyst.composer("amazon-alerts").press("Enter")


def opens(web: WebClient, view: Json) -> Callable[[Received], Reply]:
    def answer(received: Received) -> Reply:
        web.views_open(trigger_id=received.payload["trigger_id"], view=view)
        return Reply()

    return answer


def test_a_bot_that_is_away_is_said_in_every_window_until_it_is_back(
    window: OpenWindow, sandbox: Sandbox
) -> None:
    analyst, carrier = window("amazon-analyst-1"), window("dhl-analyst-1")
    away = StubBot()
    away.stop()
    sandbox.bot_is_at(away.url)
    with sandbox.expects_refusal("dispatch_failed", "/flag"):
        sent_by_return(analyst, "/flag parcel 3318810025")
        for page in (analyst.page, carrier.page):
            expect(bar(page, f"The bot at {away.url} does not answer.")).to_be_visible()
    expect(analyst.composer("amazon-alerts")).to_have_value("/flag parcel 3318810025")
    late = window("cbp-analyst-1")
    expect(bar(late.page, "does not answer")).to_be_visible()
    analyst.go_to("general")
    analyst.write("general", "People still talk")
    expect(analyst.messages("People still talk")).to_be_visible()
    back = StubBot(int(away.url.rsplit(":", 1)[1]))
    for page in (analyst.page, carrier.page, late.page):
        expect(bar(page, "does not answer")).to_have_count(0)
    analyst.go_to("amazon-alerts")
    expect(analyst.composer("amazon-alerts")).to_have_value("/flag parcel 3318810025")
    analyst.composer("amazon-alerts").press("Enter")
    assert back.gets("command").payload["text"] == "parcel 3318810025"
    sandbox.bot_leaves()
    back.stop()


@pytest.mark.parametrize(
    ("rubbish", "error", "shown"),
    [
        (*SERVER_ERROR, "dispatch_failed"),
        (*NO_JSON, "dispatch_unknown_error"),
        (Reply({"blocks": 7}), "invalid_blocks_format", "invalid_command_response"),
    ],
)
def test_a_command_answered_with_rubbish_can_be_sent_again(
    window: OpenWindow, sandbox: Sandbox, stub: StubBot, rubbish: Reply, error: str, shown: str
) -> None:
    analyst = window("amazon-analyst-1")
    stub.answers["command"] = rubbish
    with sandbox.expects_refusal(error, "/flag"):
        sent_by_return(analyst, "/flag x")
        expect(analyst.page.get_by_role("alert")).to_contain_text(f"/flag failed with the error “{shown}”")
    stub.answers["command"] = Reply({"text": "Flagged."})
    expect(analyst.composer("amazon-alerts")).to_have_value("/flag x")
    analyst.composer("amazon-alerts").press("Enter")
    expect(analyst.own_messages("Flagged.")).to_be_visible()


@pytest.mark.parametrize(
    ("rubbish", "error"),
    [
        SERVER_ERROR,
        NO_JSON,
        (Reply({"response_action": "explode"}), WRONG_JSON),
        (Reply({"response_action": "errors", "errors": {"nowhere": "x"}}), "invalid_errors"),
        (Reply({"response_action": "update", "view": {"type": "modal"}}), "invalid_arguments"),
    ],
)
def test_a_form_answered_with_rubbish_keeps_what_was_typed_and_can_be_sent_again(
    window: OpenWindow, sandbox: Sandbox, stub: StubBot, web: WebClient, rubbish: Reply, error: str
) -> None:
    analyst = window("amazon-analyst-1")
    stub.answers["command"] = opens(web, modal(field("Number", text_input())))
    analyst.write("amazon-alerts", "/flag")
    form = analyst.page.get_by_role("dialog")
    form.get_by_role("textbox", name="Number").fill("3318810025")
    stub.answers["view_submission"] = rubbish
    send = form.get_by_role("button", name="Send", exact=True)
    with sandbox.expects_refusal(error):
        send.click()
        expect(form.get_by_role("alert")).to_contain_text("Try again?")
    expect(form.get_by_role("textbox", name="Number")).to_have_value("3318810025")
    stub.answers["view_submission"] = Reply()
    send.click()
    expect(form).to_have_count(0)


@pytest.mark.parametrize(("rubbish", "error"), [SERVER_ERROR, NO_JSON, (Reply({"options": 7}), WRONG_JSON)])
def test_a_menu_that_gets_rubbish_says_so_and_asks_again_for_the_next_letter(
    window: OpenWindow, sandbox: Sandbox, stub: StubBot, web: WebClient, rubbish: Reply, error: str
) -> None:
    analyst = window("amazon-analyst-1")
    form = modal(field("Case", menu("external_select", min_query_length=1)))
    stub.answers["command"] = opens(web, form)
    stub.answers["block_suggestion"] = rubbish
    analyst.write("amazon-alerts", "/flag")
    case = analyst.page.get_by_role("combobox", name="Case")
    with sandbox.expects_refusal(error):
        case.press_sequentially("o")
        expect(analyst.page.get_by_role("dialog")).to_contain_text("Try again?")
    stub.answers["block_suggestion"] = Reply({"options": options("OFA one")})
    case.press_sequentially("f")
    analyst.page.get_by_role("option", name="OFA one").click()
    expect(case).to_have_value("OFA one")


def test_a_button_and_a_shortcut_that_get_rubbish_can_be_pressed_again(
    window: OpenWindow, sandbox: Sandbox, stub: StubBot, web: WebClient
) -> None:
    analyst = window("amazon-analyst-1")
    web.chat_postMessage(channel="C0AMAZON", text="x", blocks=[actions(button("Look"))])
    look = analyst.messages().get_by_role("button", name="Look", exact=True)
    for kind in ("block_actions", "message_action"):
        stub.answers[kind] = Reply(status=502)
    analyst.write("amazon-alerts", "Odd parcel")
    odd = analyst.messages("Odd parcel")

    def uses_the_shortcut() -> None:
        odd.hover()
        odd.get_by_role("button", name="More actions").click()
        analyst.page.get_by_role("menuitem", name="Flag this").click()

    said = analyst.page.get_by_role("alert").get_by_text("did not take it. Try again?")
    for deed in (look.click, uses_the_shortcut):
        with sandbox.expects_refusal("dispatch_failed"):
            deed()
            expect(said).to_be_visible()
        analyst.page.get_by_role("button", name="Dismiss").click()
    stub.answers.clear()
    look.click()
    stub.gets("block_actions", 2)
    uses_the_shortcut()
    stub.gets("message_action", 2)
    expect(said).to_have_count(0)


def test_an_ack_that_does_not_come_is_said_at_the_form(
    window: OpenWindow, sandbox: Sandbox, stub: StubBot, web: WebClient
) -> None:
    analyst = window("amazon-analyst-1")
    stub.answers["command"] = opens(web, modal(field("Number", text_input())))
    analyst.write("amazon-alerts", "/flag")
    form = analyst.page.get_by_role("dialog")
    form.get_by_role("textbox", name="Number").fill("3318810025")
    sandbox.switch("deliver:view_submission", "lost_ack", times=1)
    form.get_by_role("button", name="Send", exact=True).click()
    expect(form.get_by_role("alert")).to_contain_text("did not respond in time")
    form.get_by_role("button", name="Send", exact=True).click()
    expect(form).to_have_count(0)


def test_a_lost_connection_costs_nothing_that_was_begun(browser: Browser, stub: StubBot) -> None:
    """What stands in the composer, a form and a thread is still there when the sandbox is back with the same state."""
    with workspace(stub.url) as first:
        port = int(first.url.rsplit(":", 1)[1])
        web = WebClient("xoxb-sandbox", base_url=first.api_url)
        analyst = open_window(browser, f"{first.url}/", "amazon-analyst-1")
        page = analyst.page
        asked = first.person("U0AMAZON2").says("Has anybody called?", channel="C0AMAZON")
        first.person("U0AMAZON2").says("Nobody.", thread=asked)
        page.get_by_role("button", name="1 reply").click()
        reply = page.get_by_role("textbox", name="Reply in thread")
        reply.fill("I shall")
        page.get_by_role("button", name="Traffic", exact=True).click()
        stub.answers["command"] = opens(web, modal(field("Number", text_input())))
        analyst.write("amazon-alerts", "/flag")
        number = page.get_by_role("textbox", name="Number")
        number.fill("3318810025")
        stub.gets("command")
        state = first.get("/sandbox/save")
    expect(bar(page, "connection to the sandbox is lost")).to_be_visible()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Send", exact=True).click()
    expect(form.get_by_role("alert")).to_contain_text("The sandbox does not answer.")
    with workspace(stub.url, port) as second:
        second.post("/sandbox/load", state)
        second.person("U0AMAZON2").says("We are back", channel="C0AMAZON")
        second.person("U0AMAZON2").says("Now somebody has.", thread=asked)
        expect(bar(page, "connection to the sandbox is lost")).to_have_count(0)
        expect(number).to_have_value("3318810025")
        form.get_by_role("button", name="Send", exact=True).click()
        expect(form).to_have_count(0)
        sent = stub.gets("view_submission").payload["view"]["state"]["values"]
        assert sent["number"]["text"]["value"] == "3318810025"
        expect(analyst.messages("We are back")).to_be_visible()
        expect(page.get_by_role("complementary", name="Thread")).to_contain_text("Now somebody has.")
        expect(reply).to_have_value("I shall")
        expect(page.get_by_role("complementary", name="Traffic")).to_contain_text("view_submission")
        second.bot_leaves()
        assert analyst.problems == []  # before the sandbox ends: what is on its way then is a problem to it
    page.context.close()


def test_who_is_not_there_any_more_is_asked_who_they_are(browser: Browser, stub: StubBot) -> None:
    """The sandbox comes back with other people in it."""
    with workspace(stub.url) as first:
        port = int(first.url.rsplit(":", 1)[1])
        first.post("/sandbox/people", {"id": "U0NEW", "name": "amazon-analyst-9"})
        analyst = open_window(browser, f"{first.url}/", "amazon-analyst-9")
    page = analyst.page
    expect(bar(page, "connection to the sandbox is lost")).to_be_visible()
    with workspace(stub.url, port):
        expect(page.get_by_role("heading", name=re.compile("^Welcome"))).to_be_visible()
        expect(bar(page, "lost")).to_have_count(0)
        page.get_by_role("main").get_by_role("button", name="amazon-analyst-1").click()
        analyst.write("amazon-alerts", "Here I am")
        expect(analyst.messages("Here I am")).to_be_visible()
        assert analyst.problems == []  # as above
    page.context.close()


def test_a_connection_that_has_gone_silent_is_lost_too(
    browser: Browser, sandbox: Sandbox, address: str
) -> None:
    """Nothing tells the page of a connection that hangs; the sandbox gives a sign every 15 seconds."""
    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    page.goto(address)
    page.get_by_role("main").get_by_role("button", name="amazon-analyst-1").click()
    expect(page.get_by_role("textbox", name="Message #amazon-alerts")).to_be_visible()
    in_a_minute = page.evaluate("Date.now() + 60_000")
    page.clock.pause_at(in_a_minute)
    lost = bar(page, "connection to the sandbox is lost")
    expect(lost).to_be_visible()
    page.clock.resume()
    expect(lost).to_have_count(0)
    sandbox.person("U0AMAZON2").says("Still here", channel="C0AMAZON")
    expect(page.get_by_role("article").filter(has_text="Still here")).to_be_visible()
    context.close()
