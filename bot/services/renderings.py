"""What a delivery says, read and rendered at the moment it is sent, for those who read it then."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.domain.alerts import OTHERS_READ_ALONG, Delivery, DeliveryKind
from bot.domain.errors import DeliveryError
from bot.domain.facts import Partner
from bot.domain.flags import FlagOutcome
from bot.domain.markings import Tlp
from bot.domain.news import News, told_together
from bot.domain.people import Person
from bot.domain.roles import Action, Actor, may
from bot.domain.sharing import CaseView, Fate, Reader, reader_for, view_of
from bot.messages import alerts as render
from bot.messages.access_requests import access_request, decided, no_member
from bot.messages.cases import (
    NAMED,
    case_card,
    case_news,
    lasting_card,
    red_part_pointer,
    red_pointer,
    told_lead,
)
from bot.messages.digests import digest
from bot.messages.members import welcome
from bot.messages.news import flag_news
from bot.messages.organisations import introduction
from bot.services.audiences import Audiences
from bot.services.digests import Digests
from bot.services.meetings import meeting, report
from bot.services.members import whom_to_ask
from bot.services.recognising import answer_of
from bot.services.rendered import Held, NotForThem, NothingToTell, NotYet, Rendered
from storage.database import Database, Transaction

Rendering = Callable[[Transaction, Delivery, Reader], Awaitable[Rendered]]


class Renderings:
    """Knows every kind of delivery."""

    def __init__(
        self,
        database: Database,
        digests: Digests,
        audiences: Audiences,
        installed_team: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._now = now
        self._digests = digests
        self._audiences = audiences
        self._installed_team = installed_team
        self._by_kind: dict[DeliveryKind, Rendering] = {
            DeliveryKind.ALERT: self._alert,
            DeliveryKind.NOTE: self._note,
            DeliveryKind.CARD: self._card,
            DeliveryKind.NEW_CARD: self._card,
            DeliveryKind.CARD_BY_MESSAGE: self._card,
            DeliveryKind.FOLLOW_UP: self._follow_up,
            DeliveryKind.POINTER: self._pointer,
            DeliveryKind.DIGEST: self._digest,
            DeliveryKind.OTHERS_CAME: self._others_came,
            DeliveryKind.TROUBLE: self._trouble,
            DeliveryKind.RECOGNISED: self._recognised,
            DeliveryKind.FLAG_NEWS: self._flag_news,
            DeliveryKind.MEETING: self._meeting,
            DeliveryKind.PROBING: self._probing,
            DeliveryKind.ACCESS_REQUEST: self._access_request,
            DeliveryKind.WELCOME: self._welcome,
            DeliveryKind.INTRODUCTION: self._introduction,
        }

    async def of(self, delivery: Delivery) -> Rendered:
        """The message as it stands now. Raises :class:`NothingToTell`, :class:`NotYet`, :class:`Held`."""
        reader, unread = Reader(frozenset()), None
        if delivery.kind in (DeliveryKind.ALERT, DeliveryKind.NOTE) and delivery.organisation:
            # Asked of Slack where the last look is old, so outside the transaction.
            reader, unread = await self._audiences.reader(delivery.address, delivery.organisation)
        async with self._database.read() as tx:
            try:
                return await self._by_kind[delivery.kind](tx, delivery, reader)
            except NotForThem:
                stands = delivery.message_ts is not None
                if reader.home and await self._is_theirs(tx, delivery, reader.home):
                    _wait_for_channel(delivery, unread, stands=stands)
                if not stands:
                    raise
                return Rendered(render.withheld(), reader)

    async def _is_theirs(self, tx: Transaction, delivery: Delivery, home: str) -> bool:
        """Whether the channel's own organisation may read it, so that it is the channel that is in the way."""
        try:
            await self._by_kind[delivery.kind](tx, delivery, Reader(frozenset({home})))
        except NotForThem:
            return False
        return True

    async def _view(self, tx: Transaction, delivery: Delivery, reader: Reader) -> CaseView | None:
        case = await tx.cases.get(delivery.case_id or 0)
        return view_of(case, await tx.members.names(), reader, self._now())

    async def _alert(self, tx: Transaction, delivery: Delivery, reader: Reader) -> Rendered:
        view = await self._view(tx, delivery, reader)
        if view is not None:
            return Rendered(render.alert(view), reader)
        raise NotForThem("the reader may not see the case")

    async def _note(self, tx: Transaction, delivery: Delivery, reader: Reader) -> Rendered:
        if delivery.organisation is None:
            raise NotForThem("its organisation has left")
        alert = await tx.sending.standing_alert(delivery.case_id or 0, delivery.organisation)
        if alert.message_ts is None:
            # Where the alert is paused, what resumes it resumes this too: both go to one address.
            raise Held("waits for its alert") if alert.paused else NotYet("waits for its alert")
        view = await self._view(tx, delivery, reader)
        timeline = view.timeline if view else ()
        entry = next((entry for entry in timeline if entry.id == delivery.entry_id), None)
        if view is None or entry is None:
            raise NotForThem("the reader may not see the change")
        if entry.fate is Fate.WITHDRAWN and delivery.message_ts is None:
            raise NothingToTell("the flag was withdrawn before it was told")
        return Rendered(render.note(view, entry), reader, alert.message_ts)

    async def _card(self, tx: Transaction, delivery: Delivery, _: Reader) -> Rendered:
        reader, view = await self._for_person(tx, delivery)
        came_to = FlagOutcome(delivery.about) if delivery.about and not delivery.sent_digest else None
        card = case_card(view, told_lead(view, came_to) if came_to else "")
        return Rendered(card, reader, lasting=lasting_card(view))

    async def _follow_up(self, tx: Transaction, delivery: Delivery, _: Reader) -> Rendered:
        reader, view = await self._for_person(tx, delivery)
        return Rendered(case_news(view), reader)

    async def _digest(self, tx: Transaction, delivery: Delivery, _: Reader) -> Rendered:
        reader, report = await self._digests.report(tx, delivery.digest_run_id or 0)
        return Rendered(digest(report, self._now() if delivery.message_ts else None), reader)

    async def _others_came(self, tx: Transaction, delivery: Delivery, reader: Reader) -> Rendered:
        names = await tx.members.names()
        came = {key: names.get(key, key) for key in delivery.about.split(",") if key}
        return Rendered(render.others_came(delivery.address, came), reader)

    async def _trouble(self, tx: Transaction, delivery: Delivery, reader: Reader) -> Rendered:
        actor = await self._actor(tx, delivery)
        address, _, reason = delivery.about.rpartition(" ")
        if not address:
            raise NothingToTell("it is tried again")
        if address in set(Partner):
            _require(actor, Action.MANAGE)
            return Rendered(render.partner_trouble(address), reader)
        if delivery.organisation is None or delivery.organisation == actor.organisation:
            _require(actor, Action.RESUME_DELIVERY)
            return Rendered(render.trouble(address, reason), reader)
        _require(actor, Action.MANAGE)
        names = await tx.members.names()
        name = names.get(delivery.organisation, "")
        return Rendered(render.others_trouble(address, name, reason), reader)

    async def _pointer(self, tx: Transaction, delivery: Delivery, _: Reader) -> Rendered:
        """To somebody named in a TLP:RED case, or in a part of one: that it is there, and where."""
        reader, view = await self._for_person(tx, delivery)
        if view.tlp is Tlp.RED:
            return Rendered(red_pointer(view, NAMED), reader)
        if any(flag.tlp is Tlp.RED and flag.person != reader.person for flag in view.flags):
            return Rendered(red_part_pointer(view), reader)
        raise NothingToTell("nothing is RED any more: alerts tell of it")

    async def _for_person(self, tx: Transaction, delivery: Delivery) -> tuple[Reader, CaseView]:
        """What the person may see now, whatever they might when the delivery was written."""
        reader = reader_for(await self._actor(tx, delivery))
        view = await self._view(tx, delivery, reader)
        if view is None:
            raise NotForThem("the reader may not see the case")
        return reader, view

    async def _actor(self, tx: Transaction, delivery: Delivery) -> Actor:
        """The one person it is for, as they are now."""
        person = Person(delivery.slack_team, delivery.slack_user)
        actor = await tx.members.actor(person, self._installed_team())
        if actor is None:
            raise NotForThem("the reader has left")
        return actor

    async def _flag_news(self, tx: Transaction, delivery: Delivery, _: Reader) -> Rendered:
        reader, view = await self._for_person(tx, delivery)
        news, person = News(delivery.about), reader.person
        mine = [flag for flag in view.flags if flag.person == person and flag.stands]
        if person is None or not mine:
            raise NothingToTell("the reader’s flag does not stand any more")
        entries = told_together(view.timeline, news, delivery.entry_id or 0, person)
        if not entries:
            raise NotForThem("the reader may not see the change")
        return Rendered(flag_news(view, news, entries), reader)

    async def _meeting(self, tx: Transaction, delivery: Delivery, _: Reader) -> Rendered:
        return await meeting(tx, delivery, await self._actor(tx, delivery))

    async def _probing(self, tx: Transaction, delivery: Delivery, _: Reader) -> Rendered:
        return await report(tx, delivery, await self._actor(tx, delivery))

    async def _recognised(self, tx: Transaction, delivery: Delivery, reader: Reader) -> Rendered:
        """Of the person's own words; nothing of any case."""
        person = Person(delivery.slack_team, delivery.slack_user)
        content = await tx.drafts.of(delivery.about, person.slack_team, person.slack_user)
        if content is None or "things" not in content:
            raise NothingToTell("it is too old")
        thread_ts = content["thread_ts"] or None
        if await tx.members.actor(person, self._installed_team()) is None:
            return Rendered(no_member(await whom_to_ask(tx)), reader, thread_ts)
        return Rendered(answer_of(content), reader, thread_ts)

    async def _welcome(self, tx: Transaction, delivery: Delivery, reader: Reader) -> Rendered:
        actor = await self._actor(tx, delivery)
        return Rendered(welcome(actor.organisation_name, actor.roles), reader)

    async def _introduction(self, tx: Transaction, delivery: Delivery, reader: Reader) -> Rendered:
        organisation = await tx.members.organisation(delivery.organisation or "")
        if organisation is None or organisation.alerts_channel != delivery.address:
            raise NothingToTell("its alerts go elsewhere")
        by = Person(delivery.slack_team, delivery.slack_user)
        return Rendered(introduction(organisation, by), reader)

    async def _access_request(self, tx: Transaction, delivery: Delivery, reader: Reader) -> Rendered:
        request = await tx.access_requests.get(int(delivery.about))
        if request is None or (request.outcome is not None and delivery.message_ts is None):
            raise NothingToTell("it is decided")
        _require(await self._actor(tx, delivery), Action.DECIDE_ACCESS)
        if request.outcome is not None:
            return Rendered(decided(request), reader)
        if await tx.members.actor(request.person, self._installed_team()) is not None:
            raise NothingToTell("who asked is on a list")
        return Rendered(access_request(request, self._installed_team()), reader)


def _wait_for_channel(delivery: Delivery, unread: DeliveryError | None, *, stands: bool) -> None:
    """Raise where something is to be told once the channel can be read, or is read by its own people alone."""
    if unread is not None and (unread.passing or not stands):
        raise unread from None
    if delivery.kind is DeliveryKind.ALERT and not stands:
        raise DeliveryError(OTHERS_READ_ALONG, permanent=True) from None


def _require(actor: Actor, action: Action) -> None:
    """Raise :class:`NotForThem` where the reader is no longer what they were when the message was written."""
    if not may(actor, action):
        raise NotForThem("the reader has another role now")
