"""The worker: what is done by the clock, and at once when a door leaves work."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import OperationalError

from bot.domain.errors import NotReady
from bot.factory import Program
from bot.services.all import Services
from storage.database import words_of
from storage.writers import BACKGROUND

log = logging.getLogger(__name__)

STOPPING_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Job:
    """Something the worker does again and again. Every job may run in several workers at once."""

    name: str
    seconds: float
    run: Callable[[Services], Awaitable[object]]
    at_once: bool = False
    """Also whenever a door in this process has left work."""


JOBS = (
    Job("deliver alerts", 0.25, lambda services: services.alerts.deliver_due(), at_once=True),
    Job("ask partners", 1, lambda services: services.lookups.ask_due(), at_once=True),
    Job("look into channels", 5, lambda services: services.audiences.look_again(), at_once=True),
    Job("compare what was flagged", 5, lambda services: services.deconfliction.compare_due()),
    Job("chain the audit trail", 5, lambda services: services.audit.chain_due()),
    Job("send digests", 5, lambda services: services.digests.send_due()),
    Job("tidy up", 3600, lambda services: services.upkeep.tidy()),
)


class Worker:
    """Runs the table of jobs, each in a task of its own and never twice at once; one that fails comes again."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._running: dict[str, asyncio.Task[None]] = {}
        self._wanted_again: set[str] = set()
        self._failing: dict[str, set[type[Exception]]] = {}

    def start(self, job: Job) -> None:
        """Run a job; where it is running, once more after that."""
        if job.name in self._running:
            self._wanted_again.add(job.name)
        else:
            self._running[job.name] = asyncio.create_task(self._run(job))

    async def _run(self, job: Job) -> None:
        BACKGROUND.set(True)  # of this task and those it starts
        wanted = True
        while wanted:
            self._wanted_again.discard(job.name)
            try:
                await job.run(self._program.services)
            except Exception as error:  # noqa: BLE001  # whatever it is, the job comes again
                self._failed(job, error)
            else:
                self._worked(job)
            wanted = job.name in self._wanted_again
        del self._running[job.name]

    def _failed(self, job: Job, error: Exception) -> None:
        """Log it once, and not each time the job is tried again; without what led there where that is known."""
        told = self._failing.setdefault(job.name, set())
        if type(error) not in told:
            told.add(type(error))
            known = isinstance(error, OperationalError | NotReady)
            words = words_of(error) if known else type(error).__name__
            log.error("job “%s” fails, and goes on trying: %s", job.name, words, exc_info=not known)

    def _worked(self, job: Job) -> None:
        if self._failing.pop(job.name, None):
            log.warning("job “%s” works again", job.name)

    async def tick(self, job: Job) -> None:
        """What the scheduler calls: the work itself is not its, and is not cut off when it stops."""
        self.start(job)

    async def answer_nudges(self) -> None:
        """Run what is wanted at once, each time a door leaves work."""
        while True:
            await self._program.wake.wait()
            for job in JOBS:
                if job.at_once:
                    self.start(job)

    async def finish(self) -> None:
        """Wait for what is running, for a bounded time: a lease brings back what is cut off."""
        self._wanted_again.clear()
        if self._running:
            _, unfinished = await asyncio.wait(self._running.values(), timeout=STOPPING_SECONDS)
            for task in unfinished:
                task.cancel()


@asynccontextmanager
async def working(program: Program) -> AsyncIterator[None]:
    """The worker, for as long as the block lasts."""
    await program.services.alerts.resume()
    await program.services.lookups.try_keys_again()
    worker = Worker(program)
    nudges = asyncio.create_task(worker.answer_nudges())
    program.wake.set()
    try:
        async with ticking(worker.tick):
            yield
    finally:
        nudges.cancel()
        await asyncio.gather(nudges, return_exceptions=True)
        await worker.finish()


@asynccontextmanager
async def ticking(tick: Callable[[Job], Awaitable[None]]) -> AsyncIterator[AsyncIOScheduler]:
    """Each job's tick at its interval, for as long as the block lasts."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    for job in JOBS:
        scheduler.add_job(
            tick,
            "interval",
            seconds=job.seconds,
            args=[job],
            id=job.name,
            coalesce=True,
            misfire_grace_time=None,  # by default a late run is dropped without a word
        )
    scheduler.start()
    minding = asyncio.create_task(_mind_the_clock(scheduler))
    try:
        yield scheduler
    finally:
        scheduler.shutdown(wait=False)
        minding.cancel()
        await asyncio.gather(minding, return_exceptions=True)


async def _mind_the_clock(scheduler: AsyncIOScheduler) -> None:
    """Have no tick wait longer than its interval: where the clock is set back an hour, the next would be an hour off."""
    while True:
        await asyncio.sleep(1)
        now = datetime.now(UTC)
        for job in JOBS:
            scheduled = scheduler.get_job(job.name)
            if scheduled.next_run_time - now > timedelta(seconds=job.seconds + 1):
                scheduled.modify(next_run_time=now)
