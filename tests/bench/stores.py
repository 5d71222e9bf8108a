"""The two databases: each filled once, then copied for everyone who is measured."""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg.sql import SQL, Identifier

from tests.bench.cases import fill
from tests.bench.texts import Stored
from tests.postgres import address_of_server, hold

DURABLE = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
"""What the tests' server goes without, and an operation's server does not."""

GONE_WITHIN = 15.0
"""Seconds in which PostgreSQL has stopped and its data is removed."""


class Store(Protocol):
    """One kind of database."""

    stored: list[Stored]
    """What every copy holds."""

    @contextmanager
    def copy(self) -> Iterator[str]:
        """The address of a database of one's own, for as long as the block lasts."""
        ...


class SqliteStore:
    """A file, and copies of it beside it."""

    def __init__(self, folder: Path, slack: str) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._filled = folder / "filled.db"
        self.stored = asyncio.run(fill(f"sqlite:///{self._filled}", slack))

    @contextmanager
    def copy(self) -> Iterator[str]:
        """A copy of the file, gone afterwards."""
        path = Path(shutil.copy(self._filled, self._folder / f"copy-{next(self._numbers)}.db"))
        try:
            yield f"sqlite:///{path}"
        finally:
            for left in self._folder.glob(f"{path.name}*"):
                left.unlink()


class PostgresServer:
    """A server of the bench's own: quick while databases are filled, then as safe against power cuts as by default."""

    def __init__(self, directory: Path) -> None:
        self._address = address_of_server(directory)
        self._admin = psycopg.connect(self._url("postgres"), autocommit=True)

    def create(self, name: str, template: str = "template1") -> str:
        """A database, empty or as its template; its address."""
        create = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._admin.execute(create.format(Identifier(name), Identifier(template)))
        return self._url(name)

    def drop(self, name: str) -> None:
        self._admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def settle(self, name: str) -> None:
        """Do for a filled database what autovacuum would do sooner or later, in the midst of a measurement."""
        with psycopg.connect(self._url(name), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def harden(self) -> None:
        """From now on as safe, and as slow, as an operation's server."""
        for setting in DURABLE:
            self._admin.execute(SQL("ALTER SYSTEM RESET {}").format(Identifier(setting)))
        self._admin.execute("SELECT pg_reload_conf()")
        self._admin.execute("CHECKPOINT")

    def keep_to(self, cores: frozenset[int]) -> None:
        """Have every process that is started for a connection stay on these cores."""
        if cores:
            (data,) = self._admin.execute("SHOW data_directory").fetchone() or ("",)
            starts_them = int((Path(data) / "postmaster.pid").read_text().partition("\n")[0])
            os.sched_setaffinity(starts_them, cores)

    def close(self) -> None:
        self._admin.close()

    def _url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._address}"


class PostgresStore:
    """A database filled once, and copies of it."""

    TEMPLATE = "filled"

    def __init__(self, server: PostgresServer, slack: str) -> None:
        self._server = server
        self._numbers = count(1)
        self.stored = asyncio.run(fill(server.create(self.TEMPLATE), slack))
        server.settle(self.TEMPLATE)

    @contextmanager
    def copy(self) -> Iterator[str]:
        """A copy of the database, dropped afterwards."""
        name = f"copy_{next(self._numbers)}"
        url = self._server.create(name, self.TEMPLATE)
        try:
            yield url
        finally:
            self._server.drop(name)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """The server, from its start to its end; its data lies on the disk that temporary files lie on."""
    directory = Path(tempfile.mkdtemp(prefix="operation-bench-"))
    with ExitStack() as stack:
        stack.callback(_wait_until_gone, directory)
        # The server's keeper stops it and removes the directory when this is closed.
        stack.callback(os.close, hold(directory))
        server = PostgresServer(directory)
        stack.callback(server.close)
        yield server


def _wait_until_gone(directory: Path) -> None:
    """Nothing of ours runs on after the table: the directory is the last that the server's keeper removes."""
    if not (directory / "address").exists():
        shutil.rmtree(directory)
    patience = time.monotonic() + GONE_WITHIN
    while directory.exists() and time.monotonic() < patience:
        time.sleep(0.02)
