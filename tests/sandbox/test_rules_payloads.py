"""What Slack says to whole messages, views and unfurls."""

import json

import pytest

from sandbox.rules import Verdict, check_message, check_unfurl, check_view
from tests.sandbox.rule_parts import (
    Json,
    actions,
    asked,
    button,
    card,
    container,
    data_table,
    element,
    home,
    image,
    message,
    modal,
    mrkdwn,
    pie,
    plain,
    rich,
    said,
    section,
    sentence,
    table,
    video,
    without,
)

pytest_plugins = ["tests.sandbox.counted"]

INPUT = asked(element("plain_text_input"))
DIVIDER = {"type": "divider"}
METADATA = {"event_type": "sent"}
LONG = [section(text=mrkdwn("x" * 3000))] * 4

MESSAGES: list[tuple[str, Json, str | None]] = [
    ("text alone", {"text": "Hello"}, None),
    ("text of 40,000 characters", {"text": "x" * 40_000}, None),
    ("blocks as the JSON of a form", {"text": "x", "blocks": json.dumps([DIVIDER])}, None),
    ("attachments alone", {"attachments": [{"text": "x", "color": "#36a64f"}]}, None),
    ("blocks in an attachment", {"text": "x", "attachments": [{"blocks": [section()]}]}, None),
    ("100 attachments", {"attachments": [{"text": "x"}] * 100}, None),
    ("markdown_text", {"markdown_text": "**bold**" * 1500}, None),
    ("50 blocks", message(*[DIVIDER] * 50), None),
    ("blocks given as none", {"text": "x", "blocks": []}, None),
    ("metadata", {"text": "x", "metadata": {"event_type": "sent", "event_payload": {"id": 1}}}, None),
    ("metadata as JSON", {"text": "x", "metadata": '{"event_type": "sent", "event_payload": {}}'}, None),
    ("a work object", {"text": "x", "metadata": {"entities": [{"url": "https://example.com"}]}}, None),
    ("one action in two blocks", message(actions(button(action_id="a")), actions(button(action_id="a"))), None),
    ("two charts", message(pie(), pie()), None),
    ("12,000 characters of markdown in two blocks", message(*[{"type": "markdown", "text": "x" * 6000}] * 2), None),
    ("blocks of 12,797 characters", message(*LONG, section(text=mrkdwn("x" * 797))), None),
    ("nothing", {}, "no_text"),
    ("an empty text", {"text": ""}, "no_text"),
    ("a text of spaces", {"text": " \n"}, "no_text"),
    ("empty blocks and no text", {"blocks": []}, "no_text"),
    ("text that is a number", {"text": 7}, "invalid_arguments"),
    ("blocks that are no JSON", {"text": "x", "blocks": "[{"}, "invalid_blocks_format"),
    ("blocks that are an object", {"text": "x", "blocks": {"blocks": []}}, "invalid_blocks_format"),
    ("blocks that are an empty object", {"text": "x", "blocks": {}}, "invalid_blocks_format"),
    ("attachments that are none of theirs", {"text": "x", "attachments": 0}, "invalid_attachments"),
    ("blocks wrapped in an object", {"text": "x", "blocks": '{"blocks": []}'}, "invalid_blocks_format"),
    ("51 blocks", message(*[DIVIDER] * 51), "invalid_blocks"),
    ("one block id twice", message(section(block_id="a"), section(block_id="a")), "invalid_blocks"),
    ("one block id within a container", message(section(block_id="a"), container(section(block_id="a"))),
        "invalid_blocks"),
    ("12,001 characters of markdown in two blocks", message(
        {"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6001}), "msg_blocks_too_long"),
    ("two tables", message(table(), table()), "invalid_attachments"),
    ("a table beside one in a container", message(table(), container(table())), "invalid_attachments"),
    ("a table beside a data table", message(table(), data_table()), "invalid_attachments"),
    ("three charts", message(pie(), pie(), pie()), "invalid_blocks"),
    ("blocks of 12,798 characters", message(*LONG, section(text=mrkdwn("x" * 798))), "msg_blocks_too_long"),
    ("blocks of 12,797 characters and a divider", message(*LONG, section(text=mrkdwn("x" * 797)), DIVIDER),
        "msg_blocks_too_long"),
    ("markdown and text of 13,173 characters", message(
        {"type": "markdown", "text": "x" * 12_000}, section(text=mrkdwn("x" * 1173))), "msg_blocks_too_long"),
    ("two elements that want the focus", message(*[asked(element("plain_text_input", focus_on_load=True))] * 2),
        "invalid_blocks"),
    ("a menu that answers", message(asked(element("channels_select", response_url_enabled=True))), "invalid_blocks"),
    ("markdown_text beside text", {"markdown_text": "x", "text": "x"}, "markdown_text_conflict"),
    ("markdown_text beside blocks", {"markdown_text": "x", "blocks": [DIVIDER]}, "markdown_text_conflict"),
    ("markdown_text of 12,001 characters", {"markdown_text": "x" * 12_001}, "msg_too_long"),
    ("101 attachments", {"attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
    ("attachments that are no JSON", {"text": "x", "attachments": "{"}, "invalid_attachments"),
    ("an attachment that is a string", {"text": "x", "attachments": ["x"]}, "invalid_attachments"),
    ("an attachment's field that is none", {"text": "x", "attachments": [{"indent": 1}]}, "invalid_attachments"),
    ("bad blocks in an attachment", {"attachments": [{"blocks": [{"type": "section"}]}]}, "invalid_attachments"),
    ("metadata that is no JSON", {"text": "x", "metadata": "{"}, "invalid_metadata_format"),
    ("metadata that is a list", {"text": "x", "metadata": []}, "invalid_metadata_format"),
    ("metadata of 8,000 characters", {"text": "x", "metadata": METADATA | {"event_payload": {"id": "x" * 7953}}}, None),
    ("metadata of 8,001 characters", {"text": "x", "metadata": METADATA | {"event_payload": {"id": "x" * 7954}}},
        "metadata_too_large"),
    ("metadata without a type", {"text": "x", "metadata": {"event_payload": {}}}, "invalid_metadata_schema"),
    ("metadata without a payload", {"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_schema"),
]  # fmt: skip


@pytest.mark.parametrize(("payload", "error"), [pytest.param(*rest, id=what) for what, *rest in MESSAGES])
def test_slack_judges_a_message(payload: Json, error: str | None) -> None:
    verdict = check_message(payload)
    assert (verdict.error, verdict.warnings) == (error, [])
    assert bool(verdict.sentence) == (error is not None), "what is refused is refused in words"


def places(*places: str, says: str) -> list[str]:
    return [f"[ERROR] {says} [json-pointer:{place}]" for place in places]


SCHEMA = "[ERROR] failed to match all allowed schemas [json-pointer:/view]"
SEND = "must define `submit` to use `input` block"
VIEWS: list[tuple[str, Json, str | None, list[str]]] = [
    ("a modal", modal(section()), None, []),
    ("a modal with an input", modal(INPUT), None, []),
    ("a modal without an input or a submit", without(modal(section()), "submit"), None, []),
    ("a modal of 100 blocks", modal(*[DIVIDER] * 100), None, []),
    ("a modal with everything", modal(
        section(), close=plain("x" * 24), private_metadata="x" * 3000, callback_id="x" * 255,
        external_id="x" * 255, clear_on_close=True, notify_on_close=True), None, []),
    ("a home of nothing", home(), None, []),
    ("a home with an input and no submit", home(INPUT), None, []),
    ("a home of 100 blocks", home(*[DIVIDER] * 100, private_metadata="x", callback_id="x"), None, []),
    ("one menu that answers", modal(asked(element("channels_select", response_url_enabled=True))), None, []),
    ("an alert above an input", modal({"type": "alert", "text": plain()}, INPUT), None, []),
    ("a menu of a home that answers", home(asked(element("channels_select", response_url_enabled=True))),
        "invalid_arguments", places(
            "/view/blocks/0", says="`response_url_enabled` is for one menu in an `input` block of a modal")),
    ("no type", without(modal(section()), "type"), "invalid_arguments",
        [SCHEMA, *places("/view", says="missing required field: type")]),
    ("a type that is none", modal(section(), type="dialog"), "invalid_arguments",
        [SCHEMA, *places("/view/type", says="unsupported type: dialog")]),
    ("no title", without(modal(section()), "title"), "invalid_arguments",
        [SCHEMA, *places("/view", says="missing required field: title")]),
    ("a title of 25 characters", modal(section(), title=plain("x" * 25)), "invalid_arguments",
        [SCHEMA, *places("/view/title/text", says="must be less than 25 characters")]),
    ("a title in mrkdwn", modal(section(), title=mrkdwn()), "invalid_arguments",
        [SCHEMA, *places("/view/title/type", says="must be a valid enum value")]),
    ("a submit of 25 characters", modal(section(), submit=plain("x" * 25)), "invalid_arguments",
        [SCHEMA, *places("/view/submit/text", says="must be less than 25 characters")]),
    ("a close of 25 characters", modal(section(), close=plain("x" * 25)), "invalid_arguments",
        [SCHEMA, *places("/view/close/text", says="must be less than 25 characters")]),
    ("private_metadata of 3,001 characters", modal(section(), private_metadata="x" * 3001), "invalid_arguments",
        [SCHEMA, *places("/view/private_metadata", says="must be less than 3001 characters")]),
    ("private_metadata that is an object", modal(section(), private_metadata={"a": 1}), "invalid_arguments",
        [SCHEMA, *places("/view/private_metadata", says="must provide a string")]),
    ("a callback_id of 256 characters", modal(section(), callback_id="x" * 256), "invalid_arguments",
        [SCHEMA, *places("/view/callback_id", says="must be less than 256 characters")]),
    ("101 blocks", modal(*[DIVIDER] * 101), "invalid_arguments",
        [SCHEMA, *places("/view/blocks", says="no more than 100 items allowed")]),
    ("101 blocks of a home", home(*[DIVIDER] * 101), "invalid_arguments",
        [SCHEMA, *places("/view/blocks", says="no more than 100 items allowed")]),
    ("no blocks", without(modal(), "blocks"), "invalid_arguments",
        [SCHEMA, *places("/view", says="missing required field: blocks")]),
    ("a modal of nothing", modal(), "invalid_arguments",
        [SCHEMA, *places("/view/blocks", says="must provide at least 1 items")]),
    ("what Slack adds to a view, sent back", modal(section(), id="V1", hash="1.2"), "invalid_arguments",
        [SCHEMA, *places("/view", says="invalid additional property: id"),
         *places("/view", says="invalid additional property: hash")]),
    ("a home with a title", home(section(), title=plain()), "invalid_arguments",
        [SCHEMA, *places("/view", says="invalid additional property: title")]),
    ("an input and no submit", without(modal(section(), INPUT), "submit"), "invalid_arguments",
        places("/view/blocks/1/input", says=SEND)),
    ("two inputs and no submit", without(modal(INPUT, INPUT), "submit"), "invalid_arguments",
        places("/view/blocks/0/input", "/view/blocks/1/input", says=SEND)),
    ("one block id twice", modal(section(block_id="a"), section(block_id="a")), "invalid_arguments",
        places("/view/blocks/1/block_id", says='`block_id` "a" already exists')),
    ("two elements that want the focus", modal(*[asked(element("plain_text_input", focus_on_load=True))] * 2),
        "invalid_arguments", places("/view/blocks/1", says="only one element can be focused on load")),
    ("two menus that answer", modal(*[asked(element("channels_select", response_url_enabled=True))] * 2),
        "invalid_arguments",
        places("/view/blocks/1", says="`response_url_enabled` is for one menu in an `input` block of a modal")),
    ("a menu beside a section that answers", modal(section(accessory=element(
        "conversations_select", response_url_enabled=True))), "invalid_arguments",
        places("/view/blocks/0", says="`response_url_enabled` is for one menu in an `input` block of a modal")),
    ("more than 250 kB", modal(*[section(text=plain("é" * 3000))] * 45), "view_too_large", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("view", "error", "messages"), [pytest.param(*rest, id=what) for what, *rest in VIEWS]
)
def test_slack_judges_a_view(view: Json, error: str | None, messages: list[str]) -> None:
    verdict = check_view(view)
    assert verdict == Verdict(error, messages)
    assert bool(verdict.sentence) == (error is not None), "what is refused is refused in words"


UNFURLS: list[tuple[str, Json, str | None]] = [
    ("blocks", {"blocks": [section(), image(), context_of_text := {"type": "context", "elements": [plain()]}]}, None),
    ("a preview for the composer", {"blocks": [context_of_text], "preview": {"title": plain(), "icon_url": "x"}}, None),
    ("an attachment", {"title": "Case", "text": "Open", "color": "#0a0", "hide_color": True}, None),
    ("a video", {"blocks": [video()]}, None),
    ("nothing", {}, "cannot_parse_attachment"),
    ("rich text", {"blocks": [rich(sentence(said()))]}, "cannot_parse_attachment"),
    ("an input", {"blocks": [INPUT]}, "cannot_parse_attachment"),
    ("a card", {"blocks": [card()]}, "cannot_parse_attachment"),
    ("51 blocks", {"blocks": [DIVIDER] * 51}, "cannot_parse_attachment"),
    ("a field that is none", {"blocks": [DIVIDER], "colour": "red"}, "cannot_parse_attachment"),
    ("a preview of a field that is none", {"blocks": [DIVIDER], "preview": {"image": "x"}}, "cannot_parse_attachment"),
    ("a preview that is a string", {"blocks": [DIVIDER], "preview": "x"}, "cannot_parse_attachment"),
]  # fmt: skip


@pytest.mark.parametrize(("unfurl", "error"), [pytest.param(*rest, id=what) for what, *rest in UNFURLS])
def test_slack_judges_an_unfurl(unfurl: Json, error: str | None) -> None:
    assert check_unfurl(unfurl).error == error


def test_two_tables_are_refused_as_attachments_are() -> None:
    verdict = check_message(message(table(), table()))
    assert verdict.errors == ["only_one_table_allowed [json-pointer:/blocks/1]"]
    assert check_view(home(table(), table())).ok


def test_it_warns_of_blocks_without_a_text_to_fall_back_on() -> None:
    verdict = check_message({"blocks": [section()]})
    assert verdict.ok
    assert verdict.warnings == ["missing_text_in_message"]


def test_it_warns_that_a_text_will_be_cut() -> None:
    assert check_message({"text": "x" * 40_001}) == Verdict(None, [], ["message_truncated"])


def test_it_gives_its_messages_without_their_mark_too() -> None:
    verdict = check_message(message({"type": "section"}))
    assert verdict.errors == ["must define either `fields` or `text` [json-pointer:/blocks/0]"]
    assert check_message({"blocks": [section()]}).errors == []


def test_a_text_is_refused_where_the_method_cuts_nothing() -> None:
    assert check_message({"text": "x" * 4000}, longest_text=4000).ok
    assert check_message({"text": "x" * 4001}, longest_text=4000).error == "msg_too_long"


def test_a_method_takes_only_its_own_kind_of_view() -> None:
    assert check_view(home(), kinds=("modal",)).error == "invalid_arguments"
    assert check_view(modal(section()), kinds=("home",)).error == "invalid_arguments"
