"""The audit trail's keeping: chaining what was written, checking it, exporting it, closing what is old."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.audit import SEGMENT_CLOSED, AuditEntry, Head
from bot.domain.audit_check import ChainCheck, Verdict, last_line
from bot.domain.people import Person
from storage.audit import AuditStore, Unchained
from storage.database import Database

BATCH = 500
"""Entries chained in one transaction."""

PAGE = 1000
"""Links read at a time."""

LATE = timedelta(minutes=10)
"""An entry without a link for so long means that no worker is chaining; each does so every few seconds."""


@dataclass(frozen=True, slots=True)
class TrailReport:
    """What a check of the whole trail found."""

    verdict: Verdict
    unchained: Unchained
    lag: timedelta
    """How long the oldest entry without a link has waited for it."""
    missing_guards: list[str]

    @property
    def holds(self) -> bool:
        late = self.lag > LATE or self.unchained.forgotten
        return self.verdict.holds and not late and not self.missing_guards


class Audit:
    """Keeps the trail. What is told of is written by ``tx.audit``, in the transaction of the deed itself."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def record(self, *entries: AuditEntry) -> None:
        """Write entries in a transaction of their own: for a refusal, whose own transaction leaves nothing.

        Never called inside another transaction: on SQLite it would wait for that one's end.
        """
        async with self._database.begin() as tx:
            await tx.audit.write(*entries)

    async def refused(
        self, person: Person, organisation: str, through: str, why: str, field: str | None = None
    ) -> None:
        """Record who was refused, why and by which door; of what was typed, nothing."""
        detail = {"why": why} | ({"field": field} if field else {})
        await self.record(
            AuditEntry(
                self._now(),
                "request.refused",
                through,
                person.slack_team,
                person.slack_user,
                organisation,
                detail,
            )
        )

    async def chain_due(self) -> int:
        """Chain every entry that waits; how many. Several workers may do so at once, and make one chain."""
        async with self._database.read() as tx:
            if not await tx.audit.queued():
                return 0
        done, last = 0, BATCH
        while last == BATCH:
            async with self._database.begin() as tx:
                last = await tx.audit.chain(BATCH)
            done += last
        return done

    async def head(self) -> Head | None:
        """The end of the chain at this moment, to be written down where this database cannot be reached."""
        async with self._database.read() as tx:
            return await tx.audit.head()

    async def verify(self, heads: Iterable[Head] = ()) -> TrailReport:
        """Look at every link and every entry. ``heads`` were written down earlier and have to be in the chain."""
        async with self._database.read() as tx:
            store = tx.audit
            unchained = await store.unchained()
            verdict = await check_trail(store, heads)
            guards = await store.missing_guards()
        return TrailReport(verdict, unchained, self._since(unchained.oldest), guards)

    async def export(self, write: Callable[[str], object], up_to: int | None = None) -> Verdict:
        """Write the chain, or its links up to number ``up_to``, line by line; each without its newline.

        The whole chain is checked on the way. Where it does not hold, its lines are written as they are.
        """
        await self.chain_due()
        first_seq: int | None = None
        last: Head | None = None
        check = ChainCheck()
        async with self._database.read() as tx:
            store = tx.audit
            after = 0
            while links := await store.links(after, PAGE):
                for link in links:
                    check.take(link)
                    if up_to is None or link.seq <= up_to:
                        write(link.line)
                        first_seq = first_seq or link.seq
                        last = link.head
                after = links[-1].seq
        write(last_line(first_seq or 1, last))
        await self.record(self._own("audit.exported", first_seq=first_seq, last_seq=last and last.seq))
        return check.verdict()

    async def closable(self, before: datetime) -> tuple[int, Head] | None:
        """What could be closed: first number and last link of all that is older than ``before`` (aware)."""
        await self.let_go_closed()
        await self.chain_due()
        async with self._database.read() as tx:
            store = tx.audit
            first = await store.links(0, 1)
            last_seq = await store.last_before(before)
            if not first or last_seq is None or last_seq < first[0].seq:
                return None
            (last,) = await store.links(last_seq - 1, 1)
        return first[0].seq, last.head

    async def close_segment(self, first_seq: int, last: Head, file_sha256: str) -> None:
        """Remove the links ``first_seq`` to ``last``, which a file now holds, and put into the trail that this was done.

        The file has been written with :meth:`export` and looked at again; ``file_sha256`` says which it is.
        """
        now = self._now()
        async with self._database.begin() as tx:
            store = tx.audit
            told = self._own(
                SEGMENT_CLOSED,
                first_seq=first_seq,
                last_seq=last.seq,
                last_hash=last.entry_hash,
                file_sha256=file_sha256,
            )
            await store.write(told)
            while await store.chain(BATCH):
                pass
            await store.close_segment(first_seq, last, now)
        await self.let_go_closed()

    async def let_go_closed(self) -> None:
        """Remove what is left of closed segments, a little at a time: nobody who writes has to wait for long."""
        gone = BATCH
        while gone:
            async with self._database.begin() as tx:
                gone = await tx.audit.let_go(BATCH)

    def _since(self, oldest: str | None) -> timedelta:
        try:
            waiting = self._now() - datetime.fromisoformat(oldest) if oldest else timedelta()
        except (ValueError, TypeError):  # somebody has changed the time that stands there
            return timedelta.max
        return max(waiting, timedelta())

    def _own(self, action: str, **detail: Any) -> AuditEntry:
        return AuditEntry(self._now(), action, "audit", detail=detail)


async def check_trail(store: AuditStore, heads: Iterable[Head] = ()) -> Verdict:
    """Look at every link that ``store`` sees; stops at the first that does not fit."""
    check = ChainCheck(heads, await store.segments())
    after = 0
    while links := await store.links(after, PAGE):
        if not all(map(check.take, links)):
            break
        after = links[-1].seq
    return check.verdict()
