"""Keeping the audit trail: chained, checked, exported, and closed where it is old."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain.audit import SEGMENT_CLOSED, AuditEntry, Head
from bot.domain.audit_check import Verdict, verify_export
from bot.services.audit import BATCH, LATE, Audit
from storage.audit import AuditStore
from storage.database import Database
from tests.doubles import Clock


@pytest.fixture
def audit(database: Database, clock: Clock) -> Audit:
    return Audit(database, clock.now)


async def record(audit: Audit, clock: Clock, number: int) -> None:
    """So many entries, a day apart; the last one a day ago."""
    for count in range(number):
        await audit.record(AuditEntry(clock.now(), "case.flagged", f"OFA-{count}"))
        clock.advance(days=1)


async def exported(audit: Audit, up_to: int | None = None) -> tuple[list[bytes], Verdict]:
    lines: list[bytes] = []
    verdict = await audit.export(lambda line: lines.append(line.encode() + b"\n"), up_to)
    return lines, verdict


async def actions(database: Database) -> list[str]:
    async with database.read() as tx:
        links = await AuditStore(tx.connection).links(0, 10_000)
    return [link.content.split('"action":"')[1].split('"')[0] for link in links]


async def tamper(database: Database, statement: str) -> None:
    """What somebody with every right on the database could do."""
    async with database.begin() as tx:
        if tx.connection.dialect.name == "sqlite":
            for name in ("audit_entries_no_update", "audit_chain_no_update"):
                await tx.connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("audit_entries", "audit_chain"):
                await tx.connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_update"))
        await tx.connection.execute(text(statement))


async def test_whatever_waits_is_chained_however_much_it_is(audit: Audit, clock: Clock) -> None:
    await audit.record(*(AuditEntry(clock.now(), "case.flagged", str(count)) for count in range(BATCH + 7)))
    assert await audit.chain_due() == BATCH + 7
    assert await audit.chain_due() == 0
    report = await audit.verify()
    assert report.holds
    assert report.verdict.head is not None
    assert report.verdict.head.seq == BATCH + 7


async def test_two_workers_chain_at_once_and_make_one_chain(database_url: str, clock: Clock) -> None:
    databases = [Database(database_url), Database(database_url)]
    ours, theirs = (Audit(database, clock.now) for database in databases)
    for _ in range(5):
        await asyncio.gather(*(audit.record(*_several(clock)) for audit in (ours, theirs)))
        done = await asyncio.gather(ours.chain_due(), theirs.chain_due(), ours.chain_due())
        assert sum(done) == 40
    report = await ours.verify()
    assert report.holds
    assert (report.verdict.first_seq, report.verdict.head and report.verdict.head.seq) == (1, 200)
    await asyncio.gather(*(database.close() for database in databases))


def _several(clock: Clock) -> list[AuditEntry]:
    return [AuditEntry(clock.now(), "case.flagged", str(count)) for count in range(20)]


async def test_the_head_of_the_day_is_found_again_later(audit: Audit, clock: Clock) -> None:
    assert await audit.head() is None
    await record(audit, clock, 3)
    await audit.chain_due()
    written_down = str(await audit.head())
    await record(audit, clock, 2)
    await audit.chain_due()
    assert (await audit.verify([Head.read(written_down)])).holds
    assert not (await audit.verify([Head(3, "a" * 64)])).holds
    assert not (await audit.verify([Head(6, "a" * 64)])).holds


async def test_entries_without_a_link_are_counted_and_the_lag_told(audit: Audit, clock: Clock) -> None:
    await audit.record(AuditEntry(clock.now(), "case.flagged", "OFA-1"))
    clock.advance(seconds=3)
    report = await audit.verify()
    assert (report.unchained.count, report.lag, report.holds) == (1, timedelta(seconds=3), True)
    clock.advance(seconds=LATE.total_seconds())
    assert not (await audit.verify()).holds
    await audit.chain_due()
    report = await audit.verify()
    assert (report.unchained.count, report.lag, report.holds) == (0, timedelta(0), True)


async def test_an_entry_taken_out_of_the_queue_is_wrong_at_once(
    audit: Audit, clock: Clock, database: Database
) -> None:
    await audit.record(AuditEntry(clock.now(), "case.flagged", "OFA-1"))
    async with database.begin() as tx:
        await tx.connection.execute(text("DELETE FROM audit_pending"))
    report = await audit.verify()
    assert (report.unchained.forgotten, report.holds) == (1, False)


async def test_a_waiting_entry_with_an_unreadable_time_is_wrong_and_stops_nothing(
    audit: Audit, clock: Clock, database: Database
) -> None:
    await audit.record(AuditEntry(clock.now(), "case.flagged", "OFA-1"))
    await tamper(database, "UPDATE audit_entries SET at = 'some day'")
    assert (await audit.verify()).lag == timedelta.max
    await audit.chain_due()
    assert str((await audit.verify()).verdict.misfit) == (
        "entry 1 does not fit: its time was changed after it was chained"
    )


async def test_a_changed_entry_is_named_and_so_are_the_triggers_that_are_gone(
    audit: Audit, clock: Clock, database: Database
) -> None:
    await record(audit, clock, 5)
    await audit.chain_due()
    await tamper(database, "UPDATE audit_entries SET content = replace(content, 'OFA-2', 'OFA-9')")
    report = await audit.verify()
    assert str(report.verdict.misfit) == "entry 3 does not fit: it was changed after it was chained"
    assert report.missing_guards == ["audit_chain_no_update", "audit_entries_no_update"]


# -- export ---------------------------------------------------------------------------------------------------


async def test_an_export_holds_everything_written_so_far_and_verifies_without_the_database(
    audit: Audit, clock: Clock
) -> None:
    await record(audit, clock, 4)
    lines, verdict = await exported(audit)
    assert verdict.holds
    assert verify_export(lines) == verdict
    assert len(lines) == 5


async def test_an_export_is_in_the_trail_itself(audit: Audit, clock: Clock, database: Database) -> None:
    await record(audit, clock, 1)
    await exported(audit)
    await audit.chain_due()
    assert await actions(database) == ["case.flagged", "audit.exported"]


async def test_an_empty_trail_is_exported_as_one_line_that_says_so(audit: Audit) -> None:
    lines, verdict = await exported(audit)
    assert len(lines) == 1
    assert verdict.holds
    assert verify_export(lines).holds


async def test_what_does_not_hold_is_exported_as_it_is_and_fails_there_too(
    audit: Audit, clock: Clock, database: Database
) -> None:
    await record(audit, clock, 4)
    await audit.chain_due()
    await tamper(database, "UPDATE audit_entries SET content = replace(content, 'OFA-2', 'OFA-9')")
    lines, verdict = await exported(audit)
    assert len(lines) == 5
    assert verdict.misfit == verify_export(lines).misfit
    assert verdict.misfit is not None
    assert verdict.misfit.seq == 3


# -- retention ------------------------------------------------------------------------------------------------


async def close(audit: Audit, clock: Clock, days: int) -> list[bytes]:
    """Close what is older than so many days; the lines that now hold it."""
    closable = await audit.closable(clock.now() - timedelta(days=days))
    assert closable is not None
    first_seq, last = closable
    lines, verdict = await exported(audit, up_to=last.seq)
    assert verdict.holds
    await audit.close_segment(first_seq, last, "0" * 64)
    return lines


async def test_a_closed_segment_goes_from_the_front_and_the_trail_says_with_which_hash_it_ended(
    audit: Audit, clock: Clock, database: Database
) -> None:
    await record(audit, clock, 6)
    moved = await close(audit, clock, days=2)
    report = await audit.verify()
    assert report.holds
    assert report.verdict.first_seq == 5
    assert await actions(database) == ["case.flagged"] * 2 + ["audit.exported", SEGMENT_CLOSED]
    kept, verdict = await exported(audit)
    assert verdict.holds
    assert verify_export(kept).holds, "what is left verifies without the file"
    assert verify_export([*moved, *kept]).holds, "and together with it"
    assert len(moved) == 5


async def test_segments_follow_one_another_and_each_head_stays_provable(audit: Audit, clock: Clock) -> None:
    await record(audit, clock, 4)
    await audit.chain_due()
    head = await audit.head()
    assert head is not None
    first = await close(audit, clock, days=2)
    await record(audit, clock, 4)
    second = await close(audit, clock, days=2)
    assert (await audit.verify()).holds
    assert verify_export([*first, *second], [head]).holds
    assert "moved to a file" in str((await audit.verify([head])).verdict.misfit)


async def test_a_removal_that_was_cut_off_is_finished_by_the_next(
    audit: Audit, clock: Clock, database: Database
) -> None:
    await record(audit, clock, 6)
    await audit.chain_due()
    async with database.begin() as tx:
        store = AuditStore(tx.connection)
        last = (await store.links(3, 1))[0].head
        detail = {"first_seq": 1, "last_seq": last.seq, "last_hash": last.entry_hash}
        await store.write(AuditEntry(clock.now(), SEGMENT_CLOSED, "audit", detail=detail))
        await store.chain(BATCH)
        await store.close_segment(1, last, clock.now())
        await store.let_go(2)
    assert (await audit.verify()).holds
    await audit.let_go_closed()
    report = await audit.verify()
    assert (report.holds, report.verdict.first_seq) == (True, 5)


async def test_what_is_not_old_enough_is_not_closable(audit: Audit, clock: Clock) -> None:
    assert await audit.closable(clock.now()) is None
    await record(audit, clock, 3)
    assert await audit.closable(clock.now() - timedelta(days=3)) is None
    closable = await audit.closable(clock.now() - timedelta(days=2))
    assert closable is not None
    assert (closable[0], closable[1].seq) == (1, 1)
