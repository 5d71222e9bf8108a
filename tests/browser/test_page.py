"""The page by itself: everything a bot can show and ask for, and everything that can come between, with a bot that does as it is told."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, WebSocket, expect
from slack_sdk import WebClient

from sandbox.client import Sandbox
from tests.browser.conftest import workspace
from tests.browser.windows import Window, open_window
from tests.sandbox.stub_bot import Received, Reply, StubBot
from tests.sandbox.views import actions, button, field, home, menu, modal, options, section, text_input, words

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.xdist_group("browser")]

Json = dict[str, Any]
OpenWindow = Callable[..., Window]

HOSTILE = (
    "<script>document.title = 'stolen'</script><img src=x onerror=\"document.title='stolen'\"> "
    "javascript:alert(1) \u202eevil\u202c *_~` &amp; <!channel> ${7*7} {{7*7}} 🙂 שלום 你好"
)


@pytest.fixture
def address(sandbox: Sandbox) -> str:
    return f"{sandbox.url}/"


def opens(web: WebClient, view: Json) -> Callable[[Received], Reply]:
    """Answers a command or a press by opening this modal."""

    def answer(received: Received) -> Reply:
        web.views_open(trigger_id=received.payload["trigger_id"], view=view)
        return Reply()

    return answer


def asks(window: Window, stub: StubBot, web: WebClient, view: Json) -> Page:
    """The page, with this modal open on it."""
    stub.answers["command"] = opens(web, view)
    window.write("amazon-alerts", "/flag")
    expect(window.page.get_by_role("dialog")).to_be_visible()
    return window.page


def test_a_refused_form_shows_the_sentence_at_its_input_and_keeps_what_was_filled_in(
    window: OpenWindow, stub: StubBot, web: WebClient
) -> None:
    form = modal(
        field("Number", text_input()),
        field("Reason", menu("static_select", options=options("Counterfeit", "Grey market"))),
        field("Act", menu("checkboxes", "act", options=options("Hold", "Inspect")), optional=True),
    )
    page = asks(window("amazon-analyst-1"), stub, web, form)
    stub.answers["view_submission"] = Reply(
        {"response_action": "errors", "errors": {"number": "123 is too short. It looks like 3318810025."}}
    )
    number = page.get_by_role("textbox", name="Number")
    expect(number).to_be_focused()
    number.fill("123")
    page.get_by_role("combobox", name="Reason").click()
    page.get_by_role("option", name="Grey market").click()
    page.get_by_role("checkbox", name="Hold").check()
    page.get_by_role("button", name="Send", exact=True).last.click()
    expect(page.get_by_text("123 is too short. It looks like 3318810025.")).to_be_visible()
    expect(number).to_be_focused()
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(number).to_have_accessible_description("123 is too short. It looks like 3318810025.")
    expect(page.get_by_role("combobox", name="Reason")).to_have_value("Grey market")
    expect(page.get_by_role("checkbox", name="Hold")).to_be_checked()
    stub.answers["view_submission"] = Reply()
    number.fill("3318810025")
    number.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    sent = stub.gets("view_submission", 2).payload["view"]["state"]["values"]
    assert sent["number"]["text"]["value"] == "3318810025"
    assert sent["reason"]["choice"]["selected_option"]["value"] == "grey market"


def test_an_empty_required_input_is_pointed_out_before_the_app_is_asked(
    window: OpenWindow, stub: StubBot, web: WebClient
) -> None:
    page = asks(window("amazon-analyst-1"), stub, web, modal(field("Number", text_input())))
    page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("textbox", name="Number")).to_have_attribute("aria-invalid", "true")
    assert not [received for received in stub.received if received.kind == "view_submission"]


def test_a_pushed_view_stands_on_the_first_which_is_still_as_it_was_left(
    window: OpenWindow, stub: StubBot, web: WebClient
) -> None:
    page = asks(window("amazon-analyst-1"), stub, web, modal(field("Number", text_input()), title="First"))
    stub.answers["view_submission"] = Reply(
        {"response_action": "push", "view": modal(section("Is it *really* so?"), title="Second")}
    )
    page.get_by_role("textbox", name="Number").fill("3318810025")
    page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    second = page.get_by_role("dialog", name="Second")
    expect(second).to_contain_text("Is it really so?")
    second.get_by_role("button", name="Back").click()
    expect(page.get_by_role("dialog", name="First")).to_be_visible()
    expect(page.get_by_role("textbox", name="Number")).to_have_value("3318810025")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_who_types_fast_chooses_what_was_typed(window: OpenWindow, stub: StubBot, web: WebClient) -> None:
    reasons = options("Counterfeit", "Grey market", "Stolen")
    page = asks(
        window("amazon-analyst-1"),
        stub,
        web,
        modal(field("Reason", menu("static_select", options=reasons)), field("Note", text_input())),
    )
    reason = page.get_by_role("combobox", name="Reason")
    reason.click()
    expect(page.get_by_role("option", name="Counterfeit")).to_be_visible()
    reason.press_sequentially("stol")
    page.keyboard.press("Enter")
    expect(reason).to_have_value("Stolen")


def test_several_of_the_apps_options_are_chosen_each_by_what_is_typed(
    window: OpenWindow, stub: StubBot, web: WebClient
) -> None:
    stub.answers["block_suggestion"] = lambda received: Reply(
        {"options": options(f"{received.payload['value']} one")}
    )
    page = asks(
        window("amazon-analyst-1"),
        stub,
        web,
        modal(field("Cases", menu("multi_external_select", min_query_length=2))),
    )
    cases = page.get_by_role("combobox", name="Cases")
    cases.fill("ofa")
    page.get_by_role("option", name="ofa one").click()
    expect(page.get_by_text("Type at least 2 characters")).to_be_visible()


def test_a_date_that_is_typed_is_handed_over_when_it_is_whole(
    window: OpenWindow, stub: StubBot, web: WebClient
) -> None:
    page = window("amazon-analyst-1").page
    web.chat_postMessage(channel="C0AMAZON", text="When?", blocks=[actions(menu("datepicker"))])
    day = page.get_by_label("Select a date")
    day.focus()
    page.keyboard.type("01312026")
    page.keyboard.press("Tab")  # to the field's own button for its calendar
    page.keyboard.press("Tab")
    assert stub.gets("block_actions").payload["actions"][0]["selected_date"] == "2026-01-31"


def test_an_external_select_asks_the_app_for_what_was_typed(
    window: OpenWindow, stub: StubBot, web: WebClient
) -> None:
    stub.answers["block_suggestion"] = lambda received: Reply(
        {"options": options(f"{received.payload['value']} one", f"{received.payload['value']} two")}
    )
    page = asks(
        window("amazon-analyst-1"),
        stub,
        web,
        modal(field("Case", menu("external_select", min_query_length=2))),
    )
    case = page.get_by_role("combobox", name="Case")
    case.fill("a")
    expect(page.get_by_text("Type at least 2 characters")).to_be_visible()
    case.fill("ofa")
    page.get_by_role("option", name="ofa two").click()
    expect(case).to_have_value("ofa two")
    page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    state = stub.gets("view_submission").payload["view"]["state"]["values"]
    assert state["case"]["choice"]["selected_option"]["text"]["text"] == "ofa two"


def test_several_people_are_chosen_and_taken_out_again(
    window: OpenWindow, stub: StubBot, web: WebClient
) -> None:
    page = asks(window("amazon-analyst-1"), stub, web, modal(field("Tell", menu("multi_users_select"))))
    tell = page.get_by_role("combobox", name="Tell")
    for person in ("dhl-analyst-1", "cbp-analyst-1"):
        tell.fill(person)
        page.get_by_role("option", name=person).click()
    page.get_by_role("button", name="Remove dhl-analyst-1").click()
    page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    state = stub.gets("view_submission").payload["view"]["state"]["values"]
    assert state["tell"]["choice"]["selected_users"] == ["U0CBP1"]


def test_a_file_goes_into_a_form_and_into_a_message(
    window: OpenWindow, stub: StubBot, web: WebClient
) -> None:
    analyst = window("amazon-analyst-1")
    picture: FilePayload = {"name": "label.txt", "mimeType": "text/plain", "buffer": b"the label"}
    analyst.page.get_by_label("Choose files").set_input_files([picture])
    expect(analyst.page.get_by_role("listitem").filter(has_text="label.txt")).to_be_visible()
    analyst.write("amazon-alerts", "The label:")
    expect(analyst.messages("The label:", "label.txt")).to_be_visible()
    page = asks(analyst, stub, web, modal(field("Pictures", menu("file_input"))))
    page.get_by_role("dialog").locator("input[type=file]").set_input_files([picture])
    expect(page.get_by_role("dialog").get_by_text("label.txt")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    files = stub.gets("view_submission").payload["view"]["state"]["values"]["pictures"]["choice"]["files"]
    assert [file["name"] for file in files] == ["label.txt"]


def test_a_chart_shows_what_is_below_nought_and_what_its_axes_say(window: OpenWindow, web: WebClient) -> None:
    weeks = [{"label": "W1", "value": 2_000_000}, {"label": "W2", "value": -1_000_000}]
    axes = {"categories": ["W1", "W2"], "x_label": "Week", "y_label": "Parcels"}
    chart = {"type": "bar", "series": [{"name": "Held", "data": weeks}], "axis_config": axes}
    block = {"type": "data_visualization", "title": "Held by week", "chart": chart}
    web.chat_postMessage(channel="C0AMAZON", text="x", blocks=[block])
    figure = window("amazon-analyst-1").page.get_by_role("figure", name="Held by week")
    for said in ("Parcels", "Week", "2M", "-1M"):
        expect(figure.get_by_text(said, exact=True).first).to_be_visible()
    above, below = (bar.bounding_box() for bar in figure.locator("rect").all())
    assert above is not None
    assert below is not None
    assert above["height"] == pytest.approx(2 * below["height"], rel=0.01)
    assert above["y"] + above["height"] == pytest.approx(below["y"], abs=1)


def test_a_menu_beside_a_text_is_called_by_it_and_people_in_it_by_their_names(
    window: OpenWindow, web: WebClient
) -> None:
    reasons = menu("static_select", options=options("Counterfeit"))
    asked = section("What does <@U0DHL1> suspect in <#C0OPS>?", reasons)
    web.chat_postMessage(channel="C0AMAZON", text="x", blocks=[asked])
    beside = window("amazon-analyst-1").page.get_by_role("main").get_by_role("combobox")
    expect(beside).to_have_accessible_name("What does @dhl-analyst-1 suspect in #operations?")


def test_a_group_is_called_by_its_name(window: OpenWindow, web: WebClient) -> None:
    web.chat_postMessage(channel="C0AMAZON", text="To <!subteam^S0COORD>: look")
    expect(window("amazon-analyst-1").messages("To @coordinators: look")).to_be_visible()


def test_markup_of_strangers_is_shown_as_the_text_it_is(window: OpenWindow, web: WebClient) -> None:
    analyst = window("amazon-analyst-1")
    analyst.write("amazon-alerts", HOSTILE)
    expect(analyst.messages("<script>document.title")).to_be_visible()
    web.chat_postMessage(
        channel="C0AMAZON",
        text="x",
        blocks=[
            {"type": "header", "text": words(HOSTILE[:150])},
            section(HOSTILE, button("<b>Press</b>")),
            {"type": "markdown", "text": f"{HOSTILE}\n\n[click](javascript:alert(1)) <iframe src=x></iframe>"},
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
                {"type": "text", "text": HOSTILE}]}]},
        ],
    )  # fmt: skip
    shown = analyst.messages("<b>Press</b>")
    expect(shown).to_contain_text("<iframe src=x></iframe>")
    page = analyst.page
    assert page.locator("main script, main iframe, main img, [onerror]").count() == 0
    assert page.locator("main a[href^=javascript]").count() == 0
    assert "stolen" not in page.title()


LONGEST = 40_000

UNCLOSED = ("*a ", "_a ", "a", "* <a", "```a ", "a.-+", "<", "`")
"""Signs that begin something and end nothing: what looks for their end again and again never comes to one."""


UNCLOSED_MARKDOWN = (*UNCLOSED, "|*a", "a&~", "a_b", "> - ", "[", "1. ", "!")


def test_forty_thousand_signs_without_an_end_are_shown_at_once(window: OpenWindow, sandbox: Sandbox) -> None:
    analyst, colleague = window("amazon-analyst-1"), sandbox.person("U0AMAZON2")
    for sign in UNCLOSED:
        end = f" the end of {UNCLOSED.index(sign)}"
        colleague.types((sign * LONGEST)[: LONGEST - len(end)] + end, channel="C0AMAZON")
    for index in range(len(UNCLOSED)):
        expect(analyst.messages(f"the end of {index}")).to_have_count(1)


def test_a_markdown_block_without_an_end_is_shown_at_once_however_long_it_is(
    window: OpenWindow, sandbox: Sandbox, web: WebClient
) -> None:
    """Slack takes 12,000 characters; a loaded state may hold more."""
    sandbox.without_limits()
    analyst = window("amazon-analyst-1")
    for number, sign in enumerate(UNCLOSED_MARKDOWN):
        end = f"\n\nthe end of {number}."
        text = (sign * 12_000)[: 12_000 - len(end)] + end
        web.chat_postMessage(channel="C0AMAZON", text="x", blocks=[{"type": "markdown", "text": text}])
    for number in range(len(UNCLOSED_MARKDOWN)):
        expect(analyst.messages(f"the end of {number}.")).to_have_count(1)
    state = sandbox.get("/sandbox/save")
    for message in state["workspace"]["channels"]["C0AMAZON"]["messages"].values():
        (block,) = message["body"]["blocks"]
        block["text"] = block["text"] * 3 + " in the file"
    sandbox.post("/sandbox/load", state)
    expect(analyst.messages("in the file")).to_have_count(len(UNCLOSED_MARKDOWN))
    assert analyst.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_whatever_a_stranger_fills_stays_text_and_within_its_place(
    window: OpenWindow, sandbox: Sandbox, stub: StubBot, web: WebClient
) -> None:
    """Names, topics, files, messages and fields, each with markup, scripts, turned text and as long as it can be."""
    long = (HOSTILE.replace("\u202c", "") * LONGEST)[:LONGEST]
    sandbox.patch("/sandbox/people/U0AMAZON2", {"name": f"n {long}", "real_name": f"r {long}"})
    sandbox.patch("/sandbox/channels/C0OPS", {"name": f"c {long}", "topic": long, "purpose": long})
    colleague = sandbox.person("U0AMAZON2")
    colleague.types(f"said {long}"[:LONGEST], channel="C0AMAZON")
    colleague.uploads(f"f {HOSTILE.replace('/', '')}.txt", b"x", channel="C0AMAZON")
    analyst = window("amazon-analyst-1")
    page = asks(analyst, stub, web, modal(field(HOSTILE[:150], text_input()), title="\u202eturned"))
    page.get_by_role("dialog").get_by_role("textbox").fill(long[:3000])
    page.keyboard.press("Escape")
    for place in ("amazon-alerts", "c "):
        sidebar = page.get_by_role("navigation", name="Channels and messages")
        sidebar.get_by_role("button", name=re.compile(rf"^{place}")).click()
        expect(page.get_by_role("main").get_by_role("textbox")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator("main script, main iframe, main img, [onerror]").count() == 0
    assert "stolen" not in page.title().partition("c <script>")[0]
    sandbox.patch("/sandbox/people/U0AMAZON2", {"name": "amazon-liaison-1", "real_name": "Amazon liaison 1"})


LEFT_TO_RIGHT = """article => {
  const walk = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.data.indexOf("abcdef");
    if (at < 0) continue;
    const edge = (from) => {
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, from + 1);
      return range.getBoundingClientRect().left;
    };
    return edge(at) < edge(at + 5);
  }
}"""
"""Whether "abcdef" in the article runs as it is read."""


def test_a_name_that_turns_the_direction_turns_nothing_beside_it(
    window: OpenWindow, sandbox: Sandbox, web: WebClient
) -> None:
    sandbox.patch("/sandbox/people/U0AMAZON2", {"name": "\u202eturned", "real_name": "x"})
    analyst = window("amazon-analyst-1")
    web.chat_postMessage(channel="C0AMAZON", text="Ask <@U0AMAZON2> for abcdef")
    message = analyst.messages("for abcdef")
    assert message.evaluate(LEFT_TO_RIGHT)
    web.chat_postMessage(channel="C0AMAZON", text="שלום עולם")
    expect(analyst.messages("שלום").locator(".run")).to_have_css("direction", "rtl")


def test_forty_thousand_characters_do_not_break_the_page(window: OpenWindow, sandbox: Sandbox) -> None:
    analyst = window("amazon-analyst-1")
    sandbox.person("U0AMAZON2").types("*_~`<" * 7_999 + " the end", channel="C0AMAZON")
    expect(analyst.messages("the end")).to_be_visible()
    assert analyst.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_unread_messages_are_marked_and_the_mark_goes_when_they_are_read(
    window: OpenWindow, web: WebClient
) -> None:
    analyst = window("amazon-analyst-1")
    web.chat_postMessage(channel="C0OPS", text="Good morning <@U0AMAZON1>")
    sidebar = analyst.page.get_by_role("navigation", name="Channels and messages")
    unread = sidebar.get_by_role("button", name="operations, 1 unread")
    expect(unread).to_be_visible()
    unread.click()
    expect(analyst.messages("Good morning @amazon-analyst-1")).to_be_visible()
    expect(sidebar.get_by_role("button", name="operations", exact=True)).to_be_visible()


def test_a_dozen_windows_of_one_browser_stand_side_by_side(browser: Browser, address: str) -> None:
    context = browser.new_context()
    pages = [context.new_page() for _ in range(12)]
    for page in pages:
        page.goto(f"{address}#/U0AMAZON1/C0AMAZON")
        expect(page.get_by_role("textbox", name="Message #amazon-alerts")).to_be_visible()
    composer = pages[-1].get_by_role("textbox", name="Message #amazon-alerts")
    composer.fill("Seen by all")
    composer.press("Enter")
    for page in pages:
        expect(page.get_by_role("article").filter(has_text="Seen by all")).to_be_visible()
    context.close()


def test_who_presses_a_name_twice_is_told_everything_once(window: OpenWindow, web: WebClient) -> None:
    page = window("amazon-analyst-1").page
    sockets: list[WebSocket] = []
    page.on("websocket", lambda opened: sockets.extend([opened]))
    name = page.get_by_role("navigation", name="Who you are").get_by_role("button", name="dhl-analyst-1")
    name.evaluate("button => { button.click(); button.click(); }")
    expect(page.get_by_role("textbox", name="Message #dhl-alerts")).to_be_visible()
    web.chat_postMessage(channel="C0OPS", text="For everybody")
    sidebar = page.get_by_role("navigation", name="Channels and messages")
    expect(sidebar.get_by_role("button", name="operations, 1 unread")).to_be_visible()
    assert [socket.is_closed() for socket in sockets].count(False) == 1


def test_a_message_is_copied_and_changed_as_it_was_typed(window: OpenWindow) -> None:
    analyst = window("amazon-analyst-1")
    page = analyst.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    typed = "@here ask @dhl-analyst-1 & info@example.com in #operations about https://example.com/?a=1&b=2"
    analyst.write("amazon-alerts", typed)
    message = analyst.messages("info@example.com")
    message.hover()
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Copy text").click()
    assert page.evaluate("navigator.clipboard.readText()") == typed
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Edit message").click()
    expect(page.get_by_role("textbox", name="Edit message")).to_have_value(typed)


def test_a_reply_opens_a_thread_at_the_side_and_both_windows_count_it(window: OpenWindow) -> None:
    one, other = window("amazon-analyst-1"), window("amazon-liaison-1")
    one.write("amazon-alerts", "Has anybody called the warehouse?")
    question = other.messages("Has anybody called")
    question.hover()
    question.get_by_role("button", name="Reply in thread").click()
    reply = other.page.get_by_role("textbox", name="Reply in thread")
    reply.fill("I have.")
    reply.press("Enter")
    expect(other.page.get_by_role("complementary", name="Thread")).to_contain_text("I have.")
    expect(one.messages("Has anybody called").get_by_role("button", name="1 reply")).to_be_visible()
    other.page.keyboard.press("Escape")
    expect(other.page.get_by_role("complementary", name="Thread")).to_have_count(0)


def test_where_a_message_with_a_thread_was_deleted_the_thread_is_still_reached(
    window: OpenWindow, sandbox: Sandbox
) -> None:
    analyst = window("amazon-analyst-1")
    page = analyst.page
    asked = sandbox.person("U0AMAZON1").says("Has anybody called?", channel="C0AMAZON")
    sandbox.person("U0AMAZON2").says("Nobody.", thread=asked)
    message = analyst.messages("Has anybody called?")
    message.hover()
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete message").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    stone = analyst.messages("This message was deleted.")
    expect(stone).to_have_accessible_name(re.compile("^Slackbot"))
    stone.get_by_role("button", name="1 reply").click()
    expect(page.get_by_role("complementary", name="Thread")).to_contain_text("Nobody.")


def test_a_message_shortcut_hands_the_message_to_the_app(window: OpenWindow, stub: StubBot) -> None:
    analyst = window("amazon-analyst-1")
    analyst.write("amazon-alerts", "Odd parcel 3318810025")
    message = analyst.messages("Odd parcel")
    message.hover()
    message.get_by_role("button", name="More actions").click()
    analyst.page.get_by_role("menuitem", name="Flag this").click()
    assert "Odd parcel" in stub.gets("message_action").payload["message"]["text"]


def test_the_home_tab_is_published_for_whoever_opens_it(
    window: OpenWindow, stub: StubBot, web: WebClient
) -> None:
    analyst = window("amazon-analyst-1")
    analyst.page.get_by_role("button", name="Operation Fulfilled Action").click()
    stub.gets("app_home_opened")
    web.views_publish(
        user_id="U0AMAZON1", view=home(section("*Nothing waits for you*"), actions(button("Look again")))
    )
    expect(analyst.page.get_by_role("tabpanel", name="Home")).to_contain_text("Nothing waits for you")
    analyst.page.get_by_role("button", name="Look again").click()
    stub.gets("block_actions")


def test_an_app_that_does_not_answer_is_said_to_and_what_was_typed_comes_back(
    window: OpenWindow, sandbox: Sandbox
) -> None:
    analyst = window("amazon-analyst-1")
    sandbox.bot_is_at("http://127.0.0.1:9")
    with sandbox.expects_refusal("dispatch_failed", "/flag"):
        analyst.composer("amazon-alerts").fill("/flag parcel 3318810025")
        analyst.composer("amazon-alerts").press("Enter")
        expect(analyst.page.get_by_role("alert").filter(has_text="failed")).to_be_visible()
    expect(analyst.composer("amazon-alerts")).to_have_value("/flag parcel 3318810025")


def test_a_lost_connection_is_shown_and_mends_itself(browser: Browser, stub: StubBot) -> None:
    with workspace(stub.url) as first:
        port = int(first.url.rsplit(":", 1)[1])
        analyst = open_window(browser, f"{first.url}/", "amazon-analyst-1")
    lost = analyst.page.get_by_role("status").filter(has_text="connection to the sandbox is lost")
    expect(lost).to_be_visible()
    with workspace(stub.url, port) as second:
        expect(lost).to_have_count(0)
        second.person("U0AMAZON2").types("We are back", channel="C0AMAZON")
        expect(analyst.messages("We are back")).to_be_visible()
        analyst.page.context.close()


def test_who_comes_by_the_keyboard_goes_on_in_the_channel(
    browser: Browser, address: str, web: WebClient
) -> None:
    page = browser.new_page()
    page.goto(address)
    page.get_by_role("main").get_by_role("button", name="amazon-analyst-1").press("Enter")
    expect(page.get_by_role("textbox", name="Message #amazon-alerts")).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()
    web.chat_postMessage(channel="C0AMAZON", text="See <#C0OPS>")
    page.get_by_role("article").get_by_role("button", name="#operations").press("Enter")
    expect(page.get_by_role("textbox", name="Message #operations")).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()
    page.close()


@pytest.mark.parametrize(
    ("typed", "completed"),
    [("#o", "#operations "), ("@coord", "@coordinators "), ("@her", "@here "), ("/fl", "/flag ")],
)
def test_what_begins_with_the_letters_typed_is_offered_first(
    window: OpenWindow, typed: str, completed: str
) -> None:
    composer = window("amazon-analyst-1").composer("amazon-alerts")
    composer.press_sequentially(typed)
    composer.press("Tab")
    expect(composer).to_have_value(completed)


def test_everything_is_done_with_the_keyboard_alone(
    browser: Browser, address: str, stub: StubBot, web: WebClient
) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(address)
    expect(page.get_by_role("heading", name=re.compile("^Welcome"))).to_be_visible()
    press = page.keyboard.press
    press("Tab")  # the link that skips to the messages
    press("Enter")
    press("Tab")
    expect(page.get_by_role("main").get_by_role("button", name="amazon-analyst-1")).to_be_focused()
    press("Enter")
    expect(page.get_by_role("textbox", name="Message #amazon-alerts")).to_be_visible()
    while not page.get_by_role("textbox", name="Message #amazon-alerts").evaluate(
        "it => it === document.activeElement"
    ):
        press("F6")
    web.chat_postMessage(
        channel="C0AMAZON",
        text="Done?",
        blocks=[section("Done?"), actions(button("Done", confirm={
            "title": words("Sure?"), "text": words("It cannot be undone."), "confirm": words("Yes"), "deny": words("No")}))],
    )  # fmt: skip
    stub.answers["command"] = opens(
        web, modal(field("Reason", menu("static_select", options=options("Counterfeit", "Grey market"))))
    )
    page.keyboard.type("/fl")
    press("Enter")  # completes the command
    press("Enter")  # sends it
    reason = page.get_by_role("combobox", name="Reason")
    expect(reason).to_be_focused()
    press("ArrowDown")
    press("ArrowDown")
    press("Enter")
    expect(reason).to_have_value("Grey market")
    press("Control+Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    stub.gets("view_submission")
    message = page.get_by_role("article").filter(has_text="Done?")
    while not message.evaluate("it => it === document.activeElement"):
        press("Shift+F6")
    press("Tab")
    expect(message.get_by_role("button", name="Done", exact=True)).to_be_focused()
    press("Enter")
    question = page.get_by_role("alertdialog", name="Sure?")
    expect(question.get_by_role("button", name="Yes")).to_be_focused()
    press("Enter")
    stub.gets("block_actions")
    page.context.close()


def test_on_a_phone_nothing_is_wider_than_the_screen_and_everything_is_reached(
    browser: Browser, address: str, stub: StubBot, web: WebClient
) -> None:
    page = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True).new_page()
    page.goto(address)
    page.get_by_role("main").get_by_role("button", name="amazon-analyst-1").tap()
    page.get_by_role("button", name="Channels", exact=True).tap()
    sidebar = page.get_by_role("navigation", name="Channels and messages")
    sidebar.get_by_role("button", name=re.compile("^operations")).tap()
    stub.answers["command"] = opens(web, modal(field("Number", text_input())))
    composer = page.get_by_role("textbox", name="Message #operations")
    composer.fill("/flag")
    composer.press("Enter")
    expect(page.get_by_role("textbox", name="Number")).to_be_in_viewport()
    expect(page.get_by_role("dialog").get_by_role("button", name="Send", exact=True)).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("dialog").get_by_role("button", name="Close").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fulfilled Action")
    page.context.close()


def test_dark_colours_follow_the_device_until_one_chooses_and_the_choice_is_kept(
    browser: Browser, address: str
) -> None:
    page = browser.new_context(color_scheme="dark").new_page()
    page.goto(address)

    def lightness() -> float:
        """Of what messages are written on: 0 is black."""
        colour = page.locator("main").evaluate("it => getComputedStyle(it).backgroundColor")
        return sum(int(part) for part in re.findall(r"\d+", colour)[:3]) / 765

    expect(page.get_by_role("button", name="Light colours")).to_be_visible()
    assert lightness() < 0.2
    page.get_by_role("button", name="Light colours").click()
    assert lightness() > 0.9
    page.reload()
    expect(page.get_by_role("button", name="Dark colours")).to_be_visible()
    assert lightness() > 0.9
    page.context.close()


def reads_back(analyst: Window, sandbox: Sandbox, many: int = 40) -> None:
    """The channel holds more than a screen, and its first message is what is seen."""
    colleague = sandbox.person("U0AMAZON2")
    for number in range(many):
        colleague.says(f"old {number}.", channel="C0AMAZON")
    expect(analyst.messages(f"old {many - 1}.").last).to_be_in_viewport()
    first = analyst.messages("old 0.").first
    while not first.is_visible():  # earlier ones are drawn as one comes near them
        analyst.messages().first.scroll_into_view_if_needed()
    first.scroll_into_view_if_needed()
    expect(first).to_be_in_viewport()


def test_who_reads_back_sees_how_many_are_new_and_comes_to_the_first(
    window: OpenWindow, sandbox: Sandbox
) -> None:
    analyst = window("amazon-analyst-1")
    reads_back(analyst, sandbox)
    colleague = sandbox.person("U0AMAZON2")
    colleague.says("new 1.", channel="C0AMAZON")
    one = analyst.page.get_by_role("button", name="1 new message, go to the first")
    expect(one).to_be_visible()
    for number in range(2, 32):
        colleague.says(f"new {number}.", channel="C0AMAZON")
    many = analyst.page.get_by_role("button", name="31 new messages, go to the first")
    expect(many).to_have_text("31 new messages")
    expect(analyst.messages("old 0.")).to_be_in_viewport()
    many.press("Enter")
    expect(analyst.messages("new 1.")).to_be_in_viewport(ratio=1)
    expect(analyst.messages("new 1.")).to_be_focused()
    expect(analyst.page.get_by_role("separator", name="New messages")).to_be_in_viewport(ratio=1)
    expect(analyst.messages("new 31.")).not_to_be_in_viewport()
    rest = analyst.page.get_by_role("button", name=re.compile(r"^\d+ new messages"))
    expect(rest).to_be_visible()  # those that are still below
    analyst.page.keyboard.press("End")
    expect(analyst.messages("new 31.")).to_be_in_viewport(ratio=1)
    expect(rest).to_have_count(0)


def test_who_asks_from_further_up_sees_the_answer(
    window: OpenWindow, stub: StubBot, sandbox: Sandbox
) -> None:
    for number in range(40):
        sandbox.person("U0AMAZON2").says(f"Message {number}", channel="C0AMAZON")
    analyst = window("amazon-analyst-1")
    expect(analyst.messages("Message 39")).to_be_in_viewport()
    analyst.page.get_by_role("log").hover()
    analyst.page.mouse.wheel(0, -1_500)
    expect(analyst.messages("Message 39")).not_to_be_in_viewport()
    stub.answers["command"] = Reply({"text": "Nothing is known of it."})
    analyst.write("amazon-alerts", "/flag")
    expect(analyst.own_messages("Nothing is known of it.")).to_be_in_viewport()


def test_new_messages_that_fit_are_all_seen_and_own_ones_are_no_news(
    window: OpenWindow, sandbox: Sandbox
) -> None:
    analyst = window("amazon-analyst-1")
    reads_back(analyst, sandbox)
    colleague = sandbox.person("U0AMAZON2")
    first = colleague.says("taken back", channel="C0AMAZON")
    for number in range(3):
        colleague.says(f"new {number}.", channel="C0AMAZON")
    expect(analyst.page.get_by_role("button", name="4 new messages")).to_be_visible()
    colleague.deletes(first)
    analyst.page.get_by_role("button", name="3 new messages").click()
    for number in range(3):
        expect(analyst.messages(f"new {number}.")).to_be_in_viewport(ratio=1)
    expect(analyst.page.get_by_role("button", name="new message")).to_have_count(0)
    reads_back(analyst, sandbox)
    analyst.write("amazon-alerts", "My own")
    expect(analyst.messages("My own")).to_be_in_viewport()
    expect(analyst.page.get_by_role("button", name="new message")).to_have_count(0)


def test_the_first_new_one_is_found_where_the_end_is_drawn_no_more(
    window: OpenWindow, sandbox: Sandbox
) -> None:
    analyst = window("amazon-analyst-1")
    reads_back(analyst, sandbox, 420)
    expect(analyst.messages("old 419.")).to_have_count(0)
    latest = analyst.page.get_by_role("button", name="Latest messages")
    expect(latest).to_be_visible()
    sandbox.person("U0AMAZON2").says("new", channel="C0AMAZON")
    analyst.page.get_by_role("button", name="1 new message, go to the first").click()
    expect(analyst.messages("new")).to_be_in_viewport(ratio=1)
    expect(analyst.messages("old 419.")).to_be_in_viewport()
