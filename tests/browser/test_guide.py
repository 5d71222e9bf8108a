"""The guide beside the page: five steps by which a newcomer meets the whole of it."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.windows import open_window

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.xdist_group("browser")]


def test_the_guide_ticks_what_was_done_by_hand_and_does_the_rest_for_the_newcomer(
    browser: Browser, address: str
) -> None:
    newcomer = open_window(browser, address, "amazon-analyst-1")
    guide = newcomer.page.get_by_role("complementary", name="Guide")
    expect(guide.get_by_role("status")).to_contain_text("0 of 5 done")
    newcomer.write("amazon-alerts", "/flag parcel 3318810025 counterfeit earbuds")
    expect(guide.get_by_role("status")).to_contain_text("1 of 5 done")
    expect(guide.get_by_role("listitem").first.get_by_role("img", name="Done")).to_be_visible()
    for step in range(2, 6):
        guide.get_by_role("button", name=f"Do it for me, step {step}").click()
        expect(guide.get_by_role("button", name=f"Do it again, step {step}")).to_be_enabled()
    expect(guide.get_by_role("status")).to_contain_text("All five done")
    expect(newcomer.own_messages("Closed", "3318810025").last).to_be_visible()
    assert newcomer.problems == []
    newcomer.page.context.close()


def test_a_step_before_its_time_says_what_has_to_be_done_first(browser: Browser, address: str) -> None:
    newcomer = open_window(browser, address, "guest-1")
    guide = newcomer.page.get_by_role("complementary", name="Guide")
    guide.get_by_role("button", name=re.compile("^Do it .*, step 2$")).click()
    expect(
        newcomer.page.get_by_role("alert").filter(has_text="Do the steps before this one first")
    ).to_be_visible()
    newcomer.page.context.close()
