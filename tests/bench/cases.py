"""The cases that are stored before anything is measured.

A few are made by the program itself: flagged, told, answered by the carrier and acknowledged. All the rows they have
left are then repeated under new numbers, so that a thousand cases take a second and are what the program stores,
whichever columns and tables it has today.
"""

import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import Column, Table, func, insert, select

from bot.config import Settings
from bot.domain.flag_lines import read_flag_line
from bot.domain.flags import FlagDraft
from bot.domain.operations import read_operation
from bot.domain.people import Person
from bot.domain.references import new_reference
from bot.factory import Program, open_program
from bot.terminal import read_toml
from storage.database import Database, Transaction
from storage.migrate import migrate
from storage.tables import cases, disclosures, metadata, subjects
from tests.bench.commands import ANALYSTS, BOT_TOKEN, TEAM
from tests.bench.processes import ROOT, BenchError
from tests.bench.texts import Stored, flag_text, subject

OPERATION_FILE = ROOT / "operation.example.toml"
CASES = 1_000
MADE = len(ANALYSTS)
"""How many cases the program makes itself: one by each organisation."""


async def fill(url: str, slack: str) -> list[Stored]:
    """Make the tables, apply the example operation and store the cases; ``slack`` is the address of a fake one."""
    settings = settings_for(url, slack)
    async with open_program(settings) as program:
        await migrate(program.database)
        await program.services.members.apply(read_operation(read_toml(OPERATION_FILE)))
    for number in range(1, MADE + 1):
        # Each time a new program: one that has just posted to a channel waits a second before it posts again.
        async with open_program(settings) as program, program.installation.known(program.slack):
            await _make(program, number)
    database = Database(url)
    try:
        async with database.begin() as tx:
            if await tx.sending.waiting():
                raise BenchError("the cases that are to be repeated have not been told to everybody")
            await _repeat(tx)
            return await _stored(tx)
    finally:
        await database.close()


def settings_for(url: str, slack: str) -> Settings:
    """The program's own, for filling a database."""
    return Settings(
        database_url=url,
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_api_url=f"{slack}/api/",
        dhl_api_key=SecretStr("a-key"),
        dhl_api_url=f"{slack}/track",
        dhl_seconds_between_calls=0,
    )


async def _make(program: Program, number: int) -> None:
    services = program.services
    people = [ANALYSTS[(number + place) % len(ANALYSTS)] for place in range(2)]
    author, other = [await services.members.actor(Person(TEAM, person), TEAM) for person in people]
    if author is None or other is None:
        raise BenchError(f"{OPERATION_FILE.name} does not name {' and '.join(people)}")
    line = read_flag_line(flag_text(subject(number)))
    draft = FlagDraft(line.candidate.subject, line.words, line.marking)
    flagged = await services.flags.raise_flag(author, draft, received=f"made {number}")
    await services.lookups.ask_due()
    if number % 2:
        await services.cases.acknowledge(other, flagged.view.reference, received=f"acknowledged {number}")
    while await services.alerts.deliver_due():
        pass


async def _repeat(tx: Transaction) -> None:
    """Copy every row that hangs on a subject, as often as it takes."""
    dice = random.Random(1)  # noqa: S311  # the same cases in every run
    tables = hanging_on(subjects)
    originals = {
        table: [dict(row) for row in (await tx.connection.execute(select(table))).mappings()]
        for table in tables
    }
    steps = {
        table: max((row["id"] for row in rows if isinstance(row.get("id"), int)), default=0)
        for table, rows in originals.items()
    }
    for table, rows in originals.items():
        copies = [
            _copied(table, row, number, steps, dice) for number in range(1, CASES // MADE) for row in rows
        ]
        if copies:
            await tx.connection.execute(insert(table), copies)
        if steps[table] and tx.connection.dialect.name == "postgresql":
            newest = select(func.max(table.c.id)).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, "id")
            await tx.connection.execute(select(func.setval(sequence, newest)))


def _copied(
    table: Table, row: dict[str, Any], number: int, steps: dict[Table, int], dice: random.Random
) -> dict[str, Any]:
    """The row under other numbers, its references moved along with what they refer to."""
    copy = dict(row)
    for column in table.columns:
        owner = table if column.name == "id" else referred(column)
        if owner in steps and isinstance(copy[column.name], int):
            copy[column.name] += number * steps[owner]
        elif column.name == "id":
            copy["id"] = str(UUID(int=dice.getrandbits(128), version=4))
    if table is subjects:
        about = subject(copy["id"])
        copy |= {"key": about.key, "number": about.number}
    if table is cases:
        copy["reference"] = new_reference("OFA", copy["opened_at"].year, dice.choice)
    return copy


def hanging_on(root: Table) -> list[Table]:
    """The table and all that refer to it, directly or through others, in an order in which they can be filled."""
    found = [root]
    for table in metadata.sorted_tables:
        if table is not root and any(referred(column) in found for column in table.columns):
            found.append(table)
    return found


def referred(column: Column[Any]) -> Table | None:
    """The table to whose rows the column refers; the register does so without a foreign key."""
    if column.table is disclosures and column.name == "case_id":
        return cases
    return next((key.column.table for key in column.foreign_keys), None)


async def _stored(tx: Transaction) -> list[Stored]:
    query = select(cases.c.reference, subjects.c.number).join(subjects).order_by(cases.c.id)
    rows: Sequence[Any] = (await tx.connection.execute(query)).all()
    if len(rows) != CASES:
        raise BenchError(f"{len(rows)} cases are stored instead of {CASES}")
    return [Stored(row.reference, row.number) for row in rows]
