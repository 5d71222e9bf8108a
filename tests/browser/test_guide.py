"""The guide beside the page: five steps by which a newcomer meets the whole of it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect
from slack_sdk import WebClient

from sandbox.client import Sandbox
from tests.browser.windows import Window, open_window
from tests.sandbox.starting import running_sandbox

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.xdist_group("browser")]

PARCEL = "3318810025"

OpenWindow = Callable[[str], Window]


@pytest.fixture
def address(browser: Browser, tmp_path: Path) -> Iterator[str]:
    """A sandbox of the test's own: the guide knows what has happened in it."""
    with running_sandbox(tmp_path) as found:
        yield found


def guide_of(window: Window) -> Locator:
    return window.page.get_by_role("complementary", name="Guide")


def says(window: Window, words: str) -> None:
    expect(guide_of(window).get_by_role("status")).to_contain_text(words)


def test_each_step_done_by_hand_is_ticked_when_it_has_come_about(window: OpenWindow) -> None:
    newcomer, carrier, customs, coordinator = (
        window(person)
        for person in ("amazon-analyst-1", "dhl-analyst-1", "cbp-analyst-1", "operation-coordinator-1")
    )
    says(newcomer, "0 of 5 done")
    newcomer.write("amazon-alerts", f"/flag parcel {PARCEL} counterfeit earbuds")
    says(newcomer, "1 of 5 done")
    alert = carrier.messages(PARCEL, "Who has acknowledged")
    carrier.press(alert, "Acknowledge")
    says(newcomer, "2 of 5 done")
    customs.write("cbp-alerts", f"/case {PARCEL}")
    says(newcomer, "3 of 5 done")
    coordinator.go_to("operations")
    coordinator.write("operations", "/digest now")
    says(newcomer, "4 of 5 done")
    newcomer.write("amazon-alerts", f"/case {PARCEL}")
    newcomer.press(newcomer.own_messages(PARCEL, "Timeline").last, "Close")
    form = newcomer.page.get_by_role("dialog")
    form.get_by_role("combobox", name="Reason").click()
    newcomer.page.get_by_role("option", name="Genuine").click()
    form.get_by_role("button", name="Close the case").click()
    says(newcomer, "All five done")
    for each in (carrier, customs, coordinator):
        says(each, "All five done")


def test_each_step_is_done_for_whoever_presses_the_button_and_keeps_its_focus(window: OpenWindow) -> None:
    newcomer = window("guest-1")
    guide = guide_of(newcomer)
    for step in range(1, 6):
        button = guide.get_by_role("button", name=re.compile(f", step {step}$")).last
        button.press("Enter")
        done = guide.get_by_role("button", name=f"Do it again, step {step}")
        expect(done).to_be_visible()
        expect(done).to_be_focused()
        expect(done).not_to_have_attribute("aria-disabled", "true")
    says(newcomer, "All five done")
    expect(newcomer.own_messages("Closed", PARCEL).last).to_be_visible()


def test_what_was_asked_for_and_came_to_nothing_is_not_ticked(window: OpenWindow) -> None:
    newcomer = window("amazon-analyst-1")
    newcomer.write("amazon-alerts", "/case 9100200303")
    expect(newcomer.own_messages("Nothing found")).to_be_visible()
    newcomer.write("amazon-alerts", "/digest now")
    expect(newcomer.own_messages("coordinator").last).to_be_visible()
    newcomer.write("amazon-alerts", "/flag parcel 33188 too short")
    expect(newcomer.own_messages("33188").last).to_be_visible()
    says(newcomer, "0 of 5 done")
    newcomer.write("amazon-alerts", f"/flag parcel {PARCEL} counterfeit earbuds")
    says(newcomer, "1 of 5 done")


def test_what_comes_by_itself_ticks_nothing(window: OpenWindow, address: str) -> None:
    """A digest at its hour, and an alert of what a partner's own system has flagged."""
    newcomer = window("amazon-analyst-1")
    says(newcomer, "0 of 5 done")
    web = WebClient("xoxb-sandbox", base_url=f"{address}api/")
    digest = "TLP:GREEN Operation Fulfilled Action: digest, Fri 27 Nov 08:30 to Sat 28 Nov 08:30: 0 opened"
    web.chat_postMessage(channel="C0OPS", text=digest)
    web.chat_postMessage(channel="C0AMAZON", text="Alert. TLP:GREEN OFA-2026-AAAAAA, parcel 3318810025, open")
    expect(newcomer.messages("OFA-2026-AAAAAA")).to_be_visible()
    newcomer.write("amazon-alerts", f"/flag parcel {PARCEL} counterfeit earbuds")
    says(newcomer, "1 of 5 done")
    says(window("operation-coordinator-1"), "1 of 5 done")


def test_an_acknowledgement_is_ticked_where_the_flagger_cannot_be_written_to(
    window: OpenWindow, address: str
) -> None:
    with Sandbox(address.rstrip("/")) as sandbox:
        sandbox.switch("chat.postMessage", "error", error="messages_tab_disabled", channel="U0AMAZON1")
    newcomer, carrier = window("amazon-analyst-1"), window("dhl-analyst-1")
    newcomer.write("amazon-alerts", f"/flag parcel {PARCEL} counterfeit earbuds")
    says(newcomer, "1 of 5 done")
    carrier.press(carrier.messages(PARCEL, "Who has acknowledged"), "Acknowledge")
    says(newcomer, "2 of 5 done")
    says(carrier, "2 of 5 done")


def test_a_case_that_is_closed_by_withdrawing_its_only_flag_is_closed(window: OpenWindow) -> None:
    newcomer = window("amazon-analyst-1")
    newcomer.write("amazon-alerts", f"/flag parcel {PARCEL} counterfeit earbuds")
    newcomer.press(newcomer.own_messages(PARCEL, "Flagged").last, "Withdraw my flag")
    form = newcomer.page.get_by_role("dialog")
    form.get_by_role("combobox", name="Reason").click()
    newcomer.page.get_by_role("option").first.click()
    form.get_by_role("button", name="Withdraw it").click()
    says(newcomer, "2 of 5 done")


def test_what_others_did_before_is_not_ticked_when_it_is_shown_once_more(
    browser: Browser, tmp_path: Path
) -> None:
    """A second flag on a case that others have acknowledged changes its alerts, which say so again."""
    with running_sandbox(tmp_path, "--seed", "demo") as demo:
        newcomer = open_window(browser, demo, "amazon-analyst-1")
        acknowledged = re.compile(r"acknowledged (today|yesterday|[A-Z][a-z]{2} \d)")
        alert = newcomer.messages("Alert: parcel").filter(has_text=acknowledged).last
        number = re.search(r"Alert: parcel (\d+)", alert.inner_text())
        assert number is not None
        newcomer.write("amazon-alerts", f"/flag parcel {number.group(1)} seen once more")
        expect(alert).to_contain_text("seen once more")
        newcomer.write("amazon-alerts", f"/flag parcel {PARCEL} counterfeit earbuds")
        expect(guide_of(newcomer).get_by_role("button", name="Do it again, step 1")).to_be_visible()
        says(newcomer, "1 of 5 done")
        newcomer.page.context.close()


def test_what_is_ticked_stays_so_when_the_traffic_panel_is_cleared(window: OpenWindow) -> None:
    newcomer = window("amazon-analyst-1")
    newcomer.write("amazon-alerts", f"/flag parcel {PARCEL} counterfeit earbuds")
    says(newcomer, "1 of 5 done")
    page = newcomer.page
    page.get_by_role("button", name="Traffic", exact=True).click()
    traffic = page.get_by_role("complementary", name="Traffic")
    expect(traffic.get_by_text("/flag")).to_be_visible()
    traffic.get_by_role("button", name="Clear").click()
    expect(traffic.get_by_text("/flag")).to_have_count(0)
    page.get_by_role("button", name="Guide", exact=True).click()
    says(newcomer, "1 of 5 done")
    says(window("dhl-analyst-1"), "1 of 5 done")


def test_a_step_before_its_time_says_what_has_to_be_done_first(window: OpenWindow) -> None:
    newcomer = window("guest-1")
    guide_of(newcomer).get_by_role("button", name=re.compile("^Do it .*, step 2$")).click()
    expect(
        newcomer.page.get_by_role("alert").filter(has_text="the steps before this one come first")
    ).to_be_visible()
