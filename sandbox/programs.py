"""Who calls: which program is at the other end of a connection, so that two bots with one token are noticed.

Slack serves them both and says nothing. Programs of this machine are told apart by their process where the system names
it (Linux, programs of the same user), all others by their address alone: one program may have several ``User-Agent``s.
"""

import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROCESSES = Path("/proc")
REMEMBERED = 100
"""Connections; older ones are looked up anew."""

LOOKS = 3
"""The system writes its table of connections piece by piece: while others come and go, one may be missing."""

Client = tuple[str, int]
"""Address and port at the caller's end."""

NOBODY: Client = ("", 0)


@dataclass(frozen=True, slots=True)
class Program:
    """``process`` is None where the system does not name it."""

    host: str
    process: int | None

    def __str__(self) -> str:
        return f"process {self.process}" if self.process else f"a program at {self.host}"

    def may_be(self, other: "Program") -> bool:
        if self.process is not None and other.process is not None:
            return self.process == other.process
        return self.host == other.host


class Programs:
    """Those that have shown the token."""

    def __init__(self) -> None:
        self._known: list[Program] = []
        self._seen: dict[Client, Program] = {}
        """Connections that were looked up, for that takes milliseconds where there are many."""

    def clear(self) -> None:
        self._known.clear()
        self._seen.clear()

    def others(self, client: Client) -> list[Program]:
        """Who else uses the token, now that ``client`` does. A program that has ended is none of them."""
        self._known = [program for program in self._known if not _has_ended(program)]
        caller = self._seen.get(client)
        if caller is None or _has_ended(caller):
            likely = [program.process for program in self._known if program.process is not None]
            caller = Program(client[0], _process_at(client, likely))
            self._seen[client] = caller
            if len(self._seen) > REMEMBERED:
                del self._seen[next(iter(self._seen))]
        if caller not in self._known:
            self._known.append(caller)
        return [program for program in self._known if not caller.may_be(program)]


def _has_ended(program: Program) -> bool:
    if program.process is None:
        return False
    try:
        (PROCESSES / str(program.process) / "exe").readlink()  # one that nobody has waited for has none
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def _process_at(client: Client, likely: list[int]) -> int | None:
    """The process whose end of a connection this is; ``likely`` ones are looked at first."""
    socket_id = _socket_at(client)
    if socket_id is None:
        return None
    for process in (*likely, *_processes()):
        if _holds(process, socket_id):
            return process
    return None


def _socket_at(client: Client) -> str | None:
    for _ in range(LOOKS):
        try:
            found = socket_in((PROCESSES / "net" / "tcp").read_text(), client)
        except OSError:
            return None
        if found is not None:
            return found
    return None


def socket_in(table: str, client: Client) -> str | None:
    """The number under which the system's table of connections has the socket with this address of its own.

    A connection that has ended stands there for a minute more, under the number 0, and its port may be in use again.
    """
    host, port = client
    try:
        packed = socket.inet_aton(host)
    except OSError:
        return None
    if sys.byteorder == "little":
        packed = packed[::-1]
    own = f"{packed.hex().upper()}:{port:04X}"
    lines = (line.split() for line in table.splitlines()[1:])
    return next((line[9] for line in lines if line[1] == own and line[9] != "0"), None)


def _processes() -> Iterator[int]:
    return (int(entry.name) for entry in os.scandir(PROCESSES) if entry.name.isdigit())


def _holds(process: int, socket_id: str) -> bool:
    try:
        with os.scandir(PROCESSES / str(process) / "fd") as handles:
            return any(_leads_to(handle) == f"socket:[{socket_id}]" for handle in handles)
    except OSError:  # it has ended, or is another user's
        return False


def _leads_to(handle: os.DirEntry[str]) -> str | None:
    try:
        return str(Path(handle).readlink())
    except OSError:
        return None
