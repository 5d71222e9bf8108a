"""The bot as the leak tests run it: the whole program in a thread, with the worker's jobs done when the test says so."""

import asyncio
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select, update

from bot.app import bind, serve
from bot.domain.digests import Period
from bot.domain.operations import read_operation
from bot.domain.people import Person
from bot.domain.sharing import Reader
from bot.factory import Program, open_program
from bot.logs import TALKATIVE
from bot.terminal import read_toml
from storage.tables import (
    acknowledgements,
    audit_entries,
    case_names,
    case_readers,
    cases,
    deliveries,
    entries,
    flags,
    subjects,
)
from tests.e2e.bots import BotThread
from tests.leaks.people import ADMIN

ROUNDS = 80
"""So often deliveries may be put off before it counts as never settling."""


class SteppedBot(BotThread):
    """Serves Slack's requests as ever; what the worker does by the clock is done by :meth:`settle`."""

    def __init__(self, settings: Mapping[str, str], operation: Path) -> None:
        super().__init__(settings, operation)
        self._program: Program | None = None

    async def _live(self) -> None:
        async with open_program(self._settings) as program:
            self._program = program
            await program.services.members.apply(read_operation(read_toml(self._operation)))
            async with program.installation.known(program.slack):
                await serve(
                    program, bind(program.settings.host, program.settings.port), self._stop, self._ready
                )

    @property
    def program(self) -> Program:
        assert self._program is not None, "the bot has not started"
        return self._program

    def settle(self) -> None:
        """Until nothing is left to be done: as if every wait between two posts or tries had passed."""
        asyncio.run_coroutine_threadsafe(self._settle(), self._loop).result(60)

    def finish_acks(self) -> None:
        """Until nobody waits for an answer; what the worker has to do stays undone."""
        asyncio.run_coroutine_threadsafe(self._after_acks(), self._loop).result(20)

    async def _settle(self) -> None:
        services = self.program.services
        await self._after_acks()
        for _ in range(ROUNDS):
            await services.lookups.ask_due()
            await services.deconfliction.compare_due()
            await services.audiences.look_again()
            services.alerts._busy.clear()
            if not await services.alerts.deliver_due() and not await self._time_passes():
                return
        raise AssertionError("Deliveries are put off for ever.")

    async def _after_acks(self) -> None:
        """What goes on after an ack: a form that is being opened, a word to the person."""
        own = [
            task
            for task in asyncio.all_tasks()
            if "Dispatcher" in getattr(task.get_coro(), "__qualname__", "")
        ]
        if own:
            await asyncio.wait(own, timeout=10)

    async def _time_passes(self) -> int:
        now = datetime.now(UTC)
        # Also what has become due while the rest was sent: on a slow machine the wait itself is over by then.
        still_to_come = update(deliveries).where(deliveries.c.due_at.is_not(None), ~deliveries.c.paused)
        async with self.program.database.begin() as tx:
            return int((await tx.connection.execute(still_to_come.values(due_at=now))).rowcount)

    def finds(self, reference: str, subject: str, reader: Reader) -> list[bool]:
        """Whether each of the storage's queries finds the operation's only case for a reader."""

        async def looking() -> list[bool]:
            always = Period(datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC))
            async with self.program.database.read() as tx:
                return [
                    await tx.cases.find_reference(reference, reader) is not None,
                    bool(await tx.cases.find_subjects([subject], reader)),
                    bool(await tx.cases.newest(reader, None, 10)),
                    bool(await tx.cases.opened_in(always, reader)),
                ]

        return asyncio.run_coroutine_threadsafe(looking(), self._loop).result(10)

    def refusals(self) -> list[dict[str, Any]]:
        """What the audit trail tells of refused requests, the oldest first."""
        rows = self._read(select(audit_entries.c.content).order_by(audit_entries.c.id))
        found = [json.loads(content) for (content,) in rows]
        return [entry for entry in found if entry["action"] == "request.refused"]

    def everything_known(self) -> list[Any]:
        """Every row of what people have told the bot of cases."""
        return [
            sorted(self._read(select(table)), key=str)
            for table in (subjects, cases, case_readers, case_names, flags, entries, acknowledgements)
        ]

    def _read(self, query: Select[Any]) -> list[Any]:
        async def reading() -> list[Any]:
            async with self.program.database.read() as tx:
                return [tuple(row) for row in await tx.connection.execute(query)]

        return asyncio.run_coroutine_threadsafe(reading(), self._loop).result(10)

    def references_about(self, number: str) -> dict[str, str]:
        """Every case about a number, by its circle."""
        query = select(cases.c.circle, cases.c.reference).join(subjects).where(subjects.c.number == number)
        return dict(self._read(query.order_by(cases.c.id)))

    def makes_key(self, organisation: str) -> str:
        """A key for an organisation's own systems."""

        async def making() -> str:
            return (
                await self.program.services.api_keys.make(None, organisation, f"{organisation}-system")
            ).token

        return asyncio.run_coroutine_threadsafe(making(), self._loop).result(10)

    def take_off_the_list(self, user: str) -> None:
        """Somebody has left: from now on they are a stranger."""

        async def removing() -> None:
            services, team = self.program.services, self.program.installation.team_id
            admin = await services.members.actor(Person(team, ADMIN), team)
            assert admin is not None
            await services.members.remove(admin, Person("", user), received=f"{user} leaves")

        asyncio.run_coroutine_threadsafe(removing(), self._loop).result(10)


class EverythingLogged(logging.Handler):
    """Every line that the program would write, tracebacks included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(("httpx", "httpcore", "hypothesis")):  # the test's own
            self.lines.append(self.format(record))


@contextmanager
def all_logs() -> Iterator[EverythingLogged]:
    """Logs as the program sets them up, kept in memory."""
    root = logging.getLogger()
    before = root.level
    handler = EverythingLogged()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name, level in TALKATIVE.items():
        logging.getLogger(name).setLevel(level)
    try:
        yield handler
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
