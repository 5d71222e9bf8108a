"""Flagging: stored once, told to everyone who may know, whoever flags it first."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.alerts import DeliveryKind
from bot.domain.cases import Change, Status
from bot.domain.errors import Conflict, DeliveryError, InvalidInput, NotAllowed, NotFound
from bot.domain.flag_details import Category, Confidence, Details, Reason, Wish
from bot.domain.flags import FlagDraft, FlagOutcome
from bot.domain.markings import Marking, Pap, Tlp
from bot.domain.operations import OperationPlan
from bot.domain.organisations import Member
from bot.domain.references import read_reference
from bot.domain.roles import Role
from bot.domain.sharing import Standing
from bot.domain.subjects import Subject
from tests.desk import CARD, Desk, by_address
from tests.doubles import Nudges
from tests.factories import GREEN, PARCEL, SELLER, TEAM, actor

AMBER = Marking(Tlp.AMBER)
RED = Marking(Tlp.RED)
EVERY_CHANNEL = {"C0AMAZON", "C0DHL", "C0CBP", "C0IPRC"}


async def test_a_flag_opens_a_case_and_its_flagger_sees_it(desk: Desk, nudges: Nudges) -> None:
    flagged = await desk.flag("amazon", words="counterfeit earbuds")
    view = flagged.view
    assert not flagged.joined
    assert view.status is Status.OPEN
    assert view.subject == PARCEL
    assert [(flag.organisation, flag.words) for flag in view.flags] == [("amazon", "counterfeit earbuds")]
    assert [entry.change for entry in view.timeline] == [Change.FLAGGED]
    assert view.own_flags
    assert nudges.count == 1


async def test_its_reference_is_of_the_operation_and_can_be_read(desk: Desk) -> None:
    read = read_reference((await desk.flag()).view.reference, "OFA")
    assert read is not None
    assert read.check_passed
    assert read.text.startswith("OFA-2026-")


async def test_every_organisation_is_told_of_what_is_green(desk: Desk) -> None:
    await desk.flag("amazon")
    assert by_address(await desk.deliver()) == {channel: ["post"] for channel in EVERY_CHANNEL}


async def test_whose_flags_are_usually_amber_is_the_only_one_told(
    desk: Desk, operation: OperationPlan
) -> None:
    amber = tuple(
        replace(each, default_marking=Tlp.AMBER) if each.key == "amazon" else each
        for each in operation.organisations
    )
    await desk.services.members.apply(replace(operation, organisations=amber))
    flagged = await desk.flag("amazon")
    assert flagged.view.tlp is Tlp.AMBER
    assert by_address(await desk.deliver()) == {"C0AMAZON": ["post"]}


async def test_what_the_flag_says_goes_before_what_is_usual(desk: Desk) -> None:
    flagged = await desk.flag("amazon", marking=Marking(Tlp.AMBER, frozenset({"dhl"})))
    assert flagged.view.tlp is Tlp.AMBER
    assert set(by_address(await desk.deliver())) == {"C0AMAZON", "C0DHL"}


@pytest.mark.parametrize(
    ("releases", "sentence"),
    [
        ({"ups"}, "“ups” is no organisation here. They are amazon, cbp, dhl, iprc."),
        ({"amazon"}, "You need not release it to your own organisation."),
    ],
)
async def test_a_release_to_nobody_or_oneself_is_refused_and_nothing_is_stored(
    desk: Desk, releases: set[str], sentence: str
) -> None:
    with pytest.raises(InvalidInput) as told:
        await desk.flag("amazon", marking=Marking(Tlp.AMBER, frozenset(releases)))
    assert (told.value.sentence, told.value.field) == (sentence, "release")
    assert await desk.services.cases.find(actor("amazon"), "3318810025") == ()


# -- the same thing again -------------------------------------------------------------------------------------------


async def test_a_request_that_comes_twice_is_done_once_and_answered_twice(desk: Desk) -> None:
    first = await desk.flag("amazon", received="request A")
    again = await desk.flag("amazon", received="request A")
    assert again.view.reference == first.view.reference
    assert again.joined == first.joined
    assert len((await desk.stored(first.view)).flags) == 1
    assert len((await desk.stored(first.view)).timeline) == 1


async def test_the_same_persons_same_flag_twice_is_one_flag(desk: Desk) -> None:
    first = await desk.flag("amazon", words="fake")
    again = await desk.flag("amazon", words="fake")
    assert again.outcome is FlagOutcome.SAME
    assert again.view.reference == first.view.reference
    assert len((await desk.stored(first.view)).flags) == 1
    assert len((await desk.stored(first.view)).timeline) == 1


async def test_other_words_or_another_person_are_another_flag(desk: Desk) -> None:
    view = (await desk.flag("amazon", words="fake")).view
    await desk.flag("amazon", words="fake, and there are more")
    await desk.flag(actor("amazon", user="U0AMAZON2"), words="fake")
    assert len((await desk.stored(view)).flags) == 3


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (Marking(Tlp.AMBER_STRICT), Marking(Tlp.GREEN)),
        (RED, Marking(Tlp.GREEN)),
        (Marking(Tlp.AMBER), Marking(Tlp.AMBER, frozenset({"dhl"}))),
        (Marking(Tlp.AMBER, frozenset({"cbp"})), Marking(Tlp.AMBER, frozenset({"dhl"}))),
    ],
)
async def test_the_same_words_said_to_more_people_reach_them(
    desk: Desk, before: Marking, now: Marking
) -> None:
    if now.tlp is Tlp.GREEN:
        await desk.flag("cbp", marking=now)
    view = (await desk.flag("amazon", words="fake", marking=before)).view
    await desk.deliver_all()
    again = await desk.flag("amazon", words="fake", marking=now)
    assert (again.outcome, again.view.reference) == (FlagOutcome.JOINED, view.reference)
    for organisation in {"dhl", "cbp"} if now.tlp is Tlp.GREEN else before.releases | now.releases:
        words = [flag.words for flag in (await desk.seen(organisation, view)).flags]
        assert words[-1] == "fake"
    assert len([flag for flag in (await desk.stored(view)).flags if flag.organisation == "amazon"]) == 1
    assert "C0DHL" in by_address(await desk.deliver_all())


async def test_the_same_words_said_to_fewer_people_are_the_same_flag(desk: Desk) -> None:
    view = (await desk.flag("amazon", words="fake", marking=Marking(Tlp.GREEN))).view
    again = await desk.flag("amazon", words="fake", marking=Marking(Tlp.AMBER_STRICT))
    assert (again.outcome, again.view.reference) == (FlagOutcome.SAME, view.reference)


async def test_who_goes_on_for_another_organisation_may_say_the_same_for_it(desk: Desk) -> None:
    view = (await desk.flag(actor("amazon", user="U0MOVED1"), words="")).view
    moved = await desk.flag(actor("dhl", user="U0MOVED1"), words="")
    assert moved.outcome is FlagOutcome.JOINED
    assert [flag.organisation for flag in (await desk.stored(view)).flags] == ["amazon", "dhl"]


async def test_another_organisation_joins_the_case_and_its_people_are_told(desk: Desk) -> None:
    first = await desk.flag("amazon")
    await desk.deliver_all()
    joined = await desk.flag("dhl", words="weight does not fit")
    assert joined.joined
    assert joined.view.reference == first.view.reference
    assert [flag.organisation for flag in joined.view.flags] == ["amazon", "dhl"]
    arrived = by_address(await desk.deliver_all())
    assert sorted(arrived["C0CBP"]) == ["edit", "post"]
    assert arrived["C0DHL"] == ["edit"]
    standings = {line.organisation: line.standing for line in joined.view.ledger}
    assert standings["dhl"] is Standing.FLAGGED


async def test_a_note_stands_below_its_alert(desk: Desk) -> None:
    await desk.flag("amazon")
    alert = next(sent for sent in await desk.deliver_all() if sent.delivery.address == "C0CBP")
    await desk.flag("dhl", words="weight does not fit")
    note = next(
        sent for sent in await desk.deliver_all() if sent.delivery.address == "C0CBP" and sent.how == "post"
    )
    assert note.thread_ts == alert.ts
    assert "DHL" in note.message.text


async def test_twenty_who_flag_one_parcel_at_once_make_one_case_and_are_all_answered(desk: Desk) -> None:
    people = [
        actor(organisation, user=f"U{organisation.upper()}{number}")
        for organisation in ("amazon", "dhl", "cbp", "iprc")
        for number in range(5)
    ]
    flagged = await asyncio.gather(*(desk.flag(who) for who in people))
    assert len({each.view.reference for each in flagged}) == 1
    assert sum(not each.joined for each in flagged) == 1
    assert len((await desk.stored(flagged[0].view)).flags) == 20
    assert len(await desk.services.cases.find(actor("cbp"), PARCEL.number)) == 1
    assert {address: len(how) for address, how in by_address(await desk.deliver()).items()} == dict.fromkeys(
        EVERY_CHANNEL, 1
    )


async def test_two_subjects_at_once_are_two_cases(desk: Desk) -> None:
    parcel, seller = await asyncio.gather(desk.flag("amazon", PARCEL), desk.flag("dhl", SELLER))
    assert parcel.view.reference != seller.view.reference


# -- circles --------------------------------------------------------------------------------------------------------


async def test_who_may_not_see_the_case_there_is_gets_their_own_answered_as_a_first_flag(desk: Desk) -> None:
    hidden = await desk.flag("amazon", marking=AMBER)
    own = await desk.flag("dhl", marking=GREEN)
    assert not own.joined
    assert own.view.reference != hidden.view.reference
    assert hidden.view.reference not in repr(own)


async def test_a_strict_flag_on_an_open_shared_case_is_a_strict_part_of_it(desk: Desk) -> None:
    shared = await desk.flag("amazon", words="open words")
    strict = await desk.flag("dhl", words="for our eyes", marking=AMBER)
    assert strict.view.reference == shared.view.reference
    assert "for our eyes" in repr(await desk.seen("dhl", shared.view))
    assert "for our eyes" not in repr(await desk.seen("cbp", shared.view))


async def test_a_red_flag_is_for_its_author_alone(desk: Desk) -> None:
    red = await desk.flag("amazon", marking=Marking(Tlp.RED))
    assert by_address(await desk.deliver()) == {}
    with pytest.raises(NotFound):
        await desk.seen(actor("amazon", user="U0AMAZON2"), red.view)
    assert (await desk.seen("amazon", red.view)).tlp is Tlp.RED


async def test_a_colleague_who_flags_what_a_red_case_is_about_is_answered(desk: Desk) -> None:
    red = await desk.flag("amazon", marking=Marking(Tlp.RED))
    mine = await desk.flag(actor("amazon", user="U0AMAZON2"), marking=AMBER)
    assert not mine.joined
    assert mine.view.reference != red.view.reference


async def test_an_organisations_second_amber_flag_releases_its_case_further(desk: Desk) -> None:
    first = await desk.flag("amazon", marking=AMBER)
    await desk.deliver_all()
    second = await desk.flag(
        "amazon", words="now for the carrier too", marking=Marking(Tlp.AMBER, frozenset({"dhl"}))
    )
    assert second.view.reference == first.view.reference
    assert "C0DHL" in by_address(await desk.deliver_all())


# -- after the end --------------------------------------------------------------------------------------------------


async def test_a_new_flag_opens_a_closed_case_again_with_its_history(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.acknowledge("dhl", view)
    await desk.close("amazon", view)
    again = await desk.flag("cbp", words="seen again")
    assert again.view.reference == view.reference
    assert again.view.status is Status.OPEN
    assert [entry.change for entry in again.view.timeline] == [
        Change.FLAGGED,
        Change.ACKNOWLEDGED,
        Change.CLOSED,
        Change.FLAGGED,
    ]


async def test_what_is_open_again_has_to_be_acknowledged_again(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.acknowledge("dhl", view)
    await desk.close("amazon", view)
    await desk.flag("cbp", words="seen again")
    assert (await desk.seen("dhl", view)).may_acknowledge


# -- who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.LIAISON, Role.COORDINATOR, Role.ADMIN])
async def test_only_analysts_flag(desk: Desk, role: Role) -> None:
    with pytest.raises(
        NotAllowed, match=r"To flag you need the role of analyst. Ask your coordinator or an admin"
    ):
        await desk.flag(actor("amazon", role))


# -- withdrawing ----------------------------------------------------------------------------------------------------


async def test_withdrawing_the_only_flag_closes_the_case_and_tells_everyone(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.withdraw("amazon", view)
    seen = await desk.seen("dhl", view)
    assert seen.status is Status.CLOSED
    assert [entry.change for entry in seen.timeline] == [Change.FLAGGED, Change.WITHDRAWN, Change.CLOSED]
    arrived = by_address(await desk.deliver_all())
    assert sorted(arrived["C0CBP"]) == ["edit", "post"]
    assert arrived["C0AMAZON"] == ["edit"]


async def test_while_another_flag_stands_the_case_stays_open(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.flag("dhl")
    await desk.withdraw("amazon", view)
    seen = await desk.seen("dhl", view)
    assert seen.status is Status.OPEN
    assert [flag.stands for flag in seen.flags] == [False, True]


async def test_one_can_withdraw_only_ones_own(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    for other in (actor("amazon", user="U0AMAZON2"), actor("dhl")):
        with pytest.raises(NotFound, match="There is no such flag of yours"):
            await desk.withdraw(other, view)
    assert (await desk.stored(view)).flags[0].stands


async def test_nothing_is_withdrawn_twice(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.withdraw("amazon", view, received="click A")
    await desk.withdraw("amazon", view, received="click A")
    with pytest.raises(Conflict, match="withdrawn this flag already"):
        await desk.withdraw("amazon", view, received="click B")
    assert len((await desk.stored(view)).timeline) == 3


async def test_what_was_withdrawn_can_be_flagged_again_in_the_same_words(desk: Desk) -> None:
    view = (await desk.flag("amazon", words="fake")).view
    await desk.withdraw("amazon", view)
    again = await desk.flag("amazon", words="fake")
    assert again.view.status is Status.OPEN
    assert [flag.stands for flag in again.view.flags] == [False, True]


async def test_a_flag_of_a_case_one_may_not_see_is_no_flag(desk: Desk) -> None:
    view = (await desk.flag("amazon", marking=AMBER)).view
    with pytest.raises(NotFound, match="There is no such flag of yours"):
        await desk.withdraw("dhl", view)


# -- drafts ---------------------------------------------------------------------------------------------------------


async def test_a_doubtful_flag_is_kept_until_its_author_says_yes(desk: Desk) -> None:
    draft = FlagDraft(SELLER, "ünïcode 📦", Marking(Tlp.AMBER, frozenset({"dhl"})))
    key = await desk.services.flags.keep(actor("amazon"), draft)
    assert await desk.services.flags.kept(actor("amazon"), key) == draft
    with pytest.raises(NotFound, match="too old"):
        await desk.services.flags.kept(actor("amazon", user="U0AMAZON2"), key)


async def test_the_flaggers_card_is_shown_where_the_form_was_opened(desk: Desk) -> None:
    await desk.flag("amazon", response_url=CARD, show=DeliveryKind.NEW_CARD)
    assert by_address(await desk.deliver())[CARD] == ["add"]


async def test_the_card_says_what_the_flag_came_to_until_it_is_drawn_anew(desk: Desk) -> None:
    view = (await desk.flag("dhl")).view
    await desk.flag("amazon", response_url=CARD, show=DeliveryKind.CARD)
    await desk.deliver_all()
    await desk.acknowledge("cbp", view)
    await desk.deliver_all()
    first, *later = desk.transport.to(CARD)
    assert first.message.text.startswith("Already known")
    assert later
    assert not any(sent.message.text.startswith("Already known") for sent in later)


async def test_a_card_that_comes_too_late_for_where_it_was_asked_for_comes_as_a_direct_message(
    desk: Desk,
) -> None:
    desk.transport.refuse(CARD, DeliveryError("http 404", permanent=True))
    await desk.flag("amazon", response_url=CARD, show=DeliveryKind.NEW_CARD)
    await desk.deliver_all()
    (card,) = desk.transport.to("U0AMAZON1")
    assert (card.how, card.message.text[:8]) == ("post", "Flagged.")


async def test_somebody_taken_off_the_list_meanwhile_is_shown_nothing(desk: Desk) -> None:
    await desk.flag("amazon", response_url=CARD, show=DeliveryKind.NEW_CARD)
    async with desk.database.begin() as tx:
        await tx.members.remove_member(TEAM, "U0AMAZON1")
    assert CARD not in by_address(await desk.deliver())


async def test_somebody_put_on_the_list_is_known_by_team_and_user_alone(
    desk: Desk, operation: OperationPlan
) -> None:
    who = Member("T0OTHER", "U0NEW", "dhl", frozenset({Role.ANALYST}))
    async with desk.database.begin() as tx:
        await tx.members.put_member(who)
        assert await tx.members.all_members() == (*operation.members, who)


async def test_the_same_words_after_the_end_open_it_again_too(desk: Desk) -> None:
    view = (await desk.flag("amazon", words="fake")).view
    await desk.close("amazon", view)
    again = await desk.flag("amazon", words="fake")
    assert again.view.status is Status.OPEN


async def test_nothing_of_a_flag_is_lost_while_it_waits_for_its_authors_yes(desk: Desk) -> None:
    details = Details(
        "Northwind",
        Reason.TRADE_DRESS,
        Confidence.LOW,
        Category.TOYS,
        Wish.TEST_BUY,
        "Example Hub",
        urgent=True,
        source="https://x.slack.com/archives/C0AMAZON/p1",
    )
    for marking, named in ((Marking(Tlp.AMBER, frozenset({"dhl"})), frozenset[str]()), (RED, {"U0DHL1"})):
        draft = FlagDraft(SELLER, "fake", marking, Pap.RED, details, frozenset(named))
        kept = await desk.services.flags.keep(actor("amazon"), draft)
        assert await desk.services.flags.kept(actor("amazon"), kept) == draft


@pytest.mark.parametrize("tlp", list(Tlp))
@pytest.mark.parametrize("subject", [PARCEL, SELLER])
async def test_a_new_case_is_shown_as_it_is_stored(desk: Desk, tlp: Tlp, subject: Subject) -> None:
    view = (await desk.flag("amazon", subject, marking=Marking(tlp))).view
    assert await desk.seen("amazon", view) == view
