"""Who is asking, and the list of those who take part: changed by the operation file, and by admins in Slack."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from bot.domain.audit import AuditEntry
from bot.domain.errors import Conflict, InvalidInput, NotFound
from bot.domain.operations import OperationPlan
from bot.domain.organisations import Member, Organisation
from bot.domain.people import Person
from bot.domain.plans import Plan, plan_of
from bot.domain.roles import Action, Actor, Role
from bot.messages.members import MemberDraft, MemberPage
from bot.services.access import require
from bot.services.lists import LAST_ADMIN, admit, keep_an_admin, known_organisation, look_again, sees_less
from bot.services.plans import carry_out, lists_of
from storage.database import Database, Transaction

PAGE = 20
"""Members on a page: two blocks each, and Slack takes fifty (docs.slack.dev/reference/block-kit/blocks)."""

NO_MEMBER = "This person is on no list any more."


class Taking(StrEnum):
    """What applying a file does where that would take somebody's access away."""

    NEVER = "never"
    """Keep what the lists have, and do the rest."""
    ASK = "ask"
    """Change nothing at all."""
    YES = "yes"


def _nobody_waits() -> None:
    """Where there is no worker in the process."""


class Members:
    """Answers who somebody is by what Slack asserts, and changes the lists."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], wake: Callable[[], None] = _nobody_waits
    ) -> None:
        self._database = database
        self._now = now
        self._wake = wake

    async def actor(self, person: Person, installed_team: str) -> Actor | None:
        """Who this is at this moment; None where no list has them."""
        async with self._database.read() as tx:
            return await tx.members.actor(person, installed_team)

    async def whom_to_ask(self) -> list[Person]:
        """Who can put somebody on the list: the admins, or the coordinators where there is none."""
        async with self._database.read() as tx:
            return await whom_to_ask(tx)

    # -- by the operation file --------------------------------------------------------------------------------

    async def apply(self, wanted: OperationPlan, taking: Taking = Taking.NEVER) -> Plan:
        """Make the lists say what the file says, as far as ``taking`` lets it; returns what that changed.

        With ASK a plan that takes access away is returned and not carried out. Raises :class:`SetupError` where an
        organisation would go that has cases.
        """
        now = self._now()
        async with self._database.begin() as tx:
            await tx.members.lock()
            lists = await lists_of(tx)
            if taking is Taking.NEVER:
                plan = plan_of(lists, wanted, taking=False, decided=await tx.members.decided())
            else:
                plan = plan_of(lists, wanted, taking=True)
            if taking is Taking.ASK and plan.takes_access:
                return plan
            await carry_out(tx, lists, plan, now)
            if taking is not Taking.NEVER:
                await tx.members.forget_decisions()
            await tx.outbox.resume(now)
        self._wake()
        return plan

    # -- in Slack ---------------------------------------------------------------------------------------------

    async def page(self, actor: Actor, start: int = 0) -> MemberPage:
        """A part of the list, organisation by organisation."""
        async with self._database.read() as tx:
            organisations = await tx.members.organisations()
            places = {organisation.key: place for place, organisation in enumerate(organisations)}
            members = sorted(await tx.members.all_members(), key=lambda member: places[member.organisation])
        start = page_of(start, len(members), PAGE)
        names = {organisation.key: organisation.name for organisation in organisations}
        shown = tuple(members[start : start + PAGE])
        return MemberPage(shown, names, start, len(members), PAGE, Role.ADMIN in actor.roles)

    async def organisations(self, actor: Actor) -> tuple[Organisation, ...]:
        """What a form for members offers, to one who may use it."""
        require(actor, Action.MANAGE)
        async with self._database.read() as tx:
            return await tx.members.organisations()

    async def one(self, actor: Actor, person: Person) -> Member:
        """The member as they are now, for one who may change them."""
        require(actor, Action.MANAGE)
        async with self._database.read() as tx:
            member = await tx.members.member(person)
        if member is None:
            raise NotFound(NO_MEMBER)
        return member

    async def add(
        self, actor: Actor, draft: MemberDraft, *, received: str
    ) -> tuple[list[Person], Organisation]:
        """Put people on a list; they are of their organisation's team, as in the file."""
        require(actor, Action.MANAGE)
        now = self._now()
        async with self._database.begin() as tx:
            await tx.members.lock()
            organisation = await known_organisation(tx, draft.organisation)
            people = [Person(organisation.slack_team, user) for user in sorted(draft.users)]
            if await tx.receipts.take(received, now):
                for person in people:
                    await _refuse_listed(tx, person)
                    await admit(tx, actor, person, organisation, draft.roles, now)
        self._wake()
        return people, organisation

    async def change(self, actor: Actor, person: Person, draft: MemberDraft, *, received: str) -> str:
        """Give a member another organisation or other roles; returns the organisation's name."""
        require(actor, Action.MANAGE)
        now = self._now()
        async with self._database.begin() as tx:
            await tx.members.lock()
            organisation = await known_organisation(tx, draft.organisation)
            if await tx.members.member(person) is None:
                raise Conflict(NO_MEMBER)
            if await tx.receipts.take(received, now):
                member = Member(person.slack_team, person.slack_user, organisation.key, draft.roles)
                before = await tx.members.member(person)
                await tx.members.put_member(member)
                await tx.members.decide(now, members=[person.slack_user])
                if before is not None and sees_less(before, member):
                    await tx.outbox.take_back_from(person, now)
                if not await tx.members.with_role([Role.ADMIN]):
                    raise InvalidInput(LAST_ADMIN, "roles")
                await look_again(tx)
                detail = {"organisation": organisation.key, "roles": draft.roles}
                await tx.audit.write(AuditEntry.by(actor, "member.changed", person.slack_user, now, **detail))
        self._wake()
        return organisation.name

    async def remove(self, actor: Actor, person: Person, *, received: str) -> None:
        """Take somebody off the list: whatever they click from now on is a stranger's."""
        require(actor, Action.MANAGE)
        now = self._now()
        async with self._database.begin() as tx:
            await tx.members.lock()
            if not await tx.receipts.take(received, now):
                return
            member = await tx.members.member(person)
            if member is None:
                raise NotFound(NO_MEMBER)
            await tx.members.remove_member(person.slack_team, person.slack_user)
            await tx.members.decide(now, members=[person.slack_user])
            await tx.outbox.take_back_from(person, now)
            await keep_an_admin(tx)
            await look_again(tx)
            detail = {"organisation": member.organisation}
            await tx.audit.write(AuditEntry.by(actor, "member.removed", person.slack_user, now, **detail))
        self._wake()


async def _refuse_listed(tx: Transaction, person: Person) -> None:
    names = await tx.members.names()
    for member in await tx.members.of_user(person.slack_user):
        raise InvalidInput(
            f"Somebody of these is on the list of {names[member.organisation]} already ({member.slack_user}). "
            "Change them there, with /op members.",
            "people",
        )


def page_of(start: int, total: int, size: int) -> int:
    """Where the page begins that has row ``start``; the last page where the list has become shorter."""
    last = max(0, total - 1)
    return min(max(start, 0), last) // size * size


async def whom_to_ask(tx: Transaction) -> list[Person]:
    """The admins, or the coordinators where there is none."""
    found = await tx.members.with_role([Role.ADMIN]) or await tx.members.with_role([Role.COORDINATOR])
    return [Person(member.slack_team, member.slack_user) for member in found]
