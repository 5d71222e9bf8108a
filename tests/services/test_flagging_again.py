"""A closed case and a new flag: opened again, or asked about, by how it ended; and the list of one's own flags."""

from datetime import UTC, datetime

import pytest

from bot.domain.cases import AFTER_CLOSING, CHOOSABLE_REASONS, AfterClosing, Change, CloseReason, Status
from bot.domain.errors import NotFound
from bot.domain.markings import Marking, Tlp
from bot.services.flags import MINE_ON_A_PAGE, ClosedBefore
from tests.desk import Desk
from tests.factories import PARCEL, SELLER, TEAM, actor


@pytest.mark.parametrize("reason", CHOOSABLE_REASONS)
async def test_how_it_ended_decides_whether_one_is_asked(desk: Desk, reason: CloseReason) -> None:
    view = (await desk.flag("amazon")).view
    await desk.close("amazon", view, reason)
    if AFTER_CLOSING[reason] is AfterClosing.ASKED:
        with pytest.raises(ClosedBefore, match="Flag it again only if you mean it") as asked:
            await desk.flag("dhl", words="seen again", received="request A")
        assert asked.value.view.reference == view.reference
        stored = await desk.stored(view)
        assert (stored.status, len(stored.flags)) == (Status.CLOSED, 1), (
            "nothing is stored before they say yes"
        )
        again = await desk.flag("dhl", words="seen again", received="request A", again=True)
    else:
        again = await desk.flag("dhl", words="seen again")
    assert again.view.reference == view.reference
    assert again.view.status is Status.OPEN
    assert [entry.change for entry in again.view.timeline] == [Change.FLAGGED, Change.CLOSED, Change.FLAGGED]


async def test_the_day_on_which_it_was_closed_is_said_with_its_zone(desk: Desk) -> None:
    """In New York it is still the fifth: where a sentence is plain text, Slack shows nobody their own time."""
    desk.clock.set(datetime(2026, 1, 6, 2, tzinfo=UTC))
    view = (await desk.flag("amazon")).view
    await desk.close("amazon", view, CloseReason.GENUINE)
    with pytest.raises(ClosedBefore, match=r"was closed on 2026-01-06 \(UTC\): genuine goods"):
        await desk.flag("dhl", words="seen again")


async def test_who_may_not_see_the_closed_case_is_asked_nothing(desk: Desk) -> None:
    view = (await desk.flag("amazon", marking=Marking(Tlp.AMBER))).view
    await desk.close("amazon", view, CloseReason.GENUINE)
    other = await desk.flag("dhl", marking=Marking(Tlp.AMBER))
    assert other.view.reference != view.reference
    assert not other.joined


async def test_a_case_closed_by_withdrawal_is_opened_again_without_a_question(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.withdraw("amazon", view)
    assert (await desk.flag("dhl")).view.reference == view.reference


# -- one's own ------------------------------------------------------------------------------------------------------


async def test_my_flags_come_newest_first_with_where_each_case_stands(desk: Desk) -> None:
    first = (await desk.flag("amazon", words="one")).view
    await desk.flag("amazon", SELLER, words="two")
    await desk.flag("amazon", words="three")
    await desk.flag("dhl", words="somebody else's")
    await desk.close("amazon", first)
    page = await desk.services.flags.mine(actor("amazon"))
    assert [each.flag.words for each in page.flags] == ["three", "two", "one"]
    assert [each.view.status for each in page.flags] == [Status.CLOSED, Status.OPEN, Status.CLOSED]
    assert [each.number for each in page.flags] == [2, 1, 1]
    assert not page.more


async def test_pages_follow_each_other_without_a_gap(desk: Desk) -> None:
    wanted = [f"flag {number}" for number in range(2 * MINE_ON_A_PAGE + 1)]
    for words in wanted:
        await desk.flag("amazon", words=words)
    seen: list[str] = []
    after = ""
    while True:
        page = await desk.services.flags.mine(actor("amazon"), after)
        seen += [each.flag.words for each in page.flags]
        after = page.more
        if not after:
            break
        assert len(page.flags) == MINE_ON_A_PAGE
    assert seen == wanted[::-1]


@pytest.mark.parametrize("after", ["x", "OFA-2026-000000 1", "1", "9" * 30])
async def test_a_page_that_nobody_was_shown_is_refused(desk: Desk, after: str) -> None:
    await desk.flag("amazon")
    with pytest.raises(NotFound, match="This list is too old"):
        await desk.services.flags.mine(actor("amazon"), after)


async def test_a_flag_of_a_case_that_one_may_see_no_more_is_left_out(desk: Desk) -> None:
    view = (await desk.flag("dhl", marking=Marking(Tlp.GREEN))).view
    await desk.flag("dhl", SELLER)
    async with desk.database.begin() as tx:
        case = await tx.cases.get(view.id)
        await tx.cases.mark(case, Marking(Tlp.AMBER_STRICT), "dhl")
        await tx.members.remove_member(TEAM, "U0DHL1")
    moved = actor("cbp", user="U0DHL1")
    assert [each.view.subject for each in (await desk.services.flags.mine(moved)).flags] == [SELLER]
    assert PARCEL not in [each.view.subject for each in (await desk.services.flags.mine(moved)).flags]
