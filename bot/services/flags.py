"""Flagging: what somebody saw becomes a case, or joins one, and everyone who may know is told."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.domain.alerts import DeliveryKind, route
from bot.domain.api_keys import RED_IS_FOR_PEOPLE
from bot.domain.cases import Case, Change, CloseReason, Status, keeps_open
from bot.domain.errors import Conflict, InvalidInput, NotFound
from bot.domain.facts import Partner, needs_asking, partner_for
from bot.domain.flag_details import Category, Confidence, Details, Reason, Wish
from bot.domain.flags import Flag, FlagDraft
from bot.domain.markings import Marking, Pap, Tlp
from bot.domain.organisations import Organisation
from bot.domain.people import Person
from bot.domain.references import new_reference
from bot.domain.roles import Action, Actor
from bot.domain.sharing import CaseView, reader_for, view_of
from bot.domain.subjects import Subject, SubjectKind
from bot.services.access import named_people, require
from bot.services.telling import record, redraw, seen_by, tell_others
from storage.cases import CaseHead
from storage.database import Database, Transaction

DEFAULT_PREFIX = "OFA"
NO_SUCH_FLAG = "There is no such flag of yours."


@dataclass(frozen=True, slots=True)
class Flagged:
    """What a flag became."""

    view: CaseView
    joined: bool
    """The case was there before."""


class Flags:
    """Raises and withdraws flags."""

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
    ) -> Flagged:
        """Store a flag, tell everyone who may know, and have the partner asked.

        ``received`` names the request: the same request delivered twice is done once and answered twice. With a
        ``response_url`` the person is shown there what ``show`` says: the card, or what the partner answers.
        """
        require(actor, Action.FLAG)
        async with self._database.begin() as tx:
            flagged = await self.raise_in(tx, actor, draft, received, response_url, show)
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
        is_new = await tx.cases.add_flag(head, actor, draft, marking, now)
        if is_new or head.status is Status.CLOSED:  # the same words after the end are news again
            await self._tell(tx, head, actor, draft, marking, organisations, now)
        await tx.receipts.became(received, head.id)
        if response_url:
            person = Person(actor.slack_team, actor.slack_user)
            await tx.outbox.show(show, head.id, person, response_url, now)
        return Flagged(_seen(await tx.cases.get(head.id), names, actor), joined=not head.is_new)

    async def _already(self, tx: Transaction, actor: Actor, names: dict[str, str], received: str) -> Flagged:
        case_id = await tx.receipts.case_of(received)
        if case_id is None:
            raise Conflict("This has been done already.")
        return Flagged(_seen(await tx.cases.get(case_id), names, actor), joined=False)

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
        organisations: tuple[Organisation, ...],
        now: datetime,
    ) -> None:
        entry = await record(tx, head, Change.FLAGGED, actor, now, words=draft.words, marking=marking)
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

    async def withdraw(self, actor: Actor, reference: str, *, received: str, response_url: str) -> None:
        """Take back one's own latest flag on a case; the last one that stands takes the case with it.

        Everyone who was told hears of it.
        """
        now = self._now()
        async with self._database.begin() as tx:
            if not await tx.receipts.take(received, now):
                return
            case_id = await tx.cases.find_reference(reference, reader_for(actor))
            if case_id is None:
                raise NotFound(NO_SUCH_FLAG)
            head = await tx.cases.lock(case_id)
            case, _ = await seen_by(tx, actor, case_id)
            mine = _own_flag(case, actor)
            await tx.cases.withdraw_flag(mine.id, "", now)
            entry = await record(tx, head, Change.WITHDRAWN, actor, now, marking=mine.marking)
            others = any(keeps_open(flag, case) for flag in case.flags if flag.id != mine.id)
            if keeps_open(mine, case) and not others and head.status is Status.OPEN:
                await record(tx, head, Change.CLOSED, actor, now, reason=CloseReason.WITHDRAWN)
            await tell_others(tx, case, entry, actor, now)
            await redraw(tx, case_id, actor, response_url, now)
        self._wake()

    async def keep(self, actor: Actor, draft: FlagDraft) -> str:
        """Keep a flag whose author has to confirm it; returns the id to take it up by."""
        require(actor, Action.FLAG)
        async with self._database.begin() as tx:
            return await tx.drafts.keep(actor.slack_team, actor.slack_user, draft_content(draft), self._now())

    async def kept(self, actor: Actor, draft_id: str) -> FlagDraft:
        """The actor's own draft."""
        async with self._database.read() as tx:
            content = await tx.drafts.of(draft_id, actor.slack_team, actor.slack_user)
        if content is None:
            raise NotFound("This question is too old. Please flag it again.")
        return _draft(content)


def _own_flag(case: Case, actor: Actor) -> Flag:
    mine = [
        flag
        for flag in case.flags
        if (flag.slack_team, flag.slack_user) == (actor.slack_team, actor.slack_user)
    ]
    if not mine:
        raise NotFound(NO_SUCH_FLAG)
    standing = [flag for flag in mine if flag.stands]
    if not standing:
        raise Conflict("You have withdrawn this flag already.")
    return standing[-1]


def _seen(case: Case, names: dict[str, str], actor: Actor) -> CaseView:
    view = view_of(case, names, reader_for(actor))
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


def draft_content(draft: FlagDraft) -> dict[str, Any]:
    """A draft as it is kept until its author says yes."""
    subject, marking = draft.subject, draft.marking
    return {
        "subject": [subject.kind.value, subject.scheme, subject.number, subject.platform],
        "words": draft.words,
        "marking": marking and [marking.tlp.value, sorted(marking.releases)],
        "pap": draft.pap.value,
        "details": {name: value for name, value in asdict(draft.details).items() if value},
    }


def _draft(content: dict[str, Any]) -> FlagDraft:
    kind, scheme, number, platform = content["subject"]
    marking = content["marking"]
    return FlagDraft(
        Subject(SubjectKind(kind), scheme, number, platform),
        content["words"],
        marking and Marking(Tlp(marking[0]), frozenset(marking[1])),
        Pap(content["pap"]),
        _details(content.get("details", {})),
    )


def _details(said: dict[str, Any]) -> Details:
    kinds = {"reason": Reason, "confidence": Confidence, "category": Category, "wish": Wish}
    read: dict[str, Any] = {
        name: kinds[name](value) if name in kinds else value for name, value in said.items()
    }
    return Details(**read)
