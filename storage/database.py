"""The database, and the transaction that a use case runs in."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.disclosures import Disclosure
from bot.domain.errors import SetupError
from storage.access_requests import AccessRequestStore
from storage.alone import RowAlone
from storage.api_flags import ApiFlagStore
from storage.audiences import AudienceStore
from storage.audit import AuditStore
from storage.cases import CaseStore
from storage.digests import DigestStore
from storage.disclosures import DisclosureStore, row_of
from storage.drafts import DraftStore
from storage.facts import FactStore
from storage.flags import FlagStore
from storage.keys import KeyStore
from storage.meetings import MeetingStore
from storage.members import MemberStore
from storage.names import NameStore
from storage.news import NewsStore
from storage.outbox import Outbox
from storage.postgres import postgres_engine
from storage.receipts import ReceiptStore
from storage.sending import Sending
from storage.sqlite import BUSY_TIMEOUT_SECONDS, fresh_engine, sqlite_engine
from storage.tables import disclosures
from storage.writers import Writers

POOL_SIZE = 10


def utc_now() -> datetime:
    """The clock. Whatever decides by time takes ``now`` as a parameter; this is where it comes from."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Transaction:
    """One unit of work: every store on one connection, committed together or not at all."""

    connection: AsyncConnection

    @cached_property
    def cases(self) -> CaseStore:
        return CaseStore(self.connection)

    @cached_property
    def flags(self) -> FlagStore:
        return FlagStore(self.connection)

    @cached_property
    def news(self) -> NewsStore:
        return NewsStore(self.connection)

    @cached_property
    def meetings(self) -> MeetingStore:
        return MeetingStore(self.connection)

    @cached_property
    def members(self) -> MemberStore:
        return MemberStore(self.connection)

    @cached_property
    def names(self) -> NameStore:
        return NameStore(self.connection)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.connection)

    @cached_property
    def sending(self) -> Sending:
        return Sending(self.connection)

    @cached_property
    def facts(self) -> FactStore:
        return FactStore(self.connection)

    @cached_property
    def digests(self) -> DigestStore:
        return DigestStore(self.connection)

    @cached_property
    def receipts(self) -> ReceiptStore:
        return ReceiptStore(self.connection)

    @cached_property
    def audit(self) -> AuditStore:
        return AuditStore(self.connection)

    @cached_property
    def audiences(self) -> AudienceStore:
        return AudienceStore(self.connection)

    @cached_property
    def disclosures(self) -> DisclosureStore:
        return DisclosureStore(self.connection)

    @cached_property
    def access_requests(self) -> AccessRequestStore:
        return AccessRequestStore(self.connection)

    @cached_property
    def drafts(self) -> DraftStore:
        return DraftStore(self.connection)

    @cached_property
    def keys(self) -> KeyStore:
        return KeyStore(self.connection)

    @cached_property
    def api_flags(self) -> ApiFlagStore:
        return ApiFlagStore(self.connection)


class Database:
    """Opens transactions. Closing it closes every connection."""

    def __init__(self, url: str, *, ping_after: float = 1.0) -> None:
        """``ping_after``: seconds that a connection to PostgreSQL may lie idle before it is asked whether it still holds.

        Asking each time would cost as much as a query. A server that went away is noticed by whoever comes first.
        """
        self.url = async_url(url)
        self.engine = (
            sqlite_engine(self.url, POOL_SIZE)
            if self._is_sqlite
            else postgres_engine(self.url, POOL_SIZE, ping_after)
        )
        at_once = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._reading = self.engine if self._is_sqlite else at_once
        self._writing = self.engine.execution_options(writes=True)
        self._register = RowAlone(self.engine, disclosures)
        self._fresh = fresh_engine(self.url) if self._is_sqlite else None
        self._writers = Writers() if self._is_sqlite else None

    @property
    def _is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        """A transaction that writes: commits at the end of the block, rolls back where it raises."""
        async with self._writers or nullcontext(), self._writing.begin() as connection:
            yield Transaction(connection)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """Only reads: on SQLite as of one moment, and without waiting for a writer.

        PostgreSQL's default gives each statement its own moment within a transaction too, so there is none: beginning
        and ending it would be two more ways to the server and back.
        """
        async with self._reading.connect() as connection:
            yield Transaction(connection)

    async def disclose(self, entry: Disclosure) -> None:
        """Write a showing by itself: a transaction of one row, with no beginning and no end to wait for."""
        async with self._writers or nullcontext():
            await self._register.write(row_of(entry))

    async def reach(self, *, make: bool = False) -> None:
        """Raise :class:`SetupError`, with the database's own words, unless it can be opened; ``make``: and written to.

        Of SQLite there is a file to make, with its folder; without ``make`` nothing is made.
        """
        try:
            if self._is_sqlite:
                self._reach_file(make=make)
            else:
                async with self.engine.connect():
                    pass
        except (DBAPIError, sqlite3.Error, OSError) as error:
            raise SetupError([f"DATABASE_URL: the database cannot be opened: {words_of(error)}"]) from error

    def _reach_file(self, *, make: bool) -> None:
        file = Path(self.url.database or "")
        if make:
            file.parent.mkdir(parents=True, exist_ok=True)
        elif not file.exists():
            raise SetupError([f"DATABASE_URL: there is no {file} yet; run python -m bot migrate"])
        # Not through aiosqlite: where it cannot open a file, it leaves a thread behind that ends in a traceback.
        with closing(sqlite3.connect(file, BUSY_TIMEOUT_SECONDS, isolation_level=None)) as connection:
            connection.execute("PRAGMA schema_version")
            if make:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
                # Here, where one comes after the other: SQLite waits for nobody when it changes this.
                connection.execute("PRAGMA journal_mode = WAL")

    async def ping(self) -> None:
        """Raise unless the database answers with something that is stored in it.

        On SQLite by a connection of its own: one from the pool goes on reading a file that is gone.
        """
        engine = self._fresh if self._fresh is not None else self.engine
        async with engine.connect() as connection:
            await connection.execute(text("SELECT version_num FROM alembic_version"))

    async def close(self) -> None:
        """Let go of every connection."""
        await self.engine.dispose()


def words_of(error: Exception) -> str:
    """What the database itself says, in one line."""
    return str(getattr(error, "orig", error)).strip().partition("\n")[0]


def async_url(url: str) -> URL:
    """The address with our driver in it: hosts and people write ``postgres://…``, ``postgresql://…``, ``sqlite:///…``.

    Raises :class:`ValueError` in words that hold nothing of it: there may be a password in it.
    """
    try:
        parsed = make_url(
            url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url
        )
    except (ArgumentError, ValueError) as error:
        raise ValueError(
            "cannot be read; write sqlite:///path or postgresql://user:password@host/name"
        ) from error
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
    backend = parsed.get_backend_name()
    if backend not in drivers:
        raise ValueError(f"{backend} is not supported; use sqlite:///path or postgresql://…")
    name = parsed.database or ":memory:"
    if backend == "sqlite" and (":memory:" in name or parsed.query.get("mode") == "memory"):
        raise ValueError("a database in memory is gone with each connection; use sqlite:///path")
    return parsed.set(drivername=drivers[backend])
