"""What the fields that are filled by typing offer: names from the cases that somebody may see."""

from collections.abc import Sequence

from bot.domain.identifiers import to_type
from bot.domain.markings import Tlp
from bot.domain.offered_names import Field, begins_with, seller_name
from bot.domain.roles import Action, Actor
from bot.domain.sharing import CaseView, Reader, reader_for, view_of
from bot.domain.subjects import SubjectKind
from bot.services.access import require
from storage.database import Database, Transaction

LOOKED_AT = 200
"""How many of the newest cases are looked at first."""
NAMES = 20
"""How many names that begin as was typed are looked up in all the others, and the most that are shown."""


class Suggestions:
    """Looks the names up. Those of TLP:RED are left out: nothing checks who looks at a list as it opens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def names(self, actor: Actor, field: Field, typed: str) -> tuple[tuple[str, str], ...]:
        """Label and value of what begins as was typed in all that the actor may see; nothing else is known to them.

        The lately used first. Where nothing was typed, what stands in the newest cases.
        """
        require(actor, Action.FLAG)
        reader = reader_for(actor)
        async with self._database.read() as tx:
            ids = await _cases_with(tx, field, typed, reader)
            cases, names = await tx.cases.get_many(ids), await tx.members.names()
        seen = [view for case in cases if (view := view_of(case, names, reader)) is not None]
        found = _sellers(seen) if field is Field.SELLER else _said(seen, field)
        return tuple(
            {label: (label, value) for name, label, value in found if begins_with(name, typed)}.values()
        )


async def _cases_with(tx: Transaction, field: Field, typed: str, reader: Reader) -> Sequence[int]:
    newest = await tx.cases.newest(reader, None, LOOKED_AT)
    if not typed.strip():
        return newest
    return (await tx.names.cases_with(field, typed, reader, newest, NAMES))[:NAMES]


def _sellers(seen: list[CaseView]) -> list[tuple[str, str, str]]:
    subjects = [view.subject for view in seen if view.tlp is not Tlp.RED]
    return [
        (seller_name(each), each.label, to_type(each)) for each in subjects if each.kind is SubjectKind.SELLER
    ]


def _said(seen: list[CaseView], field: Field) -> list[tuple[str, str, str]]:
    shown = [view for view in seen if view.tlp is not Tlp.RED]
    flags = [flag for view in shown for flag in view.flags if flag.tlp is not Tlp.RED]
    said = [flag.details.brand if field is Field.BRAND else flag.details.port for flag in flags]
    return [(name,) * 3 for name in said if name]
