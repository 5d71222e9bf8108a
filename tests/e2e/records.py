"""The bot's database as a test may use it: to let time pass in it, and to see what no person sees."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import Executable, create_engine, func, select, text, update
from sqlalchemy.engine import Engine

from storage.database import async_url
from storage.tables import (
    cases,
    deliveries,
    digests,
    disclosures,
    flags,
    lookups,
    members,
    operations,
    organisations,
)

PATIENCE = 40.0

DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}


class Records:
    """A connection beside the bot's own."""

    def __init__(self, url: str) -> None:
        named = async_url(url)
        self._engine: Engine = create_engine(
            named.set(drivername=DRIVERS[named.get_backend_name()]), hide_parameters=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def digest_is_due(self, key: str, ago: timedelta = timedelta(seconds=1)) -> None:
        """As if the moment that its cron names had come this long ago."""
        self._change(update(digests).where(digests.c.key == key).values(due_at=datetime.now(UTC) - ago))

    def flags_are_old(self) -> None:
        """As if an hour had passed since everything was flagged."""
        self._change(update(flags).values(raised_at=datetime.now(UTC) - timedelta(hours=1)))

    def leases_run_out(self) -> None:
        """As if the seconds had passed for which a worker that is no longer there has taken things on."""
        past = datetime.now(UTC) - timedelta(seconds=1)
        for table in (deliveries, lookups):
            self._change(update(table).where(table.c.leased_until.is_not(None)).values(leased_until=past))

    def retries_are_due(self) -> None:
        """As if the seconds had passed for which deliveries and questions wait after a failure."""
        now = datetime.now(UTC)
        for table in (deliveries, lookups):
            self._change(update(table).where(table.c.due_at > now).values(due_at=now))

    @contextmanager
    def nobody_reads(self, table: str) -> Iterator[None]:
        """PostgreSQL: whoever reads or writes the table meanwhile waits until the block ends."""
        with self._engine.begin() as connection:
            connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
            yield

    @contextmanager
    def gone(self, table: str) -> Iterator[None]:
        """As long as the block lasts, the table has another name."""
        self._change(text(f"ALTER TABLE {table} RENAME TO {table}_away"))
        yield
        self._change(text(f"ALTER TABLE {table}_away RENAME TO {table}"))

    def awaits_somebody_waiting(self) -> None:
        """PostgreSQL: until somebody waits for such a lock."""
        query = text(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
            "WHERE NOT granted AND datname = current_database()"
        )
        self._until(lambda: self._one(query) > 0, "Nobody waits for a lock.")

    def awaits_leases(self, count: int) -> None:
        """Until that many deliveries have been taken on by a worker."""
        query = select(func.count()).select_from(deliveries).where(deliveries.c.leased_until.is_not(None))
        self._until(lambda: self._one(query) >= count, f"There are not {count} deliveries taken on.")

    def awaits_a_question(self) -> None:
        """Until a worker has taken on a question to a partner."""
        query = select(func.count()).select_from(lookups).where(lookups.c.leased_until.is_not(None))
        self._until(lambda: self._one(query) > 0, "No question to a partner has been taken on.")

    def awaits_silence(self, within: float = PATIENCE) -> None:
        """Until every delivery has been made."""
        query = select(func.count()).select_from(deliveries).where(deliveries.c.due_at.is_not(None))
        self._until(lambda: self._one(query) == 0, "There are deliveries still to be made.", within)

    def whole_operation(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of what an operation file says, by table."""
        with self._engine.connect() as connection:
            return {
                table.name: [
                    tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))
                ]
                for table in (operations, organisations, members, digests)
            }

    def count_of_cases(self) -> int:
        return int(self._one(select(func.count()).select_from(cases)))

    def count_of_flags(self) -> int:
        return int(self._one(select(func.count()).select_from(flags)))

    def words_of_flags(self) -> list[str]:
        """What people wrote, as it is stored, the oldest first."""
        with self._engine.connect() as connection:
            return list(connection.execute(select(flags.c.words).order_by(flags.c.id)).scalars())

    def shown_through(self) -> list[str]:
        """Through what cases were shown, by the register, the oldest first."""
        with self._engine.connect() as connection:
            query = select(disclosures.c.through).order_by(disclosures.c.id)
            return list(connection.execute(query).scalars())

    def alert_ids(self) -> dict[str, str]:
        """Channel → id of the delivery that keeps its alert."""
        query = select(deliveries.c.address, deliveries.c.id).where(deliveries.c.kind == "alert")
        with self._engine.connect() as connection:
            return {row.address: row.id for row in connection.execute(query)}

    def _until(self, holds: Callable[[], bool], otherwise: str, within: float = PATIENCE) -> None:
        """Look again and again: a database tells nobody of its changes."""
        deadline = time.monotonic() + within
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(otherwise)
            time.sleep(0.01)

    def _one(self, query: Executable) -> Any:
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def _change(self, statement: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(statement)
