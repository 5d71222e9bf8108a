"""Changing who may see a case: only the organisation that marked it may."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.alerts import route
from bot.domain.cases import Case, Change, CloseReason, beside, circle_of, next_status
from bot.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.domain.markings import Marking, Tlp, labels
from bot.domain.people import Person
from bot.domain.roles import Action, Actor
from bot.domain.sharing import may_see, reader_for
from bot.services.access import named_people, require
from bot.services.parting import part_hidden_flags
from bot.services.telling import record, redraw, seen_by, tell_others
from storage.database import Database, Transaction


class Markings:
    """Tightens and loosens."""

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

    async def others(self, actor: Actor) -> list[tuple[str, str]]:
        """The organisations a case of the actor's can be released to: key and name."""
        async with self._database.read() as tx:
            organisations = await tx.members.organisations()
        return [(other.key, other.name) for other in organisations if other.key != actor.organisation]

    async def mark(
        self,
        actor: Actor,
        reference: str,
        tlp: Tlp,
        releases: frozenset[str],
        users: frozenset[str],
        *,
        received: str,
        response_url: str,
    ) -> None:
        """Mark a case otherwise. Who may now see it is told, and who is named in it when it is RED gets a pointer to it;
        who may no longer finds the alert taken back.

        A case loosened to GREEN or CLEAR joins the shared case of its subject, where one is open.
        """
        require(actor, Action.CLOSE)
        now = self._now()
        async with self._database.begin() as tx:
            case = await self._own_case(tx, actor, reference)
            if not await tx.receipts.take(received, now):
                return
            marking = Marking(
                tlp, await _known(tx, releases), await named_people(tx, users, self._installed_team())
            )
            if tlp is Tlp.RED and case.opener.is_api_key and not marking.people:
                raise InvalidInput("An API key opened this case: name the people who may see it.", "people")
            if marking != case.marking:
                await self.change(tx, case, marking, actor, response_url, now)
        self._wake()

    async def _own_case(self, tx: Transaction, actor: Actor, reference: str) -> Case:
        case_id = await tx.cases.find_reference(reference, reader_for(actor))
        if case_id is None:
            raise NotFound("There is no such case.")
        await tx.cases.lock_with_subject(case_id)
        case, view = await seen_by(tx, actor, case_id)
        if view is None:
            raise NotFound("There is no such case.")
        next_status(case.status, Change.MARKED)
        if case.owner != actor.organisation:
            raise NotAllowed(f"Only {view.owner_name}, which marked this case, may mark it otherwise.")
        return case

    async def change(
        self, tx: Transaction, case: Case, marking: Marking, actor: Actor, response_url: str, now: datetime
    ) -> None:
        """Mark a case otherwise, inside the transaction of who holds it and has asked whether the actor may."""
        circle = circle_of(marking.tlp, case.owner, case.opener)
        moves, target = circle != case.circle, None
        if moves:
            _let_nobody_be_shut_out(case, actor)
            target = await tx.cases.open_in_circle(case.subject_id, circle)
        if target is not None and not marking.tlp.is_shared:
            await _refuse_second(tx, target, actor)
            # Of the case that is there, who marks this one may not know: this one stands beside it.
            circle, target = beside(circle, case.id), None
        if moves:
            await tx.facts.carry(case, circle, now)
        await tx.cases.mark(case, marking, case.circle if target else circle)
        if moves:
            await part_hidden_flags(tx, case, marking, now)
        head = await tx.cases.lock(case.id)
        names = await tx.members.names()
        words = labels(marking, head.pap, names)
        entry = await record(tx, head, Change.MARKED, actor, now, words=words, marking=marking)
        if target is not None:
            await self._join(tx, case, target, marking, actor, now)
        else:
            organisations = await tx.members.organisations()
            await tx.outbox.alert(case.id, route(marking, case.owner, organisations), now)
            await tell_others(tx, case, entry, actor, now)
        digests_since = case.opened_at if case.marking.tlp.is_shared else None
        await tx.outbox.take_back([case.id], digests_since, now)
        newly_named = marking.people - case.marking.people - {Person(actor.slack_team, actor.slack_user)}
        await tx.outbox.point(case.id, newly_named, now)
        await redraw(tx, case.id, actor, response_url, now)

    async def _join(
        self, tx: Transaction, case: Case, target: int, marking: Marking, actor: Actor, now: datetime
    ) -> None:
        """The case goes on in the shared one, and says so in both."""
        shared = await tx.cases.get(target)
        await tx.flags.move(case.id, target)
        words = f"goes on in {shared.reference}"
        head = await tx.cases.lock(case.id)
        await record(tx, head, Change.CLOSED, actor, now, words=words, reason=CloseReason.DUPLICATE)
        into = await tx.cases.lock_stricter(target, case.pap)
        entry = await record(tx, into, Change.FLAGGED, actor, now, words="", marking=marking)
        await tell_others(tx, shared, entry, actor, now)
        await tx.outbox.refresh([target], now)


def _let_nobody_be_shut_out(case: Case, actor: Actor) -> None:
    """Raise where others have flagged the case too, as far as the actor may know."""
    reader = reader_for(actor)
    if any(
        flag.stands
        and flag.organisation != case.owner
        and may_see(flag.marking, flag.organisation, Person(flag.slack_team, flag.slack_user), reader)
        for flag in case.flags
    ):
        raise Conflict("Another organisation has flagged this too; its people cannot be shut out of it.")


async def _refuse_second(tx: Transaction, target: int, actor: Actor) -> None:
    """Raise where the actor may see that the subject has an open case of that marking already."""
    if (await seen_by(tx, actor, target))[1] is not None:
        raise Conflict(
            "You have another open case of that marking on the same subject. Close one of them first."
        )


async def _known(tx: Transaction, releases: frozenset[str]) -> frozenset[str]:
    unknown = releases - set(await tx.members.names())
    if unknown:
        raise InvalidInput(f"“{min(unknown)[:40]}” is no organisation here.", "release")
    return releases
