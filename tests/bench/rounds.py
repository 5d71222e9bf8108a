"""One round: everything that was chosen measured once, each program started anew, loaded and ended."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.figures import AT_ONCE, FLOOR, LOAD_KINDS
from tests.bench.load import Burst, load
from tests.bench.processes import SEES_INTO_PROCESSES, Running
from tests.bench.programs import Program, Requests
from tests.bench.rows import Measured

WARMING_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Size:
    """How many requests a burst has, for one, 16 and 64 people at once, and how many seconds at most."""

    floor: tuple[int, int, int]
    ours: tuple[int, int, int]
    seconds: float
    warming: int
    """Requests before the first that count: connections, statements and caches are made on them."""


WHOLE = Size(floor=(30, 320, 640), ours=(20, 96, 192), seconds=3.0, warming=16)
SHORT = Size(floor=(10, 160, 320), ours=(4, 16, 64), seconds=0.8, warming=8)


@dataclass(slots=True)
class Loaded:
    """A server under one kind of load, and what it has spent on it."""

    server: Running
    requests: Requests
    sizes: Sequence[int]
    seconds: float
    cpu: float = 0.0
    answers: int = 0

    def burst(self, people: int) -> Burst:
        """One burst, of the size for so many people at once."""
        before = self.server.cpu_seconds() if SEES_INTO_PROCESSES else 0.0
        burst = self.send(self.sizes[AT_ONCE.index(people)], people)
        self.cpu += (self.server.cpu_seconds() if SEES_INTO_PROCESSES else 0.0) - before
        self.answers += len(burst.latencies)
        return burst

    def send(self, how_many: int, people: int) -> Burst:
        """So many requests that nobody counts."""
        requests = self.requests(self.server, how_many)
        return load(*self.server.host_and_port, requests, people, self.seconds)

    def cpu_per_answer(self) -> float:
        """Milliseconds, since the last time it was asked for."""
        spent = self.cpu * 1000 / self.answers
        self.cpu, self.answers = 0.0, 0
        return spent


class Rounds:
    """Notes in ``measured``, by the figures' names, what each round gives.

    The floor runs all through a round and has each burst just before the others have it: what the machine does
    besides then slows both alike.
    """

    def __init__(
        self, floor: Program, programs: Sequence[Program], wanted: frozenset[str], size: Size
    ) -> None:
        self.measured: defaultdict[str, Measured] = defaultdict(Measured)
        self.done = 0
        self._floor = floor
        self._programs = programs
        self._wanted = wanted
        self._size = size

    def go_round(self) -> None:
        """Measure everything once; every other round goes backwards, so that nobody is always first."""
        self.done += 1
        with self._floor.open() as server:
            floor = Loaded(server, self._floor.loads[FLOOR], self._size.floor, self._size.seconds)
            floor.send(self._size.warming, WARMING_AT_ONCE)
            for people in AT_ONCE:
                self._note_burst(f"{FLOOR}.c{people}", floor.burst(people))
            self._note(f"{FLOOR}.cpu", floor.cpu_per_answer())
            self._note(f"start.{FLOOR}", server.seconds)
            if SEES_INTO_PROCESSES:
                self._note(f"memory.{FLOOR}", server.megabytes())
            for program in self._programs if self.done % 2 else reversed(self._programs):
                self._measure(program, floor)

    def _measure(self, program: Program, floor: Loaded) -> None:
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
            self._note(start, server.seconds, floor.server.seconds)
            sizes = self._size.ours if program.is_ours else self._size.floor
            for name, requests in loads.items():
                self._under_load(name, Loaded(server, requests, sizes, self._size.seconds), floor)
            if SEES_INTO_PROCESSES:
                self._note(memory, server.megabytes(), floor.server.megabytes())

    def _under_load(self, name: str, loaded: Loaded, floor: Loaded) -> None:
        # Just before it counts: what the warming of /flag leaves to be told would weigh on /case.
        loaded.send(self._size.warming, WARMING_AT_ONCE)
        for people in AT_ONCE:
            beside = floor.burst(people)
            self._note_burst(f"{name}.c{people}", loaded.burst(people), beside)
        self._note(f"{name}.cpu", loaded.cpu_per_answer(), floor.cpu_per_answer())

    def _note_burst(self, name: str, burst: Burst, floor: Burst | None = None) -> None:
        self._note(f"{name}.rate", burst.rate, floor.rate if floor else None)
        self._note(f"{name}.p99", burst.percentile(0.99), floor.percentile(0.99) if floor else None)

    def _note(self, name: str, value: float, floor: float | None = None) -> None:
        self.measured[name].values.append(value)
        if floor is not None:
            self.measured[name].floor.append(floor)

    def _wants_some_of(self, load_name: str) -> bool:
        return any(f"{load_name}.{kind}" in self._wanted for kind in LOAD_KINDS)
