"""Looking cases up, acknowledging and closing them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.cases import Change, CloseReason, Status
from bot.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.domain.markings import Marking, Tlp
from bot.domain.operations import OperationPlan
from bot.domain.roles import Actor, Role
from bot.domain.sharing import CaseView, Standing
from tests.desk import CARD, Desk, by_address
from tests.factories import PARCEL, SELLER, TEAM, actor

AMBER = Marking(Tlp.AMBER)


async def found(desk: Desk, text: str, who: str = "dhl") -> tuple[CaseView, ...]:
    return await desk.services.cases.find(actor(who), text)


# -- looking up -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["3318810025", "33 1881 0025", "331-881-0025", "３３１８８１００２５"])
async def test_a_parcel_is_found_however_its_number_is_typed(desk: Desk, text: str) -> None:
    view = (await desk.flag("amazon", PARCEL)).view
    assert [each.reference for each in await found(desk, text)] == [view.reference]


@pytest.mark.parametrize(
    "text", ["A2L77EE7U53NWQ", "a2l77ee7u53nwq", "https://www.amazon.com/sp?seller=A2L77EE7U53NWQ"]
)
async def test_a_seller_is_found_by_id_and_by_link(desk: Desk, text: str) -> None:
    view = (await desk.flag("amazon", SELLER)).view
    assert [each.reference for each in await found(desk, text)] == [view.reference]


async def test_a_case_is_found_by_its_reference_typed_leniently(desk: Desk) -> None:
    reference = (await desk.flag("amazon")).view.reference
    typed = "ofa 2026 " + reference[-6:].lower().replace("0", "o").replace("1", "l")
    assert [each.reference for each in await found(desk, typed)] == [reference]


async def test_a_case_is_found_by_its_reference_also_where_cases_are_called_otherwise_now(
    desk: Desk, operation: OperationPlan
) -> None:
    reference = (await desk.flag("amazon")).view.reference
    renamed = replace(operation.operation, case_prefix="NEXT")
    await desk.services.members.apply(replace(operation, operation=renamed))
    assert [each.reference for each in await found(desk, reference)] == [reference]


async def test_a_case_is_found_by_what_somebody_remembers_of_its_reference(desk: Desk) -> None:
    reference = (await desk.flag("amazon")).view.reference
    for typed in (f"“{reference}”.", reference.removeprefix("OFA-"), reference[-6:].lower()):
        assert [each.reference for each in await found(desk, typed)] == [reference]
    desk.clock.advance(days=365)
    assert [each.reference for each in await found(desk, reference[-6:])] == [reference], "of last year"


async def test_a_mistyped_reference_is_told_from_an_unknown_one(desk: Desk) -> None:
    reference = (await desk.flag("amazon")).view.reference
    wrong = reference[:-1] + ("0" if reference[-1] != "0" else "2")
    with pytest.raises(InvalidInput, match=f"{wrong} is mistyped"):
        await found(desk, wrong)
    assert await found(desk, "OFA-2026-7K3QX4") == ()


@pytest.mark.parametrize(
    "cut", [lambda it: it[:-1], lambda it: it + "X", lambda it: it[:-1] + "U", lambda _: "ofa-"]
)
async def test_what_begins_like_a_reference_and_can_be_none_is_answered_with_what_one_looks_like(
    desk: Desk, cut: Callable[[str], str]
) -> None:
    for reference in ((await desk.flag("amazon")).view.reference, "OFA-2026-7K3QX4"):
        with pytest.raises(InvalidInput, match=r"no whole reference\. One looks like OFA-2026-7K3QX4: "):
            await found(desk, cut(reference))


@pytest.mark.parametrize(
    "text",
    ["3318810036", "A3EXAMPLE9SELLER", "hello there", "OFA-1999-7K3QX4", "🙂", "'; DROP TABLE cases; --"],
)
async def test_what_is_not_there_is_not_found(desk: Desk, text: str) -> None:
    await desk.flag("amazon")
    assert await found(desk, text) == ()


async def test_what_is_not_for_the_reader_is_as_if_it_were_not_there(desk: Desk) -> None:
    view = (await desk.flag("amazon", marking=AMBER)).view
    assert await found(desk, "3318810025") == ()
    assert await found(desk, view.reference) == ()
    for reference in (view.reference, "OFA-2026-7K3QX4"):
        with pytest.raises(NotFound) as told:
            await desk.services.cases.one(actor("dhl"), reference)
        assert told.value.sentence == "There is no such case."


async def test_whoever_has_two_cases_on_one_subject_gets_the_open_one_first(desk: Desk) -> None:
    closed = (await desk.flag("amazon", marking=AMBER)).view
    await desk.close("amazon", closed)
    shared = (await desk.flag("dhl")).view
    views = await found(desk, "3318810025", "amazon")
    assert [each.reference for each in views] == [shared.reference, closed.reference]


async def test_the_newest_cases_come_first_a_page_at_a_time(desk: Desk) -> None:
    references = [
        (await desk.flag("amazon", PARCEL._replace(number=f"33188100{n:02}"))).view.reference
        for n in range(12)
    ]
    await desk.flag("amazon", SELLER, marking=AMBER)
    first = await desk.services.cases.newest(actor("dhl"))
    rest = await desk.services.cases.newest(actor("dhl"), first.more)
    assert len(first.views) == 10
    assert rest.more is None
    assert [view.reference for view in first.views + rest.views] == references[::-1]


# -- acknowledging --------------------------------------------------------------------------------------------------


async def test_an_acknowledgement_is_shown_on_every_copy_of_the_alert(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.acknowledge("dhl", view)
    arrived = await desk.deliver_all()
    copies = {channel: ["edit"] for channel in ("C0AMAZON", "C0DHL", "C0CBP", "C0IPRC")}
    assert by_address(arrived) == copies | {"U0AMAZON1": ["post"]}
    assert all("✅ *DHL* acknowledged" in str(sent.message.blocks) for sent in arrived)


async def test_who_has_acknowledged_and_who_has_not_stands_in_the_ledger(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.acknowledge(actor("cbp", Role.LIAISON, user="U0CBP2"), view)
    ledger = {line.organisation: line for line in (await desk.seen("amazon", view)).ledger}
    assert ledger["cbp"].standing is Standing.ACKNOWLEDGED
    assert ledger["cbp"].person is not None
    assert ledger["cbp"].person.slack_user == "U0CBP2"
    assert ledger["dhl"].standing is Standing.WAITING


async def test_a_colleagues_second_click_changes_nothing_and_says_nothing(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.acknowledge("dhl", view)
    await desk.acknowledge(actor("dhl", Role.LIAISON, user="U0DHL2"), view)
    await desk.acknowledge("dhl", view)
    case = await desk.stored(view)
    assert [answer.slack_user for answer in case.acknowledgements] == ["U0DHL1"]
    assert [entry.change for entry in case.timeline] == [Change.FLAGGED, Change.ACKNOWLEDGED]


async def test_a_click_that_slack_delivers_twice_counts_once(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await asyncio.gather(*(desk.acknowledge("dhl", view, received="click A") for _ in range(2)))
    assert len((await desk.stored(view)).timeline) == 2


async def test_of_many_colleagues_who_click_at_once_one_acknowledges(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await asyncio.gather(*(desk.acknowledge(actor("dhl", user=f"U0DHL{n}"), view) for n in range(8)))
    case = await desk.stored(view)
    assert len(case.acknowledgements) == 1
    assert [entry.change for entry in case.timeline].count(Change.ACKNOWLEDGED) == 1


async def test_each_organisation_acknowledges_for_itself(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await asyncio.gather(*(desk.acknowledge(who, view) for who in ("dhl", "cbp", "iprc")))
    assert {answer.organisation for answer in (await desk.stored(view)).acknowledgements} == {
        "dhl",
        "cbp",
        "iprc",
    }


async def test_who_flagged_it_has_nothing_to_acknowledge(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    with pytest.raises(Conflict, match="Your organisation flagged this itself"):
        await desk.acknowledge("amazon", view)


async def test_who_was_not_asked_is_not_told_that_they_flagged_it(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    newcomer = Actor(TEAM, "U0FEDEX1", "fedex", "FedEx", frozenset({Role.ANALYST}))
    with pytest.raises(Conflict, match="Your organisation was not asked about this case"):
        await desk.acknowledge(newcomer, view)


async def test_a_closed_case_is_not_acknowledged(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.close("amazon", view)
    with pytest.raises(Conflict, match="This case is closed; there is nothing left to acknowledge"):
        await desk.acknowledge("dhl", view)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMIN])
async def test_acknowledging_takes_an_analyst_or_a_liaison(desk: Desk, role: Role) -> None:
    view = (await desk.flag("amazon")).view
    with pytest.raises(NotAllowed, match="To acknowledge alerts you need the role of analyst or liaison"):
        await desk.acknowledge(actor("dhl", role), view)


async def test_nobody_acknowledges_what_they_may_not_see(desk: Desk) -> None:
    view = (await desk.flag("amazon", marking=AMBER)).view
    with pytest.raises(NotFound, match="There is no such case"):
        await desk.acknowledge("dhl", view)
    assert (await desk.stored(view)).acknowledgements == ()


async def test_the_card_in_which_one_clicked_is_drawn_anew(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.acknowledge("dhl", view, response_url=CARD)
    assert by_address(await desk.deliver_all())[CARD] == ["replace"]


# -- closing --------------------------------------------------------------------------------------------------------


async def test_closing_tells_everyone_why(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.close("amazon", view, CloseReason.ACTED_ON, "seized at JFK")
    seen = await desk.seen("cbp", view)
    assert (seen.status, seen.reason) == (Status.CLOSED, CloseReason.ACTED_ON)
    assert seen.closed_at is not None
    arrived = await desk.deliver_all()
    assert sorted(by_address(arrived)["C0CBP"]) == ["edit", "post"]
    note = next(sent for sent in arrived if sent.how == "post" and sent.delivery.address == "C0CBP")
    assert "Acted on" in str(note.message.blocks)
    assert "seized at JFK" in str(note.message.blocks)


async def test_who_closes_gets_no_note_of_their_own_deed(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.close("amazon", view)
    assert by_address(await desk.deliver_all())["C0AMAZON"] == ["edit"]


@pytest.mark.parametrize("who", [actor("dhl"), actor("iprc")])
async def test_another_organisation_may_not_close_it(desk: Desk, who: Actor) -> None:
    view = (await desk.flag("amazon")).view
    with pytest.raises(
        NotAllowed, match="Only an analyst of Amazon Counterfeit Crimes Unit may close this case"
    ):
        await desk.close(who, view)
    assert (await desk.stored(view)).status is Status.OPEN


async def test_a_liaison_may_not_close(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    with pytest.raises(NotAllowed, match="you need the role of analyst"):
        await desk.close(actor("amazon", Role.LIAISON), view)


async def test_after_its_owner_has_withdrawn_who_still_flags_it_may_close(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.flag("dhl")
    await desk.withdraw("amazon", view)
    with pytest.raises(NotAllowed):
        await desk.close("amazon", view)
    await desk.close("dhl", view)
    assert (await desk.stored(view)).status is Status.CLOSED


async def test_nothing_is_closed_twice(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.close("amazon", view, received="click A")
    await desk.close("amazon", view, received="click A")
    with pytest.raises(Conflict, match="This case is closed already"):
        await desk.close("amazon", view, received="click B")
    assert len((await desk.stored(view)).timeline) == 2


async def test_a_refused_request_may_be_tried_again(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.flag("dhl")
    with pytest.raises(NotAllowed):
        await desk.close("dhl", view, received="click A")
    await desk.withdraw("amazon", view)
    await desk.close("dhl", view, received="click A")
    assert (await desk.stored(view)).status is Status.CLOSED


async def test_nobody_closes_what_they_may_not_see(desk: Desk) -> None:
    view = (await desk.flag("amazon", marking=AMBER)).view
    with pytest.raises(NotFound, match="There is no such case"):
        await desk.close("dhl", view)


# -- notes ----------------------------------------------------------------------------------------------------------


async def test_a_note_is_told_to_everyone_who_was_told(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.services.cases.note(
        actor("dhl"), view.reference, "weighs 80 g", None, received=desk.request(), response_url=""
    )
    arrived = await desk.deliver_all()
    assert by_address(arrived)["C0CBP"] == ["post"]
    assert "weighs 80 g" in repr(await desk.seen("cbp", view))


async def test_a_stricter_note_stays_in_its_organisation(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.services.cases.note(
        actor("dhl"),
        view.reference,
        "for our eyes",
        Tlp.AMBER_STRICT,
        received=desk.request(),
        response_url="",
    )
    arrived = await desk.deliver_all()
    assert not any(
        "for our eyes" in str(sent.message) for sent in arrived if sent.delivery.address != "C0DHL"
    )
    assert "for our eyes" in repr(await desk.seen("dhl", view))
    assert "for our eyes" not in repr(await desk.seen("amazon", view))
