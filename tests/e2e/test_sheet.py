"""The whole case over Slack: what is clicked there is answered there."""

import pytest

from sandbox.persona import Persona
from tests.e2e.conftest import ON_SQLITE
from tests.e2e.watching import reference_in

LONG = "/flag parcel 3318810025 " + "counterfeit earbuds " * 60


@pytest.mark.usefixtures("bot")
@ON_SQLITE
class TestSheet:
    def test_what_was_acknowledged_there_shows_there(self, marketplace: Persona, carrier: Persona) -> None:
        (card,) = marketplace.types(LONG, channel="C0AMAZON").messages
        (theirs,) = carrier.types(f"/case {reference_in(card)}", channel="C0DHL").messages
        carrier.clicks("Read it all", on=theirs)
        carrier.clicks("Acknowledge", on=carrier.sees_modal("Who knows"))
        assert "Acknowledge" not in carrier.sees_modal("DHL* acknowledged").buttons

    def test_what_cannot_be_done_any_more_is_said_there(self, marketplace: Persona, carrier: Persona) -> None:
        (card,) = marketplace.types(LONG, channel="C0AMAZON").messages
        (theirs,) = carrier.types(f"/case {reference_in(card)}", channel="C0DHL").messages
        carrier.clicks("Read it all", on=theirs)
        sheet = carrier.sees_modal("Who knows")
        marketplace.clicks("Undo my flag", on=card)
        marketplace.sees("Every flag was withdrawn", "C0AMAZON")
        carrier.clicks("Acknowledge", on=sheet)
        assert carrier.sees_modal("This case is closed; there is nothing left to acknowledge.")

    def test_a_flag_of_which_nothing_stands_in_a_message_is_undone_there(self, marketplace: Persona) -> None:
        (pointer,) = marketplace.types("/flag parcel 3318810025 a tip --tlp red", channel="C0AMAZON").messages
        marketplace.clicks("Open", on=pointer)
        marketplace.clicks("Undo my flag", on=marketplace.sees_modal("a tip"))
        assert "Undo my flag" not in marketplace.sees_modal("Every flag was withdrawn").buttons
