"""Makes the README's pictures anew: ``make pictures``, or ``python -m tests.browser.pictures [FOLDER]`` (``docs/pictures``).

They are taken from the sandbox with the bot in it, never drawn by hand, so that they cannot promise what is not there.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Locator, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.windows import Window, open_window
from tests.sandbox.starting import running_sandbox

OTHER_FLAGS = (
    ("dhl-analyst-1", "dhl-alerts", "parcel 4555000111 same sender as the last three"),
    ("cbp-analyst-1", "cbp-alerts", "container ZZZU0170172 toner declared as paper"),
    ("amazon-analyst-1", "amazon-alerts", "listing B0DEMO0017 hologram missing"),
)
"""So that the digest has something to say; numbers and names are made up."""


def main(folder: Path) -> None:
    if CHROMIUM is None:
        sys.exit("There is no chromium here; on Debian: apt-get install chromium fonts-noto-color-emoji")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as logs, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with running_sandbox(Path(logs)) as address:
            _take_messages(lambda person: _window(browser, address, person), folder)
        with running_sandbox(Path(logs), "--seed", "demo") as address:
            _take_page(_window(browser, address, "cbp-analyst-1"), folder)
        browser.close()
    sys.stdout.write(
        f"{len(list(folder.glob('*.png')))} pictures are in {folder}; look at them before they are committed.\n"
    )


def _window(browser: Browser, address: str, person: str) -> Window:
    window = open_window(browser, address, person)
    window.page.set_viewport_size({"width": 1360, "height": 1240})
    return window


def _take_messages(window: Callable[[str], Window], folder: Path) -> None:
    analyst, carrier, customs = window("amazon-analyst-1"), window("dhl-analyst-1"), window("cbp-analyst-1")
    analyst.write("amazon-alerts", "/flag parcel 3318810025 counterfeit earbuds")
    reference = analyst.reference_in(analyst.own_messages("counterfeit earbuds").first)
    expect(analyst.own_messages(reference, "DHL said so").last).to_be_visible()
    analyst.write("amazon-alerts", f"/case {reference}")
    card = analyst.own_messages(reference, "Timeline", "DHL said so").last
    _shot(card, folder / "flag-card.png")

    alert = carrier.messages(reference, "Who has acknowledged")
    carrier.press(alert, "Acknowledge")
    expect(alert).to_contain_text("DHL acknowledged")
    _shot(alert, folder / "alert-carrier.png")
    theirs = customs.messages(reference, "Who has acknowledged")
    expect(theirs).to_contain_text("DHL acknowledged")
    _shot(theirs, folder / "alert-customs.png")

    for flagger, channel, flagged in OTHER_FLAGS:
        other = window(flagger)
        other.write(channel, f"/flag {flagged}")
        other.reference_in(other.own_messages(flagged.split()[-1]).first)
    _close(analyst, "B0DEMO0017")
    coordinator = window("operation-coordinator-1")
    coordinator.go_to("operations")
    coordinator.write("operations", "/digest now")
    digest = coordinator.messages("digest", reference).last
    expect(digest).to_be_visible()
    _shot(digest, folder / "digest.png")


def _close(analyst: Window, subject: str) -> None:
    analyst.write("amazon-alerts", f"/case {subject}")
    analyst.press(analyst.own_messages(subject, "Timeline").last, "Close")
    form = analyst.page.get_by_role("dialog")
    form.get_by_role("combobox", name="Reason").click()
    analyst.page.get_by_role("option", name="Genuine").click()
    form.get_by_role("button", name="Close the case").click()
    expect(form).to_have_count(0)


def _take_page(window: Window, folder: Path) -> None:
    """The whole page, in the middle of an operation."""
    window.go_to("cbp-alerts")
    expect(window.messages("Alert:").last).to_be_visible()
    window.page.set_viewport_size({"width": 1360, "height": 860})
    window.page.mouse.move(0, 0)
    window.page.screenshot(path=folder / "sandbox.png")


def _shot(message: Locator, path: Path) -> None:
    """One message, without the tools that a pointer or the focus brings."""
    page = message.page
    page.bring_to_front()
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    message.scroll_into_view_if_needed()
    expect(message).to_be_in_viewport(ratio=0.99)
    message.screenshot(path=path)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures"))
