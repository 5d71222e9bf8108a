"""Who is asking, and the operation's lists."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.operations import OperationPlan
from bot.domain.organisations import Member
from bot.domain.people import Person
from bot.domain.roles import Actor, Role
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying an operation file changed, and who it would have taken off the list."""

    members: int
    organisations: int
    digests: int
    not_removed: tuple[Member, ...]


class Members:
    """Answers who somebody is by what Slack asserts, and loads the lists from the operation file."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def actor(self, person: Person, installed_team: str) -> Actor | None:
        """Who this is at this moment; None where no list has them."""
        async with self._database.read() as tx:
            return await tx.members.actor(person, installed_team)

    async def whom_to_ask(self) -> list[Person]:
        """Who can put somebody on the list: the admins, or the coordinators where there is none."""
        async with self._database.read() as tx:
            found = await tx.members.with_role([Role.ADMIN]) or await tx.members.with_role([Role.COORDINATOR])
        return [Person(member.slack_team, member.slack_user) for member in found]

    async def apply(self, plan: OperationPlan) -> Applied:
        """Add and update what the file says. Nobody loses access by it."""
        async with self._database.begin() as tx:
            await tx.members.put_operation(plan.operation)
            for position, organisation in enumerate(plan.organisations):
                await tx.members.put_organisation(organisation, position)
            for member in plan.members:
                await tx.members.put_member(member)
            for digest in plan.digests:
                await tx.digests.put(digest, self._now())
            listed = {(member.slack_team, member.slack_user) for member in plan.members}
            others = [
                member
                for member in await tx.members.all_members()
                if (member.slack_team, member.slack_user) not in listed
            ]
            await tx.outbox.resume(self._now())
        return Applied(len(plan.members), len(plan.organisations), len(plan.digests), tuple(others))
