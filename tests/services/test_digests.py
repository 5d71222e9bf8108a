"""Digests: one for each period, whatever was missed, saying only what everybody may read."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.alerts import DeliveryKind
from bot.domain.cases import CloseReason
from bot.domain.digests import DigestReport
from bot.domain.errors import DeliveryError, NotAllowed, NotFound
from bot.domain.markings import Marking, Tlp
from bot.domain.operations import OperationPlan
from bot.domain.roles import Role
from tests.desk import Desk
from tests.doubles import Sent
from tests.factories import PARCEL, SELLER, actor

COORDINATOR = actor("iprc", Role.COORDINATOR, user="U0COORD1")
TUESDAY = datetime(2026, 1, 6, 13, 30, tzinfo=UTC)  # 08:30 in New York
AMBER = Marking(Tlp.AMBER)


async def posted(desk: Desk) -> list[Sent]:
    """The digests of which the worker learns now, sent."""
    await desk.services.digests.send_due()
    return [sent for sent in await desk.deliver_all() if sent.delivery.kind is DeliveryKind.DIGEST]


async def report(desk: Desk) -> DigestReport:
    """The digest that is posted now."""
    (sent,) = await posted(desk)
    async with desk.database.read() as tx:
        _, made = await desk.services.digests.report(tx, sent.delivery.digest_run_id or 0)
    return made


async def test_it_is_posted_when_its_cron_says(desk: Desk) -> None:
    monday = TUESDAY - timedelta(days=1)
    desk.clock.set(monday - timedelta(seconds=1))
    assert await posted(desk) == []
    desk.clock.set(monday)
    (sent,) = await posted(desk)
    assert sent.delivery.address == "C0OPS"
    assert "Nothing new to report" in str(sent.message.blocks)


async def test_it_is_posted_once_a_day(desk: Desk) -> None:
    desk.clock.set(TUESDAY)
    assert len(await posted(desk)) == 1
    assert await posted(desk) == []
    desk.clock.set(TUESDAY + timedelta(days=1))
    assert len(await posted(desk)) == 1


async def test_two_workers_post_one(desk: Desk) -> None:
    desk.clock.set(TUESDAY)
    await asyncio.gather(*(desk.services.digests.send_due() for _ in range(4)))
    assert len(await posted(desk)) == 1


async def test_after_a_week_of_standstill_one_is_posted_for_all_that_was_missed(desk: Desk) -> None:
    begun = desk.clock.now()
    desk.clock.set(TUESDAY + timedelta(days=7, hours=3))
    made = await report(desk)
    assert (made.period.start, made.period.end) == (begun, TUESDAY + timedelta(days=7, hours=3))
    assert await posted(desk) == []
    desk.clock.set(TUESDAY + timedelta(days=8))
    made = await report(desk)
    assert (made.period.start, made.period.end) == (
        TUESDAY + timedelta(days=7, hours=3),
        TUESDAY + timedelta(days=8),
    )


async def test_it_says_what_the_period_brought(desk: Desk) -> None:
    old = (await desk.flag("amazon", PARCEL._replace(number="3318810036"))).view
    desk.clock.set(TUESDAY)
    await posted(desk)
    new = (await desk.flag("dhl", PARCEL)).view
    await desk.flag("cbp", PARCEL, "seen at the border")
    await desk.close("amazon", old, CloseReason.ACTED_ON)
    desk.clock.set(TUESDAY + timedelta(days=1))
    made = await report(desk)
    assert [view.reference for view in made.opened] == [new.reference]
    assert [view.reference for view in made.closed] == [old.reference]
    assert [view.reference for view in made.unanswered] == [new.reference]
    assert made.flags == 2


async def test_what_everybody_has_answered_waits_for_no_answer(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    for who in ("dhl", "cbp"):
        await desk.acknowledge(who, view)
    desk.clock.set(TUESDAY)
    assert len((await report(desk)).unanswered) == 1
    await desk.acknowledge("iprc", view)
    desk.clock.set(TUESDAY + timedelta(days=1))
    assert (await report(desk)).unanswered == []


async def test_nothing_is_told_twice_and_nothing_between_two_periods_is_lost(desk: Desk) -> None:
    desk.clock.set(TUESDAY)
    await desk.flag("amazon", PARCEL)
    first = await report(desk)
    desk.clock.set(TUESDAY + timedelta(days=1))
    second = await report(desk)
    assert len(first.opened) + len(second.opened) == 1


async def test_what_is_not_for_everybody_is_neither_named_nor_counted(desk: Desk) -> None:
    await desk.flag("amazon", PARCEL, "secret words", marking=AMBER)
    await desk.flag("amazon", SELLER, "secret words", marking=Marking(Tlp.RED))
    desk.clock.set(TUESDAY)
    made = await report(desk)
    assert (list(made.opened), list(made.unanswered), made.flags) == ([], [], 0)
    assert "secret words" not in str(desk.transport.to("C0OPS")[0].message)


async def test_a_strict_part_of_an_open_case_is_not_counted_either(desk: Desk) -> None:
    await desk.flag("amazon", PARCEL)
    await desk.flag("dhl", PARCEL, "secret words", marking=AMBER)
    desk.clock.set(TUESDAY)
    made = await report(desk)
    assert made.flags == 1
    assert "secret words" not in repr(made)


async def test_what_could_not_be_posted_goes_to_the_channel_that_is_named_instead(
    desk: Desk, operation: OperationPlan
) -> None:
    desk.transport.refuse("C0OPS", *[DeliveryError("is_archived", permanent=True)] * 9)
    desk.clock.set(TUESDAY)
    assert await posted(desk) == []
    elsewhere = tuple(replace(digest, channel="C0OPSNEW") for digest in operation.digests)
    await desk.services.members.apply(replace(operation, digests=elsewhere))
    assert [sent.delivery.address for sent in await posted(desk)] == ["C0OPSNEW"]


# -- asked for ------------------------------------------------------------------------------------------------------


async def test_a_coordinator_has_it_posted_at_once(desk: Desk) -> None:
    await desk.flag("amazon")
    desk.clock.advance(seconds=1)
    plans = await desk.services.digests.post_now(COORDINATOR, received="request A")
    assert [plan.channel for plan in plans] == ["C0OPS"]
    (sent,) = await posted(desk)
    assert "1 opened" in sent.message.text


async def test_the_clocks_own_digest_still_tells_everything(desk: Desk) -> None:
    await desk.flag("amazon")
    await desk.services.digests.post_now(COORDINATOR, received="request A")
    await posted(desk)
    desk.clock.set(TUESDAY)
    assert len((await report(desk)).opened) == 1


async def test_a_request_that_comes_twice_posts_once_and_is_answered_twice(desk: Desk) -> None:
    for _ in range(2):
        assert len(await desk.services.digests.post_now(COORDINATOR, received="request A")) == 1
    assert len(await posted(desk)) == 1


@pytest.mark.parametrize("role", [Role.ANALYST, Role.LIAISON, Role.ADMIN])
async def test_nobody_else_has_it_posted(desk: Desk, role: Role) -> None:
    with pytest.raises(NotAllowed, match="To post a digest you need the role of coordinator"):
        await desk.services.digests.post_now(actor("iprc", role), received="request A")
    assert await posted(desk) == []


async def test_where_none_is_set_up_the_coordinator_learns_how(desk: Desk, operation: OperationPlan) -> None:
    async with desk.database.begin() as tx:
        await tx.digests.remove("daily")
    with pytest.raises(NotFound, match=r"digests.* table to the operation file"):
        await desk.services.digests.post_now(COORDINATOR, received="request A")
