"""The main job as the people do it: flag, look up, alert, acknowledge, digest, close. Over HTTP, on both databases."""

import re

import pytest

from bot.domain.references import check_character
from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.e2e.conftest import ON_SQLITE
from tests.e2e.records import Records
from tests.e2e.watching import reads_below, reference_in

pytestmark = pytest.mark.usefixtures("bot")

PARCEL = "3318810025"
SELLER = "A2L77EE7U53NWQ"


@pytest.fixture
def reference(marketplace: Persona) -> str:
    """Of the case of a parcel that the marketplace has flagged, and of which the carrier has told."""
    answer = marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")
    marketplace.sees("DHL said so", "C0AMAZON")
    return reference_in(answer.messages[0])


def test_a_flag_is_answered_at_once_with_a_card_that_only_its_author_sees(
    marketplace: Persona, sandbox: Sandbox
) -> None:
    answer = marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")

    (card,) = answer.messages
    assert card.only_visible_to == marketplace.id
    assert reference_in(card)
    assert card.shows(f"parcel {PARCEL}")
    assert card.shows("counterfeit earbuds")
    assert card.shows("DHL: is being asked; the answer follows")
    assert {"Close", "Withdraw my flag"} <= set(card.buttons)
    colleague = sandbox.person("U0AMAZON2")
    colleague.sees("Alert", "C0AMAZON")
    colleague.does_not_see("only you see this")


def test_its_author_is_told_what_the_carrier_says_and_how_old_that_is(marketplace: Persona) -> None:
    marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")

    news = marketplace.sees(re.compile(r"only you see this[\s\S]*DHL said so"), "C0AMAZON")
    assert news.shows("DHL: In transit · CINCINNATI HUB, OH")
    assert news.shows("Pending completion of customs")
    assert news.shows(re.compile(r"DHL said so at \d{4}-\d\d-\d\d \d\d:\d\d UTC"))
    assert "^{ago}|" in str(news.raw["blocks"]), "a client keeps the age true by itself"
    again = marketplace.types(f"/case {PARCEL}").messages[0]
    assert again.shows("DHL: In transit · CINCINNATI HUB, OH")
    assert again.shows("DHL said so")


@ON_SQLITE
def test_a_seller_is_flagged_by_the_link_to_their_page(marketplace: Persona, carrier: Persona) -> None:
    answer = marketplace.types(
        f"/flag seller https://www.amazon.com/sp?seller={SELLER} fake chargers", channel="C0AMAZON"
    )

    (card,) = answer.messages
    assert card.shows(SELLER)
    assert card.shows("fake chargers")
    assert carrier.sees("Alert", "C0DHL").shows(SELLER)


def test_every_organisation_is_alerted_in_its_channel(
    reference: str, marketplace: Persona, carrier: Persona, customs: Persona, centre: Persona
) -> None:
    for person, channel in ((carrier, "C0DHL"), (customs, "C0CBP"), (centre, "C0IPRC")):
        alert = person.sees(f"Alert: parcel {PARCEL}", channel)
        assert alert.shows(reference)
        assert alert.shows("counterfeit earbuds")
        assert alert.shows("Flagged by Amazon Counterfeit Crimes Unit (@amazon-analyst-1)")
        assert {"Acknowledge", "Open case"} <= set(alert.buttons)
        for name in ("DHL", "US Customs and Border Protection", "National IPR Coordination Center"):
            assert alert.shows(f"{name} has not acknowledged yet")
    own = marketplace.sees(f"Alert: parcel {PARCEL}", "C0AMAZON")
    assert "Acknowledge" not in own.buttons, "nobody acknowledges their own flag"


def test_every_copy_shows_who_has_acknowledged_and_who_has_not(
    reference: str, marketplace: Persona, carrier: Persona, customs: Persona, centre: Persona
) -> None:
    carrier.sees("Alert", "C0DHL")
    carrier.clicks("Acknowledge")

    acknowledged = re.compile(r"DHL\*? acknowledged .*\(@dhl-analyst-1\)")
    for person, channel in (
        (carrier, "C0DHL"),
        (customs, "C0CBP"),
        (centre, "C0IPRC"),
        (marketplace, "C0AMAZON"),
    ):
        alert = person.sees(acknowledged, channel)
        assert alert.shows("US Customs and Border Protection has not acknowledged yet")
        assert alert.shows("National IPR Coordination Center has not acknowledged yet")
        assert ("Acknowledge" in alert.buttons) == (person in (customs, centre))


@ON_SQLITE
def test_a_liaison_acknowledges_for_their_organisation(
    reference: str, sandbox: Sandbox, customs: Persona
) -> None:
    liaison = sandbox.person("U0CBP2")
    liaison.sees("Alert", "C0CBP")
    liaison.clicks("Acknowledge")

    customs.sees(
        re.compile(r"US Customs and Border Protection\*? acknowledged .*\(@cbp-liaison-1\)"), "C0CBP"
    )


def test_of_two_who_acknowledge_for_one_organisation_the_first_counts(
    reference: str, sandbox: Sandbox, carrier: Persona
) -> None:
    colleague = sandbox.person("U0DHL2")
    slow = colleague.types(f"/case {reference}", channel="C0DHL").messages[0]
    carrier.clicks("Acknowledge", on=carrier.sees("Alert", "C0DHL"))
    carrier.sees("DHL acknowledged", "C0DHL")

    colleague.clicks("Acknowledge", on=slow)

    colleague.sees(re.compile(r"only you see this[\s\S]*DHL\*? acknowledged .*\(@dhl-analyst-1\)"), "C0DHL")
    card = colleague.types(f"/case {reference}", channel="C0DHL").messages[0]
    assert card.text.count("✅") == 1
    assert "@dhl-liaison-1" not in card.text
    assert "Acknowledge" not in card.buttons


@ON_SQLITE
def test_a_coordinator_may_not_acknowledge(reference: str, coordinator: Persona) -> None:
    coordinator.sees("Alert", "C0IPRC")
    coordinator.clicks("Acknowledge")

    coordinator.sees("you need the role of analyst or liaison", "C0IPRC")


def test_the_card_says_who_was_told(
    reference: str, marketplace: Persona, carrier: Persona, customs: Persona, centre: Persona
) -> None:
    for person in (carrier, customs, centre):
        person.sees("Alert")

    for name in ("DHL", "US Customs and Border Protection", "National IPR Coordination Center"):
        marketplace.sees(re.compile(rf"only you see this[\s\S]*{name}\*? was told, has not acknowledged yet"))


def test_anyone_looks_a_case_up(reference: str, coordinator: Persona) -> None:
    in_haste = reference.lower().replace("-", " ")
    for asked in (reference, in_haste, PARCEL, "3318 8100 25"):
        card = coordinator.types(f"/case {asked}", channel="C0OPS").messages[0]

        assert card.only_visible_to == coordinator.id
        assert card.shows(reference)
        assert card.shows("Open since")
        assert card.shows("Flagged by Amazon Counterfeit Crimes Unit (@amazon-analyst-1)")
        assert card.shows("DHL: In transit · CINCINNATI HUB, OH")
        assert card.shows(re.compile(r"Timeline\*?\n.*\(@amazon-analyst-1\) flagged it"))
        assert not {"Acknowledge", "Close"} & set(card.buttons), "that is for analysts"


def test_anyone_looks_a_seller_up(marketplace: Persona, customs: Persona) -> None:
    flagged = marketplace.types(f"/flag seller {SELLER} fake chargers", channel="C0AMAZON").messages[0]

    for asked in (SELLER, f"https://www.amazon.com/sp?seller={SELLER}"):
        card = customs.types(f"/case {asked}", channel="C0CBP").messages[0]
        assert card.shows(reference_in(flagged))
        assert "Acknowledge" in card.buttons


@ON_SQLITE
def test_where_nothing_is_found_it_says_what_can_be_looked_up(marketplace: Persona) -> None:
    unknown_reference = f"OFA-2026-00000{check_character('00000')}"
    for asked in ("7777777770", unknown_reference, "A3EXAMPLE1234", "earbuds"):
        answer = marketplace.types(f"/case {asked}", channel="C0AMAZON").messages[0]

        assert answer.shows("Nothing found")
        for known in ("reference", "tracking number", "seller"):
            assert answer.shows(known)


@ON_SQLITE
def test_a_mistyped_reference_is_told_from_an_unknown_one(marketplace: Persona) -> None:
    fitting = check_character("00000")
    wrong = f"OFA-2026-00000{'3' if fitting == '2' else '2'}"

    answer = marketplace.types(f"/case {wrong}", channel="C0AMAZON").messages[0]

    assert answer.shows(f"{wrong} is mistyped")


def test_another_organisation_that_flags_the_same_parcel_joins_the_case(
    reference: str,
    marketplace: Persona,
    carrier: Persona,
    customs: Persona,
    sandbox: Sandbox,
    records: Records,
) -> None:
    alerts = {person: person.sees("Alert") for person in (marketplace, carrier)}
    joined = customs.types(f"/flag parcel {PARCEL} seen in another shipment", channel="C0CBP").messages[0]

    assert reference_in(joined) == reference
    assert joined.shows("Already known")
    assert joined.shows("counterfeit earbuds")
    assert joined.shows("seen in another shipment")
    assert records.count_of_cases() == 1
    for person, alert in alerts.items():
        news = "US Customs and Border Protection (@cbp-analyst-1) flagged it"
        note = reads_below(sandbox, person, alert, news)
        assert note.shows(reference)
        assert note.shows("seen in another shipment")
        (standing,) = [seen for seen in person.messages(alert.channel) if seen.shows("Alert: parcel")]
        assert standing.ts == alert.ts, "no second alert"
        assert standing.shows("seen in another shipment")
    own = customs.sees(re.compile("Alert[\\s\\S]*seen in another shipment"), "C0CBP")
    assert "Acknowledge" not in own.buttons, "nobody acknowledges their own flag"


def test_a_case_is_closed_with_a_reason_and_corrected_alerts_follow(
    reference: str,
    marketplace: Persona,
    carrier: Persona,
    customs: Persona,
    centre: Persona,
    sandbox: Sandbox,
) -> None:
    card = marketplace.types(f"/case {reference}", channel="C0AMAZON").messages[0]
    alerts = {person: person.sees("Alert") for person in (carrier, customs, centre)}

    marketplace.clicks("Close", on=card)
    asked = marketplace.sees_modal("Close the case?")
    assert asked.shows("is closed for everyone, and everyone who was told hears why")
    marketplace.chooses("Reason", "Genuine goods")
    marketplace.fills("In your words", "an authorised reseller")
    marketplace.submits()

    marketplace.sees_no_modal()
    for person, alert in alerts.items():
        corrected = person.sees(f"Closed: parcel {PARCEL}", alert.channel)
        assert corrected.ts == alert.ts, "the alert itself is corrected"
        assert corrected.shows("Genuine goods")
        assert "Acknowledge" not in corrected.buttons
        note = reads_below(sandbox, person, alert, "closed the case: Genuine goods")
        assert note.shows("an authorised reseller")
    closed = marketplace.types(f"/case {reference}").messages[0]
    assert closed.shows("Closed")
    assert "Close" not in closed.buttons


@ON_SQLITE
def test_a_case_is_not_closed_without_a_reason(reference: str, marketplace: Persona) -> None:
    card = marketplace.types(f"/case {reference}", channel="C0AMAZON").messages[0]
    marketplace.clicks("Close", on=card)
    marketplace.sees_modal("Close the case?")

    marketplace.chooses("Reason", "Other, see the words")
    answer = marketplace.submits()

    assert answer.errors == {"words": "Say in a few words why."}
    assert marketplace.modal is not None
    marketplace.closes()
    assert marketplace.types(f"/case {reference}").messages[0].shows("Open since")


@ON_SQLITE
def test_only_the_case_s_organisation_may_close_it(reference: str, customs: Persona, centre: Persona) -> None:
    for person, channel in ((customs, "C0CBP"), (centre, "C0IPRC")):
        card = person.types(f"/case {reference}", channel=channel).messages[0]
        assert "Close" not in card.buttons
        assert "Withdraw my flag" not in card.buttons


def test_a_flag_is_withdrawn_with_a_reason_and_corrected_alerts_follow(
    reference: str,
    marketplace: Persona,
    carrier: Persona,
    customs: Persona,
    sandbox: Sandbox,
    records: Records,
) -> None:
    records.flags_are_old()
    card = marketplace.types(f"/case {reference}", channel="C0AMAZON").messages[0]
    alerts = {person: person.sees("Alert") for person in (carrier, customs)}

    marketplace.clicks("Withdraw my flag", on=card)
    marketplace.sees_modal("Withdraw my flag")
    marketplace.chooses("Reason", "A wrong number or link")
    marketplace.submits()

    for person, alert in alerts.items():
        corrected = person.sees(f"Closed: parcel {PARCEL}", alert.channel)
        assert corrected.ts == alert.ts
        assert corrected.shows("Every flag was withdrawn")
        assert "Acknowledge" not in corrected.buttons
        note = reads_below(sandbox, person, alert, "withdrew their flag")
        assert note.shows("A wrong number or link")
        assert note.shows("No flag stands any more; the case is closed.")


def test_a_slip_of_the_finger_is_undone_and_says_so_where_it_was_told(
    reference: str, marketplace: Persona, carrier: Persona
) -> None:
    alert = carrier.sees("Alert", "C0DHL")
    card = marketplace.types(f"/case {reference}", channel="C0AMAZON").messages[0]
    marketplace.clicks("Undo my flag", on=card)

    assert carrier.sees(f"Closed: parcel {PARCEL}", "C0DHL").ts == alert.ts
    again = marketplace.types(f"/case {reference}", channel="C0AMAZON").messages[0]
    assert not {"Undo my flag", "Add details or correct", "Withdraw my flag"} & set(again.buttons)


def test_undo_clicked_too_late_offers_to_withdraw(
    reference: str, marketplace: Persona, records: Records
) -> None:
    card = marketplace.types(f"/case {reference}", channel="C0AMAZON").messages[0]
    records.flags_are_old()

    marketplace.clicks("Undo my flag", on=card)

    marketplace.sees_modal("Withdraw my flag")
    marketplace.chooses("Reason", "Other, see the words")
    assert marketplace.submits().errors == {"words": "Say in a few words why."}
    marketplace.closes()


def test_the_flagger_is_told_who_joined_in_one_message(
    reference: str, marketplace: Persona, carrier: Persona, customs: Persona
) -> None:
    carrier.types(f"/flag parcel {PARCEL} seen at the gateway", channel="C0DHL")
    told = marketplace.sees("flagged it too")
    assert told.shows("DHL")
    customs.types(f"/flag parcel {PARCEL} seen in another shipment", channel="C0CBP")
    assert marketplace.types("/flag mine").messages[0].shows(reference)


def test_the_case_goes_on_where_another_flag_stands(
    reference: str,
    marketplace: Persona,
    carrier: Persona,
    customs: Persona,
    sandbox: Sandbox,
    records: Records,
) -> None:
    records.flags_are_old()
    alert = carrier.sees("Alert", "C0DHL")
    customs.types(f"/flag parcel {PARCEL} seen in another shipment", channel="C0CBP")
    card = marketplace.types(f"/case {reference}", channel="C0AMAZON").messages[0]

    marketplace.clicks("Withdraw my flag", on=card)
    marketplace.sees_modal("Withdraw my flag")
    marketplace.chooses("Reason", "It turned out to be in order")
    marketplace.submits()

    note = reads_below(sandbox, carrier, alert, "withdrew their flag")
    assert not note.shows("the case is closed")
    still = customs.types(f"/case {reference}", channel="C0CBP").messages[0]
    assert still.shows("Open since")
    assert still.shows("seen in another shipment")
    assert not still.shows("counterfeit earbuds")


def test_a_coordinator_posts_the_digest(reference: str, coordinator: Persona) -> None:
    answer = coordinator.types("/digest now", channel="C0OPS")

    assert answer.messages[0].shows("The digest is on its way to #operations")
    digest = coordinator.sees("Operation Fulfilled Action: digest", "C0OPS")
    assert digest.shows("1 opened · 0 closed · 1 flag · 1 waiting for an answer")
    assert digest.shows(re.compile(rf"Opened\*?\n.*{reference}.*parcel {PARCEL}"))
    assert digest.only_visible_to is None


@ON_SQLITE
def test_an_analyst_does_not_post_the_digest(marketplace: Persona) -> None:
    answer = marketplace.types("/digest now", channel="C0OPS")

    assert answer.messages[0].shows("you need the role of coordinator")
    marketplace.does_not_see("digest is on its way")


def test_the_digest_comes_by_the_clock(reference: str, marketplace: Persona, records: Records) -> None:
    records.digest_is_due("daily")

    digest = marketplace.sees("Operation Fulfilled Action: digest", "C0OPS")
    assert digest.shows(reference)
    assert len([m for m in marketplace.messages("C0OPS") if m.shows("digest")]) == 1
