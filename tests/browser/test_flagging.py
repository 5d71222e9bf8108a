"""Flagging in the browser from wherever something was seen: by the form, from a message, by writing to the bot."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.windows import Window

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.xdist_group("browser")]

OpenWindow = Callable[[str], Window]


def test_the_form_follows_from_what_is_flagged_and_keeps_what_was_typed(window: OpenWindow) -> None:
    analyst = window("amazon-analyst-1")
    analyst.write("amazon-alerts", "/flag")
    dialog = analyst.page.get_by_role("dialog")
    number = dialog.get_by_role("textbox", name="Tracking number or link")
    number.fill("33188")
    words = dialog.get_by_role("textbox", name="What looks wrong?")
    words.fill("the logo is printed the wrong way round")
    dialog.get_by_role("button", name="Flag", exact=True).click()
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(number).to_have_accessible_description(re.compile(r"33188"))

    dialog.get_by_role("combobox", name="What is it?").click()
    analyst.page.get_by_role("option", name="Seller").click()
    seller = dialog.get_by_role("combobox", name="Seller", exact=True)
    expect(seller).to_be_visible()
    expect(words).to_have_value("the logo is printed the wrong way round")
    seller.fill("A3SG0AEGKJK9W3")
    analyst.page.get_by_role("option", name="A3SG0AEGKJK9W3").first.click()
    brand = dialog.get_by_role("combobox", name="Brand")
    brand.fill("Northwind Audio")
    analyst.page.get_by_role("option", name="Northwind Audio").first.click()
    dialog.get_by_role("button", name="Flag", exact=True).click()

    card = analyst.own_messages("A3SG0AEGKJK9W3").last
    expect(card).to_contain_text("Brand: Northwind Audio")
    expect(card).to_contain_text("the logo is printed the wrong way round")


def test_everything_in_a_message_is_found_and_flagged_at_once(window: OpenWindow) -> None:
    analyst, carrier = window("amazon-analyst-1"), window("dhl-analyst-1")
    analyst.write("amazon-alerts", "Both 7777777770 and container CSQU3054383 look wrong")
    message = analyst.messages("Both 7777777770")
    message.hover()
    message.get_by_role("button", name="More actions").click()
    analyst.page.get_by_role("menuitem", name="Flag this").click()
    dialog = analyst.page.get_by_role("dialog")
    for label in ("parcel 7777777770", "container CSQU3054383"):
        expect(dialog.get_by_role("checkbox", name=label)).to_be_checked()
    dialog.get_by_role("button", name="Flag", exact=True).click()
    for label in ("parcel 7777777770", "container CSQU3054383"):
        expect(analyst.own_messages(label, "Who knows").last).to_be_visible()
        expect(carrier.messages(label, "Who has acknowledged").last).to_be_visible()


def test_a_mention_is_answered_with_what_was_recognised_and_a_click_flags_it(window: OpenWindow) -> None:
    analyst = window("amazon-analyst-1")
    analyst.write("amazon-alerts", "@ofa A1B2C3D4E5F6G7 sells fake chargers")
    answer = analyst.own_messages("I recognise this.").last
    expect(answer).to_contain_text("A1B2C3D4E5F6G7")
    answer.get_by_role("button", name="Flag this").click()
    expect(analyst.own_messages("A1B2C3D4E5F6G7", "Who knows").last).to_be_visible()


def test_a_direct_message_is_answered_below_it_and_each_thing_in_it_has_its_button(
    window: OpenWindow,
) -> None:
    analyst = window("amazon-analyst-1")
    analyst.write_to_the_app("TBA010000000000, 1Z5R89390357567127 are fakes")
    answer = analyst.messages("I recognise this.").last
    expect(answer).to_contain_text("parcel TBA010000000000")
    expect(answer.get_by_role("button", name="Flag this")).to_have_count(2)
    answer.get_by_role("button", name="Flag this").first.click()
    expect(analyst.own_messages("parcel TBA010000000000", "Who knows").last).to_be_visible()
    analyst.press(answer, "Flag all 2")
    expect(analyst.own_messages("parcel 1Z5R89390357567127", "Who knows").last).to_be_visible()
    expect(answer.get_by_role("button", name="Flag this")).to_have_count(2)
