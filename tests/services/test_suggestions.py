"""What fields that are filled by typing offer: names in all that somebody may see, and nothing of TLP:RED."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import select

from bot.domain.cases import CloseReason
from bot.domain.flag_details import Details
from bot.domain.flags import FlagDraft
from bot.domain.markings import Marking, Tlp
from bot.domain.offered_names import Field
from bot.domain.sharing import CaseView
from bot.domain.subjects import Subject, SubjectKind
from bot.services import suggestions
from storage.migrate import config, migrate
from storage.names import set_all_names
from storage.tables import case_names
from tests.desk import Desk
from tests.factories import PARCEL, SELLER, actor

MORE_THAN_IS_LOOKED_AT = suggestions.LOOKED_AT + 5


async def flag(
    desk: Desk,
    who: str,
    subject: Subject,
    brand: str,
    tlp: Tlp = Tlp.GREEN,
    releases: frozenset[str] = frozenset(),
    words: str = "",
) -> CaseView:
    details = Details(brand=brand, port=f"port of {brand}" if brand else "")
    draft = FlagDraft(subject, words or f"fake {desk.requests}", Marking(tlp, releases), details=details)
    return (await desk.services.flags.raise_flag(actor(who), draft, received=desk.request())).view


async def offered(desk: Desk, who: str = "amazon", field: Field = Field.BRAND, typed: str = "") -> list[str]:
    return [label for label, _ in await desk.services.suggestions.names(actor(who), field, typed)]


def parcels() -> Iterator[Subject]:
    """One after another, none of them twice."""
    return (replace_number(PARCEL, f"33{number:08}") for number in range(1_000))


def replace_number(subject: Subject, number: str) -> Subject:
    return subject._replace(number=number)


async def test_brands_and_ports_of_what_one_may_see_are_offered(desk: Desk) -> None:
    await flag(desk, "amazon", PARCEL, "Northwind")
    await flag(desk, "dhl", SELLER, "Hidden", Tlp.AMBER_STRICT)
    assert await offered(desk) == ["Northwind"]
    assert await offered(desk, "dhl") == ["Hidden", "Northwind"]
    assert await offered(desk, "dhl", Field.PORT) == ["port of Hidden", "port of Northwind"]


@pytest.mark.parametrize("typed", ["", "north", "secret", "a"])
@pytest.mark.parametrize("shared", [True, False], ids=["a part", "the case"])
async def test_nothing_red_is_offered_not_even_to_its_author(desk: Desk, typed: str, *, shared: bool) -> None:
    if shared:
        await flag(desk, "dhl", SELLER, "Northwind")
    await flag(desk, "amazon", SELLER, "Secret", Tlp.RED)
    assert await offered(desk, typed=typed) == (["Northwind"] if shared and typed in ("", "north") else [])
    sellers = await offered(desk, field=Field.SELLER, typed=typed)
    assert len(sellers) == (shared and typed in ("", "a"))


async def test_a_name_is_found_however_long_ago_it_was_used(desk: Desk) -> None:
    every = parcels()
    await flag(desk, "dhl", SELLER, "Westwind Äudio", Tlp.AMBER, frozenset({"amazon"}))
    for _ in range(MORE_THAN_IS_LOOKED_AT):
        await flag(desk, "dhl", next(every), "Northwind")
    assert await offered(desk) == ["Northwind"]
    for typed in ("w", "WESTWIND", " westwind  ä", "äud"):
        assert await offered(desk, typed=typed) == ["Westwind Äudio"]
        assert await offered(desk, "cbp", typed=typed) == []
    assert await offered(desk, typed="port of w", field=Field.PORT) == ["port of Westwind Äudio"]
    for typed in ("a2l77", "amazon", "amazon:a2l7"):
        assert await offered(desk, typed=typed, field=Field.SELLER) == ["seller A2L77EE7U53NWQ (Amazon)"]


async def test_the_lately_used_comes_first(desk: Desk) -> None:
    every = parcels()
    for brand in ("Wolf", "Whale", "Wren", "Whale"):
        await flag(desk, "dhl", next(every), brand)
    assert await offered(desk, typed="w") == ["Whale", "Wren", "Wolf"]


async def test_of_more_names_than_can_be_shown_the_lately_used_ones_are(desk: Desk) -> None:
    every = parcels()
    for number in range(suggestions.NAMES + 10):
        await flag(desk, "dhl", next(every), f"Brand {suggestions.NAMES + 10 - number:02}")
    assert (await offered(desk, typed="brand"))[:2] == ["Brand 01", "Brand 02"]
    assert await offered(desk, typed=f"brand {suggestions.NAMES + 9}") == [f"Brand {suggestions.NAMES + 9}"]


async def test_two_brands_that_share_a_word_are_both_found_by_it(desk: Desk) -> None:
    every = parcels()
    await flag(desk, "dhl", next(every), "Northwind Audio")
    await flag(desk, "dhl", next(every), "Southwind Audio")
    assert await offered(desk, typed="audio") == ["Southwind Audio", "Northwind Audio"]
    assert await offered(desk, typed="wind") == []


async def test_hidden_uses_of_a_name_neither_hide_it_nor_move_it(desk: Desk) -> None:
    every = parcels()
    await flag(desk, "dhl", next(every), "Wren")
    shared = next(every)
    await flag(desk, "dhl", shared, "Whale")
    before = await offered(desk, typed="w")
    await flag(desk, "dhl", shared, "Wren", Tlp.AMBER_STRICT)
    for _ in range(suggestions.NAMES + 5):
        await flag(desk, "dhl", next(every), "Wren", Tlp.AMBER_STRICT)
        await flag(desk, "dhl", next(every), f"W {next(every).number}", Tlp.AMBER_STRICT)
    assert await offered(desk, typed="w") == before == ["Whale", "Wren"]


async def test_a_use_that_was_undone_does_not_hide_the_one_before(desk: Desk) -> None:
    every = parcels()
    await flag(desk, "dhl", next(every), "Wren")
    await desk.undo("dhl", await flag(desk, "dhl", next(every), "Wren"))
    await desk.undo("dhl", await flag(desk, "dhl", next(every), "Whale"))
    assert await offered(desk, typed="w") == ["Wren"]


async def test_what_no_database_takes_is_no_beginning_of_anything(desk: Desk) -> None:
    await flag(desk, "dhl", PARCEL, "Wren")
    assert await offered(desk, typed="w\x00r") == ["Wren"]
    assert await offered(desk, typed="\ud800" + "w" * 3_000) == []
    assert await offered(desk, typed="%") == []


async def stored(desk: Desk) -> set[tuple[object, ...]]:
    async with desk.database.read() as tx:
        return {tuple(row) for row in await tx.connection.execute(select(case_names))}


async def found_anew(desk: Desk) -> set[tuple[object, ...]]:
    async with desk.database.begin() as tx:
        await set_all_names(tx.connection)
    return await stored(desk)


async def mark(desk: Desk, view: CaseView, tlp: Tlp) -> None:
    request = {"received": desk.request(), "response_url": ""}
    nobody = frozenset[str]()
    await desk.services.markings.mark(actor("amazon"), view.reference, tlp, nobody, nobody, **request)


async def many_deeds(desk: Desk) -> None:
    """Everything that changes what a case says, or to whom."""
    every = parcels()
    shop = SELLER._replace(platform="ebay", scheme="ebay-seller", number="widened")
    for releases in (
        frozenset[str](),
        frozenset({"cbp"}),
    ):  # the same flag once more releases itself and its case further
        await flag(desk, "dhl", shop, "Widened", Tlp.AMBER, releases, "the same")
    released = await flag(desk, "dhl", next(every), "Released", Tlp.AMBER)
    await flag(desk, "dhl", released.subject, "Released", Tlp.AMBER, frozenset({"cbp"}))
    corrected = await flag(desk, "dhl", next(every), "Corrected")
    await desk.services.amendments.correct(
        actor("dhl"),
        corrected.reference,
        None,
        "fake",
        Tlp.GREEN,
        details=Details(brand="Right"),
        received=desk.request(),
        response_url="",
    )
    for marked in (
        await flag(desk, "amazon", next(every), "Marked alone"),
        await flag(desk, "amazon", SELLER, "Marked"),
    ):
        await flag(desk, "dhl", SELLER, "Parted", Tlp.AMBER_STRICT)
        await mark(desk, marked, Tlp.AMBER_STRICT)
    await mark(desk, await flag(desk, "amazon", next(every), "Loosened", Tlp.AMBER_STRICT), Tlp.GREEN)
    withdrawn = await flag(desk, "cbp", next(every), "Withdrawn")
    await desk.withdraw("cbp", withdrawn, words="a mistake")
    await desk.undo("cbp", await flag(desk, "cbp", next(every), "Undone"))
    closed = await flag(desk, "cbp", Subject(SubjectKind.SELLER, "ebay-seller", "tech shop", "ebay"), "")
    await desk.close("cbp", closed, CloseReason.ACTED_ON)
    desk.clock.advance(seconds=timedelta(days=1).total_seconds())
    await flag(desk, "cbp", closed.subject, "Äther Straße")


async def test_whatever_changes_a_case_changes_by_what_it_is_found(desk: Desk) -> None:
    await many_deeds(desk)
    assert await stored(desk) == await found_anew(desk)
    assert await offered(desk, "cbp", typed="rel") == ["Released"]
    assert await offered(desk, "cbp", Field.SELLER, "wid") == ["seller widened (eBay)"]
    assert await offered(desk, "cbp", typed="wid") == ["Widened"]
    assert await offered(desk, typed="corr") == []
    assert await offered(desk, typed="right") == ["Right"]
    assert await offered(desk, typed="with") == ["Withdrawn"]
    assert await offered(desk, typed="undone") == []
    assert await offered(desk, "cbp", typed="mark") == []
    assert await offered(desk, "dhl", typed="part") == ["Parted"]
    assert await offered(desk, "cbp", typed="loose") == ["Loosened"]


async def test_a_database_from_before_learns_the_names_that_it_holds(desk: Desk) -> None:
    await many_deeds(desk)
    before = await stored(desk)
    async with desk.database.begin() as tx:
        await tx.connection.run_sync(lambda connection: command.downgrade(config(connection), "0011"))
    await migrate(desk.database)
    assert await stored(desk) == before != set()
