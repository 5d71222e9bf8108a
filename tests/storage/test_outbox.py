"""The outbox: handed out once, under a lease, until it has arrived or somebody has to mend something."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.alerts import Delivery, DeliveryKind, Destination
from bot.domain.digests import Period
from bot.domain.disclosures import Disclosure, Shown
from bot.domain.flags import FlagDraft
from bot.services.all import Services
from storage.database import Database
from tests.doubles import Clock
from tests.factories import NOON, PARCEL, actor, person

LEASE = timedelta(seconds=15)
EVERYWHERE = [Destination("amazon", "C0AMAZON"), Destination("dhl", "C0DHL")]


async def put(database: Database, count: int = 1, channel: str = "C0OPS") -> None:
    """So many messages to send, one second after the other."""
    async with database.begin() as tx:
        for number in range(count):
            run = await tx.digests.add_run("daily", Period(NOON, NOON), None)
            await tx.outbox.digest(run, channel, NOON + timedelta(seconds=number))


async def claim(
    database: Database, after: timedelta = timedelta(minutes=5), limit: int = 20
) -> list[Delivery]:
    async with database.begin() as tx:
        return await tx.sending.claim(NOON + after, LEASE, limit)


async def test_nothing_is_handed_out_before_it_is_due(database: Database) -> None:
    await put(database, 3)
    assert len(await claim(database, timedelta(seconds=1))) == 2


async def test_the_oldest_are_handed_out_first_and_no_more_than_asked_for(database: Database) -> None:
    await put(database, 5)
    first, second = await claim(database, limit=2), await claim(database, limit=2)
    moments = [delivery.created_at for delivery in first + second]
    assert len(moments) == 4
    assert moments == sorted(moments)


async def test_while_a_lease_runs_nobody_else_gets_it(database: Database) -> None:
    await put(database)
    (taken,) = await claim(database)
    assert taken.attempts == 1
    assert await claim(database, timedelta(minutes=5, seconds=14)) == []


async def test_after_a_worker_has_died_another_gets_it_under_the_same_id(database: Database) -> None:
    await put(database)
    (taken,) = await claim(database)
    (again,) = await claim(database, timedelta(minutes=5, seconds=15))
    assert again.id == taken.id
    assert again.attempts == 2


async def test_many_workers_at_once_never_get_the_same(database: Database) -> None:
    await put(database, 60)
    taken = await asyncio.gather(*(claim(database, limit=7) for _ in range(12)))
    ids = [delivery.id for batch in taken for delivery in batch]
    assert len(ids) == len(set(ids))
    rest = await claim(database, limit=60)
    assert len(ids) + len(rest) == 60


async def test_what_another_worker_is_just_claiming_is_stepped_over(postgresql_url: str) -> None:
    first, second = Database(postgresql_url), Database(postgresql_url)
    await put(first, 4)
    async with asyncio.timeout(10), first.begin() as one, second.begin() as other:
        mine = await one.sending.claim(NOON + timedelta(minutes=5), LEASE, 2)
        yours = await other.sending.claim(NOON + timedelta(minutes=5), LEASE, 20)
    assert len(mine) == 2
    assert len(yours) == 2
    assert not {delivery.id for delivery in mine} & {delivery.id for delivery in yours}
    await first.close()
    await second.close()


async def test_what_has_arrived_is_not_handed_out_again(database: Database) -> None:
    await put(database)
    (taken,) = await claim(database)
    async with database.begin() as tx:
        await tx.sending.settle(taken, "1767614400.000001")
        assert await tx.sending.waiting() == 0
    assert await claim(database, timedelta(days=1)) == []


async def test_what_failed_waits_and_remembers_how_often(database: Database) -> None:
    await put(database)
    (taken,) = await claim(database)
    async with database.begin() as tx:
        await tx.sending.retry(taken, NOON + timedelta(minutes=9), "http 502")
    assert await claim(database, timedelta(minutes=8)) == []
    (again,) = await claim(database, timedelta(minutes=9))
    assert (again.attempts, again.was_late) == (2, True)


async def test_giving_up_ones_turn_is_no_failure(database: Database) -> None:
    await put(database)
    (taken,) = await claim(database)
    async with database.begin() as tx:
        await tx.sending.retry(taken, NOON, "waits for its turn", counts=False)
    (again,) = await claim(database)
    assert again.attempts == 1


async def test_what_is_paused_waits_until_it_is_resumed(database: Database) -> None:
    await put(database)
    (taken,) = await claim(database)
    async with database.begin() as tx:
        await tx.sending.pause(taken, "channel_not_found")
    assert await claim(database, timedelta(days=1)) == []
    async with database.begin() as tx:
        assert await tx.outbox.resume(NOON + timedelta(days=1)) == 1
        assert await tx.outbox.resume(NOON + timedelta(days=1)) == 0
    (again,) = await claim(database, timedelta(days=1))
    assert again.attempts == 1


async def test_one_channel_can_be_resumed_and_the_others_left(database: Database) -> None:
    await put(database, channel="C0OPS")
    await put(database, channel="C0DHL")
    for taken in await claim(database):
        async with database.begin() as tx:
            await tx.sending.pause(taken, "not_in_channel")
    async with database.begin() as tx:
        assert await tx.outbox.resume(NOON, address="C0DHL") == 1
    assert [delivery.address for delivery in await claim(database)] == ["C0DHL"]


async def test_coordinators_are_told_once_of_one_trouble_until_it_is_tried_again(database: Database) -> None:
    await put(database, 2)
    broken = await claim(database)
    menders = [person("U0COORD1"), person("U0COORD2")]

    async def tell() -> int:
        async with database.begin() as tx:
            for delivery in broken:
                await tx.sending.pause(delivery, "is_archived")
                await tx.outbox.trouble(delivery.address, None, "is_archived", menders, NOON)
        word = [each for each in await claim(database) if each.kind is DeliveryKind.TROUBLE]
        async with database.begin() as tx:
            for each in word:
                await tx.sending.settle(each, "1767614400.000001")
        return len(word)

    assert await tell() == 2
    assert await tell() == 0
    async with database.begin() as tx:
        await tx.outbox.resume(NOON, address="C0OPS")
    assert await tell() == 2


# -- what stands for a case -----------------------------------------------------------------------------------------


@pytest.fixture
async def case_id(services: Services, database: Database, clock: Clock) -> int:
    """A case about a parcel, every alert of it posted."""
    flagged = await services.flags.raise_flag(
        actor("amazon"), FlagDraft(PARCEL, "fake"), received="request 1"
    )
    async with database.begin() as tx:
        for delivery in await tx.sending.claim(clock.now(), LEASE, 20):
            await tx.sending.settle(delivery, f"ts of {delivery.organisation}")
    return flagged.view.id


async def alerts_due(database: Database, clock: Clock) -> dict[str | None, Delivery]:
    async with database.begin() as tx:
        due = await tx.sending.claim(clock.now(), LEASE, 20)
    return {delivery.organisation: delivery for delivery in due if delivery.kind is DeliveryKind.ALERT}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_who_notes_what_was_shown_of_a_case_does_not_wait_for_those_who_hold_it(
    case_id: int, database: Database
) -> None:
    """Two who waited for each other would be a deadlock; on SQLite there is one writer at a time."""
    shown = Disclosure(NOON, Shown(case_id, 1, ("subject",)), frozenset({"dhl"}), None, "C0DHL", "alert")
    async with database.begin() as holder:
        await holder.outbox.hold([case_id])
        async with asyncio.timeout(10), database.begin() as other:
            await other.disclosures.add([shown])


async def test_an_organisation_has_one_standing_alert_which_is_edited(
    case_id: int, database: Database, clock: Clock
) -> None:
    async with database.begin() as tx:
        await tx.outbox.alert(case_id, EVERYWHERE, clock.now())
        await tx.outbox.alert(case_id, EVERYWHERE, clock.now())
    due = await alerts_due(database, clock)
    assert set(due) == {"amazon", "dhl"}
    assert due["dhl"].message_ts == "ts of dhl"


async def test_what_changes_while_a_message_is_on_its_way_is_sent_after_it(
    case_id: int, database: Database, clock: Clock
) -> None:
    async with database.begin() as tx:
        await tx.outbox.refresh([case_id], clock.now())
    on_its_way = await alerts_due(database, clock)
    async with database.begin() as tx:
        await tx.outbox.refresh([case_id], clock.now())
    async with database.begin() as tx:
        for delivery in on_its_way.values():
            await tx.sending.settle(delivery, delivery.message_ts)
    assert set(await alerts_due(database, clock)) == set(on_its_way)


async def test_so_it_is_where_it_was_drawn_anew_more_often_than_it_has_changed(
    case_id: int, database: Database, clock: Clock
) -> None:
    async with database.begin() as tx:
        for _ in range(10):
            await tx.outbox.refresh([case_id], clock.now())
    on_its_way = await alerts_due(database, clock)
    async with database.begin() as tx:
        await tx.outbox.refresh([case_id], clock.now())
        await tx.outbox.alert(case_id, EVERYWHERE, clock.now())
    async with database.begin() as tx:
        for delivery in on_its_way.values():
            await tx.sending.settle(delivery, delivery.message_ts)
    assert {"amazon", "dhl"} <= set(await alerts_due(database, clock))


async def test_what_is_wanted_anew_is_not_lost_with_a_delivery_that_had_nothing_to_tell(
    case_id: int, database: Database, clock: Clock
) -> None:
    async with database.begin() as tx:
        await tx.outbox.refresh([case_id], clock.now())
    on_its_way = await alerts_due(database, clock)
    async with database.begin() as tx:
        await tx.outbox.refresh([case_id], clock.now())
    async with database.begin() as tx:
        await tx.sending.drop(on_its_way["dhl"], "the reader may not see the case")
    assert "dhl" in await alerts_due(database, clock)


CARD = "https://hooks.example/card"


async def cards_due(database: Database, clock: Clock) -> list[Delivery]:
    async with database.begin() as tx:
        due = await tx.sending.claim(clock.now(), LEASE, 20)
    return [delivery for delivery in due if delivery.address == CARD]


async def test_a_card_is_drawn_anew_four_times_and_then_left_in_peace(
    case_id: int, database: Database, clock: Clock
) -> None:
    async with database.begin() as tx:
        await tx.outbox.show(DeliveryKind.CARD, case_id, person("U0DHL1"), CARD, clock.now())
    drawn = 0
    for _ in range(8):
        for card in await cards_due(database, clock):
            drawn += 1
            async with database.begin() as tx:
                await tx.sending.settle(card, None)
        async with database.begin() as tx:
            await tx.outbox.refresh([case_id], clock.now())
    assert drawn == 4


async def test_a_card_is_not_drawn_once_slack_no_longer_takes_it(
    case_id: int, database: Database, clock: Clock
) -> None:
    async with database.begin() as tx:
        await tx.outbox.show(DeliveryKind.CARD, case_id, person("U0DHL1"), CARD, clock.now())
    clock.advance(minutes=29)
    assert await cards_due(database, clock) == []
    clock.advance(seconds=1)
    async with database.begin() as tx:
        await tx.sending.forget_cards(clock.now())
        await tx.outbox.refresh([case_id], clock.now())
    assert await cards_due(database, clock) == []


async def test_a_follow_up_waits_for_the_answer_and_comes_once(
    case_id: int, database: Database, clock: Clock
) -> None:
    async with database.begin() as tx:
        await tx.outbox.show(DeliveryKind.FOLLOW_UP, case_id, person("U0DHL1"), CARD, clock.now())
        await tx.outbox.refresh([case_id], clock.now())
    assert await cards_due(database, clock) == []
    async with database.begin() as tx:
        await tx.outbox.follow_up([case_id], clock.now(), answered=True)
    clock.advance(seconds=1)
    (card,) = await cards_due(database, clock)
    async with database.begin() as tx:
        await tx.sending.settle(card, None)
        await tx.outbox.follow_up([case_id], clock.now(), answered=True)
    clock.advance(seconds=1)
    assert await cards_due(database, clock) == []
