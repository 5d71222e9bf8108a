"""Four organisations look at one case, and each sees what is for it: what is not there is not hinted at either."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.windows import Window

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.xdist_group("browser")]

OpenWindow = Callable[[str], Window]

ANALYSTS = {
    "amazon": "amazon-analyst-1",
    "dhl": "dhl-analyst-1",
    "cbp": "cbp-analyst-1",
    "iprc": "iprc-analyst-1",
}
"""One of each organisation, whose alerts channel is called after it."""


def flagged(window: Window, line: str, words: str) -> str:
    """The reference on the card that answers this flag."""
    window.write(_channel(window), f"/flag {line}")
    return window.reference_in(window.own_messages(words).last)


def noted(window: Window, reference: str, words: str, marking: str) -> None:
    """A note on a case, by the button on its card."""
    window.press(card_of(window, reference), "Add note")
    form = window.page.get_by_role("dialog", name="Add a note")
    form.get_by_role("textbox", name="Note").fill(words)
    form.get_by_role("combobox", name="Who may see it?").click()
    window.page.get_by_role("option", name=marking, exact=True).click()
    form.get_by_role("button", name="Add", exact=True).click()
    expect(form).to_have_count(0)


def card_of(window: Window, reference: str) -> Locator:
    """What the case's reference is answered with."""
    window.write(_channel(window), f"/case {reference}")
    card = window.own_messages(reference, "Timeline").last
    expect(card).to_be_visible()
    return card


def _channel(window: Window) -> str:
    return f"{window.person.partition('-')[0]}-alerts"


def _shows(card: Locator, *, but_not: set[str], texts: set[str]) -> None:
    for text in texts:
        expect(card).to_contain_text(text)
    for text in but_not:
        expect(card).not_to_contain_text(text)


def test_owner_two_it_is_released_to_and_one_it_is_not_see_four_different_things(window: OpenWindow) -> None:
    amazon, dhl, cbp, iprc = (window(person) for person in ANALYSTS.values())
    line = "seller A3P5ROKL5A1OLE forged labels --tlp amber --release dhl,cbp"
    reference = flagged(amazon, line, "forged labels")
    noted(amazon, reference, "the test buy is on its way", "TLP:AMBER+STRICT")
    noted(dhl, reference, "the shipper has an account with us", "TLP:AMBER+STRICT")
    noted(cbp, reference, "one like it was seized in May", "As the case is marked")
    everybodys = {
        "TLP:AMBER",
        "A3P5ROKL5A1OLE",
        "forged labels",
        "released to US Customs and Border Protection, DHL",
        "one like it was seized in May",
    }

    own, released, other = (card_of(each, reference) for each in (amazon, dhl, cbp))
    _shows(
        own, texts=everybodys | {"the test buy is on its way"}, but_not={"the shipper has an account with us"}
    )
    _shows(
        released,
        texts=everybodys | {"the shipper has an account with us"},
        but_not={"the test buy is on its way"},
    )
    _shows(
        other,
        texts=everybodys,
        but_not={"the test buy is on its way", "the shipper has an account with us", "AMBER+STRICT"},
    )
    for card, may_mark in ((own, 1), (released, 0), (other, 0)):
        for name in ("Marking", "Close", "Withdraw my flag"):
            expect(card.get_by_role("button", name=name, exact=True)).to_have_count(may_mark)
    for asked in (reference, "A3P5ROKL5A1OLE"):
        iprc.write(_channel(iprc), f"/case {asked}")
    answers = iprc.own_messages("Nothing found.")
    expect(answers).to_have_count(2)
    expect(iprc.messages("forged labels")).to_have_count(0)
    expect(iprc.messages("A3P5ROKL5A1OLE").filter(has_not_text=re.compile("/case"))).to_have_count(0)


def test_each_sees_its_own_strict_part_of_a_case_that_all_share(window: OpenWindow) -> None:
    windows = {key: window(person) for key, person in ANALYSTS.items()}
    subject = "seller A2L77EE7U53NWQ"
    reference = flagged(windows["iprc"], f"{subject} copied trainers", "copied trainers")
    parts = {key: f"known to {key} alone" for key in ANALYSTS}
    for key, own in parts.items():
        line = f"{subject} {own} --tlp amber+strict"
        assert flagged(windows[key], line, own) == reference, "a strict flag joins the shared case"

    for key, reader in windows.items():
        others = {part for other, part in parts.items() if other != key}
        card = card_of(reader, reference)
        _shows(card, texts={"TLP:GREEN", "copied trainers", parts[key]}, but_not=others)
        expect(card.get_by_text("Flagged by")).to_have_count(2)
