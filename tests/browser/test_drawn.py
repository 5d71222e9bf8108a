"""What a message can carry beside its blocks' words is drawn too: icons, pictures, moments, names of its own."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from sandbox.client import Sandbox
from tests.browser.windows import Window
from tests.sandbox.stub_bot import Received, Reply, StubBot
from tests.sandbox.views import field, menu, modal

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.xdist_group("browser")]

OpenWindow = Callable[[str], Window]


@pytest.fixture
def address(sandbox: Sandbox) -> str:
    return f"{sandbox.url}/"


def test_a_card_and_a_task_show_the_icon_they_ask_for(window: OpenWindow, web: WebClient) -> None:
    card = {
        "type": "card",
        "title": {"type": "mrkdwn", "text": "A case"},
        "slack_icon": {"type": "icon", "name": "flag"},
    }
    task = {
        "type": "task_card",
        "task_id": "t",
        "title": "Look",
        "icon": {"type": "icon", "name": "eye-open"},
    }
    web.chat_postMessage(channel="C0AMAZON", text="A case", blocks=[card, task])
    message = window("amazon-analyst-1").messages("A case")
    expect(message.get_by_role("img", name="flag")).to_be_visible()
    expect(message.get_by_role("img", name="eye open")).to_be_visible()


def test_an_attachment_shows_its_picture_its_moment_and_its_buttons(
    window: OpenWindow, sandbox: Sandbox, web: WebClient
) -> None:
    now = int(sandbox.get("/sandbox/clock")["now"])
    attachment = {
        "text": "Held at the hub",
        "thumb_url": f"{sandbox.url}/page/icon.svg",
        "author_name": "The hub",
        "author_icon": f"{sandbox.url}/page/icon.svg",
        "footer": "Hub log",
        "ts": now,
        "actions": [
            {"type": "button", "text": "Open the log", "url": "https://example.com/log"},
            {"type": "button", "text": "Release", "name": "release", "value": "1"},
        ],
    }
    web.chat_postMessage(channel="C0AMAZON", text="Log", attachments=[attachment])
    message = window("amazon-analyst-1").messages("Held at the hub")
    expect(message.locator(".attachment-thumb img")).to_have_js_property("complete", True)
    expect(message.locator(".attachment-thumb img")).to_be_visible()
    expect(message.locator(".line-icon")).to_be_visible()
    expect(message).to_contain_text(re.compile(r"Hub log \| Today at \d+:\d\d [AP]M"))
    expect(message.get_by_role("link", name="Open the log")).to_have_attribute(
        "href", "https://example.com/log"
    )
    expect(message.get_by_role("button", name="Release")).to_be_disabled()


def test_an_attachments_moment_that_is_none_and_a_picture_that_is_not_there_spoil_nothing(
    window: OpenWindow, sandbox: Sandbox, web: WebClient
) -> None:
    attachment = {
        "text": "Held at the hub",
        "footer": "Hub log",
        "footer_icon": f"{sandbox.url}/page/none.svg",
        "ts": "soon",
        "author_name": "The hub",
        "author_link": "javascript:alert(1)",
    }
    web.chat_postMessage(
        channel="C0AMAZON", text="Log", attachments=[attachment, {**attachment, "ts": 1e300}]
    )
    message = window("amazon-analyst-1").messages("Held at the hub")
    expect(message.get_by_text("Hub log")).to_have_count(2)
    expect(message.get_by_role("link")).to_have_count(0)
    expect(message.locator(".line-icon")).to_have_count(0)


def test_a_menu_shows_the_conversation_it_begins_with(
    window: OpenWindow, stub: StubBot, web: WebClient
) -> None:
    where = field("Where", menu("conversations_select", default_to_current_conversation=True))

    def opens(received: Received) -> Reply:
        web.views_open(trigger_id=received.payload["trigger_id"], view=modal(where))
        return Reply()

    stub.answers["command"] = opens
    analyst = window("amazon-analyst-1")
    analyst.write("amazon-alerts", "/flag")
    form = analyst.page.get_by_role("dialog")
    expect(form.get_by_role("combobox", name="Where")).to_have_value("#amazon-alerts")
    form.get_by_role("button", name="Send", exact=True).click()
    values = stub.gets("view_submission").payload["view"]["state"]["values"]
    assert values["where"]["choice"]["selected_conversation"] == "C0AMAZON"


def test_who_and_where_are_named_in_code_too(window: OpenWindow, web: WebClient) -> None:
    inside = "<@U0DHL1> in <#C0AMAZON>, <!here>, <https://example.com|a page> &amp; <b|c>"
    web.chat_postMessage(channel="C0AMAZON", text=f"So: `{inside}`\n```{inside}```")
    message = window("amazon-analyst-1").messages("So:")
    shown = "@dhl-analyst-1 in #amazon-alerts, @here, a page & <b|c>"
    expect(message.locator("code")).to_have_text(shown)
    expect(message.locator("pre")).to_have_text(shown)


def test_a_message_under_a_name_of_its_own_has_the_face_it_brings(
    window: OpenWindow, sandbox: Sandbox, web: WebClient
) -> None:
    icon = f"{sandbox.url}/page/icon.svg"
    web.chat_postMessage(channel="C0AMAZON", text="Held", username="The hub", icon_emoji=":package:")
    web.chat_postMessage(channel="C0AMAZON", text="Freed", username="The hub", icon_url=icon)
    web.chat_postMessage(channel="C0AMAZON", text="Gone", username="The hub", icon_url=f"{icon}.none")
    analyst = window("amazon-analyst-1")
    held, freed, gone = (analyst.messages(text) for text in ("Held", "Freed", "Gone"))
    expect(held.locator(".author")).to_have_text("The hub")
    expect(held.locator(".gutter .avatar")).to_have_attribute("data-letters", "📦")
    expect(freed.locator(".gutter .avatar img")).to_be_visible()
    expect(gone.locator(".gutter .avatar img")).to_have_count(0)
    expect(gone.locator(".gutter .avatar")).to_be_visible()
