"""What Slack refuses, case by case, as its documentation has it."""

import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.rules import Verdict, check_message, check_unfurl, check_view
from sandbox.rules.table import BLOCKS, TABLE
from tests.sandbox import rule_fields, rule_limits
from tests.sandbox.rule_asking import BAD, GOOD, REFUSALS, ROOTS, asked_of, complaint, limits, put, surfaces
from tests.sandbox.rule_parts import (
    Json,
    actions,
    asked,
    container,
    data_table,
    home,
    message,
    modal,
    mrkdwn,
    plain,
    table,
)

pytest_plugins = ["tests.sandbox.counted"]


@pytest.mark.parametrize(("surface", "block"), list(surfaces(taken=True)))
def test_slack_takes(surface: str, block: Json) -> None:
    assert asked_of(surface, block) == Verdict()


@pytest.mark.parametrize(("surface", "block"), list(surfaces(taken=False)))
def test_slack_misplaces(surface: str, block: Json) -> None:
    verdict = asked_of(surface, block)
    assert verdict.error == REFUSALS[surface]
    assert re.search("unsupported type: |of a modal", verdict.messages[-1])


@pytest.mark.parametrize(
    ("surface", "block", "says", "place"), [pytest.param(*rest, id=what) for what, *rest in BAD]
)
def test_slack_refuses(surface: str, block: Any, says: str, place: str | None) -> None:
    verdict = asked_of(surface, block)
    pointer = ROOTS[surface] + place if place is not None else ROOTS[surface].removesuffix("/0")
    assert verdict.error == REFUSALS[surface]
    assert f"[ERROR] {says} [json-pointer:{pointer}]" in verdict.messages


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


def fields() -> list[Any]:
    elements = {
        **dict.fromkeys(rule_fields.IN_ACTIONS, actions),
        **dict.fromkeys(rule_fields.IN_INPUT, asked),
    }
    made = {**rule_fields.IN_ACTIONS, **rule_fields.IN_INPUT}
    return [
        pytest.param(around, made[kind], field, right, wrong, kind in having, id=f"{field} of {kind} {index}")
        for index, (field, right, wrong, having) in enumerate(rule_fields.SHARED)
        for kind, around in elements.items()
    ]


@pytest.mark.parametrize(("around", "inside", "field", "right", "wrong", "has"), fields())
def test_slack_shares_fields(
    around: Callable[[Json], Json], inside: Json, field: str, right: Any, wrong: Any, *, has: bool
) -> None:
    told = asked_of("V", around({**inside, field: right}))
    if has:
        assert told.ok
        assert not asked_of("V", around({**inside, field: wrong})).ok
    else:
        assert any(f"invalid additional property: {field}" in said for said in told.messages)


@pytest.mark.parametrize(("surface", "block", "place"), limits([*rule_fields.BOTH, *rule_fields.PLAIN]))
def test_slack_formats(surface: str, block: Json, place: str) -> None:
    assert asked_of(surface, put(block, place, plain())).ok
    both = (surface, block, place) in rule_fields.BOTH
    assert asked_of(surface, put(block, place, mrkdwn())).ok == both


@pytest.mark.parametrize(("surface", "block", "place"), limits(rule_fields.NEVER_EMPTY))
def test_slack_wants_words(surface: str, block: Json, place: str) -> None:
    assert complaint(surface, put(block, place, ""), place) == ["[ERROR] must be more than 0 characters"]


@pytest.mark.parametrize("block", rule_fields.HELD, ids=lambda block: block["type"])
def test_slack_contains(block: Json) -> None:
    assert asked_of("M", container(block)).ok


@pytest.mark.parametrize("block", rule_fields.NOT_HELD, ids=lambda block: block["type"])
def test_slack_keeps_out_of_a_container(block: Json) -> None:
    told = asked_of("M", container(block))
    assert f"unsupported type: {block['type']} [json-pointer:/blocks/0/child_blocks/0/type]" in told.errors


@pytest.mark.parametrize("cell", rule_fields.CELLS, ids=lambda cell: cell["type"])
def test_slack_tables(cell: Json) -> None:
    assert asked_of("M", put(table(), "/rows/1/1", cell)).ok
    assert asked_of("M", put(data_table(), "/rows/1/1", cell)).ok


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
    cases += [modal(close=plain(), clear_on_close=True, notify_on_close=True), home()]
    cases += [home(private_metadata="x", callback_id="x", external_id="x")]
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
    nested: Any = {"type": "divider"}
    for _ in range(sys.getrecursionlimit()):
        nested = container(nested)
    assert check_message(message(nested)).error == "invalid_blocks"
    assert check_message({"text": "x", "blocks": "[" * 100_000}).error == "invalid_blocks_format"
