"""Many people in the same second, each over a connection of their own: one case, nothing lost, nobody refused."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.domain.cases import Status
from bot.domain.errors import Conflict
from bot.domain.markings import Marking, Tlp
from bot.domain.operations import OperationPlan
from bot.domain.roles import Actor
from bot.domain.subjects import Subject
from bot.factory import Outside, services_on
from storage.database import Database
from storage.facts import Allowance
from tests.desk import Desk
from tests.doubles import Clock, Nudges, RememberingChannels, RememberingPartner, RememberingTransport
from tests.factories import PARCEL, TEAM, actor

AMBER = Marking(Tlp.AMBER)
NOBODY = frozenset[str]()
ORGANISATIONS = ("amazon", "dhl", "cbp", "iprc")
PEOPLE = 50
ROUNDS = 10


def desk_on(database: Database, clock: Clock, allowance: Allowance, number: int) -> Desk:
    transport, dhl = RememberingTransport(), RememberingPartner()
    outside = Outside(transport, RememberingChannels(), [dhl], allowance, lambda: TEAM)
    return Desk(
        services_on(database, clock.now, outside, Nudges()),
        database,
        clock,
        transport,
        dhl,
        requests=number * 1000,
    )


@pytest.fixture
async def desks(
    postgresql_url: str, operation: OperationPlan, clock: Clock, allowance: Allowance
) -> AsyncIterator[list[Desk]]:
    """As many programs as people, on one PostgreSQL database."""
    databases = [Database(postgresql_url) for _ in range(PEOPLE)]
    yield [desk_on(database, clock, allowance, number) for number, database in enumerate(databases)]
    await asyncio.gather(*(database.close() for database in databases))


@pytest.fixture
def operation(example: OperationPlan) -> OperationPlan:
    return example


def person(number: int) -> Actor:
    return actor(ORGANISATIONS[number % len(ORGANISATIONS)], user=f"U0PERSON{number}")


async def test_fifty_who_flag_one_parcel_make_one_case_and_fifty_flags_and_each_is_answered(
    desks: list[Desk],
) -> None:
    flagged = await asyncio.gather(*(desk.flag(person(number)) for number, desk in enumerate(desks)))
    assert len({each.view.reference for each in flagged}) == 1
    assert sum(not each.joined for each in flagged) == 1
    assert len((await desks[0].stored(flagged[0].view)).flags) == PEOPLE
    async with desks[0].database.read() as tx:
        assert await tx.sending.waiting() >= len(ORGANISATIONS)


async def test_one_who_sends_the_same_request_fifty_times_flags_once(desks: list[Desk]) -> None:
    flagged = await asyncio.gather(*(desk.flag("amazon", received="the same") for desk in desks))
    assert len({each.view.reference for each in flagged}) == 1
    case = await desks[0].stored(flagged[0].view)
    assert (len(case.flags), len(case.timeline)) == (1, 1)


async def test_a_case_that_is_loosened_while_others_flag_joins_theirs(desks: list[Desk]) -> None:
    for number in range(ROUNDS):
        subject = PARCEL if number == 0 else parcel(number)
        hidden = (await desks[0].flag("amazon", subject, marking=AMBER)).view
        loosening = desks[0].services.markings.mark(
            actor("amazon"),
            hidden.reference,
            Tlp.GREEN,
            NOBODY,
            NOBODY,
            received=f"{number}",
            response_url="",
        )
        await asyncio.gather(loosening, desks[1].flag("dhl", subject), desks[2].flag("cbp", subject))
        seen = await desks[0].services.cases.find(actor("iprc"), subject.number)
        (open_one,) = (view for view in seen if view.status is Status.OPEN)
        assert {flag.organisation for flag in open_one.flags} == {"amazon", "dhl", "cbp"}


async def test_two_cases_loosened_at_once_become_one(desks: list[Desk]) -> None:
    for number in range(ROUNDS):
        hidden = [
            (await desk.flag(who, parcel(number), marking=AMBER)).view
            for desk, who in zip(desks, ("amazon", "dhl"), strict=False)
        ]
        done = await asyncio.gather(
            *(
                desk.correct(who, view, "said otherwise", Tlp.GREEN)
                for desk, who, view in zip(desks, ("amazon", "dhl"), hidden, strict=False)
            )
        )
        assert done == [None, None]
        seen = await desks[0].services.cases.find(actor("iprc"), parcel(number).number)
        assert [view.status for view in seen].count(Status.OPEN) == 1


async def test_of_those_who_close_a_case_at_once_one_does(desks: list[Desk]) -> None:
    view = (await desks[0].flag("amazon")).view
    closing = (desk.close(actor("amazon", user=f"U0PERSON{n}"), view) for n, desk in enumerate(desks))
    done = await asyncio.gather(*closing, return_exceptions=True)
    assert done.count(None) == 1
    assert {type(each) for each in done if each is not None} == {Conflict}


def parcel(number: int) -> Subject:
    return PARCEL._replace(number=f"33188100{number:02}")
