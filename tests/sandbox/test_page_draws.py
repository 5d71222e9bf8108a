"""The page has a function to draw each block and element that the rules take; what comes of it the browser tests look at."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from sandbox.rules.table import BLOCKS, ELEMENTS, SLACK_ICONS

DRAWN = Path(__file__).parents[2] / "sandbox" / "page" / "blocks"
BY_ITS_BLOCK = {"url"}
"""A source of a task card, which the card draws itself."""


@pytest.mark.parametrize(
    ("file", "table", "taken"), [("index.js", "BLOCKS", BLOCKS), ("elements.js", "ELEMENTS", ELEMENTS)]
)
def test_whatever_the_rules_take_the_page_draws(file: str, table: str, taken: Iterable[str]) -> None:
    script = (DRAWN / file).read_text(encoding="utf-8")
    listed = re.search(rf"const {table} = {{\n(.*?)\n}};", script, re.DOTALL)
    assert listed is not None
    assert set(taken) - set(re.findall(r"^  (\w+)[:,]", listed[1], re.MULTILINE)) <= BY_ITS_BLOCK


def test_whatever_icon_the_rules_take_the_page_draws() -> None:
    script = (DRAWN / "slack_icons.js").read_text(encoding="utf-8")
    assert set(SLACK_ICONS) == set(re.findall(r'^  "?([\w-]+)"?: "', script, re.MULTILINE))
