"""Starts the sandbox with the bot beside it, as a newcomer does, and a chromium to look at it with."""

import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from slack_sdk import WebClient

from sandbox.client import Sandbox
from tests.browser.windows import Window, open_window
from tests.sandbox.manifest import MANIFEST
from tests.sandbox.starting import running_sandbox
from tests.sandbox.stub_bot import StubBot

ANSWERS_WITHIN = 15_000
"""Milliseconds that a person would wait for anything on the page; the slowest here is an alert that was retried once."""

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",  # chromium's own does not work for root, as in most containers
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]

expect.set_options(timeout=ANSWERS_WITHIN)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Not for the whole session: while Playwright runs, its event loop is in the way of asynchronous tests.
    if CHROMIUM is None:
        pytest.skip("there is no chromium here; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a fresh sandbox with a fresh bot in it; both end with the tests of the module, and the check that Slack refused nothing."""
    logs = tmp_path_factory.mktemp("sandbox")
    with running_sandbox(logs) as found, Sandbox(found.rstrip("/")) as driven:
        driven.without_limits()  # no person does so much in a minute
        yield found
        driven.check()


@pytest.fixture
def window(browser: Browser, address: str) -> Iterator[Callable[[str], Window]]:
    """``window("dhl-analyst-1")`` opens a window in which that person was chosen."""
    opened: list[Window] = []

    def open_as(person: str) -> Window:
        opened.append(open_window(browser, address, person))
        return opened[-1]

    yield open_as
    problems = {each.person: each.problems for each in opened if each.problems}
    for each in opened:
        each.page.context.close()
    assert not problems


@pytest.fixture
def stub() -> Iterator[StubBot]:
    """A bot that does as it is told."""
    started = StubBot()
    yield started
    started.stop()


@contextmanager
def workspace(bot_url: str | None = None, port: int = 0) -> Iterator[Sandbox]:
    """A sandbox that takes connections: it is started in a thread, which may need its time on a busy machine."""
    with Sandbox.start(MANIFEST, bot_url=bot_url, port=port) as started:
        until = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", int(started.url.rsplit(":", 1)[1])), 1).close()
                break
            except ConnectionRefusedError:
                assert time.monotonic() < until, "the sandbox takes no connections"
                time.sleep(0.02)
        yield started


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with workspace() as started:
        yield started


@pytest.fixture
def sandbox(running: Sandbox, stub: StubBot) -> Iterator[Sandbox]:
    """As seeded, with a bot that does as it is told. Every test ends with the check that Slack refused nothing."""
    running.reset()
    running.bot_is_at(stub.url)
    yield running
    running.check()


@pytest.fixture
def web(sandbox: Sandbox) -> WebClient:
    return WebClient("xoxb-sandbox", base_url=sandbox.api_url)
