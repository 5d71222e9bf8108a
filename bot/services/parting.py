"""Giving others' hidden parts of a case a case of their own, when the case goes where they could not follow."""

from datetime import datetime

from bot.domain.alerts import route
from bot.domain.audit import AuditEntry
from bot.domain.cases import Case, circle_of, is_for_all
from bot.domain.flags import Flag
from bot.domain.markings import Marking, Tlp
from bot.domain.people import Person
from bot.domain.roles import Actor
from bot.domain.sharing import Reader, may_see
from bot.services.references import references
from storage.database import Transaction


async def part_hidden_flags(tx: Transaction, case: Case, marking: Marking, now: datetime) -> None:
    """Each standing flag of another organisation goes on in its own circle, with what was said with it; and so does a
    colleague's TLP:RED one, where its author may not see the case as it is marked now.

    Whoever marks the case does not know of them, and the answer must not tell: so they are no reason to refuse.
    """
    for flag in case.flags:
        if flag.stands and (flag.organisation != case.owner or _is_left_behind(case, flag, marking)):
            await _part(tx, case, flag, now)


def _is_left_behind(case: Case, flag: Flag, marking: Marking) -> bool:
    author = Person(flag.slack_team, flag.slack_user)
    reader = Reader(frozenset({flag.organisation}), author)
    return flag.marking.tlp is Tlp.RED and not may_see(marking, case.owner, case.opener, reader)


async def _part(tx: Transaction, case: Case, flag: Flag, now: datetime) -> None:
    lists = await tx.members.lists()
    name = lists.names.get(flag.organisation, flag.organisation)
    author = Actor(flag.slack_team, flag.slack_user, flag.organisation, name, frozenset())
    circle = circle_of(flag.marking.tlp, flag.organisation, Person(flag.slack_team, flag.slack_user))
    head = await tx.cases.open(case.subject, author, flag.marking, flag.pap, references(lists, now), now)
    await tx.facts.carry(case, circle, now)
    await tx.flags.move(case.id, head.id, only=flag.id)
    await tx.flags.set_apart(flag.id, apart=not is_for_all(flag.marking, head.marking))
    await tx.cases.reopen(head, now)
    await tx.outbox.alert(head.id, route(head.marking, head.owner, lists.organisations), now)
    detail = {"from": case.reference, "flag": flag.id}
    await tx.audit.write(
        AuditEntry(now, "case.parted", head.reference, organisation=flag.organisation, detail=detail)
    )
