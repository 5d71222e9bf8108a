"""Flagging from wherever something was seen: by the form, from a message, by writing to the bot."""

import re

import pytest

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.e2e.bots import BotThread
from tests.e2e.conftest import ON_SQLITE
from tests.e2e.records import Records
from tests.e2e.watching import everyone_is_told

BOT = "U0OFABOT"
LONG_LINK = (
    "https://www.amazon.com/Northwind-Wireless-Earbuds-Cancelling-Headphones/dp/B0EXAMPLE1/ref=sr_1_3"
    "?crid=2X8Q4&keywords=earbuds&qid=1767614400&sprefix=earb%2Caps%2C190&sr=8-3&smid=A2L77EE7U53NWQ"
)

pytestmark = [pytest.mark.usefixtures("bot"), ON_SQLITE]


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

    def test_so_are_sellers_and_ports_by_any_of_their_words(
        self, marketplace: Persona, carrier: Persona
    ) -> None:
        marketplace.types("/flag seller A2L77EE7U53NWQ fake", channel="C0AMAZON")
        marketplace.types("/flag seller A2L77SECRET1 fake --tlp amber+strict", channel="C0AMAZON")
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("Tracking number")
        marketplace.fills("Tracking number or link", "3318810025")
        marketplace.chooses("Port", "Example Hub")
        marketplace.submits()
        marketplace.sees("Port: Example Hub", "C0AMAZON")

        carrier.types("/flag", channel="C0DHL")
        carrier.sees_modal("Port")
        assert carrier.is_offered("Port", "hub") == ["hub", "Example Hub"]
        carrier.chooses("What is it?", "Seller")
        carrier.sees_modal("An id or link")
        for typed in ("a2l77", "amazon"):
            assert carrier.is_offered("Seller", typed) == [typed, "seller A2L77EE7U53NWQ (Amazon)"]

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
        assert marketplace.sees("released to DHL", "C0AMAZON").shows("TLP:AMBER")
        assert records.count_of_flags() == 1

    def test_a_brand_too_long_is_said_beside_its_field(self, marketplace: Persona, records: Records) -> None:
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("Tracking number")
        marketplace.fills("Tracking number or link", "3318810025")
        marketplace.chooses("Brand", "x" * 101)
        assert "101 characters; 100 are enough" in marketplace.submits().errors["brand"]
        assert records.count_of_flags() == 0

    def test_a_long_link_is_pasted_as_the_seller_it_names_and_a_port_stays(
        self, marketplace: Persona, records: Records
    ) -> None:
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("Tracking number")
        marketplace.chooses("Port", "Example Hub")
        marketplace.chooses("What is it?", "Seller")
        marketplace.sees_modal("An id or link")
        assert marketplace.is_offered("Seller", LONG_LINK) == ["seller A2L77EE7U53NWQ (Amazon)"]
        marketplace.chooses("Seller", "A2L77EE7U53NWQ")
        marketplace.chooses("What may be done?", "PAP:RED · nothing it could notice: no look-up")
        marketplace.submits()
        card = marketplace.sees("seller A2L77EE7U53NWQ", "C0AMAZON")
        assert card.shows("Port: Example Hub")
        assert card.shows("PAP:RED")

    def test_a_tick_for_one_number_is_none_for_another(self, marketplace: Persona, records: Records) -> None:
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("Tracking number")
        marketplace.fills("Tracking number or link", "3318810026")
        marketplace.submits()
        marketplace.sees_modal("should be 5 but is 6")
        marketplace.chooses("Is the number right?", "Flag it anyway")
        marketplace.fills("Tracking number or link", "3318810027")
        marketplace.submits()
        marketplace.sees_modal("should be 5 but is 7")
        assert records.count_of_flags() == 0

    def test_what_may_be_two_things_is_asked_in_the_form(
        self, marketplace: Persona, records: Records
    ) -> None:
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("Tracking number")
        marketplace.fills("Tracking number or link", "50400000011")
        marketplace.submits()
        marketplace.sees_modal("Which is it?")
        assert records.count_of_flags() == 0
        marketplace.chooses("Which is it?", "DHL Express waybill")
        marketplace.submits()
        marketplace.sees("parcel 50400000011", "C0AMAZON")

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

    def test_more_than_ten_are_all_there_to_tick(self, marketplace: Persona, records: Records) -> None:
        numbers = [f"{serial}{serial % 7}" for serial in range(331881000, 331881012)]
        message = marketplace.says("lost: " + " ".join(numbers), "C0AMAZON")
        marketplace.uses_shortcut("Flag this", message)
        form = marketplace.sees_modal("And of these?")
        assert all(form.shows(f"parcel {number}") for number in numbers)
        marketplace.submits()
        assert records.count_of_flags() == 12

    def test_one_that_was_closed_as_genuine_is_said_beside_the_ticks_and_nothing_is_half_done(
        self, marketplace: Persona, records: Records
    ) -> None:
        card = marketplace.types("/flag 7777777770 fake", channel="C0AMAZON").messages[0]
        marketplace.clicks("Close", card)
        marketplace.chooses("Reason", "Genuine goods")
        marketplace.submits()
        message = marketplace.says("3318810025 7777777770", "C0AMAZON")
        marketplace.uses_shortcut("Flag this", message)
        marketplace.sees_modal("What is to be flagged?")
        assert "genuine goods" in marketplace.submits().errors["found"]
        assert records.count_of_flags() == 1
        assert any("found" in through for through in records.shown_through())
        marketplace.chooses("What is to be flagged?", "parcel 3318810025")
        marketplace.submits()
        assert records.count_of_flags() == 2

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

    def test_what_is_written_of_its_marking_holds(
        self, marketplace: Persona, carrier: Persona, records: Records
    ) -> None:
        conversation = marketplace.converses_with(BOT)
        marketplace.says("3318810025 has a crooked logo —tlp amber --release dhl", conversation)
        marketplace.clicks("Flag this", marketplace.sees("I recognise this.", conversation))
        card = carrier.sees("3318810025", "C0DHL")
        assert card.shows("TLP:AMBER")
        assert card.shows("has a crooked logo")
        assert not card.shows("--release")

    @pytest.mark.parametrize(
        ("words", "answer"),
        [
            ("3318810025 is a fake --tlp red", "What is TLP:RED is flagged from no message"),
            ("3318810025 is a fake - tlp amber", "looks like an option"),
            ("3318810025 is a fake --tlp purple", "“purple” is not a marking"),
        ],
    )
    def test_what_is_not_marked_as_one_can_is_offered_no_flag(
        self, marketplace: Persona, records: Records, words: str, answer: str
    ) -> None:
        conversation = marketplace.converses_with(BOT)
        marketplace.says(words, conversation)
        assert not marketplace.sees(answer, conversation).buttons

    def test_several_are_flagged_one_after_the_other_or_all_at_once(
        self, marketplace: Persona, records: Records
    ) -> None:
        conversation = marketplace.converses_with(BOT)
        marketplace.says("3318810025, 7777777770 and CSQU3054384 are fakes", conversation)
        answer = marketplace.sees("I recognise this.", conversation)
        assert [button for button in answer.buttons if button.startswith("Flag")] == [
            *("Flag this", "Flag this", "Flag anyway", "Flag the 2 clear ones")
        ]
        marketplace.clicks("Flag anyway", answer)
        marketplace.sees(re.compile(r"TLP:GREEN[\s\S]*container CSQU3054384"), conversation)
        marketplace.clicks("Flag the 2 clear ones", answer)
        for number in ("3318810025", "7777777770"):
            marketplace.sees(re.compile(rf"TLP:GREEN[\s\S]*parcel {number}"), conversation)
        assert records.count_of_flags() == 3

    def test_what_may_be_two_things_is_answered_with_both(
        self, marketplace: Persona, records: Records
    ) -> None:
        marketplace.says("@ofa 50400000011 in a grey bag", "C0AMAZON")
        answer = marketplace.sees("I recognise this.", "C0AMAZON")
        assert answer.shows("air waybill")
        assert answer.shows("DHL Express waybill")
        marketplace.clicks("Flag this", answer)
        marketplace.sees(re.compile(r"TLP:GREEN[\s\S]*parcel 504"), "C0AMAZON")
        assert records.count_of_flags() == 1

    def test_a_stranger_learns_only_whom_to_ask(self, sandbox: Sandbox, records: Records) -> None:
        stranger = sandbox.person("U0STRANGER1")
        conversation = stranger.converses_with(BOT)
        stranger.says("3318810025", conversation)
        answer = stranger.sees("You are on no organisation’s list", conversation)
        assert not answer.shows("3318810025")

    def test_what_could_not_be_stored_is_not_acknowledged_and_comes_again(
        self, marketplace: Persona, bot: BotThread, sandbox: Sandbox, records: Records
    ) -> None:
        with records.gone("drafts"), sandbox.expects_refusal("dispatch_failed", "app_mention"):
            marketplace.says("@ofa 3318810025 has a crooked logo", "C0AMAZON")
            first, second = sandbox.awaits_traffic("app_mention", 2)
        assert (first["status"], second["status"]) == (500, 500)
        assert len(bot.log.errors) == 2
        bot.log.errors.clear()

        sandbox.advance(60)

        assert marketplace.sees("I recognise this.", "C0AMAZON").shows("parcel 3318810025")


def test_the_card_that_answers_a_command_stands_in_the_register_once(
    marketplace: Persona, records: Records
) -> None:
    for number, parcel in enumerate(("3318810025", "7777777770 --tlp red"), start=1):
        marketplace.types(f"/flag {parcel}", channel="C0AMAZON")
        assert records.shown_through().count("/flag") == number
        marketplace.types(f"/case {parcel[:10]}", channel="C0AMAZON")
        assert records.shown_through().count("/case") == number


def test_several_on_one_line_are_asked_about_and_none_is_lost(
    marketplace: Persona, carrier: Persona, records: Records
) -> None:
    line = "/flag 3318810025, 7777777770 counterfeit earbuds --brand Northwind"
    question = marketplace.types(line, channel="C0AMAZON").messages[0]
    assert question.shows("These are 2 things.")
    assert records.count_of_flags() == 0
    marketplace.clicks("Flag this", question)
    marketplace.sees(re.compile(r"TLP:GREEN[\s\S]*3318810025"), "C0AMAZON")
    marketplace.clicks("Flag all 2", question)
    card = marketplace.sees(re.compile(r"TLP:GREEN[\s\S]*7777777770"), "C0AMAZON")
    assert card.shows("counterfeit earbuds")
    assert card.shows("Brand: Northwind")
    assert records.count_of_flags() == 2, "the first is flagged once"
    carrier.sees("Alert: parcel 7777777770", "C0DHL")


def test_of_several_at_once_one_that_was_closed_as_genuine_is_named_and_in_the_register(
    marketplace: Persona, records: Records
) -> None:
    card = marketplace.types("/flag 3318810025 counterfeit earbuds", channel="C0AMAZON").messages[0]
    marketplace.clicks("Close", card)
    marketplace.chooses("Reason", "Genuine goods")
    marketplace.submits()
    question = marketplace.types("/flag 3318810025, 7777777770 fakes", channel="C0AMAZON").messages[0]
    marketplace.clicks("Flag all 2", question)
    assert marketplace.sees("Flag it by itself", "C0AMAZON").shows("Genuine goods")
    assert records.count_of_flags() == 1
    assert "flag.all" in records.shown_through()


def test_a_release_to_two_organisations_reaches_both(
    marketplace: Persona, carrier: Persona, customs: Persona
) -> None:
    marketplace.types("/flag 3318810025 fake --release dhl, cbp", channel="C0AMAZON")
    carrier.sees("Alert: parcel 3318810025", "C0DHL")
    customs.sees("Alert: parcel 3318810025", "C0CBP")


def test_why_a_flag_is_corrected_is_told_to_everyone_who_was_told(
    marketplace: Persona, carrier: Persona
) -> None:
    card = marketplace.types("/flag 3318810025 black cases", channel="C0AMAZON").messages[0]
    carrier.sees("Alert: parcel 3318810025", "C0DHL")
    marketplace.clicks("Add details or correct", card)
    marketplace.sees_modal("Why do you change it?")
    marketplace.fills("What looks wrong?", "blue cases")
    marketplace.chooses("What should be done?", "Exam")
    marketplace.chooses("Why do you change it?", "Something in it was wrong")
    marketplace.submits()
    note = carrier.sees("corrected their flag: something in it was wrong", "C0DHL")
    assert note.shows("blue cases")
    carrier.sees("Asked for: exam", "C0DHL")


def test_what_may_be_two_things_is_asked_with_buttons(marketplace: Persona, records: Records) -> None:
    question = marketplace.types("/flag 0306406152 looks wrong", channel="C0AMAZON").messages[0]
    assert question.shows("It may be either of these.")
    assert records.count_of_flags() == 0
    marketplace.clicks("Flag this", question)
    marketplace.sees(re.compile(r"TLP:GREEN[\s\S]*0306406152"), "C0AMAZON")
    assert records.count_of_flags() == 1
