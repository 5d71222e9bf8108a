"""Starting and ending other programs, and what can be seen of them from outside."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent.parent

READY_WITHIN = 60.0
STOPS_WITHIN = 15.0
LOOKS_EVERY = 0.002
"""Seconds between two looks for the address: what a start's time may be off by."""

_LISTENING = re.compile(r"listening on (http://\S+)")


SEES_INTO_PROCESSES = Path("/proc/self/schedstat").exists()
"""Memory and CPU time are read as Linux shows them; elsewhere the table goes without."""


class BenchError(Exception):
    """The bench cannot measure; the text says why."""


@dataclass(frozen=True, slots=True)
class Running:
    """A program that serves."""

    address: str
    pid: int
    seconds: float
    """From the start of its process until it served: until the first 200 of ``health``, where one was asked for."""

    @property
    def host_and_port(self) -> tuple[str, int]:
        parts = urlsplit(self.address)
        return parts.hostname or "", parts.port or 0

    def get(self, path: str) -> tuple[int, bytes]:
        """The status and body of a GET."""
        connection = HTTPConnection(*self.host_and_port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def megabytes(self) -> float:
        """Its resident memory at this moment, in MB (10⁶ bytes)."""
        pages = int(self._proc("statm").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def cpu_seconds(self) -> float:
        """What all of its threads have computed so far."""
        # Nanoseconds on a processor (Documentation/scheduler/sched-stats.rst); proc_pid_stat(5) counts in 10 ms.
        threads = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9

    def _proc(self, name: str) -> str:
        return Path(f"/proc/{self.pid}/{name}").read_text()


@contextmanager
def running(
    arguments: Sequence[str], settings: Mapping[str, str], folder: Path, *, health: str | None = None
) -> Iterator[Running]:
    """``python -m`` with these arguments, from its address on until the block ends, however it ends.

    It sees no environment but ``settings`` and stands in ``folder``, where no ``.env`` is; what it says goes to a
    file there, and into the error where it fails.
    """
    log = folder / f"{arguments[0]}-{time.monotonic_ns()}.log"
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), **settings}
    with log.open("wb") as saying:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=saying,
            stderr=subprocess.STDOUT,
        )
    try:
        address = _address(process, log, began)
        if health is not None:
            _require_health(Running(address, process.pid, 0.0), health)
        yield Running(address, process.pid, time.perf_counter() - began)
    except BenchError as error:
        if not hasattr(error, "__notes__"):
            error.add_note(f"{arguments[0]} said last:\n{_end_of(log)}")
        raise
    finally:
        _end(process)


def _address(process: subprocess.Popen[bytes], log: Path, began: float) -> str:
    while time.perf_counter() - began < READY_WITHIN:
        if found := _LISTENING.search(log.read_text(errors="replace")):
            return found[1]
        if process.poll() is not None:
            break
        time.sleep(LOOKS_EVERY)
    raise BenchError(f"{process.args!r} does not serve")


def _require_health(server: Running, path: str) -> None:
    status, _ = server.get(path)
    if status != 200:
        raise BenchError(f"{path} answers {status}")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


def asking_and_answering() -> tuple[frozenset[int], frozenset[int]]:
    """The cores for whoever asks and for whoever answers, apart from each other, as on machines of their own.

    Otherwise the kernel decides from one moment to the next whether the two share a core, on which they would hand each
    other questions and answers at half the cost. Where there is but one core, or cores cannot be chosen, they share.
    """
    cores = frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset[int]()
    answering = frozenset({max(cores)}) if len(cores) > 1 else cores
    return cores - answering or cores, answering


@contextmanager
def keeping_to(cores: frozenset[int]) -> Iterator[None]:
    """We, and what we start in the block, stay on these cores; what was started goes on to do so afterwards."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
