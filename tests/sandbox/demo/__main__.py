"""Records the demo operation anew: ``python -m tests.sandbox.demo``. Takes some minutes; the same each time but for ids.

Everything in it is made by the program itself, on a workspace of the sandbox whose clock is set back four weeks: flags,
acknowledgements, notes and closings by its services, alerts and digests by its worker, look-ups of the carrier's
stand-in. Run it again when messages or tables have changed; ``python -m sandbox --seed demo`` shows it.
"""

import asyncio
import json
import lzma
import sys
import tempfile
import tomllib
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import httpx
from slack_sdk.web.async_client import AsyncWebClient

from bot.clients.dhl import Dhl
from bot.domain.operations import read_operation
from bot.factory import SLACK_TIMEOUT, Outside, services_on
from bot.transports.channels import SlackChannels
from bot.transports.installation import Installation
from bot.transports.slack import SlackTransport
from sandbox.client import Sandbox
from sandbox.emulator import Emulator
from sandbox.manifest import read_manifest
from sandbox.recording import ADDRESS
from sandbox.server import Server
from sandbox.tokens import BOT_TOKEN
from storage.database import Database
from storage.facts import Allowance
from storage.migrate import migrate
from storage.recordings import recorded
from tests.sandbox.demo.plot import BEGINS, ENDS
from tests.sandbox.demo.stage import Stage, Time

ROOT = Path(__file__).parents[3]
SEEDS = ROOT / "sandbox" / "seeds"


async def main() -> None:
    manifest = read_manifest(ROOT / "manifest.json")
    # Nobody is there to hear of events: the services are called directly.
    manifest["settings"].pop("event_subscriptions", None)
    server = Server(Emulator("default", manifest))
    server.start()
    with tempfile.TemporaryDirectory() as folder, Sandbox(server.em.address, server) as sandbox:
        database = Database(f"sqlite:///{folder}/operation.db")
        await migrate(database)
        async with AsyncExitStack() as stack:
            stage = await _stage(stack, database, sandbox, Time(server.em.clock))
            await stage.play(Random(1794))  # noqa: S311  a plot, not a secret
        async with database.read() as tx:
            operation = await recorded(tx)
        await database.close()
        saved = sandbox.get("/sandbox/save")
    ends = ENDS.isoformat()
    _write("demo.operation.json.xz", {"ends": ends, **operation})
    head = {"ends": ends, "last_id": saved["ids"][0], "partners": saved["partners"]}
    _write("demo.workspace.json.xz", head, _without_the_passing(saved["workspace"], saved["address"]))
    sys.stdout.write(f"{len(operation['tables']['flags']['rows'])} flags in {len(stage.stories)} cases\n")


async def _stage(stack: AsyncExitStack, database: Database, sandbox: Sandbox, time: Time) -> Stage:
    settings = sandbox.settings()
    session = await stack.enter_async_context(aiohttp.ClientSession(timeout=SLACK_TIMEOUT))
    http = await stack.enter_async_context(httpx.AsyncClient())
    slack = AsyncWebClient(BOT_TOKEN, base_url=settings["SLACK_API_URL"], session=session, retry_handlers=[])
    installation = Installation(BOT_TOKEN)
    await stack.enter_async_context(installation.known(slack))
    outside = Outside(
        SlackTransport(slack),
        SlackChannels(slack, installation),
        [Dhl(http, settings["DHL_API_URL"], settings["DHL_API_KEY"])],
        Allowance(100_000, timedelta(0)),
        lambda: installation.team_id,
    )
    services = services_on(database, time.now, outside, lambda: None)
    operation = tomllib.loads((ROOT / "operation.example.toml").read_text())
    return Stage(sandbox, services, time, read_operation(operation))


def _without_the_passing(workspace: dict[str, Any], address: str) -> dict[str, Any]:
    """What is true of any such workspace: no answers' addresses, no triggers, nothing that only one person sees."""
    workspace["triggers"] = workspace["response_urls"] = {}
    for channel in workspace["channels"].values():
        channel["created"] = int(BEGINS.timestamp())
        channel["messages"] = {
            ts: message for ts, message in channel["messages"].items() if message["only_visible_to"] is None
        }
    anywhere: dict[str, Any] = json.loads(json.dumps(workspace).replace(address, ADDRESS))
    return anywhere


def _write(name: str, *parts: dict[str, Any]) -> None:
    """Each part a line of JSON."""
    lines = (json.dumps(part, separators=(",", ":"), ensure_ascii=False) for part in parts)
    (SEEDS / name).write_bytes(lzma.compress("\n".join(lines).encode(), preset=9))


if __name__ == "__main__":
    asyncio.run(main())
