"""The main job in the browser: flag, alert, acknowledge, look up, digest, flag again, close, undo, as the people who do it.

Nobody reloads a page: what one does appears in the others' windows by itself.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.windows import Window

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.xdist_group("browser")]

OpenWindow = Callable[[str], Window]

ALERTS = {
    "amazon-analyst-1": "amazon-alerts",
    "dhl-analyst-1": "dhl-alerts",
    "cbp-analyst-1": "cbp-alerts",
    "iprc-liaison-1": "iprc-alerts",
}
"""Where each organisation's people hear of cases."""


def flagged(window: Window, subject: str, words: str) -> str:
    """The reference of the case that this flag opened, from the card that only the flagger sees."""
    window.write(ALERTS[window.person], f"/flag {subject} {words}")
    return window.reference_in(window.own_messages(words).last)


def alert_of(window: Window, reference: str) -> Locator:
    """The standing copy of a case's alert in the open channel."""
    return window.messages(reference, "Who has acknowledged").filter(has_not_text="Only visible to you")


def thread_of(window: Window, alert: Locator) -> Locator:
    """The thread under an alert, opened at the side."""
    alert.get_by_role("button", name=re.compile(r"\d+ repl(y|ies)")).click()
    return window.page.get_by_role("complementary", name="Thread")


def test_an_analyst_flags_a_parcel_and_alone_sees_its_card_with_what_the_carrier_says(
    window: OpenWindow,
) -> None:
    analyst, colleague = window("amazon-analyst-1"), window("amazon-liaison-1")
    reference = flagged(analyst, "parcel 4555000111", "counterfeit earbuds")
    card = analyst.own_messages(reference, "counterfeit earbuds").first
    for part in ("4555000111", "DHL", "Who knows"):
        expect(card).to_contain_text(part)
    # The carrier's answer and its age come by themselves, on the card or right below it.
    expect(analyst.own_messages(reference, "DHL said so").last).to_be_visible()
    expect(card.get_by_role("button", name="Close", exact=True)).to_be_visible()
    expect(card.get_by_role("button", name="Withdraw my flag")).to_be_visible()
    expect(alert_of(colleague, reference)).to_be_visible()
    expect(colleague.own_messages(reference)).to_have_count(0)


def test_a_seller_is_flagged_by_a_link_to_the_shop(window: OpenWindow) -> None:
    analyst = window("amazon-analyst-1")
    reference = flagged(analyst, "seller https://www.amazon.com/sp?seller=A2L77EE7U53NWQ", "fake chargers")
    card = analyst.own_messages(reference).first
    expect(card).to_contain_text("A2L77EE7U53NWQ")
    expect(card).to_contain_text("fake chargers")


def test_every_copy_of_an_alert_shows_who_has_acknowledged_and_who_has_not(window: OpenWindow) -> None:
    people = {person: window(person) for person in ALERTS}
    reference = flagged(people["amazon-analyst-1"], "parcel 6022103334", "copied razor blades")
    alerts = {person: alert_of(each, reference) for person, each in people.items()}
    for alert in alerts.values():
        expect(alert).to_contain_text("copied razor blades")
        expect(alert).to_contain_text("has not acknowledged yet")
    own_copy = alerts["amazon-analyst-1"]
    expect(own_copy.get_by_role("button", name="Acknowledge", exact=True)).to_have_count(0)

    people["dhl-analyst-1"].press(alerts["dhl-analyst-1"], "Acknowledge")
    for alert in alerts.values():
        expect(alert.get_by_text(re.compile(r"DHL acknowledged"))).to_be_visible()
        expect(alert).to_contain_text("US Customs and Border Protection has not acknowledged yet")
    people["cbp-analyst-1"].press(alerts["cbp-analyst-1"], "Acknowledge")
    people["iprc-liaison-1"].press(alerts["iprc-liaison-1"], "Acknowledge")
    for alert in alerts.values():
        expect(alert).not_to_contain_text("has not acknowledged yet")
        expect(alert.get_by_role("button", name="Acknowledge", exact=True)).to_have_count(0)

    analyst = people["amazon-analyst-1"]
    analyst.write("amazon-alerts", f"/case {reference}")
    told = analyst.own_messages(reference, "Who knows", "Timeline").last
    for organisation in ("DHL", "US Customs and Border Protection", "National IPR Coordination Center"):
        expect(told).to_contain_text(f"{organisation} acknowledged")


def test_anybody_looks_a_case_up_by_its_reference_its_parcel_or_its_seller(window: OpenWindow) -> None:
    flagger = window("amazon-analyst-1")
    parcel = flagged(flagger, "parcel 7777777770", "watches under a false brand")
    seller = flagged(flagger, "seller A1QUAC68EAM09F", "the same false brand")
    # DHL is asked once in five seconds, and other tests' parcels may stand before this one.
    expect(flagger.own_messages(parcel, "In transit").last).to_be_visible(timeout=60_000)
    for person in ("cbp-analyst-1", "iprc-liaison-1"):
        reader = window(person)
        for asked, reference in ((parcel, parcel), ("7777777770", parcel), ("A1QUAC68EAM09F", seller)):
            reader.write(ALERTS[person], f"/case {asked}")
            card = reader.own_messages(reference, "Timeline").last
            for part in ("Open", "Flagged by Amazon Counterfeit Crimes Unit", "flagged it"):
                expect(card).to_contain_text(part)
        expect(reader.own_messages(parcel, "Timeline").last).to_contain_text("In transit")


def test_what_nobody_knows_is_plainly_not_found_with_what_can_be_looked_up(window: OpenWindow) -> None:
    reader = window("dhl-liaison-1")
    reader.write("dhl-alerts", "/case 9100200303")
    answer = reader.own_messages("Nothing found").last
    for part in ("reference", "tracking number", "seller"):
        expect(answer).to_contain_text(part)


def test_a_coordinator_has_the_digest_posted_in_the_operations_channel(window: OpenWindow) -> None:
    reference = flagged(window("amazon-analyst-1"), "parcel GM2951173225174494", "perfume without a licence")
    coordinator = window("operation-coordinator-1")
    coordinator.go_to("operations")
    coordinator.write("operations", "/digest now")
    digest = coordinator.messages("digest", reference).filter(has_not_text="Only visible to you").last
    expect(digest).to_contain_text("GM2951173225174494")
    reader = window("cbp-analyst-1")
    reader.go_to("operations")
    expect(reader.messages("digest", reference).last).to_be_visible()


def test_the_same_parcel_flagged_by_another_organisation_stays_one_case_and_its_people_are_told(
    window: OpenWindow,
) -> None:
    first, second = window("amazon-analyst-1"), window("cbp-analyst-1")
    reference = flagged(first, "parcel JJD0099999999", "a hundred memory cards")
    expect(alert_of(second, reference)).to_be_visible()
    assert flagged(second, "parcel jjd0099999999", "declared as printed matter") == reference
    alert = alert_of(first, reference)
    expect(alert).to_contain_text("a hundred memory cards")
    expect(alert).to_contain_text("declared as printed matter")
    note = thread_of(first, alert)
    expect(note).to_contain_text("US Customs and Border Protection")
    expect(note).to_contain_text("declared as printed matter")
    first.write("amazon-alerts", "/case JJD0099999999")
    expect(first.own_messages(reference, "Timeline").last).to_contain_text(
        "Flagged by US Customs and Border Protection"
    )


def test_a_case_is_closed_with_a_reason_and_a_corrected_alert_follows(window: OpenWindow) -> None:
    owner, told = window("amazon-analyst-1"), window("dhl-analyst-1")
    reference = flagged(owner, "parcel 00340434161094042557", "toys without a maker")
    expect(alert_of(told, reference)).to_be_visible()
    owner.press(owner.own_messages(reference).first, "Close")
    form = owner.page.get_by_role("dialog", name="Close the case?")
    submit = form.get_by_role("button", name="Close the case")
    submit.click()
    expect(form.get_by_role("combobox", name="Reason")).to_have_attribute("aria-invalid", "true")
    form.get_by_role("combobox", name="Reason").click()
    reason = owner.page.get_by_role("option").first
    chosen = reason.inner_text()
    reason.click()
    form.get_by_role("textbox", name="In your words").fill(
        "The maker has confirmed it: <b>not theirs</b> & seized."
    )
    submit.click()
    expect(form).to_have_count(0)
    alert = alert_of(told, reference)
    expect(alert).to_contain_text("Closed: parcel")
    expect(alert).to_contain_text(chosen)
    expect(thread_of(told, alert)).to_contain_text("The maker has confirmed it: <b>not theirs</b> & seized.")


def test_a_flag_is_undone_and_a_corrected_alert_follows(window: OpenWindow) -> None:
    owner, told = window("amazon-analyst-1"), window("cbp-analyst-1")
    reference = flagged(owner, "parcel 00340434292135100124", "a mix-up")
    card = owner.own_messages(reference).first
    expect(alert_of(told, reference)).to_be_visible()
    owner.press(card, "Undo my flag")
    expect(owner.own_messages(reference).first).to_contain_text("withdrawn")
    expect(alert_of(told, reference)).to_contain_text("Closed: parcel")
    expect(alert_of(told, reference)).to_contain_text("withdrawn")


def test_someone_on_no_list_is_told_so_and_learns_nothing(window: OpenWindow) -> None:
    reference = flagged(window("amazon-analyst-1"), "seller A2L77EE7U53NWQ", "a case of nobody else's")
    stranger = window("stranger-1")
    stranger.go_to("general")
    stranger.write("general", f"/case {reference}")
    answer = stranger.messages("Only visible to you").last
    expect(answer).to_be_visible()
    for secret in ("A2L77EE7U53NWQ", "Amazon", "nobody else"):
        expect(answer).not_to_contain_text(secret)
