"""Rules that hold for one type of block or element alone, by the name under which the table calls them."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from sandbox.rules.verdict import Problem

Value = dict[str, Any]
Problems = Iterator[Problem]


def action_ids_differ(value: Value, pointer: str) -> Problems:
    """Two elements of one block may not carry the same ``action_id``."""
    seen: set[str] = set()
    for index, element in enumerate(value["elements"]):
        action = element.get("action_id")
        if action in seen:
            place = f"{pointer}/elements/{index}/action_id"
            yield Problem(f'`action_id` "{action}" already exists for action within block', place)
        if action is not None:
            seen.add(action)


def values_differ(value: Value, pointer: str) -> Problems:
    """What is chosen comes back as its value alone, so two options of one value could not be told apart."""
    seen: set[str] = set()
    for index, option in enumerate(value["options"]):
        if option["value"] in seen:
            yield Problem("Input contains duplicate items", f"{pointer}/options/{index}/value")
        seen.add(option["value"])


def plain_table_head(value: Value, pointer: str) -> Problems:
    for index, cell in enumerate(value["rows"][0]):
        if cell["type"] == "rich_text":
            yield Problem("unsupported type: rich_text", f"{pointer}/rows/0/{index}/type")


def row_head_is_a_column(value: Value, pointer: str) -> Problems:
    index = value.get("row_header_column_index", 0)
    if index >= len(value["rows"][0]):
        yield Problem(f"must be less than {len(value['rows'][0])}", f"{pointer}/row_header_column_index")


def no_dispatch_of_files(value: Value, pointer: str) -> Problems:
    if value.get("dispatch_action") and value["element"]["type"] == "file_input":
        yield Problem("`dispatch_action` cannot be used with `file_input`", f"{pointer}/dispatch_action")


def number_within(value: Value, pointer: str) -> Problems:
    """Numbers are whole unless decimals are allowed, and what stands there at first lies between the bounds."""
    given = {name: value[name] for name in ("initial_value", "min_value", "max_value") if name in value}
    for name, number in given.items():
        if "." in number and not value["is_decimal_allowed"]:
            yield Problem("must provide an integer", f"{pointer}/{name}")
    if "initial_value" in given:
        first = float(given["initial_value"])
        if first < float(given.get("min_value", first)) or first > float(given.get("max_value", first)):
            yield Problem("`initial_value` must lie within its bounds", f"{pointer}/initial_value")


def text_within(value: Value, pointer: str) -> Problems:
    first = value.get("initial_value")
    if first is not None and len(first) > value.get("max_length", 3000):
        yield Problem(f"must be less than {value['max_length'] + 1} characters", f"{pointer}/initial_value")


def every_category_once(value: Value, pointer: str) -> Problems:
    """Each series has a name of its own and exactly one point for every category."""
    categories = value["axis_config"]["categories"]
    if len(set(categories)) < len(categories):
        yield Problem("Input contains duplicate items", f"{pointer}/axis_config/categories")
    names = [series["name"] for series in value["series"]]
    if len(set(names)) < len(names):
        yield Problem("Input contains duplicate items", f"{pointer}/series")
    for index, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            place = f"{pointer}/series/{index}/data"
            yield Problem("data must have one point for each of the categories", place)


RULES: Final[dict[str, Callable[[Value, str], Problems]]] = {
    rule.__name__: rule
    for rule in (
        action_ids_differ,
        values_differ,
        plain_table_head,
        row_head_is_a_column,
        no_dispatch_of_files,
        number_within,
        text_within,
        every_category_once,
    )
}
