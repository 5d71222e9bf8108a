"""The audit trail in both databases: written once, chained once, and changed by nobody unseen."""
# ruff: noqa: S608  # the names of tables and columns are the test's own

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audit import GENESIS, AuditEntry, Head
from bot.domain.audit_check import verify
from bot.services.audit import Audit, check_trail
from storage.audit import AuditStore
from storage.database import Database, utc_now
from tests.factories import tell_of_closing
from tests.transactions import done, undone

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def entries(number: int, first: int = 1) -> list[AuditEntry]:
    return [
        AuditEntry(NOON + timedelta(minutes=minute), "case.flagged", f"OFA-{minute}")
        for minute in range(first, first + number)
    ]


async def write(database: Database, *written: AuditEntry) -> None:
    async with database.begin() as tx:
        await AuditStore(tx.connection).write(*written)


async def sequence(database: Database, limit: int = 1000) -> int:
    async with database.begin() as tx:
        return await AuditStore(tx.connection).chain(limit)


async def told(database: Database) -> list[str]:
    """What each link of the chain tells of, in the chain's order; the chain has to hold."""
    async with database.read() as tx:
        links = await AuditStore(tx.connection).links(0, 10_000)
    assert verify(links).holds
    return [link.content.split('"')[3] for link in links]


@pytest.fixture
async def trail(database: Database) -> Database:
    """A database with five entries in its chain."""
    await write(database, *entries(5))
    assert await sequence(database) == 5
    return database


# -- writing and chaining -------------------------------------------------------------------------------------


async def test_entries_are_chained_in_the_order_in_which_they_were_written(database: Database) -> None:
    await write(database, *entries(3))
    await write(database, *entries(2, first=4))
    assert await sequence(database) == 5
    assert await sequence(database) == 0
    assert await told(database) == ["OFA-1", "OFA-2", "OFA-3", "OFA-4", "OFA-5"]


async def test_a_chain_goes_on_where_it_stopped(database: Database) -> None:
    await write(database, *entries(5))
    assert [await sequence(database, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    await write(database, *entries(1, first=6))
    assert await sequence(database) == 1
    assert len(await told(database)) == 6


async def test_what_was_rolled_back_leaves_nothing(trail: Database) -> None:
    async with undone(trail) as connection:
        await AuditStore(connection).write(*entries(3, first=6))
    async with trail.read() as tx:
        store = AuditStore(tx.connection)
        assert await store.queued() == 0
        assert (await store.unchained()).count == 0
    assert await sequence(trail) == 0
    assert len(await told(trail)) == 5


async def test_links_are_read_in_pages(trail: Database) -> None:
    async with trail.read() as tx:
        store = AuditStore(tx.connection)
        pages = [[link.seq for link in await store.links(after, 2)] for after in (0, 2, 4, 5)]
        head = await store.head()
    assert pages == [[1, 2], [3, 4], [5], []]
    assert head is not None
    assert head.seq == 5


async def test_an_empty_trail_has_no_head_and_nothing_to_chain(database: Database) -> None:
    await write(database)
    assert await sequence(database) == 0
    async with database.read() as tx:
        assert await AuditStore(tx.connection).head() is None


async def test_what_waits_for_its_link_is_counted_with_the_time_of_the_oldest(trail: Database) -> None:
    await write(trail, *entries(2, first=6))
    async with trail.read() as tx:
        waiting = await AuditStore(tx.connection).unchained()
    assert (waiting.count, waiting.oldest, waiting.forgotten) == (2, "2026-01-05T12:06:00.000000Z", 0)


async def test_what_was_taken_out_of_the_queue_is_counted_as_forgotten(trail: Database) -> None:
    await write(trail, *entries(3, first=6))
    async with trail.begin() as tx:
        await tx.connection.execute(text("DELETE FROM audit_pending WHERE entry_id = 7"))
    async with trail.read() as tx:
        waiting = await AuditStore(tx.connection).unchained()
    assert (waiting.count, waiting.forgotten) == (3, 1)


async def test_sequencers_in_two_processes_make_one_chain_while_others_write(database_url: str) -> None:
    ours, theirs = Database(database_url), Database(database_url)

    async def writing(database: Database, first: int) -> None:
        for number in range(first, first + 20):
            await write(database, *entries(2, first=number * 2))

    async def sequencing(database: Database) -> int:
        done = 0
        while not stopped.is_set() or await sequence(database, limit=3):
            done += await sequence(database, limit=3)
        return done

    stopped = asyncio.Event()
    workers = [asyncio.create_task(sequencing(database)) for database in (ours, theirs, ours, theirs)]
    await asyncio.gather(writing(ours, 0), writing(theirs, 20), writing(ours, 40))
    stopped.set()
    await asyncio.gather(*workers)
    await sequence(ours)
    assert sorted(await told(ours)) == sorted(f"OFA-{number}" for number in range(120))
    await asyncio.gather(ours.close(), theirs.close())


async def test_an_entry_committed_after_younger_ones_were_chained_still_gets_its_link(
    postgresql_url: str,
) -> None:
    database = Database(postgresql_url)
    async with database.begin() as slow:
        await AuditStore(slow.connection).write(*entries(1))
        await write(database, *entries(1, first=2))
        assert await sequence(database) == 1
    assert await sequence(database) == 1
    assert await told(database) == ["OFA-2", "OFA-1"]
    await database.close()


# -- changes behind the program's back ------------------------------------------------------------------------

TEXT_COLUMNS = {"audit_entries": ["at", "content"], "audit_chain": ["previous_hash", "entry_hash"]}
NUMBER_COLUMNS = {"audit_entries": ["id"], "audit_chain": ["seq", "entry_id"]}


async def disarm(connection: AsyncConnection) -> None:
    """What somebody with every right would do first: no trigger and no foreign key holds them up."""
    if connection.dialect.name == "sqlite":
        triggers = await connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        for name in triggers.scalars().all():
            await connection.execute(text(f"DROP TRIGGER {name}"))
        await connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    else:
        for table in (*TEXT_COLUMNS, "audit_segments"):
            await connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))


ROWS = st.integers(1, 5)
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    column=st.sampled_from([(table, column) for table in TEXT_COLUMNS for column in TEXT_COLUMNS[table]]),
    row=ROWS,
    place=st.integers(0, 200),
    new=CHARACTERS,
)
async def test_any_changed_character_of_any_row_is_found(
    trail: Database, column: tuple[str, str], row: int, place: int, new: str
) -> None:
    table, name = column
    key = "seq" if table == "audit_chain" else "id"
    async with undone(trail) as connection:
        await disarm(connection)
        old = (
            await connection.execute(text(f"SELECT {name} FROM {table} WHERE {key} = :row"), {"row": row})
        ).scalar_one()
        place %= len(old)
        changed = old[:place] + new + old[place + 1 :]
        if changed != old:
            update = text(f"UPDATE {table} SET {name} = :changed WHERE {key} = :row")
            await connection.execute(update, {"changed": changed, "row": row})
            misfit = (await check_trail(AuditStore(connection))).misfit
            assert misfit is not None
            assert misfit.seq == row


@pytest.mark.parametrize("row", [1, 3, 5])
@pytest.mark.parametrize(
    "column", [(table, name) for table in NUMBER_COLUMNS for name in NUMBER_COLUMNS[table]]
)
async def test_any_changed_number_of_any_row_is_found(
    trail: Database, column: tuple[str, str], row: int
) -> None:
    table, name = column
    key = "seq" if table == "audit_chain" else "id"
    async with undone(trail) as connection:
        await disarm(connection)
        await connection.execute(text(f"UPDATE {table} SET {name} = 77 WHERE {key} = {row}"))
        assert not (await check_trail(AuditStore(connection))).holds


@pytest.mark.parametrize("table", TEXT_COLUMNS)
@pytest.mark.parametrize("row", [1, 3])
async def test_a_removed_row_is_found(trail: Database, table: str, row: int) -> None:
    async with undone(trail) as connection:
        await disarm(connection)
        key = "seq" if table == "audit_chain" else "id"
        await connection.execute(text(f"DELETE FROM {table} WHERE {key} = {row}"))
        assert not (await check_trail(AuditStore(connection))).holds


async def test_links_cut_off_at_the_end_show_against_a_head_and_leave_entries_that_nobody_will_chain(
    trail: Database,
) -> None:
    async with trail.read() as tx:
        head = await AuditStore(tx.connection).head()
    assert head is not None
    async with undone(trail) as connection:
        await disarm(connection)
        await connection.execute(text("DELETE FROM audit_chain WHERE seq > 3"))
        store = AuditStore(connection)
        assert (await store.unchained()).forgotten == 2
        await connection.execute(text("DELETE FROM audit_entries WHERE id > 3"))
        assert (await store.unchained()).count == 0
        assert (await check_trail(store)).holds
        assert str((await check_trail(store, [head])).misfit) == (
            "entry 4 does not fit: entries 4 to 5 are missing at the end"
        )


@pytest.mark.parametrize(
    ("table", "column"), [(table, name) for table in TEXT_COLUMNS for name in TEXT_COLUMNS[table]]
)
async def test_bytes_that_are_no_text_are_found_like_any_other(
    sqlite_url: str, table: str, column: str
) -> None:
    database = Database(sqlite_url)
    await write(database, *entries(3))
    await sequence(database)
    key = "seq" if table == "audit_chain" else "id"
    async with undone(database) as connection:
        await disarm(connection)
        await connection.execute(
            text(f"UPDATE {table} SET {column} = CAST(X'7BFF22' AS TEXT) WHERE {key} = 2")
        )
        misfit = (await check_trail(AuditStore(connection))).misfit
        assert misfit is not None
        assert misfit.seq == 2
    await database.close()


# -- retention ------------------------------------------------------------------------------------------------


async def test_only_the_entries_of_a_closed_segment_may_go_and_their_links_with_them(trail: Database) -> None:
    async with trail.begin() as tx:
        store = AuditStore(tx.connection)
        assert await store.let_go(10) == 0
        second = (await store.links(1, 1))[0].head
        await tell_of_closing(store, 1, second)
        await store.close_segment(1, second, NOON)
        assert await store.let_go(10) == 2
        assert await store.let_go(10) == 0
        assert [link.seq for link in await store.links(0, 10)] == [3, 4, 5, 6]
        assert (await store.unchained()).count == 0
    for table in ("audit_entries", "audit_chain"):
        async with undone(trail) as connection:
            with pytest.raises(IntegrityError, match="never changed or removed"):
                await connection.execute(text(f"DELETE FROM {table}"))


async def test_no_segment_is_closed_that_no_entry_behind_it_tells_of(trail: Database) -> None:
    async with undone(trail) as connection:
        store = AuditStore(connection)
        second, *_, fifth = (link.head for link in await store.links(1, 4))
        await tell_of_closing(store, 1, second)
        for untold in (fifth, (await store.links(5, 1))[0].head):
            with pytest.raises(IntegrityError, match="does not tell of its closing"):
                async with connection.begin_nested():
                    await done(connection, store.close_segment(1, untold, NOON))


async def test_a_closed_segment_that_is_not_told_of_does_not_fit_whatever_is_left(database: Database) -> None:
    """Whoever takes the triggers away can write and remove what they like; a check finds it."""
    await write(database, *entries(5))
    await sequence(database)
    for seq in (3, 5):
        async with undone(database) as connection:
            store = AuditStore(connection)
            (last,) = await store.links(seq - 1, 1)
            await disarm(connection)
            await store.close_segment(1, last.head, NOON)
            await store.let_go(10)
            assert not (await check_trail(store)).holds


@pytest.mark.parametrize("last", [Head(2, GENESIS), Head(9, "a" * 64)])
async def test_a_segment_is_closed_only_with_a_hash_of_the_chain(trail: Database, last: Head) -> None:
    async with undone(trail) as connection:
        with pytest.raises(IntegrityError, match="the chain has no such link"):
            await done(connection, AuditStore(connection).close_segment(1, last, NOON))


@pytest.mark.parametrize("table", TEXT_COLUMNS)
async def test_a_temporary_table_of_the_same_name_does_not_open_the_door(
    postgresql_url: str, table: str
) -> None:
    database = Database(postgresql_url)
    await write(database, *entries(3))
    await sequence(database)
    async with undone(database) as connection:
        await connection.execute(text("CREATE TEMPORARY TABLE audit_segments AS SELECT 99 AS last_seq"))
        with pytest.raises(IntegrityError, match="never changed or removed"):
            await connection.execute(text(f"DELETE FROM {table}"))
    await database.close()


@pytest.mark.parametrize(("minutes", "last"), [(0, None), (1, 0), (2, 1), (5.5, 5), (60, 5)])
async def test_the_last_link_before_a_moment_has_nothing_younger_before_it(
    trail: Database, minutes: float, last: int | None
) -> None:
    async with trail.read() as tx:
        assert await AuditStore(tx.connection).last_before(NOON + timedelta(minutes=minutes)) == (last or 0)


async def test_an_old_entry_behind_a_younger_one_stays_with_it(trail: Database) -> None:
    await write(trail, *entries(1, first=9), *entries(1, first=2))
    await sequence(trail)
    async with trail.read() as tx:
        assert await AuditStore(tx.connection).last_before(NOON + timedelta(minutes=8)) == 5


async def test_the_service_chains_through_the_same_store(trail: Database) -> None:
    await write(trail, *entries(1, first=6))
    assert await Audit(trail, utc_now).chain_due() == 1
