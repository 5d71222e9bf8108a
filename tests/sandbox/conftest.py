from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.sandbox.manifest import MANIFEST
from tests.sandbox.stub_bot import StubBot


@pytest.fixture(scope="session")
def patient() -> Iterator[Sandbox]:
    """One workspace for all tests that do not start their own. It waits for an ack as long as a busy machine needs."""
    with Sandbox.start(MANIFEST, ack_seconds=20.0) as started:
        yield started


@pytest.fixture(scope="session")
def hasty() -> Iterator[Sandbox]:
    """Another, for tests of a missing ack: it waits a second."""
    with Sandbox.start(MANIFEST, ack_seconds=1.0) as started:
        yield started


@pytest.fixture
def running(request: pytest.FixtureRequest) -> Sandbox:
    chosen: Sandbox = request.getfixturevalue(
        "hasty" if request.node.get_closest_marker("hasty") else "patient"
    )
    return chosen


@pytest.fixture
def bot() -> Iterator[StubBot]:
    started = StubBot()
    yield started
    started.stop()


@pytest.fixture
def sandbox(running: Sandbox, bot: StubBot) -> Sandbox:
    """The workspace as seeded, with the stub as its app."""
    running.reset()
    running.bot_is_at(bot.url)
    return running


@pytest.fixture
def web(sandbox: Sandbox) -> WebClient:
    return WebClient("xoxb-sandbox", base_url=sandbox.api_url)


@pytest.fixture
def analyst(sandbox: Sandbox) -> Persona:
    return sandbox.person("U0AMAZON1")
