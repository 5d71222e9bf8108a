"""Asking to be put on a list, and deciding it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.access_requests import AccessRequest, Outcome, is_too_soon, may_admit_to
from bot.domain.audit import AuditEntry
from bot.domain.errors import Conflict, InvalidInput, NotFound
from bot.domain.organisations import Organisation
from bot.domain.people import Person
from bot.domain.roles import Action, Actor, Role, roles_that_may
from bot.messages.members import MemberDraft
from bot.services.access import require
from bot.services.lists import admit, known_organisation
from storage.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class Question:
    """A request, and what the one who decides may answer."""

    request: AccessRequest
    organisations: tuple[Organisation, ...]
    roles: tuple[Role, ...]


class AccessRequests:
    """Takes requests of people on no list to those who may decide them."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        installed_team: Callable[[], str],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._now = now
        self._installed_team = installed_team
        self._wake = wake

    async def ask(self, person: Person) -> None:
        """Write a request down and tell those who decide; one that comes too soon leaves nothing, and says nothing."""
        now = self._now()
        async with self._database.begin() as tx:
            if is_too_soon(await tx.access_requests.last_at(person), now):
                return
            request_id = await tx.access_requests.add(person, now)
            deciders = await tx.members.with_role(roles_that_may(Action.DECIDE_ACCESS))
            to = [Person(member.slack_team, member.slack_user) for member in deciders]
            await tx.outbox.access_request(request_id, to, now)
            entry = AuditEntry(now, "access.requested", str(request_id), person.slack_team, person.slack_user)
            await tx.audit.write(entry)
        self._wake()

    async def question(self, actor: Actor, request_id: int) -> Question:
        """The request as it stands, and the lists and roles that the actor may choose from."""
        require(actor, Action.DECIDE_ACCESS)
        async with self._database.read() as tx:
            request = await _request(tx, request_id)
            organisations = await tx.members.organisations()
        roles = tuple(role for role in Role if may_admit_to(actor, actor.organisation, frozenset({role})))
        mine = tuple(o for o in organisations if may_admit_to(actor, o.key, frozenset()))
        return Question(request, mine, roles)

    async def refuse(self, actor: Actor, request_id: int, *, received: str) -> AccessRequest:
        """Refuse a request, without a word to who has asked; returns it as it is decided, by whomever."""
        require(actor, Action.DECIDE_ACCESS)
        now = self._now()
        async with self._database.begin() as tx:
            await _request(tx, request_id)
            if await tx.receipts.take(received, now):
                await self._decide(tx, actor, request_id, Outcome.REFUSED, now)
            request = await _request(tx, request_id)
        self._wake()
        return request

    async def admit(
        self, actor: Actor, request_id: int, draft: MemberDraft, *, received: str
    ) -> tuple[AccessRequest, Organisation | None]:
        """Put who has asked on a list; returns the request as it is decided, and the list where this did it."""
        require(actor, Action.DECIDE_ACCESS)
        now = self._now()
        async with self._database.begin() as tx:
            await tx.members.lock()
            request = await _request(tx, request_id)
            organisation = await known_organisation(tx, draft.organisation)
            if not may_admit_to(actor, organisation.key, draft.roles):
                raise InvalidInput(
                    "Only an admin can put people on another organisation’s list, or make them admins.",
                    "organisation" if organisation.key != actor.organisation else "roles",
                )
            done = await tx.receipts.take(received, now) and await self._decide(
                tx, actor, request_id, Outcome.ADMITTED, now
            )
            if done:
                person = self._as_listed(request.person, organisation)
                if await tx.members.actor(request.person, self._installed_team()) is not None:
                    raise Conflict("They are on a list already; /op members has them.")
                await admit(tx, actor, person, organisation, draft.roles, now)
            request = await _request(tx, request_id)
        self._wake()
        return request, organisation if done else None

    async def _decide(
        self, tx: Transaction, actor: Actor, request_id: int, outcome: Outcome, now: datetime
    ) -> bool:
        by = Person(actor.slack_team, actor.slack_user)
        if not await tx.access_requests.decide(request_id, outcome, by, now):
            return False
        await tx.outbox.request_decided(request_id, now)
        await tx.audit.write(AuditEntry.by(actor, f"access.{outcome}", str(request_id), now))
        return True

    def _as_listed(self, person: Person, organisation: Organisation) -> Person:
        """As the operation file would name them, where they are of their organisation's team; else by their own."""
        team = organisation.slack_team or self._installed_team()
        return Person(organisation.slack_team, person.slack_user) if person.slack_team == team else person


async def _request(tx: Transaction, request_id: int) -> AccessRequest:
    request = await tx.access_requests.get(request_id)
    if request is None:
        raise NotFound("There is no such request.")
    return request
