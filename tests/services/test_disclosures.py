"""The register of what was shown: whoever waits for it is told how it ended."""

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.disclosures import Shown
from bot.domain.sharing import reader_for
from tests.desk import Desk
from tests.factories import actor

NO_CASE = Shown(case_id=999_999, version=1, fields=("subject",))


async def test_who_is_cancelled_while_it_fails_leaves_nobody_waiting(desk: Desk) -> None:
    reader = reader_for(actor("amazon"))
    first, second = (
        asyncio.create_task(desk.services.disclosures.shown_to(reader, [NO_CASE], "/case")) for _ in range(2)
    )
    await asyncio.sleep(0)  # both wait for the same write
    first.cancel()
    async with asyncio.timeout(10):
        with pytest.raises(IntegrityError):
            await second
