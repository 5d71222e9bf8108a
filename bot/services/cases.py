"""Looking cases up, acknowledging and closing them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts import DeliveryKind
from bot.domain.cases import Case, Change, CloseReason, next_status
from bot.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.domain.facts import Partner, needs_asking, partner_for
from bot.domain.identifiers import candidates
from bot.domain.markings import Marking, Pap, Tlp
from bot.domain.people import Person
from bot.domain.references import read_reference
from bot.domain.roles import Action, Actor
from bot.domain.sharing import CaseView, Standing, reader_for
from bot.services.access import require
from bot.services.flags import DEFAULT_PREFIX
from bot.services.telling import all_seen_by, record, redraw, seen_by, tell_others
from storage.database import Database, Transaction

PAGE = 10


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; ``more`` is the reference of the last case, where there are more; None at the end."""

    views: tuple[CaseView, ...]
    more: str | None


NO_SUCH_CASE = "There is no such case."


class Cases:
    """What may be done with a case."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        partners: frozenset[Partner],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._now = now
        self._partners = partners
        self._wake = wake

    async def find(self, actor: Actor, text: str, response_url: str = "") -> tuple[CaseView, ...]:
        """Every case that ``text`` names and the actor may see: by reference, or by what it is about.

        A case found alone has its partner asked again where the last answer is old; the new one is told at
        ``response_url``. Raises :class:`InvalidInput` for a mistyped reference.
        """
        require(actor, Action.LOOK_UP)
        async with self._database.read() as tx:
            found = await all_seen_by(tx, actor, await self._ids(tx, actor, text), self._now())
        seen = [(case, view) for case, view in found if view is not None]
        if len(seen) == 1:
            await self._ask_again(actor, seen[0][0], response_url)
        return tuple(view for _, view in seen)

    async def _ids(self, tx: Transaction, actor: Actor, text: str) -> list[int]:
        reader = reader_for(actor)
        operation = await tx.members.operation()
        reference = read_reference(text, operation.case_prefix if operation else DEFAULT_PREFIX)
        if reference is None:
            keys = list(dict.fromkeys(candidate.subject.key for candidate in candidates(text)))
            return await tx.cases.find_subjects(keys, reader) if keys else []
        if not reference.check_passed:
            raise InvalidInput(
                f"{reference.text} is mistyped: its last character does not fit the others. Please compare it."
            )
        found = await tx.cases.find_reference(reference.text, reader)
        return [] if found is None else [found]

    async def _ask_again(self, actor: Actor, case: Case, response_url: str) -> None:
        partner = partner_for(case.subject)
        now = self._now()
        if partner is None or partner not in self._partners or case.pap is Pap.RED:
            return
        on_its_way = any(view.asking for view in case.partners)
        if not on_its_way and not needs_asking(case.partners, partner, now):
            return
        async with self._database.begin() as tx:
            await tx.facts.ask(case.subject_id, partner, now)
            if response_url:
                person = Person(actor.slack_team, actor.slack_user)
                await tx.outbox.show(DeliveryKind.FOLLOW_UP, case.id, person, response_url, now)
        self._wake()

    async def newest(self, actor: Actor, after: str | None = None) -> Page:
        """The cases the actor may see, the newest first, a page at a time; ``after``: the last reference of the one before."""
        require(actor, Action.LOOK_UP)
        reader = reader_for(actor)
        async with self._database.read() as tx:
            last = await tx.cases.find_reference(after, reader) if after else None
            if after and last is None:
                raise NotFound("This list is too old. Type /cases again.")
            ids = await tx.cases.newest(reader, last, PAGE + 1)
            found = await all_seen_by(tx, actor, ids[:PAGE])
        views = tuple(view for _, view in found if view is not None)
        return Page(views, views[-1].reference if views and len(ids) > PAGE else None)

    async def note(
        self, actor: Actor, reference: str, words: str, tlp: Tlp | None, *, received: str, response_url: str
    ) -> None:
        """Add a note to a case's timeline, marked as the case is or stricter."""
        require(actor, Action.NOTE)
        now = self._now()
        async with self._database.begin() as tx:
            case, _ = await self._case(tx, actor, reference)
            if await tx.receipts.take(received, now):
                head = await tx.cases.lock(case.id)
                marking = None if tlp is None else Marking(tlp)
                entry = await record(tx, head, Change.NOTED, actor, now, words=words, marking=marking)
                await tell_others(tx, case, entry, actor, now)
                await redraw(tx, case.id, actor, response_url, now)
        self._wake()

    async def one(self, actor: Actor, reference: str) -> CaseView:
        """The case of that reference, as the actor may see it now. Raises :class:`NotFound`."""
        async with self._database.read() as tx:
            _, view = await self._case(tx, actor, reference)
        return view

    async def acknowledge(
        self, actor: Actor, reference: str, *, received: str, response_url: str = ""
    ) -> None:
        """The actor's organisation takes the alert on. A second click, by whomever of it, changes nothing."""
        require(actor, Action.ACKNOWLEDGE)
        now = self._now()
        async with self._database.begin() as tx:
            case, view = await self._case(tx, actor, reference)
            if not view.may_acknowledge:
                _explain_no_acknowledgement(view, actor)
            elif await tx.receipts.take(received, now):
                head = await tx.cases.lock(case.id)
                if await tx.cases.acknowledge(head, actor, now):
                    await record(tx, head, Change.ACKNOWLEDGED, actor, now)
            await redraw(tx, case.id, actor, response_url, now)
        self._wake()

    async def close(
        self,
        actor: Actor,
        reference: str,
        reason: CloseReason,
        words: str,
        *,
        received: str,
        response_url: str = "",
    ) -> None:
        """Close a case for everyone who may see it, with the reason; everyone who was told hears it."""
        now = self._now()
        async with self._database.begin() as tx:
            case, view = await self._case(tx, actor, reference)
            if await tx.receipts.take(received, now):
                head = await tx.cases.lock(case.id)
                next_status(head.status, Change.CLOSED)
                require(actor, Action.CLOSE)
                if not view.may_close:
                    raise NotAllowed(f"Only an analyst of {view.owner_name} may close this case.")
                entry = await record(tx, head, Change.CLOSED, actor, now, words=words, reason=reason)
                await tell_others(tx, case, entry, actor, now)
                await redraw(tx, case.id, actor, response_url, now)
        self._wake()

    async def _case(self, tx: Transaction, actor: Actor, reference: str) -> tuple[Case, CaseView]:
        case_id = await tx.cases.find_reference(reference, reader_for(actor))
        if case_id is None:
            raise NotFound(NO_SUCH_CASE)
        case, view = await seen_by(tx, actor, case_id, self._now())
        if view is None:
            raise NotFound(NO_SUCH_CASE)
        return case, view


def _explain_no_acknowledgement(view: CaseView, actor: Actor) -> None:
    """Why there is nothing to acknowledge; silent where a colleague was a moment faster."""
    mine = next((line for line in view.ledger if line.organisation == actor.organisation), None)
    if mine is not None and mine.standing is Standing.ACKNOWLEDGED:
        return
    next_status(view.status, Change.ACKNOWLEDGED)
    raise Conflict("Your organisation flagged this itself; there is nothing for it to acknowledge.")
