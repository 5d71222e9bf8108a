"""Reads JSON that came from outside."""

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn
from zoneinfo import available_timezones


def read_json(text: str | bytes) -> Any:
    """What it says. Raises ValueError for all that is no JSON, or could not be written out again: a name for what is no
    number, half of a character, nesting beyond reason.
    """
    try:
        found = json.loads(text, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested beyond reason") from None
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _all(kind: type, value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, kind) for one in value)


KINDS: dict[str, Callable[[Any], bool]] = {
    "a string": lambda value: isinstance(value, str),
    "true or false": lambda value: isinstance(value, bool),
    "a number": _is_number,
    "a number above 0": lambda value: _is_number(value) and value > 0,
    "a whole number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "an object": lambda value: isinstance(value, dict),
    "a list of strings": lambda value: _all(str, value),
    "a list of objects": lambda value: _all(dict, value),
    "a time zone's name": lambda value: isinstance(value, str) and value in available_timezones(),
    "public, private, im or mpim": lambda value: value in ("public", "private", "im", "mpim"),
}


def check_fields(body: dict[str, Any], fields: dict[str, str], where: str = "") -> None:
    """Raises ValueError with a sentence if a field is not of its kind (a key of ``KINDS``). Null counts as left out."""
    for name, kind in fields.items():
        value = body.get(name)
        if value is not None and not KINDS[kind](value):
            raise ValueError(f"{where}`{name}` must be {kind}, not {shortly(value)}.")


def shortly(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= 60 else f"{said[:60]}…"


def whole_number(query: Mapping[str, str], name: str, otherwise: int) -> int:
    """A whole number of a query. Raises ValueError with a sentence."""
    said = query.get(name, str(otherwise))
    if not re.fullmatch(r"-?[0-9]{1,18}", said):
        raise ValueError(f"`{name}` must be a whole number, not {shortly(said)}.")
    return int(said)
