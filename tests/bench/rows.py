"""From what was measured to the rows of the table."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.bench.figures import Figure


@dataclass(slots=True)
class Measured:
    """What one figure gave, round by round."""

    values: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    """What the floor, or what else it is compared with, gave beside each value; nothing for the floor's own figures."""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure and what came of it: medians over the rounds."""

    figure: Figure
    value: float
    ratio: float | None
    """Each value divided by the one beside it, then the median; None for the floor, and for what stands alone."""
    spread: float
    """Half of what lies between the lowest and the highest, as a share of the median: of the ratios where there are
    some, else of the values."""


def row(figure: Figure, measured: Measured) -> Row:
    """The figure's row."""
    values = measured.values
    if figure.is_floor or figure.is_alone:
        return Row(figure, median(values), None, _spread(values))
    ratios = [value / floor for value, floor in zip(values, measured.floor, strict=True)]
    return Row(figure, median(values), median(ratios), _spread(ratios))


def write_json(rows: Sequence[Row], path: Path) -> None:
    """The rows for a program to read; ``target`` is of the ratio, or of the value where there is no ratio."""
    content = [
        {
            "name": each.figure.name,
            "value": _rounded(each.value),
            "unit": each.figure.unit,
            "ratio": None if each.ratio is None else _rounded(each.ratio),
            "target": each.figure.target,
            "met": each.figure.met(each.value, each.ratio),
        }
        for each in rows
    ]
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def table(rows: Sequence[Row]) -> str:
    """The rows for people."""
    head = ("", "value", "unit", "ratio", "spread", "better", "target", "met")
    lines = [head, *map(_line, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in (1, 3, 4) else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _line(each: Row) -> tuple[str, ...]:
    met = {None: "", True: "yes", False: "NO"}[each.figure.met(each.value, each.ratio)]
    return (
        each.figure.name,
        f"{_rounded(each.value):,}",
        each.figure.unit,
        "" if each.ratio is None else f"{_rounded(each.ratio):,}",
        f"±{each.spread:.0%}",
        "higher" if each.figure.higher_is_better else "lower",
        "–" if each.figure.target is None else f"{each.figure.target:g}",
        met,
    )


def _rounded(value: float) -> float:
    """Three figures: more would be noise."""
    rounded = float(f"{value:.3g}")
    return int(rounded) if rounded >= 100 else rounded


def _spread(values: Sequence[float]) -> float:
    return (max(values) - min(values)) / 2 / median(values)
