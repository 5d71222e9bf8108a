"""The operation's lists in Slack: asking to be put on one, deciding it, and changing them. On both databases."""

import pytest

from sandbox.client import Sandbox
from sandbox.persona import Persona
from sandbox.sight import Seen
from tests.e2e.bots import BotThread
from tests.e2e.conftest import ON_SQLITE

pytestmark = [pytest.mark.usefixtures("bot"), ON_SQLITE]

STRANGER = "U0STRANGER1"
REQUESTED = "Your request is with those who decide it"
ASKS = "asks to be put on a list of this operation"


@pytest.fixture
def admin(sandbox: Sandbox) -> Persona:
    return sandbox.person("U0ADMIN1")


@pytest.fixture
def stranger(sandbox: Sandbox) -> Persona:
    return sandbox.person(STRANGER)


def refused(person: Persona, text: str = "/cases", channel: str = "C0GENERAL") -> Seen:
    """What somebody on no list reads."""
    (answer,) = person.types(text, channel=channel).messages
    assert answer.shows("You are on no organisation’s list of this operation")
    return answer


def asks(stranger: Persona) -> None:
    stranger.clicks("Request access", on=refused(stranger))
    stranger.sees(REQUESTED)


def admitted(person: Persona) -> bool:
    (answer,) = person.types("/cases", channel="C0GENERAL").messages
    return not answer.shows("You are on no organisation’s list")


@pytest.mark.parametrize("who", ["U0STRANGER1", "U0GUEST1"])
def test_who_is_on_no_list_reads_one_sentence_and_can_ask_from_there(sandbox: Sandbox, who: str) -> None:
    answer = refused(sandbox.person(who), "/flag parcel 3318810025 fakes")

    assert answer.buttons == ["Request access"]
    assert answer.only_visible_to == who


def test_those_who_decide_hear_of_a_request_and_put_its_author_on_a_list(
    stranger: Persona, admin: Persona, coordinator: Persona, marketplace: Persona
) -> None:
    asks(stranger)

    request = admin.sees(ASKS)
    assert request.shows("@stranger-1")
    assert {"Add…", "Refuse"} <= set(request.buttons)
    coordinator.sees(ASKS)
    marketplace.does_not_see(ASKS)
    admin.clicks("Add…", on=request)
    admin.sees_modal("Add to a list")
    admin.chooses("Organisation", "DHL")
    admin.chooses("Roles", "analyst")
    admin.submits()
    assert admin.sees_modal("Added").shows("now on the list of DHL as analyst")
    admin.closes()

    stranger.sees("You are on the list of DHL now, as analyst")
    assert admitted(stranger)


def test_a_second_request_within_a_quarter_of_an_hour_is_answered_alike_and_told_nobody(
    stranger: Persona, admin: Persona
) -> None:
    asks(stranger)
    admin.sees(ASKS)
    asks(stranger)

    conversation = admin.sees(ASKS).channel
    assert [m.shows(ASKS) for m in admin.messages(conversation)] == [True]


def test_a_refusal_is_silent_and_a_later_decision_says_that_it_was_made(
    sandbox: Sandbox, stranger: Persona, admin: Persona, coordinator: Persona
) -> None:
    asks(stranger)
    request, theirs = admin.sees(ASKS), coordinator.sees(ASKS)
    # Whoever decides later clicks what still stands there.
    sandbox.switch("chat.update", "error", error="internal_error", channel=theirs.channel)

    admin.clicks("Refuse", on=request, confirm=True)
    after = admin.sees("has refused the request")
    assert after.ts == request.ts, "the buttons are gone"
    assert after.buttons == []
    coordinator.clicks("Add…", on=theirs)

    coordinator.sees("@operation-admin-1 has refused the request of @stranger-1")
    coordinator.sees_no_modal()
    stranger.does_not_see("refused")
    refused(stranger)


def test_of_two_who_decide_the_first_counts(stranger: Persona, admin: Persona, coordinator: Persona) -> None:
    asks(stranger)
    coordinator.clicks("Add…", on=coordinator.sees(ASKS))
    coordinator.sees_modal("Add to a list")
    coordinator.chooses("Roles", "liaison")
    admin.clicks("Refuse", on=admin.sees(ASKS), confirm=True)
    admin.sees("has refused the request")

    coordinator.submits()

    coordinator.sees_modal("Decided already")
    refused(stranger)


def test_a_coordinator_puts_people_on_their_own_organisation_s_list_alone(
    stranger: Persona, coordinator: Persona
) -> None:
    asks(stranger)
    coordinator.clicks("Add…", on=coordinator.sees(ASKS))
    coordinator.sees_modal("Add to a list")

    assert coordinator.is_offered("Organisation") == ["National IPR Coordination Center"]
    assert not any("Admin" in role for role in coordinator.is_offered("Roles"))


def test_op_alone_says_what_there_is(marketplace: Persona) -> None:
    for text in ("/op", "/op help"):
        (answer,) = marketplace.types(text, channel="C0AMAZON").messages
        assert answer.shows("/op members")
        assert answer.shows("/op organisations")
        assert answer.shows("/op keys")
    (answer,) = marketplace.types("/op peopel").messages
    assert answer.shows("I know /op members, /op organisations")


def test_everybody_sees_the_lists_and_only_admins_what_changes_them(
    marketplace: Persona, admin: Persona
) -> None:
    (members,) = marketplace.types("/op members", channel="C0AMAZON").messages
    (organisations,) = marketplace.types("/op organisations").messages
    (managed,) = admin.types("/op members", channel="C0IPRC").messages

    assert members.shows("Members (10)")
    assert members.shows("@dhl-liaison-1 · DHL · liaison")
    assert members.buttons == []
    assert organisations.shows("Alerts to #dhl-alerts · TLP:GREEN by default")
    assert organisations.buttons == []
    assert {"Add members", "Change", "Remove"} <= set(managed.buttons)


def test_an_admin_adds_several_people_at_once(admin: Persona, sandbox: Sandbox) -> None:
    admin.types("/op members", channel="C0IPRC")
    admin.clicks("Add members")
    admin.sees_modal("Add members")
    admin.chooses("Who?", STRANGER, "U0GUEST1")
    admin.chooses("Organisation", "DHL")
    admin.chooses("Roles", "liaison")
    admin.submits()

    admin.sees_modal("now on the list of DHL as liaison")
    admin.closes()
    assert all(admitted(sandbox.person(who)) for who in (STRANGER, "U0GUEST1"))


def test_who_is_on_a_list_already_is_not_added_to_another(admin: Persona) -> None:
    admin.types("/op members", channel="C0IPRC")
    admin.clicks("Add members")
    admin.sees_modal("Add members")
    admin.chooses("Who?", "U0DHL1")
    admin.chooses("Organisation", "US Customs and Border Protection")
    admin.chooses("Roles", "liaison")

    assert "on the list of DHL already" in admin.submits().errors["people"]


def test_who_is_taken_off_the_list_can_do_nothing_from_their_next_click_on(
    admin: Persona, carrier: Persona, sandbox: Sandbox
) -> None:
    (card,) = carrier.types("/flag parcel 3318810025 counterfeit earbuds", channel="C0DHL").messages
    carrier.clicks("Close", on=card)
    carrier.sees_modal("Close the case?")
    carrier.chooses("Reason", "Genuine goods")

    (listed,) = admin.types("/op members", channel="C0IPRC").messages
    presses(sandbox, admin, "member.remove", "U0DHL1", listed)
    admin.sees("@dhl-analyst-1 is off the list.")
    admin.sees("Members (9)")
    carrier.submits()

    carrier.sees_modal("You are on no organisation’s list")
    carrier.closes()
    refused(carrier, "/case 3318810025", "C0DHL")


def test_the_last_admin_stays(admin: Persona, sandbox: Sandbox) -> None:
    (listed,) = admin.types("/op members", channel="C0IPRC").messages
    presses(sandbox, admin, "member.remove", "U0ADMIN1", listed)

    admin.sees("This would leave the operation without an admin")
    assert admin.types("/op members").messages[0].shows("Members (10)")


def test_what_somebody_is_can_be_changed(admin: Persona, sandbox: Sandbox) -> None:
    (listed,) = admin.types("/op members", channel="C0IPRC").messages
    presses(sandbox, admin, "member.change", "U0DHL2", listed)
    admin.sees_modal("Change a member")
    admin.chooses("Roles", "analyst", "liaison")
    admin.submits()
    admin.sees_modal("is of DHL now, as analyst, liaison")
    admin.closes()

    (card,) = sandbox.person("U0DHL2").types("/flag parcel 3318810025 fakes", channel="C0DHL").messages
    assert card.shows("Flagged")


def test_a_new_organisation_is_told_in_its_channel_once_the_bot_is_there(
    admin: Persona, sandbox: Sandbox, bot: BotThread
) -> None:
    admin.types("/op organisations", channel="C0IPRC")
    admin.clicks("Add an organisation")
    admin.sees_modal("Add an organisation")
    admin.fills("Short name", "Brand One")
    admin.fills("Name", "Brand One")
    admin.chooses("Kind", "Rights holder")
    admin.chooses("Alerts channel", "C0GENERAL")
    assert "lower-case" in admin.submits().errors["key"].lower()
    admin.fills("Short name", "brand-one")
    with sandbox.expects_refusal("not_in_channel", "chat.postMessage"):
        admin.submits()

    added = admin.sees_modal("Brand One is added.")
    assert added.shows("type /invite and the bot’s name there")
    admin.closes()
    admin.sees("Brand One has no coordinator who could see to it")
    admin.invites("U0OFABOT", into="C0GENERAL")
    admin.sees("Alerts for Brand One come to this channel from now on", "C0GENERAL")
    assert admin.types("/op organisations", channel="C0IPRC").messages[0].shows("Organisations (5)")


def test_an_organisation_with_cases_is_not_removed(
    admin: Persona, carrier: Persona, sandbox: Sandbox
) -> None:
    carrier.types("/flag parcel 3318810025 counterfeit earbuds", channel="C0DHL")
    (listed,) = admin.types("/op organisations", channel="C0IPRC").messages

    presses(sandbox, admin, "organisation.remove", "dhl", listed)

    admin.sees("DHL has cases or has acted on some, and cannot be removed.")


def test_an_organisation_without_cases_is_removed_with_its_people(
    admin: Persona, carrier: Persona, sandbox: Sandbox
) -> None:
    (listed,) = admin.types("/op organisations", channel="C0IPRC").messages

    presses(sandbox, admin, "organisation.remove", "dhl", listed)

    admin.sees("DHL is removed.")
    refused(carrier, channel="C0DHL")


def test_only_admins_change_the_lists_whatever_button_they_have(
    admin: Persona, carrier: Persona, sandbox: Sandbox
) -> None:
    """Of two admins one is made an analyst while their list is still open."""
    (listed,) = admin.types("/op members", channel="C0IPRC").messages
    presses(sandbox, admin, "member.change", "U0DHL1", listed)
    admin.sees_modal("Change a member")
    admin.chooses("Roles", "admin")
    admin.submits()
    admin.closes()
    (theirs,) = carrier.types("/op members", channel="C0DHL").messages
    presses(sandbox, admin, "member.change", "U0DHL1", listed)
    admin.sees_modal("Change a member")
    admin.chooses("Roles", "analyst")
    admin.submits()
    admin.closes()

    presses(sandbox, carrier, "member.remove", "U0CBP1", theirs)

    carrier.sees("To manage members, organisations and API keys you need the role of admin", "C0DHL")
    assert carrier.types("/op members").messages[0].shows("Members (10)")


def presses(sandbox: Sandbox, person: Persona, action: str, about: str, listed: Seen) -> None:
    """One of the list's many buttons of the same name, by what it is about; sure when asked once more."""
    for block in listed.raw["blocks"]:
        for element in block.get("elements", []):
            if element.get("action_id") == action and str(element["value"]).endswith(about):
                click = {"block_id": block["block_id"], "action_id": action, "confirmed": True}
                assert sandbox.post(f"/sandbox/people/{person.id}/act", listed.where | click)["ok"]
                return
    raise AssertionError(f"There is no {action} for {about} in:\n{listed.text}")
