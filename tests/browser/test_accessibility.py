"""axe-core's rules find nothing serious on the page: in light and in dark, on a desktop and on a phone."""

import base64
import copy
import re
import time
from importlib.resources import files
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from slack_sdk import WebClient

from sandbox.client import Sandbox
from tests.browser.windows import Window, open_window
from tests.sandbox.manifest import MANIFEST
from tests.sandbox.rule_good import good_blocks
from tests.sandbox.stub_bot import Received, Reply, StubBot
from tests.sandbox.views import actions, button, field, home, menu, modal, options, section, text_input, words

STAYS_FOR = 5.0
"""Seconds."""

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}

AT_A_TIME = 60
"""Blocks: a channel shows the latest 80 messages."""

Colours = Literal["light", "dark"]

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def axe() -> str:
    """The rules' program; run by ``evaluate``, which the page's strict policy does not hinder."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def serious(page: Page, axe: str) -> list[str]:
    """What axe finds. While it looks, a part may be drawn anew and names point at what is gone: only what stays counts."""
    page.evaluate(axe)
    until = time.monotonic() + STAYS_FOR
    while (found := _violations(page)) and time.monotonic() < until:
        pass
    return found


def _violations(page: Page) -> list[str]:
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['target']} {node['html'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_serious_where_people_work(
    browser: Browser, address: str, axe: str, colours: Colours
) -> None:
    analyst = open_window(browser, address, "amazon-analyst-1")
    page = analyst.page
    page.emulate_media(color_scheme=colours)
    analyst.write("amazon-alerts", "/flag parcel 3318810025 counterfeit earbuds")
    expect(analyst.own_messages("counterfeit earbuds").first).to_be_visible()
    assert serious(page, axe) == []
    analyst.write("amazon-alerts", "/flag")
    form = page.get_by_role("dialog")
    expect(form).to_be_visible()
    assert serious(page, axe) == []
    form.get_by_role("button", name="Flag", exact=True).click()
    expect(form.get_by_text("Please complete this required field")).to_be_visible()
    assert serious(page, axe) == []
    page.keyboard.press("Escape")
    for panel in ("Partners", "Traffic"):
        page.get_by_role("button", name=panel, exact=True).click()
        expect(page.get_by_role("complementary", name=panel)).to_be_visible()
        assert serious(page, axe) == []
    page.set_viewport_size(PHONE)
    assert serious(page, axe) == []
    page.get_by_role("button", name="Close traffic").click()
    expect(analyst.composer("amazon-alerts")).to_be_visible()
    assert serious(page, axe) == []
    assert analyst.problems == []
    page.context.close()


def test_axe_finds_nothing_serious_where_a_newcomer_begins(browser: Browser, address: str, axe: str) -> None:
    page = browser.new_page()
    page.goto(address)
    expect(page.get_by_role("main").get_by_role("button").first).to_be_visible()
    assert serious(page, axe) == []
    page.close()


EVERY_INPUT = modal(
    section("*What* is it? See <https://example.com|the page>, `code` and <@U0DHL1>."),
    field("Number", text_input(placeholder=words("3318810025")), hint=words("Ten digits")),
    field("Words", text_input(multiline=True), optional=True),
    field("Reason", menu("static_select", options=options("Counterfeit", "Grey market"))),
    field("Case", menu("external_select", min_query_length=1), optional=True),
    field("Tell", menu("multi_users_select", initial_users=["U0DHL1"]), optional=True),
    field("Where", menu("conversations_select"), optional=True),
    field("Do", menu("checkboxes", options=options("Hold", "Inspect")), optional=True),
    field("How sure", menu("radio_buttons", options=options("Sure", "Not sure")), optional=True),
    field("Day", menu("datepicker"), optional=True),
    field("Hour", menu("timepicker"), optional=True),
    field("Moment", menu("datetimepicker"), optional=True),
    field("How many", menu("number_input", is_decimal_allowed=False), optional=True),
    field("Mail", menu("email_text_input"), optional=True),
    field("Page", menu("url_text_input"), optional=True),
    field("Report", menu("rich_text_input"), optional=True),
    field("Pictures", menu("file_input"), optional=True),
    actions(button("Look up", style="primary"), button("Forget", "no", style="danger"),
            menu("overflow", "more", options=options("Copy", "Print"))),
)  # fmt: skip


@pytest.fixture
def stubbed(sandbox: Sandbox, stub: StubBot, web: WebClient) -> Sandbox:
    """A workspace in which something has happened, and a bot that opens a form with everything in it."""

    def opens(received: Received) -> Reply:
        web.views_open(trigger_id=received.payload["trigger_id"], view=EVERY_INPUT)
        return Reply()

    stub.answers["command"] = opens
    stub.answers["block_suggestion"] = Reply({"options": options("Case one", "Case two")})
    stub.answers["view_submission"] = Reply({"response_action": "errors", "errors": {"number": "Too short."}})
    web.views_publish(
        user_id="U0AMAZON1", view=home(section("*Nothing waits*", button("Look")), actions(button("Again")))
    )
    colleague = sandbox.person("U0AMAZON2")
    asked = colleague.says("Has *anybody* called <@U0AMAZON1>? `3318810025`", channel="C0AMAZON")
    colleague.says("Nobody.", thread=asked)
    colleague.reacts("eyes", on=asked)
    colleague.uploads("label.png", PICTURE, channel="C0AMAZON")
    web.chat_postEphemeral(channel="C0AMAZON", user="U0AMAZON1", text="Only for you")
    web.chat_postMessage(channel="C0OPS", text="Unread <@U0AMAZON1>")
    sandbox.switch("chat.update", "slow", seconds=1.0)
    sandbox.post("/sandbox/partners/dhl/switches", {"fault": "server_error"})
    return sandbox


class Tour:
    """Goes from screen to screen, and remembers what axe finds on each."""

    def __init__(self, analyst: Window, axe: str, colours: Colours, size: ViewportSize) -> None:
        self.analyst, self.page, self._axe = analyst, analyst.page, axe
        self.on_a_phone = size == PHONE
        self.found: dict[str, list[str]] = {}
        self.page.emulate_media(color_scheme=colours)
        self.page.set_viewport_size(size)

    def look(self, screen: str, shown: Locator) -> None:
        expect(shown.first).to_be_visible()
        if problems := serious(self.page, self._axe):
            self.found[screen] = problems

    def press(self, name: str, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=name, exact=True).first.click()

    def go_to(self, place: str) -> None:
        if self.on_a_phone:
            self.press("Channels")
            self.look("sidebar", self.page.get_by_role("navigation", name="Channels and messages"))
        sidebar = self.page.get_by_role("navigation", name="Channels and messages")
        sidebar.get_by_role("button", name=re.compile(rf"^{place}")).first.click()

    def panels(self) -> None:
        self.press("Close guide")  # which a newcomer has open
        for panel in ("Guide", "Partners", "Failures", "Traffic"):
            self.press(panel)
            shown = self.page.get_by_role("complementary", name=panel)
            self.look(panel, shown.get_by_role("button").nth(1))
            if panel == "Traffic":
                shown.get_by_text("chat.postMessage").first.click()
                self.look("a record", shown.get_by_text("Answer", exact=True))
            self.press(f"Close {panel.lower()}")

    def message(self) -> None:
        question = self.analyst.messages("called")
        question.hover()
        self.look("tools of a message", question.get_by_role("toolbar"))
        self.press("More actions", question)
        self.look("menu of a message", self.page.get_by_role("menu"))
        self.page.keyboard.press("Escape")
        self.press("Add reaction", question)
        self.look("emoji", self.page.get_by_role("dialog", name="Choose an emoji"))
        self.page.keyboard.press("Escape")
        question.get_by_role("button", name="1 reply").click()
        self.look("thread", self.page.get_by_role("complementary", name="Thread").get_by_text("Nobody."))
        self.press("Close thread")
        composer = self.analyst.composer("amazon-alerts")
        composer.fill("/fl")
        self.look("completion", self.page.get_by_role("option"))
        composer.fill("")

    def state(self) -> None:
        self.press("Sandbox menu")
        self.look("the sandbox's menu", self.page.get_by_role("menu", name="Sandbox menu"))
        self.page.get_by_role("menuitem", name="Reset to the seed").click()
        self.look("reset", self.page.get_by_role("alertdialog"))
        self.press("Cancel")

    def form(self) -> None:
        self.analyst.write("amazon-alerts", "/flag")
        form = self.page.get_by_role("dialog")
        self.look("form", form)
        self.press("Send", form)
        self.look("form with what is missing", form.get_by_text("Please complete this required field"))
        form.get_by_role("combobox", name="Reason").click()
        choice = self.page.get_by_role("option", name="Grey market")
        self.look("a list to choose from", choice)
        choice.click()
        form.get_by_role("textbox", name="Number").fill("3")
        self.press("Send", form)
        self.look("form with the app's errors", form.get_by_text("Too short."))
        self.page.keyboard.press("Escape")
        expect(form).to_have_count(0)

    def app(self) -> None:
        self.go_to("Operation Fulfilled Action")
        self.look("Home", self.page.get_by_role("tabpanel", name="Home").get_by_text("Nothing waits"))
        for tab in ("Messages", "About"):
            self.page.get_by_role("tab", name=tab).click()
            self.look(tab, self.page.get_by_role("tabpanel", name=tab))

    def trouble(self) -> None:
        self.go_to("operations")
        self.analyst.composer("operations").fill("/flag")
        self.page.keyboard.press("Enter")
        self.look("what failed", self.page.get_by_role("alert").filter(has_text="/flag failed"))
        self.look("a bot that is away", self.page.get_by_role("status").filter(has_text="does not answer"))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_screen(
    browser: Browser, stubbed: Sandbox, axe: str, colours: Colours, size: ViewportSize
) -> None:
    analyst = open_window(browser, f"{stubbed.url}/", "amazon-analyst-1")
    tour = Tour(analyst, axe, colours, size)
    tour.look("channel", analyst.messages("called"))
    for part in (tour.panels, tour.message, tour.state, tour.form, tour.app):
        part()
    stubbed.bot_is_at("http://127.0.0.1:9")
    with stubbed.expects_refusal("dispatch_failed", "/flag"):
        tour.trouble()
    assert tour.found == {}
    assert analyst.problems == []
    analyst.page.context.close()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_block(
    browser: Browser, sandbox: Sandbox, web: WebClient, axe: str, colours: Colours
) -> None:
    sandbox.without_limits()
    manifest = copy.deepcopy(MANIFEST)
    manifest["features"]["unfurl_domains"] = ["example.com"]
    manifest["oauth_config"]["scopes"]["bot"].append("links.embed:write")
    sandbox.post("/sandbox/app", {"manifest": manifest})
    sandbox.bot_leaves()  # it has no part in this
    blocks = [block for _, where, block in good_blocks() if "M" in where]
    parts = [blocks[begin : begin + AT_A_TIME] for begin in range(0, len(blocks), AT_A_TIME)]
    for number, part in enumerate(parts):
        room = {"name": f"blocks-{number}", "members": ["U0AMAZON1"], "bot": True}
        channel = sandbox.post("/sandbox/channels", room)["channel"]["id"]
        for block in part:
            web.chat_postMessage(channel=channel, text="x", blocks=[block])
    analyst = open_window(browser, f"{sandbox.url}/", "amazon-analyst-1")
    analyst.page.emulate_media(color_scheme=colours)
    for number, part in enumerate(parts):
        analyst.go_to(f"blocks-{number}")
        expect(analyst.page.locator("main .message")).to_have_count(len(part))
        assert serious(analyst.page, axe) == []
    assert analyst.problems == []
    analyst.page.context.close()
