"""The register of what was shown: added to, never changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.disclosures import Disclosure, Shown
from bot.domain.people import Person
from storage.sql import joined, split
from storage.tables import disclosures

NEW_ROW = insert(disclosures).inline()
"""Nobody asks for its id."""


class DisclosureStore:
    """One row for each showing of a case."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, shown: Sequence[Disclosure]) -> None:
        """Write them down."""
        await self._connection.execute(NEW_ROW, [row_of(entry) for entry in shown])

    async def of_case(self, case_id: int, limit: int) -> list[Disclosure]:
        """The latest showings of a case, the newest first."""
        query = (
            select(disclosures)
            .where(disclosures.c.case_id == case_id)
            .order_by(disclosures.c.id.desc())
            .limit(limit)
        )
        return [_disclosure(row) for row in await self._connection.execute(query)]


def row_of(entry: Disclosure) -> dict[str, Any]:
    """The columns of a showing, but for its id."""
    return {
        "at": entry.at,
        "case_id": entry.shown.case_id,
        "version": entry.shown.version,
        "organisations": joined(entry.organisations),
        "slack_team": entry.person.slack_team if entry.person else "",
        "slack_user": entry.person.slack_user if entry.person else "",
        "channel": entry.channel,
        "through": entry.through[:20],
        "fields": ", ".join(entry.shown.fields),
    }


def _disclosure(row: Any) -> Disclosure:
    return Disclosure(
        at=row.at,
        shown=Shown(row.case_id, row.version, tuple(row.fields.split(", "))),
        organisations=split(row.organisations),
        person=Person(row.slack_team, row.slack_user) if row.slack_user else None,
        channel=row.channel,
        through=row.through,
    )
