"""The workspace and its bot's database are saved, loaded and reset together: over HTTP, with the real programs."""

import base64
import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.sandbox.starting import running_sandbox

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(300),  # the bot is started again and again, on machines that may be busy
]

Json = dict[str, Any]

PARCEL = "3318810025"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bot") / "own.db"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, database: Path) -> Iterator[Sandbox]:
    logs = tmp_path_factory.mktemp("sandbox")
    with (
        running_sandbox(logs, "--database-url", f"sqlite:///{database}") as address,
        Sandbox(address.rstrip("/")) as driven,
    ):
        yield driven


@pytest.fixture
def sandbox(started: Sandbox) -> Iterator[Sandbox]:
    """Every test ends with the check that Slack refused nothing."""
    started.reset()
    yield started
    started.check()


@pytest.fixture
def analyst(sandbox: Sandbox) -> Persona:
    return sandbox.person("U0AMAZON1")


def knows_the_case(analyst: Persona) -> bool:
    (answer,) = analyst.types(f"/case {PARCEL}", channel="C0AMAZON").messages
    assert answer.shows(f"parcel {PARCEL}") or answer.shows("Nothing found")
    return answer.shows(f"parcel {PARCEL}")


def flagged(analyst: Persona) -> None:
    analyst.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")
    analyst.sees("Alert", "C0AMAZON")


def refused(sandbox: Sandbox, state: Json) -> str:
    answer = httpx.post(f"{sandbox.url}/sandbox/load", json=state, timeout=60)
    assert answer.status_code == 400
    shown: str = answer.json()["shown"]
    return shown


def with_database(state: Json, content: bytes) -> Json:
    return {**state, "bot": {"database": base64.b64encode(zlib.compress(content)).decode()}}


def database_of(state: Json) -> bytes:
    return zlib.decompress(base64.b64decode(state["bot"]["database"]))


def rewritten(state: Json, folder: Path, statement: str) -> Json:
    """The state with something else in the bot's database."""
    file = folder / "rewritten.db"
    file.write_bytes(database_of(state))
    with closing(sqlite3.connect(file, isolation_level=None)) as opened:
        opened.execute(statement)
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return with_database(state, file.read_bytes())


def test_the_bot_forgets_with_the_workspace_and_remembers_with_it(sandbox: Sandbox, analyst: Persona) -> None:
    assert sandbox.get("/sandbox/bot")["goes_along"] is True
    flagged(analyst)
    sandbox.person("U0DHL1").sees("Alert", "C0DHL")
    state = sandbox.get("/sandbox/save")
    assert sandbox.post("/sandbox/reset", {})["shown"] is None
    assert not knows_the_case(analyst)
    assert sandbox.post("/sandbox/load", state)["shown"] is None
    assert knows_the_case(analyst)
    # The alert that came back is the one the bot goes on with.
    carrier = sandbox.person("U0DHL1")
    carrier.clicks("Acknowledge", on=carrier.sees("Alert", "C0DHL"))
    carrier.sees("DHL* acknowledged", "C0DHL")
    assert len([seen for seen in carrier.messages("C0DHL") if seen.shows("Alert")]) == 1


def test_what_was_saved_at_another_address_is_answered_at_this_one(
    sandbox: Sandbox, analyst: Persona, tmp_path: Path
) -> None:
    flagged(analyst)
    elsewhere = "http://127.0.0.1:9"
    state = sandbox.get("/sandbox/save")
    owed = f"{sandbox.url}/response/".encode()
    assert owed in database_of(state)
    statement = f"UPDATE deliveries SET address = replace(address, '{sandbox.url}', '{elsewhere}')"  # noqa: S608
    away = rewritten(state, tmp_path, statement)
    moved = json.loads(json.dumps({**state, "bot": {}}).replace(sandbox.url, elsewhere))
    sandbox.post("/sandbox/load", {**moved, "bot": away["bot"]})
    again = database_of(sandbox.get("/sandbox/save"))
    assert owed in again
    assert f"{elsewhere}/".encode() not in again


def broken_states(state: Json, folder: Path) -> Iterator[tuple[str, Json]]:
    """Each with the sentence that is said of it."""
    content = database_of(state)
    yield "`bot` has no `database`", {**state, "bot": {}}
    yield "cannot be used", {**state, "bot": {"database": "no base64"}}
    yield "cannot be used", {**state, "bot": {"database": base64.b64encode(b"no zlib").decode()}}
    yield "not a database", with_database(state, b"no SQLite" * 1000)
    yield "malformed", with_database(state, content[: len(content) // 2])
    yield "cannot be used", with_database(state, content[:8192] + b"\xff" * 8192 + content[16384:])
    another = "UPDATE alembic_version SET version_num = 'of_another_version'"
    yield "tables of a later version", rewritten(state, folder, another)
    yield "does not start", rewritten(state, folder, "DROP TABLE members")
    yield "the saved workspace cannot be read", {**state, "workspace": {"team": 3}}
    yield "the saved workspace cannot be read", {**state, "partners": {"dhl": {"parcels": 7}}}
    yield "the saved workspace cannot be read", {**state, "ids": ["x"]}
    yield "the saved workspace cannot be read", {**state, "offset": []}


def test_a_broken_file_is_a_sentence_and_changes_nothing(
    sandbox: Sandbox, analyst: Persona, tmp_path: Path
) -> None:
    flagged(analyst)
    state = sandbox.get("/sandbox/save")
    analyst.says("said since", channel="C0AMAZON")
    for sentence, broken in broken_states(state, tmp_path):
        assert sentence.lower() in refused(sandbox, broken).lower()
        assert sandbox.get("/sandbox/bot")["reachable"]
        assert knows_the_case(analyst), sentence
        analyst.sees("said since", "C0AMAZON")


def test_another_seed_brings_its_own_half_of_the_bot(sandbox: Sandbox) -> None:
    sandbox.post("/sandbox/reset", {"seed": "demo"})
    analyst = sandbox.person("U0AMAZON1")
    assert analyst.types("/cases", channel="C0AMAZON").messages[0].shows("OFA-")
    sandbox.post("/sandbox/reset", {"seed": "default"})
    assert analyst.types("/cases", channel="C0AMAZON").messages[0].shows("There are no cases")


def test_a_seed_that_is_none_stops_no_bot(sandbox: Sandbox, analyst: Persona) -> None:
    flagged(analyst)
    with pytest.raises(AssertionError, match="There is no seed"):
        sandbox.post("/sandbox/reset", {"seed": "nowhere"})
    assert knows_the_case(analyst)


def test_a_file_without_the_bots_half_leaves_the_bot_what_it_knows_and_says_so(
    sandbox: Sandbox, analyst: Persona
) -> None:
    state = sandbox.get("/sandbox/save")
    del state["bot"]
    flagged(analyst)
    assert "holds none of its database" in sandbox.post("/sandbox/load", state)["shown"]
    assert knows_the_case(analyst)
