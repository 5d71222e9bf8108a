"""The state is saved as a file, reset and loaded on the page; what the bot knows goes with the workspace."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.windows import Window
from tests.sandbox.starting import STARTS_WITHIN

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(300),  # the bot is started again and again, on machines that may be busy
]

OpenWindow = Callable[[str], Window]

PARCEL = "3318810025"


def chooses(page: Page, entry: str) -> None:
    page.get_by_role("button", name="Sandbox menu").click()
    page.get_by_role("menuitem", name=entry).click()


def looks_up(analyst: Window) -> None:
    analyst.write("amazon-alerts", f"/case {PARCEL}")


def test_a_saved_operation_is_forgotten_and_known_again(window: OpenWindow, tmp_path: Path) -> None:
    analyst, carrier = window("amazon-analyst-1"), window("dhl-analyst-1")
    page = analyst.page
    analyst.write("amazon-alerts", f"/flag parcel {PARCEL} counterfeit earbuds")
    expect(carrier.messages("Alert", PARCEL)).to_be_visible()
    with page.expect_download(timeout=STARTS_WITHIN * 1000) as saving:
        chooses(page, "Save state as a file")
    file = tmp_path / "state.json"
    saving.value.save_as(file)

    chooses(page, "Reset to the seed")
    question = page.get_by_role("alertdialog", name="Reset the sandbox")
    expect(question).to_contain_text("The bot forgets everything too")
    question.get_by_role("button", name="Reset").click()
    bar = page.get_by_role("status").filter(has_text="The bot is starting")
    expect(bar).to_be_visible()
    expect(analyst.messages(PARCEL)).to_have_count(0)
    expect(bar).to_have_count(0, timeout=STARTS_WITHIN * 1000)
    looks_up(analyst)
    expect(analyst.own_messages("Nothing found")).to_be_visible()

    with page.expect_file_chooser() as choosing:
        chooses(page, "Load state from a file")
    choosing.value.set_files(file)
    expect(page.get_by_role("alert")).to_contain_text(f"{file.name} is loaded.", timeout=STARTS_WITHIN * 1000)
    expect(carrier.messages("Alert", PARCEL)).to_be_visible()
    looks_up(analyst)
    expect(analyst.own_messages("Open", PARCEL).last).to_be_visible()


def test_a_file_that_is_none_is_a_sentence(window: OpenWindow, tmp_path: Path) -> None:
    page = window("amazon-analyst-1").page
    for content, sentence in (
        ("no JSON", "it holds no JSON"),
        ('{"format": 7}', "no saved workspace of format 1"),
    ):
        file = tmp_path / "broken.json"
        file.write_text(content)
        with page.expect_file_chooser() as choosing:
            chooses(page, "Load state from a file")
        choosing.value.set_files(file)
        expect(page.get_by_role("alert")).to_contain_text(sentence)
