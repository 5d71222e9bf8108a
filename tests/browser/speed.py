"""Measures what people wait for on the page: ``python -m tests.browser.speed``. Prints one figure a line; asserts nothing.

In a channel of a hundred and of ten thousand messages: from a person's Return to the message in their own window and in
somebody else's, and how long the slowest frame of a scroll back through the channel takes.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.windows import Window, open_window
from tests.sandbox.starting import running_sandbox

SIZES = (100, 10_000)
POSTS = 20

SEEN = """text => new Promise(resolve => {
  const look = () => {
    const found = [...document.querySelectorAll('main article')].at(-1)?.textContent.includes(text);
    if (found) requestAnimationFrame(() => resolve(Date.now())); else setTimeout(look, 1);
  };
  look();
})"""
"""The moment at which the text stands on the page's last message, in milliseconds."""

SCROLL = """async () => {
  const scroller = document.querySelector('main .scroller'), frames = [];
  let before = performance.now();
  for (let step = 0; step < 120; step += 1) {
    scroller.scrollTop -= 300;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - before);
    before = now;
  }
  return frames;
}"""
"""How long each frame of a scroll back took, in milliseconds."""


def main() -> None:
    if CHROMIUM is None:
        sys.exit("There is no chromium here; on Debian: apt-get install chromium")
    say(f"load average {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as logs, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for size in SIZES:
            with running_sandbox(Path(logs)) as address:
                _measure(browser, address, size)
        browser.close()


def _measure(browser: Browser, address: str, size: int) -> None:
    with httpx.Client(base_url=address, timeout=30) as http:
        began = time.monotonic()
        for number in range(size):
            body = {"channel": "C0OPS", "text": f"message {number}"}
            http.post("/sandbox/people/U0CBP1/type", json=body).raise_for_status()
        say(f"{size} messages: made in {time.monotonic() - began:.1f} s")
    writer, reader = (_in_operations(browser, address, name) for name in ("dhl-analyst-1", "cbp-analyst-1"))
    own: list[float] = []
    others: list[float] = []
    for number in range(POSTS):
        text = f"measured {number} of {size}"
        for page in (writer.page, reader.page):
            page.evaluate(f"text => {{ window.seen = ({SEEN})(text); }}", text)
        writer.composer("operations").fill(text)
        began_ms = writer.page.evaluate("Date.now()")
        writer.composer("operations").press("Enter")
        own.append(writer.page.evaluate("window.seen") - began_ms)
        others.append(reader.page.evaluate("window.seen") - began_ms)
    say(f"{size} messages: Return to seen, own window {_shown(own)}, another's {_shown(others)}")
    frames = reader.page.evaluate(SCROLL)
    say(f"{size} messages: frames of a scroll back {_shown(frames)}; {_drawn(reader.page)} articles drawn")
    for window in (writer, reader):
        window.page.context.close()


def _in_operations(browser: Browser, address: str, person: str) -> Window:
    window = open_window(browser, address, person)
    window.go_to("operations")
    return window


def _drawn(page: Page) -> int:
    return page.get_by_role("main").get_by_role("article").count()


def _shown(times: list[float]) -> str:
    return f"median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
