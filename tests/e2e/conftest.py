"""A workspace with the bot in it, and the people who use it. Every test ends with the check that Slack refused nothing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.e2e.bots import OPERATION_FILE, ROOT, BotProcess, BotThread, Finished, ran
from tests.e2e.records import Records

StartProcess = Callable[..., BotProcess]
RunCommand = Callable[..., Finished]
Settings = dict[str, str]

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""For what needs several processes on one database."""


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A workspace. It waits for acks as long as a busy machine needs: how quick they are is for `make bench` to say."""
    ack_seconds = 3.0 if request.node.get_closest_marker("hasty") else 20.0
    with Sandbox.start(ROOT / "manifest.json", ack_seconds=ack_seconds) as started:
        yield started
        started.check()


@pytest.fixture
def settings(sandbox: Sandbox, database_url: str) -> Settings:
    """What a bot is told: the workspace and the database. The carrier's stand-in needs no five seconds between calls."""
    sandbox.post("/sandbox/partners/dhl/limits", {"enabled": False})
    return sandbox.settings() | {"DATABASE_URL": database_url, "DHL_SECONDS_BETWEEN_CALLS": "0"}


@pytest.fixture
def operation() -> Path:
    """The operation file that the bot is started with."""
    return OPERATION_FILE


@pytest.fixture
def bot(sandbox: Sandbox, settings: Settings, operation: Path) -> Iterator[BotThread]:
    """The bot, running and known to the workspace. It may log no error that its test does not mean."""
    with BotThread(settings, operation) as running:
        sandbox.bot_is_at(running.url)
        yield running
        sandbox.bot_leaves()
        assert not running.log.errors, "\n".join(running.log.errors)


@pytest.fixture
def start(sandbox: Sandbox, settings: Settings, tmp_path: Path) -> Iterator[StartProcess]:
    """Starts a command of the program as a process: ``start("run", PORT="0")``."""
    with ExitStack() as stack:

        def starting(*command: str, **more: str) -> BotProcess:
            return stack.enter_context(BotProcess(*command, settings=settings | more, folder=tmp_path))

        yield starting
        sandbox.bot_leaves()


@pytest.fixture
def run(settings: Settings, tmp_path: Path) -> RunCommand:
    """Runs a command of the program to its end: ``run("check", DHL_API_KEY="wrong")``."""

    def running(*command: str, **more: str) -> Finished:
        return ran(*command, settings=settings | more, folder=tmp_path)

    return running


@pytest.fixture
def records(database_url: str) -> Iterator[Records]:
    """The bot's database, for what no person sees, and to let time pass in it."""
    with Records(database_url) as opened:
        yield opened


@pytest.fixture
def marketplace(sandbox: Sandbox) -> Persona:
    """An analyst of the marketplace."""
    return sandbox.person("U0AMAZON1")


@pytest.fixture
def carrier(sandbox: Sandbox) -> Persona:
    """An analyst of the carrier."""
    return sandbox.person("U0DHL1")


@pytest.fixture
def customs(sandbox: Sandbox) -> Persona:
    """An analyst of customs."""
    return sandbox.person("U0CBP1")


@pytest.fixture
def centre(sandbox: Sandbox) -> Persona:
    """An analyst of the IPR Center."""
    return sandbox.person("U0IPRC1")


@pytest.fixture
def coordinator(sandbox: Sandbox) -> Persona:
    """The operation's coordinator."""
    return sandbox.person("U0COORD1")
