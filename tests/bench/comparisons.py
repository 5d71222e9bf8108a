"""What is compared with itself: a million cases with a thousand, few seen with all, recorded with not, hidden with absent.

Both sides of a comparison run at the same time and have their turns one after the other, so that whatever else the
machine does slows both alike. One person asks at a time; a side's value is the median of its answers' times, and where
it is asked in several ways that take different times, the mean of their medians.
"""

import asyncio
import random
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from operator import attrgetter
from pathlib import Path
from statistics import mean, median
from typing import Protocol

from bot.messages.flag_form import BRAND, SELLER
from tests.bench.commands import ANALYSTS, BOT_TOKEN, SIGNING_SECRET, command, suggestion
from tests.bench.figures import BARE, DATABASES, SCALE, Figure
from tests.bench.load import Request, load
from tests.bench.million import BRAND as EVERY_BRAND
from tests.bench.million import FEW, MANY, NOWHERE, Filled, absent, fill, seller
from tests.bench.processes import Running, asking_and_answering, keeping_to, running
from tests.bench.rows import Measured
from tests.bench.rows_bare import Row, bare_rows, new_rows, seen_in
from tests.bench.stores import PostgresServer, postgres_server
from tests.bench.texts import WORDS, Stored

ROUNDS = 3
TURNS = 4
"""Of each side in a round."""
AT_A_TURN = 20
SECONDS = 0.5
"""No answer is asked for any more after so long a turn: a busy machine gives fewer."""

WARMING = {"sqlite": 15, "postgresql": 1}
"""Turns before those that count. SQLite's log is lengthened until it has been written once from end to end, after some
300 answers; from then on it is overwritten, which the file system does in a third of the time (sqlite.org/wal.html)."""

NamedBy = Callable[[Stored], str]
NAMED_BY: tuple[NamedBy, ...] = (attrgetter("reference"), attrgetter("number"))
"""How a case is asked for: by its reference, or by what it is about."""

OWNER, OTHER = ANALYSTS[0], ANALYSTS[2]
"""Who may see all that is stored, and who one in a hundred."""


class Turns(Protocol):
    """One side of a comparison."""

    def turn(self) -> list[float]:
        """The seconds that each answer took."""
        ...


@dataclass(frozen=True, slots=True)
class Side:
    """A server and what it is asked."""

    server: Running
    ask: Callable[[], Request]

    def turn(self) -> list[float]:
        """The seconds that each answer took."""
        requests = [self.ask() for _ in range(AT_A_TURN)]
        return load(*self.server.host_and_port, requests, 1, SECONDS).latencies

    def ask_once(self) -> None:
        load(*self.server.host_and_port, [self.ask()], 1, SECONDS)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is measured, and what it is divided by."""

    name: str
    one: Sequence[Turns]
    other: Sequence[Turns]
    """The same ways of asking, in the same order."""

    def warm(self, turns: int) -> None:
        """Connections, statements and caches are made on what does not count."""
        for side in (*self.one, *self.other):
            for _ in range(turns):
                side.turn()

    def go_round(self, measured: Measured) -> None:
        """Every way of asking is measured once."""
        medians = [_medians(one, other) for one, other in zip(self.one, self.other, strict=True)]
        measured.values.append(mean(one for one, _ in medians) * 1000)
        measured.floor.append(mean(other for _, other in medians) * 1000)


def _medians(one: Turns, other: Turns) -> tuple[float, float]:
    """The sides have their turns one after the other, and begin by turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(TURNS * 2):
        which = (turn + turn // 2) % 2
        times[which].extend((one, other)[which].turn())
    return median(times[0]), median(times[1])


def compare(figures: Sequence[Figure], say: Callable[[str], None]) -> dict[str, Measured]:
    """Measure these figures, one database after the other; what each gave, by its name."""
    measured = {figure.name: Measured() for figure in figures}
    for database in DATABASES:
        if not any(database in name.split(".") for name in measured):
            continue
        with _comparisons(database, say) as comparisons:
            chosen = [each for each in comparisons if each.name in measured]
            for each in chosen:
                each.warm(WARMING[database])
            for number in range(1, ROUNDS + 1):
                for each in chosen:
                    each.go_round(measured[each.name])
                say(f"{database}: round {number} of {ROUNDS} of the comparisons")
    return measured


@contextmanager
def _comparisons(database: str, say: Callable[[str], None]) -> Iterator[list[Comparison]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="operation-bench-")))
        slack = stack.enter_context(running(["tests.bench.slack", "0"], {}, folder))
        databases: Databases = (
            Files(folder) if database == "sqlite" else Served(stack.enter_context(postgres_server()))
        )
        urls = {name: databases.create(name) for name in ("many", "few")}
        many = asyncio.run(fill(urls["many"], slack.address, MANY))
        say(f"{database}: {MANY:,} cases are stored")
        few = asyncio.run(fill(urls["few"], slack.address, FEW))
        urls["unrecorded"] = databases.copy("few", "unrecorded")
        databases.settle(urls)
        asking_cores, answering_cores = asking_and_answering()
        with keeping_to(databases.cores_for_bots(asking_cores, answering_cores)):
            servers = {
                name: stack.enter_context(_bot(url, name == "unrecorded", slack, folder))
                for name, url in urls.items()
            }
        stack.enter_context(keeping_to(asking_cores))
        asking = Asking(slack.address)
        comparisons = _all(f"{SCALE}.{database}", asking, servers, many, few)
        if database == "postgresql":
            flag = Side(servers["few"], partial(asking.flag, servers["few"]))
            bare = stack.enter_context(bare_rows(urls["few"], _rows_of(flag, urls["few"]), AT_A_TURN))
            comparisons.append(Comparison(f"{SCALE}.{database}.{BARE}", [flag], [bare]))
        yield comparisons


def _rows_of(flag: Side, url: str) -> list[Row]:
    """What one flag writes."""
    before = seen_in(url)
    flag.ask_once()
    return new_rows(before, seen_in(url))


def _all(
    prefix: str, asking: "Asking", servers: Mapping[str, Running], many: Filled, few: Filled
) -> list[Comparison]:
    def sides(name: str, *asks: Callable[..., Request]) -> list[Side]:
        return [Side(servers[name], partial(ask, servers[name])) for ask in asks]

    def case(name: str, stored: Sequence[Stored], user: str = OWNER) -> list[Side]:
        return sides(name, *(partial(asking.case, text, user, stored) for text in NAMED_BY))

    def cases(name: str, user: str = OWNER) -> list[Side]:
        return sides(name, partial(asking.cases, user))

    def flag(name: str) -> list[Side]:
        return sides(name, asking.flag)

    def typing(name: str, stored: Sequence[Stored], user: str = OWNER) -> list[Side]:
        brand = partial(asking.brand, user)
        return sides(name, brand, partial(asking.seller, user, stored))

    def nothing(stored: Sequence[Stored]) -> list[Side]:
        return sides("many", *(partial(asking.nothing, text, stored) for text in NAMED_BY))

    hidden = [case for case in many.stored if case not in many.shared]
    nowhere = [absent(number) for number in range(len(hidden))]
    pairs = {
        "case.million": (case("many", many.stored), case("few", few.stored)),
        "cases.million": (cases("many"), cases("few")),
        "flag.million": (flag("many"), flag("few")),
        "typing.million": (typing("many", many.stored), typing("few", few.stored)),
        "case.few-seen": (case("many", many.shared, OTHER), case("many", many.shared)),
        "cases.few-seen": (cases("many", OTHER), cases("many")),
        "typing.few-seen": (typing("many", many.shared, OTHER), typing("many", many.shared)),
        "case.recorded": (case("few", few.stored), case("unrecorded", few.stored)),
        "flag.recorded": (flag("few"), flag("unrecorded")),
        "case.hidden": (nothing(hidden), nothing(nowhere)),
    }
    return [Comparison(f"{prefix}.{name}", one, other) for name, (one, other) in pairs.items()]


class Asking:
    """Makes the requests."""

    def __init__(self, slack: str) -> None:
        self._slack = slack
        self._dice = random.Random(3)  # noqa: S311  # the same look-ups in every run
        self._new = count(NOWHERE + 10 * MANY)

    def case(self, text: NamedBy, user: str, stored: Sequence[Stored], server: Running) -> Request:
        """One who may see it asks."""
        case = self._dice.choice(stored)
        return self._command(server, user, "/case", text(case), case.reference, case.number)

    def cases(self, user: str, server: Running) -> Request:
        """The list's first page."""
        return self._command(server, user, "/cases", "", "OFA-")

    def flag(self, server: Running) -> Request:
        """A seller of whom nobody has heard. There is no worker: telling everybody would go on for minutes."""
        number = seller(next(self._new))
        return self._command(server, OWNER, "/flag", f"seller {number} {WORDS}", "OFA-")

    def brand(self, user: str, server: Running) -> Request:
        """By a letter; it stands in every flag."""
        return suggestion(server.host_and_port, BRAND, "n", EVERY_BRAND, user=user)

    def seller(self, user: str, stored: Sequence[Stored], server: Running) -> Request:
        """By most of its id; one who may see it asks."""
        number = self._dice.choice(stored).number
        return suggestion(server.host_and_port, SELLER, number[:-1].lower(), number, user=user)

    def nothing(self, text: NamedBy, stored: Sequence[Stored], server: Running) -> Request:
        """Like ``case``, of what is hidden from who asks or is not there."""
        return self._command(server, OTHER, "/case", text(self._dice.choice(stored)), "Nothing found")

    def _command(self, server: Running, user: str, name: str, text: str, *expects: str) -> Request:
        return command(server.host_and_port, self._slack, name, text, *expects, user=user)


@contextmanager
def _bot(url: str, unrecorded: bool, slack: Running, folder: Path) -> Iterator[Running]:
    settings = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"{slack.address}/api/",
        "DATABASE_URL": url,
        "PORT": "0",
    }
    module = "tests.bench.unrecorded" if unrecorded else "bot"
    with running([module, "web"], settings, folder, health="/healthz") as server:
        yield server


class Databases(Protocol):
    """Databases of one kind, by their names."""

    def create(self, name: str) -> str:
        """An empty one; its address."""
        ...

    def copy(self, name: str, new: str) -> str:
        """A copy of one; its address."""
        ...

    def settle(self, names: Iterable[str]) -> None:
        """They are filled."""
        ...

    def cores_for_bots(self, asking: frozenset[int], answering: frozenset[int]) -> frozenset[int]:
        """Where the bots run, once whoever answers them has the cores for that."""
        ...


class Files:
    """SQLite's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, name: str) -> str:
        return f"sqlite:///{self._folder / name}.db"

    def copy(self, name: str, new: str) -> str:
        shutil.copy(self._folder / f"{name}.db", self._folder / f"{new}.db")
        return self.create(new)

    def settle(self, names: Iterable[str]) -> None: ...

    def cores_for_bots(self, asking: frozenset[int], answering: frozenset[int]) -> frozenset[int]:
        """There is no server: they are who answers."""
        return answering


class Served:
    """PostgreSQL's."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    def create(self, name: str) -> str:
        return self._server.create(name)

    def copy(self, name: str, new: str) -> str:
        return self._server.create(new, name)

    def settle(self, names: Iterable[str]) -> None:
        for name in names:
            self._server.settle(name)
        self._server.harden()

    def cores_for_bots(self, asking: frozenset[int], answering: frozenset[int]) -> frozenset[int]:
        """The server answers them."""
        self._server.keep_to(answering)
        return asking
