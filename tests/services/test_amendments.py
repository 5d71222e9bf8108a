"""Undo, correct, withdraw: one's own flag, for as long as that holds, told to those who were told."""

from typing import Any

import pytest

from bot.domain.cases import Change, CloseReason, Status
from bot.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.domain.flags import UNDO_FOR, CorrectReason, FlagDraft
from bot.domain.markings import Marking, Pap, Tlp
from bot.domain.roles import Role
from bot.domain.sharing import CaseView, Fate
from bot.services.amendments import UndoIsOver
from tests.desk import CARD, Desk, by_address
from tests.factories import PARCEL, actor

STRICT = Marking(Tlp.AMBER_STRICT)
TO_DHL = Marking(Tlp.AMBER, frozenset({"dhl"}))
TO_BOTH = Marking(Tlp.AMBER, frozenset({"dhl", "cbp"}))
COLLEAGUE = actor("amazon", user="U0AMAZON2")


# -- undo -----------------------------------------------------------------------------------------------------------


async def test_what_was_undone_nobody_reads_any_more_but_who_said_it(desk: Desk) -> None:
    view = (await desk.flag("amazon", words="a slip of mine")).view
    await desk.deliver_all()
    await desk.undo("amazon", view)
    edits = by_address(await desk.deliver_all())
    assert edits["C0CBP"] == ["edit"]
    assert "a slip of mine" not in str(desk.transport.to("C0CBP")[-1].message.content)
    assert [flag.words for flag in (await desk.seen("cbp", view)).flags] == [""]
    assert [flag.words for flag in (await desk.seen("amazon", view)).flags] == ["a slip of mine"]


async def test_undo_edits_what_was_posted_and_tells_nobody_anew(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.undo("amazon", view)
    arrived = await desk.deliver_all()
    assert {how for hows in by_address(arrived).values() for how in hows} == {"edit"}
    assert all("withdrawn" in str(sent.message.blocks) for sent in arrived)
    stored = await desk.stored(view)
    assert (stored.status, stored.reason) == (Status.CLOSED, CloseReason.WITHDRAWN)
    assert [entry.change for entry in stored.timeline] == [Change.FLAGGED, Change.WITHDRAWN, Change.CLOSED]


@pytest.fixture
async def opened_again(desk: Desk) -> CaseView:
    """Two have flagged it, customs has acknowledged, its owner has closed it; then the carrier flags it once more."""
    view = (await desk.flag("amazon")).view
    await desk.flag("dhl")
    await desk.acknowledge("cbp", view)
    await desk.close("amazon", view, CloseReason.ACTED_ON)
    await desk.flag("dhl", words="it is back")
    await desk.deliver_all()
    return view


async def test_what_opened_a_case_again_undone_leaves_it_as_it_was_and_nobodys_doing(
    desk: Desk, opened_again: CaseView
) -> None:
    await desk.undo("dhl", opened_again)
    stored = await desk.stored(opened_again)
    assert (stored.status, stored.reason) == (Status.CLOSED, CloseReason.ACTED_ON)
    assert stored.timeline[-1].change is Change.CLOSED_AGAIN
    assert [answer.organisation for answer in stored.acknowledgements] == ["cbp"]
    arrived = await desk.deliver_all()
    said = str([sent.message.content for sent in arrived])
    assert "The case is closed again, as it was before" in said
    assert "DHL* closed the case" not in said
    told = [sent for sent in arrived if sent.how == "post"]
    assert [sent.delivery.address for sent in told] == ["C0CBP"], "who acts on it hears of it anew"


async def test_a_flag_withdrawn_from_what_was_closed_long_before_closes_nothing(
    desk: Desk, opened_again: CaseView
) -> None:
    await desk.undo("dhl", opened_again)
    await desk.deliver_all()
    await desk.withdraw("amazon", opened_again)
    told = [sent for sent in await desk.deliver_all() if sent.how == "post"]
    assert told
    assert not any("closed" in str(sent.message.content) for sent in told)


async def test_undo_edits_the_note_that_told_of_a_flag(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.flag("dhl", words="weight does not fit")
    posted = [
        sent for sent in await desk.deliver_all() if sent.thread_ts and sent.delivery.address == "C0CBP"
    ]
    await desk.undo("dhl", view)
    edited = [sent for sent in await desk.deliver_all() if sent.delivery.message_ts == posted[0].ts]
    assert "weight does not fit" in str(posted[0].message.blocks)
    assert "(withdrawn)" in str(edited[-1].message.blocks)
    assert "weight does not fit" not in str(edited[-1].message.blocks)


async def test_a_note_of_what_was_undone_before_it_was_told_is_never_posted(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.flag("dhl", words="weight does not fit")
    await desk.undo("dhl", view)
    assert not [
        sent for sent in await desk.deliver_all() if "weight does not fit" in str(sent.message.blocks)
    ]


async def test_who_has_acknowledged_hears_that_it_is_undone(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.acknowledge("dhl", view)
    await desk.deliver_all()
    await desk.undo("amazon", view)
    posts = [sent for sent in await desk.deliver_all() if sent.how == "post"]
    assert [sent.delivery.address for sent in posts] == ["C0DHL"]
    assert "withdrew their flag" in str(posts[0].message.blocks)


class TestUndoOfAFlagThatChangedTheLabels:
    """A further flag can release its case to more, or forbid to ask partners; undone, it has not."""

    async def test_what_it_had_released_is_released_no_more(self, desk: Desk) -> None:
        view = (await desk.flag("amazon", marking=TO_DHL)).view
        await desk.flag(COLLEAGUE, words="seen again", marking=TO_BOTH)
        await desk.deliver_all()
        desk.clock.advance(minutes=1)
        await desk.undo(COLLEAGUE, view)
        assert await desk.services.cases.find(actor("cbp"), view.reference) == ()
        seen = await desk.seen("dhl", view)
        assert (seen.released_to, seen.status) == (("DHL",), Status.OPEN)
        assert [entry.change for entry in seen.timeline][-2:] == [Change.MARKED, Change.WITHDRAWN]
        await desk.deliver_all()
        assert view.reference not in str(desk.transport.to("C0CBP")[-1].message.content)

    async def test_what_was_for_its_owner_alone_is_so_again(self, desk: Desk) -> None:
        view = (await desk.flag("amazon", marking=Marking(Tlp.AMBER))).view
        await desk.flag("amazon", words="seen again", marking=TO_DHL)
        await desk.flag(COLLEAGUE, words="seen later", marking=TO_BOTH)
        await desk.undo(COLLEAGUE, view)
        assert "counterfeit earbuds" not in str(await desk.seen("dhl", view)), "as hidden as it was"

    async def test_the_ban_on_asking_is_lifted(self, desk: Desk) -> None:
        view = (await desk.flag("amazon")).view
        draft = FlagDraft(PARCEL, "do not touch", pap=Pap.RED)
        await desk.services.flags.raise_flag(actor("dhl"), draft, received=desk.request())
        assert (await desk.seen("cbp", view)).pap is Pap.RED
        await desk.undo("dhl", view)
        assert (await desk.seen("cbp", view)).pap is Pap.CLEAR

    async def test_what_another_flag_has_asked_for_since_stays(self, desk: Desk) -> None:
        view = (await desk.flag("amazon", marking=TO_DHL)).view
        await desk.flag("amazon", words="seen again", marking=TO_BOTH)
        await desk.flag(COLLEAGUE, words="seen later", marking=TO_BOTH)
        await desk.undo("amazon", view)
        assert (await desk.seen("cbp", view)).released_to == (
            "US Customs and Border Protection",
            "DHL",
        )

    async def test_what_somebody_has_decided_since_stays(self, desk: Desk) -> None:
        view = (await desk.flag("amazon", marking=TO_DHL)).view
        await desk.flag(COLLEAGUE, words="seen again", marking=TO_BOTH)
        await desk.services.markings.mark(
            actor("amazon"),
            view.reference,
            Tlp.AMBER,
            frozenset({"cbp"}),
            frozenset(),
            received=desk.request(),
            response_url="",
        )
        await desk.undo(COLLEAGUE, view)
        assert (await desk.seen("cbp", view)).status is Status.OPEN


async def test_after_ten_minutes_undo_is_over_and_nothing_is_done(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    assert [own.may_undo for own in (await desk.seen("amazon", view)).own_flags] == [True]
    desk.clock.advance(seconds=UNDO_FOR.total_seconds())
    assert [own.may_undo for own in (await desk.seen("amazon", view)).own_flags] == [False]
    with pytest.raises(UndoIsOver):
        await desk.undo("amazon", view, received="click A")
    assert (await desk.stored(view)).flags[0].stands
    await desk.withdraw("amazon", view, received="click A")
    assert not (await desk.stored(view)).flags[0].stands


async def test_a_case_that_only_the_undone_flag_opened_again_is_closed_as_it_was(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.close("amazon", view, CloseReason.GENUINE)
    await desk.flag("dhl", again=True)
    await desk.undo("dhl", view)
    stored = await desk.stored(view)
    assert (stored.status, stored.reason) == (Status.CLOSED, CloseReason.GENUINE)
    assert [flag.stands for flag in stored.flags] == [True, False]


async def test_a_click_that_comes_twice_is_done_once(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    for _ in range(2):
        await desk.undo("amazon", view, received="click A", response_url=CARD)
    assert len((await desk.stored(view)).timeline) == 3
    with pytest.raises(Conflict, match="withdrawn this flag already"):
        await desk.undo("amazon", view, received="click B")


async def test_a_button_means_the_flag_it_was_made_for(desk: Desk) -> None:
    view = (await desk.flag("amazon", words="first")).view
    await desk.flag("amazon", words="second")
    await desk.undo("amazon", view, number=1)
    assert [(flag.words, flag.stands) for flag in (await desk.stored(view)).flags] == [
        ("first", False),
        ("second", True),
    ]


# -- withdraw -------------------------------------------------------------------------------------------------------


async def test_why_a_flag_is_withdrawn_is_told_to_everyone_who_was_told(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.withdraw("amazon", view, words="A wrong number or link. Next door's.")
    told = [sent for sent in await desk.deliver_all() if sent.thread_ts]
    assert {sent.delivery.address for sent in told} == {"C0DHL", "C0CBP", "C0IPRC"}
    assert all("Next door’s" in str(s.message.blocks) or "Next door's" in str(s.message.blocks) for s in told)
    assert (await desk.stored(view)).flags[0].withdraw_words == "A wrong number or link. Next door's."


# -- correct --------------------------------------------------------------------------------------------------------


async def test_a_correction_is_told_and_what_was_said_before_is_kept(desk: Desk) -> None:
    view = (await desk.flag("amazon", words="black cases")).view
    await desk.deliver_all()
    await desk.correct("amazon", view, "blue cases")
    arrived = await desk.deliver_all()
    notes = {sent.delivery.address: str(sent.message.blocks) for sent in arrived if sent.thread_ts}
    assert set(notes) == {"C0DHL", "C0CBP", "C0IPRC"}
    assert all("corrected their flag" in note and "blue cases" in note for note in notes.values())
    seen = await desk.seen("dhl", view)
    assert [flag.words for flag in seen.flags] == ["blue cases"]
    assert [(entry.change, entry.words, entry.fate) for entry in seen.timeline] == [
        (Change.FLAGGED, "black cases", Fate.CORRECTED),
        (Change.CORRECTED, "blue cases", Fate.STANDS),
    ]


async def test_why_it_is_corrected_is_told_and_kept(desk: Desk) -> None:
    view = (await desk.flag("amazon", words="black cases")).view
    await desk.deliver_all()
    await desk.correct("amazon", view, "blue cases", reason=CorrectReason.WRONG)
    notes = [str(sent.message.blocks) for sent in await desk.deliver_all() if sent.thread_ts]
    assert len(notes) == 3
    assert all("corrected their flag: something in it was wrong" in note for note in notes)
    await desk.correct("amazon", view, "blue cases, sealed")
    seen = await desk.seen("cbp", view)
    assert [entry.correction for entry in seen.timeline] == [None, CorrectReason.WRONG, CorrectReason.MORE]
    assert [entry.reason for entry in seen.timeline] == [None, None, None]


async def test_a_part_that_is_tightened_takes_its_earlier_words_along(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.deliver_all()
    await desk.flag("dhl", words="our client")
    await desk.deliver_all()
    await desk.correct("dhl", view, "our client, again", Tlp.AMBER_STRICT)
    arrived = await desk.deliver_all()
    assert not [
        sent for sent in arrived if sent.delivery.address == "C0CBP" and "client" in str(sent.message.blocks)
    ]
    assert "our client" not in str(await desk.seen("cbp", view))
    assert "our client" in str(await desk.seen("dhl", view))
    withheld = [sent for sent in arrived if sent.delivery.address == "C0CBP" and sent.delivery.kind == "note"]
    assert "not for everyone" in withheld[-1].message.text


async def test_a_part_that_is_loosened_keeps_its_earlier_words_to_those_who_had_them(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.flag("dhl", words="our client", marking=STRICT)
    await desk.correct("dhl", view, "a client", Tlp.GREEN)
    seen = str(await desk.seen("cbp", view))
    assert "a client" in seen
    assert "our client" not in seen


async def test_the_openers_marking_is_the_cases_own(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.correct("amazon", view, "counterfeit earbuds", Tlp.AMBER_STRICT)
    assert (await desk.stored(view)).marking.tlp is Tlp.AMBER_STRICT
    with pytest.raises(NotFound):
        await desk.seen("dhl", view)


@pytest.mark.parametrize(
    ("words", "tlp", "field", "sentence"),
    [
        ("weight does not fit", Tlp.GREEN, "words", "Nothing is different yet"),
        ("said before", Tlp.GREEN, "words", "says the same"),
        ("other words", Tlp.CLEAR, "tlp", "the same or stricter"),
    ],
)
async def test_a_correction_that_cannot_be_is_explained_beside_its_field(
    desk: Desk, words: str, tlp: Tlp, field: str, sentence: str
) -> None:
    view = (await desk.flag("amazon")).view
    await desk.flag("dhl", words="said before")
    await desk.flag("dhl", words="weight does not fit")
    with pytest.raises(InvalidInput, match=sentence) as told:
        await desk.correct("dhl", view, words, tlp)
    assert told.value.field == field
    assert [flag.words for flag in (await desk.stored(view)).flags][1:] == [
        "said before",
        "weight does not fit",
    ]


async def test_the_flag_that_alone_keeps_a_case_open_becomes_no_hidden_part(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.flag("dhl")
    await desk.withdraw("amazon", view)
    with pytest.raises(InvalidInput, match="alone keeps this case open"):
        await desk.correct("dhl", view, "our client", Tlp.RED)


async def test_a_closed_case_is_not_corrected(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await desk.close("amazon", view)
    with pytest.raises(Conflict, match="closed"):
        await desk.correct("amazon", view, "blue cases")


# -- who may --------------------------------------------------------------------------------------------------------

WAYS: list[tuple[str, dict[str, Any]]] = [
    ("undo", {}),
    ("withdraw", {}),
    ("correct", {"words": "x", "tlp": Tlp.GREEN}),
]


@pytest.mark.parametrize(("way", "more"), WAYS)
async def test_one_amends_only_ones_own_and_learns_of_nobody_elses(
    desk: Desk, way: str, more: dict[str, Any]
) -> None:
    view = (await desk.flag("amazon", marking=STRICT)).view
    shared = (await desk.flag("iprc", words="green")).view
    refusals: set[str] = set()
    for who, what in (("dhl", view), ("dhl", shared), ("cbp", view)):
        with pytest.raises(NotFound) as told:
            await getattr(desk, way)(who, what, **more)
        refusals.add(told.value.sentence)
    assert refusals == {"There is no such flag of yours."}


@pytest.mark.parametrize(("way", "more"), WAYS)
async def test_who_may_flag_no_more_amends_nothing(desk: Desk, way: str, more: dict[str, Any]) -> None:
    view = (await desk.flag("amazon")).view
    with pytest.raises(NotAllowed, match="role of analyst"):
        await getattr(desk, way)(actor("amazon", Role.LIAISON), view, **more)
    assert (await desk.stored(view)).flags[0].stands


@pytest.mark.parametrize("number", [0, 2, 99])
async def test_a_number_that_nobody_was_shown_is_no_flag(desk: Desk, number: int) -> None:
    view = (await desk.flag("amazon")).view
    with pytest.raises(NotFound):
        await desk.undo("amazon", view, number=number)
    assert (await desk.stored(view)).flags[0].stands


async def test_who_goes_on_for_another_organisation_takes_back_no_flag_of_the_first(desk: Desk) -> None:
    view = (await desk.flag(actor("amazon", user="U0MOVED1"))).view
    with pytest.raises(NotFound, match="There is no such flag of yours"):
        await desk.withdraw(actor("dhl", user="U0MOVED1"), view)
    assert all(flag.stands for flag in (await desk.stored(view)).flags)
