"""Looking cases up, acknowledging and closing them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts import DeliveryKind
from bot.domain.cases import Case, Change, CloseReason, next_status
from bot.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.domain.facts import Partner, needs_asking, partner_for
from bot.domain.identifiers import candidates
from bot.domain.markings import Marking, Pap, Tlp, strictest
from bot.domain.people import Person
from bot.domain.roles import Action, Actor
from bot.domain.sharing import CaseView, Reader, Standing, reader_for, view_of
from bot.services.access import require
from bot.services.references import references_in, refuse_broken_one
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
        reader = reader_for(actor)
        async with self._database.read() as tx:
            lists = await tx.members.lists()
            found = await tx.cases.get_many(await self._ids(tx, reader, text, lists.case_prefix))
        views = [(case, view_of(case, lists.names, reader, self._now())) for case in found]
        seen = [(case, view) for case, view in views if view is not None]
        if len(seen) == 1:
            await self._ask_again(actor, seen[0][0], response_url)
        return tuple(view for _, view in seen)

    async def _ids(self, tx: Transaction, reader: Reader, text: str, prefix: str) -> list[int]:
        named = references_in(text, prefix, self._now())
        ids = [await tx.cases.find_reference(reference, reader) for reference in named]
        if found := [each for each in ids if each is not None]:
            return found
        keys = list(dict.fromkeys(candidate.subject.key for candidate in candidates(text)))
        if not (named or keys):
            refuse_broken_one(text, prefix, self._now())
        return await tx.cases.find_subjects(keys, reader) if keys else []

    async def _ask_again(self, actor: Actor, case: Case, response_url: str) -> None:
        partner = partner_for(case.subject)
        now = self._now()
        if partner is None or partner not in self._partners or case.pap is Pap.RED:
            return
        on_its_way = any(view.asking for view in case.partners)
        if not on_its_way and not needs_asking(case.partners, partner, now):
            return
        async with self._database.begin() as tx:
            await tx.facts.ask(case.subject_id, case.circle, partner, now)
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
        now = self._now()
        async with self._database.begin() as tx:
            case, view = await self._case(tx, actor, reference, change=True)
            if await tx.receipts.take(received, now):
                _check(view, actor, Change.NOTED)
                head = await tx.cases.lock(case.id)
                if tlp is not None and strictest(tlp, view.tlp) is not tlp:
                    raise InvalidInput(
                        f"The case is marked {view.tlp.label}; a note on it is marked the same or stricter.",
                        "tlp",
                    )
                marking = None if tlp is None else Marking(tlp)
                entry = await record(tx, head, Change.NOTED, actor, now, words=words, marking=marking)
                await tell_others(tx, case, entry, actor, now)
                await redraw(tx, case.id, actor, response_url, now)
        self._wake()

    async def before(self, actor: Actor, reference: str, change: Change) -> None:
        """Raise where a form for this change would be refused now: nobody fills one in for nothing."""
        _check(await self.one(actor, reference), actor, change)

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
            case, view = await self._case(tx, actor, reference, change=True)
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
            case, view = await self._case(tx, actor, reference, change=True)
            if await tx.receipts.take(received, now):
                head = await tx.cases.lock(case.id)
                _check(view, actor, Change.CLOSED)
                entry = await record(tx, head, Change.CLOSED, actor, now, words=words, reason=reason)
                await tell_others(tx, case, entry, actor, now)
                await redraw(tx, case.id, actor, response_url, now)
        self._wake()

    async def _case(
        self, tx: Transaction, actor: Actor, reference: str, *, change: bool = False
    ) -> tuple[Case, CaseView]:
        """The case, if the actor may see it; ``change``: locked first, so that it is looked at as it will be changed."""
        case_id = await tx.cases.find_reference(reference, reader_for(actor))
        if case_id is None:
            raise NotFound(NO_SUCH_CASE)
        if change:
            await tx.cases.lock(case_id)
        case, view = await seen_by(tx, actor, case_id, self._now())
        if view is None:
            raise NotFound(NO_SUCH_CASE)
        return case, view


ACTIONS = {Change.NOTED: Action.NOTE, Change.CLOSED: Action.CLOSE, Change.MARKED: Action.CLOSE}


def _check(view: CaseView, actor: Actor, change: Change) -> None:
    """Raise where the actor, who sees the case, may not change it so at this moment."""
    next_status(view.status, change)
    require(actor, ACTIONS[change])
    if change is Change.CLOSED and not view.may_close:
        raise NotAllowed(f"Only an analyst of {view.owner_name} may close this case.")
    if change is Change.MARKED and not view.may_mark:
        raise NotAllowed(f"Only {view.owner_name}, which marked this case, may mark it otherwise.")


def _explain_no_acknowledgement(view: CaseView, actor: Actor) -> None:
    """Why there is nothing to acknowledge; silent where a colleague was a moment faster."""
    mine = next((line for line in view.ledger if line.organisation == actor.organisation), None)
    if mine is not None and mine.standing is Standing.ACKNOWLEDGED:
        return
    next_status(view.status, Change.ACKNOWLEDGED)
    if mine is None:
        raise Conflict(
            "Your organisation was not asked about this case; there is nothing for it to acknowledge."
        )
    raise Conflict("Your organisation flagged this itself; there is nothing for it to acknowledge.")
