"""Reads the table against a payload and collects what is wrong, in the words of Slack's own validator.

The sentences are those of Slack's published schema validator (github.com/slackhq/hack-json-schema), as they
come back in ``response_metadata.messages``.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from sandbox.rules.kinds import Boolean, Integer, Kind, Many, Number, One, Shape, String, Surface, Text
from sandbox.rules.table import IDENTIFIER, TABLE
from sandbox.rules.verdict import Problem

Json = dict[str, Any]
Found = list[Problem]


def problems_of(kind: Kind, value: Any, pointer: str, surface: Surface) -> Found:
    """Everything wrong with ``value`` where the table asks for ``kind``."""
    found: Found = []
    _look(kind, value, pointer, surface, found)
    return found


def _look(kind: Kind, value: Any, pointer: str, surface: Surface, found: Found) -> None:
    match kind:
        case String():
            _string(kind, value, pointer, found)
        case Text():
            _text(kind, value, pointer, surface, found)
        case One():
            _object(kind, value, pointer, surface, found)
        case Many():
            _array(kind, value, pointer, surface, found)
        case Integer():
            _integer(kind, value, pointer, found)
        case Number():
            _number(kind, value, pointer, found)
        case Boolean():
            if not isinstance(value, bool):
                found.append(Problem("must be a boolean", pointer))


def _string(kind: String, value: Any, pointer: str, found: Found) -> None:
    if not isinstance(value, str):
        found.append(Problem("must provide a string", pointer))
    elif kind.words and value not in kind.words:
        found.append(Problem("must be a valid enum value", pointer))
    elif len(value) < kind.least:
        found.append(Problem(f"must be more than {kind.least - 1} characters", pointer))
    elif kind.most is not None and len(value) > kind.most:
        found.append(Problem(f"must be less than {kind.most + 1} characters", pointer))
    elif kind.form is not None and not FORMS[kind.form](value):
        found.append(Problem(f"input must be a valid: {kind.form}", pointer))


def _integer(kind: Integer, value: Any, pointer: str, found: Found) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        found.append(Problem("must provide an integer", pointer))
    elif kind.least is not None and value < kind.least:
        found.append(Problem(f"must be greater than {kind.least}", pointer))
    elif kind.most is not None and value > kind.most:
        found.append(Problem(f"must be less than {kind.most}", pointer))


def _number(kind: Number, value: Any, pointer: str, found: Found) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        found.append(Problem("must provide a number", pointer))
    elif kind.above is not None and value <= kind.above:
        found.append(Problem(f"must be greater than {kind.above}", pointer))


def _text(kind: Text, value: Any, pointer: str, surface: Surface, found: Found) -> None:
    """A text object; where both formats are allowed Slack first says that none of its schemas fits."""
    before = len(found)
    _object(One("text", kind.formats), value, pointer, surface, found)
    if len(found) == before and len(value["text"]) > kind.most:
        found.append(Problem(f"must be less than {kind.most + 1} characters", f"{pointer}/text"))
    if len(found) > before and len(kind.formats) > 1:
        found.insert(before, Problem("failed to match all allowed schemas", pointer))


def _array(kind: Many, value: Any, pointer: str, surface: Surface, found: Found) -> None:
    if not isinstance(value, list):
        found.append(Problem("must provide an array", pointer))
    elif kind.most is not None and len(value) > kind.most:
        found.append(Problem(f"no more than {kind.most} items allowed", pointer))
    elif len(value) < kind.least:
        found.append(Problem(f"must provide at least {kind.least} items", pointer))
    else:
        for index, item in enumerate(value):
            if not (kind.gaps and item is None):
                _look(kind.of, item, f"{pointer}/{index}", surface, found)


def _object(kind: One, value: Any, pointer: str, surface: Surface, found: Found) -> None:
    if not isinstance(value, dict):
        found.append(Problem("must provide an object", pointer))
        return
    group, names = TABLE[kind.group], kind.names
    if len(names) == 1 and not group[names[0]].typed:
        _fields(group[names[0]], value, pointer, surface, found)
        return
    name = value.get("type")
    if name is None:
        found.append(Problem("missing required field: type", pointer))
    elif not isinstance(name, str) or name not in names or surface not in group[name].on:
        says = f"unsupported type: {name}" if len(names) > 1 else "must be a valid enum value"
        found.append(Problem(says, f"{pointer}/type"))
    else:
        _fields(group[name], value, pointer, surface, found, is_block=kind.group == "block")


def _fields(
    shape: Shape, value: Json, pointer: str, surface: Surface, found: Found, *, is_block: bool = False
) -> None:
    before = len(found)
    for name in shape.must:
        if name not in value:
            found.append(Problem(f"missing required field: {name}", pointer))
    complete, unknown = len(found) == before, 0
    for name, item in value.items():
        kind = shape.must.get(name) or shape.may.get(name)
        if kind is not None:
            _look(kind, item, f"{pointer}/{name}", surface, found)
        elif name == "block_id" and is_block:
            _look(IDENTIFIER, item, f"{pointer}/block_id", surface, found)
        elif name != "type" or not shape.typed:
            found.append(Problem(f"invalid additional property: {name}", pointer))
            unknown += 1
    if complete and len(found) == before + unknown:
        for bond in shape.bonds:
            found.extend(bond(value, pointer))


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


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


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
    "zone": lambda value: value in _zones(),
    "number": lambda value: re.fullmatch(r"-?\d+(\.\d+)?", value) is not None,
    "colour": lambda value: re.fullmatch(r"#[0-9A-Fa-f]{6}", value) is not None,
}
