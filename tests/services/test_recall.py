"""What was told is taken back where it may no longer be read: in replies, direct messages and digests too."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest

from bot.domain.alerts import Delivery, DeliveryKind
from bot.domain.cases import Status
from bot.domain.errors import Conflict, DeliveryError
from bot.domain.flags import FlagDraft
from bot.domain.markings import Marking, Pap, Tlp
from bot.domain.operations import OperationPlan
from bot.domain.organisations import Member
from bot.domain.people import Person
from bot.domain.roles import Role
from bot.domain.sharing import CaseView
from bot.services.members import Taking
from tests.desk import CARD, Desk
from tests.factories import PARCEL, SELLER, TEAM, actor

NOBODY = frozenset[str]()
STRICT = Marking(Tlp.AMBER_STRICT)
TAKEN_BACK = "What stood here is not for everyone who reads it now."


@dataclass
class Places:
    """What stands in each message now, by where it was posted."""

    desk: Desk

    def at(self, address: str) -> dict[str, str]:
        """The newest text of each message there, by its ts."""
        return {sent.ts or "": str(sent.message.content) for sent in self.desk.transport.to(address)}

    def holding(self, words: str, address: str) -> list[str]:
        return [text for text in self.at(address).values() if words in text]


@pytest.fixture
def places(desk: Desk) -> Places:
    return Places(desk)


async def mark(desk: Desk, view: CaseView, tlp: Tlp, who: str = "amazon", **more: frozenset[str]) -> None:
    named = {"releases": NOBODY, "users": NOBODY} | more
    await desk.services.markings.mark(
        actor(who), view.reference, tlp, **named, received=desk.request(), response_url=""
    )


async def test_replies_in_channels_go_with_the_case(desk: Desk, places: Places) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.services.cases.note(
        actor("amazon"), view.reference, "seen at the hub", None, received=desk.request(), response_url=""
    )
    await desk.deliver_all()
    assert places.holding("seen at the hub", "C0CBP")
    await mark(desk, view, Tlp.AMBER_STRICT)
    await desk.deliver_all()
    assert all(TAKEN_BACK in text for text in places.at("C0CBP").values())


async def test_news_to_a_flagger_go_with_what_they_told_of(desk: Desk, places: Places) -> None:
    view = (await desk.flag("amazon")).view
    await desk.flag("dhl", words="weight does not fit")
    await desk.deliver_all()
    assert places.holding("DHL", "U0AMAZON1")
    await desk.correct("dhl", view, "weight does not fit", Tlp.AMBER_STRICT)
    await desk.deliver_all()
    assert places.holding("DHL", "U0AMAZON1") == []
    assert places.holding(TAKEN_BACK, "U0AMAZON1")


async def test_a_digest_is_made_anew_without_what_has_become_stricter(desk: Desk, places: Places) -> None:
    view, other = (await desk.flag("amazon")).view, (await desk.flag("amazon", SELLER)).view
    desk.clock.advance(minutes=1)
    coordinator = actor("iprc", Role.COORDINATOR, user="U0COORD1")
    await desk.services.digests.post_now(coordinator, received=desk.request())
    await desk.deliver_all()
    assert places.holding(view.reference, "C0OPS")
    await mark(desk, view, Tlp.AMBER)
    await desk.deliver_all()
    assert places.holding(view.reference, "C0OPS") == []
    assert places.holding(other.reference, "C0OPS")
    assert places.holding("brought up to date", "C0OPS")


async def test_who_leaves_finds_what_they_were_sent_taken_back(desk: Desk, places: Places) -> None:
    await desk.flag("amazon")
    await desk.flag("dhl")
    await desk.deliver_all()
    assert places.holding("DHL", "U0AMAZON1")
    admin = actor("iprc", Role.ADMIN, user="U0ADMIN1")
    await desk.services.members.remove(admin, Person(TEAM, "U0AMAZON1"), received=desk.request())
    await desk.deliver_all()
    assert places.holding("DHL", "U0AMAZON1") == []


async def test_whom_the_file_gives_to_another_organisation_finds_it_taken_back_too(
    desk: Desk, places: Places, operation: OperationPlan
) -> None:
    await desk.flag("amazon", marking=STRICT)
    await desk.flag(actor("amazon", user="U0AMAZON3"), words="again", marking=STRICT)
    await desk.deliver_all()
    assert places.holding("Amazon", "U0AMAZON1")
    members = tuple(
        replace(each, organisation="dhl") if each.slack_user == "U0AMAZON1" else each
        for each in operation.members
    )
    await desk.services.members.apply(replace(operation, members=members), Taking.YES)
    await desk.deliver_all()
    assert places.holding("Amazon", "U0AMAZON1") == []
    assert places.holding(TAKEN_BACK, "U0AMAZON1")


async def test_an_organisation_that_is_removed_finds_its_alerts_taken_back(
    desk: Desk, places: Places
) -> None:
    admin = actor("iprc", Role.ADMIN, user="U0ADMIN1")
    brand = replace(
        (await desk.services.members.organisations(admin))[0], key="brand", alerts_channel="C0BRAND"
    )
    await desk.services.organisations.add(admin, brand, received=desk.request())
    view = (await desk.flag("amazon")).view
    await desk.flag("dhl")
    await desk.deliver_all()
    assert places.holding(view.reference, "C0BRAND")
    await desk.services.organisations.remove(admin, "brand", received=desk.request())
    await desk.deliver_all()
    assert places.holding(view.reference, "C0BRAND") == []
    await desk.flag("cbp")
    coordinator = actor("iprc", Role.COORDINATOR, user="U0COORD1")
    await desk.acknowledge("iprc", view)
    await desk.services.digests.post_now(coordinator, received=desk.request())
    await desk.deliver_all()
    assert places.holding(view.reference, "C0BRAND") == []
    assert places.holding("*0* waiting for an answer", "C0OPS")


class TestOnItsWay:
    """What was read before a case was marked, and arrives after it."""

    async def test_a_reply_is_taken_back_as_if_it_had_stood_already(self, desk: Desk, places: Places) -> None:
        view = (await desk.flag("amazon")).view
        await desk.deliver_all()
        await desk.services.cases.note(
            actor("amazon"), view.reference, "seen at the hub", None, received=desk.request(), response_url=""
        )
        await self._while_sending(desk, DeliveryKind.NOTE, lambda: mark(desk, view, Tlp.AMBER_STRICT))
        for channel in ("C0DHL", "C0CBP", "C0IPRC"):
            assert all(TAKEN_BACK in text for text in places.at(channel).values())

    async def test_news_to_a_flagger_are_taken_back_alike(self, desk: Desk, places: Places) -> None:
        view = (await desk.flag("amazon")).view
        await desk.deliver_all()
        await desk.flag("dhl", words="weight does not fit")
        await self._while_sending(
            desk,
            DeliveryKind.FLAG_NEWS,
            lambda: desk.correct("dhl", view, "weight does not fit", Tlp.AMBER_STRICT),
        )
        assert places.holding("DHL", "U0AMAZON1") == []
        assert places.holding(TAKEN_BACK, "U0AMAZON1")

    async def test_a_reply_says_what_became_of_its_flag(self, desk: Desk, places: Places) -> None:
        view = (await desk.flag("amazon")).view
        await desk.deliver_all()
        await desk.flag("dhl", words="weight does not fit")
        await self._while_sending(desk, DeliveryKind.NOTE, lambda: desk.undo("dhl", view))
        for channel in ("C0AMAZON", "C0CBP", "C0IPRC"):
            assert places.holding("weight does not fit", channel) == []

    async def _while_sending(
        self, desk: Desk, kind: DeliveryKind, deed: Callable[[], Awaitable[None]]
    ) -> None:
        """Deliver everything, and do it while the first message of that kind is on its way."""
        deeds = [deed]

        async def meanwhile(delivery: Delivery) -> None:
            if delivery.kind is kind and deeds:
                await deeds.pop()()

        desk.transport.meanwhile = meanwhile
        await desk.deliver_all()
        assert deeds == []


async def test_news_of_a_flag_that_was_withdrawn_stay_as_they_are(desk: Desk, places: Places) -> None:
    view = (await desk.flag("amazon")).view
    await desk.flag("dhl")
    await desk.deliver_all()
    before = places.at("U0AMAZON1")
    await desk.withdraw("amazon", view)
    await desk.deliver_all()
    assert places.at("U0AMAZON1") == before


class TestMarking:
    """Whoever marks a case learns nothing of what is hidden from them."""

    async def test_a_hidden_part_of_another_organisation_goes_on_in_a_case_of_its_own(
        self, desk: Desk
    ) -> None:
        view = (await desk.flag("amazon")).view
        await desk.flag("dhl", words="a tip", marking=STRICT)
        await mark(desk, view, Tlp.AMBER)
        (own,) = await desk.services.cases.find(actor("dhl"), PARCEL.number)
        assert own.reference != view.reference
        assert (own.owner_name, own.tlp, own.status) == ("DHL", Tlp.AMBER_STRICT, Status.OPEN)
        assert [flag.words for flag in own.flags] == ["a tip"]
        assert [entry.words for entry in own.timeline] == ["a tip"]
        (theirs,) = await desk.services.cases.find(actor("amazon"), PARCEL.number)
        assert theirs.reference == view.reference
        assert "a tip" not in repr(theirs)

    async def test_its_organisation_gets_an_alert_of_it(self, desk: Desk) -> None:
        view = (await desk.flag("amazon")).view
        await desk.flag("dhl", words="a tip", marking=STRICT)
        await desk.deliver_all()
        await mark(desk, view, Tlp.AMBER)
        await desk.deliver_all()
        posted = [sent for sent in desk.transport.to("C0DHL") if sent.how == "post" and not sent.thread_ts]
        assert "a tip" in str(posted[-1].message.content)
        assert view.reference not in str(posted[-1].message.content)

    async def test_it_joins_the_case_that_its_circle_has_open(self, desk: Desk) -> None:
        own = (await desk.flag("dhl", words="before", marking=STRICT)).view
        view = (await desk.flag("amazon")).view
        part = (await desk.flag("dhl", words="a tip", marking=Marking(Tlp.RED))).view
        await mark(desk, view, Tlp.AMBER)
        found = await desk.services.cases.find(actor("dhl"), PARCEL.number)
        assert {each.reference for each in found} >= {own.reference}
        assert part.reference not in {each.reference for each in found}
        assert sum("a tip" in repr(each) for each in found) == 1

    async def test_a_flag_that_they_may_see_still_forbids_it(self, desk: Desk) -> None:
        view = (await desk.flag("amazon")).view
        await desk.flag("dhl")
        with pytest.raises(Conflict, match="Another organisation has flagged this too"):
            await mark(desk, view, Tlp.AMBER)

    async def test_a_colleague_s_red_case_does_not_show(self, desk: Desk) -> None:
        await desk.flag("amazon", words="hush", marking=Marking(Tlp.RED))
        view = (await desk.flag("amazon", words="fake", marking=Marking(Tlp.AMBER))).view
        colleague = actor("amazon", user="U0AMAZON2")
        named = {"releases": NOBODY, "users": frozenset({"U0AMAZON2"})}
        await desk.services.markings.mark(
            colleague, view.reference, Tlp.RED, **named, received=desk.request(), response_url=""
        )
        seen = await desk.services.cases.one(colleague, view.reference)
        assert (seen.tlp, seen.status) == (Tlp.RED, Status.OPEN)
        assert "hush" not in repr(seen)

    async def test_the_stricter_pap_goes_along_where_two_cases_become_one(self, desk: Desk) -> None:
        draft = FlagDraft(PARCEL, "hush", Marking(Tlp.AMBER), Pap.RED)
        hidden = (await desk.services.flags.raise_flag(actor("amazon"), draft, received="hidden")).view
        shared = (await desk.flag("dhl")).view
        await mark(desk, hidden, Tlp.GREEN)
        assert (await desk.seen("cbp", shared)).pap is Pap.RED


class TestWidening:
    """A flag that releases its case further, or forbids more."""

    async def test_it_stands_in_timeline_and_trail_and_is_told(self, desk: Desk) -> None:
        view = (await desk.flag("amazon", words="fake", marking=Marking(Tlp.AMBER))).view
        await desk.deliver_all()
        wider = Marking(Tlp.AMBER, frozenset({"cbp"}))
        await desk.flag("amazon", words="fake", marking=wider)
        assert "released to US Customs" in repr(await desk.seen("amazon", view))
        await desk.deliver_all()
        assert desk.transport.to("C0CBP")
        async with desk.database.begin() as tx:
            await tx.audit.chain(100)
            told = [link.content for link in await tx.audit.links(0, 100)]
        assert any('"action":"case.marked"' in content and '"release":["cbp"]' in content for content in told)

    async def test_the_same_said_again_is_neither(self, desk: Desk) -> None:
        view = (await desk.flag("amazon", words="fake", marking=Marking(Tlp.AMBER))).view
        await desk.flag("amazon", words="fake", marking=Marking(Tlp.AMBER))
        assert len((await desk.stored(view)).timeline) == 1


async def test_a_case_may_be_for_the_eyes_of_many(desk: Desk, operation: OperationPlan) -> None:
    many = [f"U0CUSTOMS{number:03}" for number in range(60)]
    more = tuple(Member("", user, "cbp", frozenset({Role.LIAISON})) for user in many)
    await desk.services.members.apply(replace(operation, members=(*operation.members, *more)))
    view = (await desk.flag("amazon")).view
    await mark(desk, view, Tlp.RED, users=frozenset(many))
    for user in many:
        assert (await desk.seen(actor("cbp", user=user), view)).tlp is Tlp.RED


async def test_who_is_named_in_a_red_part_is_pointed_to_it(desk: Desk, places: Places) -> None:
    view = (await desk.flag("amazon")).view
    draft = FlagDraft(PARCEL, "hush", Marking(Tlp.RED), named=frozenset({"U0CBP1"}))
    await desk.services.flags.raise_flag(actor("dhl"), draft, received="part")
    await desk.deliver_all()
    (pointer,) = places.at("U0CBP1").values()
    assert f"a part of {view.reference} that is marked TLP:RED" in pointer
    assert "hush" not in pointer


async def test_a_question_that_a_later_pap_red_forbids_is_not_asked(desk: Desk) -> None:
    await desk.flag("amazon")
    draft = FlagDraft(PARCEL, "leave it alone", None, Pap.RED)
    await desk.services.flags.raise_flag(actor("dhl"), draft, received="red")
    await desk.services.lookups.ask_due()
    assert desk.dhl.asked == []


class TestNewOrganisation:
    """An organisation that comes later, and channels that are broken: nothing hidden moves anything there."""

    async def test_a_hidden_part_tells_it_nothing(self, desk: Desk) -> None:
        await desk.flag("amazon")
        await desk.deliver_all()
        brand = (await desk.services.members.organisations(actor("iprc", Role.ADMIN)))[0]
        new = type(brand)("brand", "A brand", brand.kind, "", "C0BRAND")
        await desk.services.organisations.add(actor("iprc", Role.ADMIN), new, received=desk.request())
        await desk.deliver_all()
        await desk.flag("dhl", words="a tip", marking=STRICT)
        arrived = {sent.delivery.address for sent in await desk.deliver_all()}
        assert "C0BRAND" not in arrived

    async def test_a_hidden_part_puts_off_no_news_of_what_follows(self, desk: Desk) -> None:
        await desk.flag("amazon")
        await desk.deliver_all()
        await desk.flag("dhl", words="a tip", marking=STRICT)
        await desk.deliver_all()
        await desk.flag("iprc", words="seen too")
        assert "U0AMAZON1" in {sent.delivery.address for sent in await desk.deliver()}

    async def test_a_hidden_part_does_not_try_a_broken_channel_again(self, desk: Desk) -> None:
        gone = DeliveryError("channel_not_found", permanent=True)
        desk.transport.refuse("C0CBP", *[gone] * 9)
        await desk.flag("amazon")
        await desk.deliver_all()
        left = len(desk.transport.refusals["C0CBP"])
        before = len(desk.transport.sent)
        await desk.flag("dhl", words="a tip", marking=STRICT)
        await desk.deliver_all()
        assert len(desk.transport.refusals["C0CBP"]) == left
        assert {sent.delivery.address for sent in desk.transport.sent[before:]} <= {"C0DHL"}


async def test_a_card_that_came_by_message_goes_with_the_part_it_showed(desk: Desk, places: Places) -> None:
    view = (await desk.flag("amazon")).view
    await desk.flag("dhl", words="weight does not fit")
    desk.transport.refuse(CARD, DeliveryError("http 404", permanent=True))
    await desk.flag("cbp", response_url=CARD, show=DeliveryKind.NEW_CARD)
    await desk.deliver_all()
    assert places.holding("weight does not fit", "U0CBP1")
    await desk.correct("dhl", view, "weight does not fit", Tlp.AMBER_STRICT)
    await desk.deliver_all()
    assert places.holding("weight does not fit", "U0CBP1") == []


class TestWhatTellsNothing:
    """A hidden deed moves nothing, not even what would look otherwise by now."""

    async def _hidden_note(self, desk: Desk, view: CaseView) -> None:
        await desk.services.cases.note(
            actor("amazon"),
            view.reference,
            "seen at the hub",
            Tlp.AMBER_STRICT,
            received=desk.request(),
            response_url="",
        )
        await desk.deliver_all()

    async def test_a_card_that_said_what_a_flag_came_to_stays(self, desk: Desk) -> None:
        view = (await desk.flag("amazon")).view
        await desk.deliver_all()
        await desk.flag("dhl", response_url=CARD, show=DeliveryKind.CARD)
        await desk.deliver_all()
        await self._hidden_note(desk, view)
        assert len(desk.transport.to(CARD)) == 1

    async def test_a_card_whose_undo_is_over_stays(self, desk: Desk) -> None:
        view = (await desk.flag("amazon")).view
        await desk.flag("dhl")
        await desk.correct("dhl", view, "weight does not fit", response_url=CARD)
        await desk.deliver_all()
        drawn = len(desk.transport.to(CARD))
        desk.clock.advance(minutes=11)
        await self._hidden_note(desk, view)
        assert len(desk.transport.to(CARD)) == drawn

    async def test_a_digest_that_never_told_of_a_case_stays_when_it_is_marked_otherwise(
        self, desk: Desk
    ) -> None:
        hidden = (await desk.flag("amazon", marking=STRICT)).view
        desk.clock.advance(minutes=1)
        coordinator = actor("iprc", Role.COORDINATOR, user="U0COORD1")
        await desk.services.digests.post_now(coordinator, received=desk.request())
        await desk.deliver_all()
        await mark(desk, hidden, Tlp.AMBER)
        await desk.deliver_all()
        assert len(desk.transport.to("C0OPS")) == 1
