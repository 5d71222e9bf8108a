"""A recorded operation goes on in an empty database, on both kinds, as if it had just happened."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.digests import Period
from bot.domain.errors import SetupError
from bot.domain.flags import FlagDraft
from bot.domain.sharing import Reader
from bot.factory import Outside, services_on
from bot.services.all import Services
from storage.database import Database
from storage.facts import Allowance
from storage.recordings import moved, read_recording, recorded, replayed
from tests.desk import Desk
from tests.doubles import Clock, Nudges, RememberingChannels, RememberingPartner, RememberingTransport
from tests.factories import PARCEL, TEAM, actor

DEMO = Path(__file__).parents[2] / "sandbox" / "seeds" / "demo.operation.json.xz"
DAYS = 100


@pytest.fixture(scope="module")
def demo() -> str:
    return read_recording(DEMO)


@pytest.fixture
async def replay(database: Database, demo: str, channels: RememberingChannels) -> Services:
    """The services upon the demo operation, ``DAYS`` later."""
    async with database.begin() as tx:
        await replayed(tx, demo, DAYS)
    allowance = Allowance(250, timedelta(seconds=5))
    outside = Outside(RememberingTransport(), channels, [RememberingPartner()], allowance, lambda: TEAM)
    return services_on(database, Clock().now, outside, Nudges())


async def test_it_holds_a_few_hundred_flags_of_four_weeks(replay: Services, database: Database) -> None:
    everyone = Reader(frozenset({"amazon", "dhl", "cbp", "iprc"}), narrowed=True)
    (newest, *_) = (await replay.cases.newest(actor("cbp"))).views
    whole = Period(newest.opened_at - timedelta(days=28), newest.opened_at + timedelta(days=1))
    async with database.read() as tx:
        assert 200 < await tx.cases.flags_in(whole, everyone) < 600
        first = Period(whole.start, whole.start + timedelta(days=7))
        assert await tx.cases.opened_in(first, everyone)
        assert await tx.cases.closed_in(whole, everyone)


async def test_it_goes_on_where_it_ended(replay: Services) -> None:
    flagged = await replay.flags.raise_flag(
        actor("amazon"), FlagDraft(PARCEL, "one more"), received="one more"
    )
    assert not flagged.joined
    known = await replay.cases.find(actor("cbp"), flagged.view.reference)
    assert [view.reference for view in known] == [flagged.view.reference]


async def test_its_audit_trail_is_chained_anew(replay: Services, database: Database) -> None:
    while await replay.audit.chain_due():
        pass
    async with database.read() as tx:
        unchained = await tx.audit.unchained()
    assert (unchained.count, unchained.forgotten) == (0, 0)


async def test_a_database_in_use_is_left_alone(desk: Desk, demo: str) -> None:
    with pytest.raises(SetupError, match="needs an empty one"):
        async with desk.database.begin() as tx:
            await replayed(tx, demo, 0)


async def test_every_time_is_moved_and_nothing_else(desk: Desk, database: Database) -> None:
    await desk.flag(words="seen on 2026-01-04, no. 1767225600")
    async with database.read() as tx:
        rows = (await recorded(tx))["tables"]["flags"]
    flag = dict(zip(rows["columns"], rows["rows"][0], strict=True))
    assert flag["raised_at"] == "2026-01-05T12:00:00+00:00"
    assert moved(flag["raised_at"], 3) == "2026-01-08T12:00:00+00:00"
    assert moved(flag["words"], 3) == flag["words"]
    assert moved('"1767225600.000100"', 1) == '"1767312000.000100"'
