"""What Slack refuses, case by case, as its documentation has it."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.rules import Verdict, check_message, check_unfurl, check_view
from sandbox.rules.table import BLOCKS, TABLE
from tests.sandbox import counted, rule_bad, rule_good, rule_limits
from tests.sandbox.rule_parts import (
    Json,
    actions,
    asked,
    button,
    card,
    container,
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

INPUT = asked(element("plain_text_input"))
DIVIDER = {"type": "divider"}
GOOD = list(rule_good.good_blocks())
BAD = [
    *rule_bad.SHAPES,
    *rule_bad.BLOCKS,
    *rule_bad.DATA,
    *(
        (what, where, actions(inside), says, f"/elements/0{place}")
        for what, where, inside, says, place in rule_bad.ELEMENTS
    ),
    *(
        (what, where, asked(inside), says, f"/element{place}")
        for what, where, inside, says, place in rule_bad.INPUTS
    ),
]


@pytest.fixture(scope="module", autouse=True)
def _told_at_the_end(request: pytest.FixtureRequest) -> None:
    plugins = request.config.pluginmanager
    if not plugins.has_plugin(counted.__name__) and not plugins.is_registered(counted):
        plugins.register(counted, counted.__name__)


@pytest.fixture(autouse=True)
def _counted(request: pytest.FixtureRequest, record_property: Any) -> None:
    kind = request.node.name.partition("[")[0].removeprefix("test_slack_")
    if hasattr(request.node, "callspec"):
        record_property(counted.PROPERTY, kind.split("_")[0])


def asked_of(surface: str, block: Any) -> Verdict:
    match surface:
        case "M":
            return check_message(message(block))
        case "V":
            return check_view(modal(block))
        case "H":
            return check_view(home(block))
        case _:
            return check_unfurl({"blocks": [block]})


ROOTS = {"M": "/blocks/0", "V": "/view/blocks/0", "H": "/view/blocks/0", "U": "/unfurls/blocks/0"}
REFUSALS = {
    "M": "invalid_blocks",
    "V": "invalid_arguments",
    "H": "invalid_arguments",
    "U": "cannot_parse_attachment",
}


def surfaces(*, taken: bool) -> Iterator[Any]:
    for what, where, block in GOOD:
        for surface in "MVHU":
            if (surface in where) == taken:
                yield pytest.param(surface, block, id=f"{what} ({surface})")


@pytest.mark.parametrize(("surface", "block"), list(surfaces(taken=True)))
def test_slack_takes(surface: str, block: Json) -> None:
    assert asked_of(surface, block) == Verdict()


@pytest.mark.parametrize(("surface", "block"), list(surfaces(taken=False)))
def test_slack_misplaces(surface: str, block: Json) -> None:
    verdict = asked_of(surface, block)
    assert verdict.error == REFUSALS[surface]
    assert "unsupported type: " in verdict.messages[-1]


@pytest.mark.parametrize(
    ("surface", "block", "says", "place"), [pytest.param(*rest, id=what) for what, *rest in BAD]
)
def test_slack_refuses(surface: str, block: Any, says: str, place: str | None) -> None:
    verdict = asked_of(surface, block)
    pointer = ROOTS[surface] + place if place is not None else ROOTS[surface].removesuffix("/0")
    assert verdict.error == REFUSALS[surface]
    assert f"[ERROR] {says} [json-pointer:{pointer}]" in verdict.messages


def put(block: Any, place: str, value: Any) -> Any:
    """The block with another value at a place below it; ``...`` takes away what is there."""
    name, _, rest = place.removeprefix("/").partition("/")
    if rest:
        if isinstance(block, list):
            at = int(name)
            return [*block[:at], put(block[at], rest, value), *block[at + 1 :]]
        return {**block, name: put(block[name], rest, value)}
    if isinstance(block, list):
        return [*block[: int(name)], value, *block[int(name) + 1 :]]
    return without(block, name) if value is ... else {**block, name: value}


def limits(rows: list[Any]) -> list[Any]:
    return [pytest.param(*row, id=f"{row[1]['type']} {row[2]} {index}") for index, row in enumerate(rows)]


def complaint(surface: str, block: Json, place: str) -> list[str]:
    """What is said of one place."""
    told = asked_of(surface, block)
    where = f" [json-pointer:{ROOTS[surface]}{place}]"
    return [one.removesuffix(where) for one in told.messages if one.endswith(where)]


@pytest.mark.parametrize(("surface", "block", "place", "most"), limits(rule_limits.CHARACTERS))
def test_slack_counts_characters(surface: str, block: Json, place: str, most: int) -> None:
    assert asked_of(surface, put(block, place, "é" * most)).ok
    beyond = put(block, place, "é" * (most + 1))
    assert complaint(surface, beyond, place) == [f"[ERROR] must be less than {most + 1} characters"]


@pytest.mark.parametrize(("surface", "block", "place", "most"), limits(rule_limits.ADDRESSES))
def test_slack_counts_the_characters_of_an_address(surface: str, block: Json, place: str, most: int) -> None:
    assert asked_of(surface, put(block, place, "https://example.com/".ljust(most, "a"))).ok
    for wrong in ("https://example.com/".ljust(most + 1, "a"), "", "example.com", "ftp://example.com/a"):
        assert complaint(surface, put(block, place, wrong), place)


@pytest.mark.parametrize(("surface", "block", "place", "most", "item"), limits(rule_limits.ITEMS))
def test_slack_counts_items(surface: str, block: Json, place: str, most: int, item: Any) -> None:
    assert asked_of(surface, put(block, place, [item] * most)).ok
    beyond = put(block, place, [item] * (most + 1))
    assert complaint(surface, beyond, place) == [f"[ERROR] no more than {most} items allowed"]


@pytest.mark.parametrize(("surface", "block", "place", "low", "high"), limits(rule_limits.NUMBERS))
def test_slack_bounds_a_number(surface: str, block: Json, place: str, low: int, high: int | None) -> None:
    for right in (low, 1_000 if high is None else high):
        assert asked_of(surface, put(block, place, right)).ok
    assert complaint(surface, put(block, place, low - 1), place) == [f"[ERROR] must be greater than {low}"]
    if high is not None:
        assert complaint(surface, put(block, place, high + 1), place)
    for wrong in (True, "1", 1.5):
        said_of_it = complaint(surface, put(block, place, wrong), place)
        assert said_of_it == ["[ERROR] must provide an integer"]


@pytest.mark.parametrize(("surface", "block", "place", "words"), limits(rule_limits.WORDS))
def test_slack_knows_a_word(surface: str, block: Json, place: str, words: str) -> None:
    for word in words.split():
        assert asked_of(surface, put(block, place, word)).ok
    assert complaint(surface, put(block, place, "sideways"), place)


@pytest.mark.parametrize(("surface", "block", "place"), limits(rule_limits.REQUIRED))
def test_slack_requires(surface: str, block: Json, place: str) -> None:
    assert asked_of(surface, block).ok
    holder, _, name = place.rpartition("/")
    said_of_it = complaint(surface, put(block, place, ...), holder)
    assert said_of_it[-1:] == [f"[ERROR] missing required field: {name}"]


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
    ("sections of more than 13,200 characters", message(*[section(text=mrkdwn("x" * 3000))] * 5), None),
    ("nothing", {}, "no_text"),
    ("an empty text", {"text": ""}, "no_text"),
    ("a text of spaces", {"text": " \n"}, "no_text"),
    ("empty blocks and no text", {"blocks": []}, "no_text"),
    ("text that is a number", {"text": 7}, "invalid_arguments"),
    ("blocks that are no JSON", {"text": "x", "blocks": "[{"}, "invalid_blocks_format"),
    ("blocks that are an object", {"text": "x", "blocks": {"blocks": []}}, "invalid_blocks_format"),
    ("blocks wrapped in an object", {"text": "x", "blocks": '{"blocks": []}'}, "invalid_blocks_format"),
    ("51 blocks", message(*[DIVIDER] * 51), "invalid_blocks"),
    ("one block id twice", message(section(block_id="a"), section(block_id="a")), "invalid_blocks"),
    ("one block id within a container", message(section(block_id="a"), container(section(block_id="a"))),
        "invalid_blocks"),
    ("12,001 characters of markdown in two blocks", message(
        {"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6001}), "invalid_blocks"),
    ("two tables", message(table(), table()), "invalid_blocks"),
    ("a table beside one in a container", message(table(), container(table())), "invalid_blocks"),
    ("three charts", message(pie(), pie(), pie()), "invalid_blocks"),
    ("markdown and text of more than 13,200 characters", message(
        {"type": "markdown", "text": "x" * 12_000}, section(text=mrkdwn("x" * 1500))), "msg_blocks_too_long"),
    ("two elements that want the focus", message(*[asked(element("plain_text_input", focus_on_load=True))] * 2),
        "invalid_blocks"),
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
    ("metadata without a type", {"text": "x", "metadata": {"event_payload": {}}}, "invalid_metadata_schema"),
    ("metadata without a payload", {"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_schema"),
]  # fmt: skip


@pytest.mark.parametrize(("payload", "error"), [pytest.param(*rest, id=what) for what, *rest in MESSAGES])
def test_slack_judges_a_message(payload: Json, error: str | None) -> None:
    verdict = check_message(payload)
    assert (verdict.error, verdict.warnings) == (error, [])


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
        places("/view/blocks/1", says="`response_url_enabled` is for one menu in an `input` block")),
    ("a menu beside a section that answers", modal(section(accessory=element(
        "conversations_select", response_url_enabled=True))), "invalid_arguments",
        places("/view/blocks/0", says="`response_url_enabled` is for one menu in an `input` block")),
    ("more than 250 kB", modal(*[section(text=plain("é" * 3000))] * 45), "view_too_large", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("view", "error", "messages"), [pytest.param(*rest, id=what) for what, *rest in VIEWS]
)
def test_slack_judges_a_view(view: Json, error: str | None, messages: list[str]) -> None:
    assert check_view(view) == Verdict(error, messages)


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


def test_an_update_takes_4000_characters_and_no_more() -> None:
    assert check_message({"text": "x" * 4000}, updating=True).ok
    assert check_message({"text": "x" * 4001}, updating=True).error == "msg_too_long"


def test_a_method_takes_only_its_own_kind_of_view() -> None:
    assert check_view(home(), kinds=("modal",)).error == "invalid_arguments"
    assert check_view(modal(section()), kinds=("home",)).error == "invalid_arguments"


def test_every_type_of_the_table_has_a_case_that_is_taken() -> None:
    taken = {word for _, _, block in GOOD for word in words_of(block)} | {"modal", "home"}
    typed = {
        name
        for group in TABLE.values()
        for name, shape in group.items()
        if shape.typed and name != "file"  # Slack takes no file block from anybody
    }
    assert typed - taken == set()


def test_every_field_of_the_table_has_a_case() -> None:
    cases = [block for _, _, block in GOOD] + [block for _, _, block, _, _ in BAD]
    cases += [view for _, view, _, _ in VIEWS]
    used = {name for case in cases for name in names_of(case)}
    fields = {
        name for group in TABLE.values() for shape in group.values() for name in (*shape.must, *shape.may)
    }
    assert sorted(fields - used) == []


def test_every_row_names_a_page() -> None:
    pages = {shape.page.partition("/")[0] for group in TABLE.values() for shape in group.values()}
    assert pages == {"block-kit", "views"}


def words_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield value["type"]
        for item in value.values():
            yield from words_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from words_of(item)


def names_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from names_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from names_of(item)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text("ab <é\n", max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*BLOCKS, "type", "text", "elements", "blocks", "rows", "chart"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(sorted(BLOCKS)), st.dictionaries(st.sampled_from(
    ["text", "elements", "fields", "accessory", "element", "rows", "chart", "tasks", "block_id", "label"]
), anything, max_size=4))  # fmt: skip
def test_rubbish_is_refused_in_words_and_never_breaks_the_rules(kind: str, rest: Json) -> None:
    block = {**rest, "type": kind}
    for surface in "MVHU":
        verdict = asked_of(surface, block)
        assert verdict.ok or verdict.messages


@given(anything)
def test_rubbish_for_a_whole_payload_is_answered(rubbish: Any) -> None:
    for verdict in (
        check_message({"text": "x", "blocks": rubbish}),
        check_message({"text": rubbish, "attachments": rubbish, "metadata": rubbish}),
        check_message({"markdown_text": rubbish}),
        check_view(rubbish),
        check_unfurl(rubbish),
    ):
        assert verdict.ok or verdict.error


def test_blocks_nested_beyond_reason_are_answered() -> None:
    nested: Any = DIVIDER
    for _ in range(sys.getrecursionlimit()):
        nested = container(nested)
    assert check_message(message(nested)).error == "invalid_blocks"
    assert check_message({"text": "x", "blocks": "[" * 100_000}).error == "invalid_blocks_format"
