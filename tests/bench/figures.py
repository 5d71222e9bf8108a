"""What is measured, under which names, and what each figure is compared with.

A name is made of parts: ``flag.sqlite.slow-slack.c16.rate`` is the answers a second of ``/flag`` on SQLite, with a slow
Slack, to 16 people at once. ``BENCH_ONLY`` takes parts, and everything that has them all is chosen.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.bench.processes import SEES_INTO_PROCESSES, BenchError

AT_ONCE = (1, 16, 64)
FLOOR = "floor"
NO_POLL = "floor-no-poll"
DATABASES = ("sqlite", "postgresql")
SLOW = "slow-slack"
COMMANDS = ("case", "flag")

LINE = "identifiers.line"

SCALE = "scale"
COMPARISONS = {
    "case.million": 1.3,
    "cases.million": 1.3,
    "flag.million": 1.3,
    "typing.million": 1.3,
    "case.few-seen": 1.3,
    "cases.few-seen": 1.3,
    "typing.few-seen": 1.3,
    "case.recorded": 1.25,
    "flag.recorded": 1.25,
    "case.hidden": 1.05,
}
"""What is compared with another measurement of ours, and the ratio that it may reach."""
BARE = "flag.bare"
COMPARISONS_ON_POSTGRESQL = {BARE: 2.5}
"""At least 0.4 of the speed with which the driver alone writes the rows."""
BOTH_WAYS = frozenset({"case.hidden"})
"""Which may not be less than the other by as much, either: quicker would tell as well as slower."""

UNITS = {"rate": "1/s", "p99": "ms", "cpu": "ms", "start": "s", "memory": "MB"}
LOAD_KINDS = (
    *(f"c{people}.{kind}" for people in AT_ONCE for kind in ("rate", "p99")),
    *(["cpu"] if SEES_INTO_PROCESSES else []),
)
"""What each load gives."""

HIGHER_IS_BETTER = frozenset({"1/s"})


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    unit: str
    target: float | None = None
    """What the ratio should reach, or stay below; None where nobody has asked for anything yet."""
    both_ways: bool = False
    """The target holds for the inverse of the ratio too."""
    is_alone: bool = False
    """It is divided by nothing: the target is of the value itself."""

    @property
    def is_comparison(self) -> bool:
        """Whether it is divided by another measurement of ours, and not by the floor's."""
        return self.name.startswith(f"{SCALE}.")

    @property
    def is_floor(self) -> bool:
        """Whether it is the floor's own, which others are divided by."""
        return FLOOR in self.name.split(".")

    @property
    def higher_is_better(self) -> bool:
        """In which direction the value and the ratio should go."""
        return self.unit in HIGHER_IS_BETTER

    def met(self, value: float, ratio: float | None) -> bool | None:
        """Whether the ratio, or the value that stands alone, is as it should be; None where nothing was asked for."""
        ratio = value if self.is_alone else ratio
        if self.target is None or ratio is None:
            return None
        if self.both_ways:
            return max(ratio, 1 / ratio) <= self.target
        return ratio >= self.target if self.higher_is_better else ratio <= self.target


def loads() -> tuple[str, ...]:
    """Everything that is put under load, in the table's order."""
    ours = [
        f"{command}.{database}{slow}"
        for database in DATABASES
        for command in COMMANDS
        for slow in ("", f".{SLOW}")
    ]
    return ("loader", FLOOR, NO_POLL, *ours)


def all_figures() -> Iterator[Figure]:
    """Every line that the table can have."""
    for load in loads():
        for kind in LOAD_KINDS:
            yield Figure(f"{load}.{kind}", UNITS[kind.rpartition(".")[2]])
    for kind in ("start", "memory") if SEES_INTO_PROCESSES else ("start",):
        for program in (FLOOR, *DATABASES):
            yield Figure(f"{kind}.{program}", UNITS[kind])
    yield Figure(LINE, "µs", 25, is_alone=True)
    for database in DATABASES:
        targets = COMPARISONS | (COMPARISONS_ON_POSTGRESQL if database == "postgresql" else {})
        for name, target in targets.items():
            yield Figure(f"{SCALE}.{database}.{name}", "ms", target, name in BOTH_WAYS)


def choose(figures: Iterable[Figure], words: Sequence[str]) -> list[Figure]:
    """The figures that have every part of one of the words; all where there are no words.

    Raises :class:`BenchError` for a word that fits nothing.
    """
    every = list(figures)
    if not words:
        return every
    for word in words:
        if not any(_fits(figure, word) for figure in every):
            parts = dict.fromkeys(part for figure in every for part in figure.name.split("."))
            raise BenchError(f"BENCH_ONLY: nothing is called {word}; names are made of: {', '.join(parts)}")
    return [figure for figure in every if any(_fits(figure, word) for word in words)]


def _fits(figure: Figure, word: str) -> bool:
    return set(word.split(".")) <= set(figure.name.split("."))
