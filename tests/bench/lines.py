"""Finding identifiers in lines as people type and paste them: microseconds a line, at the median of 10,000."""

import random
import time
from collections.abc import Callable
from statistics import median

from bot.domain.identifiers import find_identifiers
from tests.bench.rows import Measured
from tests.bench.texts import subject

LINES = 10_000
ROUNDS = 5

SHAPES: tuple[Callable[[str, str], str], ...] = (
    lambda parcel, _: f"{parcel} counterfeit earbuds, wrong font on the label",
    lambda parcel, _: f"pls stop {parcel[:4]} {parcel[4:8]} {parcel[8:]} at the hub",
    lambda parcel, _: f"https://www.dhl.com/en/express/tracking.html?AWB={parcel}&brand=DHL",
    lambda parcel, seller: f"- {parcel} from https://www.amazon.com/sp?seller={seller} again",
    lambda _, seller: f"seller {seller} has new listings, see https://www.amazon.de/dp/B0EXAMPL34?m={seller}",
    lambda *_: "1Z5R89390357567127 and RB123456785GB came in the same bag",
    lambda *_: "Can somebody look at this before the flight leaves at 18:40? Thanks!",
    lambda *_: "call +1 (555) 010-0199 about invoice 2026-0042, 3 pallets, 1,250.00 USD",
    lambda *_: "container CSQU3054383, seal intact, 14.2 t, bonded until 2026-02-01",
    lambda *_: "ok",
)
"""Half of them hold what is looked for; the others hold what is not, or nothing."""


def mixed_lines() -> list[str]:
    """The same in every run."""
    dice = random.Random(4)  # noqa: S311  # nothing secret
    return [
        dice.choice(SHAPES)(subject(4 * number).number, subject(4 * number + 3).number)
        for number in range(1, LINES + 1)
    ]


def measure() -> Measured:
    """Microseconds a line, the median of each round."""
    lines = mixed_lines()
    return Measured(values=[_median_of(lines) for _ in range(ROUNDS)])


def _median_of(lines: list[str]) -> float:
    times = []
    for line in lines:
        began = time.perf_counter_ns()
        find_identifiers(line)
        times.append(time.perf_counter_ns() - began)
    return median(times) / 1000
