"""The register of what was shown: whoever waits for it is told how it ended."""

import asyncio
from typing import cast

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.disclosures import Shown, all_of
from bot.domain.errors import InvalidInput, NotFound
from bot.domain.markings import Marking, Tlp
from bot.domain.roles import Role
from bot.domain.sharing import Reader, reader_for
from bot.messages.disclosures import disclosures
from bot.messages.flags import flagged_card
from tests.desk import Desk
from tests.factories import actor, person

TO_DHL = Marking(Tlp.AMBER, frozenset({"dhl"}))
RED_FOR_DHL = Marking(Tlp.RED, people=frozenset({person("U0DHL1")}))
COORDINATOR = actor("amazon", Role.COORDINATOR, user="U0AMAZON9")
CANNOT_BE_STORED = Shown(case_id=1, version=cast("int", None), fields=("subject",))


async def test_who_is_cancelled_while_it_fails_leaves_nobody_waiting(desk: Desk) -> None:
    reader = reader_for(actor("amazon"))
    first, second = (
        asyncio.create_task(desk.services.disclosures.shown_to(reader, [CANNOT_BE_STORED], "/case"))
        for _ in range(2)
    )
    await asyncio.sleep(0)  # both wait for the same write
    first.cancel()
    async with asyncio.timeout(10):
        with pytest.raises(IntegrityError):
            await second


async def test_whoever_shows_something_at_the_same_moment_is_written_down(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    people = [f"U0DHL{number}" for number in range(20)]
    for crowd in (people[:19], people[19:]):
        await asyncio.gather(
            *(
                desk.services.disclosures.shown_to(
                    reader_for(actor("dhl", user=user)), [all_of(view)], "/case"
                )
                for user in crowd
            )
        )
    async with desk.database.read() as tx:
        shown = await tx.disclosures.of_case(view.id, 99)
    assert {each.person.slack_user for each in shown if each.person} == set(people)
    assert len(shown) == 20


async def test_every_part_and_everybody_who_read_stand_in_it_however_many_they_are(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    parts = tuple(f"flag {number}" for number in range(1, 201))
    organisations = frozenset(f"organisation-{number}" for number in range(1, 61))
    await desk.services.disclosures.shown_to(
        Reader(organisations), [Shown(view.id, view.version, parts)], "digest", "C0OPS"
    )
    async with desk.database.read() as tx:
        (shown,) = await tx.disclosures.of_case(view.id, 1)
    assert shown.shown.fields == parts
    assert shown.organisations == organisations


@pytest.mark.parametrize("tlp", [Tlp.GREEN, Tlp.RED], ids=["green", "red"])
async def test_what_is_written_down_with_a_flag_is_what_its_card_shows(desk: Desk, tlp: Tlp) -> None:
    flagged = await desk.flag("amazon", marking=Marking(tlp), answered_through="/flag")
    assert flagged.recorded == flagged_card(flagged.view, flagged.outcome).shows
    async with desk.database.read() as tx:
        (stored,) = await tx.disclosures.of_case(flagged.view.id, 9)
    assert (stored.shown,) == flagged.recorded
    assert (stored.person, stored.through) == (person("U0AMAZON1"), "/flag")


async def test_it_is_asked_for_by_what_somebody_remembers_of_the_reference_as_the_case_is(desk: Desk) -> None:
    reference = (await desk.flag("amazon")).view.reference
    register = desk.services.disclosures
    for typed in (reference, reference[-6:].lower(), f"“{reference.removeprefix('OFA-')}”"):
        view, _, _ = await register.of(COORDINATOR, typed)
        assert view.reference == reference
    wrong = reference[:-1] + ("0" if reference[-1] != "0" else "2")
    for typed in (wrong, reference[:-1]):
        with pytest.raises(InvalidInput, match="Please compare it"):
            await register.of(COORDINATOR, typed)
    for typed in ("7K3QX4", "OFA-2026-7K3QX4", "3318810025"):
        with pytest.raises(NotFound):
            await register.of(COORDINATOR, typed)


@pytest.mark.parametrize("part", [TO_DHL, RED_FOR_DHL], ids=["released", "red"])
async def test_a_cases_owner_reads_nothing_of_news_that_told_of_a_hidden_part(
    desk: Desk, part: Marking
) -> None:
    view = (await desk.flag("amazon")).view
    await desk.flag("dhl")
    await desk.deliver_all()
    await desk.flag("cbp", words="from our informant", marking=part)
    sent = [each.delivery.address for each in await desk.deliver_all()]
    assert "U0DHL1" in sent
    register = disclosures(*await desk.services.disclosures.of(COORDINATOR, view.reference))
    assert "U0DHL1" not in str(register.content)
