"""Flagging from wherever something was seen: by the form, from a message, by writing to the bot."""

import re

import pytest

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.e2e.bots import BotThread
from tests.e2e.records import Records
from tests.e2e.watching import everyone_is_told

BOT = "U0OFABOT"

pytestmark = pytest.mark.usefixtures("bot")


class TestForm:
    def test_it_is_drawn_by_what_is_flagged_and_keeps_what_was_typed(
        self, marketplace: Persona, records: Records
    ) -> None:
        marketplace.types("/flag", channel="C0AMAZON")
        form = marketplace.sees_modal("Tracking number or link")
        marketplace.fills("What looks wrong?", "the logo is printed the wrong way round")
        marketplace.chooses("What do you suspect?", "Counterfeit trademark")
        marketplace.chooses("What is it?", "Seller")
        form = marketplace.sees_modal("An id or link such as A2L77EE7U53NWQ")
        assert not form.shows("Tracking number or link")
        assert not form.shows("Type a port")
        marketplace.chooses("Seller", "A2L77EE7U53NWQ")
        marketplace.chooses("Brand", "Northwind Audio")
        marketplace.chooses("How sure are you?", "High")
        marketplace.submits()

        card = marketplace.sees("seller A2L77EE7U53NWQ", "C0AMAZON")
        assert card.shows("Brand: Northwind Audio · Suspected: Counterfeit trademark · Sure: high")
        assert card.shows("the logo is printed the wrong way round")
        assert records.count_of_flags() == 1

    def test_a_brand_that_one_may_know_of_is_offered_while_typing(
        self, marketplace: Persona, carrier: Persona
    ) -> None:
        marketplace.types("/flag parcel 3318810025 fake --brand “Northwind Audio”", channel="C0AMAZON")
        marketplace.types(
            "/flag parcel 1234567891 fake --brand “Northwind Secret” --tlp amber+strict", channel="C0AMAZON"
        )
        carrier.types("/flag", channel="C0DHL")
        carrier.sees_modal("Brand")
        assert carrier.is_offered("Brand", "northwind") == ["northwind", "Northwind Audio"]

    def test_what_cannot_be_right_is_said_beside_its_field(
        self, marketplace: Persona, records: Records
    ) -> None:
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("Tracking number")
        marketplace.fills("Tracking number or link", "hello")
        assert "hello" in marketplace.submits().errors["identifier"]
        assert records.count_of_flags() == 0

    def test_a_release_without_amber_is_said_beside_its_field(
        self, marketplace: Persona, records: Records
    ) -> None:
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("Tracking number")
        marketplace.fills("Tracking number or link", "3318810025")
        marketplace.chooses("AMBER: released to", "DHL")
        assert "Choose TLP:AMBER" in marketplace.submits().errors["release"]
        marketplace.chooses("Who may know?", "TLP:AMBER")
        marketplace.submits()
        assert marketplace.sees("TLP:AMBER", "C0AMAZON").shows("released to DHL")
        assert records.count_of_flags() == 1

    def test_a_red_flag_names_people_who_may_see_it_too(
        self, marketplace: Persona, carrier: Persona, sandbox: Sandbox
    ) -> None:
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("Tracking number")
        marketplace.fills("Tracking number or link", "3318810025")
        marketplace.fills("What looks wrong?", "from an informant")
        marketplace.chooses("Who may know?", "TLP:RED")
        marketplace.chooses("RED: these people too", "U0DHL1")
        marketplace.submits()
        marketplace.sees("TLP:RED", "C0AMAZON")

        found = carrier.types("/case 3318810025", channel="C0DHL").messages[0]
        assert found.shows("TLP:RED")
        assert not found.shows("from an informant")
        carrier.clicks("Open", found)
        carrier.sees_modal("from an informant")

    def test_a_check_digit_that_does_not_fit_is_asked_about_in_the_form(
        self, marketplace: Persona, records: Records
    ) -> None:
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("Tracking number")
        marketplace.chooses("What is it?", "Container")
        marketplace.sees_modal("Container number")
        marketplace.fills("Container number", "CSQU3054384")
        marketplace.fills("What looks wrong?", "painted over")
        marketplace.submits()
        marketplace.sees_modal("Is the number right?")
        assert records.count_of_flags() == 0
        marketplace.chooses("Is the number right?", "Flag it anyway")
        marketplace.submits()
        assert marketplace.sees("container CSQU3054384", "C0AMAZON").shows("painted over")


class TestMessage:
    def test_everything_in_it_is_found_and_what_is_ticked_is_flagged_with_its_address(
        self, marketplace: Persona, carrier: Persona, sandbox: Sandbox, records: Records
    ) -> None:
        message = marketplace.says(
            "Both of 3318810025 and https://www.amazon.com/sp?seller=A2L77EE7U53NWQ look wrong", "C0AMAZON"
        )
        marketplace.uses_shortcut("Flag this", message)
        form = marketplace.sees_modal("What is to be flagged?")
        assert form.shows("parcel 3318810025")
        assert form.shows("seller A2L77EE7U53NWQ")
        marketplace.submits()

        marketplace.sees(re.compile(r"only you see this[\s\S]*parcel 3318810025"), "C0AMAZON")
        card = marketplace.sees(re.compile(r"only you see this[\s\S]*seller A2L77EE7U53NWQ"), "C0AMAZON")
        assert "/archives/C0AMAZON/p" in str(card.blocks)
        assert records.count_of_flags() == 2
        everyone_is_told(sandbox, "parcel 3318810025")
        alert = carrier.sees("Alert: parcel 3318810025", "C0DHL")
        assert "/archives/" not in str(alert.blocks), "a message's address is for its own organisation"

    def test_nothing_in_it_is_said(self, marketplace: Persona) -> None:
        message = marketplace.says("good morning", "C0AMAZON")
        marketplace.uses_shortcut("Flag this", message)
        assert marketplace.sees("I find nothing in this message", "C0AMAZON").only_visible_to

    def test_what_does_not_fit_is_not_ticked_and_says_why(
        self, marketplace: Persona, records: Records
    ) -> None:
        message = marketplace.says("CSQU3054384 is painted over", "C0AMAZON")
        marketplace.uses_shortcut("Flag this", message)
        form = marketplace.sees_modal("What is to be flagged?")
        assert form.shows("Its check digit should be 3")
        marketplace.submits(expecting="invalid_input")
        assert records.count_of_flags() == 0


class TestWriting:
    def test_a_mention_is_answered_with_what_was_recognised_and_a_click_flags_it(
        self, marketplace: Persona, carrier: Persona, bot: BotThread, sandbox: Sandbox, records: Records
    ) -> None:
        marketplace.says("@ofa 3318810025 has a crooked logo", "C0AMAZON")
        answer = marketplace.sees("I recognise this.", "C0AMAZON")
        assert answer.only_visible_to
        assert answer.shows("parcel 3318810025")
        assert records.count_of_flags() == 0
        marketplace.clicks("Flag this", answer)
        carrier.sees("3318810025 has a crooked logo", "C0DHL")
        assert records.count_of_flags() == 1

    def test_a_direct_message_is_answered_below_it(
        self, marketplace: Persona, sandbox: Sandbox, records: Records
    ) -> None:
        conversation = marketplace.converses_with(BOT)
        marketplace.says("A2L77EE7U53NWQ sells fakes", conversation)
        answer = marketplace.sees("I recognise this.", conversation)
        assert answer.shows("seller A2L77EE7U53NWQ")
        marketplace.says("good morning", conversation)
        marketplace.sees("I recognise no tracking number", conversation)
        marketplace.clicks("Flag this", answer)
        marketplace.sees(re.compile(r"TLP:GREEN[\s\S]*seller A2L77EE7U53NWQ"), conversation)
        assert records.count_of_flags() == 1

    def test_a_stranger_learns_only_whom_to_ask(self, sandbox: Sandbox, records: Records) -> None:
        stranger = sandbox.person("U0STRANGER1")
        conversation = stranger.converses_with(BOT)
        stranger.says("3318810025", conversation)
        answer = stranger.sees("You are on no organisation’s list", conversation)
        assert not answer.shows("3318810025")


def test_what_may_be_two_things_is_asked_with_buttons(marketplace: Persona, records: Records) -> None:
    question = marketplace.types("/flag 0306406152 looks wrong", channel="C0AMAZON").messages[0]
    assert question.shows("It may be either of these.")
    assert records.count_of_flags() == 0
    marketplace.clicks("Flag this", question)
    marketplace.sees(re.compile(r"TLP:GREEN[\s\S]*0306406152"), "C0AMAZON")
    assert records.count_of_flags() == 1
