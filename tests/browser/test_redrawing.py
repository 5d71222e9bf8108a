"""The page draws itself anew while somebody works on it: the focus, a press and a time are not lost by it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect
from slack_sdk import WebClient

from sandbox.client import Sandbox
from tests.browser.windows import Window
from tests.sandbox.stub_bot import Received, Reply, StubBot
from tests.sandbox.views import actions, button, field, home, menu, modal, section, text_input

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.xdist_group("browser")]

OpenWindow = Callable[[str], Window]


@pytest.fixture
def address(sandbox: Sandbox) -> str:
    return f"{sandbox.url}/"


def all_told(analyst: Window, sandbox: Sandbox) -> None:
    """Everything that happened before has come to the page: what happens later is there."""
    sandbox.person("U0AMAZON2").types("all told", channel="C0AMAZON")
    expect(analyst.messages("all told")).to_have_count(1)


def test_a_tap_on_a_message_opens_what_can_be_done_with_it(
    browser: Browser, address: str, sandbox: Sandbox
) -> None:
    sandbox.person("U0AMAZON2").types("Has anybody called?", channel="C0AMAZON")
    page = browser.new_context(
        viewport={"width": 390, "height": 740}, has_touch=True, is_mobile=True
    ).new_page()
    page.goto(address)
    page.get_by_role("main").get_by_role("button", name="amazon-analyst-1").tap()
    message = page.get_by_role("article").filter(has_text="Has anybody called?")
    message.get_by_text("Has anybody called?").tap()
    tools = message.get_by_role("toolbar", name="Message actions")
    expect(tools).to_have_css("opacity", "1")
    expect(tools).to_be_in_viewport()
    tools.get_by_role("button", name="Reply in thread").tap()
    expect(page.get_by_role("textbox", name="Reply in thread")).to_be_visible()
    page.context.close()


def test_a_press_in_a_form_is_not_lost_when_the_app_changes_the_form_meanwhile(
    window: OpenWindow, sandbox: Sandbox, stub: StubBot, web: WebClient
) -> None:
    opened: list[str] = []

    def opens(received: Received) -> Reply:
        view = modal(field("Number", text_input()))
        opened.append(web.views_open(trigger_id=received.payload["trigger_id"], view=view)["view"]["id"])
        return Reply()

    stub.answers["command"] = opens
    analyst = window("amazon-analyst-1")
    analyst.write("amazon-alerts", "/flag")
    page = analyst.page
    page.get_by_role("textbox", name="Number").fill("3318810025")
    page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).hover()
    page.mouse.down()
    web.views_update(view_id=opened[0], view=modal(field("Number", text_input()), title="Changed"))
    all_told(analyst, sandbox)
    page.mouse.up()
    values = stub.gets("view_submission").payload["view"]["state"]["values"]
    assert values["number"]["text"]["value"] == "3318810025"


def test_a_date_that_is_half_typed_is_not_lost_when_the_app_changes_the_form_meanwhile(
    window: OpenWindow, sandbox: Sandbox, stub: StubBot, web: WebClient
) -> None:
    opened: list[str] = []
    day = field("Day", menu("datepicker"), optional=True)

    def opens(received: Received) -> Reply:
        opened.append(
            web.views_open(trigger_id=received.payload["trigger_id"], view=modal(day))["view"]["id"]
        )
        return Reply()

    stub.answers["command"] = opens
    analyst = window("amazon-analyst-1")
    analyst.write("amazon-alerts", "/flag")
    page = analyst.page
    form = page.get_by_role("dialog")
    form.get_by_label("Day").focus()
    page.keyboard.type("0131")
    web.views_update(view_id=opened[0], view=modal(day, title="Changed"))
    all_told(analyst, sandbox)
    page.keyboard.press("Control+Enter")
    expect(form.get_by_text("Please enter the whole date.")).to_be_visible()
    form.get_by_label("Day").focus()
    page.keyboard.type("01312026")
    form.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    values = stub.gets("view_submission").payload["view"]["state"]["values"]
    assert values["day"]["choice"]["selected_date"] == "2026-01-31"


def test_a_date_goes_on_being_typed_while_the_app_changes_the_form(
    window: OpenWindow, sandbox: Sandbox, stub: StubBot, web: WebClient
) -> None:
    opened: list[str] = []
    day = field("Day", menu("datepicker"))

    def opens(received: Received) -> Reply:
        opened.append(
            web.views_open(trigger_id=received.payload["trigger_id"], view=modal(day))["view"]["id"]
        )
        return Reply()

    stub.answers["command"] = opens
    analyst = window("amazon-analyst-1")
    analyst.write("amazon-alerts", "/flag")
    page = analyst.page
    page.get_by_role("dialog").get_by_label("Day").focus()
    page.keyboard.type("013120")
    web.views_update(view_id=opened[0], view=modal(day, title="Changed"))
    all_told(analyst, sandbox)
    page.keyboard.type("26")
    page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    values = stub.gets("view_submission").payload["view"]["state"]["values"]
    assert values["day"]["choice"]["selected_date"] == "2026-01-31"


def test_a_long_thread_is_read_to_its_beginning(window: OpenWindow, sandbox: Sandbox, web: WebClient) -> None:
    sandbox.without_limits()
    first = web.chat_postMessage(channel="C0AMAZON", text="How it began")["ts"]
    for number in range(230):
        web.chat_postMessage(channel="C0AMAZON", text=f"Reply {number}", thread_ts=first)
    page = window("amazon-analyst-1").page
    page.get_by_role("button", name="230 replies").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_text("Reply 229", exact=True)).to_be_visible()
    began = thread.get_by_text("How it began")
    thread.hover()

    def scrolls_up() -> bool:
        page.mouse.wheel(0, -3000)
        return began.count() == 1

    for _ in range(100):
        if scrolls_up():
            break
    expect(began).to_be_visible()


def test_a_press_on_the_home_tab_is_not_lost_when_it_is_published_meanwhile(
    window: OpenWindow, stub: StubBot, web: WebClient
) -> None:
    page = window("amazon-analyst-1").page
    page.get_by_role("button", name="Operation Fulfilled Action").click()
    stub.gets("app_home_opened")
    view = home(section("One"), actions(button("Look again")))
    web.views_publish(user_id="U0AMAZON1", view=view)
    page.get_by_role("button", name="Look again").hover()
    page.mouse.down()
    web.views_publish(user_id="U0AMAZON1", view=home(section("Two"), actions(button("Look again"))))
    page.get_by_role("button", name="Traffic", exact=True).focus()
    web.chat_postMessage(channel="C0OPS", text="all told <@U0AMAZON1>")
    expect(page.get_by_role("button", name="operations, 1 unread")).to_be_visible()
    page.mouse.up()
    stub.gets("block_actions")
    expect(page.get_by_role("tabpanel", name="Home")).to_contain_text("Two")


def test_a_press_on_a_message_is_not_lost_when_it_changes_or_others_push_it_away_meanwhile(
    window: OpenWindow, sandbox: Sandbox, stub: StubBot, web: WebClient
) -> None:
    analyst, colleague = window("amazon-analyst-1"), sandbox.person("U0AMAZON2")
    for number in range(30):
        colleague.types(f"Message {number}", channel="C0AMAZON")
    asks = web.chat_postMessage(channel="C0AMAZON", text="One", blocks=[actions(button("Undo"))])
    page = analyst.page
    page.get_by_role("button", name="Undo").hover()
    page.mouse.down()
    changed = [section("Two"), actions(button("Undo"))]
    web.chat_update(channel="C0AMAZON", ts=asks["ts"], text="Two", blocks=changed)
    for number in range(5):
        colleague.types(f"Later {number}", channel="C0AMAZON")
    web.chat_postMessage(channel="C0OPS", text="all told <@U0AMAZON1>")
    expect(page.get_by_role("button", name="operations, 1 unread")).to_be_visible()
    page.mouse.up()
    stub.gets("block_actions")
    expect(analyst.messages("Two")).to_be_visible()
    expect(analyst.messages("Later 4")).to_be_in_viewport()


def test_the_focus_stays_in_the_traffic_while_more_comes_in(
    window: OpenWindow, sandbox: Sandbox, stub: StubBot
) -> None:
    analyst = window("amazon-analyst-1")
    analyst.page.get_by_role("button", name="Traffic", exact=True).click()
    analyst.write("amazon-alerts", "/flag one")
    traffic = analyst.page.get_by_role("complementary", name="Traffic")
    record = traffic.get_by_role("listitem").filter(has_text="/flag").locator("summary").first
    record.press("Enter")
    again = traffic.get_by_role("button", name="Copy as a fixture")
    again.focus()
    sandbox.person("U0AMAZON2").types("/flag two", channel="C0AMAZON")
    expect(traffic.get_by_text("/flag", exact=True)).to_have_count(2)
    expect(again).to_be_focused()


def test_the_focus_stays_on_a_name_and_a_channel_when_people_and_channels_change(
    window: OpenWindow, sandbox: Sandbox
) -> None:
    page = window("amazon-analyst-1").page
    name = page.get_by_role("navigation", name="Who you are").get_by_role("button", name="dhl-analyst-1")
    name.focus()
    sandbox.post("/sandbox/people", {"id": "U0NEW1", "name": "new-analyst-1"})
    expect(page.get_by_role("button", name="new-analyst-1")).to_be_visible()
    expect(name).to_be_focused()
    members = page.get_by_role("button", name=re.compile(r"^\d+ members"))
    members.focus()
    sandbox.person("U0AMAZON1").invites("U0NEW1", into="C0AMAZON")
    expect(page.get_by_role("button", name="4 members")).to_be_focused()


def test_the_sandboxs_clock_is_shown_and_decides_what_was_yesterday(
    window: OpenWindow, sandbox: Sandbox, web: WebClient
) -> None:
    analyst = window("amazon-analyst-1")
    analyst.write("amazon-alerts", "Good morning")
    main = analyst.page.get_by_role("main")
    expect(main.get_by_role("separator", name="Today")).to_be_visible()
    sandbox.advance(86_400)
    expect(main.get_by_role("separator", name="Yesterday")).to_be_visible()
    sidebar = analyst.page.get_by_role("navigation", name="Channels and messages")
    expect(sidebar).to_contain_text(re.compile(r"hurried by \d+ days?"))
    now = int(sandbox.get("/sandbox/clock")["now"])
    web.chat_postMessage(channel="C0AMAZON", text=f"Due <!date^{now}^{{date_short_pretty}}|x>")
    expect(analyst.messages("Due today")).to_be_visible()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Flagged by (<@U0DHL1>) {}", "Flagged by (@dhl-analyst-1) today"),
        ("*Flagged* {}", "Flagged today"),
        ("Flagged *by {}*", "Flagged by today"),
        ("Flagged _{}_", "Flagged today"),
        ("Flagged. {}", "Flagged. Today"),
        ("Flagged: {}", "Flagged: Today"),
        ("Flagged\n{}", "Today"),
    ],
)
def test_a_day_is_written_small_within_a_sentence(
    window: OpenWindow, sandbox: Sandbox, web: WebClient, text: str, shown: str
) -> None:
    now = int(sandbox.get("/sandbox/clock")["now"])
    said = text.format(f"<!date^{now}^{{date_pretty}}|x>")
    web.chat_postMessage(channel="C0AMAZON", text=said)
    expect(window("amazon-analyst-1").messages(shown)).to_have_text(re.compile(re.escape(shown)))


def test_a_day_is_written_small_within_a_sentence_of_rich_text(
    window: OpenWindow, sandbox: Sandbox, web: WebClient
) -> None:
    now = int(sandbox.get("/sandbox/clock")["now"])
    day = {"type": "date", "timestamp": now, "format": "{date_pretty}", "fallback": "x"}
    sentence = [{"type": "text", "text": "Due "}, day, {"type": "text", "text": ". "}, day]
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": sentence}]}
    web.chat_postMessage(channel="C0AMAZON", text="Due", blocks=[rich])
    expect(window("amazon-analyst-1").messages("Due today. Today")).to_contain_text("Due today. Today")


def test_what_is_being_changed_in_a_message_stays_when_somebody_answers_it(
    window: OpenWindow, sandbox: Sandbox
) -> None:
    analyst, colleague = window("amazon-analyst-1"), sandbox.person("U0AMAZON2")
    page = analyst.page
    asked = sandbox.person("U0AMAZON1").says("Has anybody caled?", channel="C0AMAZON")
    mine = analyst.messages("Has anybody caled?")
    mine.hover()
    mine.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Edit message").click()
    changing = page.get_by_role("textbox", name="Edit message")
    changing.fill("Has anybody called?")
    colleague.says("Nobody.", thread=asked)
    expect(page.get_by_role("button", name="1 reply")).to_be_visible()
    expect(changing).to_have_value("Has anybody called?")
    expect(changing).to_be_focused()
    analyst.composer("amazon-alerts").focus()
    colleague.says("Not I.", thread=asked)
    expect(page.get_by_role("button", name="2 replies")).to_be_visible()
    expect(analyst.composer("amazon-alerts")).to_be_focused()
    changing.press("Enter")
    expect(analyst.messages("Has anybody called?")).to_be_visible()


def test_escape_gives_up_a_change_and_leaves_the_thread_open(window: OpenWindow, sandbox: Sandbox) -> None:
    analyst = window("amazon-analyst-1")
    page = analyst.page
    asked = sandbox.person("U0AMAZON2").says("Has anybody called?", channel="C0AMAZON")
    sandbox.person("U0AMAZON1").says("I hve.", thread=asked)
    page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    reply = thread.get_by_role("article").filter(has_text="I hve.")
    reply.hover()
    reply.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Edit message").click()
    page.get_by_role("textbox", name="Edit message").press("Escape")
    expect(page.get_by_role("textbox", name="Edit message")).to_have_count(0)
    expect(thread).to_be_visible()


def test_the_channels_one_may_join_stay_unfolded_while_something_is_said(
    window: OpenWindow, sandbox: Sandbox
) -> None:
    sandbox.post("/sandbox/channels", {"id": "C0NEWS", "name": "news"})
    analyst = window("amazon-analyst-1")
    sidebar = analyst.page.get_by_role("navigation", name="Channels and messages")
    sidebar.get_by_text("1 more to join").click()
    news = sidebar.get_by_role("button", name="news", exact=True)
    news.focus()
    sandbox.person("U0COORD1").says("Good morning", channel="C0OPS")
    expect(sidebar.get_by_role("button", name="operations, 1 unread")).to_be_visible()
    expect(news).to_be_focused()
    news.press("Enter")
    expect(news).to_have_attribute("aria-current", "page")
    expect(news).to_be_visible()
