"""A browser window in which one person of the operation works, addressed by what people see and screen readers read."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

REFERENCE = re.compile(r"OFA-\d{4}-[0-9A-Z]{6}")


@dataclass(frozen=True, slots=True)
class Window:
    """One window of the sandbox's page, as one person. Several stand side by side and mend themselves: none is ever reloaded."""

    page: Page
    person: str
    problems: list[str] = field(default_factory=list)
    """Errors of the page's own program; a test that leaves some has failed."""

    def go_to(self, channel: str) -> None:
        """Open a channel by the sidebar."""
        sidebar = self.page.get_by_role("navigation", name="Channels and messages")
        sidebar.get_by_role("button", name=re.compile(rf"^{channel}\b")).click()
        expect(self.composer(channel)).to_be_visible()

    def composer(self, channel: str) -> Locator:
        return self.page.get_by_role("textbox", name=f"Message #{channel}")

    def write(self, channel: str, text: str) -> None:
        """Write into the open channel and press Return; the field is free again at once."""
        composer = self.composer(channel)
        composer.fill(text)
        composer.press("Enter")
        expect(composer).to_have_value("")

    def write_to_the_app(self, text: str) -> None:
        """Open the conversation with the bot by the sidebar, and write into it."""
        sidebar = self.page.get_by_role("navigation", name="Channels and messages")
        sidebar.get_by_role("region", name="Apps").get_by_role("button").click()
        self.page.get_by_role("tab", name="Messages").click()
        composer = self.page.get_by_role("main").get_by_role("textbox")
        composer.fill(text)
        composer.press("Enter")
        expect(composer).to_have_value("")

    def messages(self, *texts: str) -> Locator:
        """The messages of the open channel that hold every one of these texts."""
        found = self.page.get_by_role("main").get_by_role("article")
        for text in texts:
            found = found.filter(has_text=text)
        return found

    def own_messages(self, *texts: str) -> Locator:
        """The same, of those that only this person sees."""
        return self.messages("Only visible to you", *texts)

    def press(self, message: Locator, button: str) -> None:
        message.get_by_role("button", name=button, exact=True).click()

    def reference_in(self, message: Locator) -> str:
        """The case's reference that a message names."""
        expect(message).to_contain_text(REFERENCE)
        found = REFERENCE.search(message.inner_text())
        assert found is not None
        return found.group()


def is_fault(said: ConsoleMessage) -> bool:
    """An error or a warning of the page's own; a request that is refused is said to the person instead."""
    refused = ("Failed to load resource", "WebSocket connection to")
    return said.type in ("error", "warning") and not said.text.startswith(refused)


def open_window(browser: Browser, address: str, person: str) -> Window:
    """A window of its own, in which ``person`` was chosen on the first page."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, timezone_id="America/New_York")
    page = context.new_page()
    window = Window(page, person)
    page.on("pageerror", lambda error: window.problems.append(str(error)))
    page.on("console", lambda said: window.problems.append(said.text) if is_fault(said) else None)
    page.goto(address)
    page.get_by_role("main").get_by_role("button", name=person).click()
    expect(
        page.get_by_role("navigation", name="Who you are").get_by_role("button", name=person)
    ).to_have_attribute("aria-pressed", "true")
    return window
