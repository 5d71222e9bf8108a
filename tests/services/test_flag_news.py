"""What becomes of a flag is told to whoever raised it: soon, once of each kind, and nothing they may not see."""

from sqlalchemy import select

from bot.domain.alerts import DeliveryKind
from bot.domain.cases import CloseReason
from bot.domain.markings import Marking, Tlp
from storage.tables import deliveries
from tests.desk import Desk
from tests.doubles import Sent
from tests.factories import TEAM, actor

FLAGGER = "U0AMAZON1"


def news(sent: list[Sent], user: str = FLAGGER) -> list[tuple[str, str]]:
    """How, and in which words, each message came to somebody."""
    return [
        (each.how, each.message.text)
        for each in sent
        if each.delivery.kind is DeliveryKind.FLAG_NEWS and each.delivery.address == user
    ]


async def test_who_joins_is_told_to_those_who_flagged_before(desk: Desk) -> None:
    await desk.flag("amazon")
    await desk.flag("dhl")
    sent = await desk.deliver_all()
    assert [how for how, _ in news(sent)] == ["post"]
    assert "DHL flagged it too" in news(sent)[0][1]
    assert news(sent, "U0DHL1") == []


async def test_fifty_who_join_are_one_message_edited_once(desk: Desk) -> None:
    await desk.flag("amazon")
    await desk.flag("dhl")
    await desk.deliver()
    for number in range(50):
        await desk.flag(actor("cbp", user=f"U0CBP{number}"))
    assert news(await desk.deliver()) == []
    desk.clock.advance(minutes=1)
    told = news(await desk.deliver())
    assert [how for how, _ in told] == ["edit"]
    assert "(50 times)" in told[0][1]


async def test_an_acknowledgement_and_a_closing_are_told_with_the_reason(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.acknowledge("dhl", view)
    await desk.acknowledge("cbp", view)
    assert [text.partition(" (")[0] for _, text in news(await desk.deliver_all())] == [
        "✅ DHL and US Customs and Border Protection acknowledged it."
    ]
    await desk.close(actor("amazon", user="U0AMAZON2"), view, CloseReason.GENUINE, "the maker says so")
    ((how, text),) = news(await desk.deliver_all())
    assert how == "post"
    assert "closed the case: Genuine goods – the maker says so" in text


async def test_what_one_does_oneself_is_no_news(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.flag("amazon", words="once more")
    await desk.close("amazon", view)
    assert news(await desk.deliver_all()) == []


async def test_after_a_closing_the_like_is_told_anew(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.flag("dhl")
    await desk.deliver_all()
    await desk.close("amazon", view)
    await desk.flag("cbp")
    told = news(await desk.deliver_all())
    assert [how for how, _ in told] == ["post"]
    assert "US Customs and Border Protection flagged it too" in told[0][1]
    assert "DHL" not in told[0][1]


async def test_a_join_that_is_undone_is_said_to_be(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.flag("dhl")
    await desk.deliver_all()
    await desk.undo("dhl", view)
    ((how, text),) = news(await desk.deliver_all())
    assert how == "edit"
    assert "DHL flagged it too, and withdrew that" in text


async def test_what_one_may_not_see_leaves_no_row(desk: Desk) -> None:
    """A row would decide when the next message of its kind is sent, and so tell of it."""
    await desk.flag("amazon")
    await desk.flag("dhl", marking=Marking(Tlp.AMBER_STRICT))
    async with desk.database.read() as tx:
        rows = await tx.connection.execute(select(deliveries.c.kind).distinct())
    assert DeliveryKind.FLAG_NEWS not in set(rows.scalars())
    assert news(await desk.deliver_all()) == []


async def test_of_a_case_marked_red_meanwhile_only_the_reference_is_told(desk: Desk) -> None:
    view = (await desk.flag("amazon", words="for my eyes")).view
    await desk.acknowledge("dhl", view)
    await desk.correct("amazon", view, "for my eyes", Tlp.RED)
    ((_, text),) = news(await desk.deliver_all())
    assert text == f"TLP:RED {view.reference}"


async def test_who_has_withdrawn_or_left_hears_nothing_more(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.flag(actor("dhl"))
    await desk.flag(actor("cbp"))
    await desk.withdraw("amazon", view)
    async with desk.database.begin() as tx:
        await tx.members.remove_member("", "U0DHL1")
        await tx.members.remove_member(TEAM, "U0DHL1")
    sent = await desk.deliver_all()
    assert news(sent) == []
    assert news(sent, "U0DHL1") == []
