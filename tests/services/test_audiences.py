"""Who reads along in a channel: named, accepted by name, asked about again when they come back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest

from bot.domain.alerts import DeliveryKind
from bot.domain.audiences import ChannelPeople
from bot.domain.errors import DeliveryError, NotAllowed
from bot.domain.markings import Marking, Tlp
from bot.domain.roles import Actor, Role
from bot.domain.sharing import Reader
from bot.messages.alerts import ACCEPT
from bot.services.audiences import Audiences
from storage.database import Database
from tests.desk import Desk
from tests.doubles import Clock, Nudges, RememberingChannels, Sent
from tests.factories import SELLER, TEAM, actor

AMBER = Marking(Tlp.AMBER, frozenset({"dhl"}))
HOME = "C0AMAZON"
OWN = ("U0AMAZON1", "U0AMAZON2")


@dataclass
class Channel:
    """Amazon's alerts channel."""

    desk: Desk
    channels: RememberingChannels

    async def holds(self, *others: str) -> None:
        """These people are in it now, besides Amazon's own; Slack has told the bot so."""
        self.channels.put(HOME, *OWN, *others)
        await self.desk.services.audiences.outdate(HOME)
        await self.desk.services.audiences.look_again()
        await self.desk.deliver_all()

    def notices(self) -> list[Sent]:
        return [sent for sent in self.desk.transport.to(HOME) if "along in this channel" in sent.message.text]

    def accepting(self) -> list[str]:
        """What the buttons of the notices stand for."""
        return [
            element["value"]
            for sent in self.notices()
            for block in sent.message.blocks
            for element in block.get("elements", ())
            if element.get("action_id") == ACCEPT
        ]

    async def reader(self) -> Reader:
        reader, _ = await self.desk.services.audiences.reader(HOME, "amazon")
        return reader

    async def accept(self, *organisations: str) -> None:
        await self.desk.services.audiences.accept(coordinator(), HOME, frozenset(organisations))


def coordinator(organisation: str = "amazon") -> Actor:
    return actor(organisation, Role.COORDINATOR, user=f"U0{organisation.upper()}9")


@pytest.fixture
async def channel(desk: Desk, channels: RememberingChannels) -> Channel:
    """Looked into once, with nobody else in it."""
    await desk.flag("amazon", marking=AMBER)
    await desk.deliver_all()
    return Channel(desk, channels)


async def test_each_who_comes_is_named_and_told_of_once(channel: Channel) -> None:
    await channel.holds("U0DHL1")
    await channel.holds("U0DHL1", "U0CBP1")
    await channel.holds("U0DHL1", "U0CBP1")
    assert channel.accepting() == [f"{HOME} dhl", f"{HOME} cbp"]
    assert [sent.message.text.partition(" ")[0] for sent in channel.notices()] == ["DHL", "US"]


async def test_a_yes_is_for_those_it_named(channel: Channel) -> None:
    await channel.holds("U0DHL1", "U0CBP1")
    await channel.accept("dhl")
    assert (await channel.reader()).narrowed
    await channel.accept("cbp")
    reader = await channel.reader()
    assert not reader.narrowed
    assert reader.organisations == {"amazon", "dhl", "cbp"}


async def test_nobody_is_accepted_in_advance(channel: Channel) -> None:
    await channel.holds("U0DHL1")
    await channel.accept("dhl", "cbp")
    await channel.holds("U0DHL1", "U0CBP1")
    assert (await channel.reader()).narrowed


async def test_who_comes_back_is_asked_about_again(channel: Channel) -> None:
    await channel.holds("U0DHL1")
    await channel.accept("dhl")
    await channel.holds()
    await channel.holds("U0DHL1")
    assert (await channel.reader()).narrowed
    assert channel.accepting() == [f"{HOME} dhl"] * 2


async def test_people_of_no_list_are_told_of_and_cannot_be_accepted(channel: Channel) -> None:
    await channel.holds("U0NOBODY")
    assert "on no organisation’s list" in channel.notices()[0].message.text
    assert channel.accepting() == []
    await channel.accept("dhl", "cbp", "iprc")
    assert (await channel.reader()).narrowed


async def test_a_team_of_slack_connect_reads_along(channel: Channel) -> None:
    channel.channels.people[HOME] = ChannelPeople(frozenset(OWN), frozenset({TEAM, "T0UNKNOWN"}))
    await channel.desk.services.audiences.outdate(HOME)
    assert (await channel.reader()).narrowed


async def test_a_channel_that_cannot_be_read_counts_as_read_by_others(channel: Channel) -> None:
    del channel.channels.people[HOME]
    await channel.desk.services.audiences.outdate(HOME)
    reader = await channel.reader()
    assert (reader.narrowed, channel.notices()) == (True, [])


async def test_while_slack_does_not_say_who_is_in_it_what_is_stricter_waits_and_what_stands_stays(
    channel: Channel,
) -> None:
    desk = channel.desk
    desk.clock.advance(hours=1)  # the last look is old
    channel.channels.refuse(HOME, *[DeliveryError("ratelimited", passing=True, retry_after=5)] * 6)
    before = len(desk.transport.to(HOME))
    await desk.flag("dhl", words="seen at the hub", marking=Marking(Tlp.AMBER, frozenset({"amazon"})))
    await desk.flag("amazon", SELLER, marking=AMBER)
    await desk.deliver_all()
    told = [str(sent.message.content) for sent in desk.transport.to(HOME)[before:]]
    assert any(SELLER.number in each for each in told)
    assert not any("not for everyone" in each for each in told)
    assert not [sent for sent in desk.transport.sent if sent.delivery.kind is DeliveryKind.TROUBLE]


async def test_what_keeps_the_bot_from_reading_a_channel_is_what_its_coordinators_are_told(
    channel: Channel,
) -> None:
    channel.desk.clock.advance(hours=1)
    del channel.channels.people[HOME]
    await channel.desk.flag("amazon", SELLER, marking=AMBER)
    sent = await channel.desk.deliver_all()
    (word,) = (each for each in sent if each.delivery.kind is DeliveryKind.TROUBLE)
    assert "Slack knows no such channel, or the bot may not see it" in str(word.message.blocks)


async def test_only_a_coordinator_of_the_channels_organisation_says_yes(channel: Channel) -> None:
    await channel.holds("U0DHL1")
    for who in (coordinator("dhl"), actor("amazon")):
        with pytest.raises(NotAllowed):
            await channel.desk.services.audiences.accept(who, HOME, frozenset({"dhl"}))
    assert (await channel.reader()).narrowed


async def test_what_is_stricter_is_taken_back_and_shown_again_once_accepted(channel: Channel) -> None:
    def last() -> str:
        return str(channel.desk.transport.to(HOME)[-1].message.content)

    await channel.holds("U0DHL1")
    edits = [sent for sent in channel.desk.transport.to(HOME) if sent.how == "edit"]
    assert "not for everyone" in edits[-1].message.text
    await channel.accept("dhl")
    await channel.desk.deliver_all()
    assert "TLP:AMBER" in last()


class Overtaken(RememberingChannels):
    """Somebody comes in while Slack answers."""

    def __init__(self, known: RememberingChannels, meanwhile: Callable[[], Awaitable[None]]) -> None:
        super().__init__(known.people)
        self._meanwhile = meanwhile
        self.times = 0

    async def people_in(self, channel: str) -> ChannelPeople:
        found = await super().people_in(channel)
        if self.times:
            self.times -= 1
            self.put(channel, *OWN, "U0DHL1")
            await self._meanwhile()
        return found


@pytest.mark.parametrize(("times", "organisations"), [(1, {"amazon", "dhl"}), (9, {"amazon"})])
async def test_a_look_that_somebody_overtook_is_not_believed(
    channel: Channel, database: Database, clock: Clock, times: int, organisations: set[str]
) -> None:
    async def somebody_comes() -> None:
        await audiences.outdate(HOME)

    directory = Overtaken(channel.channels, somebody_comes)
    audiences = Audiences(database, clock.now, directory, lambda: TEAM, Nudges())
    await audiences.outdate(HOME)
    directory.times = times
    reader, _ = await audiences.reader(HOME, "amazon")
    assert reader.narrowed
    async with database.read() as tx:
        kept = await tx.audiences.get(HOME)
    assert kept is not None
    assert kept.organisations == organisations


async def test_neither_is_the_first_look_into_a_channel(
    channel: Channel, database: Database, clock: Clock
) -> None:
    async def somebody_comes() -> None:
        await audiences.outdate("C0NEW")

    directory = Overtaken(channel.channels, somebody_comes)
    directory.put("C0NEW", *OWN)
    audiences = Audiences(database, clock.now, directory, lambda: TEAM, Nudges())
    directory.times = 1
    reader, _ = await audiences.reader("C0NEW", "amazon")
    assert reader.narrowed


async def test_a_channel_that_has_been_given_up_is_looked_into_while_alerts_stand_there(
    channel: Channel,
) -> None:
    admin = actor("iprc", Role.ADMIN, user="U0ADMIN1")
    async with channel.desk.database.read() as tx:
        amazon = await tx.members.organisation("amazon")
    assert amazon is not None
    channel.channels.put("C0AMAZONNEW", *OWN)
    moved = replace(amazon, alerts_channel="C0AMAZONNEW")
    await channel.desk.services.organisations.change(admin, moved, received=channel.desk.request())
    await channel.holds("U0CBP1")
    newest = channel.desk.transport.to(HOME)[-1]
    assert newest.message.text == "What stood here is not for everyone who reads it now."
    assert channel.notices() == []


async def test_the_register_names_everybody_who_reads_along(channel: Channel) -> None:
    await channel.holds("U0DHL1")
    shared = await channel.desk.flag("cbp", SELLER)
    await channel.desk.deliver_all()
    async with channel.desk.database.read() as tx:
        shown = await tx.disclosures.of_case(shared.view.id, 20)
    assert {each.organisations for each in shown if each.channel == HOME} == {frozenset({"amazon", "dhl"})}


async def test_whom_a_coordinator_has_accepted_is_not_forgotten_while_slack_does_not_answer(
    channel: Channel,
) -> None:
    await channel.holds("U0DHL1")
    await channel.accept("dhl")
    people = channel.channels.people.pop(HOME)
    await channel.desk.services.audiences.outdate(HOME)
    assert (await channel.reader()).narrowed
    channel.channels.people[HOME] = people
    await channel.desk.services.audiences.outdate(HOME)
    assert not (await channel.reader()).narrowed
    assert channel.accepting() == [f"{HOME} dhl"]
