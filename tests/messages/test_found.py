"""What is found in a message, wherever in it Slack puts it, and the form to tick it in."""

from typing import Any

import pytest

from bot.domain.errors import InvalidInput
from bot.domain.markings import Marking, Pap, Tlp
from bot.messages.blocks import Block
from bot.messages.found import IN_A_GROUP, MOST_FOUND, found_form, identifiers_in, read_found_form

NUMBER = "3318810025"


def numbers_in(message: Block) -> list[str]:
    return [thing[0].subject.number for thing in identifiers_in(message)]


def rich_text(*elements: Block, of: str = "rich_text_section") -> Block:
    return {"blocks": [{"type": "rich_text", "elements": [{"type": of, "elements": list(elements)}]}]}


def text(words: str, **style: bool) -> Block:
    return {"type": "text", "text": words} | ({"style": style} if style else {})


@pytest.mark.parametrize(
    "message",
    [
        {"text": f"look at {NUMBER}"},
        {"text": f"<https://tracker.example/x|{NUMBER}>"},
        {"text": "33*1881*0025"},
        {"text": "*33 1881* 0025"},
        {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": f"*{NUMBER}*"}}]},
        {"blocks": [{"type": "section", "fields": [{"type": "plain_text", "text": NUMBER}]}]},
        {
            "blocks": [
                {"type": "image", "image_url": "https://i.example/1.png", "alt_text": f"label {NUMBER}"}
            ]
        },
        {"blocks": [{"type": "image", "title": {"type": "plain_text", "text": NUMBER}, "alt_text": "label"}]},
        rich_text(text("33 "), text("1881", bold=True), text(" 0025")),
        rich_text(text("331"), text("8810025", bold=True)),
        rich_text(text("no. "), text(NUMBER, code=True), of="rich_text_preformatted"),
        rich_text({"type": "link", "url": "https://tracker.example/x", "text": NUMBER}),
        rich_text({"type": "link", "url": f"https://www.dhl.com/track?tracking-id={NUMBER}"}),
        *(
            {"attachments": [{name: words}]}
            for name, words in {
                "text": NUMBER,
                "fallback": NUMBER,
                "pretext": NUMBER,
                "title": NUMBER,
                "footer": f"tracking {NUMBER}",
                "author_name": f"parcel {NUMBER}",
                "author_link": f"https://www.dhl.com/track?tracking-id={NUMBER}",
                "title_link": f"https://www.dhl.com/track?tracking-id={NUMBER}",
                "original_url": f"https://www.dhl.com/track?tracking-id={NUMBER}",
                "from_url": f"https://www.dhl.com/track?tracking-id={NUMBER}",
            }.items()
        ),
        {"attachments": [{"fields": [{"title": "Tracking", "value": NUMBER}]}]},
        {"attachments": [{"message_blocks": [{"message": rich_text(text(NUMBER))}]}]},
        *({"files": [{name: NUMBER}]} for name in ("title", "name", "plain_text", "preview")),
        {"files": [{"name": f"DHL-{NUMBER}-label.pdf"}]},
        {"files": [{"title": f"label-{NUMBER}-POD"}]},
        {"files": [{"name": f"label_{NUMBER}.pdf", "mode": "hosted", "size": 7777777770}]},
    ],
)
def test_it_is_found_wherever_it_stands(message: Block) -> None:
    assert numbers_in(message) == [NUMBER]


@pytest.mark.parametrize(
    "message",
    [
        # The second half alone would be a waybill.
        rich_text(text("1Z5R8939"), text("0357567127", bold=True)),
        {"text": "1Z5R8939*0357567127*"},
    ],
)
def test_a_part_of_a_number_that_is_bold_is_no_number_of_its_own(message: Block) -> None:
    assert numbers_in(message) == ["1Z5R89390357567127"]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": None, "blocks": None, "attachments": [None, "x"], "files": [None, {}]},
        {"ts": "3318810025.000001", "user": "U3318810025", "client_msg_id": NUMBER},
        {"files": [{"id": NUMBER, "name": "IMG_20260914103000.jpg"}]},
        rich_text(text("33"), {"type": "emoji", "name": "box"}, text("18810025")),
        rich_text({"type": "user", "user_id": "U3318810025"}),
        {"text": f"due <!date^{NUMBER}^{{date_short}} at {{time}}|Jan 5 at noon>"},
        {
            "blocks": [
                {"type": "actions", "elements": [{"type": "button", "text": {"text": "Go"}, "value": NUMBER}]}
            ]
        },
        {
            "files": [
                {"name": "IMG-20260914-WA0003.jpg"},
                {"name": "e12f1c2e-3318-4881-8002-512345678901.png"},
            ]
        },
    ],
)
def test_what_nobody_has_written_is_not_found(message: Block) -> None:
    assert numbers_in(message) == []


def test_the_same_thing_in_several_places_is_found_once() -> None:
    message: Block = {
        "text": NUMBER,
        **rich_text(text("33 1881 0025")),
        "attachments": [{"original_url": f"https://www.dhl.com/track?tracking-id={NUMBER}"}],
    }
    assert numbers_in(message) == [NUMBER]


def test_what_may_be_two_things_is_found_as_both() -> None:
    for number, schemes in (
        ("0306406152", {"dhl-express", "isbn-10"}),
        ("50400000011", {"iata-awb", "dhl-express"}),
    ):
        (thing,) = identifiers_in({"text": number})
        assert {each.subject.scheme for each in thing} == schemes


def many(how_many: int) -> Block:
    numbers = [f"{serial}{serial % 7}" for serial in range(331_881_000, 331_881_000 + how_many)]
    return {"text": ", ".join(numbers)}


def form_of(message: Block) -> Block:
    return found_form(identifiers_in(message), message, "https://hooks.example/card")


def boxes_of(form: Block) -> list[Block]:
    return [block for block in form["blocks"] if block.get("element", {}).get("type") == "checkboxes"]


def submitted(form: Block, **chosen: Any) -> Block:
    """The form with what it shows first, but for what is ``chosen``."""
    values: dict[str, Any] = {}
    for block in form["blocks"]:
        element = block.get("element", {})
        if element.get("type") == "checkboxes":
            entry = {"selected_options": element.get("initial_options", [])}
        elif element.get("type") == "static_select":
            entry = {"selected_option": element.get("initial_option")}
        else:
            entry = {"value": element.get("initial_value")}
        name = block.get("block_id")
        if element:
            values[name] = {name: chosen.get(name, entry)}
    return {"private_metadata": form["private_metadata"], "state": {"values": values}}


def test_more_than_a_group_holds_stand_in_several() -> None:
    for how_many in (1, IN_A_GROUP, IN_A_GROUP + 1, 27, MOST_FOUND):
        form = form_of(many(how_many))
        assert [len(box["element"]["options"]) for box in boxes_of(form)] == [
            min(IN_A_GROUP, how_many - start) for start in range(0, how_many, IN_A_GROUP)
        ]
        assert len(read_found_form(submitted(form)).subjects) == how_many


def test_how_many_are_left_out_is_said() -> None:
    form = form_of(many(MOST_FOUND + 3))
    assert "3 more stand in the message" in str(form["blocks"])
    assert "more stand in the message" not in str(form_of(many(MOST_FOUND))["blocks"])


def test_what_was_ticked_is_what_is_flagged() -> None:
    form = form_of({"text": "0306406152 3318810025 CSQU3054384", "permalink": "https://x.example/not-slack"})
    (box,) = boxes_of(form)
    assert [each["value"] for each in box["element"]["initial_options"]] == [
        '["parcel","dhl-express","3318810025",null]'
    ], "neither what may be two things nor what does not fit is ticked"
    ticked = {"selected_options": box["element"]["options"][1:2]}
    strict = {"selected_option": {"value": "amber+strict"}}
    silent = {"selected_option": {"value": "red"}}
    read = read_found_form(submitted(form, found=ticked, tlp=strict, pap=silent))
    (draft,) = read.drafts()
    assert draft.subject.key == "listing:amazon:0306406152"
    assert (draft.marking, draft.pap) == (Marking(Tlp.AMBER_STRICT), Pap.RED)
    assert (read.source, read.response_url) == ("", "https://hooks.example/card")


@pytest.mark.parametrize("value", ["", "x", "[]", '["planet","x","1",null]', "null", "[1,2]"])
def test_what_no_form_of_ours_offers_is_nothing(value: str) -> None:
    form = submitted(form_of({"text": NUMBER}), found={"selected_options": [{"value": value}]})
    with pytest.raises(InvalidInput) as told:
        read_found_form(form)
    assert told.value.field == "found"
