"""Flagging: what somebody saw becomes a case, or joins one, and everyone who may know is told."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts import DeliveryKind, route
from bot.domain.api_keys import RED_IS_FOR_PEOPLE
from bot.domain.cases import AFTER_CLOSING, AfterClosing, Case, Change, Status, flags_of
from bot.domain.errors import Conflict, InvalidInput, NotFound
from bot.domain.facts import Partner, needs_asking, partner_for
from bot.domain.flags import FlagDraft
from bot.domain.markings import Marking, Pap, Tlp
from bot.domain.organisations import Organisation
from bot.domain.people import Person
from bot.domain.references import new_reference
from bot.domain.roles import Action, Actor
from bot.domain.sharing import CaseView, FlagView, Reader, reader_for, view_of
from bot.services.access import named_people, require
from bot.services.flag_drafts import content_of, draft_of
from bot.services.telling import record
from storage.cases import CaseHead
from storage.database import Database, Transaction

DEFAULT_PREFIX = "OFA"
MINE_ON_A_PAGE = 8


class ClosedBefore(Conflict):
    """The case was closed in a way that whoever flags it anew should know of; nothing is stored until they say yes.

    Raised only to somebody who may see the closed case.
    """

    def __init__(self, view: CaseView) -> None:
        reason = view.reason.words.lower() if view.reason else "closed"
        on = f" on {view.closed_at:%Y-%m-%d}" if view.closed_at else ""
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
    joined: bool
    """The case was there before."""


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
    ) -> Flagged:
        """Store a flag, tell everyone who may know, and have the partner asked.

        ``received`` names the request: the same request delivered twice is done once and answered twice. With a
        ``response_url`` the person is shown there what ``show`` says: the card, or what the partner answers.
        Where the case was closed in a way they should know of, :class:`ClosedBefore` is raised and nothing is stored;
        ``again``: they know, and mean it.
        """
        require(actor, Action.FLAG)
        async with self._database.begin() as tx:
            flagged = await self.raise_in(tx, actor, draft, received, response_url, show, again=again)
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
        names = await tx.members.names()
        if not await tx.receipts.take(received, now):
            return await self._already(tx, actor, names, received)
        organisations = await tx.members.organisations()
        marking = draft.marking or Marking(_organisation(actor, organisations).default_marking)
        _check_marking(marking, actor, organisations)
        if draft.named:
            people = await named_people(tx, draft.named, self._installed_team())
            marking = Marking(marking.tlp, marking.releases, people)
        head = await self._open(tx, actor, draft, marking, now)
        if head.status is Status.CLOSED and not again:
            await _ask_first(tx, head, names, actor)
        flag_id = await tx.flags.add(head, actor, draft, marking, now)
        if flag_id is None and head.status is Status.CLOSED:  # the same words after the end are news again
            flag_id = await tx.flags.standing(head, actor, draft)
        if flag_id is not None:
            await self._tell(tx, head, actor, draft, marking, flag_id, organisations, now)
        await tx.outbox.point(head.id, marking.people - {Person(actor.slack_team, actor.slack_user)}, now)
        await tx.receipts.became(received, head.id)
        if response_url:
            person = Person(actor.slack_team, actor.slack_user)
            await tx.outbox.show(show, head.id, person, response_url, now)
        return Flagged(_seen(await tx.cases.get(head.id), names, actor, now), joined=not head.is_new)

    async def _already(self, tx: Transaction, actor: Actor, names: dict[str, str], received: str) -> Flagged:
        case_id = await tx.receipts.case_of(received)
        if case_id is None:
            raise Conflict("This has been done already.")
        return Flagged(_seen(await tx.cases.get(case_id), names, actor, self._now()), joined=False)

    async def _open(
        self, tx: Transaction, actor: Actor, draft: FlagDraft, marking: Marking, now: datetime
    ) -> CaseHead:
        operation = await tx.members.operation()
        prefix = operation.case_prefix if operation else DEFAULT_PREFIX

        def reference() -> str:
            return new_reference(prefix, now.year, secrets.choice)

        return await tx.cases.open(draft.subject, actor, marking, draft.pap, reference, now)

    async def _tell(
        self,
        tx: Transaction,
        head: CaseHead,
        actor: Actor,
        draft: FlagDraft,
        marking: Marking,
        flag_id: int,
        organisations: tuple[Organisation, ...],
        now: datetime,
    ) -> None:
        entry = await record(
            tx, head, Change.FLAGGED, actor, now, words=draft.words, marking=marking, flag_id=flag_id
        )
        case = await tx.cases.get(head.id)
        partner = partner_for(draft.subject)
        if (
            partner in self._partners
            and case.pap is not Pap.RED
            and needs_asking(case.partners, partner, now)
        ):
            await tx.facts.ask(head.subject_id, partner, now)
        destinations = route(case, organisations)
        await tx.outbox.refresh([head.id], now)
        await tx.outbox.alert(head.id, destinations, now)
        if not head.is_new:
            others = [
                place.organisation for place in destinations if place.organisation != actor.organisation
            ]
            await tx.outbox.note(head.id, entry, others, now)

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
        require(actor, Action.FLAG)
        async with self._database.begin() as tx:
            return await tx.drafts.keep(actor.slack_team, actor.slack_user, content_of(draft), self._now())

    async def kept(self, actor: Actor, draft_id: str) -> FlagDraft:
        """The actor's own draft."""
        async with self._database.read() as tx:
            content = await tx.drafts.of(draft_id, actor.slack_team, actor.slack_user)
        draft = draft_of(content) if content else None
        if draft is None:
            raise NotFound("This question is too old. Please flag it again.")
        return draft


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


def _organisation(actor: Actor, organisations: tuple[Organisation, ...]) -> Organisation:
    return next(organisation for organisation in organisations if organisation.key == actor.organisation)


def _check_marking(marking: Marking, actor: Actor, organisations: tuple[Organisation, ...]) -> None:
    if marking.tlp is Tlp.RED and Person(actor.slack_team, actor.slack_user).is_api_key:
        raise InvalidInput(RED_IS_FOR_PEOPLE, "tlp")
    known = {organisation.key for organisation in organisations}
    for key in sorted(marking.releases):
        if key not in known:
            raise InvalidInput(
                f"“{key[:40]}” is no organisation here. They are {', '.join(sorted(known))}.", "release"
            )
        if key == actor.organisation:
            raise InvalidInput("You need not release it to your own organisation.", "release")
