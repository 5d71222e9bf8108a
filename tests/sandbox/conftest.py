from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.sandbox.manifest import MANIFEST
from tests.sandbox.stub_bot import StubBot


@pytest.fixture
def bot() -> Iterator[StubBot]:
    stub = StubBot()
    yield stub
    stub.stop()


@pytest.fixture
def sandbox(bot: StubBot) -> Iterator[Sandbox]:
    """A workspace whose app is the stub; it waits for an ack not three seconds but 0.4."""
    with Sandbox.start(MANIFEST, bot_url=bot.url, ack_seconds=0.4) as started:
        yield started


@pytest.fixture
def web(sandbox: Sandbox) -> WebClient:
    return WebClient("xoxb-sandbox", base_url=sandbox.api_url)


@pytest.fixture
def analyst(sandbox: Sandbox) -> Persona:
    return sandbox.person("U0AMAZON1")
