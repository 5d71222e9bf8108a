"""Rules that span a whole payload: ids that differ, what may stand only so often, what adds up."""

from collections.abc import Iterator
from typing import Any, Final

from sandbox.reading import read_json
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

TABLES: Final = ("table", "data_table")
CHARTS: Final = 2
"""docs.slack.dev/reference/block-kit/blocks/data-visualization-block."""


def decoded(value: Any) -> Any:
    """Arguments of a form arrive as JSON text, those of a JSON body as they are. Raises ValueError."""
    return read_json(value) if isinstance(value, str) else value


def block_problems(blocks: Any, surface: Surface, pointer: str = "/blocks") -> list[Problem]:
    """Everything wrong with a list of blocks on a surface; what spans blocks only once each is right."""
    found = problems_of(MESSAGE_BLOCKS, blocks, pointer, surface)
    return found or list(spanning_problems(blocks, surface, pointer))


def spanning_problems(blocks: list[Block], surface: Surface, pointer: str) -> Iterator[Problem]:
    """What is wrong between blocks that are each right."""
    placed = list(_placed(blocks, pointer))
    yield from _repeated_ids(placed)
    yield from _too_much(placed, pointer)
    for block, place in placed:
        if block["type"] == "task_card" and block.get("status") == "pending" and "/tasks/" not in place:
            yield Problem("must be a valid enum value", f"{place}/status")
    yield from _given_twice(placed, surface)


def markdown_characters(blocks: list[Block]) -> int:
    return sum(len(block["text"]) for block, _ in blocks_of(blocks, ("markdown",)))


def second_table(blocks: list[Block], pointer: str = "/blocks") -> list[Problem]:
    """A message has one table: docs.slack.dev/reference/block-kit/blocks/table-block."""
    tables = [place for _, place in blocks_of(blocks, TABLES, pointer)]
    return [Problem("only_one_table_allowed", tables[1])] if len(tables) > 1 else []


def blocks_of(
    blocks: list[Block], types: tuple[str, ...], pointer: str = "/blocks"
) -> list[tuple[Block, str]]:
    """The blocks of these types with their places, those inside others too; of blocks that are each right."""
    return [(block, place) for block, place in _placed(blocks, pointer) if block["type"] in types]


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
    cells = sum(_cell_characters(block) for block, _ in placed if block["type"] in TABLES)
    if cells > TABLE_CHARACTERS:
        yield Problem(f"tables must be less than {TABLE_CHARACTERS + 1} characters in all", pointer)
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


def _given_twice(placed: list[tuple[Block, str]], surface: Surface) -> Iterator[Problem]:
    """What one element alone may have: the focus, and (a menu in an input of a modal) a response_url."""
    elements = [(element, block, place) for block, place in placed for element in _elements(block)]
    focused = [place for element, _, place in elements if element.get("focus_on_load") is True]
    for place in focused[1:]:
        yield Problem("only one element can be focused on load", place)
    answering = [one for one in elements if one[0].get("response_url_enabled") is True]
    for index, (_, block, place) in enumerate(answering):
        if surface != "V" or block["type"] != "input" or index > 0:
            yield Problem("`response_url_enabled` is for one menu in an `input` block of a modal", place)


def _elements(block: Block) -> list[Block]:
    inside = [block.get("element"), block.get("accessory"), *block.get("elements", [])]
    return [element for element in inside if isinstance(element, dict)]
