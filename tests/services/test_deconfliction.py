"""Blind deconfliction: the coordinators of both learn that they should speak, whoever flagged learns nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.alerts import DeliveryKind
from bot.domain.deconfliction import (
    COMPARED_FOR,
    FLAGS_AN_HOUR,
    MEETINGS_OF_A_PERSON,
    MEETINGS_OF_AN_ORGANISATION,
)
from bot.domain.markings import Marking, Tlp
from bot.domain.operations import OperationPlan
from bot.domain.organisations import Member
from bot.domain.people import Person
from bot.domain.roles import Role
from bot.domain.subjects import Subject, SubjectKind
from bot.messages.disclosures import disclosures
from bot.messages.members import MemberDraft
from bot.services.deconfliction import Deconfliction
from storage.tables import flags
from tests.desk import Desk
from tests.doubles import Nudges, Sent
from tests.factories import actor

STRICT = Marking(Tlp.AMBER_STRICT)
ADMIN = "U0ADMIN1"
Compare = Callable[[], Awaitable[list[Sent]]]


def seller(number: int) -> Subject:
    return Subject(SubjectKind.SELLER, "amazon-seller", f"A{number:013}", "amazon")


@pytest.fixture
async def willing(desk: Desk, operation: OperationPlan) -> OperationPlan:
    """Everybody but the enforcement centre has it on, and a coordinator of their own."""
    organisations = tuple(replace(each, deconfliction=each.key != "iprc") for each in operation.organisations)
    coordinators = tuple(
        Member("", f"U0{key.upper()}9", key, frozenset({Role.COORDINATOR}))
        for key in ("amazon", "dhl", "cbp")
    )
    plan = replace(operation, organisations=organisations, members=(*operation.members, *coordinators))
    await desk.services.members.apply(plan)
    return plan


@pytest.fixture
def compare(desk: Desk, willing: OperationPlan) -> Compare:
    """Have the worker compare, and deliver what comes of it, without the alerts."""

    async def compare() -> list[Sent]:
        await desk.services.deconfliction.compare_due()
        kinds = (DeliveryKind.MEETING, DeliveryKind.PROBING)
        return [sent for sent in await desk.deliver_all() if sent.delivery.kind in kinds]

    return compare


def told(sent: list[Sent]) -> dict[str, str]:
    """What came to whom."""
    assert len({each.delivery.address for each in sent}) == len(sent), "somebody was told twice"
    return {each.delivery.address: each.message.text for each in sent}


async def test_both_sides_coordinators_learn_who_and_nothing_else(desk: Desk, compare: Compare) -> None:
    hidden = (await desk.flag("amazon", marking=STRICT, words="our informant says so")).view
    own = (await desk.flag("dhl", marking=STRICT, words="weight does not fit")).view
    heard = told(await compare())
    assert set(heard) == {"U0AMAZON9", "U0DHL9"}
    assert heard["U0DHL9"] == (
        "Amazon Counterfeit Crimes Unit holds a record related to one of yours "
        f"({own.reference}). Contact <@U0AMAZON9>."
    )
    assert heard["U0AMAZON9"] == (
        f"DHL holds a record related to one of yours ({hidden.reference}). Contact <@U0DHL9>."
    )


@pytest.mark.parametrize(
    ("organisation", "role"), [("cbp", Role.COORDINATOR), ("dhl", Role.ANALYST)], ids=["moved", "demoted"]
)
async def test_who_is_their_coordinator_no_more_finds_the_word_taken_back(
    desk: Desk, compare: Compare, organisation: str, role: Role
) -> None:
    await desk.flag("amazon", marking=STRICT)
    await desk.flag("dhl", marking=STRICT)
    assert "U0DHL9" in told(await compare())
    draft = MemberDraft(frozenset(), organisation, frozenset({role}))
    admin = actor("iprc", Role.ADMIN, user=ADMIN)
    await desk.services.members.change(admin, Person("", "U0DHL9"), draft, received=desk.request())
    (edit,) = await compare()
    assert (edit.how, edit.delivery.address) == ("edit", "U0DHL9")
    assert edit.message.text == "What stood here is not for everyone who reads it now."


async def test_a_flag_is_answered_alike_whether_it_meets_anything_or_not(
    desk: Desk, compare: Compare
) -> None:
    await desk.flag("amazon", seller(1), marking=STRICT)
    meets = await desk.flag("dhl", seller(1), marking=STRICT)
    alone = await desk.flag("dhl", seller(2), marking=STRICT)
    await compare()
    assert (meets.joined, len(meets.view.timeline)) == (alone.joined, len(alone.view.timeline))
    seen = [await desk.seen("dhl", each.view) for each in (meets, alone)]
    assert len({(view.version, view.status, view.ledger, len(view.flags)) for view in seen}) == 1


@pytest.mark.parametrize(
    ("first", "marking", "why"),
    [
        ("amazon", Marking(Tlp.GREEN), "the flagger may see it"),
        ("amazon", Marking(Tlp.AMBER, frozenset({"dhl"})), "it is released to them"),
        ("amazon", Marking(Tlp.RED), "it is one person's"),
        ("iprc", STRICT, "they have it switched off"),
        ("dhl", Marking(Tlp.RED), "it is of the same house"),
    ],
)
async def test_nobody_hears_where_there_is_nothing_to_deconflict(
    desk: Desk, compare: Compare, first: str, marking: Marking, why: str
) -> None:
    await desk.flag(actor(first, user="U0FIRST1"), marking=marking)
    await desk.flag("dhl", marking=STRICT)
    assert told(await compare()) == {}, why


async def test_two_records_meet_once(desk: Desk, compare: Compare) -> None:
    await desk.flag("amazon", marking=STRICT)
    await desk.flag("dhl", marking=STRICT)
    assert len(await compare()) == 2
    await desk.flag("dhl", marking=STRICT, words="once more")
    await desk.flag(actor("amazon", user="U0AMAZON3"), marking=STRICT, words="and more")
    assert await compare() == []


async def test_a_hidden_part_of_a_case_that_one_sees_is_met_too(desk: Desk, compare: Compare) -> None:
    await desk.flag("amazon")
    await desk.flag("dhl", marking=STRICT)
    assert await compare() == []
    await desk.flag("cbp")
    assert set(told(await compare())) == {"U0DHL9", "U0CBP9"}


async def test_a_flagger_who_is_a_coordinator_too_learns_nothing(desk: Desk, compare: Compare) -> None:
    await desk.flag("amazon", marking=STRICT)
    both = actor("dhl", Role.ANALYST, Role.COORDINATOR, user="U0DHL9")
    await desk.flag(both, marking=STRICT)
    assert set(told(await compare())) == {"U0AMAZON9"}


async def test_what_was_switched_off_before_it_was_sent_is_not_sent(
    desk: Desk, compare: Compare, willing: OperationPlan
) -> None:
    await desk.flag("amazon", marking=STRICT)
    await desk.flag("dhl", marking=STRICT)
    await desk.services.deconfliction.compare_due()
    off = tuple(replace(each, deconfliction=False) for each in willing.organisations)
    await desk.services.members.apply(replace(willing, organisations=off))
    assert await compare() == []


async def test_what_was_withdrawn_or_flagged_long_ago_meets_nothing(desk: Desk, compare: Compare) -> None:
    view = (await desk.flag("amazon", marking=STRICT)).view
    await desk.withdraw("amazon", view)
    await desk.flag("dhl", marking=STRICT)
    assert await compare() == []
    await desk.flag("amazon", seller(1), marking=STRICT)
    await desk.flag("dhl", seller(1), marking=STRICT)
    desk.clock.advance(seconds=COMPARED_FOR.total_seconds())
    assert await compare() == []


@pytest.mark.parametrize("closed", ["the record that is met", "the case of the flag that meets it"])
async def test_a_record_is_met_though_its_case_is_closed(desk: Desk, compare: Compare, closed: str) -> None:
    hidden = (await desk.flag("amazon", marking=STRICT)).view
    if closed == "the record that is met":
        await desk.close("amazon", hidden)
    own = (await desk.flag("dhl", marking=STRICT)).view
    if closed != "the record that is met":
        await desk.close("dhl", own)
    assert set(told(await compare())) == {"U0AMAZON9", "U0DHL9"}


async def test_probing_is_no_longer_answered_and_reported_to_the_admins_once(
    desk: Desk, compare: Compare
) -> None:
    for number in range(MEETINGS_OF_A_PERSON + 3):
        await desk.flag("amazon", seller(number), marking=STRICT)
        await desk.flag("dhl", seller(number), marking=STRICT)
    sent = await compare()
    assert [each.delivery.address for each in sent].count("U0DHL9") == MEETINGS_OF_A_PERSON
    assert [each.delivery.address for each in sent].count("U0AMAZON9") == MEETINGS_OF_A_PERSON
    (report,) = [each.message.text for each in sent if each.delivery.kind is DeliveryKind.PROBING]
    assert "<@U0DHL1> of DHL has met records hidden from them unusually often" in report
    assert "A00000" not in report
    desk.clock.advance(days=1, seconds=1)
    await desk.flag("amazon", seller(99), marking=STRICT)
    await desk.flag("dhl", seller(99), marking=STRICT)
    assert set(told(await compare())) == {"U0AMAZON9", "U0DHL9"}, "a day later they are answered again"


async def test_an_organisations_people_share_a_budget(desk: Desk, compare: Compare) -> None:
    count = MEETINGS_OF_AN_ORGANISATION + 2
    for number in range(count):
        await desk.flag("amazon", seller(number), marking=STRICT)
        await desk.flag(actor("dhl", user=f"U0DHL{number // 2 + 20}"), seller(number), marking=STRICT)
    sent = await compare()
    assert [each.delivery.address for each in sent].count("U0AMAZON9") == MEETINGS_OF_AN_ORGANISATION
    assert len([each for each in sent if each.delivery.kind is DeliveryKind.PROBING]) == 1


async def test_two_hundred_flags_an_hour_are_ordinary_and_more_are_a_list_being_tried(
    desk: Desk, compare: Compare
) -> None:
    await desk.flag("amazon", seller(1), marking=STRICT)
    await desk.flag("amazon", seller(2), marking=STRICT)
    await _so_many_flags(desk, FLAGS_AN_HOUR - 1)
    await desk.flag("dhl", seller(1), marking=STRICT)
    assert {each.delivery.kind for each in await compare()} == {DeliveryKind.MEETING}
    await desk.flag("dhl", seller(2), marking=STRICT)
    sent = await compare()
    assert {each.delivery.address for each in sent} == {ADMIN}
    assert "flags faster than people do" in sent[0].message.text


async def _so_many_flags(desk: Desk, count: int) -> None:
    """Flags of one person within this hour, put where they stand in one statement."""
    own = (await desk.flag("dhl", seller(1000))).view
    async with desk.database.begin() as tx:
        row = (await tx.connection.execute(flags.select().where(flags.c.case_id == own.id))).mappings().one()
        rows = [
            {**row, "id": row["id"] + number, "words_digest": str(number)}
            for number in range(1000, 999 + count)
        ]
        await tx.connection.execute(flags.insert().values(rows))


async def test_every_meeting_stands_in_the_audit_trail(desk: Desk, compare: Compare) -> None:
    await desk.flag("amazon", marking=STRICT)
    await desk.flag("dhl", marking=STRICT)
    await compare()
    lines: list[str] = []
    await desk.services.audit.export(lines.append)
    (met,) = [line for line in lines if "deconfliction.met" in line]
    assert '"organisations":["dhl","amazon"]' in met
    assert '"outcome":"told"' in met


async def test_without_a_key_nothing_is_compared(desk: Desk, nudges: Nudges) -> None:
    await desk.flag("amazon", marking=STRICT)
    await desk.flag("dhl", marking=STRICT)
    off = Deconfliction(desk.database, desk.clock.now, b"", nudges)
    assert not off.is_on
    assert await off.compare_due() == 0
    async with desk.database.read() as tx:
        assert await tx.meetings.waiting()


async def test_another_key_makes_every_fingerprint_anew_and_tells_nobody_twice(
    desk: Desk, compare: Compare, nudges: Nudges
) -> None:
    await desk.flag("amazon", marking=STRICT)
    await desk.flag("dhl", marking=STRICT)
    assert len(await compare()) == 2
    desk.clock.advance(seconds=timedelta(minutes=1).total_seconds())
    renewed = Deconfliction(desk.database, desk.clock.now, b"another key of the operation, longer", nudges)
    assert await renewed.compare_due() == 2
    assert [s for s in await desk.deliver_all() if s.delivery.kind is DeliveryKind.MEETING] == []


async def test_a_coordinator_who_may_not_see_their_own_record_any_more_finds_its_name_taken_back(
    desk: Desk, compare: Compare
) -> None:
    own = (await desk.flag("amazon", marking=STRICT)).view
    await desk.flag("dhl", marking=STRICT)
    assert own.reference in told(await compare())["U0AMAZON9"]
    nobody = frozenset[str]()
    await desk.services.markings.mark(
        actor("amazon"), own.reference, Tlp.RED, nobody, nobody, received=desk.request(), response_url=""
    )
    await desk.deliver_all()
    newest = desk.transport.to("U0AMAZON9")[-1]
    assert newest.message.text == "DHL holds a record related to one of yours. Contact <@U0DHL9>."


async def test_the_register_tells_a_cases_owner_nothing_of_a_meeting_of_others_hidden_parts(
    desk: Desk, compare: Compare
) -> None:
    view = (await desk.flag("cbp")).view
    await desk.flag("amazon", marking=STRICT)
    await desk.flag("dhl", marking=STRICT)
    assert view.reference in told(await compare())["U0AMAZON9"]
    coordinator = actor("cbp", Role.COORDINATOR, user="U0CBP9")
    register = disclosures(*await desk.services.disclosures.of(coordinator, view.reference))
    assert "U0AMAZON9" not in str(register.content)
