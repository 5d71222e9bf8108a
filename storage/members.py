"""The operation itself: its organisations, their members, and who an acting person is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, literal, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.markings import stored_tlp
from bot.domain.operations import Operation
from bot.domain.organisations import Member, Organisation, OrganisationKind
from bot.domain.people import Person
from bot.domain.plans import Decided
from bot.domain.roles import Actor, Role
from storage.sql import insert, joined, split
from storage.tables import (
    acknowledgements,
    case_readers,
    cases,
    decisions,
    entries,
    flags,
    members,
    operations,
    organisations,
)

DEFAULT_PREFIX = "OFA"
"""Of case references, before an operation file has said another."""

MEMBER, ORGANISATION = "member", "organisation"
"""What a decision is about."""

INSTALLED_TEAM = ""
"""Stands in ``slack_team`` for the team the bot is installed in, whichever that is."""


@dataclass(frozen=True, slots=True)
class Lists:
    """What nearly every use case needs to know of the operation."""

    case_prefix: str
    organisations: tuple[Organisation, ...]
    """In the operation file's order."""

    @property
    def names(self) -> dict[str, str]:
        """Organisation key to name."""
        return {organisation.key: organisation.name for organisation in self.organisations}

    def organisation(self, key: str) -> Organisation:
        """The organisation of that key, which has to be there."""
        return next(organisation for organisation in self.organisations if organisation.key == key)


LISTS = (
    select(organisations, operations.c.case_prefix)
    .outerjoin(operations, true())
    .order_by(organisations.c.position)
)


# Asked with every request: put together once.
ACTOR = (
    select(members.c.organisation, members.c.roles, organisations.c.name)
    .join(organisations, organisations.c.key == members.c.organisation)
    .where(
        members.c.slack_user == bindparam("user"),
        or_(members.c.slack_team == bindparam("team"), members.c.slack_team == bindparam("own")),
    )
)


class MemberStore:
    """Reads and writes organisations and members."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def actor(self, person: Person, installed_team: str) -> Actor | None:
        """Who this is, or None where no list has them. Nothing but team and user id is looked at."""
        own = INSTALLED_TEAM if person.slack_team == installed_team else person.slack_team
        asked = {"user": person.slack_user, "team": person.slack_team, "own": own}
        row = (await self._connection.execute(ACTOR, asked)).first()
        if row is None:
            return None
        return Actor(person.slack_team, person.slack_user, row.organisation, row.name, _roles(row.roles))

    async def lists(self) -> Lists:
        """The organisations and how the operation calls its cases, in one look."""
        rows = (await self._connection.execute(LISTS)).all()
        prefix = next((row.case_prefix for row in rows if row.case_prefix), DEFAULT_PREFIX)
        return Lists(prefix, tuple(map(_organisation, rows)))

    async def organisations(self) -> tuple[Organisation, ...]:
        """All of them, in the operation file's order."""
        return (await self.lists()).organisations

    async def lock(self) -> None:
        """Hold the lists: who changes them waits until whoever does so now has committed."""
        await self._connection.execute(select(operations.c.id).with_for_update())

    async def of_user(self, slack_user: str) -> tuple[Member, ...]:
        """The members of this user id, whichever their team."""
        rows = await self._connection.execute(select(members).where(members.c.slack_user == slack_user))
        return tuple(_member(row) for row in rows)

    async def member(self, person: Person) -> Member | None:
        """The member whose row names exactly this team (empty: the bot's own) and user."""
        found = await self.of_user(person.slack_user)
        return next((member for member in found if member.slack_team == person.slack_team), None)

    async def organisation(self, key: str) -> Organisation | None:
        """The organisation of that key."""
        query = select(organisations).where(organisations.c.key == key)
        row = (await self._connection.execute(query)).first()
        return None if row is None else _organisation(row)

    async def has_history(self, key: str) -> bool:
        """Whether an organisation has a case, a flag, an acknowledgement or a line in a timeline, or a case was
        released to it: another one of the same key would read it.
        """
        owned = (cases.c.owner, flags.c.organisation, acknowledgements.c.organisation, entries.c.organisation)
        released = (flags.c.releases, entries.c.releases)
        conditions = [
            *(column == key for column in (*owned, case_readers.c.reader)),
            *(column.contains(key, autoescape=True) for column in released),
        ]
        for condition in conditions:
            if (await self._connection.execute(select(literal(1)).where(condition).limit(1))).first():
                return True
        return False

    async def names(self) -> dict[str, str]:
        """Organisation key to name."""
        return (await self.lists()).names

    async def with_role(self, roles: Sequence[Role], organisation: str | None = None) -> tuple[Member, ...]:
        """Members who hold one of the roles, in the order they were added; of one organisation or of all."""
        query = select(members).order_by(members.c.id)
        if organisation is not None:
            query = query.where(members.c.organisation == organisation)
        rows = await self._connection.execute(query)
        return tuple(member for member in map(_member, rows) if member.roles & set(roles))

    async def all_members(self) -> tuple[Member, ...]:
        """Every member."""
        return await self.with_role(tuple(Role))

    async def operation(self) -> Operation | None:
        """The operation's own settings; None before the first ``apply``."""
        row = (await self._connection.execute(select(operations))).first()
        return None if row is None else Operation(row.name, row.case_prefix, row.timezone)

    async def people(self, users: frozenset[str]) -> frozenset[Person]:
        """The members of these user ids, with their teams; who is no member is left out."""
        rows = await self._connection.execute(
            select(members.c.slack_team, members.c.slack_user).where(members.c.slack_user.in_(users))
        )
        return frozenset(Person(row.slack_team, row.slack_user) for row in rows)

    async def put_operation(self, operation: Operation) -> None:
        """Add or update the operation's settings."""
        values = {
            "name": operation.name,
            "case_prefix": operation.case_prefix,
            "timezone": operation.timezone,
        }
        statement = insert(self._connection, operations).values(id=1, **values)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))

    async def put_organisation(self, organisation: Organisation, position: int) -> None:
        """Add or update an organisation."""
        values: dict[str, Any] = {
            "position": position,
            "name": organisation.name,
            "kind": organisation.kind.value,
            "slack_team": organisation.slack_team,
            "alerts_channel": organisation.alerts_channel,
            "default_marking": organisation.default_marking.value,
            "deconfliction": organisation.deconfliction,
        }
        statement = insert(self._connection, organisations).values(key=organisation.key, **values)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=values))

    async def put_member(self, member: Member) -> None:
        """Add or update a member; one whose organisation has moved to another team keeps one row."""
        moved = (
            members.c.slack_user == member.slack_user,
            members.c.organisation == member.organisation,
            members.c.slack_team != member.slack_team,
        )
        await self._connection.execute(delete(members).where(*moved))
        values = {"organisation": member.organisation, "roles": joined(frozenset(member.roles))}
        statement = insert(self._connection, members).values(
            slack_team=member.slack_team, slack_user=member.slack_user, **values
        )
        target = ["slack_user", "slack_team"]
        await self._connection.execute(statement.on_conflict_do_update(index_elements=target, set_=values))

    async def remove_member(self, slack_team: str, slack_user: str) -> None:
        """Take somebody off the list; it holds from their next click on."""
        await self._connection.execute(
            delete(members).where(members.c.slack_team == slack_team, members.c.slack_user == slack_user)
        )

    async def add_organisation(self, organisation: Organisation) -> None:
        """Add an organisation, the last in the lists."""
        last = (await self._connection.execute(select(func.max(organisations.c.position)))).scalar_one()
        await self.put_organisation(organisation, 0 if last is None else last + 1)

    async def update_organisation(self, organisation: Organisation) -> None:
        """Change an organisation in its place."""
        query = select(organisations.c.position).where(organisations.c.key == organisation.key)
        await self.put_organisation(organisation, (await self._connection.execute(query)).scalar_one())

    async def remove_organisation(self, key: str) -> None:
        """Take an organisation that has no history off the lists, and its people with it."""
        await self._connection.execute(delete(members).where(members.c.organisation == key))
        await self._connection.execute(delete(organisations).where(organisations.c.key == key))

    async def decide(
        self, now: datetime, *, members: Sequence[str] = (), organisations: Sequence[str] = ()
    ) -> None:
        """Remember that an admin has decided in Slack on these user ids and keys."""
        rows = [{"what": MEMBER, "about": user, "at": now} for user in members]
        rows += [{"what": ORGANISATION, "about": key, "at": now} for key in organisations]
        if rows:
            statement = insert(self._connection, decisions)
            kept = statement.on_conflict_do_update(index_elements=["what", "about"], set_={"at": now})
            await self._connection.execute(kept, rows)

    async def decided(self) -> Decided:
        """What was decided in Slack since a file was last applied on purpose."""
        rows = (await self._connection.execute(select(decisions.c.what, decisions.c.about))).all()
        return Decided(
            frozenset(row.about for row in rows if row.what == MEMBER),
            frozenset(row.about for row in rows if row.what == ORGANISATION),
        )

    async def forget_decisions(self) -> None:
        """A file has been applied on purpose: it is what holds now."""
        await self._connection.execute(delete(decisions))

    async def count(self) -> int:
        """How many members there are."""
        return int((await self._connection.execute(select(func.count()).select_from(members))).scalar_one())


def _roles(column: str) -> frozenset[Role]:
    return frozenset(Role(word) for word in split(column) if word in set(Role))


def _member(row: Any) -> Member:
    return Member(row.slack_team, row.slack_user, row.organisation, _roles(row.roles))


def _organisation(row: Any) -> Organisation:
    return Organisation(
        key=row.key,
        name=row.name,
        kind=OrganisationKind(row.kind),
        slack_team=row.slack_team,
        alerts_channel=row.alerts_channel,
        default_marking=stored_tlp(row.default_marking),
        deconfliction=row.deconfliction,
    )
