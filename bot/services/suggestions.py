"""What the fields that are filled by typing offer: names from the cases that somebody may see."""

from dataclasses import dataclass

from bot.domain.identifiers import to_type
from bot.domain.markings import Tlp
from bot.domain.roles import Action, Actor
from bot.domain.sharing import reader_for, view_of
from bot.domain.subjects import SubjectKind
from bot.services.access import require
from storage.database import Database

LOOKED_AT = 200
"""How many of the newest cases are looked at: Slack waits three seconds for options."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names to offer, the lately used first; each with what stands for it."""

    brands: tuple[tuple[str, str], ...]
    ports: tuple[tuple[str, str], ...]
    sellers: tuple[tuple[str, str], ...]


class Suggestions:
    """Looks the names up. Those of TLP:RED are left out: nothing checks who looks at a list as it opens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def names(self, actor: Actor) -> Names:
        """Brands, ports and sellers that stand in what the actor may see; nothing else is known to them."""
        require(actor, Action.FLAG)
        reader = reader_for(actor)
        async with self._database.read() as tx:
            ids = await tx.cases.newest(reader, None, LOOKED_AT)
            cases, names = await tx.cases.get_many(ids), await tx.members.names()
        seen = [view for case in cases if (view := view_of(case, names, reader)) is not None]
        seen = [view for view in seen if view.tlp is not Tlp.RED]
        flags = [flag for view in seen for flag in view.flags if flag.tlp is not Tlp.RED]
        sellers = [view.subject for view in seen if view.subject.kind is SubjectKind.SELLER]
        return Names(
            brands=tuple({flag.details.brand: (flag.details.brand,) * 2 for flag in flags}.values()),
            ports=tuple({flag.details.port: (flag.details.port,) * 2 for flag in flags}.values()),
            sellers=tuple({each.label: (each.label, to_type(each)) for each in sellers}.values()),
        )
