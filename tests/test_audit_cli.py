"""``python -m bot audit``, as its operator meets it."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from bot.audit_cli import audit
from bot.domain.audit import AuditEntry
from bot.services.audit import Audit
from storage.database import Database

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str) -> Run:
    """The command on a database of the test's own: what it says, and how it ends."""
    return lambda *words: audit_command(database_url, *words)


def audit_command(url: str, *words: object) -> Result:
    return CliRunner().invoke(audit, [str(word) for word in words], env={"DATABASE_URL": url})


def on(url: str, job: Callable[[Database], Awaitable[object]]) -> None:
    async def opened() -> None:
        database = Database(url)
        await job(database)
        await database.close()

    asyncio.run(opened())


def write(url: str, number: int, *, days_old: int = 0, chained: bool = True) -> None:
    """So many entries, written so many days ago."""

    async def job(database: Database) -> None:
        trail = Audit(database, lambda: datetime.now(UTC))
        at = datetime.now(UTC) - timedelta(days=days_old)
        await trail.record(*(AuditEntry(at, "case.flagged", f"OFA-{count}") for count in range(number)))
        if chained:
            await trail.chain_due()

    on(url, job)


def change_entry(url: str, number: int) -> None:
    async def job(database: Database) -> None:
        async with database.begin() as tx:
            if tx.connection.dialect.name == "sqlite":
                disarm = "DROP TRIGGER audit_entries_no_update"
            else:
                disarm = "ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_no_update"
            await tx.connection.execute(text(disarm))
            change = "UPDATE audit_entries SET content = replace(content, 'OFA', 'OFB') WHERE id = :number"
            await tx.connection.execute(text(change), {"number": number})

    on(url, job)


# -- verify ---------------------------------------------------------------------------------------------------


def test_a_sound_trail_is_said_to_be_sound(run: Run, database_url: str) -> None:
    write(database_url, 3)
    done = run("verify")
    assert done.exit_code == 0
    assert re.fullmatch(
        r"ok     entries 1 to 3 fit, each to the one before it\n"
        r"ok     head 3:[0-9a-f]{64}\n"
        r"ok     0 entries wait for a link\n"
        r"ok     the database refuses to change or remove rows\n",
        done.output,
    )


def test_a_trail_without_entries_is_sound(run: Run) -> None:
    done = run("verify")
    assert (done.exit_code, done.output.splitlines()[0]) == (0, "ok     the trail is empty")


def test_the_first_entry_that_does_not_fit_is_named(run: Run, database_url: str) -> None:
    write(database_url, 4)
    change_entry(database_url, 2)
    done = run("verify")
    assert done.exit_code == 1
    assert "wrong  entry 2 does not fit: it was changed after it was chained\n" in done.output
    assert "ok     entries 1 to 1 fit" in done.output
    assert "wrong  rows can be changed, for triggers are missing: audit_entries_no_update;" in done.output


def test_entries_not_yet_chained_are_counted_with_their_lag(run: Run, database_url: str) -> None:
    write(database_url, 1)
    write(database_url, 2, chained=False)
    done = run("verify")
    assert done.exit_code == 0
    assert re.search(r"ok     2 entries wait for a link, the oldest for \d+ s\n", done.output)


def test_a_lag_of_days_asks_for_a_worker(run: Run, database_url: str) -> None:
    write(database_url, 1, days_old=3, chained=False)
    done = run("verify")
    assert done.exit_code == 1
    assert (
        "wrong  1 entry waits for a link, the oldest for 3 d: is a worker running? python -m bot worker\n"
        in done.output
    )


def test_an_entry_that_will_never_be_chained_is_wrong(run: Run, database_url: str) -> None:
    write(database_url, 2, chained=False)

    async def job(database: Database) -> None:
        async with database.begin() as tx:
            await tx.connection.execute(text("DELETE FROM audit_pending WHERE entry_id = 1"))

    on(database_url, job)
    done = run("verify")
    assert done.exit_code == 1
    assert "wrong  2 entries wait for a link, of which 1 will never get one" in done.output


def test_a_head_that_was_written_down_is_looked_for(run: Run, database_url: str) -> None:
    write(database_url, 3)
    head = run("verify").output.splitlines()[1].removeprefix("ok     head ")
    write(database_url, 2)
    assert run("verify", "--head", head).exit_code == 0
    assert run("verify", "--head", head[:18]).exit_code == 0
    later = run("verify", "--head", head.replace("3:", "9:", 1))
    assert later.exit_code == 1
    assert "wrong  entry 6 does not fit: entries 6 to 9 are missing at the end\n" in later.output
    other = run("verify", "--head", head, "--head", "3:" + "0" * 64)
    assert other.exit_code == 1
    assert "wrong  entry 3 does not fit: another entry stood here" in other.output


def test_what_is_no_head_is_explained(run: Run) -> None:
    done = run("verify", "--head", "c1a0")
    assert done.exit_code == 1
    assert "--head: “c1a0” is no head; it is written like 118:c1a0…" in done.output


# -- export ---------------------------------------------------------------------------------------------------


def test_an_export_verifies_without_a_database(run: Run, database_url: str, tmp_path: Path) -> None:
    write(database_url, 3, chained=False)
    file = tmp_path / "trail.jsonl"
    done = run("export", file)
    assert done.exit_code == 0
    assert f"ok     written to {file}\n" in done.output
    assert file.stat().st_mode & 0o777 == 0o600
    there = audit_command("nothing that could be reached", "verify", "--file", file)
    assert there.exit_code == 0
    assert there.output == "".join(done.output.splitlines(keepends=True)[:2])


@pytest.mark.parametrize("change", ["change", "remove", "reorder", "cut off"])
def test_an_export_that_somebody_changed_fails(
    run: Run, database_url: str, tmp_path: Path, change: str
) -> None:
    write(database_url, 3)
    file = tmp_path / "trail.jsonl"
    run("export", file)
    first, second, *rest = file.read_bytes().splitlines(keepends=True)
    changed = {
        "change": [first, second.replace(b"OFA-1", b"OFA-7"), *rest],
        "remove": [first, *rest],
        "reorder": [second, first, *rest],
        "cut off": [first, second],
    }
    file.write_bytes(b"".join(changed[change]))
    done = run("verify", "--file", file)
    assert done.exit_code == 1
    assert done.output.startswith("wrong  entry ")


def test_a_file_that_is_there_is_never_written_over(run: Run, database_url: str, tmp_path: Path) -> None:
    write(database_url, 1)
    file = tmp_path / "trail.jsonl"
    file.write_text("mine")
    done = run("export", file)
    assert (done.exit_code, file.read_text()) == (1, "mine")
    assert f"{file}: is there already; name a file that is not\n" in done.output


def test_a_file_that_cannot_be_written_or_read_is_named(run: Run, tmp_path: Path) -> None:
    nowhere = tmp_path / "no" / "trail.jsonl"
    for words, problem in ((["export", nowhere], "written"), (["verify", "--file", nowhere], "read")):
        done = run(*words)
        assert done.exit_code == 1
        assert f"{nowhere}: cannot be {problem}: No such file or directory\n" in done.output
    done = run("verify", "--file", tmp_path)
    assert done.exit_code == 1
    assert "cannot be read: Is a directory" in done.output


def test_a_database_that_cannot_be_used_is_explained_and_leaves_no_file(tmp_path: Path) -> None:
    file = tmp_path / "trail.jsonl"
    for url, said in (
        (
            f"sqlite:///{tmp_path / 'new.db'}",
            f"DATABASE_URL: there is no {tmp_path / 'new.db'} yet; run python -m bot migrate",
        ),
        (
            f"postgresql://nobody@/nothing?host={tmp_path}",
            "DATABASE_URL: the database cannot be opened: connection is bad",
        ),
        ("mysql://x", "DATABASE_URL: mysql is not supported"),
    ):
        done = audit_command(url, "export", file)
        assert done.exit_code == 1
        assert said in done.output
        assert not file.exists()


# -- retain ---------------------------------------------------------------------------------------------------


def test_what_is_old_moves_to_a_file_and_both_parts_verify(
    run: Run, database_url: str, tmp_path: Path
) -> None:
    write(database_url, 3, days_old=40)
    write(database_url, 2)
    file, rest = tmp_path / "old.jsonl", tmp_path / "rest.jsonl"
    before = datetime.now(UTC) - timedelta(days=30)
    done = run("retain", "--before", f"{before:%Y-%m-%d}", file)
    assert done.exit_code == 0
    assert f"ok     entries 1 to 3 are in {file} and no longer here\n" in done.output
    verified = run("verify")
    assert verified.exit_code == 0
    assert "ok     entries 4 to 7 fit" in verified.output
    assert run("verify", "--file", file).exit_code == 0
    assert run("export", rest).exit_code == 0
    assert run("verify", "--file", file, "--file", rest).exit_code == 0
    again = run("retain", "--before", f"{before:%Y-%m-%d}", tmp_path / "again.jsonl")
    assert (again.exit_code, (tmp_path / "again.jsonl").exists()) == (0, False)


def test_nothing_is_removed_from_a_trail_that_does_not_hold(
    run: Run, database_url: str, tmp_path: Path
) -> None:
    write(database_url, 3, days_old=40)
    write(database_url, 3)
    change_entry(database_url, 5)
    done = run("retain", "--before", f"{datetime.now(UTC):%Y-%m-%d}", tmp_path / "old.jsonl")
    assert done.exit_code == 1
    assert "wrong  entry 5 does not fit" in done.output
    assert "wrong  nothing was removed" in done.output
    assert "ok     entries 1 to 4 fit" in run("verify").output


def test_a_day_that_has_not_come_is_refused(run: Run, tmp_path: Path) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    done = run("retain", "--before", f"{tomorrow:%Y-%m-%d}", tmp_path / "old.jsonl")
    assert (done.exit_code, list(tmp_path.glob("*.jsonl"))) == (1, [])
    assert "--before: lies in the future" in done.output
