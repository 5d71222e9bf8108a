"""The programs that are measured: how each is started, and what it is asked under load."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from tests.bench.cases import OPERATION_FILE
from tests.bench.commands import BOT_TOKEN, SIGNING_SECRET, command
from tests.bench.figures import DATABASES, FLOOR, NO_POLL, SLOW
from tests.bench.load import Request
from tests.bench.processes import BenchError, Running, running
from tests.bench.stores import PostgresStore, SqliteStore, Store, postgres_server
from tests.bench.texts import case_texts, flag_text, subject

Requests = Callable[[Running, int], list[Request]]
"""So many requests for this server, each signed by itself."""

SLOW_SECONDS = 0.15
"""What every call takes of the slow Slack."""


@dataclass(frozen=True, slots=True)
class Program:
    """One program, measured from its start to its end."""

    name: str
    """As ``start.…`` and ``memory.…`` call it."""
    open: Callable[[], AbstractContextManager[Running]]
    loads: Mapping[str, Requests]
    is_ours: bool


def programs_for(wanted: frozenset[str], folder: Path, stack: ExitStack) -> tuple[Program, list[Program]]:
    """The floor, and the programs that the wanted figures take.

    What they stand on is started now, and ends with ``stack``.
    """
    parts = {part for name in wanted for part in name.split(".")}
    make = Programs(folder, stack.enter_context(running(["tests.bench.slack", "0"], {}, folder)))
    programs = [make.loader(), make.floor(NO_POLL)]
    slow = None
    if SLOW in parts:
        slow = stack.enter_context(running(["tests.bench.slack", str(SLOW_SECONDS)], {}, folder))
    for database in DATABASES:
        if database in parts:
            store = make.store(database, stack)
            programs.append(make.ours(database, store))
            if slow is not None:
                flags = any(name.startswith(f"flag.{database}.{SLOW}") for name in wanted)
                programs.append(make.ours_and_slow_slack(database, store, slow, flags=flags))
    return make.floor(), programs


class Programs:
    """Makes the programs; knows where Slack is, and which cases are stored."""

    def __init__(self, folder: Path, slack: Running) -> None:
        self._folder = folder
        self._slack = slack
        self._dice = random.Random(2)  # noqa: S311  # the same look-ups in every run
        self._new = count(1_000_000)

    def store(self, database: str, stack: ExitStack) -> Store:
        """The database of that kind with the cases in it, until ``stack`` ends."""
        if database == "sqlite":
            return SqliteStore(self._folder, self._slack.address)
        server = stack.enter_context(postgres_server())
        server.harden()
        return PostgresStore(server, self._slack.address)

    def loader(self) -> Program:
        """A server that does nothing, which shows what the load itself can do."""
        return Program(
            "loader",
            lambda: running(["tests.bench.bare"], {}, self._folder),
            {"loader": self._floor_requests},
            is_ours=False,
        )

    def floor(self, name: str = FLOOR) -> Program:
        """What every figure is compared with; or the same without Bolt's poll."""
        arguments = ["tests.bench.floor", *(["--no-poll"] if name == NO_POLL else [])]
        return Program(
            name,
            lambda: running(arguments, self._settings(self._slack), self._folder, health="/healthz"),
            {name: self._floor_requests},
            is_ours=False,
        )

    def ours(self, database: str, store: Store) -> Program:
        """``python -m bot run`` on a copy of the stored cases."""
        return Program(
            database,
            lambda: self._bot(store, self._slack),
            {
                f"case.{database}": partial(self._case_requests, store),
                f"flag.{database}": self._flag_requests,
            },
            is_ours=True,
        )

    def ours_and_slow_slack(self, database: str, store: Store, slow: Running, *, flags: bool) -> Program:
        """The same, with a Slack that takes its time; at the end it must have been told something of the flags."""

        @contextmanager
        def bot() -> Iterator[Running]:
            before = slow.get("/told")
            with self._bot(store, slow) as server:
                yield server
                if flags and slow.get("/told") == before:
                    raise BenchError(
                        "nobody was told while Slack was slow, so the figures would prove nothing"
                    )

        return Program(
            f"{database}.{SLOW}",
            bot,
            {
                f"case.{database}.{SLOW}": partial(self._case_requests, store),
                f"flag.{database}.{SLOW}": self._flag_requests,
            },
            is_ours=True,
        )

    @contextmanager
    def _bot(self, store: Store, slack: Running) -> Iterator[Running]:
        with store.copy() as url:
            settings = self._settings(slack) | {
                "DATABASE_URL": url,
                "OPERATION_FILE": str(OPERATION_FILE),
                "DHL_API_KEY": "a-key",
                "DHL_API_URL": f"{slack.address}/track",
                "PORT": "0",
            }
            with running(["bot", "run"], settings, self._folder, health="/healthz") as server:
                yield server

    def _settings(self, slack: Running) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": f"{slack.address}/api/",
        }

    def _floor_requests(self, server: Running, how_many: int) -> list[Request]:
        return [self._command(server, "/floor", "", "ok") for _ in range(how_many)]

    def _case_requests(self, store: Store, server: Running, how_many: int) -> list[Request]:
        return [
            self._command(server, "/case", text, case.reference, case.number)
            for text, case in case_texts(store.stored, how_many, self._dice)
        ]

    def _flag_requests(self, server: Running, how_many: int) -> list[Request]:
        """Each of a thing that nobody has flagged yet."""
        new = [subject(next(self._new)) for _ in range(how_many)]
        return [self._command(server, "/flag", flag_text(about), about.number, "OFA-") for about in new]

    def _command(self, server: Running, name: str, text: str, *expects: str) -> Request:
        return command(server.host_and_port, self._slack.address, name, text, *expects)
