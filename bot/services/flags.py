"""Flagging: what somebody saw becomes a case, or joins one, and everyone who may know is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts import DeliveryKind, hearers, route
from bot.domain.api_keys import RED_IS_FOR_PEOPLE
from bot.domain.cases import (
    AFTER_CLOSING,
    SHARED_CIRCLE,
    AfterClosing,
    Case,
    Change,
    Status,
    as_part,
    flags_of,
    is_for_all,
)
from bot.domain.disclosures import Shown, card_of, showing
from bot.domain.errors import Conflict, InvalidInput, NotFound
from bot.domain.facts import Partner, PartnerView, asking, needs_asking, partner_for
from bot.domain.flags import FlagDraft, FlagOutcome
from bot.domain.markings import Marking, Pap, Tlp, for_both, labels
from bot.domain.people import Person
from bot.domain.roles import Action, Actor
from bot.domain.sharing import CaseView, FlagView, Reader, reader_for, view_of
from bot.services.access import named_people, require
from bot.services.flag_drafts import content_of, draft_of
from bot.services.new_cases import new_case
from bot.services.references import references
from bot.services.telling import record
from storage.cases import CaseHead
from storage.database import Database, Transaction
from storage.members import Lists
from storage.outbox import Row, to_card

MINE_ON_A_PAGE = 8


class ClosedBefore(Conflict):
    """The case was closed in a way that whoever flags it anew should know of; nothing is stored until they say yes.

    Raised only to somebody who may see the closed case.
    """

    def __init__(self, view: CaseView) -> None:
        reason = view.reason.words.lower() if view.reason else "closed"
        on = f" on {view.closed_at:%Y-%m-%d} (UTC)" if view.closed_at else ""
        super().__init__(f"{view.reference} was closed{on}: {reason}. Flag it again only if you mean it.")
        self.view = view


@dataclass(frozen=True, slots=True)
class MyFlag:
    """A flag of one's own, and its case as it is now."""

    view: CaseView
    flag: FlagView
    number: int

    @property
    def name(self) -> str:
        """As a button names it."""
        return f"{self.view.reference} {self.number}"


@dataclass(frozen=True, slots=True)
class MinePage:
    """A part of the list of one's own flags; ``more`` names the last one, where there are more."""

    flags: tuple[MyFlag, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """What a flag became."""

    view: CaseView
    outcome: FlagOutcome
    recorded: tuple[Shown, ...] = ()
    """What stands in the register of what was shown already."""

    @property
    def joined(self) -> bool:
        """The case was there before."""
        return self.outcome is not FlagOutcome.NEW


class Flags:
    """Raises flags, and finds one's own."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        partners: frozenset[Partner],
        wake: Callable[[], None],
        installed_team: Callable[[], str],
    ) -> None:
        self._database = database
        self._now = now
        self._partners = partners
        self._installed_team = installed_team
        self._wake = wake

    async def raise_flag(
        self,
        actor: Actor,
        draft: FlagDraft,
        *,
        received: str,
        response_url: str = "",
        show: DeliveryKind = DeliveryKind.FOLLOW_UP,
        again: bool = False,
        answered_through: str = "",
    ) -> Flagged:
        """Store a flag, tell everyone who may know, and have the partner asked.

        ``received`` names the request: the same request delivered twice is done once and answered twice. With a
        ``response_url`` the person is shown there what ``show`` says: the card, or what the partner answers.
        Where the case was closed in a way they should know of, :class:`ClosedBefore` is raised and nothing is stored;
        ``again``: they know, and mean it. ``answered_through``: the door by which the card is the answer to this request;
        that it is shown is recorded with the flag, which takes no second writing to the disk.
        """
        require(actor, Action.FLAG)
        async with self._database.begin() as tx:
            flagged = await self.raise_in(tx, actor, draft, received, response_url, show, again=again)
            if answered_through:
                card = card_of(flagged.view)
                await tx.disclosures.add([showing(reader_for(actor), card, answered_through, self._now())])
                flagged = Flagged(flagged.view, flagged.outcome, (card,))
        self._wake()
        return flagged

    async def raise_several(
        self, actor: Actor, drafts: Sequence[FlagDraft], *, received: str, response_url: str
    ) -> None:
        """Store several flags, all or none; a card for each appears at ``response_url``."""
        require(actor, Action.FLAG)
        async with self._database.begin() as tx:
            # In one order for everybody: each locks its subject.
            for number, draft in enumerate(sorted(drafts, key=lambda draft: draft.subject.key)):
                name = f"{received} {number}"
                await self.raise_in(tx, actor, draft, name, response_url, DeliveryKind.NEW_CARD)
        self._wake()

    async def raise_in(
        self,
        tx: Transaction,
        actor: Actor,
        draft: FlagDraft,
        received: str,
        response_url: str = "",
        show: DeliveryKind = DeliveryKind.FOLLOW_UP,
        *,
        again: bool = False,
    ) -> Flagged:
        """The same in the caller's transaction, who has asked whether the actor may and wakes the worker afterwards."""
        now = self._now()
        person = Person(actor.slack_team, actor.slack_user)
        lists = await tx.members.lists()
        if not await tx.receipts.take(received, now):
            return await self._already(tx, actor, draft, lists.names)
        marking = await self._marking(tx, actor, draft, lists)
        head = await tx.cases.open(draft.subject, actor, marking, draft.pap, references(lists, now), now)
        if head.status is Status.CLOSED and not again:
            await _ask_first(tx, head, lists.names, actor)
        flag_id = await tx.flags.add(head, actor, draft, marking, now)
        if flag_id is None:
            flag_id = await _said_before(tx, head, actor, draft, marking)
        outcome, case = _outcome(head, flag_id), None
        card = [to_card(show, head.id, person, response_url, now, outcome)] if response_url else []
        if flag_id is not None:
            case = await self._tell(tx, head, actor, draft, marking, flag_id, lists, card, now)
        if head.is_marked:
            await _tell_of_marking(tx, await tx.cases.lock(head.id), actor, lists, now)
        if not head.is_new:
            await tx.outbox.add(card)
        await tx.outbox.point(head.id, marking.people - {person}, now)
        case = case or await tx.cases.get(head.id)
        return Flagged(_seen(case, lists.names, actor, now), outcome)

    async def _marking(self, tx: Transaction, actor: Actor, draft: FlagDraft, lists: Lists) -> Marking:
        """What the flag is marked, its organisation's default where it says nothing; refused where it cannot be."""
        marking = draft.marking or Marking(lists.organisation(actor.organisation).default_marking)
        _check_marking(marking, actor, lists)
        if not draft.named:
            return marking
        people = await named_people(tx, draft.named, self._installed_team())
        return Marking(marking.tlp, marking.releases, people)

    async def _already(
        self, tx: Transaction, actor: Actor, draft: FlagDraft, names: dict[str, str]
    ) -> Flagged:
        """What a request came to that has been done before; :class:`Conflict` where it asked for something else then."""
        case_id = await tx.flags.case_of(Person(actor.slack_team, actor.slack_user), draft.subject.key)
        if case_id is None:
            raise Conflict("This has been done already.")
        return Flagged(_seen(await tx.cases.get(case_id), names, actor, self._now()), FlagOutcome.NEW)

    async def _tell(
        self,
        tx: Transaction,
        head: CaseHead,
        actor: Actor,
        draft: FlagDraft,
        marking: Marking,
        flag_id: int,
        lists: Lists,
        card: Sequence[Row],
        now: datetime,
    ) -> Case | None:
        """Put the flag on the timeline, have the partner asked and everyone told who may know.

        Returns the case where it is new: what was just written need not be read back.
        """
        entry = await record(
            tx, head, Change.FLAGGED, actor, now, words=draft.words, marking=marking, flag_id=flag_id
        )
        known = await self._ask(tx, head, draft, marking, now)
        author = Person(actor.slack_team, actor.slack_user)
        destinations = route(head.marking, head.owner, lists.organisations)
        if head.is_new:
            await tx.outbox.announce(head.id, destinations, card, now)
            told = tuple(place.organisation for place in destinations)
            return new_case(head, draft, author, flag_id, entry, told, known)
        if not is_for_all(marking, head.marking):
            # Nothing moves, and no late alert is tried again, where nobody may know why.
            destinations = hearers(marking, author, actor.organisation, destinations)
        await tx.outbox.refresh([head.id], now)
        await tx.outbox.alert(head.id, destinations, now)
        others = [place.organisation for place in destinations if place.organisation != actor.organisation]
        await tx.outbox.note(head.id, entry, others, now)
        return None

    async def _ask(
        self, tx: Transaction, head: CaseHead, draft: FlagDraft, marking: Marking, now: datetime
    ) -> tuple[PartnerView, ...]:
        """Have the partner asked where that is needed; what is known then.

        A part stricter than its case asks nothing: the answer would tell of it.
        """
        known: tuple[PartnerView, ...] = ()
        # Of a new one nothing has been asked for all to know.
        if not (head.is_new and head.circle == SHARED_CIRCLE):
            (known,) = await tx.facts.known([head])
        partner = partner_for(draft.subject)
        if partner not in self._partners or head.pap is Pap.RED:
            return known
        if not is_for_all(marking, head.marking) or not needs_asking(known, partner, now):
            return known
        await tx.facts.ask(head.subject_id, head.circle, partner, now)
        return asking(known, partner)

    async def mine(self, actor: Actor, after: str = "") -> MinePage:
        """The actor's own flags that they may still see, the newest first; ``after``: the last one of the page before."""
        require(actor, Action.LOOK_UP)
        person, reader = Person(actor.slack_team, actor.slack_user), reader_for(actor)
        found: list[MyFlag] = []
        async with self._database.read() as tx:
            names = await tx.members.names()
            before = await _place_of(tx, person, reader, after) if after else None
            while len(found) <= MINE_ON_A_PAGE:
                rows = await tx.flags.of_person(person, before, MINE_ON_A_PAGE + 1)
                cases = {case.id: case for case in await tx.cases.get_many(list({case for _, case in rows}))}
                for flag_id, case_id in rows:
                    view = view_of(cases[case_id], names, reader)
                    flag = next((each for each in view.flags if each.id == flag_id), None) if view else None
                    if view is not None and flag is not None:
                        found.append(MyFlag(view, flag, _number(cases[case_id], person, flag_id)))
                if len(rows) <= MINE_ON_A_PAGE:
                    break
                before = rows[-1][0]
        shown = tuple(found[:MINE_ON_A_PAGE])
        return MinePage(shown, shown[-1].name if len(found) > MINE_ON_A_PAGE else "")

    async def keep(self, actor: Actor, draft: FlagDraft) -> str:
        """Keep a flag whose author has to confirm it; returns the id to take it up by."""
        return (await self.keep_all(actor, [draft]))[0]

    async def keep_all(self, actor: Actor, drafts: Sequence[FlagDraft]) -> list[str]:
        """The same of several at once, in their order."""
        require(actor, Action.FLAG)
        contents = [content_of(draft) for draft in drafts]
        async with self._database.begin() as tx:
            return await tx.drafts.keep_all(actor.slack_team, actor.slack_user, contents, self._now())

    async def kept(self, actor: Actor, draft_id: str) -> FlagDraft:
        """The actor's own draft."""
        return (await self.kept_all(actor, [draft_id]))[0]

    async def kept_all(self, actor: Actor, draft_ids: Sequence[str]) -> list[FlagDraft]:
        """The actor's own drafts, each of them or none."""
        async with self._database.read() as tx:
            contents = await tx.drafts.all_of(draft_ids, actor.slack_team, actor.slack_user)
        drafts = [draft_of(contents.get(draft_id, {})) for draft_id in draft_ids]
        found = [draft for draft in drafts if draft is not None]
        if not found or len(found) < len(draft_ids):
            raise NotFound("This question is too old. Please flag it again.")
        return found


async def _tell_of_marking(
    tx: Transaction, head: CaseHead, actor: Actor, lists: Lists, now: datetime
) -> None:
    """What a flag has done to its case's own labels: on the timeline, in the trail, and told to who may now know."""
    entry = await record(
        tx, head, Change.MARKED, actor, now, words=labels(head.marking, head.pap, lists.names)
    )
    destinations = route(head.marking, head.owner, lists.organisations)
    await tx.outbox.refresh([head.id], now)
    await tx.outbox.alert(head.id, destinations, now)
    others = [place.organisation for place in destinations if place.organisation != actor.organisation]
    await tx.outbox.note(head.id, entry, others, now)


async def _said_before(
    tx: Transaction, head: CaseHead, actor: Actor, draft: FlagDraft, marking: Marking
) -> int | None:
    """The person's flag that says the same, where that is news all the same: after the end, or for more people than knew
    of it so far.
    """
    flag_id, before = await tx.flags.standing(head, actor, draft)
    is_wider = not is_for_all(before, marking) and not is_for_all(before, head.marking)
    if is_wider:
        wider = for_both(before, marking) if before.tlp is marking.tlp else marking
        await tx.flags.mark(flag_id, as_part(wider, head.marking))
    return flag_id if is_wider or head.status is Status.CLOSED else None


def _outcome(head: CaseHead, flag_id: int | None) -> FlagOutcome:
    if flag_id is None:
        return FlagOutcome.WIDENED if head.is_marked else FlagOutcome.SAME
    if head.is_new:
        return FlagOutcome.NEW
    return FlagOutcome.REOPENED if head.status is Status.CLOSED else FlagOutcome.JOINED


def _number(case: Case, person: Person, flag_id: int) -> int:
    return [flag.id for flag in flags_of(case, person)].index(flag_id) + 1


async def _place_of(tx: Transaction, person: Person, reader: Reader, name: str) -> int:
    """The id of the person's own flag that a button names. Raises :class:`NotFound`."""
    reference, _, number = name.rpartition(" ")
    case_id = await tx.cases.find_reference(reference, reader)
    mine = flags_of(await tx.cases.get(case_id), person) if case_id is not None else ()
    if not (number.isascii() and number.isdecimal()) or not 1 <= int(number) <= len(mine):
        raise NotFound("This list is too old. Type /flag mine again.")
    return mine[int(number) - 1].id


async def _ask_first(tx: Transaction, head: CaseHead, names: dict[str, str], actor: Actor) -> None:
    """Raise :class:`ClosedBefore` where the case ended so that whoever flags it anew should know, and may."""
    case = await tx.cases.get(head.id)
    view = view_of(case, names, reader_for(actor))
    asked = case.reason is not None and AFTER_CLOSING[case.reason] is AfterClosing.ASKED
    if view is not None and asked:
        raise ClosedBefore(view)


def _seen(case: Case, names: dict[str, str], actor: Actor, now: datetime) -> CaseView:
    view = view_of(case, names, reader_for(actor), now)
    if view is None:
        raise NotFound("There is no such case.")
    return view


def _check_marking(marking: Marking, actor: Actor, lists: Lists) -> None:
    if marking.tlp is Tlp.RED and Person(actor.slack_team, actor.slack_user).is_api_key:
        raise InvalidInput(RED_IS_FOR_PEOPLE, "tlp")
    known = lists.names
    for key in sorted(marking.releases):
        if key not in known:
            raise InvalidInput(
                f"“{key[:40]}” is no organisation here. They are {', '.join(sorted(known))}.", "release"
            )
        if key == actor.organisation:
            raise InvalidInput("You need not release it to your own organisation.", "release")
