"""What many tests stand on: databases of both kinds, a clock, the example operation, and the services on them."""

import asyncio
import os
import shutil
import tomllib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg.sql import SQL, Identifier, Literal

from bot.domain.operations import OperationPlan, read_operation
from bot.factory import Outside, services_on
from bot.services.all import Services
from bot.services.members import Members
from storage.database import Database
from storage.facts import Allowance
from storage.migrate import migrate
from tests.desk import Desk
from tests.doubles import Clock, Nudges, RememberingChannels, RememberingPartner, RememberingTransport
from tests.factories import TEAM
from tests.postgres import address_of_server, hold, new_run_directory

settings.register_profile(
    "quick", deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=2000)
settings.load_profile("quick")
"""``make thorough`` takes the other one."""

ROOT = Path(__file__).parent.parent
RUN_DIRECTORY = pytest.StashKey[Path]()
HELD = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-data", action="store_true", help="write tests/data anew from what is rendered now"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Every process of the run shares one directory; the one that began it holds it, and so its PostgreSQL, alive."""
    if hasattr(config, "workerinput"):
        config.stash[RUN_DIRECTORY] = Path(config.workerinput["run_directory"])
    else:
        config.stash[RUN_DIRECTORY] = new_run_directory()
        config.stash[HELD] = hold(config.stash[RUN_DIRECTORY])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each pytest-xdist worker where that directory is."""
    node.workerinput["run_directory"] = str(node.config.stash[RUN_DIRECTORY])


def pytest_unconfigure(config: pytest.Config) -> None:
    if HELD in config.stash:
        if not (config.stash[RUN_DIRECTORY] / "address").exists():
            shutil.rmtree(config.stash[RUN_DIRECTORY], ignore_errors=True)
        os.close(config.stash[HELD])


class Postgres:
    """The run's server, seen from one process: makes and drops databases."""

    TEMPLATE = "template_migrated"

    def __init__(self, address: str, process: str) -> None:
        self._address = address
        self._process = process
        self._numbers = count(1)
        self._admin = psycopg.connect(self.url("postgres"), autocommit=True)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._address}"

    def create(self, template: str) -> str:
        """A fresh database; its name."""
        name = f"test_{self._process}_{next(self._numbers)}"
        create = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._admin.execute(create.format(Identifier(name), Identifier(template)))
        return name

    def refuse(self, name: str, *, refuses: bool) -> None:
        """Let nobody into a database any more, and put out who is in it; or let them in again."""
        allow = SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        self._admin.execute(allow.format(Identifier(name), Literal(not refuses)))
        if refuses:
            put_out = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
            self._admin.execute(put_out, [name])

    def drop(self, name: str) -> None:
        self._admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def close(self) -> None:
        self._admin.close()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest, worker_id: str) -> Iterator[Postgres]:
    """The run's one PostgreSQL server, started by whoever needs it first."""
    server = Postgres(address_of_server(request.config.stash[RUN_DIRECTORY]), worker_id)
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """A database with every table and no row."""
    name = postgres.create("template0")
    asyncio.run(_migrated(postgres.url(name)))
    return name


@pytest.fixture(scope="session")
def postgres_operation(postgres: Postgres, postgres_template: str, example: OperationPlan) -> str:
    """A database with the example operation in it."""
    name = postgres.create(postgres_template)
    asyncio.run(_applied(postgres.url(name), example))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table and no row."""
    path = tmp_path_factory.mktemp("template") / "operation.db"
    asyncio.run(_migrated(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def sqlite_operation(sqlite_template: Path, example: OperationPlan) -> Path:
    """A file with the example operation in it."""
    path = Path(shutil.copy(sqlite_template, sqlite_template.with_name("applied.db")))
    asyncio.run(_applied(f"sqlite:///{path}", example))
    return path


async def _migrated(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()


async def _applied(url: str, plan: OperationPlan) -> None:
    database = Database(url)
    await Members(database, Clock().now).apply(plan)
    await database.close()


def _template(request: pytest.FixtureRequest, kind: str) -> Any:
    """With the example operation where the test, or a fixture it uses, asks for it: applying it anew takes long."""
    wanted = "operation" if "operation" in request.fixturenames else "template"
    return request.getfixturevalue(f"{kind}_{wanted}")


@pytest.fixture
def postgresql_url(request: pytest.FixtureRequest, postgres: Postgres) -> Iterator[str]:
    """A PostgreSQL database of the test's own, migrated."""
    name = postgres.create(_template(request, "postgres"))
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An SQLite file of the test's own, migrated."""
    return f"sqlite:///{shutil.copy(_template(request, 'sqlite'), tmp_path / 'operation.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of the test's own, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def example() -> OperationPlan:
    """The operation of ``operation.example.toml``: four organisations and ten people."""
    return read_operation(tomllib.loads((ROOT / "operation.example.toml").read_text()))


@pytest.fixture
def operation(database: Database, example: OperationPlan) -> OperationPlan:
    """The example operation, applied at the moment at which ``clock`` begins."""
    return example


@pytest.fixture
def transport() -> RememberingTransport:
    return RememberingTransport()


@pytest.fixture
def dhl() -> RememberingPartner:
    return RememberingPartner()


@pytest.fixture
def nudges() -> Nudges:
    return Nudges()


@pytest.fixture
def allowance() -> Allowance:
    """DHL's for a new key: 250 a day, one in five seconds."""
    return Allowance(250, timedelta(seconds=5))


@pytest.fixture
def channels(example: OperationPlan) -> RememberingChannels:
    """Each alerts channel with the people of its own organisation."""
    known = RememberingChannels()
    for organisation in example.organisations:
        mine = (member.slack_user for member in example.members if member.organisation == organisation.key)
        known.put(organisation.alerts_channel, *mine)
    return known


@pytest.fixture
def services(
    database: Database,
    operation: OperationPlan,
    clock: Clock,
    transport: RememberingTransport,
    channels: RememberingChannels,
    dhl: RememberingPartner,
    nudges: Nudges,
    allowance: Allowance,
) -> Services:
    """The services on a database with the example operation; the bot is installed in team ``T0OPS``."""
    outside = Outside(transport, channels, [dhl], allowance, lambda: TEAM)
    return services_on(database, clock.now, outside, nudges, b"the operation's key, 32 bytes long")


@pytest.fixture
def desk(
    services: Services,
    database: Database,
    clock: Clock,
    transport: RememberingTransport,
    dhl: RememberingPartner,
) -> Desk:
    """The services in short words."""
    return Desk(services, database, clock, transport, dhl)
