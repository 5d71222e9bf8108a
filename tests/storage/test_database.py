"""Transactions on both databases: whole or not at all, and no update is lost."""

import asyncio
import os
import socket
import sqlite3
import threading
import traceback
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from bot.domain.digests import DigestPlan
from bot.domain.disclosures import Disclosure, Shown
from bot.domain.errors import SetupError
from bot.domain.operations import OperationPlan
from bot.domain.people import Person
from storage.database import POOL_SIZE, Database, async_url
from storage.migrate import migrate
from storage.tables import receipts
from tests.conftest import Postgres
from tests.factories import NOON
from tests.forwarding import line_to

SHOWN = Disclosure(
    datetime(2026, 1, 5, 12, 30, 15, 250_000, UTC),
    Shown(7, 3, ("subject", "flag 1")),
    frozenset({"amazon", "dhl"}),
    Person("T1", "U1"),
    "C1",
    "/case",
)


async def test_it_answers(database: Database) -> None:
    await database.ping()


async def _takes_and_breaks_off(database: Database, request: str) -> None:
    async with database.begin() as tx:
        await tx.receipts.take(request, NOON)
        raise ZeroDivisionError


async def test_what_raises_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await _takes_and_breaks_off(database, "request 1")
    async with database.begin() as tx:
        assert await tx.receipts.take("request 1", NOON)


async def test_a_row_by_itself_is_stored_at_once_and_leaves_the_connection_as_it_was(
    database: Database,
) -> None:
    await database.disclose(SHOWN)
    with pytest.raises(ZeroDivisionError):
        await _takes_and_breaks_off(database, "request 1")
    async with database.begin() as tx:
        assert await tx.disclosures.of_case(7, 9) == [SHOWN]
        assert await tx.receipts.take("request 1", NOON)


async def test_a_row_by_itself_that_is_refused_is_told_as_any_other_and_leaves_no_connection_behind(
    database: Database,
) -> None:
    refused = replace(SHOWN, channel=cast("str", None))
    for _ in range(2 * POOL_SIZE + 1):
        with pytest.raises(IntegrityError):
            await database.disclose(refused)
    await database.disclose(SHOWN)
    async with database.read() as tx:
        assert await tx.disclosures.of_case(7, 9) == [SHOWN]


async def test_a_row_by_itself_for_which_no_connection_is_made_is_told_as_any_other(
    postgres: Postgres, postgresql_url: str
) -> None:
    database = Database(postgresql_url)
    name = database.url.database or ""
    postgres.refuse(name, refuses=True)
    with pytest.raises(OperationalError):
        await database.disclose(SHOWN)
    postgres.refuse(name, refuses=False)
    await database.close()


async def test_what_is_refused_is_told_without_what_stood_in_the_row(database: Database) -> None:
    async def doubled() -> None:
        async with database.begin() as tx:
            for _ in range(2):
                await tx.connection.execute(insert(receipts), {"key": "counterfeit earbuds", "at": NOON})

    for refused in (doubled(), database.disclose(replace(SHOWN, channel=cast("str", None)))):
        with pytest.raises(IntegrityError) as told:
            await refused
        for words in ("counterfeit earbuds", "U1", "flag 1"):
            assert words not in "".join(traceback.format_exception(told.value))


async def test_a_connection_that_the_server_has_dropped_is_replaced_unnoticed(
    postgres: Postgres, postgres_operation: str
) -> None:
    name = postgres.create(postgres_operation)
    database = Database(postgres.url(name), ping_after=0.0)
    await database.ping()
    others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        assert admin.execute(others).rowcount == 1
    await database.ping()
    await database.close()
    postgres.drop(name)


async def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database = Database(f"postgresql://postgres@127.0.0.1:{silent.getsockname()[1]}/x")
        async with asyncio.timeout(20):
            with pytest.raises(SetupError, match="timeout"):
                await database.reach()


async def test_a_server_that_is_lost_without_a_word_is_given_up(
    postgres: Postgres, postgres_template: str, unused_tcp_port: int
) -> None:
    async with line_to(postgres, unused_tcp_port) as line:
        address = f"{line}/{postgres_template}"
        for given, milliseconds in (("", 20_000), ("?tcp_user_timeout=7000", 7000)):
            database = Database(address + given)
            async with database.read() as tx:
                driven: Any = (await tx.connection.get_raw_connection()).driver_connection
                with socket.socket(fileno=os.dup(driven.pgconn.socket)) as used:
                    assert used.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == milliseconds
                    assert used.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 10
            await database.close()


async def test_no_update_is_lost_where_many_read_and_then_write(database: Database) -> None:
    async with database.begin() as tx:
        await tx.connection.execute(text("CREATE TABLE counters (n INTEGER)"))
        await tx.connection.execute(text("INSERT INTO counters VALUES (0)"))
    read = "SELECT n FROM counters"
    if database.url.get_backend_name() == "postgresql":
        read += " FOR UPDATE"

    async def count_on() -> None:
        async with database.begin() as tx:
            n = (await tx.connection.execute(text(read))).scalar_one()
            await asyncio.sleep(0)
            await tx.connection.execute(text("UPDATE counters SET n = :n"), {"n": n + 1})

    await asyncio.gather(*(count_on() for _ in range(40)))
    async with database.read() as tx:
        assert (await tx.connection.execute(text("SELECT n FROM counters"))).scalar_one() == 40


async def test_two_programs_on_one_file_do_not_get_in_each_others_way(sqlite_url: str) -> None:
    first, second = Database(sqlite_url), Database(sqlite_url)

    async def take(database: Database, number: int) -> bool:
        async with database.begin() as tx:
            return await tx.receipts.take(f"request {number}", NOON)

    taken = await asyncio.gather(
        *(take(database, number) for number in range(25) for database in (first, second))
    )
    assert sum(taken) == 25
    await first.close()
    await second.close()


async def test_a_reader_waits_for_no_writer(database: Database) -> None:
    async with database.begin() as writing:
        await writing.receipts.take("request 1", NOON)
        async with asyncio.timeout(5), database.read() as reading:
            assert await reading.receipts.answer_to("request 1") is None


async def test_references_between_tables_hold(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.begin() as tx:
            await tx.connection.execute(
                text(
                    "INSERT INTO members (slack_team, slack_user, organisation, roles) VALUES ('', 'U1', 'nobody', 'analyst')"
                )
            )


async def test_a_moment_comes_back_as_it_was_in_utc(database: Database) -> None:
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    moment = datetime(2026, 7, 1, 3, 15, 30, 123456, tzinfo=kathmandu)
    async with database.begin() as tx:
        await tx.receipts.take("request 1", moment)
        stored = (await tx.connection.execute(receipts.select())).one().at
    assert stored == moment
    assert stored.tzinfo is UTC


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        async with database.begin() as tx:
            await tx.receipts.take("request 1", NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@db.example:5432/ofa", "postgresql+psycopg://u:p@db.example:5432/ofa"),
        (
            "postgresql://u:p@db.example/ofa?sslmode=require",
            "postgresql+psycopg://u:p@db.example/ofa?sslmode=require",
        ),
        ("postgresql+psycopg://db.example/ofa", "postgresql+psycopg://db.example/ofa"),
        ("sqlite:///var/operation.db", "sqlite+aiosqlite:///var/operation.db"),
        ("sqlite:////abs/operation.db", "sqlite+aiosqlite:////abs/operation.db"),
    ],
)
def test_an_address_is_understood_as_hosts_and_people_write_it(given: str, used: str) -> None:
    assert async_url(given).render_as_string(hide_password=False) == used


def test_another_kind_of_database_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="mysql is not supported"):
        async_url("mysql://db.example/ofa")


@pytest.mark.parametrize("url", ["hunter2", "postgresql://u:hunter2@db:port/ofa", "", "sqlite:/hunter2"])
def test_what_is_no_address_is_said_without_a_word_of_it(url: str) -> None:
    with pytest.raises(ValueError, match="cannot be read") as told:
        async_url(url)
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="in memory"):
        async_url(url)


async def test_the_folder_of_a_new_file_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'var' / 'deeper' / 'operation.db'}")
    await migrate(database)
    await database.close()
    assert (tmp_path / "var" / "deeper" / "operation.db").exists()


@pytest.mark.parametrize("folder", ["case #1", "100%23"])
async def test_it_answers_whatever_its_folder_is_called(tmp_path: Path, folder: str) -> None:
    database = Database(f"sqlite:///{quote(str(tmp_path / folder / 'operation.db'))}")
    await migrate(database)
    await database.ping()
    await database.close()


async def test_reaching_makes_nothing_by_itself(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'var' / 'operation.db'}")
    with pytest.raises(SetupError, match="run python -m bot migrate"):
        await database.reach()
    assert not (tmp_path / "var").exists()
    await database.close()


async def test_a_file_that_cannot_be_written_to_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, where a folder is needed")
    database = Database(f"sqlite:///{tmp_path / 'var' / 'operation.db'}")
    with pytest.raises(SetupError, match="DATABASE_URL: the database cannot be opened"):
        await migrate(database)
    await database.close()


@pytest.mark.parametrize("way", ["by itself", "in a transaction"])
async def test_who_is_cancelled_twice_while_another_process_writes_leaves_nothing_that_never_ends(
    sqlite_url: str, way: str
) -> None:
    database = Database(sqlite_url)

    async def write() -> None:
        if way == "by itself":
            await database.disclose(SHOWN)
        else:
            async with database.begin():
                pass

    threads = set(threading.enumerate())
    await write()
    before = asyncio.all_tasks()
    with closing(sqlite3.connect(database.url.database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(write())
        for _ in range(2):
            for _ in range(10):
                await asyncio.sleep(0)  # until it waits for the file, and then for its end
            writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        other.execute("ROLLBACK")
    _, endless = await asyncio.wait(asyncio.all_tasks() - before, timeout=5)
    assert not endless
    await database.close()
    for thread in set(threading.enumerate()) - threads:  # they tell this loop how it ended
        await asyncio.to_thread(thread.join, 5)


# -- receipts and drafts ------------------------------------------------------------------------------------------


async def test_a_receipt_is_taken_once(database: Database) -> None:
    async with database.begin() as tx:
        assert await tx.receipts.take("request 1", NOON)
        assert not await tx.receipts.take("request 1", NOON)
        assert await tx.receipts.take("request 2", NOON)


async def test_of_many_who_take_one_receipt_at_once_one_gets_it(database: Database) -> None:
    async def take() -> bool:
        async with database.begin() as tx:
            return await tx.receipts.take("request 1", NOON)

    assert sum(await asyncio.gather(*(take() for _ in range(10)))) == 1


async def test_receipts_are_kept_for_as_long_as_slack_may_repeat(database: Database) -> None:
    async with database.begin() as tx:
        await tx.receipts.take("request 1", NOON)
        await tx.receipts.forget_old(NOON + timedelta(hours=24, minutes=30))
        assert not await tx.receipts.take("request 1", NOON)
        await tx.receipts.forget_old(NOON + timedelta(hours=26))
        assert await tx.receipts.take("request 1", NOON)


async def test_a_draft_is_its_authors_alone(database: Database) -> None:
    async with database.begin() as tx:
        key = await tx.drafts.keep("T0OPS", "U0DHL1", {"words": "ünïcode 📦"}, NOON)
        assert await tx.drafts.of(key, "T0OPS", "U0DHL1") == {"words": "ünïcode 📦"}
        assert await tx.drafts.of(key, "T0OPS", "U0DHL2") is None
        assert await tx.drafts.of(key, "T0OTHER", "U0DHL1") is None
        assert await tx.drafts.of("no such draft", "T0OPS", "U0DHL1") is None


async def test_a_draft_that_nobody_takes_up_is_gone_after_a_day(database: Database) -> None:
    async with database.begin() as tx:
        key = await tx.drafts.keep("T0OPS", "U0DHL1", {}, NOON)
        await tx.drafts.forget_old(NOON + timedelta(hours=23))
        assert await tx.drafts.of(key, "T0OPS", "U0DHL1") == {}
        await tx.drafts.forget_old(NOON + timedelta(hours=25))
        assert await tx.drafts.of(key, "T0OPS", "U0DHL1") is None


# -- digests ------------------------------------------------------------------------------------------------------


async def test_a_due_digest_is_claimed_by_one_of_many_workers(database: Database) -> None:
    plan = DigestPlan("daily", "C0OPS", "30 8 * * mon-fri", "UTC")
    async with database.begin() as tx:
        await tx.digests.put(plan, NOON)
        (due,) = await tx.digests.all()
    later = NOON + timedelta(days=3)

    async def claim() -> bool:
        async with database.begin() as tx:
            return await tx.digests.claim(due, later)

    assert sum(await asyncio.gather(*(claim() for _ in range(8)))) == 1
    async with database.read() as tx:
        (claimed,) = await tx.digests.all()
    assert claimed.due_at > later
    assert claimed.covered_until == later


async def test_applying_the_same_digest_again_keeps_its_due_time(database: Database) -> None:
    plan = DigestPlan("daily", "C0OPS", "30 8 * * mon-fri", "UTC")
    async with database.begin() as tx:
        await tx.digests.put(plan, NOON)
        (before,) = await tx.digests.all()
        await tx.digests.put(plan, NOON + timedelta(days=7))
        assert await tx.digests.all() == [before]


async def test_a_digest_with_a_new_clock_counts_from_now(database: Database) -> None:
    async with database.begin() as tx:
        await tx.digests.put(DigestPlan("daily", "C0OPS", "30 8 * * mon-fri", "UTC"), NOON)
        await tx.digests.put(DigestPlan("daily", "C0NEW", "0 17 * * *", "UTC"), NOON)
        (changed,) = await tx.digests.all()
    assert changed.plan.channel == "C0NEW"
    assert changed.due_at == NOON + timedelta(hours=5)


# -- the operation's lists ----------------------------------------------------------------------------------------


async def test_the_operation_is_read_back_as_its_file_says(
    database: Database, operation: OperationPlan
) -> None:
    async with database.read() as tx:
        assert await tx.members.operation() == operation.operation
        assert await tx.members.organisations() == operation.organisations
        assert set(await tx.members.all_members()) == set(operation.members)
        assert [digest.plan for digest in await tx.digests.all()] == list(operation.digests)
