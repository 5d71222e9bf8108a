"""What fields that are filled by typing offer: names in what somebody may see, and nothing of TLP:RED."""

import pytest

from bot.domain.flag_details import Details
from bot.domain.flags import FlagDraft
from bot.domain.markings import Marking, Tlp
from bot.domain.subjects import Subject
from tests.desk import Desk
from tests.factories import PARCEL, SELLER, actor


async def flag(desk: Desk, who: str, subject: Subject, brand: str, tlp: Tlp = Tlp.GREEN) -> None:
    draft = FlagDraft(subject, "fake", Marking(tlp), details=Details(brand=brand, port=f"port of {brand}"))
    await desk.services.flags.raise_flag(actor(who), draft, received=desk.request())


async def brands(desk: Desk, who: str = "amazon") -> set[str]:
    return {label for label, _ in (await desk.services.suggestions.names(actor(who))).brands if label}


async def test_brands_and_ports_of_what_one_may_see_are_offered(desk: Desk) -> None:
    await flag(desk, "amazon", PARCEL, "Northwind")
    await flag(desk, "dhl", SELLER, "Hidden", Tlp.AMBER_STRICT)
    assert await brands(desk) == {"Northwind"}
    assert await brands(desk, "dhl") == {"Northwind", "Hidden"}
    ports = (await desk.services.suggestions.names(actor("dhl"))).ports
    assert {label for label, _ in ports} == {"port of Northwind", "port of Hidden"}


@pytest.mark.parametrize("shared", [True, False], ids=["a part", "the case"])
async def test_nothing_red_is_offered_not_even_to_its_author(desk: Desk, *, shared: bool) -> None:
    if shared:
        await flag(desk, "dhl", SELLER, "Northwind")
    await flag(desk, "amazon", SELLER, "Secret", Tlp.RED)
    assert await brands(desk) == ({"Northwind"} if shared else set())
    sellers = (await desk.services.suggestions.names(actor("amazon"))).sellers
    assert len(sellers) == shared
