"""The audit trail: entries written with what they tell of, and one chain made of them by one sequencer at a time.

Nothing here changes or removes a row, but for :meth:`AuditStore.let_go`; triggers (migration 0003) refuse it to everyone.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audit import AuditEntry, Head, Link, chained, moment
from storage.tables import audit_chain, audit_entries, audit_pending, audit_segments

SEQUENCER_LOCK = 4_022_021
"""Any number, the same for all: PostgreSQL's advisory lock under which one worker at a time makes links."""

NEW_ENTRY = insert(audit_entries).inline()
"""Nobody asks for its id."""

APPEND_ONLY = ("audit_entries", "audit_chain", "audit_segments", "disclosures")


@dataclass(frozen=True, slots=True)
class Unchained:
    """Entries that have no link yet."""

    count: int
    oldest: str | None
    """When the oldest was written, as text in UTC."""
    forgotten: int
    """Of these, the ones that no sequencer will ever find: their place in the queue was taken away."""


class AuditStore:
    """Writes entries, chains them, and reads the chain."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._on_sqlite = connection.dialect.name == "sqlite"

    async def write(self, *entries: AuditEntry) -> None:
        """Keep these entries if, and only if, the caller's transaction commits. They are chained later."""
        if entries:
            rows = [{"at": moment(entry.at), "content": entry.content} for entry in entries]
            await self._connection.execute(NEW_ENTRY, rows)

    # -- the sequencer ----------------------------------------------------------------------------------------

    async def queued(self) -> int:
        """How many entries wait for the sequencer."""
        return (await self._connection.execute(select(func.count()).select_from(audit_pending))).scalar_one()

    async def chain(self, limit: int) -> int:
        """Link up to ``limit`` waiting entries; how many. The transaction has to be one that writes.

        Whoever else does so waits for this transaction's end: the chain never forks.
        """
        if not self._on_sqlite:
            await self._connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": SEQUENCER_LOCK}
            )
        waiting = (
            select(
                audit_entries.c.id,
                self._exact(audit_entries.c.at).label("at"),
                self._exact(audit_entries.c.content).label("content"),
            )
            .join(audit_pending, audit_pending.c.entry_id == audit_entries.c.id)
            .order_by(audit_entries.c.id)
            .limit(limit)
        )
        rows = (await self._connection.execute(waiting)).all()
        links = chained(
            await self.head(), ((row.id, self._text(row.at), self._text(row.content)) for row in rows)
        )
        if links:
            await self._connection.execute(insert(audit_chain), [_columns(link) for link in links])
            taken = audit_pending.c.entry_id.in_([link.entry_id for link in links])
            await self._connection.execute(delete(audit_pending).where(taken))
        return len(links)

    # -- reading ----------------------------------------------------------------------------------------------

    async def head(self) -> Head | None:
        """The newest link; None while there is none."""
        query = (
            select(audit_chain.c.seq, audit_chain.c.entry_hash).order_by(audit_chain.c.seq.desc()).limit(1)
        )
        row = (await self._connection.execute(query)).first()
        return Head(row.seq, row.entry_hash) if row else None

    async def links(self, after: int, limit: int) -> list[Link]:
        """One page of the chain: the links behind number ``after``. One whose entry is gone has empty content."""
        columns = (
            audit_entries.c.at,
            audit_entries.c.content,
            audit_chain.c.previous_hash,
            audit_chain.c.entry_hash,
        )
        query = (
            select(audit_chain.c.seq, audit_chain.c.entry_id, *map(self._exact, columns))
            .outerjoin_from(audit_chain, audit_entries, audit_entries.c.id == audit_chain.c.entry_id)
            .where(audit_chain.c.seq > after)
            .order_by(audit_chain.c.seq)
            .limit(limit)
        )
        return [
            Link(seq, entry_id, *map(self._text, texts))
            for seq, entry_id, *texts in await self._connection.execute(query)
        ]

    async def unchained(self) -> Unchained:
        """What has no link, found by looking at every entry and not by asking the queue."""
        query = (
            select(
                func.count(audit_entries.c.id).label("total"),
                self._exact(func.min(audit_entries.c.at)).label("oldest"),
                func.count(audit_pending.c.entry_id).label("queued"),
            )
            .select_from(audit_entries)
            .outerjoin(audit_chain, audit_chain.c.entry_id == audit_entries.c.id)
            .outerjoin(audit_pending, audit_pending.c.entry_id == audit_entries.c.id)
            .where(audit_chain.c.entry_id.is_(None))
        )
        row = (await self._connection.execute(query)).one()
        return Unchained(row.total, self._text(row.oldest) or None, row.total - row.queued)

    async def missing_guards(self) -> list[str]:
        """The triggers that make the tables append-only, as far as they are not there or are switched off."""
        if self._on_sqlite:
            query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        else:
            query = (
                "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
                "WHERE relnamespace = current_schema()::regnamespace AND tgenabled = 'A'"
            )
        found = set((await self._connection.execute(text(query))).scalars())
        refusing = ("no_update", "no_delete", "no_replace" if self._on_sqlite else "no_truncate")
        wanted = {f"{table}_{name}" for table in APPEND_ONLY for name in refusing}
        return sorted((wanted | {"audit_segments_true", "audit_entries_wait"}) - found)

    def _exact(self, column: ColumnElement[str]) -> ColumnElement[str]:
        """The column, so that :meth:`_text` makes the stored text of it whatever the bytes are.

        SQLite keeps bytes that are no UTF-8, and its driver gives up on them; a check has to name their row.
        """
        return func.hex(column) if self._on_sqlite else column

    def _text(self, read: str | None) -> str:
        if read is None:
            return ""
        return bytes.fromhex(read).decode("utf-8", "surrogateescape") if self._on_sqlite else read

    # -- retention --------------------------------------------------------------------------------------------

    async def last_before(self, before: datetime) -> int | None:
        """The number of the last link of which no entry, itself included, is as young as ``before``."""
        younger = (
            select(func.min(audit_chain.c.seq))
            .join(audit_entries, audit_entries.c.id == audit_chain.c.entry_id)
            .where(audit_entries.c.at >= moment(before))
        )
        first = (await self._connection.execute(younger)).scalar_one()
        if first is not None:
            return int(first) - 1
        head = await self.head()
        return head.seq if head else None

    async def close_segment(self, first_seq: int, last: Head, now: datetime) -> None:
        """Close the entries up to ``last``. The database refuses a hash that is not the chain's."""
        row = {"first_seq": first_seq, "last_seq": last.seq, "last_hash": last.entry_hash, "closed_at": now}
        await self._connection.execute(insert(audit_segments).values(row))

    async def segments(self) -> list[Head]:
        """The last link of each closed segment, the oldest first."""
        query = select(audit_segments.c.last_seq, self._exact(audit_segments.c.last_hash).label("last_hash"))
        rows = await self._connection.execute(query.order_by(audit_segments.c.last_seq))
        return [Head(row.last_seq, self._text(row.last_hash)) for row in rows]

    async def let_go(self, limit: int) -> int:
        """Delete up to ``limit`` of the oldest entries of closed segments with their links; how many."""
        closed = select(func.max(audit_segments.c.last_seq)).scalar_subquery()
        oldest = (
            select(audit_chain.c.entry_id)
            .where(audit_chain.c.seq <= closed)
            .order_by(audit_chain.c.seq)
            .limit(limit)
        )
        gone = await self._connection.execute(delete(audit_entries).where(audit_entries.c.id.in_(oldest)))
        return gone.rowcount


def _columns(link: Link) -> dict[str, object]:
    return {
        "seq": link.seq,
        "entry_id": link.entry_id,
        "previous_hash": link.previous_hash,
        "entry_hash": link.entry_hash,
    }
