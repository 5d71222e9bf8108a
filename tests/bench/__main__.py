"""``python -m tests.bench``: one table of what this project costs, as ratios to the least that Bolt costs.

``BENCH_ONLY=name,name`` chooses lines, ``BENCH_JSON=path`` writes them for programs, ``BENCH_SHORT=1`` takes a minute and
leaves out what needs a million cases (``BENCH_ONLY=scale`` is that alone).
Everything it starts is on loopback and ends with it.
"""

import os
import platform
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.bench import comparisons, lines
from tests.bench.figures import Figure, all_figures, choose
from tests.bench.processes import BenchError
from tests.bench.programs import programs_for
from tests.bench.rounds import SHORT, WHOLE, Rounds
from tests.bench.rows import row, table, write_json

ROUNDS, SHORT_ROUNDS = 5, 2
SECONDS, SHORT_SECONDS = 330.0, 50.0
"""No round begins that would end later than this: a busy machine gets fewer rounds, and the table says how many."""

LEGEND = """\
Each value is the median of the rounds. ratio: divided by what the floor gave just before under the same load, median of
the rounds. spread: half of what lies between the lowest and the highest round. The floor is a Bolt app of one command
that only acks (default AsyncApp, Starlette, uvicorn); to one person at a time its rate is Bolt's poll for the ack every
10 ms, which floor-no-poll does without. cN: N people at once. rate: answers a second. p99: 99 of 100 answers came
within. cpu: of the answering process, for each answer. start: from the process's start to the first 200 of /healthz.
memory: resident, after the load. loader: what the load can do against a server that does nothing.
case, flag: `bot run` with 1,000 cases stored; /case is measured with nothing left to tell, /flag while the worker in the
same process tells of the flags. slow-slack: each call of Slack takes 150 ms.
scale: milliseconds, and divided by another of our own measurements taken in turns with it: million by a thousand cases;
few-seen, by one who may see one case in a hundred, by one who may see all of the million; recorded, with the register of
what was shown and the audit trail, by the same without; hidden, what may not be seen, by what is not there; bare, a whole
/flag by the rows that it writes, inserted by the driver in one transaction. Flags are told of by nobody there. typing: a
keystroke in a field of the form for a brand that stands in every flag, or for a seller. One person asks at a time; whoever
answers (PostgreSQL, or the bot on SQLite) has a core to itself where there is more than one.
identifiers: microseconds for one of 10,000 mixed lines, at the median; its target is of the value."""


def main() -> int:
    """Measure and print. Returns 1 where something could not be measured."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    short = os.environ.get("BENCH_SHORT", "") not in ("", "0")
    words = [word for word in os.environ.get("BENCH_ONLY", "").split(",") if word]
    try:
        chosen = choose(all_figures(), words)
        if short and not words:
            chosen = [figure for figure in chosen if not figure.is_comparison]
        floored = [figure for figure in chosen if not (figure.is_comparison or figure.is_alone)]
        rounds = measure(floored, short=short) if floored else None
        measured = dict(rounds.measured if rounds else {})
        measured |= {figure.name: lines.measure() for figure in chosen if figure.is_alone}
        measured |= comparisons.compare([figure for figure in chosen if figure.is_comparison], _say)
    except BenchError as error:
        sys.stderr.write("\n".join((str(error), *getattr(error, "__notes__", ()), "")))
        return 1
    rows = [row(figure, measured[figure.name]) for figure in chosen]
    sys.stdout.write(
        f"{table(rows)}\n\n{LEGEND}\n{_circumstances(rounds.done if rounds else comparisons.ROUNDS)}\n"
    )
    if path := os.environ.get("BENCH_JSON"):
        write_json(rows, Path(path))
    return 0


def measure(chosen: list[Figure], *, short: bool) -> Rounds:
    """Start what is needed, go the rounds, end everything."""
    began = time.monotonic()
    wanted = frozenset(figure.name for figure in chosen)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="operation-bench-")))
        floor, programs = programs_for(wanted, folder, stack)
        rounds = Rounds(floor, programs, wanted, SHORT if short else WHOLE)
        most, seconds = (SHORT_ROUNDS, SHORT_SECONDS) if short else (ROUNDS, SECONDS)
        while rounds.done < most and _ends_in_time(rounds.done, time.monotonic() - began, seconds):
            rounds.go_round()
            _say(f"round {rounds.done} of {most}: {time.monotonic() - began:.0f} s since the start")
        return rounds


def _ends_in_time(done: int, elapsed: float, seconds: float) -> bool:
    return done == 0 or elapsed * (done + 1) / done < seconds


def _circumstances(rounds: int) -> str:
    system = platform.uname()
    return (
        f"{rounds} round{'s' if rounds != 1 else ''} · {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} at the end · "
        f"Python {platform.python_version()} · {system.system} {system.machine}"
    )


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
