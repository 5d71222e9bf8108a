"""Asking partners: within what they allow, whatever they answer, and telling those who wait."""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import ClientError
from bot.domain.facts import Fact, Outcome, Partner, PartnerView
from bot.domain.flags import FlagDraft
from bot.domain.markings import Marking, Pap, Tlp
from bot.domain.sharing import CaseView
from bot.domain.subjects import Subject
from bot.messages.facts import partner_lines
from storage.facts import Allowance
from tests.desk import CARD, Desk, by_address
from tests.factories import IN_CUSTOMS, NOON, PARCEL, SELLER, actor


def parcel(number: int) -> Subject:
    return PARCEL._replace(number=f"33188100{number:02}")


def trouble(outcome: Outcome, *, retry_after: float | None = None) -> ClientError:
    return ClientError(outcome, "as the client says", permanent=False, retry_after=retry_after)


async def known(desk: Desk, view: CaseView) -> PartnerView:
    (partner,) = (await desk.seen("dhl", view)).partners
    return partner


def alerts(desk: Desk, *about: Subject) -> list[str]:
    """What the alerts about these show in customs' channel now."""
    newest = {sent.ts: str(sent.message.content) for sent in desk.transport.to("C0CBP")}.values()
    return [alert for alert in newest if any(subject.number in alert for subject in about)]


async def ask(desk: Desk) -> int:
    """How many questions were put."""
    before = len(desk.dhl.asked)
    await desk.services.lookups.ask_due()
    return len(desk.dhl.asked) - before


async def test_before_the_partner_has_answered_the_card_says_that_it_is_asked(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    (partner,) = view.partners
    assert (partner.partner, partner.fact, partner.asking) == (Partner.DHL, None, True)


async def test_the_answer_is_kept_with_its_time_and_shown(desk: Desk) -> None:
    desk.dhl.answers = [IN_CUSTOMS]
    view = (await desk.flag("amazon")).view
    assert await ask(desk) == 1
    assert await known(desk, view) == PartnerView(
        Partner.DHL, IN_CUSTOMS, asking=False, trouble=None, trouble_since=None
    )


async def test_the_flagger_is_told_the_answer_below_the_card(desk: Desk) -> None:
    desk.dhl.answers = [IN_CUSTOMS]
    await desk.flag("amazon", response_url=CARD)
    await desk.deliver_all()
    assert desk.transport.to(CARD) == []
    await ask(desk)
    await desk.deliver_all()
    (news,) = desk.transport.to(CARD)
    assert news.how == "add"
    assert "In transit · Cincinnati, US" in str(news.message.blocks)


async def test_not_found_is_an_answer_too(desk: Desk) -> None:
    view = (await desk.flag("amazon")).view
    await ask(desk)
    partner = await known(desk, view)
    assert partner.fact is not None
    assert partner.fact.outcome is Outcome.NOT_FOUND
    assert partner.trouble is None


async def test_nobody_is_asked_about_a_seller(desk: Desk) -> None:
    view = (await desk.flag("amazon", SELLER)).view
    assert view.partners == ()
    assert await ask(desk) == 0


async def test_nobody_is_asked_about_what_must_not_be_noticed(desk: Desk) -> None:
    draft = FlagDraft(PARCEL, "quiet", pap=Pap.RED)
    await desk.services.flags.raise_flag(actor("amazon"), draft, received="request 1")
    await desk.services.cases.find(actor("dhl"), PARCEL.number, CARD)
    assert await ask(desk) == 0


async def test_what_was_just_answered_is_not_asked_again(desk: Desk) -> None:
    desk.dhl.answers = [IN_CUSTOMS]
    await desk.flag("amazon")
    await ask(desk)
    desk.clock.advance(minutes=10)
    await desk.flag("dhl", words="seen here too")
    await desk.services.cases.find(actor("cbp"), PARCEL.number, CARD)
    assert await ask(desk) == 0


async def test_whoever_looks_up_an_old_answer_gets_a_new_one_told(desk: Desk) -> None:
    desk.dhl.answers = [
        replace(IN_CUSTOMS, told_at=NOON),
        replace(IN_CUSTOMS, told_at=NOON + timedelta(hours=2)),
    ]
    view = (await desk.flag("amazon")).view
    await ask(desk)
    await desk.deliver_all()
    desk.clock.set(NOON + timedelta(hours=2))
    (seen,) = await desk.services.cases.find(actor("cbp"), PARCEL.number, CARD)
    assert seen.partners[0].fact is not None
    assert seen.partners[0].fact.told_at == NOON
    assert await ask(desk) == 1
    await desk.deliver_all()
    assert len(desk.transport.to(CARD)) == 1
    partner = await known(desk, view)
    assert partner.fact is not None
    assert partner.fact.told_at == NOON + timedelta(hours=2)


# -- trouble --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.PARTNER_ERROR, Outcome.UNREADABLE, Outcome.UNREACHABLE])
async def test_a_partner_in_trouble_is_asked_again_and_the_card_says_so(desk: Desk, outcome: Outcome) -> None:
    desk.dhl.answers = [trouble(outcome), IN_CUSTOMS]
    view = (await desk.flag("amazon")).view
    await ask(desk)
    partner = await known(desk, view)
    assert (partner.fact, partner.trouble, partner.trouble_since, partner.asking) == (
        None,
        outcome,
        NOON,
        True,
    )
    desk.clock.advance(seconds=6)
    assert await ask(desk) == 1
    partner = await known(desk, view)
    assert (partner.fact, partner.trouble) == (IN_CUSTOMS, None)


async def test_an_earlier_answer_stays_while_the_partner_is_in_trouble(desk: Desk) -> None:
    desk.dhl.answers = [IN_CUSTOMS, trouble(Outcome.UNREACHABLE)]
    view = (await desk.flag("amazon")).view
    await ask(desk)
    desk.clock.advance(hours=2)
    await desk.services.cases.find(actor("cbp"), PARCEL.number, CARD)
    await ask(desk)
    partner = await known(desk, view)
    assert (partner.fact, partner.trouble) == (IN_CUSTOMS, Outcome.UNREACHABLE)


async def test_after_eight_failures_the_question_is_given_up_until_somebody_asks_again(desk: Desk) -> None:
    desk.dhl.answers = [trouble(Outcome.PARTNER_ERROR)] * 8
    view = (await desk.flag("amazon")).view
    asked = 0
    for _ in range(30):
        asked += await ask(desk)
        desk.clock.advance(minutes=10)
    assert asked == 8
    partner = await known(desk, view)
    assert (partner.trouble, partner.asking) == (Outcome.PARTNER_ERROR, False)
    await desk.services.cases.find(actor("cbp"), PARCEL.number, CARD)
    assert await ask(desk) == 1


@pytest.mark.parametrize(("retry_after", "waits"), [(90.0, 90), (None, 60)])
async def test_a_used_up_quota_stops_every_question_for_as_long_as_the_partner_says(
    desk: Desk, retry_after: float | None, waits: int
) -> None:
    desk.dhl.answers = [trouble(Outcome.QUOTA, retry_after=retry_after)]
    first = (await desk.flag("amazon", parcel(1))).view
    await desk.flag("amazon", parcel(2))
    assert await ask(desk) == 1
    assert (await known(desk, first)).trouble is Outcome.QUOTA
    desk.clock.advance(seconds=waits - 1)
    assert await ask(desk) == 0
    desk.clock.advance(seconds=1)
    assert await ask(desk) == 1


async def test_a_bad_key_stops_every_question_for_a_quarter_of_an_hour(desk: Desk) -> None:
    desk.dhl.answers = [trouble(Outcome.BAD_KEY)]
    view = (await desk.flag("amazon", parcel(1))).view
    await desk.flag("amazon", parcel(2))
    assert await ask(desk) == 1
    partner = await known(desk, view)
    assert (partner.trouble, partner.asking) == (Outcome.BAD_KEY, True)
    desk.clock.advance(minutes=14, seconds=59)
    assert await ask(desk) == 0
    desk.clock.advance(seconds=1)
    assert await ask(desk) == 1


async def test_those_who_wait_are_told_of_the_first_trouble_only(desk: Desk) -> None:
    desk.dhl.answers = [trouble(Outcome.UNREACHABLE)] * 9
    await desk.flag("amazon", response_url=CARD)
    for _ in range(6):
        await ask(desk)
        await desk.deliver_all()
        desk.clock.advance(seconds=10)
    assert [sent.how for sent in desk.transport.to(CARD)] == ["add"]


async def test_trouble_is_logged_without_the_number(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    desk.dhl.answers = [trouble(Outcome.PARTNER_ERROR)]
    await desk.flag("amazon", words="secret words")
    await ask(desk)
    assert "DHL gave no fact: partner_error" in caplog.text
    assert PARCEL.number not in caplog.text
    assert "secret words" not in caplog.text


# -- what the partner allows ----------------------------------------------------------------------------------------


async def test_questions_keep_the_distance_that_the_partner_wants(desk: Desk) -> None:
    for number in range(3):
        await desk.flag("amazon", parcel(number))
    asked = [await ask(desk)]
    for _ in range(10):
        desk.clock.advance(seconds=1)
        asked.append(await ask(desk))
    assert asked == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]


@pytest.mark.parametrize("allowance", [Allowance(3, timedelta(0))])
async def test_the_days_quota_is_kept_and_begins_anew_at_midnight_gmt(
    desk: Desk, allowance: Allowance
) -> None:
    views = [(await desk.flag("amazon", parcel(number))).view for number in range(5)]
    assert await ask(desk) == 3
    waiting = await known(desk, views[4])
    assert (waiting.trouble, waiting.asking) == (Outcome.QUOTA, True)
    desk.clock.set(datetime(2026, 1, 5, 23, 59, 59, tzinfo=UTC))
    assert await ask(desk) == 0
    desk.clock.set(datetime(2026, 1, 6, tzinfo=UTC))
    assert await ask(desk) == 2


@pytest.mark.parametrize("allowance", [Allowance(1, timedelta(0))])
async def test_nobody_reads_that_the_answer_follows_once_the_days_quota_is_used_up(
    desk: Desk, allowance: Allowance
) -> None:
    await desk.flag("amazon", parcel(1))
    await ask(desk)
    await desk.deliver_all()
    await desk.flag("amazon", parcel(2), response_url=CARD)
    await desk.deliver_all()
    (before,) = alerts(desk, parcel(2))
    assert "is being asked; the answer follows" in before
    await ask(desk)
    await desk.deliver_all()
    (after,) = alerts(desk, parcel(2))
    assert "the answer follows" not in after
    assert "quota used up" in after
    assert "quota used up" in str(desk.transport.to(CARD)[-1].message.content)


@pytest.mark.parametrize("outcome", [Outcome.QUOTA, Outcome.BAD_KEY])
async def test_nor_where_the_partner_takes_no_question_whatever_it_is_about(
    desk: Desk, outcome: Outcome
) -> None:
    desk.dhl.answers = [trouble(outcome)]
    await desk.flag("amazon", parcel(1))
    await desk.flag("amazon", parcel(2))
    await desk.deliver_all()
    assert await ask(desk) == 1
    await desk.deliver_all()
    standing = alerts(desk, parcel(1), parcel(2))
    assert len(standing) == 2
    assert all("the answer follows" not in alert for alert in standing)


@pytest.mark.parametrize("allowance", [Allowance(250, timedelta(0))])
async def test_who_was_told_of_trouble_is_told_the_answer_too_and_no_more(
    desk: Desk, allowance: Allowance
) -> None:
    desk.dhl.answers = [trouble(Outcome.UNREACHABLE), IN_CUSTOMS, IN_CUSTOMS]
    await desk.flag("amazon", response_url=CARD)
    await desk.deliver_all()
    told = []
    for _ in range(3):
        await ask(desk)
        told += [
            str(sent.message.content) for sent in await desk.deliver_all() if sent.delivery.address == CARD
        ]
        desk.clock.advance(minutes=5)
    assert ["does not answer" in words for words in told] == [True, False]
    assert "DHL said so" in told[1]


@pytest.mark.parametrize("allowance", [Allowance(250, timedelta(0))])
class TestARefusedKey:
    async def test_what_is_flagged_meanwhile_does_not_read_that_the_answer_follows(self, desk: Desk) -> None:
        desk.dhl.answers = [trouble(Outcome.BAD_KEY)]
        await desk.flag("amazon", parcel(1))
        await ask(desk)
        await desk.deliver_all()
        desk.clock.advance(minutes=2)
        await desk.flag("amazon", parcel(2))
        await desk.deliver_all()
        assert await ask(desk) == 0
        await desk.deliver_all()
        assert "refuses our key" in alerts(desk, parcel(2))[0]
        assert "the answer follows" not in alerts(desk, parcel(2))[0]

    async def test_a_card_that_said_something_else_is_wrong_says_so_now(self, desk: Desk) -> None:
        desk.dhl.answers = [trouble(Outcome.PARTNER_ERROR), trouble(Outcome.BAD_KEY)]
        await desk.flag("amazon", parcel(1))
        await ask(desk)
        await desk.deliver_all()
        assert "answers with an error" in alerts(desk, parcel(1))[0]
        desk.clock.advance(minutes=5)
        await ask(desk)
        await desk.deliver_all()
        assert "refuses our key" in alerts(desk, parcel(1))[0]

    async def test_the_admins_are_told_once_until_it_is_mended(self, desk: Desk) -> None:
        desk.dhl.answers = [trouble(Outcome.BAD_KEY), trouble(Outcome.BAD_KEY)]
        await desk.flag("amazon", parcel(1))
        for _ in range(2):
            await ask(desk)
            await desk.deliver_all()
            desk.clock.advance(minutes=16)
        (word,) = desk.transport.to("U0ADMIN1")
        assert "refuses our key" in word.message.text
        await ask(desk)
        desk.clock.advance(hours=2)
        desk.dhl.answers = [trouble(Outcome.BAD_KEY)]
        await desk.flag("amazon", parcel(2))
        await ask(desk)
        await desk.deliver_all()
        assert len(desk.transport.to("U0ADMIN1")) == 2

    async def test_what_is_mended_before_they_are_told_is_told_nobody(self, desk: Desk) -> None:
        desk.dhl.answers = [trouble(Outcome.BAD_KEY)]
        await desk.flag("amazon", parcel(1))
        await ask(desk)
        await desk.services.lookups.try_keys_again()
        assert await ask(desk) == 1
        await desk.deliver_all()
        assert not desk.transport.to("U0ADMIN1")

    async def test_a_start_tries_at_once_whether_it_is_mended(self, desk: Desk) -> None:
        desk.dhl.answers = [trouble(Outcome.BAD_KEY)]
        await desk.flag("amazon", parcel(1))
        assert await ask(desk) == 1
        assert await ask(desk) == 0
        await desk.services.lookups.try_keys_again()
        assert await ask(desk) == 1


@pytest.mark.parametrize("allowance", [Allowance(3, timedelta(0))])
async def test_the_days_quota_is_shared_by_all_workers(desk: Desk, allowance: Allowance) -> None:
    for number in range(6):
        await desk.flag("amazon", parcel(number))
    await asyncio.gather(*(desk.services.lookups.ask_due() for _ in range(3)))
    assert len(desk.dhl.asked) == 3


async def test_two_workers_do_not_ask_the_same(desk: Desk) -> None:
    await desk.flag("amazon")
    await asyncio.gather(*(desk.services.lookups.ask_due() for _ in range(3)))
    assert len(desk.dhl.asked) == 1


async def test_a_question_whose_worker_died_is_asked_again(desk: Desk, allowance: Allowance) -> None:
    await desk.flag("amazon")
    async with desk.database.begin() as tx:
        assert await tx.facts.claim(Partner.DHL, desk.clock.now(), timedelta(seconds=60), allowance)
    desk.clock.advance(seconds=59)
    assert await ask(desk) == 0
    desk.clock.advance(seconds=1)
    assert await ask(desk) == 1


async def hidden_and_shared(desk: Desk) -> tuple[CaseView, CaseView]:
    """Two cases about one parcel; the carrier has answered the first, and has yet to be asked for the second."""
    hidden = (await desk.flag("amazon", marking=Marking(Tlp.AMBER))).view
    desk.dhl.answers = [IN_CUSTOMS]
    assert await ask(desk) == 1
    return hidden, (await desk.flag("dhl")).view


@pytest.mark.parametrize("allowance", [Allowance(250, timedelta(0))])
class TestCircles:
    """What one circle asks, no other learns of; what is asked for all to know, everybody does."""

    async def test_each_asks_for_itself_and_neither_moves_the_other(
        self, desk: Desk, allowance: Allowance
    ) -> None:
        hidden, shared = await hidden_and_shared(desk)
        assert (shared.partners[0].fact, shared.partners[0].asking) == (None, True)
        desk.dhl.answers = [IN_CUSTOMS]
        assert await ask(desk) == 1
        await desk.deliver_all()
        desk.clock.advance(hours=1)
        before = await desk.seen("cbp", shared)
        await desk.services.cases.find(actor("amazon"), hidden.reference)
        later = replace(IN_CUSTOMS, told_at=desk.clock.now(), returning=True)
        desk.dhl.answers = [later]
        assert await ask(desk) == 1
        assert set(by_address(await desk.deliver_all())) <= {"C0AMAZON"}
        assert await desk.seen("cbp", shared) == before
        assert (await desk.seen("amazon", hidden)).partners[0].fact == later

    async def test_two_cases_that_are_read_at_once_know_each_what_its_own_circle_does(
        self, desk: Desk, allowance: Allowance
    ) -> None:
        hidden, shared = await hidden_and_shared(desk)
        page = await desk.services.cases.newest(actor("amazon"))
        facts = {view.reference: view.partners[0].fact for view in page.views}
        assert facts == {hidden.reference: IN_CUSTOMS, shared.reference: None}

    async def test_an_answer_to_all_reaches_the_stricter_case_too(
        self, desk: Desk, allowance: Allowance
    ) -> None:
        hidden = (await desk.flag("amazon", marking=Marking(Tlp.AMBER))).view
        desk.dhl.answers = [IN_CUSTOMS]
        await ask(desk)
        await desk.flag("dhl")
        later = replace(IN_CUSTOMS, told_at=desk.clock.now() + timedelta(minutes=1), returning=True)
        desk.dhl.answers = [later]
        await ask(desk)
        assert (await desk.seen("amazon", hidden)).partners[0].fact == later

    async def test_a_stricter_part_asks_nothing_and_binds_nobody_who_may_not_know_of_it(
        self, desk: Desk, allowance: Allowance
    ) -> None:
        shared = (await desk.flag("dhl")).view
        desk.dhl.answers = [IN_CUSTOMS]
        await ask(desk)
        desk.clock.advance(hours=1)
        part = FlagDraft(PARCEL, "a tip", Marking(Tlp.AMBER_STRICT), Pap.RED)
        await desk.services.flags.raise_flag(actor("amazon"), part, received="part")
        assert await ask(desk) == 0
        view = await desk.seen("cbp", shared)
        assert (view.pap, view.partners[0].asking) == (Pap.CLEAR, False)

    async def test_who_is_forbidden_to_ask_does_not_read_that_the_partner_is_not_connected(
        self, desk: Desk
    ) -> None:
        strict = (await desk.flag("cbp", marking=Marking(Tlp.AMBER_STRICT))).view
        draft = FlagDraft(PARCEL, "do not touch", Marking(Tlp.GREEN), Pap.RED)
        await desk.services.flags.raise_flag(actor("amazon"), draft, received=desk.request())
        assert await ask(desk) == 0
        (line,) = partner_lines(await desk.seen("cbp", strict))
        assert line == "*DHL:* has not been asked: PAP:RED forbids it, or its API is not connected here."

    async def test_what_a_loosened_case_knows_goes_along(self, desk: Desk, allowance: Allowance) -> None:
        hidden = (await desk.flag("amazon", marking=Marking(Tlp.AMBER))).view
        desk.dhl.answers = [IN_CUSTOMS]
        await ask(desk)
        request = {"received": desk.request(), "response_url": ""}
        nobody = frozenset[str]()
        await desk.services.markings.mark(
            actor("amazon"), hidden.reference, Tlp.GREEN, nobody, nobody, **request
        )
        assert (await desk.seen("cbp", hidden)).partners[0].fact == IN_CUSTOMS


async def test_an_answer_is_told_of_by_editing_and_not_by_a_new_message(desk: Desk) -> None:
    desk.dhl.answers = [IN_CUSTOMS]
    await desk.flag("amazon")
    await desk.deliver_all()
    await ask(desk)
    assert set(map(tuple, by_address(await desk.deliver_all()).values())) == {("edit",)}


async def test_an_unexpected_answer_is_a_fact_only_where_it_says_so(desk: Desk) -> None:
    desk.dhl.answers = [Fact(Partner.DHL, Outcome.FOUND, NOON)]
    view = (await desk.flag("amazon")).view
    await ask(desk)
    partner = await known(desk, view)
    assert partner.fact is not None
    assert partner.fact.latest is None
