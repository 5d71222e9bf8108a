"""How the rule tests ask: a block put on a surface, a value put in a place, and what is said of that place."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from sandbox.rules import Verdict, check_message, check_unfurl, check_view
from tests.sandbox import rule_bad, rule_good
from tests.sandbox.rule_parts import Json, actions, asked, home, message, modal, without

GOOD: Final = list(rule_good.good_blocks())
BAD: Final = [
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


ROOTS: Final = {"M": "/blocks/0", "V": "/view/blocks/0", "H": "/view/blocks/0", "U": "/unfurls/blocks/0"}
REFUSALS: Final = {
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
