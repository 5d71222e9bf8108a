"""The demo seed: a recorded workspace, moved so that it has just happened, and the bot's half that fits it."""

import json
import lzma
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.client import Sandbox
from sandbox.recording import moved
from sandbox.seed import SEEDS
from tests.sandbox.manifest import MANIFEST

A_DAY = 86_400


@pytest.fixture(scope="module")
def demo() -> Iterator[Sandbox]:
    with Sandbox.start(MANIFEST, seed="demo") as started:
        yield started


def messages_of(sandbox: Sandbox, person: str, channel: str) -> list[dict[str, object]]:
    query = {"channel": channel, "limit": "5000"}
    found: list[dict[str, object]] = sandbox.get(f"/sandbox/people/{person}/messages", query)["messages"]
    return found


def test_it_ends_within_the_last_day_and_goes_back_four_weeks(demo: Sandbox) -> None:
    sent = [float(str(message["ts"])) for message in messages_of(demo, "U0CBP1", "C0CBP")]
    now = time.time()
    assert now - 2 * A_DAY < max(sent) < now
    assert now - 30 * A_DAY < min(sent) < now - 26 * A_DAY


def test_no_parcel_is_ahead_of_its_time(demo: Sandbox) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()  # it is there already in the east
    parcels = demo.get("/sandbox/partners/dhl")["parcels"]
    assert len(parcels) > 100
    ahead = [one["number"] for one in parcels if one["shipment"]["status"]["timestamp"][:10] > tomorrow]
    assert ahead == []


def test_every_message_is_one_that_the_bot_knows(demo: Sandbox) -> None:
    operation = json.loads(lzma.decompress((SEEDS / "demo.operation.json.xz").read_bytes()))
    deliveries = operation["tables"]["deliveries"]
    column = deliveries["columns"].index
    # Of a direct message the bot remembers the conversation too.
    known = {
        tuple(row[column("message_ts")].split("/"))
        if "/" in row[column("message_ts")]
        else (row[column("address")], row[column("message_ts")])
        for row in deliveries["rows"]
    }
    workspace = lzma.decompress((SEEDS / "demo.workspace.json.xz").read_bytes()).decode().partition("\n")[2]
    shown = {
        (channel, ts)
        for channel, content in json.loads(workspace)["channels"].items()
        for ts, message in content["messages"].items()
        if message["body"].get("bot_id")
    }
    assert len(shown) > 1000
    assert shown == known


def test_its_messages_name_this_sandbox_and_not_the_one_they_were_recorded_in(demo: Sandbox) -> None:
    addresses = re.findall(r"http://127\.0\.0\.1:\d+", json.dumps(messages_of(demo, "U0CBP1", "C0CBP")))
    assert set(addresses) == {demo.url}


def test_some_of_it_is_unread_and_most_is_not(demo: Sandbox) -> None:
    channels = {c["id"]: c for c in demo.get("/sandbox/people/U0CBP1")["channels"]}
    assert 0 < channels["C0CBP"]["unread"] < 60


def test_another_seed_can_follow_it(demo: Sandbox) -> None:
    demo.post("/sandbox/reset", {"seed": "default"})
    assert messages_of(demo, "U0CBP1", "C0CBP") == []
    assert len(demo.get("/sandbox/partners/dhl")["parcels"]) < 20
    demo.post("/sandbox/reset", {"seed": "demo"})
    assert messages_of(demo, "U0CBP1", "C0CBP") != []
    assert len(demo.get("/sandbox/partners/dhl")["parcels"]) > 20


@pytest.mark.parametrize(
    ("written", "later"),
    [
        ('"2026-11-22T23:10:00+00:00"', '"2026-12-02T23:10:00+00:00"'),
        ("at 2026-11-22 23:10 UTC", "at 2026-12-02 23:10 UTC"),
        ("<!date^1763852400^{ago}|then>", "<!date^1764716400^{ago}|then>"),
        ('"1763852400.000100"', '"1764716400.000100"'),
        ("Fri 20 Nov 08:30 to Sun 22 Nov 08:30", "Mon 30 Nov 08:30 to Wed 02 Dec 08:30"),
        ("parcel 1763852400, seen 2026-11-22", "parcel 1763852400, seen 2026-11-22"),
    ],
)
def test_times_are_moved_however_they_are_written_and_nothing_else(written: str, later: str) -> None:
    assert moved(written, 10, datetime(2026, 11, 23, tzinfo=UTC)) == later


def test_a_file_that_is_no_recording_is_a_sentence(demo: Sandbox) -> None:
    seed = {"recording": {"workspace": str(SEEDS / "default.toml"), "operation": "x"}}
    with pytest.raises(AssertionError, match="cannot be read"):
        demo.post("/sandbox/reset", {"seed": seed})
