"""One workspace for all leak tests of a process; a bot with an empty database for each play."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import pytest

from sandbox.client import Sandbox
from tests.conftest import Postgres
from tests.e2e.bots import ROOT
from tests.leaks.people import operation_file, workspace_seed
from tests.leaks.running import SteppedBot, all_logs
from tests.leaks.world import World

Play = Callable[[], AbstractContextManager[World]]


@pytest.fixture(scope="module")
def workspace() -> Iterator[Sandbox]:
    with Sandbox.start(ROOT / "manifest.json", seed=workspace_seed(), ack_seconds=30) as started:
        yield started


@pytest.fixture(scope="module")
def play(workspace: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Opens a new play: the workspace as seeded, and a bot that knows nothing yet."""
    folder = tmp_path_factory.mktemp("leaks")
    numbers = count(1)

    @contextmanager
    def empty_file() -> Iterator[str]:
        yield f"sqlite:///{shutil.copy(sqlite_template, folder / f'{next(numbers)}.db')}"

    return _plays(workspace, folder, empty_file)


@pytest.fixture(scope="module")
def play_on_postgresql(
    workspace: Sandbox, postgres: Postgres, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Play:
    """The same on the other database."""

    @contextmanager
    def empty_database() -> Iterator[str]:
        name = postgres.create(postgres_template)
        yield postgres.url(name)
        postgres.drop(name)

    return _plays(workspace, tmp_path_factory.mktemp("leaks"), empty_database)


def _plays(
    workspace: Sandbox, folder: Path, empty_database: Callable[[], AbstractContextManager[str]]
) -> Play:
    operation = folder / "operation.toml"
    operation.write_text(operation_file())

    @contextmanager
    def playing() -> Iterator[World]:
        workspace.reset()
        workspace.without_limits()
        workspace.post("/sandbox/partners/dhl/limits", {"enabled": False})
        with empty_database() as url, all_logs() as logs:
            settings = workspace.settings() | {
                "DATABASE_URL": url,
                "DHL_SECONDS_BETWEEN_CALLS": "0",
                "OPERATION_KEY": "as long as a key of an operation has to be",
            }
            with SteppedBot(settings, operation) as bot:
                workspace.bot_is_at(bot.url)
                world = World(workspace, bot, logs)
                try:
                    yield world
                finally:
                    world.close_everything()
                    workspace.bot_is_at(None)
        workspace.check()

    return playing


@pytest.fixture
def world(play: Play, record_property: Callable[[str, object], None]) -> Iterator[World]:
    """A play of the test's own."""
    with play() as opened:
        yield opened
        record_property("traffic inspected", opened.inspected)


@pytest.fixture
def world_on_postgresql(
    play_on_postgresql: Play, record_property: Callable[[str, object], None]
) -> Iterator[World]:
    """A play of the test's own, on the other database."""
    with play_on_postgresql() as opened:
        yield opened
        record_property("traffic inspected", opened.inspected)
