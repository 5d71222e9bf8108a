"""What a delivery says, read and rendered at the moment it is sent, for those who read it then."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.domain.alerts import OTHERS_READ_ALONG, Delivery, DeliveryKind
from bot.domain.errors import DeliveryError
from bot.domain.markings import Tlp
from bot.domain.news import News, told_together
from bot.domain.people import Person
from bot.domain.roles import Action, Actor, may
from bot.domain.sharing import CaseView, Fate, Reader, reader_for, view_of
from bot.messages import alerts as render
from bot.messages.access_requests import access_request, no_member
from bot.messages.cases import NAMED, case_card, case_news, red_pointer
from bot.messages.digests import digest
from bot.messages.found import Choice, recognised
from bot.messages.members import welcome
from bot.messages.news import flag_news
from bot.messages.organisations import introduction
from bot.services.audiences import Audiences
from bot.services.digests import Digests
from bot.services.meetings import meeting, report
from bot.services.members import whom_to_ask
from bot.services.rendered import Held, NothingToTell, NotYet, Rendered
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
        reader = Reader(frozenset())
        if delivery.kind in (DeliveryKind.ALERT, DeliveryKind.NOTE) and delivery.organisation:
            # Asked of Slack where the last look is old, so outside the transaction.
            reader = await self._audiences.reader(delivery.address, delivery.organisation)
        async with self._database.read() as tx:
            return await self._by_kind[delivery.kind](tx, delivery, reader)

    async def _view(self, tx: Transaction, delivery: Delivery, reader: Reader) -> CaseView | None:
        case = await tx.cases.get(delivery.case_id or 0)
        return view_of(case, await tx.members.names(), reader, self._now())

    async def _alert(self, tx: Transaction, delivery: Delivery, reader: Reader) -> Rendered:
        view = await self._view(tx, delivery, reader)
        if view is not None:
            return Rendered(render.alert(view), reader)
        if delivery.message_ts is not None:
            return Rendered(render.withheld(), reader)
        if await self._view(tx, delivery, Reader(reader.organisations & {reader.home or ""})) is not None:
            raise DeliveryError(OTHERS_READ_ALONG, permanent=True)
        raise NothingToTell("the reader may not see the case")

    async def _note(self, tx: Transaction, delivery: Delivery, reader: Reader) -> Rendered:
        alert = await tx.outbox.standing_alert(delivery.case_id or 0, delivery.organisation)
        if alert.message_ts is None:
            # Where the alert is paused, what resumes it resumes this too: both go to one address.
            raise Held("waits for its alert") if alert.paused else NotYet("waits for its alert")
        view = await self._view(tx, delivery, reader)
        timeline = view.timeline if view else ()
        entry = next((entry for entry in timeline if entry.id == delivery.entry_id), None)
        if view is None or entry is None or entry.tlp is Tlp.RED:
            if delivery.message_ts is not None:
                return Rendered(render.withheld(), reader)
            raise NothingToTell("the reader may not see the change")
        if entry.fate is Fate.WITHDRAWN and delivery.message_ts is None:
            raise NothingToTell("the flag was withdrawn before it was told")
        return Rendered(render.note(view, entry), reader, alert.message_ts)

    async def _card(self, tx: Transaction, delivery: Delivery, _: Reader) -> Rendered:
        reader, view = await self._for_person(tx, delivery)
        return Rendered(case_card(view), reader)

    async def _follow_up(self, tx: Transaction, delivery: Delivery, _: Reader) -> Rendered:
        reader, view = await self._for_person(tx, delivery)
        return Rendered(case_news(view), reader)

    async def _digest(self, tx: Transaction, delivery: Delivery, _: Reader) -> Rendered:
        reader, report = await self._digests.report(tx, delivery.digest_run_id or 0)
        return Rendered(digest(report), reader)

    async def _others_came(self, _tx: Transaction, delivery: Delivery, reader: Reader) -> Rendered:
        return Rendered(render.others_came(delivery.address), reader)

    async def _trouble(self, _tx: Transaction, delivery: Delivery, reader: Reader) -> Rendered:
        address, _, reason = delivery.about.rpartition(" ")
        return Rendered(render.trouble(address, reason), reader)

    async def _pointer(self, tx: Transaction, delivery: Delivery, _: Reader) -> Rendered:
        """To somebody named in a TLP:RED case: that it is there, and where."""
        reader, view = await self._for_person(tx, delivery)
        if view.tlp is not Tlp.RED:
            raise NothingToTell("the case is not RED any more: its alerts tell of it")
        return Rendered(red_pointer(view, NAMED), reader)

    async def _for_person(self, tx: Transaction, delivery: Delivery) -> tuple[Reader, CaseView]:
        """What the person may see now, whatever they might when the delivery was written."""
        reader = reader_for(await self._actor(tx, delivery))
        view = await self._view(tx, delivery, reader)
        if view is None:
            raise NothingToTell("the reader may not see the case")
        return reader, view

    async def _actor(self, tx: Transaction, delivery: Delivery) -> Actor:
        """The one person it is for, as they are now."""
        person = Person(delivery.slack_team, delivery.slack_user)
        actor = await tx.members.actor(person, self._installed_team())
        if actor is None:
            raise NothingToTell("the reader has left")
        return actor

    async def _flag_news(self, tx: Transaction, delivery: Delivery, _: Reader) -> Rendered:
        reader, view = await self._for_person(tx, delivery)
        news, person = News(delivery.about), reader.person
        mine = [flag for flag in view.flags if flag.person == person and flag.stands]
        if person is None or not mine:
            raise NothingToTell("the reader’s flag does not stand any more")
        entries = told_together(view.timeline, news, delivery.entry_id or 0, person)
        if not entries:
            raise NothingToTell("the reader may not see the change")
        return Rendered(flag_news(view, news, entries), reader)

    async def _meeting(self, tx: Transaction, delivery: Delivery, _: Reader) -> Rendered:
        return await meeting(tx, delivery, await self._actor(tx, delivery))

    async def _probing(self, tx: Transaction, delivery: Delivery, _: Reader) -> Rendered:
        return await report(tx, delivery, await self._actor(tx, delivery))

    async def _recognised(self, tx: Transaction, delivery: Delivery, reader: Reader) -> Rendered:
        """Of the person's own words; nothing of any case."""
        person = Person(delivery.slack_team, delivery.slack_user)
        content = await tx.drafts.of(delivery.about, person.slack_team, person.slack_user)
        if content is None:
            raise NothingToTell("it is too old")
        thread_ts = content["thread_ts"] or None
        if await tx.members.actor(person, self._installed_team()) is None:
            return Rendered(no_member(await whom_to_ask(tx)), reader, thread_ts)
        choices = [Choice(each["draft"], each["label"], each["why"]) for each in content["choices"]]
        return Rendered(recognised(choices), reader, thread_ts)

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
        if request is None or request.outcome is not None:
            raise NothingToTell("it is decided")
        if not may(await self._actor(tx, delivery), Action.DECIDE_ACCESS):
            raise NothingToTell("the reader decides no requests any more")
        if await tx.members.actor(request.person, self._installed_team()) is not None:
            raise NothingToTell("who asked is on a list")
        return Rendered(access_request(request, self._installed_team()), reader)
