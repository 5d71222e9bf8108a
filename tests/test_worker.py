"""The worker's table of jobs: on a database that goes and comes back, by a clock that is set back."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from bot.factory import open_program
from bot.worker import JOBS, Job, Worker, ticking
from tests.conftest import Postgres
from tests.e2e.bots import settings_of


async def test_a_database_that_is_gone_is_told_of_once_by_each_job_and_once_more_when_it_is_back(
    postgres: Postgres, postgresql_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = urlsplit(postgresql_url).path[1:]
    environment = {
        "DATABASE_URL": postgresql_url,
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "secret",
        "DHL_API_KEY": "key",
        "OPERATION_KEY": "k" * 44,
    }

    async def tried(times: int) -> list[str]:
        caplog.clear()
        for _ in range(times):
            for job in JOBS:
                worker.start(job)
            await worker.finish()
        assert not [record for record in caplog.records if record.exc_info]
        return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]

    async with open_program(settings_of(environment)) as program:
        worker = Worker(program)
        assert await tried(1) == []
        postgres.refuse(database, refuses=True)
        begun = await tried(3)
        postgres.refuse(database, refuses=False)
        assert len(begun) == len(JOBS)
        assert all("goes on trying" in line for line in begun)
        assert sorted(await tried(2)) == sorted(f"job “{job.name}” works again" for job in JOBS)


async def test_where_the_clock_is_set_back_an_hour_no_tick_waits_an_hour() -> None:
    ticked = {job.name: asyncio.Event() for job in JOBS}

    async def tick(job: Job) -> None:
        ticked[job.name].set()

    async with ticking(tick) as scheduler, asyncio.timeout(20):
        for job in JOBS:  # as it is left by a clock that goes back
            scheduler.get_job(job.name).modify(next_run_time=datetime.now(UTC) + timedelta(hours=2))
        for happened in ticked.values():
            happened.clear()
        await asyncio.gather(*(happened.wait() for happened in ticked.values()))
