"""A case marked otherwise takes along what was marked as it was, and nothing that its author had marked stricter."""

import pytest
from alembic import command

from bot.domain.cases import Change, CloseReason, Status
from bot.domain.errors import DeliveryError
from bot.domain.flags import FlagDraft
from bot.domain.markings import Marking, Pap, Tlp
from bot.domain.roles import Actor
from bot.domain.sharing import CaseView, Fate
from bot.messages.cases import told_lead
from storage.migrate import config, migrate
from tests.desk import Desk, somebody
from tests.factories import IN_CUSTOMS, PARCEL, TEAM, actor, person

NOBODY = frozenset[str]()
STRICT, RED, AMBER = Marking(Tlp.AMBER_STRICT), Marking(Tlp.RED), Marking(Tlp.AMBER)
TO_DHL = Marking(Tlp.AMBER, frozenset({"dhl"}))
COLLEAGUE = actor("amazon", user="U0AMAZON2")


async def mark(desk: Desk, view: CaseView, tlp: Tlp, **more: frozenset[str]) -> None:
    named = {"releases": NOBODY, "users": NOBODY} | more
    await desk.services.markings.mark(
        actor("amazon"), view.reference, tlp, **named, received=desk.request(), response_url=""
    )


async def note(desk: Desk, who: Actor, view: CaseView, words: str, tlp: Tlp | None = None) -> None:
    await desk.services.cases.note(who, view.reference, words, tlp, received=desk.request(), response_url="")


async def found(desk: Desk, who: str | Actor) -> list[CaseView]:
    return list(await desk.services.cases.find(somebody(who), "3318810025"))


class TestWhatWasMarkedStricter:
    """A case that is tightened and loosened again."""

    @pytest.mark.parametrize("part", [STRICT, RED, AMBER])
    async def test_a_colleagues_stricter_flag_stays_as_strict(self, desk: Desk, part: Marking) -> None:
        view = (await desk.flag("amazon")).view
        await desk.flag(COLLEAGUE, words="from our informant", marking=part)
        await mark(desk, view, part.tlp)
        await mark(desk, view, Tlp.GREEN)
        seen = await desk.seen("dhl", view)
        assert [flag.words for flag in seen.flags] == ["counterfeit earbuds"]
        assert "from our informant" not in str(seen)

    async def test_a_stricter_note_stays_as_strict(self, desk: Desk) -> None:
        view = (await desk.flag("amazon")).view
        await note(desk, COLLEAGUE, view, "from our informant", Tlp.AMBER_STRICT)
        await mark(desk, view, Tlp.AMBER_STRICT)
        await note(desk, COLLEAGUE, view, "for everybody later")
        await mark(desk, view, Tlp.GREEN)
        seen = await desk.seen("dhl", view)
        assert "from our informant" not in str(seen)
        assert "for everybody later" in str(seen)

    async def test_what_is_said_of_a_stricter_flag_stays_as_strict(self, desk: Desk) -> None:
        view = (await desk.flag("amazon")).view
        await desk.flag(COLLEAGUE, words="from our informant", marking=STRICT)
        await mark(desk, view, Tlp.AMBER_STRICT)
        await desk.correct(COLLEAGUE, view, "from our second informant", Tlp.AMBER_STRICT)
        await desk.withdraw(COLLEAGUE, view, words="our informants erred")
        await mark(desk, view, Tlp.GREEN)
        seen = await desk.seen("dhl", view)
        assert "inform" not in str(seen)
        assert COLLEAGUE.slack_user not in str(seen)

    async def test_what_became_strict_with_the_case_is_shown_again(self, desk: Desk) -> None:
        view = (await desk.flag("amazon")).view
        await desk.flag(COLLEAGUE, words="the seal is broken")
        await mark(desk, view, Tlp.RED)
        await mark(desk, view, Tlp.GREEN)
        assert [flag.words for flag in (await desk.seen("dhl", view)).flags] == [
            "counterfeit earbuds",
            "the seal is broken",
        ]

    async def test_a_colleagues_red_flag_goes_on_where_its_author_can_follow(self, desk: Desk) -> None:
        view = (await desk.flag("amazon")).view
        await desk.flag(COLLEAGUE, words="from our informant", marking=RED)
        await mark(desk, view, Tlp.RED)
        (own,) = await found(desk, COLLEAGUE)
        assert own.reference != view.reference
        assert [flag.words for flag in own.flags] == ["from our informant"]


class TestClosedCases:
    """A flag opens a closed case again only where all who may see that may see the flag."""

    @pytest.mark.parametrize("stricter", [STRICT, AMBER, Marking(Tlp.AMBER, frozenset({"cbp"}))])
    async def test_a_stricter_flag_opens_no_released_case_again(self, desk: Desk, stricter: Marking) -> None:
        view = (await desk.flag("amazon", marking=TO_DHL)).view
        await desk.close("amazon", view)
        before = await desk.seen("dhl", view)
        flagged = await desk.flag(COLLEAGUE, words="from our informant", marking=stricter)
        assert flagged.view.reference != view.reference
        assert await desk.seen("dhl", view) == before
        assert [each.reference for each in await found(desk, "dhl")] == [view.reference]

    async def test_a_stricter_flag_does_not_open_again_what_has_joined_the_shared_case(
        self, desk: Desk
    ) -> None:
        own = (await desk.flag("amazon", marking=STRICT)).view
        shared = (await desk.flag("dhl")).view
        await mark(desk, own, Tlp.GREEN)
        await desk.close("dhl", shared)
        before = await desk.seen("cbp", own)
        flagged = await desk.flag(COLLEAGUE, words="from our informant", marking=STRICT, again=True)
        assert flagged.view.reference != own.reference
        assert await desk.seen("cbp", own) == before

    async def test_a_flag_that_is_released_further_opens_it_again(self, desk: Desk) -> None:
        view = (await desk.flag("amazon", marking=TO_DHL)).view
        await desk.close("amazon", view, CloseReason.TOO_LATE)
        further = Marking(Tlp.AMBER, frozenset({"dhl", "cbp"}))
        flagged = await desk.flag(COLLEAGUE, words="seen again", marking=further)
        assert flagged.view.reference == view.reference


async def test_who_is_named_in_a_further_red_flag_may_see_it(desk: Desk) -> None:
    view = (await desk.flag("amazon", marking=RED)).view
    named = Marking(Tlp.RED, people=frozenset({person("U0DHL1", TEAM)}))
    await desk.flag("amazon", words="look at the seal", marking=named)
    seen = await desk.seen("dhl", view)
    assert [flag.words for flag in seen.flags] == ["look at the seal"]


async def test_the_ledger_tells_nobody_of_an_organisation_that_may_not_see_the_case_any_more(
    desk: Desk,
) -> None:
    view = (await desk.flag("amazon", marking=TO_DHL)).view
    await desk.deliver_all()
    await desk.acknowledge("dhl", view)
    await mark(desk, view, Tlp.AMBER, releases=frozenset({"cbp"}))
    assert "dhl" not in str((await desk.seen("cbp", view)).ledger)


async def test_a_flag_with_a_stricter_pap_opens_a_closed_case_again_and_says_so(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.close("amazon", view)
    draft = FlagDraft(PARCEL, "seen again", pap=Pap.RED)
    await desk.services.flags.raise_flag(actor("dhl"), draft, received=desk.request())
    seen = await desk.seen("cbp", view)
    assert (seen.status, seen.pap) == (Status.OPEN, Pap.RED)
    assert [entry.change for entry in seen.timeline[-2:]] == [Change.FLAGGED, Change.MARKED]


async def test_what_was_marked_stricter_before_that_was_written_down_stays_as_strict_too(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.flag(COLLEAGUE, words="from our informant", marking=STRICT)
    async with desk.database.begin() as tx:
        await tx.connection.run_sync(lambda connection: command.downgrade(config(connection), "0012"))
    await migrate(desk.database)
    await mark(desk, view, Tlp.AMBER_STRICT)
    await mark(desk, view, Tlp.GREEN)
    assert [flag.words for flag in (await desk.seen("dhl", view)).flags] == ["counterfeit earbuds"]


async def test_who_releases_a_flag_on_a_strict_case_reads_that_the_case_decides(desk: Desk) -> None:
    await desk.flag("amazon", marking=STRICT)
    flagged = await desk.flag(COLLEAGUE, words="seen again", marking=TO_DHL)
    assert "The case is marked TLP:AMBER+STRICT, and that decides." in told_lead(
        flagged.view, flagged.outcome
    )
    assert await found(desk, "dhl") == []


async def test_what_its_author_has_said_stricter_in_the_shared_case_hides_no_flag_that_joins_it(
    desk: Desk,
) -> None:
    own = (await desk.flag("amazon", words="the seal is broken", marking=AMBER)).view
    shared = (await desk.flag("dhl")).view
    await desk.flag("amazon", words="the seal is broken", marking=RED)
    await mark(desk, own, Tlp.GREEN)
    said = [flag.words for flag in (await desk.seen("cbp", shared)).flags if flag.stands]
    assert said == ["the seal is broken", "counterfeit earbuds"]
    seen = await desk.seen("amazon", shared)
    assert [flag.tlp for flag in seen.flags if flag.stands and flag.organisation == "amazon"] == [Tlp.GREEN]
    assert [entry.fate for entry in seen.timeline if entry.tlp is Tlp.RED] == [Fate.STANDS]


class TestAFurtherRelease:
    """A second flag that releases an AMBER case to more."""

    async def test_what_was_said_before_it_is_shown_when_the_case_is_loosened(self, desk: Desk) -> None:
        view = (await desk.flag("amazon", marking=AMBER)).view
        await desk.flag(COLLEAGUE, words="seen again", marking=TO_DHL)
        assert [flag.words for flag in (await desk.seen("dhl", view)).flags] == ["seen again"]
        await mark(desk, view, Tlp.GREEN)
        seen = await desk.seen("cbp", view)
        assert [flag.words for flag in seen.flags] == ["counterfeit earbuds", "seen again"]

    async def test_what_was_marked_amber_by_itself_in_a_stricter_case_is_not(self, desk: Desk) -> None:
        view = (await desk.flag("amazon", marking=STRICT)).view
        await desk.flag(COLLEAGUE, words="for the carrier", marking=TO_DHL)
        await mark(desk, view, Tlp.AMBER, releases=frozenset({"cbp"}))
        await mark(desk, view, Tlp.GREEN)
        seen = await desk.seen("cbp", view)
        assert [flag.words for flag in seen.flags] == ["counterfeit earbuds"]

    async def test_what_was_for_fewer_before_that_was_written_down_is_not_either(self, desk: Desk) -> None:
        view = (await desk.flag("amazon", marking=TO_DHL)).view
        await desk.flag(COLLEAGUE, words="from our informant", marking=AMBER)
        async with desk.database.begin() as tx:
            await tx.connection.run_sync(lambda connection: command.downgrade(config(connection), "0012"))
        await migrate(desk.database)
        await mark(desk, view, Tlp.GREEN)
        seen = await desk.seen("cbp", view)
        assert [flag.words for flag in seen.flags] == ["counterfeit earbuds"]


class TestAFlagForFewer:
    """A flag of the case's own label that is released to fewer moves nothing for those who may not know of it."""

    async def test_it_does_not_keep_the_case_open(self, desk: Desk) -> None:
        view = (await desk.flag("amazon", marking=TO_DHL)).view
        await desk.flag(COLLEAGUE, words="from our informant", marking=AMBER)
        await desk.withdraw("amazon", view)
        assert (await desk.seen("dhl", view)).status is Status.CLOSED

    async def test_it_does_not_close_the_case_either(self, desk: Desk) -> None:
        view = (await desk.flag("amazon", marking=TO_DHL)).view
        await desk.flag(COLLEAGUE, words="from our informant", marking=AMBER)
        await desk.withdraw(COLLEAGUE, view)
        assert (await desk.seen("dhl", view)).status is Status.OPEN

    async def test_it_forbids_nobody_to_ask(self, desk: Desk) -> None:
        view = (await desk.flag("amazon", marking=TO_DHL)).view
        draft = FlagDraft(PARCEL, "from our informant", AMBER, Pap.RED)
        await desk.services.flags.raise_flag(COLLEAGUE, draft, received=desk.request())
        seen = await desk.seen("dhl", view)
        assert seen.pap is Pap.CLEAR
        assert [entry.change for entry in seen.timeline] == [Change.FLAGGED]

    async def test_it_tries_no_broken_channel_again(self, desk: Desk) -> None:
        desk.transport.refuse("C0DHL", *[DeliveryError("channel_not_found", permanent=True)] * 9)
        await desk.flag("amazon", marking=TO_DHL)
        await desk.deliver_all()
        left = len(desk.transport.refusals["C0DHL"])
        await desk.flag(COLLEAGUE, words="from our informant", marking=AMBER)
        await desk.deliver_all()
        assert len(desk.transport.refusals["C0DHL"]) == left

    async def test_it_asks_no_partner(self, desk: Desk) -> None:
        view = (await desk.flag("amazon", marking=TO_DHL)).view
        desk.dhl.answers = [IN_CUSTOMS]
        await desk.services.lookups.ask_due()
        desk.clock.advance(days=2)
        await desk.flag(COLLEAGUE, words="from our informant", marking=AMBER)
        (partner,) = (await desk.seen("dhl", view)).partners
        assert not partner.asking

    async def test_who_flags_reads_who_hears_of_it(self, desk: Desk) -> None:
        await desk.flag("amazon", marking=TO_DHL)
        flagged = await desk.flag(COLLEAGUE, words="from our informant", marking=AMBER)
        assert told_lead(flagged.view, flagged.outcome).endswith(
            "It is for fewer than the case: only those who may know of it hear of it."
        )

    async def test_a_colleagues_flag_keeps_no_case_open_for_others_who_are_named(self, desk: Desk) -> None:
        view = (await desk.flag("amazon")).view
        await desk.flag(COLLEAGUE, words="from our informant", marking=STRICT)
        await mark(desk, view, Tlp.RED, users=frozenset({"U0DHL1"}))
        await desk.withdraw("amazon", view)
        assert (await desk.seen("dhl", view)).status is Status.CLOSED

    async def test_a_further_release_takes_nothing_from_the_flag_that_opened_the_case(
        self, desk: Desk
    ) -> None:
        view = (await desk.flag("amazon", marking=AMBER)).view
        await desk.flag(COLLEAGUE, words="seen again", marking=TO_DHL)
        await desk.withdraw(COLLEAGUE, view)
        assert (await desk.seen("amazon", view)).status is Status.OPEN
