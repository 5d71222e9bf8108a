"""The lists' forms and pages: what is read from them, what is refused, and Slack's limits."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.access_requests import AccessRequest
from bot.domain.errors import BotError, InvalidInput, NotFound
from bot.domain.markings import Tlp
from bot.domain.organisations import Member, Organisation, OrganisationKind
from bot.domain.people import Person
from bot.domain.roles import Role
from bot.messages.access_requests import access_request
from bot.messages.blocks import BLOCKS_LIMIT
from bot.messages.lists import start_of_page
from bot.messages.members import (
    MemberPage,
    member_add_form,
    member_list,
    person_of_key,
    read_member_form,
)
from bot.messages.organisations import (
    OrganisationPage,
    organisation_change_form,
    organisation_list,
    read_organisation_form,
)
from bot.services.members import PAGE
from tests.factories import NOON

DHL = Organisation("dhl", "DHL <!channel>", OrganisationKind.CARRIER, "", "C0DHL", Tlp.AMBER)


def submitted(metadata: str = "", /, **fields: Any) -> dict[str, Any]:
    """A view as Slack sends it: each field's state by its name."""
    return {
        "private_metadata": metadata,
        "state": {"values": {name: {name: fields[name]} for name in fields}},
    }


def ticked(*words: str) -> dict[str, Any]:
    return {"selected_options": [{"value": word} for word in words]}


def member_form(**fields: Any) -> dict[str, Any]:
    good = {"organisation": {"selected_option": {"value": "dhl"}}, "roles": ticked("analyst")}
    return submitted(**(good | fields))


def organisation_form(metadata: str = "", /, **fields: Any) -> dict[str, Any]:
    good = {
        "key": {"value": " brand-one "},
        "name": {"value": "  Brand \n One "},
        "kind": {"selected_option": {"value": "rights_holder"}},
        "channel": {"selected_conversation": "C0BRAND"},
        "marking": {"selected_option": {"value": "amber"}},
    }
    return submitted(metadata, **(good | fields))


def test_a_member_form_is_read() -> None:
    draft = read_member_form(member_form(people={"selected_users": ["U1", "U2"]}))
    assert draft.users == {"U1", "U2"}
    assert draft.organisation == "dhl"
    assert draft.roles == {Role.ANALYST}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"roles": ticked()}, "roles"),
        ({"roles": ticked("analyst", "emperor")}, "roles"),
        ({"organisation": {"selected_option": None}}, "organisation"),
    ],
)
def test_what_is_wrong_in_a_member_form_is_said_beside_its_field(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as told:
        read_member_form(member_form(**fields))
    assert told.value.field == field


def test_an_organisation_form_is_read() -> None:
    assert read_organisation_form(organisation_form()) == Organisation(
        "brand-one", "Brand One", OrganisationKind.RIGHTS_HOLDER, "", "C0BRAND", Tlp.AMBER
    )


def test_a_ticked_box_switches_deconfliction_on() -> None:
    assert read_organisation_form(organisation_form(deconfliction=ticked("on"))).deconfliction
    assert not read_organisation_form(organisation_form(deconfliction=ticked())).deconfliction
    shown = organisation_change_form(replace(DHL, deconfliction=True))["blocks"][-1]["element"]
    assert [each["value"] for each in shown["initial_options"]] == ["on"]


def test_a_form_for_changing_names_the_organisation_itself() -> None:
    metadata = organisation_change_form(DHL)["private_metadata"]
    assert read_organisation_form(organisation_form(metadata, key={"value": "cbp"})).key == "dhl"


@pytest.mark.parametrize(
    ("field", "state"),
    [
        ("key", {"value": "Brand"}),
        ("key", {"value": "a,b"}),
        ("key", {"value": "a/b"}),
        ("key", {"value": "x" * 41}),
        ("key", {"value": None}),
        ("name", {"value": " "}),
        ("name", {"value": "x" * 201}),
        ("kind", {"selected_option": {"value": "police"}}),
        ("channel", {"selected_conversation": None}),
        ("channel", {"selected_conversation": "D0DIRECT"}),
        ("marking", {"selected_option": {"value": "purple"}}),
    ],
)
def test_what_is_wrong_in_an_organisation_form_is_said_beside_its_field(
    field: str, state: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput) as told:
        read_organisation_form(organisation_form(**{field: state}))
    assert told.value.field == field


@pytest.mark.parametrize("key", ["", "U0DHL1", "T0OPS/", "T0OPS/u0dhl1", "T0OPS/U0DHL1/U0", "a/U0DHL1"])
def test_a_forged_person_is_nobody(key: str) -> None:
    with pytest.raises(BotError):
        person_of_key(key)


def test_a_person_s_key_leads_back_to_them() -> None:
    for person in (Person("", "U0DHL1"), Person("T0OPS", "W0DHL1")):
        assert person_of_key(person.key) == person


@pytest.mark.parametrize("value", ["", "-1", "x", "²", "1e3", "1" * 10])
def test_a_forged_page_is_none(value: str) -> None:
    with pytest.raises(NotFound):
        start_of_page(value)


def test_a_full_page_fits_into_a_message_with_everything_above_and_below_it() -> None:
    members = tuple(Member("", f"U{number:05}", "dhl", frozenset(Role)) for number in range(PAGE))
    page = MemberPage(members, {"dhl": DHL.name}, PAGE, 3 * PAGE, PAGE, may_manage=True)
    shown = member_list(page, "Somebody is off the list.")
    assert len(shown.blocks) <= BLOCKS_LIMIT
    buttons = [element["text"]["text"] for element in shown.blocks[-1]["elements"]]
    assert buttons == ["Previous", "Next"]
    organisations = tuple(DHL for _ in range(PAGE))
    other = OrganisationPage(organisations, {}, PAGE, 3 * PAGE, PAGE, may_manage=True)
    assert len(organisation_list(other, "One is removed.").blocks) <= BLOCKS_LIMIT


def test_a_name_from_outside_stays_a_name() -> None:
    members = (Member("", "U1", "dhl", frozenset(Role)),)
    for shown in (
        member_list(MemberPage(members, {"dhl": DHL.name}, 0, 1, PAGE, may_manage=False)),
        organisation_list(OrganisationPage((DHL,), {}, 0, 1, PAGE, may_manage=True)),
    ):
        assert "<!channel>" not in shown.text
        assert "<!channel>" not in str(shown.blocks)


def test_more_organisations_than_a_menu_takes_are_cut_off() -> None:
    form = member_add_form([DHL] * 101)
    (menu,) = (b["element"] for b in form["blocks"] if b.get("block_id") == "organisation")
    assert len(menu["options"]) == 100


def test_a_request_of_another_workspace_says_so() -> None:
    request = AccessRequest(1, Person("T0OTHER", "U1"), NOON)
    assert "of another Slack workspace (`T0OTHER`)" in access_request(request, "T0OPS").text
    assert "another" not in access_request(request, "T0OTHER").text
