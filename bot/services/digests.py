"""Digests: due by their cron, asked for by a person, and read when they are sent."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.audit import AuditEntry
from bot.domain.digests import DigestPlan, DigestReport, Period
from bot.domain.errors import NotFound
from bot.domain.roles import Action, Actor
from bot.domain.sharing import CaseView, Reader, view_of
from bot.services.access import require
from storage.database import Database, Transaction


class Digests:
    """Sends digests, each period once."""

    def __init__(self, database: Database, now: Callable[[], datetime], wake: Callable[[], None]) -> None:
        self._database = database
        self._now = now
        self._wake = wake

    async def send_due(self) -> None:
        """Have every digest sent that is due. One missed while the program was down is sent once, for all it missed."""
        now = self._now()
        async with self._database.read() as tx:
            due = [digest for digest in await tx.digests.all() if digest.due_at <= now]
        for digest in due:
            async with self._database.begin() as tx:
                if await tx.digests.claim(digest, now):
                    period = Period(digest.covered_until, now)
                    run = await tx.digests.add_run(digest.plan.key, period, None)
                    await tx.outbox.digest(run, digest.plan.channel, now)
            self._wake()

    async def post_now(self, actor: Actor, *, received: str) -> Sequence[DigestPlan]:
        """Have every digest posted at once, for the time since its last; the clock's own is not touched."""
        require(actor, Action.POST_DIGEST)
        now = self._now()
        async with self._database.begin() as tx:
            digests = await tx.digests.all()
            if not digests:
                raise NotFound("No digest is set up. Add a [[digests]] table to the operation file.")
            if await tx.receipts.take(received, now):
                await tx.audit.write(AuditEntry.by(actor, "digest.posted", "now", now))
                for digest in digests:
                    period = Period(digest.covered_until, now)
                    run = await tx.digests.add_run(digest.plan.key, period, actor.slack_user)
                    await tx.outbox.digest(run, digest.plan.channel, now)
        self._wake()
        return [digest.plan for digest in digests]

    async def report(self, tx: Transaction, run_id: int) -> tuple[Reader, DigestReport]:
        """What a run has to say, and to whom: every organisation of the operation may read it."""
        run = await tx.digests.run(run_id)
        plans = {digest.plan.key: digest.plan for digest in await tx.digests.all()}
        operation = await tx.members.operation()
        names = await tx.members.names()
        everyone = Reader(frozenset(names), narrowed=True)

        async def seen(ids: list[int]) -> list[CaseView]:
            views = [view_of(case, names, everyone) for case in await tx.cases.get_many(ids)]
            return [view for view in views if view is not None]

        report = DigestReport(
            key=run.key,
            run_id=run.id,
            period=run.period,
            timezone=plans[run.key].timezone if run.key in plans else "UTC",
            operation=operation.name if operation else "Operation",
            opened=await seen(await tx.cases.opened_in(run.period, everyone)),
            closed=await seen(await tx.cases.closed_in(run.period, everyone)),
            unanswered=await seen(await tx.cases.unanswered(everyone, run.period.end)),
            audit_head=await tx.audit.head(),
            flags=await tx.cases.flags_in(run.period, everyone),
        )
        return everyone, report
