"""Reads the table against a payload and collects what is wrong, in the words of Slack's own validator.

The sentences are those of Slack's published schema validator (github.com/slackhq/hack-json-schema), as they
come back in ``response_metadata.messages``.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from sandbox.rules.kinds import Boolean, Integer, Kind, Many, Number, One, Shape, String, Surface, Text
from sandbox.rules.table import IDENTIFIER, TABLE
from sandbox.rules.verdict import Problem

Problems = Iterator[Problem]


def problems_of(kind: Kind, value: Any, pointer: str, surface: Surface) -> Problems:
    """Everything wrong with ``value`` where the table asks for ``kind``."""
    match kind:
        case String():
            yield from _string(kind, value, pointer)
        case Integer():
            yield from _integer(kind, value, pointer)
        case Number():
            yield from _number(kind, value, pointer)
        case Boolean():
            if not isinstance(value, bool):
                yield Problem("must be a boolean", pointer)
        case Text():
            yield from _text(kind, value, pointer, surface)
        case One():
            yield from _object(kind, value, pointer, surface)
        case Many():
            yield from _array(kind, value, pointer, surface)


def _string(kind: String, value: Any, pointer: str) -> Problems:
    if not isinstance(value, str):
        yield Problem("must provide a string", pointer)
    elif kind.words and value not in kind.words:
        yield Problem("must be a valid enum value", pointer)
    elif len(value) < kind.least:
        yield Problem(f"must be more than {kind.least - 1} characters", pointer)
    elif kind.most is not None and len(value) > kind.most:
        yield Problem(f"must be less than {kind.most + 1} characters", pointer)
    elif kind.form is not None and not FORMS[kind.form](value):
        yield Problem(f"input must be a valid: {kind.form}", pointer)


def _integer(kind: Integer, value: Any, pointer: str) -> Problems:
    if isinstance(value, bool) or not isinstance(value, int):
        yield Problem("must provide an integer", pointer)
    elif kind.least is not None and value < kind.least:
        yield Problem(f"must be greater than {kind.least}", pointer)
    elif kind.most is not None and value > kind.most:
        yield Problem(f"must be less than {kind.most}", pointer)


def _number(kind: Number, value: Any, pointer: str) -> Problems:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Problem("must provide a number", pointer)
    elif kind.above is not None and value <= kind.above:
        yield Problem(f"must be greater than {kind.above}", pointer)


def _text(kind: Text, value: Any, pointer: str, surface: Surface) -> Problems:
    """A text object; where both formats are allowed Slack first says that none of its schemas fits."""
    found = list(_object(One("text", kind.formats), value, pointer, surface))
    if not found and len(value["text"]) > kind.most:
        found = [Problem(f"must be less than {kind.most + 1} characters", f"{pointer}/text")]
    if found and len(kind.formats) > 1:
        yield Problem("failed to match all allowed schemas", pointer)
    yield from found


def _array(kind: Many, value: Any, pointer: str, surface: Surface) -> Problems:
    if not isinstance(value, list):
        yield Problem("must provide an array", pointer)
        return
    if kind.most is not None and len(value) > kind.most:
        yield Problem(f"no more than {kind.most} items allowed", pointer)
    elif len(value) < kind.least:
        yield Problem(f"must provide at least {kind.least} items", pointer)
    else:
        for index, item in enumerate(value):
            if not (kind.gaps and item is None):
                yield from problems_of(kind.of, item, f"{pointer}/{index}", surface)


def _object(kind: One, value: Any, pointer: str, surface: Surface) -> Problems:
    if not isinstance(value, dict):
        yield Problem("must provide an object", pointer)
        return
    group = TABLE[kind.group]
    if len(kind.names) == 1 and not group[kind.names[0]].typed:
        yield from _fields(group[kind.names[0]], value, pointer, surface)
        return
    name = value.get("type")
    if name is None:
        yield Problem("missing required field: type", pointer)
    elif not isinstance(name, str) or name not in kind.names or not group[name].on & surface:
        says = f"unsupported type: {name}" if len(kind.names) > 1 else "must be a valid enum value"
        yield Problem(says, f"{pointer}/type")
    else:
        yield from _fields(group[name], value, pointer, surface, is_block=group is TABLE["block"])


def _fields(
    shape: Shape, value: dict[str, Any], pointer: str, surface: Surface, *, is_block: bool = False
) -> Problems:
    own = {"type"} if shape.typed else set()
    for name in shape.must:
        if name not in value:
            yield Problem(f"missing required field: {name}", pointer)
    wrong = False
    for name, item in value.items():
        kind = shape.must.get(name) or shape.may.get(name)
        if kind is None and name == "block_id" and is_block:
            kind = IDENTIFIER
        if kind is None:
            if name not in own:
                yield Problem(f"invalid additional property: {name}", pointer)
            continue
        for problem in problems_of(kind, item, f"{pointer}/{name}", surface):
            wrong = True
            yield problem
    if not wrong and all(name in value for name in shape.must):
        for bond in shape.bonds:
            yield from bond(value, pointer)


def _is_url(value: str, schemes: tuple[str, ...]) -> bool:
    if any(character.isspace() or ord(character) < 32 for character in value):
        return False
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        return False
    return parts.scheme.lower() in schemes and bool(parts.hostname)


def _is_link(value: str) -> bool:
    """What a person's client opens: a web address, or a scheme without a host such as mailto:."""
    return _is_url(value, ("http", "https", "slack")) or re.fullmatch(r"(mailto|tel):\S+", value) is not None


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


FORMS: Final[dict[str, Callable[[str], bool]]] = {
    "uri": _is_link,
    "https": lambda value: _is_url(value, ("https",)),
    "date": _is_date,
    "time": lambda value: re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is not None,
    "zone": lambda value: value in available_timezones(),
    "number": lambda value: re.fullmatch(r"-?\d+(\.\d+)?", value) is not None,
    "colour": lambda value: re.fullmatch(r"#[0-9A-Fa-f]{6}", value) is not None,
}
