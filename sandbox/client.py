"""A driver for tests: they read like what people do.

    with Sandbox.start(manifest) as sandbox:
        analyst = sandbox.person("U0AMAZON1")
        analyst.types("/flag parcel 3318810025 counterfeit earbuds", channel="C0AMAZON")
        card = analyst.sees("OFA-")
        analyst.clicks("Close", on=card, confirm=True)
        analyst.chooses("Reason", "Genuine")
        analyst.submits()
        sandbox.check()

It speaks to the control API over HTTP and waits on its change stream, so it drives a sandbox in another process as well.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from sandbox.emulator import Emulator
from sandbox.manifest import read_manifest
from sandbox.persona import PATIENCE, Persona
from sandbox.server import Server
from sandbox.state import Json
from sandbox.tokens import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET

T = TypeVar("T")


class Sandbox:
    """A workspace that a test drives."""

    def __init__(self, url: str, server: Server | None = None) -> None:
        self.url = url
        self._server = server
        self._http = httpx.Client(base_url=url, timeout=40.0, trust_env=False)
        self._expected: set[int] = set()
        self._names: Json = {}

    @classmethod
    def start(
        cls,
        manifest: Json | Path | str = "manifest.json",
        *,
        seed: str | Json = "default",
        bot_url: str | None = None,
        ack_seconds: float = 3.0,
        port: int = 0,
    ) -> Self:
        """A sandbox in a thread of this process. ``ack_seconds`` stands for Slack's three: fewer in tests of a
        missing ack, more where a busy machine must not fail a test that has nothing to do with it.
        """
        known = manifest if isinstance(manifest, dict) else read_manifest(Path(manifest))
        server = Server(Emulator(seed, known, bot_url=bot_url, ack_seconds=ack_seconds), port=port)
        server.start()
        return cls(server.em.address, server)

    def stop(self) -> None:
        self._http.close()
        if self._server is not None:
            self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def api_url(self) -> str:
        """``SLACK_API_URL`` for the bot."""
        return f"{self.url}/api/"

    def settings(self, *, socket_mode: bool = False) -> dict[str, str]:
        """The environment that points a bot at this sandbox."""
        settings = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": self.api_url,
            "DHL_API_KEY": "sandbox-dhl-key",
            "DHL_API_URL": f"{self.url}/partners/dhl/track",
        }
        return settings | ({"SLACK_APP_TOKEN": APP_TOKEN} if socket_mode else {})

    def person(self, user: str, *, patience: float = PATIENCE) -> Persona:
        """Somebody by id or by name. ``patience``: seconds that they wait for what they are to see."""
        people = self.get("/sandbox/workspace")["people"]
        found = next((p for p in people if user in (p["id"], p["name"])), None)
        if found is None:
            raise AssertionError(
                f"There is no {user} in the workspace: {', '.join(p['name'] for p in people)}."
            )
        return Persona(self, found, patience)

    def bot_is_at(self, url: str | None, mode: str = "auto") -> None:
        self.post("/sandbox/bot", {"url": url, "mode": mode})

    def bot_leaves(self) -> None:
        """Said before a bot is stopped: events still reach nobody from now on, and that is meant."""
        self.switch("deliver:event", "unreachable")

    def advance(self, seconds: float) -> None:
        """Hurry the clock."""
        self.post("/sandbox/clock", {"advance": seconds})

    def switch(self, on: str, fault: str, **more: Any) -> int:
        """Turn a fault on (README: Switch); its id."""
        switched: int = self.post("/sandbox/switches", {"on": on, "fault": fault, **more})["switch"]["id"]
        return switched

    def switch_off(self, switch: int | None = None) -> None:
        self._answer(self._http.delete(f"/sandbox/switches/{switch}" if switch else "/sandbox/switches"))

    def without_limits(self) -> None:
        """No rate limits from now on: for load."""
        self.post("/sandbox/limits", {"enabled": False})

    def reset(self) -> None:
        """The seed anew, for the next test."""
        self.post("/sandbox/reset", {})
        self._expected.clear()

    def traffic(self, name: str | None = None, *, refused: bool = False, after: int = 0) -> list[Json]:
        """The records, whole, oldest first. ``name``: a method, a command, an event."""
        query: dict[str, str] = {"limit": "20000", "whole": "1", "after": str(after)}
        query |= {"name": name} if name else {}
        query |= {"refused": "1"} if refused else {}
        records: list[Json] = self.get("/sandbox/traffic", query)["traffic"]
        return records

    def awaits_traffic(
        self, name: str, count: int = 1, *, after: int = 0, within: float = PATIENCE
    ) -> list[Json]:
        """Wait until there are that many finished records of this name."""

        def enough() -> list[Json] | None:
            found = [r for r in self.traffic(name, after=after) if r["ms"] is not None or r["error"]]
            return found if len(found) >= count else None

        return self.until(enough, within, lambda: f"There are not {count} requests {name}: {self._lately()}")

    def refusals(self) -> list[Json]:
        """Every time Slack refused the bot something, or could not use what it answered; without what was meant."""
        found = self.traffic(refused=True)
        return [r for r in found if not r["meant"] and r["id"] not in self._expected]

    @contextlib.contextmanager
    def expects_refusal(
        self, error: str, name: str | None = None, *, within: float = PATIENCE
    ) -> Iterator[None]:
        """What happens inside is to be refused with ``error`` (on the method ``name``, if it is given)."""
        before = self._latest_record()
        yield

        def refused() -> list[int] | None:
            found = self.traffic(name, refused=True, after=before)
            return [r["id"] for r in found if r["error"] == error] or None

        self._expected.update(
            self.until(refused, within, lambda: f"Slack did not refuse with {error}: {self._lately()}")
        )

    def check(self) -> None:
        """Every test ends with it: Slack refused nothing that was not meant to be refused."""
        refused = self.refusals()
        if refused:
            lines = (
                f"  {r['name']}: {r['error']} ({r['sentence']})\n    {r['request']['body'][:600]}"
                for r in refused
            )
            raise AssertionError("Slack refused:\n" + "\n".join(lines))

    def until(
        self,
        probe: Callable[[], T | None],
        within: float,
        otherwise: Callable[[], str],
        user: str | None = None,
    ) -> T:
        """``probe`` again at each change until it finds something; AssertionError with ``otherwise`` if it does not."""
        deadline = time.monotonic() + within
        while True:
            seen = self.get("/sandbox/changes")["version"]
            found = probe()
            if found is not None:
                return found
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise AssertionError(otherwise())
            self.get(
                "/sandbox/changes",
                {"after": str(seen), "wait": f"{remaining:.3f}"} | ({"user": user} if user else {}),
            )

    def name_of(self) -> Json:
        """Ids → the names a reader sees for them."""
        if not self._names:
            workspace = self.get("/sandbox/workspace")
            self._names = {p["id"]: p["name"] for p in workspace["people"]}
            self._names |= {c["id"]: c["name"] for c in workspace["channels"]}
        return self._names

    def get(self, path: str, query: dict[str, str] | None = None) -> Json:
        return self._answer(self._http.get(path, params=query))

    def post(self, path: str, body: Json) -> Json:
        return self._answer(self._http.post(path, json=body))

    def patch(self, path: str, body: Json) -> Json:
        return self._answer(self._http.patch(path, json=body))

    def _answer(self, response: httpx.Response) -> Json:
        answer: Json = response.json()
        if response.status_code >= 400:
            raise AssertionError(
                f"{response.request.method} {response.request.url.path}: {answer.get('shown')}"
            )
        return answer

    def _latest_record(self) -> int:
        newest = self.get("/sandbox/traffic", {"limit": "1"})["traffic"]
        return newest[-1]["id"] if newest else 0

    def _lately(self) -> str:
        lately = self.get("/sandbox/traffic", {"limit": "8"})["traffic"]
        return "; ".join(f"{r['name']} {r['error'] or r['status']}" for r in lately) or "no traffic at all"
