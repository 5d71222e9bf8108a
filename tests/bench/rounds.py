"""One round: everything that was chosen measured once, each program started anew, loaded and ended."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.figures import AT_ONCE, LOAD_KINDS
from tests.bench.load import load
from tests.bench.processes import SEES_INTO_PROCESSES, Running
from tests.bench.programs import Program, Requests

WARMING_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Size:
    """How many requests a burst has, for one, 16 and 64 people at once, and how many seconds at most."""

    floor: tuple[int, int, int]
    ours: tuple[int, int, int]
    seconds: float
    warming: int
    """Requests before the first that count: connections, statements and caches are made on them."""


WHOLE = Size(floor=(60, 640, 2560), ours=(20, 96, 192), seconds=3.0, warming=16)
SHORT = Size(floor=(20, 160, 640), ours=(4, 16, 64), seconds=0.8, warming=8)


class Rounds:
    """Notes in ``measured``, by the figures' names, what each round gives."""

    def __init__(self, programs: Sequence[Program], wanted: frozenset[str], size: Size) -> None:
        self.measured: defaultdict[str, list[float]] = defaultdict(list)
        self.done = 0
        self._programs = programs
        self._wanted = wanted
        self._size = size

    def go_round(self) -> None:
        """Measure everything once; every other round goes backwards, so that what drifts does so for all alike."""
        self.done += 1
        for program in self._programs if self.done % 2 else reversed(self._programs):
            self._measure(program)

    def _measure(self, program: Program) -> None:
        start, memory = f"start.{program.name}", f"memory.{program.name}"
        # Memory is looked at after the whole load.
        loads = {
            name: requests
            for name, requests in program.loads.items()
            if memory in self._wanted or self._wants_some_of(name)
        }
        if not loads and start not in self._wanted:
            return
        with program.open() as server:
            self.measured[start].append(server.seconds)
            sizes = self._size.ours if program.is_ours else self._size.floor
            for name, requests in loads.items():
                self._under_load(name, server, requests, sizes)
            if SEES_INTO_PROCESSES:
                self.measured[memory].append(server.megabytes())

    def _under_load(self, name: str, server: Running, requests: Requests, sizes: Sequence[int]) -> None:
        # Just before it counts: what the warming of /flag leaves to be told would weigh on /case.
        load(*server.host_and_port, requests(server, self._size.warming), WARMING_AT_ONCE, self._size.seconds)
        before, answers = server.cpu_seconds() if SEES_INTO_PROCESSES else 0.0, 0
        for people, how_many in zip(AT_ONCE, sizes, strict=True):
            burst = load(*server.host_and_port, requests(server, how_many), people, self._size.seconds)
            self.measured[f"{name}.c{people}.rate"].append(burst.rate)
            self.measured[f"{name}.c{people}.p99"].append(burst.percentile(0.99))
            answers += len(burst.latencies)
        if SEES_INTO_PROCESSES:
            self.measured[f"{name}.cpu"].append((server.cpu_seconds() - before) * 1000 / answers)

    def _wants_some_of(self, load_name: str) -> bool:
        return any(f"{load_name}.{kind}" in self._wanted for kind in LOAD_KINDS)
