"""Rules that span a whole payload: ids that differ, what may stand only so often, what adds up."""

import json
from collections.abc import Iterator
from typing import Any, Final

from sandbox.rules.kinds import Many, Surface
from sandbox.rules.table import ANY_BLOCK
from sandbox.rules.verdict import Problem
from sandbox.rules.walk import problems_of

Block = dict[str, Any]

MESSAGE_BLOCKS: Final = Many(ANY_BLOCK, 0, 50)
MARKDOWN_CHARACTERS: Final = 12_000
"""All markdown blocks of one payload together; docs.slack.dev/reference/block-kit/blocks/markdown-block."""

TABLE_CHARACTERS: Final = 10_000
"""All cells of all tables of one message; docs.slack.dev/reference/block-kit/blocks/table-block."""

CHARTS: Final = 2
"""docs.slack.dev/reference/block-kit/blocks/data-visualization-block."""


def decoded(value: Any) -> Any:
    """Arguments of a form arrive as JSON text, those of a JSON body as they are. Raises ValueError."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except RecursionError as error:
        raise ValueError("nested beyond reason") from error


def block_problems(blocks: Any, surface: Surface, pointer: str = "/blocks") -> list[Problem]:
    """Everything wrong with a list of blocks on a surface; what spans blocks only once each is right."""
    found = problems_of(MESSAGE_BLOCKS, blocks, pointer, surface)
    return found or list(spanning_problems(blocks, pointer))


def spanning_problems(blocks: list[Block], pointer: str) -> Iterator[Problem]:
    placed = list(_placed(blocks, pointer))
    yield from _repeated_ids(placed)
    yield from _too_much(placed, pointer)
    for block, place in placed:
        if block["type"] == "task_card" and block.get("status") == "pending" and "/tasks/" not in place:
            yield Problem("must be a valid enum value", f"{place}/status")
    focused = [place for block, place in placed if _has_focus(block)]
    for place in focused[1:]:
        yield Problem("only one element can be focused on load", place)


def _placed(blocks: list[Block], pointer: str) -> Iterator[tuple[Block, str]]:
    """Every block with its place, those inside others after the one that holds them."""
    for index, block in enumerate(blocks):
        place = f"{pointer}/{index}"
        yield block, place
        for holder, held in HOLDERS.items():
            if block["type"] == holder:
                yield from _placed(block.get(held, []), f"{place}/{held}")


HOLDERS: Final = {"container": "child_blocks", "carousel": "elements", "plan": "tasks"}


def _repeated_ids(placed: list[tuple[Block, str]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for block, place in placed:
        block_id = block.get("block_id")
        if block_id in seen:
            yield Problem(f'`block_id` "{block_id}" already exists', f"{place}/block_id")
        if block_id is not None:
            seen.add(block_id)


def _too_much(placed: list[tuple[Block, str]], pointer: str) -> Iterator[Problem]:
    markdown = sum(len(block["text"]) for block, _ in placed if block["type"] == "markdown")
    if markdown > MARKDOWN_CHARACTERS:
        yield Problem(f"markdown must be less than {MARKDOWN_CHARACTERS + 1} characters in all", pointer)
    cells = sum(_cell_characters(block) for block, _ in placed if block["type"] in ("table", "data_table"))
    if cells > TABLE_CHARACTERS:
        yield Problem(f"tables must be less than {TABLE_CHARACTERS + 1} characters in all", pointer)
    tables = [place for block, place in placed if block["type"] == "table"]
    if len(tables) > 1:
        yield Problem("only_one_table_allowed", tables[1])
    charts = [place for block, place in placed if block["type"] == "data_visualization"]
    if len(charts) > CHARTS:
        yield Problem(f"no more than {CHARTS} data visualizations allowed", charts[CHARTS])


def _cell_characters(block: Block) -> int:
    return sum(_characters(cell) for row in block["rows"] for cell in row)


def _characters(rich: Any) -> int:
    """How many characters a cell shows, however deep they stand."""
    if isinstance(rich, dict):
        return sum(
            len(item) if name == "text" and isinstance(item, str) else _characters(item)
            for name, item in rich.items()
        )
    if isinstance(rich, list):
        return sum(_characters(item) for item in rich)
    return 0


def _has_focus(block: Block) -> bool:
    inside = [block.get("element"), block.get("accessory"), *block.get("elements", [])]
    return any(isinstance(element, dict) and element.get("focus_on_load") is True for element in inside)
