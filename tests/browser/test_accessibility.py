"""axe-core's rules find nothing serious on the page: in light and in dark, on a desktop and on a phone."""

import time
from importlib.resources import files
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.windows import open_window

STAYS_FOR = 5.0
"""Seconds."""

PHONE: ViewportSize = {"width": 390, "height": 844}

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
        f"{rule['id']}: {node['target']}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_serious_where_people_work(
    browser: Browser, address: str, axe: str, colours: Literal["light", "dark"]
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
