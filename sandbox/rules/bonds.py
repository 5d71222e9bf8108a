"""Rules between the fields of one object: what excludes, needs or limits what.

Each takes the object and its place and gives what is wrong. They may rely on every field alone being right.
Those in the first half are made for the fields they name; those in the second belong to one type alone.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.rules.kinds import Bond
from sandbox.rules.verdict import Problem

Value = dict[str, Any]
Problems = Iterator[Problem]


def at_least_one(*fields: str) -> Bond:
    """One of these fields must be there; more may be."""

    def bond(value: Value, pointer: str) -> Problems:
        if not any(name in value for name in fields):
            yield Problem(f"must define either {_either(fields)}", pointer)

    return bond


def exactly_one(*fields: str) -> Bond:
    def bond(value: Value, pointer: str) -> Problems:
        given = [name for name in fields if name in value]
        if not given:
            yield Problem(f"must define either {_either(fields)}", pointer)
        elif len(given) > 1:
            yield Problem(f"must define only one of {_either(fields)}", pointer)

    return bond


def not_both(one: str, other: str) -> Bond:
    """Neither, or one of them; a flag that is false does not count."""

    def bond(value: Value, pointer: str) -> Problems:
        if value.get(one, False) is not False and value.get(other, False) is not False:
            yield Problem(f"cannot define both `{one}` and `{other}`", pointer)

    return bond


def only_with(name: str, needs: str) -> Bond:
    """``name`` may only be true where ``needs`` is."""

    def bond(value: Value, pointer: str) -> Problems:
        if value.get(name) and not value.get(needs):
            yield Problem(f"`{name}` requires `{needs}`", f"{pointer}/{name}")

    return bond


def in_order(low: str, high: str) -> Bond:
    def bond(value: Value, pointer: str) -> Problems:
        if low in value and high in value and float(value[low]) > float(value[high]):
            yield Problem(f"`{low}` must not be greater than `{high}`", f"{pointer}/{low}")

    return bond


def among_options(name: str) -> Bond:
    """What is chosen at first is, letter for letter, among the options offered."""

    def bond(value: Value, pointer: str) -> Problems:
        offered = list(value.get("options", ()))
        for group in value.get("option_groups", ()):
            offered += group["options"]
        chosen = value.get(name, [])
        for index, option in enumerate(chosen if isinstance(chosen, list) else [chosen]):
            if option not in offered:
                place = f"{pointer}/{name}/{index}" if isinstance(chosen, list) else f"{pointer}/{name}"
                yield Problem("initial option must exactly match one of the options", place)

    return bond


def same_width(name: str) -> Bond:
    """Every row has as many cells as the first."""

    def bond(value: Value, pointer: str) -> Problems:
        if len({len(row) for row in value[name]}) > 1:
            yield Problem("all rows must have the same number of cells", f"{pointer}/{name}")

    return bond


def _either(fields: tuple[str, ...]) -> str:
    return " or ".join(f"`{name}`" for name in fields)


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
