"""A recorded operation: the rows of one as JSON, put into an empty database with every time moved by whole days.

Left out is what a new database makes by itself: the audit trail's chain is made anew from its entries by the worker,
and what is found by typing from the cases;
what Slack has delivered and what a partner's quota has left are no one's any more, and keys are nobody else's.
"""

import json
import lzma
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, select

from bot.domain.errors import SetupError
from storage.database import Transaction
from storage.names import set_all_names
from storage.tables import cases, members, metadata
from storage.types import UtcDateTime

FORMAT = 1
LEFT_OUT = frozenset(
    {
        "api_keys",
        "audit_chain",
        "audit_pending",
        "audit_segments",
        "case_names",
        "drafts",
        "partners",
        "receipts",
    }
)

# Each begins with a literal: a search runs through megabytes many times faster so.
_DATE = re.compile(r"20\d\d-\d\d-\d\d(?=T\d\d:\d\d)")
_SLACK_TIME = re.compile(r"1(?<!\d1)\d{9}(?=\.\d{6}(?!\d))")
SECONDS_A_DAY = 86_400


async def recorded(tx: Transaction) -> dict[str, Any]:
    """Every row of every table, as ``replayed`` takes it."""
    tables = {}
    for table in metadata.sorted_tables:
        if table.name not in LEFT_OUT:
            rows = await tx.connection.execute(select(table).order_by(*table.primary_key))
            tables[table.name] = {
                "columns": [column.name for column in table.columns],
                "rows": [[_plain(value) for value in row] for row in rows],
            }
    return {"format": FORMAT, "tables": tables}


def read_recording(file: Path) -> str:
    """A recording's JSON from its file. Raises :class:`SetupError`."""
    try:
        return lzma.decompress(file.read_bytes()).decode()
    except (OSError, UnicodeDecodeError, lzma.LZMAError) as error:
        raise SetupError([f"{file}: cannot be read: {error}"]) from error


async def replayed(tx: Transaction, recording: str, days: int) -> None:
    """Fill an empty database from a recording's JSON, every time moved by ``days``.

    Raises :class:`SetupError` where the database is not empty, or the recording was made of other tables.
    """
    if await _is_used(tx):
        raise SetupError(
            ["DATABASE_URL: something is in this database; a recorded operation needs an empty one"]
        )
    content = json.loads(moved(recording, days))
    unknown = set(content["tables"]) - set(metadata.tables)
    if content["format"] != FORMAT or unknown:
        raise SetupError(["the recording was made by another version of this program; make it anew"])
    for table in metadata.sorted_tables:
        rows = _rows(content["tables"].get(table.name), table)
        if rows:
            await tx.connection.execute(insert(table), rows)
            if tx.connection.dialect.name == "postgresql":
                await _go_on_counting(tx, table)
    await set_all_names(tx.connection)


def moved(recording: str, days: int) -> str:
    """The JSON of a recording with each ISO time and each ``ts`` of Slack's moved by whole days."""

    def later(found: re.Match[str]) -> str:
        return (date.fromisoformat(found.group()) + timedelta(days=days)).isoformat()

    def later_second(found: re.Match[str]) -> str:
        return str(int(found.group()) + days * SECONDS_A_DAY)

    return _SLACK_TIME.sub(later_second, _DATE.sub(later, recording))


async def _is_used(tx: Transaction) -> bool:
    for table in (cases, members):
        if (await tx.connection.execute(select(func.count()).select_from(table))).scalar_one():
            return True
    return False


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _rows(content: Mapping[str, Any] | None, table: Table) -> list[dict[str, Any]]:
    if content is None:
        return []
    names, columns = content["columns"], table.columns
    if unknown := set(names) - set(columns.keys()):
        raise SetupError(
            [f"the recording was made of other tables: there is no {', '.join(sorted(unknown))}"]
        )
    times = {name for name in names if isinstance(columns[name].type, UtcDateTime)}
    return [
        {
            name: datetime.fromisoformat(value) if name in times and value is not None else value
            for name, value in zip(names, row, strict=True)
        }
        for row in content["rows"]
    ]


async def _go_on_counting(tx: Transaction, table: Table) -> None:
    """PostgreSQL counts ids apart from the rows; the next one has to lie behind those that were put in."""
    if "id" in table.columns and table.columns["id"].autoincrement is True:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        await tx.connection.execute(select(func.setval(sequence, func.max(table.c.id))))
