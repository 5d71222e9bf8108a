"""What every change of the lists has to see to; used inside the transaction of whoever changes them."""

from datetime import datetime

from bot.domain.audit import AuditEntry
from bot.domain.errors import Conflict, InvalidInput
from bot.domain.organisations import Member, Organisation
from bot.domain.people import Person
from bot.domain.roles import Actor, Role
from storage.database import Transaction

NO_ORGANISATION = "There is no such organisation any more. Open the list again."
LAST_ADMIN = "This would leave the operation without an admin. Make somebody else an admin first."


async def known_organisation(tx: Transaction, key: str) -> Organisation:
    """The organisation that a form names."""
    organisation = await tx.members.organisation(key)
    if organisation is None:
        raise InvalidInput(NO_ORGANISATION, "organisation")
    return organisation


async def admit(
    tx: Transaction,
    actor: Actor,
    person: Person,
    organisation: Organisation,
    roles: frozenset[Role],
    now: datetime,
) -> None:
    """Put one person on a list, and tell them."""
    await tx.members.put_member(Member(person.slack_team, person.slack_user, organisation.key, roles))
    await tx.members.decide(now, members=[person.slack_user])
    await look_again(tx)
    await tx.outbox.welcome(person, now)
    detail = {"organisation": organisation.key, "roles": roles}
    await tx.audit.write(AuditEntry.by(actor, "member.added", person.slack_user, now, **detail))


def sees_less(before: Member, after: Member) -> bool:
    """Whether a member may have been sent what is not for them any more: what they were sent is read again then."""
    return before.organisation != after.organisation or not before.roles <= after.roles


async def keep_an_admin(tx: Transaction) -> None:
    """Raise where nobody is left who could change the lists; the transaction is undone by it."""
    if not await tx.members.with_role([Role.ADMIN]):
        raise Conflict(LAST_ADMIN)


async def look_again(tx: Transaction) -> None:
    """Who reads along in which channel has to be found out anew: people are of other organisations now."""
    await tx.audiences.outdate_all()
