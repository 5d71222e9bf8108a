"""The running workspace: its data, its time, and everything that watches or disturbs it."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from sandbox import manifest as manifests
from sandbox import recording as recordings
from sandbox import seed as seeds
from sandbox.changes import Changes
from sandbox.clock import Clock
from sandbox.delivery import Deliverer
from sandbox.ids import Ids
from sandbox.limits import Limits
from sandbox.own_bot import OwnBot
from sandbox.partners import Partners
from sandbox.presence import Presence
from sandbox.programs import Client, Programs
from sandbox.recording import Recording
from sandbox.saving import workspace_of
from sandbox.socket import Sockets
from sandbox.state import Json, ResponseUrl, Trigger, Workspace
from sandbox.switches import Switches
from sandbox.traffic import Traffic

EVENTS_AT_ONCE = 16
"""So many events are on their way to the bot at a time; the others wait in order."""

_REMEMBERED = 10_000
"""So many triggers and response_urls are known as expired; older ones as never issued."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a workspace starts from: a seed that was read, and the workspace that was built of it."""

    seed: Json
    recording: Recording | None
    workspace: Workspace


class Emulator:
    """One workspace with one app in it. Lives on one event loop; nothing here is thread-safe."""

    def __init__(
        self, seed: str | Json, manifest: Json, *, bot_url: str | None = None, ack_seconds: float = 3.0
    ) -> None:
        """``ack_seconds`` is Slack's three; tests make it shorter or longer."""
        self.address = "http://127.0.0.1"
        """Where the sandbox itself is reached; the server fills it in once it knows its port."""
        self.ack_seconds = ack_seconds
        self.bot_url = bot_url
        self.own_bot: OwnBot | None = None
        """The bot, where the sandbox has started it itself."""
        self.mode = "auto"
        self.closing = False
        self.clock = Clock()
        self.ids = Ids()
        self.changes = Changes()
        self.traffic = Traffic(lambda summary: self.changes.publish("traffic", summary))
        self.limits = Limits(self.clock)
        self.switches = Switches(self.clock, self.tell_switches)
        self.programs = Programs()
        self.sockets = Sockets(self)
        self.deliverer = Deliverer(self)
        self.presence = Presence(self)
        self.suggested: dict[tuple[str, str, str], list[Json]] = {}
        """What the app last offered a person in a menu: (user, block_id, action_id) → options."""
        self.previews: dict[str, str] = {}
        """Links somebody is still writing: unfurl_id → user."""
        self._seed = _read(seed)
        self.recording = recordings.of(self._seed, self.clock.now())
        """What the seed was recorded as, if it was; its other half is what the bot has to be filled with."""
        self.partners = Partners(self._partners(), self.clock.now)
        self.partners.changed = lambda partner: self.changes.publish("partners", {"partner": partner})
        self._manifest = manifest
        self.event_places = asyncio.Semaphore(EVENTS_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self.workspace = self._built(self._seed, None)
        """Until the sandbox is settled without what is recorded."""
        self._switch_on(self._seed)

    def _built(self, seed: Json, recording: Recording | None) -> Workspace:
        """Raises SeedError, ManifestError, RecordingError or LoadError."""
        self._check_switches(seed)
        if recording is None:
            workspace = seeds.build(seed, self.clock.now(), self.ids)
        else:
            workspace = workspace_of(recording.workspace(self.address))
            self.ids.forward(recording.last_id, 0)
        manifests.install(workspace.app, self._manifest)
        return workspace

    def settle(self, address: str) -> None:
        """From now on the sandbox is reached at ``address``; nothing has happened in it yet."""
        self.address = address
        if self.recording is not None:
            self.workspace = self._built(self._seed, self.recording)

    def _partners(self) -> Json:
        """What the partners' stand-ins start from."""
        seeded: Json = self.recording.partners if self.recording else self._seed.get("partners", {})
        return seeded

    def _switch_on(self, seed: Json) -> None:
        for wanted in seed.get("switches", []):
            self.switches.add(wanted)

    def _check_switches(self, seed: Json) -> None:
        """Raises SeedError."""
        for number, wanted in enumerate(seed.get("switches", []), 1):
            try:
                Switches(self.clock).add(wanted)
            except (AttributeError, ValueError) as error:
                raise seeds.SeedError(f"switches {number}: {error}") from None

    def beginning(self, name: str | Json | None = None) -> Beginning:
        """The seed anew, or another if it is named. Raises SeedError, ManifestError, RecordingError or LoadError."""
        seed = self._seed if name is None else _read(name)
        recording = recordings.of(seed, self.clock.now())
        return Beginning(seed, recording, self._built(seed, recording))

    async def begin(self, beginning: Beginning) -> None:
        """Switches, limits, traffic and connections are as at the start; ids are not used again, the clock keeps its time
        and the bot its address.
        """
        self.stop_background()
        await self.sockets.close()
        self.sockets.used = False
        self.mode = "auto"
        self.switches.remove()
        self.limits.enabled = True
        self.limits.clear()
        self.programs.clear()
        self.deliverer.told = None
        self.suggested.clear()
        self.previews.clear()
        self._seed, self.recording = beginning.seed, beginning.recording
        self.workspace = beginning.workspace
        self.partners.reset(self._partners())
        self._switch_on(self._seed)
        self.traffic.clear()
        self.changes.publish("reset", {})

    def tell_switches(self) -> None:
        """To every page: what is switched on, and what has switched itself off."""
        self.changes.publish("switches", self.switches_shape())

    def switches_shape(self) -> Json:
        return {"switches": self.switches.shown(), "limits": {"enabled": self.limits.enabled}}

    def background(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something after the answer: events, retries. Ended by a reset and at the end."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop_background(self) -> None:
        for task in list(self._tasks):
            task.cancel()

    @property
    def uses_sockets(self) -> bool:
        """Socket Mode where the app has a connection open, or where it was asked for; else HTTP."""
        if self.mode == "auto":
            return self.workspace.app.socket_mode or self.sockets.used
        return self.mode == "socket"

    def others_with_the_token(self, client: Client) -> list[str]:
        """A sentence for the record if other programs use the app's token beside the one at ``client``."""
        others = ", ".join(map(str, self.programs.others(client)))
        if not others:
            return []
        where = f"only to {self.bot_url or 'an address that nobody has told yet'}"
        if self.uses_sockets:
            where = "to each of their connections in turn"
        both = "Slack serves them all, and sends what happens"
        return [f"Other programs use the same token: {others}. {both} {where}."]

    def issue_trigger(self, user: str, view_id: str | None = None, channel: str | None = None) -> Trigger:
        trigger = Trigger(self.ids.trigger(), user, self.clock.now(), view_id, channel=channel)
        known = self.workspace.triggers
        known[trigger.id] = trigger
        while len(known) > _REMEMBERED:
            del known[next(iter(known))]
        return trigger

    def issue_response_url(
        self, user: str, channel: str, message_ts: str | None = None, thread_ts: str | None = None
    ) -> str:
        url = ResponseUrl(self.ids.token(), channel, user, self.clock.now(), message_ts, thread_ts)
        known = self.workspace.response_urls
        known[url.token] = url
        while len(known) > _REMEMBERED:
            del known[next(iter(known))]
        return f"{self.address}/response/{url.token}"

    def now_ts(self) -> str:
        return self.ids.timestamp(self.clock.now())

    def begin_closing(self) -> None:
        """Let those go who wait for changes."""
        self.closing = True
        self.changes.publish("closing", {})

    async def close(self) -> None:
        self.begin_closing()
        self.stop_background()
        await self.presence.close()
        await self.sockets.close()
        await self.deliverer.close()


def _read(seed: str | Json) -> Json:
    return seeds.read_seed(seed) if isinstance(seed, str) else seed
