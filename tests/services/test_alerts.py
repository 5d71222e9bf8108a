"""Delivering: every message arrives, once, as things stand when it is sent; what cannot arrive is said."""

import asyncio
import logging
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from sqlalchemy.exc import OperationalError

from bot.domain.alerts import Delivery, DeliveryKind
from bot.domain.audiences import ChannelPeople
from bot.domain.cases import Status
from bot.domain.errors import DeliveryError, NotAllowed
from bot.domain.markings import Marking, Tlp
from bot.domain.operations import OperationPlan
from bot.domain.organisations import Member
from bot.domain.roles import Role
from bot.domain.sharing import Standing
from bot.factory import Outside, services_on
from bot.messages.alerts import RESUME
from storage.database import Database
from storage.facts import Allowance
from tests.conftest import Postgres
from tests.desk import CARD, Desk, by_address
from tests.doubles import Nudges, RememberingChannels
from tests.factories import IN_CUSTOMS, PARCEL, SELLER, TEAM, actor

GONE = DeliveryError("channel_not_found", permanent=True)
BUSY = DeliveryError("http 502", passing=True)
TWO_OTHERS = [PARCEL._replace(number="3318810036"), SELLER]


def limited(seconds: float) -> DeliveryError:
    return DeliveryError("ratelimited", passing=True, retry_after=seconds)


async def test_what_is_sent_shows_how_things_stand_when_it_is_sent(desk: Desk) -> None:
    view = (await desk.flag("amazon", words="first words")).view
    await desk.flag("dhl", words="second words")
    await desk.close("amazon", view)
    (alert,) = (sent for sent in await desk.deliver() if sent.delivery.address == "C0CBP")
    assert "first words" in str(alert.message.blocks)
    assert "second words" in str(alert.message.blocks)
    assert "Closed" in alert.message.text


async def test_each_organisation_reads_its_own_version(desk: Desk) -> None:
    await desk.flag("amazon")
    await desk.flag("dhl", words="for our eyes", marking=Marking(Tlp.AMBER, frozenset({"cbp"})))
    copies = {
        sent.delivery.address: str(sent.message.blocks)
        for sent in await desk.deliver()
        if sent.thread_ts is None
    }
    assert {channel for channel, copy in copies.items() if "for our eyes" in copy} == {"C0DHL", "C0CBP"}


async def test_the_flaggers_own_copy_has_no_acknowledge_button(desk: Desk) -> None:
    await desk.flag("amazon")
    copies = {sent.delivery.address: str(sent.message.blocks) for sent in await desk.deliver()}
    assert {channel for channel, copy in copies.items() if "'Acknowledge'" in copy} == {
        "C0DHL",
        "C0CBP",
        "C0IPRC",
    }


async def test_an_edit_that_would_show_nothing_new_is_not_sent(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    async with desk.database.begin() as tx:
        await tx.outbox.refresh([view.id], desk.clock.now())
    assert await desk.deliver_all() == []


async def test_one_channel_gets_one_post_a_second_and_loses_none(desk: Desk) -> None:
    for subject in [PARCEL, *TWO_OTHERS]:
        await desk.flag("amazon", subject)
    posts = [len(by_address(await desk.deliver()).get("C0DHL", []))]
    while sum(posts) < 3:
        desk.clock.advance(seconds=0.5)
        posts.append(len(by_address(await desk.deliver()).get("C0DHL", [])))
    assert max(posts) == 1
    assert len(posts) >= 5


# -- what does not arrive -------------------------------------------------------------------------------------------


async def test_what_fails_is_tried_again_after_a_growing_while(desk: Desk) -> None:
    desk.transport.refuse("C0DHL", BUSY, BUSY, BUSY)
    await desk.flag("amazon")
    tried: list[float] = []
    begun = desk.clock.now()

    async def remember(delivery: Delivery) -> None:
        if delivery.address == "C0DHL":
            tried.append((desk.clock.now() - begun).total_seconds())

    desk.transport.meanwhile = remember
    for _ in range(40):
        await desk.deliver()
        desk.clock.advance(seconds=0.5)
    assert tried == [0, 2, 6, 14]


async def test_the_others_get_theirs_meanwhile(desk: Desk) -> None:
    desk.transport.refuse("C0DHL", *[BUSY] * 100)
    await desk.flag("amazon")
    assert set(by_address(await desk.deliver())) == {"C0AMAZON", "C0CBP", "C0IPRC"}


async def test_slack_is_left_alone_for_as_long_as_it_asks(desk: Desk) -> None:
    desk.transport.refuse("C0DHL", limited(30))
    await desk.flag("amazon")
    await desk.deliver()
    desk.clock.advance(seconds=29)
    assert "C0DHL" not in by_address(await desk.deliver())
    desk.clock.advance(seconds=1)
    assert by_address(await desk.deliver())["C0DHL"] == ["post"]


async def test_meanwhile_nothing_else_is_posted_there(desk: Desk) -> None:
    desk.transport.refuse("C0DHL", limited(30))
    for subject in [PARCEL, SELLER]:
        await desk.flag("amazon", subject)
    for _ in range(29):
        assert "C0DHL" not in by_address(await desk.deliver())
        desk.clock.advance(seconds=1)
    desk.clock.advance(seconds=1)
    assert by_address(await desk.deliver())["C0DHL"] == ["post"]


async def test_being_asked_to_wait_is_no_failure_however_often(desk: Desk) -> None:
    desk.transport.refuse("C0DHL", *[limited(1)] * 10)
    await desk.flag("amazon")
    await desk.deliver_all()
    assert by_address(desk.transport.sent)["C0DHL"][0] == "post"


async def test_a_refusal_nobody_knows_is_tried_five_times_and_then_counts_as_final(desk: Desk) -> None:
    desk.transport.refuse("C0DHL", *[DeliveryError("brand_new_error")] * 100)
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    assert len(desk.transport.refusals["C0DHL"]) == 95
    ledger = {line.organisation: line.standing for line in (await desk.seen("amazon", view)).ledger}
    assert ledger["dhl"] is Standing.NOT_REACHED


async def test_a_passing_trouble_is_tried_for_ever(desk: Desk) -> None:
    desk.transport.refuse("C0DHL", *[BUSY] * 40)
    await desk.flag("amazon")
    for _ in range(45):
        await desk.deliver()
        desk.clock.advance(minutes=10)
    assert by_address(desk.transport.sent)["C0DHL"] == ["post"]


async def test_one_broken_delivery_holds_up_no_other_and_is_seen_in_the_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    async def break_one(delivery: Delivery) -> None:
        if delivery.address == "C0DHL" and delivery.attempts == 1:
            raise ZeroDivisionError

    desk.transport.meanwhile = break_one
    await desk.flag("amazon", words="secret words")
    assert set(by_address(await desk.deliver())) == {"C0AMAZON", "C0CBP", "C0IPRC"}
    assert "ZeroDivisionError" in caplog.text
    assert "secret words" not in caplog.text
    assert "C0DHL" in by_address(await desk.deliver_all())


# -- what a person has to mend --------------------------------------------------------------------------------------


async def test_a_final_refusal_pauses_and_its_coordinators_are_told_how_to_mend_it(desk: Desk) -> None:
    desk.transport.refuse("C0IPRC", GONE)
    view = (await desk.flag("amazon")).view
    arrived = await desk.deliver_all()
    (word,) = (sent for sent in arrived if sent.delivery.kind is DeliveryKind.TROUBLE)
    assert word.delivery.address == "U0COORD1"
    assert "<#C0IPRC>" in str(word.message.blocks)
    assert "/invite" in str(word.message.blocks)
    assert RESUME in str(word.message.blocks)
    assert "C0IPRC" not in by_address(arrived)
    ledger = {line.organisation: line.standing for line in (await desk.seen("amazon", view)).ledger}
    assert ledger["iprc"] is Standing.NOT_REACHED


async def test_of_an_organisation_without_coordinator_an_admin_hears_no_more_than_that(desk: Desk) -> None:
    desk.transport.refuse("C0DHL", DeliveryError("others_read_along", permanent=True))
    await desk.flag("dhl", marking=Marking(Tlp.AMBER_STRICT))
    (word,) = (sent for sent in await desk.deliver_all() if sent.delivery.kind is DeliveryKind.TROUBLE)
    assert word.delivery.address == "U0ADMIN1"
    assert "DHL has no coordinator" in word.message.text
    assert "read along" not in str(word.message.blocks)
    assert RESUME not in str(word.message.blocks)


async def test_of_what_is_no_secret_the_admin_hears_how_to_mend_it_and_can_have_it_tried_again(
    desk: Desk,
) -> None:
    desk.transport.refuse("C0DHL", GONE)
    await desk.flag("amazon")
    (word,) = (sent for sent in await desk.deliver_all() if sent.delivery.kind is DeliveryKind.TROUBLE)
    assert word.delivery.address == "U0ADMIN1"
    assert RESUME in str(word.message.blocks)
    await desk.services.alerts.try_again(actor("iprc", Role.ADMIN, user="U0ADMIN1"), "C0DHL")
    assert by_address(await desk.deliver_all())["C0DHL"] == ["post"]


async def test_what_was_paused_comes_as_soon_as_something_else_arrives_there(desk: Desk) -> None:
    desk.transport.refuse("C0DHL", GONE)
    await desk.flag("amazon")
    assert "C0DHL" not in by_address(await desk.deliver_all())
    await desk.flag("amazon", SELLER)
    assert by_address(await desk.deliver_all())["C0DHL"].count("post") == 2


async def test_who_cannot_be_written_to_is_told_of_in_their_own_organisation_alone(desk: Desk) -> None:
    cbp = Member("", "U0CBP9", "cbp", frozenset({Role.COORDINATOR}))
    async with desk.database.begin() as tx:
        await tx.members.put_member(cbp)
    await desk.flag("cbp")
    await desk.deliver_all()
    desk.transport.refuse("U0CBP1", GONE)
    await desk.flag("dhl")
    told = [sent for sent in await desk.deliver_all() if sent.delivery.kind is DeliveryKind.TROUBLE]
    assert [sent.delivery.address for sent in told] == ["U0CBP9"]


async def test_only_ones_own_channel_is_tried_again_and_it_stands_in_the_trail(desk: Desk) -> None:
    desk.transport.refuse("C0IPRC", GONE)
    await desk.flag("amazon")
    await desk.deliver_all()
    coordinator = actor("cbp", Role.COORDINATOR, user="U0CBP9")
    with pytest.raises(NotAllowed, match="Only the organisation"):
        await desk.services.alerts.try_again(coordinator, "C0IPRC")
    assert await desk.deliver_all() == []
    await desk.services.alerts.try_again(actor("iprc", Role.COORDINATOR, user="U0COORD1"), "C0IPRC")
    assert "post" in by_address(await desk.deliver_all())["C0IPRC"]
    async with desk.database.begin() as tx:
        await tx.audit.chain(100)
        told = [link.content for link in await tx.audit.links(0, 100) if "delivery.resumed" in link.content]
    assert len(told) == 1


async def test_the_other_copies_say_that_it_could_not_be_reached(desk: Desk) -> None:
    desk.transport.refuse("C0DHL", GONE)
    await desk.flag("amazon")
    await desk.deliver_all()
    latest = desk.transport.to("C0CBP")[-1]
    assert "*DHL* could not be reached" in str(latest.message.blocks)


async def test_several_messages_to_one_broken_channel_are_one_word_of_trouble(desk: Desk) -> None:
    desk.transport.refuse("C0DHL", *[GONE] * 10)
    for subject in [PARCEL, *TWO_OTHERS]:
        await desk.flag("amazon", subject)
    arrived = await desk.deliver_all()
    assert [sent.delivery.kind for sent in arrived].count(DeliveryKind.TROUBLE) == 1


async def test_once_mended_everything_that_waited_is_sent(desk: Desk) -> None:
    desk.transport.refuse("C0DHL", *[GONE] * 3)
    views = [(await desk.flag("amazon", subject)).view for subject in [PARCEL, *TWO_OTHERS]]
    await desk.deliver_all()
    assert await desk.services.alerts.resume("C0DHL") == 3
    assert by_address(await desk.deliver_all())["C0DHL"].count("post") == 3
    for view in views:
        ledger = {line.organisation: line.standing for line in (await desk.seen("amazon", view)).ledger}
        assert ledger["dhl"] is Standing.WAITING


async def test_after_it_was_tried_again_in_vain_the_coordinators_are_told_again(desk: Desk) -> None:
    desk.transport.refuse("C0DHL", GONE, GONE)
    await desk.flag("amazon")
    await desk.deliver_all()
    await desk.services.alerts.resume("C0DHL")
    arrived = await desk.deliver_all()
    assert [sent.delivery.kind for sent in arrived].count(DeliveryKind.TROUBLE) == 1


async def test_where_even_the_coordinator_cannot_be_reached_nothing_goes_round_in_circles(desk: Desk) -> None:
    desk.transport.refuse("C0IPRC", *[GONE] * 50)
    desk.transport.refuse("U0COORD1", *[GONE] * 50)
    await desk.flag("amazon")
    await desk.deliver_all()
    assert len(desk.transport.refusals["U0COORD1"]) == 49


async def test_applying_the_operation_again_tries_what_was_paused(
    desk: Desk, operation: OperationPlan
) -> None:
    desk.transport.refuse("C0DHL", GONE)
    await desk.flag("amazon")
    await desk.deliver_all()
    await desk.services.members.apply(operation)
    assert "post" in by_address(await desk.deliver_all())["C0DHL"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_arrives_while_the_database_goes_away_is_not_sent_again_when_it_is_back(
    desk: Desk, database_url: str, postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    name = urlsplit(database_url).path[1:]

    async def goes_away(_: Delivery) -> None:
        postgres.refuse(name, refuses=True)

    await desk.flag("amazon")
    desk.transport.meanwhile = goes_away
    with pytest.raises(OperationalError):
        await desk.deliver()
    arrived = by_address(desk.transport.sent)
    assert arrived
    for _ in range(2):
        with pytest.raises(OperationalError):
            await desk.deliver()
    desk.transport.meanwhile = None
    postgres.refuse(name, refuses=False)
    desk.clock.advance(minutes=1)
    await desk.deliver_all()
    posted = [sent.delivery.address for sent in desk.transport.sent if sent.how == "post"]
    assert sorted(posted) == ["C0AMAZON", "C0CBP", "C0DHL", "C0IPRC"]
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_clock_that_is_set_back_keeps_no_channel_waiting(desk: Desk) -> None:
    await desk.flag("amazon")
    await desk.deliver()
    desk.clock.advance(hours=-1)
    await desk.flag("dhl", SELLER)
    assert {"C0AMAZON", "C0CBP", "C0DHL", "C0IPRC"} <= set(by_address(await desk.deliver()))


async def test_where_slack_is_slow_to_say_who_reads_along_two_workers_send_an_alert_once(
    desk: Desk, database: Database, channels: RememberingChannels, allowance: Allowance
) -> None:
    class Slow(RememberingChannels):
        async def people_in(self, channel: str) -> ChannelPeople:
            desk.clock.advance(seconds=20)
            await desk.deliver()
            return await channels.people_in(channel)

    outside = Outside(desk.transport, Slow(), [], allowance, lambda: TEAM)
    slow = services_on(database, desk.clock.now, outside, Nudges())
    await desk.flag("amazon")
    await slow.alerts.deliver_due()
    await desk.deliver_all()
    posted = [sent.delivery.address for sent in desk.transport.sent if sent.how == "post"]
    assert sorted(posted) == ["C0AMAZON", "C0CBP", "C0DHL", "C0IPRC"]


# -- messages that are gone, notes, cards ---------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["cant_update_message", "edit_window_closed"])
async def test_an_alert_that_can_be_edited_no_more_is_posted_anew(desk: Desk, reason: str) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    desk.clock.advance(seconds=5)
    desk.transport.refuse("C0DHL", DeliveryError(reason))
    await desk.acknowledge("dhl", view)
    assert by_address(await desk.deliver_all())["C0DHL"] == ["post"]


async def test_an_alert_that_somebody_deleted_is_posted_anew(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    desk.transport.deleted.add(desk.transport.to("C0DHL")[-1].ts or "")
    await desk.acknowledge("cbp", view)
    (anew,) = (sent for sent in await desk.deliver_all() if sent.delivery.address == "C0DHL")
    assert anew.how == "post"
    await desk.acknowledge("iprc", view)
    (edit,) = (sent for sent in await desk.deliver_all() if sent.delivery.address == "C0DHL")
    assert (edit.how, edit.ts) == ("edit", anew.ts)


async def test_a_note_waits_for_its_alert(desk: Desk) -> None:
    desk.transport.refuse("C0DHL", *[BUSY] * 3)
    view = (await desk.flag("amazon")).view
    await desk.close("amazon", view)
    await desk.deliver_all()
    alert, note = (sent for sent in desk.transport.to("C0DHL") if sent.how == "post")
    assert alert.delivery.kind is DeliveryKind.ALERT
    assert note.delivery.kind is DeliveryKind.NOTE
    assert note.thread_ts == alert.ts


async def test_a_note_below_a_paused_alert_waits_for_it_to_be_mended(desk: Desk) -> None:
    desk.transport.refuse("C0DHL", GONE)
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.close("amazon", view)
    assert desk.transport.to("C0DHL") == []
    await desk.deliver_all()
    assert desk.transport.to("C0DHL") == []
    await desk.services.alerts.resume("C0DHL")
    await desk.deliver_all()
    assert [sent.delivery.kind for sent in desk.transport.to("C0DHL") if sent.how == "post"] == [
        DeliveryKind.ALERT,
        DeliveryKind.NOTE,
    ]


async def test_what_changes_while_a_message_is_on_its_way_follows_it(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    closed = asyncio.Event()

    async def close_meanwhile(delivery: Delivery) -> None:
        if delivery.address == "C0DHL" and not closed.is_set():
            closed.set()
            await desk.close("amazon", view)

    desk.transport.meanwhile = close_meanwhile
    await desk.deliver_all()
    first, last = (sent for sent in desk.transport.to("C0DHL") if sent.delivery.kind is DeliveryKind.ALERT)
    assert first.message.text.startswith("Alert")
    assert last.message.text.startswith("Closed")


async def test_who_may_no_longer_see_a_case_finds_its_alert_taken_back(desk: Desk) -> None:
    view = (await desk.flag("amazon", words="secret words")).view
    await desk.deliver_all()
    await desk.services.markings.mark(
        actor("amazon"),
        view.reference,
        Tlp.AMBER,
        frozenset({"cbp"}),
        frozenset(),
        received=desk.request(),
        response_url="",
    )
    await desk.deliver_all()
    last = desk.transport.to("C0DHL")[-1]
    assert last.how == "edit"
    assert "not for everyone" in last.message.text
    assert "secret words" not in str(last.message)
    kept = [sent for sent in desk.transport.to("C0CBP") if sent.delivery.kind is DeliveryKind.ALERT]
    assert "secret words" in str(kept[-1].message)


async def test_the_flaggers_card_says_who_has_been_told(desk: Desk) -> None:
    await desk.flag("amazon", response_url=CARD, show=DeliveryKind.CARD)
    await desk.deliver_all()
    assert "is being told now" in str(desk.transport.to(CARD)[0].message.blocks)
    assert "is being told now" not in str(desk.transport.to(CARD)[-1].message.blocks)
    assert len(desk.transport.to(CARD)) <= 3


async def test_the_delivery_keeps_its_id_from_the_first_try_to_the_last(desk: Desk) -> None:
    tried: list[str] = []

    async def remember(delivery: Delivery) -> None:
        if delivery.address == "C0DHL":
            tried.append(delivery.id)

    desk.transport.meanwhile = remember
    desk.transport.refuse("C0DHL", BUSY, BUSY)
    await desk.flag("amazon")
    await desk.deliver_all()
    assert len(tried) >= 3
    assert len(set(tried)) == 1


async def test_two_workers_send_everything_once(desk: Desk) -> None:
    for subject in [PARCEL, *TWO_OTHERS]:
        await desk.flag("amazon", subject)
    for _ in range(10):
        await asyncio.gather(*(desk.services.alerts.deliver_due() for _ in range(3)))
        desk.clock.advance(seconds=2)
    posts = [sent.delivery.id for sent in desk.transport.sent if sent.how == "post"]
    assert len(posts) == len(set(posts)) == 12


async def test_words_and_response_urls_stay_out_of_the_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    desk.transport.refuse(CARD, BUSY, DeliveryError("http 404", permanent=True))
    desk.transport.refuse("C0DHL", BUSY, GONE)
    await desk.flag("amazon", words="secret words", response_url=CARD, show=DeliveryKind.CARD)
    await desk.deliver_all()
    assert caplog.records
    assert "secret words" not in caplog.text
    assert CARD not in caplog.text


async def test_a_partners_answer_reaches_every_copy(desk: Desk) -> None:
    desk.dhl.answers = [IN_CUSTOMS]
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.services.lookups.ask_due()
    arrived = await desk.deliver_all()
    assert set(by_address(arrived)) == {"C0AMAZON", "C0DHL", "C0CBP", "C0IPRC"}
    assert all("In transit · Cincinnati, US" in str(sent.message.blocks) for sent in arrived)
    assert (await desk.seen("dhl", view)).status is Status.OPEN


async def test_somebody_who_has_left_gets_no_card(desk: Desk) -> None:
    await desk.flag("amazon", response_url=CARD, show=DeliveryKind.CARD)
    async with desk.database.begin() as tx:
        await tx.members.remove_member(TEAM, "U0AMAZON1")
    assert CARD not in by_address(await desk.deliver_all())


async def test_an_organisation_that_was_given_another_channel_gets_there_what_was_paused(
    desk: Desk, operation: OperationPlan
) -> None:
    desk.transport.refuse("C0DHL", *[GONE] * 50)
    await desk.flag("amazon")
    await desk.deliver_all()
    moved = tuple(
        replace(each, alerts_channel="C0DHLNEW") if each.key == "dhl" else each
        for each in operation.organisations
    )
    await desk.services.members.apply(replace(operation, organisations=moved))
    assert "post" in by_address(await desk.deliver_all())["C0DHLNEW"]


async def test_a_card_that_can_no_longer_be_shown_is_dropped_without_trouble(desk: Desk) -> None:
    desk.transport.refuse(CARD, DeliveryError("http 404", permanent=True))
    await desk.flag("amazon", response_url=CARD, show=DeliveryKind.CARD)
    arrived = await desk.deliver_all()
    assert CARD not in by_address(arrived)
    assert DeliveryKind.TROUBLE not in {sent.delivery.kind for sent in arrived}


async def test_a_card_that_nobody_has_got_comes_by_message_after_a_long_standstill(desk: Desk) -> None:
    desk.transport.refuse(CARD, DeliveryError("http 404", permanent=True))
    await desk.flag("amazon", response_url=CARD, show=DeliveryKind.NEW_CARD)
    desk.clock.advance(hours=2)  # Slack takes a response URL for half an hour
    await desk.services.upkeep.tidy()
    (card,) = (sent for sent in await desk.deliver_all() if sent.delivery.address == "U0AMAZON1")
    assert "only you see this" in str(card.message.blocks)


async def test_an_alert_is_edited_where_it_stands_though_its_channel_changed_while_it_was_on_its_way(
    desk: Desk, operation: OperationPlan
) -> None:
    view = (await desk.flag("amazon")).view
    moved = tuple(
        replace(each, alerts_channel="C0DHLNEW") if each.key == "dhl" else each
        for each in operation.organisations
    )

    async def move_meanwhile(delivery: Delivery) -> None:
        if delivery.address == "C0DHL" and delivery.message_ts is None:
            await desk.services.members.apply(replace(operation, organisations=moved))

    desk.transport.meanwhile = move_meanwhile
    await desk.deliver_all()
    await desk.close("amazon", view)
    edits = [sent.delivery.address for sent in await desk.deliver_all() if sent.how == "edit"]
    assert "C0DHL" in edits
    assert "C0DHLNEW" not in edits
