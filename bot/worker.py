"""The worker: what is done by the clock, and at once when a door leaves work."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.factory import Program
from bot.services.all import Services

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
    Job("deliver alerts", 1, lambda services: services.alerts.deliver_due(), at_once=True),
    Job("ask partners", 1, lambda services: services.lookups.ask_due(), at_once=True),
    Job("look into channels", 5, lambda services: services.audiences.look_again(), at_once=True),
    Job("send digests", 5, lambda services: services.digests.send_due()),
    Job("tidy up", 3600, lambda services: services.upkeep.tidy()),
)


class Worker:
    """Runs the table of jobs; a job that fails is logged and comes again."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._running: set[asyncio.Task[None]] = set()

    async def run_job(self, job: Job) -> None:
        """One run of one job."""
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
        try:
            await job.run(self._program.services)
        except Exception:
            log.exception("job “%s” failed", job.name)
        finally:
            if task is not None:
                self._running.discard(task)

    async def answer_nudges(self) -> None:
        """Run what is wanted at once, each time a door leaves work."""
        while True:
            await self._program.wake.wait()
            await asyncio.gather(*(asyncio.create_task(self.run_job(job)) for job in JOBS if job.at_once))

    async def finish(self) -> None:
        """Wait for what is running, for a bounded time: a lease brings back what is cut off."""
        waiting = self._running - {asyncio.current_task()}
        if waiting:
            await asyncio.wait(waiting, timeout=STOPPING_SECONDS)


@asynccontextmanager
async def working(program: Program) -> AsyncIterator[None]:
    """The worker, for as long as the block lasts."""
    await program.services.alerts.resume()
    worker = Worker(program)
    scheduler = AsyncIOScheduler(timezone="UTC")
    for job in JOBS:
        scheduler.add_job(
            worker.run_job,
            "interval",
            seconds=job.seconds,
            args=[job],
            id=job.name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,  # by default a late run is dropped without a word
        )
    scheduler.start()
    nudges = asyncio.create_task(worker.answer_nudges())
    program.wake.set()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
        await worker.finish()
        nudges.cancel()
        await asyncio.gather(nudges, return_exceptions=True)
