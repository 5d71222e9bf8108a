"""The register of what was shown, written before the answer leaves."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.disclosures import Disclosure, Shown, showing
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.roles import Action, Actor
from bot.domain.sharing import CaseView, Reader, reader_for
from bot.services.access import require
from bot.services.references import references_in, refuse_broken_one
from bot.services.telling import seen_by
from storage.database import Database

LATEST = 200
"""Rows that are read; of hidden parts' rows fewer lines come."""


class Disclosures:
    """Gathers what is shown at the same moment into one write, and answers what somebody was shown."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._waiting: list[tuple[list[Disclosure], asyncio.Future[None]]] = []
        self._is_writing = False
        self._writer: asyncio.Task[None] | None = None  # held, for a task that nobody holds may be collected

    async def shown_to(self, reader: Reader, shown: Sequence[Shown], through: str, channel: str = "") -> None:
        """These cases are about to be shown to a person or in a channel. Returns once that is stored."""
        now = self._now()
        await self._record([showing(reader, one, through, now, channel) for one in shown])

    async def of(self, actor: Actor, reference: str) -> tuple[CaseView, list[Disclosure], dict[str, str]]:
        """Who was shown what of a case: for coordinators of the organisation that owns it. Names by key come along."""
        async with self._database.read() as tx:
            lists = await tx.members.lists()
            named = references_in(reference, lists.case_prefix, self._now())
            if not named:
                refuse_broken_one(reference, lists.case_prefix, self._now())
            ids = [await tx.cases.find_reference(each, reader_for(actor)) for each in named]
            case_id = next((each for each in ids if each is not None), None)
            if case_id is None:
                raise NotFound("There is no such case.")
            case, view = await seen_by(tx, actor, case_id)
            if view is None:
                raise NotFound("There is no such case.")
            require(actor, Action.SEE_DISCLOSURES)
            if case.owner != actor.organisation:
                raise NotAllowed(f"Only {view.owner_name}’s coordinators may see who was shown this case.")
            return view, await tx.disclosures.of_case(case_id, LATEST), lists.names

    async def _record(self, entries: list[Disclosure]) -> None:
        if not entries:
            return
        if self._is_writing:
            stored = asyncio.get_running_loop().create_future()
            self._waiting.append((entries, stored))
            await stored
            return
        self._is_writing = True
        try:
            await self._store(entries)
        finally:
            self._let_the_next_write()

    def _let_the_next_write(self) -> None:
        """Whatever has gathered meanwhile is written at once, by nobody who waits: each would wait for the next too."""
        self._is_writing = bool(self._waiting)
        if self._waiting:
            self._writer = asyncio.create_task(self._write_what_waits())

    async def _write_what_waits(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            await self._store([entry for entries, _ in batch for entry in entries])
        except Exception as error:  # noqa: BLE001  # each who waits is told, and shows nothing
            for _, stored in batch:
                if not stored.done():  # who has been cancelled waits no more
                    stored.set_exception(error)
        else:
            for _, stored in batch:
                if not stored.done():
                    stored.set_result(None)
        finally:
            self._let_the_next_write()

    async def _store(self, entries: list[Disclosure]) -> None:
        # Most often it is one row, and one row is stored or not without a transaction around it.
        if len(entries) == 1:
            await self._database.disclose(*entries)
            return
        async with self._database.begin() as tx:
            await tx.disclosures.add(entries)
