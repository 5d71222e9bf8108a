"""The form for a flag, filled in and drawn anew: what was typed stays, and what is asked belongs to what was typed."""

import json
from typing import Any

import pytest

from bot.domain.errors import InvalidInput
from bot.domain.flag_details import Details
from bot.domain.flags import CorrectReason
from bot.domain.markings import Pap
from bot.domain.subjects import SubjectKind
from bot.messages.blocks import Block
from bot.messages.flag_form import (
    LONGEST_OPTION,
    TOO_LONG,
    FlagForm,
    flag_form,
    read_flag_form,
    seller_options,
    typed_options,
)
from bot.messages.own_flags import correct_form, read_correct_form
from sandbox.rules import check_view
from tests.messages.examples import busy

PARCEL, SELLER = SubjectKind.PARCEL, SubjectKind.SELLER
AMAZON_LINK = (
    "https://www.amazon.com/Northwind-Wireless-Earbuds-Cancelling-Headphones/dp/B0EXAMPLE1/ref=sr_1_3"
    "?crid=2X8Q4&keywords=earbuds&qid=1767614400&sprefix=earb%2Caps%2C190&sr=8-3&smid=A2L77EE7U53NWQ"
)
UNKNOWN_SHOP = "https://fakes.example/" + "a-very-long-path/" * 9
URL = "https://hooks.example/card"


def fields(view: Block) -> dict[str, Block]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def as_sent(view: Block, **typed: Any) -> Block:
    """The form as Slack sends it: what it shows first, but for what was typed or chosen."""
    values: dict[str, Any] = {}
    for name, block in fields(view).items():
        element = block["element"]
        entry: dict[str, Any]
        match element["type"]:
            case "plain_text_input":
                entry = {"value": typed.get(name, element.get("initial_value"))}
            case "static_select" | "external_select" | "radio_buttons":
                chosen = typed.get(name)
                entry = {"selected_option": {"value": chosen} if chosen else element.get("initial_option")}
            case "multi_users_select":
                entry = {"selected_users": typed.get(name, element.get("initial_users", []))}
            case _:
                chosen = typed.get(name)
                options = [{"value": each} for each in chosen] if chosen else element.get("initial_options")
                entry = {"selected_options": options or []}
        values[name] = {name: entry}
    return view | {"state": {"values": values}}


def filled(form: FlagForm | None = None, **typed: Any) -> FlagForm:
    """The form drawn, filled in and read."""
    return read_flag_form(as_sent(flag_form(form or FlagForm(response_url=URL), []), **typed))


def to(kind: SubjectKind, form: FlagForm) -> FlagForm:
    """Another kind is chosen, and the form drawn anew."""
    return filled(form, flag_kind=kind.value)


@pytest.mark.parametrize(
    "typed", ["33188", "A2L77EE7U53NWQ", AMAZON_LINK, UNKNOWN_SHOP, "“quoted” \\ <&>", ""]
)
def test_what_was_typed_is_there_again_after_the_kind_was_changed_and_changed_back(typed: str) -> None:
    form = filled(identifier=typed, port="Example Hub", brand="Northwind", words="fake")
    for kind in (SELLER, SubjectKind.LISTING, SELLER, SubjectKind.ORDER, PARCEL):
        form = to(kind, form)
        form = filled(form)
    assert (form.identifier, form.port, form.brand, form.words) == (typed, "Example Hub", "Northwind", "fake")
    assert form.response_url == URL


def test_a_seller_chosen_instead_goes_along() -> None:
    form = to(SELLER, filled(identifier="33188"))
    form = filled(form, seller="ebay:techshop")
    assert to(PARCEL, form).identifier == "ebay:techshop"


def test_a_field_that_was_emptied_stays_empty() -> None:
    assert filled(filled(identifier="33188"), identifier=None).identifier == ""


def test_what_is_typed_for_a_parcel_is_the_seller_s_id_once_it_is_a_seller() -> None:
    form = to(SELLER, filled(identifier=AMAZON_LINK))
    (option,) = [fields(flag_form(form, []))["seller"]["element"]["initial_option"]]
    assert (option["text"]["text"], option["value"]) == ("seller A2L77EE7U53NWQ (Amazon)", "A2L77EE7U53NWQ")
    assert form.draft().subject.key == "seller:amazon:A2L77EE7U53NWQ"


def test_a_long_link_is_offered_as_the_seller_it_names() -> None:
    assert len(AMAZON_LINK) > LONGEST_OPTION
    known = [("seller A2L77EE7U53NWQ (Amazon)", "A2L77EE7U53NWQ"), ("seller B (eBay)", "ebay:b")]
    (offered,) = seller_options(AMAZON_LINK, known)
    assert (offered["text"]["text"], offered["value"]) == ("seller A2L77EE7U53NWQ (Amazon)", "A2L77EE7U53NWQ")


def test_a_link_that_no_option_holds_is_said_to_be_too_long() -> None:
    (offered,) = seller_options(UNKNOWN_SHOP, [])
    assert "too long: cut off what follows the question mark" in offered["text"]["text"]
    with pytest.raises(InvalidInput, match="paste the id itself") as told:
        FlagForm(kind=SELLER, identifier=TOO_LONG).draft()
    assert told.value.field == "seller"


def test_sellers_are_offered_by_what_was_typed_and_by_what_one_may_know_of() -> None:
    known = [
        ("seller A2L77EE7U53NWQ (Amazon)", "A2L77EE7U53NWQ"),
        ("seller techshop (eBay)", "ebay:techshop"),
    ]
    assert [each["value"] for each in seller_options("tech", known)] == ["tech", "ebay:techshop"]
    assert [each["value"] for each in seller_options("a2l77ee7u53nwq", known)] == ["A2L77EE7U53NWQ"]
    assert [each["value"] for each in seller_options("x" * 151, known)] == []
    assert [each["value"] for each in typed_options("", known)] == ["A2L77EE7U53NWQ", "ebay:techshop"]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (FlagForm(identifier=""), "identifier"),
        (FlagForm(identifier="hello"), "identifier"),
        (FlagForm(identifier="3318810025, 7777777770"), "identifier"),
        (FlagForm(kind=SELLER, identifier="hello"), "seller"),
        (FlagForm(kind=SELLER, identifier="https://www.amazon.com/sp?seller=ATVPDKIKX0DER"), "seller"),
        (FlagForm(identifier="3318810025", brand="x" * 101), "brand"),
        (FlagForm(identifier="3318810025", port="x" * 101), "port"),
        (FlagForm(identifier="3318810025", releases=frozenset({"dhl"})), "release"),
        (FlagForm(identifier="3318810025", named=frozenset({"U1"})), "people"),
    ],
)
def test_each_mistake_is_said_beside_a_field_that_the_form_has(form: FlagForm, field: str) -> None:
    with pytest.raises(InvalidInput) as told:
        form.draft()
    assert told.value.field == field
    assert field in fields(flag_form(form, [("dhl", "DHL")]))


def test_a_tick_belongs_to_the_number_it_was_set_for() -> None:
    form = filled(identifier="3318810026")
    asks = form.asks()
    assert [each.subject.number for each in asks] == ["3318810026"]
    (name,) = [name for name in fields(flag_form(form, [], asks)) if name.startswith("anyway")]
    ticked = as_sent(flag_form(form, [], asks), **{name: ["anyway"]})
    assert read_flag_form(ticked).asks() == ()
    another = as_sent(flag_form(form, [], asks), **{name: ["anyway"], "identifier": "3318810027"})
    assert [each.subject.number for each in read_flag_form(another).asks()] == ["3318810027"]
    assert read_flag_form(as_sent(flag_form(form, [], asks))).asks() == asks


def test_what_may_be_two_things_is_asked_and_answered_for_that_number() -> None:
    form = filled(identifier="50400000011")
    asks = form.asks()
    assert {each.subject.scheme for each in asks} == {"iata-awb", "dhl-express"}
    view = flag_form(form, [], asks)
    (name,) = [name for name in fields(view) if name.startswith("which")]
    for scheme in ("iata-awb", "dhl-express"):
        answered = read_flag_form(as_sent(view, **{name: scheme}))
        assert answered.asks() == ()
        assert answered.draft().subject.scheme == scheme
    another = read_flag_form(as_sent(view, **{name: "iata-awb", "identifier": "50700000012"}))
    assert len(another.asks()) == 2
    plain = read_flag_form(as_sent(view, **{name: "iata-awb", "identifier": "3318810025"}))
    assert (plain.asks(), plain.draft().subject.scheme) == ((), "dhl-express")


def test_what_may_be_done_is_chosen_in_it() -> None:
    assert filled(identifier="3318810025").draft().pap is Pap.CLEAR
    form = filled(identifier="3318810025", pap="red")
    assert form.draft().pap is Pap.RED
    assert to(SubjectKind.CONTAINER, form).pap is Pap.RED


def test_so_are_the_mistakes_in_the_form_that_corrects_a_flag() -> None:
    seen = busy()
    view = correct_form(seen, seen.own_flags[0], URL)
    for name in ("brand", "port"):
        with pytest.raises(InvalidInput) as told:
            read_correct_form(as_sent(view, **{name: "x" * 101}))
        assert told.value.field == name
        assert name in fields(view)
    with pytest.raises(InvalidInput) as told:
        read_correct_form(as_sent(view, why="no reason of ours"))
    assert told.value.field == "why"
    _, words, _, _, reason = read_correct_form(as_sent(view, words="blue cases", why="wrong"))
    assert (words, reason) == ("blue cases", CorrectReason.WRONG)


@pytest.mark.parametrize("length", [0, 1, 2999, 3000, 3001, 40_000])
def test_a_correction_keeps_every_word_however_long_they_are(length: int) -> None:
    words = ("An endless story & more. " * 2000)[:length].strip()
    seen = busy(words)
    view = correct_form(seen, seen.own_flags[0], URL)
    assert check_view(view).ok
    assert read_correct_form(as_sent(view))[1] == words


def test_what_is_typed_in_one_of_its_fields_leaves_the_others_as_they_are() -> None:
    seen = busy("An endless story & more. " * 200)
    view = correct_form(seen, seen.own_flags[0], URL)
    (second,) = [block for name, block in fields(view).items() if name == "words 2"]
    typed = read_correct_form(as_sent(view, words="Not so. "))[1]
    assert typed == f"Not so. {second['element']['initial_value']}".strip()


def test_a_port_is_asked_of_what_is_shipped_and_stays_where_one_was_typed() -> None:
    assert "port" in fields(flag_form(FlagForm(), []))
    assert "port" not in fields(flag_form(FlagForm(kind=SELLER), []))
    assert "port" in fields(flag_form(FlagForm.of(SELLER, Details(port="Example Hub")), []))


@pytest.mark.parametrize("sign", ['"', "\\", "é", "中", "\n"])
def test_the_longest_there_is_fits_into_what_slack_carries_along(sign: str) -> None:
    form = filled(FlagForm(response_url="https://hooks.slack.com/" + "x" * 200), identifier=sign * 1000)
    assert len(flag_form(to(SELLER, form), [])["private_metadata"]) <= 3000
    assert json.loads(flag_form(form, [])["private_metadata"])["identifier"] == sign * 1000
